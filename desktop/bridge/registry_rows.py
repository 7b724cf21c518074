"""How repositories and tags stand in one flat table."""

from collections.abc import Container, Iterable, Iterator, Mapping

from desktop.bridge.models import Column
from desktop.core.errors import QT_TRANSLATE_NOOP
from desktop.core.name_list import NameList
from desktop.core.registry import RegistryEntry, TagDetails

COLUMNS = (
    Column(
        QT_TRANSLATE_NOOP("columns", "Repository and tag"),
        lambda entry: f"{entry.repository}:{entry.tag}" if entry.tag else entry.repository,
        lambda entry: entry.repository,
    ),
    Column(
        QT_TRANSLATE_NOOP("columns", "Size"),
        lambda entry: "",
        lambda entry: entry.size,
        right=True,
        searched=False,
        tip=QT_TRANSLATE_NOOP("columns", "Packed, as it travels"),
    ),
    Column(
        QT_TRANSLATE_NOOP("columns", "Made"),
        lambda entry: entry.created,
        lambda entry: entry.created,
        searched=False,
        tip=QT_TRANSLATE_NOOP("columns", "When the image was built"),
    ),
)


def rows(
    repositories: Iterable[str],
    opened: Mapping[str, NameList],
    loading: Container[str],
    details: Mapping[tuple[str, str], TagDetails],
) -> Iterator[RegistryEntry]:
    """Each repository; below an open one its tags, and a line for more of them where there are more."""
    for name in repositories:
        tags = opened.get(name)
        if tags is None:
            yield RegistryEntry(name)
            continue
        count = len(tags.names) if tags.known else -1
        yield RegistryEntry(name, open=True, count=count, unfinished=tags.unfinished, loading=name in loading)
        for tag in tags.names:
            yield tag_row(name, tag, details.get((name, tag)))
        if tags.unfinished:
            yield RegistryEntry(name, more=True, loading=name in loading)


def tag_row(repository: str, tag: str, details: TagDetails | None) -> RegistryEntry:
    """A tag, with what is known of it."""
    if details is None:
        return RegistryEntry(repository, tag)
    return RegistryEntry(repository, tag, size=details.size, created=details.created)
