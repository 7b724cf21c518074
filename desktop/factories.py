"""What the workers build their clients with. Each import happens on the worker, after the window shows."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop.core.engines import Probe
    from desktop.core.ports import Engine, EngineFinder, Keychain, PageProbe, Registries


def shield_docker_config(folder: Path) -> dict[str, str]:
    """Point docker-py at an empty configuration of ours and return the environment as it was.

    A malformed entry in the person's own config.json makes docker-py's constructor fail, and its credential helpers
    would be run behind our back.
    """
    before = dict(os.environ)
    own = folder / "docker-config"
    own.mkdir(parents=True, exist_ok=True)
    (own / "config.json").write_text("{}", encoding="utf-8")
    os.environ["DOCKER_CONFIG"] = str(own)
    return before


def make_engine(probe: Probe) -> Engine:
    """A client for the engine that *probe* found."""
    from desktop.adapters.docker_engine import DockerEngine

    return DockerEngine(probe.url, probe.api_version, probe.tls)


def make_finder(environment: dict[str, str]) -> EngineFinder:
    """A finder that reads the person's own *environment*, not the one docker-py is given."""
    from desktop.adapters.engine_discovery import Discovery

    return Discovery(environment)


def make_registries() -> Registries:
    """The way to registries over HTTP."""
    from desktop.adapters.registry_directory import RegistryDirectory

    return RegistryDirectory()


def make_keychain() -> Keychain:
    """The system's keyring."""
    from desktop.adapters.os_keychain import OsKeychain

    return OsKeychain()


def make_page_probe() -> PageProbe:
    """Asks web pages whether they answer."""
    from desktop.adapters.page_probe import HttpPageProbe

    return HttpPageProbe()
