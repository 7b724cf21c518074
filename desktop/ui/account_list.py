"""The accounts beside a registry's list: whose registry, and what is left to know."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from desktop.core.address import is_loopback
from desktop.core.display import one_line
from desktop.core.registry import Account, Provider
from desktop.ui import theme
from desktop.ui.naming import registry_title
from desktop.ui.widgets.parts import button, column, divider, frame, label, row
from desktop.ui.widgets.table import plain_tip

WIDE, NARROW, HIGH = 224, 64, 48  #: pixels; narrow there are only the letters
_LETTERS = {"docker.io": "Hub", "ghcr.io": "GH", "quay.io": "Qy", "registry.gitlab.com": "GL"}


def letters(account: Account) -> str:
    """What stands on an account's tile: a registry's name in two or three letters."""
    if account.provider is Provider.AZURE:
        return "Az"
    if account.provider is Provider.PRACTICE or is_loopback(account.host):
        return "PC"
    return _LETTERS.get(account.host, account.host.removeprefix("registry.")[:2].capitalize())


class AccountItem(QAbstractButton):
    """One account, chosen or not."""

    def __init__(self, account: Account, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.account, self.narrow = account, False
        practice = account.provider is Provider.PRACTICE
        self.title = self.tr("Practice registry") if practice else one_line(registry_title(account.host))
        self.note, self.tone = self._note()
        self.setCheckable(True)
        self.setAccessibleName(f"{self.title}, {self.note}")
        self.setToolTip(plain_tip(f"{account.host}\n{self.note}"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def _note(self) -> tuple[str, str]:
        account = self.account
        if account.scheme == "http" and not is_loopback(account.host):
            return self.tr("not encrypted"), "warn"
        if not account.asks:
            return self.tr("asks for no password"), "text2"
        user = one_line(account.user, 60)
        if not account.kept:
            return self.tr("as {user}, until Portside quits").format(user=user), "text2"
        if account.provider is Provider.PRACTICE:
            return self.tr("on this computer"), "text2"
        return self.tr("as {user}").format(user=user), "text2"

    def sizeHint(self) -> QSize:
        return QSize(NARROW - 16 if self.narrow else WIDE - 16, HIGH)

    def minimumSizeHint(self) -> QSize:
        return QSize(NARROW - 16, HIGH)

    def paintEvent(self, event: QPaintEvent) -> None:
        here, box = self.isChecked(), self.rect()
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            if here or self.underMouse():
                painter.setBrush(theme.colour("selected" if here else "hover"))
                painter.drawRoundedRect(box, 8, 8)
            self._paint_tile(painter, QRect(box.topLeft() + QPoint(8, 8), QSize(32, 32)))
            if not self.narrow:
                line = QRect(50, 7, box.width() - 58, 19)
                self._paint_line(painter, line, self.title, "strong" if here else "medium", "text")
                self._paint_line(painter, line.translated(0, 17), self.note, "small", self.tone)

    def _paint_tile(self, painter: QPainter, tile: QRect) -> None:
        painter.setPen(QPen(theme.colour("border")))
        painter.setBrush(theme.colour("hover"))
        painter.drawRoundedRect(QRectF(tile).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        painter.setPen(theme.colour("text2"))
        painter.setFont(theme.font("label"))
        painter.drawText(tile, Qt.AlignmentFlag.AlignCenter, letters(self.account))

    def _paint_line(self, painter: QPainter, box: QRect, text: str, role: str, tone: str) -> None:
        font = theme.font(role)
        painter.setFont(font)
        painter.setPen(theme.colour(tone))
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideMiddle, box.width())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, shown)


class AccountList(QFrame):
    """All accounts, one of them chosen; signing out at the foot."""

    account_chosen = Signal(str)  # its id; by the person
    sign_out_wanted = Signal(object)  # Account

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("pane")
        self.items: list[AccountItem] = []
        self._group = QButtonGroup(self)
        self._narrow = False
        self._title = label(self.tr("Accounts"), "label", "text2")
        self._title.setContentsMargins(8, 0, 8, 4)
        self._box: QVBoxLayout = column(gap=2)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(frame("pane", column(self._box, None)))
        self.sign_out_button = button(self.tr("Sign out…"), "power", "quiet")
        self.sign_out_button.setAccessibleName(self.tr("Sign out"))
        foot = row(self.sign_out_button, None, margins=(8, 8, 8, 10))
        self._foot = frame("pane", column(divider(), foot, gap=0))
        above = column(self._title, self._scroll, gap=0, margins=(8, 12, 8, 8))
        self.setLayout(column(above, self._foot, gap=0))
        self.setAccessibleName(self.tr("Accounts"))
        self.setFixedWidth(WIDE)
        self._group.buttonClicked.connect(self._on_item_clicked)
        self.sign_out_button.clicked.connect(self._on_sign_out_clicked)

    @property
    def chosen(self) -> Account | None:
        """Whose registry is on show."""
        return next((item.account for item in self.items if item.isChecked()), None)

    def set_accounts(self, accounts: Sequence[Account]) -> None:
        """Show these; the chosen one stays chosen if it is still there."""
        chosen = self.chosen
        for item in self.items:
            self._group.removeButton(item)
            self._box.removeWidget(item)
            item.hide()
            item.deleteLater()
        self.items = [AccountItem(account) for account in accounts]
        for item in self.items:
            item.narrow = self._narrow
            self._group.addButton(item)
            self._box.addWidget(item)
        self.choose(chosen.id if chosen else "")

    def choose(self, account_id: str) -> bool:
        """Choose that account; False where there is none."""
        found = next((item for item in self.items if item.account.id == account_id), None)
        if found:
            found.setChecked(True)
            self._scroll.ensureWidgetVisible(found)
        self.sign_out_button.setEnabled(self.chosen is not None)
        return found is not None

    def collapse(self, narrow: bool) -> None:
        """Show only the letters, to leave room for the rest."""
        if narrow != self._narrow:
            self._narrow = narrow
            self.setFixedWidth(NARROW if narrow else WIDE)
            self._title.setVisible(not narrow)
            self.sign_out_button.setText("" if narrow else " " + self.tr("Sign out…"))
            self.sign_out_button.setToolTip(self.tr("Sign out…") if narrow else "")
            for item in self.items:
                item.narrow = narrow
                item.updateGeometry()
                item.update()

    @Slot(QAbstractButton)
    def _on_item_clicked(self, item: AccountItem) -> None:
        self.sign_out_button.setEnabled(True)
        self.account_chosen.emit(item.account.id)

    @Slot()
    def _on_sign_out_clicked(self) -> None:
        if self.chosen:
            self.sign_out_wanted.emit(self.chosen)
