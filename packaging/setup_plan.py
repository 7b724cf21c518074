"""What is missing before the program can start, told, asked for once, and set up."""

import contextlib
import os
import sys
from collections.abc import Callable

import engine_service
import system_packages
from engine_service import EngineNotStarted, Found
from environment import Environment, can_be_made
from system_packages import InstallFailed, Need

LINUX = sys.platform.startswith("linux")
VENV = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
TRUST = Need("ca-certificates", file="/etc/ssl/certs/ca-certificates.crt")  # or the engine trusts no registry
WALKTHROUGH = (*system_packages.ENGINE_OF_OUR_OWN, *system_packages.REGISTRY, TRUST, Need("curl", command="curl"))
WITHOUT_ENGINE = (
    "Without a Docker engine the window opens: registries can be connected and browsed; the rest waits for one."
)


class Plan:
    """Looks first, then does: groups of packages, each with what it means to go without."""

    def __init__(self, python: Environment, say: Callable[[str], None]) -> None:
        self.prefix = system_packages.right_to_install(sys.stdin.isatty()) if LINUX else None
        self._python, self._say = python, say
        self._needed: list[str] = []  # packages without which nothing goes on
        self._engine: list[str] = []  # packages of the engine, which the window can do without
        self._start_engine = False

    def look(self, walkthrough: bool, virtual_screen: bool, keyring: bool) -> None:
        """Find out what is missing; nothing is changed."""
        if not LINUX:
            return
        if not self._python.current and not can_be_made():
            self._needed.append(VENV)
        self._needed += system_packages.missing(system_packages.QT_WINDOW)
        if virtual_screen:
            self._needed += system_packages.missing(system_packages.SCREEN)
        if keyring:
            self._needed += system_packages.missing(system_packages.SECRET_SERVICE)
        if walkthrough:
            self._needed += system_packages.missing((*WALKTHROUGH, *_confinement()))
        else:
            self._look_for_engine()

    def carry_out(self, yes: bool) -> bool:
        """Set up what is missing; False if the program can't start then. Raises EnvironmentFailed."""
        if not self._install(yes):
            return False
        self._python.make(self._say)
        if self._start_engine:
            self._start()
        return True

    def _look_for_engine(self) -> None:
        found = engine_service.look()
        if found is Found.DENIED:
            self._say("A Docker engine is here, but this user may not use it. The window shows what to do about it.")
        if found is Found.NONE:
            self._start_engine = True
            self._engine = system_packages.missing((*system_packages.ENGINE, TRUST, *_confinement()))

    def _install(self, yes: bool) -> bool:
        packages = list(dict.fromkeys([*self._needed, *self._engine]))
        if not packages:
            return True
        command = system_packages.install_command(packages)
        if not system_packages.can_install_here():
            self._say(f"Missing here, by the names that Debian gives them: {' '.join(packages)}")
            return self._go_without()
        if self.prefix is None:
            self._say("Some system packages are missing, and this user may not install any. As root, run:")
            self._say(f"  {' '.join(command)}")
            return self._go_without()
        self._say(f"These system packages are missing: {' '.join(packages)}")
        if not yes and sys.stdin.isatty() and not _agrees("Install them now? [Y/n] "):
            self._say(f"Not installed. To do it yourself: {' '.join([*self.prefix, *command])}")
            return self._go_without()
        try:
            system_packages.install(packages, self.prefix, self._say)
        except InstallFailed as error:  # sudo may ask a person who may not use it after all
            self._say(f"That failed: {error}")
            self._say(f"To do it yourself, as root: {' '.join(command)}")
            return self._go_without()
        self._install_font()
        return True

    def _install_font(self) -> None:
        """The face the window is drawn for, where this distribution has it and packages are installed anyway."""
        if font := system_packages.missing([system_packages.FONT]):
            with contextlib.suppress(InstallFailed):
                system_packages.install(font, self.prefix or [], self._say, update=False)

    def _go_without(self) -> bool:
        """Say what works without the packages; False if nothing does."""
        if VENV in self._needed:
            self._say(f"Without {VENV} Portside's own Python packages can't be installed.")
        elif self._needed:
            self._say(f"Without {' '.join(self._needed)} the window can't open.")
        if self._engine:
            self._start_engine = False
            self._say(WITHOUT_ENGINE)
        return not self._needed

    def _start(self) -> None:
        """Start the engine; where that fails the window still opens and says so."""
        if self.prefix is None:
            self._say("The Docker engine does not run, and this user may not start it.")
            return self._say(WITHOUT_ENGINE)
        try:
            if engine_service.look() is Found.NONE:  # installing it may have started it
                self._say("Starting the Docker engine")
                engine_service.start(self.prefix, self._say)
        except EngineNotStarted as error:
            self._say(f"The Docker engine did not start: {error}")
            return self._say(WITHOUT_ENGINE)
        if engine_service.look() is Found.DENIED:
            user = os.environ.get("USER", "$USER")
            self._say(
                "This user may not use the engine yet. To allow it, which gives it root's power over this machine:"
            )
            self._say(f"  sudo usermod --append --groups docker {user}    (then sign in again)")


def _agrees(question: str) -> bool:
    """The person's answer; Enter means yes."""
    try:
        return input(question).strip().lower() in ("", "y", "yes")
    except EOFError:
        return False


def _confinement() -> tuple[Need, ...]:
    """With AppArmor in the kernel an engine starts no container without AppArmor's own program."""
    try:
        with open("/sys/module/apparmor/parameters/enabled") as enabled:
            on = enabled.read().strip() == "Y"
    except OSError:
        on = False
    return (Need("apparmor", command="apparmor_parser"),) if on else ()
