"""The transfers' table: a line per registry, and below it its transfers, as far as they are asked for."""

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from enum import Enum

from PySide6.QtCore import QObject, Qt

from desktop.bridge.models import Column, Index, TableModel
from desktop.core.errors import QT_TRANSLATE_NOOP
from desktop.core.transfers import Lane, State, Transfer


class Group(Enum):
    """What a person may want to see of all transfers."""

    ALL = "all"
    MOVING = "moving"
    WAITING = "waiting"
    ARRIVED = "arrived"
    FAILED = "failed"


GROUPS = {
    State.QUEUED: Group.WAITING,
    State.ACTIVE: Group.MOVING,
    State.PROVING: Group.MOVING,
    State.DONE: Group.ARRIVED,
    State.FAILED: Group.FAILED,
}  # what was cancelled is among all of them only


@dataclass(frozen=True, slots=True)
class Summary:
    """What goes on: how many go out and come in, at how many bytes a second; *open* is how many are not over.

    *left* is seconds until everything has arrived, None where nobody can say.
    """

    out: int = 0
    out_rate: float = 0.0
    coming: int = 0
    coming_rate: float = 0.0
    open: int = 0
    left: float | None = None


#: never sorted, and sought by narrow()
COLUMNS = (Column(QT_TRANSLATE_NOOP("columns", "Transfer"), lambda row: name_of(row), lambda row: 0),)


def name_of(row: Lane | Transfer) -> str:
    """What a row is called: the registry, or the image without it."""
    if isinstance(row, Lane):
        return row.registry
    return row.wish.reference.familiar.removeprefix(f"{row.lane}/")


def _key(row: Lane | Transfer) -> Hashable:
    return row.registry if isinstance(row, Lane) else row.place or row.id


class TransferRows(TableModel):
    """Lanes and transfers as rows; a transfer that is tried again keeps its row. Never sorted."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(COLUMNS, _key, parent)
        self._lanes: tuple[Lane, ...] = ()
        self._transfers: tuple[Transfer, ...] = ()
        self._group, self._sought = Group.ALL, ""
        self.counts: Counter[Group] = Counter()  # how many transfers each group has

    def show(self, lanes: Sequence[Lane], transfers: Sequence[Transfer]) -> bool:
        """Hold exactly these; return whether that is news."""
        if (tuple(lanes), tuple(transfers)) == (self._lanes, self._transfers):
            return False
        self._lanes, self._transfers = tuple(lanes), tuple(transfers)
        self.counts = Counter(GROUPS[t.state] for t in transfers if t.state in GROUPS)
        self.counts[Group.ALL] = len(transfers)
        self._arrange_rows()
        return True

    def narrow(self, group: Group, sought: str = "") -> None:
        """Show only transfers of *group* with *sought* in the name or the digest, and the lanes that have some."""
        if (group, sought.casefold()) != (self._group, self._sought):
            self._group, self._sought = group, sought.casefold()
            self._arrange_rows()

    def lane_places(self) -> list[int]:
        """Which of the rows shown are lanes."""
        return [at for at, item in enumerate(self._shown) if isinstance(item.row, Lane)]

    def _arrange_rows(self) -> None:
        below: dict[str, list[Transfer]] = {lane.registry: [] for lane in self._lanes}
        for transfer in self._transfers:
            if self._wanted(transfer):
                below[transfer.lane].append(transfer)
        rows: list[Lane | Transfer] = []
        for lane in self._lanes:
            if below[lane.registry]:
                rows += [lane, *below[lane.registry]]
        self.set_rows(rows)

    def _wanted(self, transfer: Transfer) -> bool:
        if self._group is not Group.ALL and GROUPS.get(transfer.state) is not self._group:
            return False
        digest = transfer.receipt.digest if transfer.receipt else ""
        return not self._sought or self._sought in f"{transfer.wish.reference}\n{digest}".casefold()

    def flags(self, index: Index) -> Qt.ItemFlag:
        lane = index.isValid() and isinstance(self._shown[index.row()].row, Lane)
        return Qt.ItemFlag.NoItemFlags if lane else super().flags(index)  # a lane is a heading: nothing to choose
