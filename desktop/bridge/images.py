"""The images' room: what is on this computer, under which names, and who uses it."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop.bridge.crew import EngineCrew
from desktop.bridge.models import Column, TableModel
from desktop.bridge.worker import Job, Report
from desktop.core.cancel import CancelToken
from desktop.core.engine_errors import EngineUnreachable, ImageNotHere
from desktop.core.errors import QT_TRANSLATE_NOOP, AppError
from desktop.core.inventory import Container, Image, ImageDetails, NamedImage, Removal, Users, named, users_of
from desktop.core.ports import Engine
from desktop.core.reference import Reference

COLUMNS = (
    Column(
        QT_TRANSLATE_NOOP("columns", "Name"),
        lambda row: row.name,
        lambda row: (not row.name, row.name.casefold()),
        tip=QT_TRANSLATE_NOOP("columns", "The registry it belongs to, and its repository there"),
    ),
    Column(
        QT_TRANSLATE_NOOP("columns", "Tag"),
        lambda row: row.tag,
        lambda row: row.tag,
        tip=QT_TRANSLATE_NOOP("columns", "Tells versions of one image apart"),
    ),
    Column(
        QT_TRANSLATE_NOOP("columns", "Size"),
        lambda row: str(row.image.size),
        lambda row: row.image.size,
        right=True,
        searched=False,
        tip=QT_TRANSLATE_NOOP("columns", "Unpacked on this computer. Images may share parts of it."),
    ),
    Column(
        QT_TRANSLATE_NOOP("columns", "Age"),
        lambda row: str(row.image.created),
        lambda row: -row.image.created,
        searched=False,
        tip=QT_TRANSLATE_NOOP("columns", "Since it was built, not since it came here"),
    ),
    Column(
        QT_TRANSLATE_NOOP("columns", "In use by"),
        lambda row: ", ".join(row.used_by),
        lambda row: (not row.used_by, row.used_by),
        tip=QT_TRANSLATE_NOOP("columns", "Containers made from it, stopped ones too"),
    ),
)
Listed = tuple[tuple[Image, ...], list[NamedImage]]
PATIENCE_MS = 1000  #: in which an engine that is gone is noticed by whoever watches it


class ImageRoom(QObject):
    """Images as the engine lists them, each list by one request, asked for when something happened to them."""

    changed = Signal()  # what there is; also who uses it
    failed = Signal(object)  # AppError
    described = Signal(object)  # ImageDetails
    name_added = Signal(str, object)  # the image's id, Reference
    removed = Signal(object)  # Removal

    def __init__(self, crew: EngineCrew, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.model = TableModel(COLUMNS, lambda row: row.key, self)
        self._crew = crew
        self._images: tuple[Image, ...] = ()
        self._users: Users = {}
        self._rows: list[NamedImage] = []
        self._listing: Job | None = None
        self._describing: Job | None = None
        self._again, self._wanted = False, ""  # asked for meanwhile: one more listing, a description
        self._trouble = EngineUnreachable()
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._on_patience_timeout)
        crew.changed.connect(self._on_crew_changed)

    @property
    def images(self) -> tuple[Image, ...]:
        """All of them as last listed, each once."""
        return self._images

    @property
    def rows(self) -> tuple[NamedImage, ...]:
        """The same under each of their names, with who uses them."""
        return tuple(self._rows)

    @Slot()
    def refresh(self) -> None:
        """List anew; asked for while a listing runs, once more after it. Quiet while there is no engine."""
        if self._listing:
            self._again = True
        elif self._crew.connected:
            self._again = False
            self._patience.stop()
            self._listing = self._crew.read(partial(_list, self._users))
            self._listing.succeeded.connect(self._on_listed)
            self._listing.failed.connect(self._on_listing_failed)
            self._listing.finished.connect(self._on_listing_finished)

    @Slot(object)
    def set_containers(self, containers: Sequence[Container]) -> None:
        """Note who uses what; only rows of which that changed are touched."""
        users = users_of(containers)
        if users != self._users:
            self._users = users
            if self._mark_used():
                self.changed.emit()

    @Slot(str)
    def describe(self, name: str) -> None:
        """Ask what the image *name* (or id) says of itself; described follows for the last one asked for."""
        self._wanted = name
        if name and not self._describing:
            self._wanted = ""
            self._describing = self._crew.read(partial(_describe, name))
            self._describing.succeeded.connect(self._on_described)
            self._describing.failed.connect(self._on_describing_failed)
            self._describing.finished.connect(self._on_describing_finished)

    @Slot(str, object)
    def add_name(self, image_id: str, reference: Reference) -> Job:
        """Give the image one more name; name_added or failed follows, and the Job tells of this one alone."""
        job = self._crew.act(image_id, partial(_add_name, image_id, reference))
        job.succeeded.connect(self._on_name_added)
        job.failed.connect(self._on_act_failed)
        return job

    @Slot(object)
    def remove(self, removal: Removal) -> None:
        """Remove a name, and the image with its last one; removed or failed follows."""
        job = self._crew.act(removal.image.id, partial(_remove, removal))
        job.succeeded.connect(self._on_removed)
        job.failed.connect(self._on_act_failed)

    def _mark_used(self) -> bool:
        """Have the rows say who uses them now; whether that changed any."""
        changed: dict[int, NamedImage] = {}
        for at, row in enumerate(self._rows):
            used_by = self._users.get(row.image.id, ())
            if used_by != row.used_by:
                changed[at] = replace(row, used_by=used_by)
        for at, row in changed.items():
            self._rows[at] = row
        if changed:
            self.model.update_rows(list(changed.values()))
        return bool(changed)

    @Slot(bool)
    def _on_crew_changed(self, connected: bool) -> None:
        self._patience.stop()
        if connected:
            self.refresh()

    @Slot(object)
    def _on_listed(self, listed: Listed) -> None:
        self._images, self._rows = listed
        self.model.set_rows(self._rows)
        self._mark_used()  # it may have changed while the list was made
        self.changed.emit()

    @Slot(object)
    def _on_listing_failed(self, error: AppError) -> None:
        if isinstance(error, EngineUnreachable):
            self._trouble = error
            self._patience.start()
        else:
            self.failed.emit(error)

    @Slot()
    def _on_patience_timeout(self) -> None:
        if self._crew.connected:  # it says that it is there, yet does not answer
            self.failed.emit(self._trouble)

    @Slot()
    def _on_listing_finished(self) -> None:
        self._listing = None
        if self._again:
            self.refresh()

    @Slot(object)
    def _on_described(self, details: ImageDetails) -> None:
        if not self._wanted:
            self.described.emit(details)

    @Slot(object)
    def _on_describing_failed(self, error: AppError) -> None:
        if isinstance(error, ImageNotHere):
            self.refresh()  # its row is out of date, and nobody asked for more than to look at it
        elif not self._wanted and not isinstance(error, EngineUnreachable):
            self.failed.emit(error)

    @Slot()
    def _on_describing_finished(self) -> None:
        self._describing = None
        self.describe(self._wanted)

    @Slot(object)
    def _on_name_added(self, added: tuple[str, Reference]) -> None:
        self.refresh()
        self.name_added.emit(*added)

    @Slot(object)
    def _on_removed(self, removal: Removal) -> None:
        self.refresh()
        self.removed.emit(removal)

    @Slot(object)
    def _on_act_failed(self, error: AppError) -> None:
        if isinstance(error, ImageNotHere):
            self.refresh()
        self.failed.emit(error)


def _list(users: Users, engine: Engine, token: CancelToken, report: Report) -> Listed:
    images = engine.images()
    return tuple(images), named(images, users)


def _describe(name: str, engine: Engine, token: CancelToken, report: Report) -> ImageDetails:
    return engine.image_details(name)


def _add_name(
    image_id: str, reference: Reference, engine: Engine, token: CancelToken, report: Report
) -> tuple[str, Reference]:
    engine.add_name(image_id, reference)
    return image_id, reference


def _remove(removal: Removal, engine: Engine, token: CancelToken, report: Report) -> Removal:
    engine.remove_name(removal.name)
    return removal
