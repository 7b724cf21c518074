"""A real Secret Service for tests, unlocked, with secrets of its own."""

import contextlib

import pytest
import secretstorage
from secretstorage.defines import SS_PATH
from secretstorage.util import DBusAddressWrapper, format_secret, open_session

from lab.places import needs, running
from secret_service import SecretService

PASSWORD = "pw"
LOGIN_COLLECTION = "/org/freedesktop/secrets/collection/login"


class LabSecretService(SecretService):
    """The service that this process and its children talk to while the fixture lives."""

    def lock(self) -> None:
        """Lock the default collection, as the desktop does when its person leaves."""
        with contextlib.closing(secretstorage.dbus_init()) as bus:
            secretstorage.get_default_collection(bus).lock()

    def unlock(self) -> None:
        """Unlock it with its password; a prompt would need a person (gnome-keyring's own call for its tools)."""
        with contextlib.closing(secretstorage.dbus_init()) as bus:
            service = DBusAddressWrapper(SS_PATH, "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface", bus)
            password = format_secret(open_session(bus), PASSWORD.encode(), "text/plain")
            service.call("UnlockWithMasterPassword", "o(oayays)", LOGIN_COLLECTION, password)


@pytest.fixture(scope="session")
def secret_service(lab_folder):
    """The running service; from here on the whole run's DBUS_SESSION_BUS_ADDRESS points at it."""
    needs("dbus-daemon", "gnome-keyring-daemon", root=False)
    with running(LabSecretService(lab_folder / "keyring", PASSWORD)) as service, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DBUS_SESSION_BUS_ADDRESS", service.address)
        yield service
