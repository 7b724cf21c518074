"""What images, registries and refused names are called on screen."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from desktop.core.display import one_line
from desktop.core.inventory import NamedImage
from desktop.core.reference import Reference
from desktop.core.registry import Account
from desktop.core.registry_errors import InvalidAddress, InvalidReference


def short(reference: Reference) -> str:
    """The repository without its registry, as people call it: "samples/nginx", "nginx"."""
    return replace(reference, tag="", digest="").familiar if reference.on_docker_hub else reference.path


def tagged(row: NamedImage) -> str:
    """The image's name without its registry: "samples/nginx:v1"; the whole name where no grammar knows it."""
    reference = row.reference
    return f"{short(reference)}:{reference.tag}" if reference else title(row)


def title(row: NamedImage) -> str:
    """The image's whole name, or that it has none."""
    return one_line(row.name) or QCoreApplication.translate("images", "no name")


def registry_title(registry: str) -> str:
    """What people call a registry."""
    return QCoreApplication.translate("images", "Docker Hub") if registry == "docker.io" else registry


def account_for(accounts: Sequence[Account], registry: str) -> Account | None:
    """Who signs in to *registry*; None: nobody."""
    return next((account for account in accounts if account.host == registry), None)


def why_not(refused: InvalidReference | InvalidAddress) -> str:
    """The sentence that says why what was typed is no name or no address."""
    context = "addresses" if isinstance(refused, InvalidAddress) else "references"
    return QCoreApplication.translate(context, refused.facts["why"])
