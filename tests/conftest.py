"""What every test stands on: Qt without a screen, a home of its own, no keyring of the person's, and the lab."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

pytest_plugins = [
    "lab.places",
    "lab.images",
    "lab.mirror",
    "lab.engine",
    "lab.registries",
    "lab.secret_service",
    "lab.podman",
]


def _leave_the_person_alone() -> None:
    """Point home, settings, runtime folder and session bus away from those of whoever runs the tests."""
    home = Path(tempfile.mkdtemp(prefix="portside-home-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    (home / "run").mkdir(mode=0o700)
    for name, folder in (
        ("HOME", ""),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_RUNTIME_DIR", "run"),
    ):
        os.environ[name] = str(home / folder)
    os.environ["DBUS_SESSION_BUS_ADDRESS"] = "disabled:"
    for name in [name for name in os.environ if name.startswith("DOCKER_")]:
        del os.environ[name]


_leave_the_person_alone()


def pytest_addoption(parser, pluginmanager):
    """Let tests/core and tests/adapters run where neither pytest-qt nor PySide6 is installed."""
    if not pluginmanager.hasplugin("pytest-qt"):
        for name in ("qt_api", "qt_log_level_fail", "qt_log_ignore"):
            parser.addini(name, "an option of pytest-qt, which is absent")


def pytest_configure(config):
    """The profile of a soak: as many examples as an hour holds, each run with a seed that it prints."""
    if config.getoption("--hypothesis-profile", None) == "soak":
        from hypothesis import HealthCheck, settings

        settings.register_profile("soak", max_examples=5_000, deadline=None, suppress_health_check=list(HealthCheck))
