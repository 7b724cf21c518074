"""A network bridge of our own for an engine of our own, so that the machine's firewall and engine stay as they are."""

import contextlib
import ipaddress
import os
import re
import secrets
import subprocess

TOOL_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class BridgeDevice:
    """A bridge with an address in a subnet that nothing else here uses. Needs root."""

    def __init__(self) -> None:
        self.name = f"portside{secrets.token_hex(3)}"  # 15 characters is the kernel's limit

    def create(self) -> None:
        """Make it and bring it up. Raises CalledProcessError, or OSError where there is no ip command."""
        _ip("link", "add", self.name, "type", "bridge")
        _ip("address", "add", f"{_free_subnet()[1]}/24", "dev", self.name)
        _ip("link", "set", self.name, "up")

    def remove(self) -> None:
        """Take it away; nothing happens where it is gone already."""
        with contextlib.suppress(OSError, subprocess.CalledProcessError):
            _ip("link", "delete", self.name)


def _free_subnet() -> ipaddress.IPv4Network:
    """A /24 that overlaps no address and no route of this machine."""
    shown = _ip("-4", "-oneline", "address") + _ip("-4", "route")
    taken = [ipaddress.IPv4Network(found, strict=False) for found in re.findall(r"\d+\.\d+\.\d+\.\d+/\d+", shown)]
    start = os.getpid() % 256  # two runs at the same moment begin at different places
    for offset in range(256):
        subnet = ipaddress.IPv4Network(f"10.214.{(start + offset) % 256}.0/24")
        if not any(subnet.overlaps(other) for other in taken):
            return subnet
    raise OSError("no free subnet in 10.214.0.0/16")


def _ip(*words: str) -> str:
    environment = {**os.environ, "PATH": TOOL_PATH}
    done = subprocess.run(["ip", *words], check=True, capture_output=True, text=True, env=environment)
    return done.stdout
