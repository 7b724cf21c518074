"""Ticks the tour's steps from what the rooms tell, and knows what the open steps would act on."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QLocale, QObject, Signal, Slot

from desktop.core.errors import QT_TRANSLATE_NOOP
from desktop.core.inventory import Container, EngineEvent, NamedImage, Removal, RunOptions, Subject
from desktop.core.onboarding import FIRST_IMAGE, Kind, Step, Tour, TourPlan, TourStep, Undo, place_for
from desktop.core.reference import Reference
from desktop.core.registry import Account
from desktop.core.registry_errors import InvalidReference
from desktop.core.transfers import Direction, State, Transfer

#: what proves a step, as a sentence (context "tour")
_SIGNED_IN = QT_TRANSLATE_NOOP("tour", "{host}, signed in as {user}")
_OPEN = QT_TRANSLATE_NOOP("tour", "{host}, which did not ask for a password")
_PULLED = QT_TRANSLATE_NOOP("tour", "{name} from {host}, {size}")
_PULLED_BARE = QT_TRANSLATE_NOOP("tour", "{name} from {host}")
_ANSWERED = QT_TRANSLATE_NOOP("tour", "{address} answered in {seconds} s")
_PUSHED = QT_TRANSLATE_NOOP("tour", "{name} arrived, {digest}")
_RETURNED = QT_TRANSLATE_NOOP("tour", "{name} came back, {address} answered in {seconds} s")
_REMOVED = QT_TRANSLATE_NOOP("tour", "{name} removed from this computer")


class TourGuide(QObject):
    """Listens to every room and tells Home where the tour stands. All on the UI thread."""

    changed = Signal()  # lines, plan or what is to be kept

    def __init__(self, tour: Tour, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tour = tour
        self._accounts: tuple[Account, ...] = ()
        self._images: dict[str, str] = {}  # id by name
        self._containers: dict[str, Container] = {}
        self._image_of: dict[str, str] = {}  # the image's name by the id of a container
        self._moving: dict[Reference, bool] = {}  # pulls under way: whether the name was here before
        self._pulled: Reference | None = None
        self._named: Reference | None = None
        self._back: set[Reference] = set()  # pulled from a connected registry after a push
        self._untagged = False

    @property
    def lines(self) -> list[TourStep]:
        """The seven steps as they stand."""
        return self._tour.steps()

    @property
    def kept(self) -> dict[str, object]:
        """The fields of Settings that hold the tour."""
        return {"tour": tuple(self._tour.proofs().items()), "tour_made": self._tour.kept()}

    @property
    def plan(self) -> TourPlan:
        """What the open steps would act on now."""
        account = self._account()
        source = self._source()
        known = self._listed(source) if source else ""
        return TourPlan(
            host=account.host if account else "",
            user=account.user if account else "",
            image=source.familiar.removesuffix(":latest") if source else FIRST_IMAGE,
            source=known,
            source_id=self._images.get(known, ""),
            target=self._target(source, account),
            undo=self._undo(),
        )

    def page_of(self, step: Step) -> tuple[str, str] | None:
        """The container that *step* runs already and where its page is: opening that is all the step still lacks."""
        for container_id in self._tour.made(Kind.CONTAINER):
            container = self._containers.get(container_id)
            came_back = _parsed(self._image_of.get(container_id, "")) in self._back
            fits = step is Step.RUN or (step is Step.RETURN and came_back)
            if fits and container and container.alive and container.addresses:
                return container_id, container.addresses[0]
        return None

    @Slot(object)
    def set_accounts(self, accounts: Sequence[Account]) -> None:
        """These registries are connected."""
        self._accounts = tuple(accounts)
        if accounts:
            self._tick_connect(accounts[-1])
        self.changed.emit()

    @Slot(object)
    def set_images(self, rows: Sequence[NamedImage]) -> None:
        """These images are on this computer. A name in a connected registry that appears on one of them is a step."""
        before, self._images = self._images, {row.name: row.image.id for row in rows if row.name}
        known = set(before.values())
        for name in self._images.keys() - before.keys():
            if self._images[name] in known and (reference := self._own(name)):
                self._tick_name(reference)
        for name in before.keys() - self._images.keys() if self._untagged else ():
            self._tick_tidy(name)
        self._untagged = False
        self.changed.emit()

    @Slot(object)
    def set_containers(self, containers: Sequence[Container]) -> None:
        """These containers are there."""
        self._containers = {container.id: container for container in containers}
        self._image_of.update((container.id, container.image) for container in containers)
        self.changed.emit()

    @Slot(object)
    def set_moving(self, transfers: Sequence[Transfer]) -> None:
        """These transfers are known; a pull that begins is looked at while it is clear what was here before."""
        for transfer in transfers:
            reference = transfer.wish.reference
            if transfer.wish.direction is Direction.PULL and not transfer.state.final:
                self._moving.setdefault(reference, bool(self._listed(reference)))
            elif transfer.state in (State.FAILED, State.CANCELLED):
                self._moving.pop(reference, None)

    @Slot(object)
    def note_connected(self, account: Account) -> None:
        """A registry accepted a sign-in."""
        self._accounts = (*(known for known in self._accounts if known.id != account.id), account)
        self._tick_connect(account)
        self.changed.emit()

    @Slot(object)
    def note_arrived(self, transfer: Transfer) -> None:
        """A pull is here, or a push is there with its receipt."""
        reference = transfer.wish.reference
        if transfer.wish.direction is Direction.PUSH:
            if transfer.receipt and transfer.receipt.digest:
                if self._tick(Step.PUSH, _PUSHED, name=reference.familiar, digest=transfer.receipt.digest[:19]):
                    self._named = reference
        else:
            size = transfer.receipt.size if transfer.receipt else 0
            self._note_pull(reference, size or transfer.snapshot.total)
        self.changed.emit()

    @Slot(object)
    def note_event(self, event: EngineEvent) -> None:
        """Something happened in the engine, by whatever program: a finished pull counts, a lost name is looked for."""
        if event.subject is not Subject.IMAGE:
            return
        if event.action in ("untag", "delete", "remove"):
            self._untagged = True
        # Docker gives the whole name as the id, Podman as the name
        named = event.id if ":" in event.id.removeprefix("sha256:") else event.name
        reference = _parsed(named) if event.action == "pull" else None
        if reference and reference not in self._moving:
            self._note_pull(reference, 0)
            self.changed.emit()

    @Slot(str, object)
    def note_run(self, container_id: str, options: RunOptions) -> None:
        """A container was started here."""
        self._image_of[container_id] = options.image
        reference, plan = _parsed(options.image), self.plan
        if reference and reference in (_parsed(plan.source), plan.target) and not self._tour.done(Step.TIDY):
            self._tour.make(Kind.CONTAINER, container_id)
        self.changed.emit()

    @Slot(str, str, float)
    def note_page(self, container_id: str, address: str, seconds: float) -> None:
        """A container's page answered."""
        taken = f"{seconds:.1f}"
        self._tick(Step.RUN, _ANSWERED, address=address, seconds=taken)
        reference = _parsed(self._image_of.get(container_id, ""))
        if reference in self._back and self._tour.done(Step.PUSH):
            self._tick(Step.RETURN, _RETURNED, name=reference.familiar, address=address, seconds=taken)
        self.changed.emit()

    @Slot(str, object)
    def note_name(self, image_id: str, reference: Reference) -> None:
        """An image got one more name."""
        if self._own(str(reference)):
            self._tick_name(reference)
        self.changed.emit()

    @Slot(object)
    def note_removed(self, removal: Removal) -> None:
        """A name of an image was removed."""
        self._tick_tidy(removal.name)
        self.changed.emit()

    @Slot(object)
    def note_undone(self, undo: Undo) -> None:
        """What the tour made is gone from this computer."""
        for name in undo.names:
            self._tour.unmake(Kind.NAME, str(_parsed(name)))
        for container_id, _ in undo.containers:
            self._tour.unmake(Kind.CONTAINER, container_id)
        gone = [*undo.names, *(name for _, name in undo.containers)]
        self._tick(Step.TIDY, _REMOVED, name=", ".join(gone))
        self.changed.emit()

    @Slot()
    def begin_again(self) -> None:
        """Open all steps; a connected registry is still connected."""
        self._tour.forget()
        self._pulled = self._named = None
        self._back.clear()
        self.set_accounts(self._accounts)

    def _account(self) -> Account | None:
        """The registry the tour is about: where the tour's name is, else the one connected last."""
        named = next((a for a in self._accounts if self._named and a.host == self._named.registry), None)
        return named or (self._accounts[-1] if self._accounts else None)

    def _source(self) -> Reference | None:
        """The image that gets a name: the one pulled, also in an earlier run, else nginx if it is here."""
        made = (_parsed(name) for name in self._tour.made(Kind.NAME))
        known = (self._pulled, *(name for name in made if name and not self._own(str(name))))
        return next((name for name in (*known, Reference.parse(FIRST_IMAGE)) if name and self._listed(name)), None)

    def _target(self, source: Reference | None, account: Account | None) -> Reference | None:
        made = (_parsed(name) for name in reversed(self._tour.made(Kind.NAME)))
        known = self._named or next((name for name in made if name and self._own(str(name))), None)
        if known or not account:
            return known
        try:
            return place_for(source or Reference.parse(FIRST_IMAGE), account.host, account.user)
        except InvalidReference:  # a user name that cannot be a folder
            return None

    def _undo(self) -> Undo:
        made = [reference for name in self._tour.made(Kind.NAME) if (reference := _parsed(name))]
        here = [(reference, listed) for reference in made if (listed := self._listed(reference))]
        here.sort(key=lambda pair: not self._own(pair[1]))  # the image goes with its last name, its first one
        containers = [self._containers[id] for id in self._tour.made(Kind.CONTAINER) if id in self._containers]
        return Undo(
            tuple(listed for _, listed in here),
            tuple((container.id, container.name) for container in containers),
            tuple(listed for _, listed in here if self._own(listed)) if self._tour.done(Step.PUSH) else (),
        )

    def _listed(self, reference: Reference) -> str:
        """*reference* as the engine lists it (Docker leaves Docker Hub out, Podman does not); "" if it is not here."""
        return next((name for name in (reference.familiar, str(reference)) if name in self._images), "")

    def _own(self, name: str) -> Reference | None:
        """*name* as a reference into a connected registry; None where it is none."""
        hosts = {account.host for account in self._accounts}
        if name.partition("/")[0] not in hosts and "docker.io" not in hosts:
            return None  # the usual case, told without taking the name apart
        reference = _parsed(name)
        if reference and reference.registry == "docker.io" and reference.path.startswith("library/"):
            return None  # everybody's, whoever is signed in there
        return reference if reference and reference.registry in hosts else None

    def _note_pull(self, reference: Reference, size: int) -> None:
        was_here = self._moving.pop(reference, bool(self._listed(reference)))
        host = "Docker Hub" if reference.registry == "docker.io" else reference.registry
        words = _PULLED if size else _PULLED_BARE
        shown = QLocale.c().formattedDataSize(size, 1, QLocale.DataSizeFormat.DataSizeSIFormat)
        if self._tick(Step.PULL, words, name=reference.familiar, host=host, size=shown):
            self._pulled = reference
            if not was_here:
                self._tour.make(Kind.NAME, str(reference))
        if self._tour.done(Step.PUSH) and self._own(str(reference)):
            self._back.add(reference)

    def _tick(self, step: Step, words: str, **facts: str) -> bool:
        return self._tour.happened(step, QCoreApplication.translate("tour", words).format(**facts))

    def _tick_connect(self, account: Account) -> None:
        words = _SIGNED_IN if account.asks and account.user else _OPEN
        self._tick(Step.CONNECT, words, host=account.host, user=account.user)

    def _tick_name(self, reference: Reference) -> None:
        if self._tour.happened(Step.NAME, reference.familiar):
            self._named = reference
            self._tour.make(Kind.NAME, str(reference))

    def _tick_tidy(self, name: str) -> None:
        """Count the removal of a name in a connected registry, once something was pushed."""
        own = self._own(name)
        self._tour.unmake(Kind.NAME, str(_parsed(name)))
        if own and self._tour.done(Step.PUSH):
            self._tick(Step.TIDY, _REMOVED, name=own.familiar)


def _parsed(name: str) -> Reference | None:
    try:
        return Reference.parse(name)
    except InvalidReference:
        return None
