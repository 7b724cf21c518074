"""The transfers' room for the gallery; what was said lately, where the keyboard is, the question before the end."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

import gallery_data as data
from desktop.bridge.transfer_rows import Summary, TransferRows
from desktop.core.onboarding import Step
from desktop.core.transfers import Lane, Transfer
from desktop.ui.main_window import MainWindow
from desktop.ui.quit_dialog import QuitDialog
from desktop.ui.transfers_view import TransfersView
from gallery_screens import Shot, home, screen, window

LANES = (
    Lane("contoso.azurecr.io", 1, 10, 3, 5),
    Lane("docker.io", 0, 10, 0, 5),
    Lane("ghcr.io", 0, 10, 0, 5),
)


def room(*transfers: Transfer) -> tuple[MainWindow, TransfersView]:
    """The room with these."""
    rows = TransferRows()
    view = TransfersView(rows)
    rows.setParent(view)
    view.set_accounts(data.ACCOUNTS)
    rows.show([lane for lane in LANES if any(each.lane == lane.registry for each in transfers)], transfers)
    if transfers:
        view.show_summary(Summary(3, 6_900_000, 2, 11_200_000, 6, 118.0))
    made = window("transfers", view, busy=bool(transfers))
    made.show()
    return made, view


@screen("5-transfers")
def transfers_full() -> Shot:
    return Shot(room(*data.TRANSFERS)[0])


def chosen(number: int) -> Shot:
    """The room with all that is known of one."""
    made, view = room(*data.TRANSFERS)
    view.choose(number)
    return Shot(made)


@screen("5-transfers-moving")
def transfers_moving() -> Shot:
    return chosen(2)


@screen("5-transfers-failed")
def transfers_failed() -> Shot:
    made, view = room(*data.TRANSFERS)
    view.choose(7)
    view.details.cause.fold.click()
    return Shot(made)


@screen("5-transfers-arrived")
def transfers_arrived() -> Shot:
    return chosen(9)


@screen("5-transfers-narrow")
def transfers_narrow() -> Shot:
    made, view = room(*data.TRANSFERS)
    made.resize(880, 560)
    view.choose(1)
    return Shot(made)


@screen("5-transfers-nothing")
def transfers_nothing() -> Shot:
    made, view = room(*data.TRANSFERS)
    view.find_field.setText("no such image")
    return Shot(made)


@screen("5-transfers-empty")
def transfers_empty() -> Shot:
    return Shot(room()[0])


@screen("9-messages")
def messages() -> Shot:
    made, _ = home(3)
    bell = made.bar.messages
    bell.say("The settings could not be read and were put aside. Portside began with fresh ones.", "warn")
    bell.say("contoso.azurecr.io/samples/nginx:v1 arrived.")
    bell.say("contoso.azurecr.io does not allow this", "bad")
    made.show()
    bell.button.click()
    return Shot(made, popup=bell.list)


@screen("9-keyboard")
def keyboard() -> Shot:
    made, view = home(3)
    made.show()
    made.activateWindow()
    QTest.qWaitForWindowActive(made)
    wanted = view.checklist.lines[Step.NAME].inside.do_button
    view.checklist.lines[Step.NAME].inside.command_button.setFocus()
    for _ in range(2):  # real keys: only they show the ring
        QTest.keyClick(made, Qt.Key.Key_Backtab)
        if wanted.hasFocus():
            break
    return Shot(made)


@screen("9-quit")
def quit_asked() -> Shot:
    made, _ = home(3)
    dialog = QuitDialog(3, 2, made)
    dialog.open()
    return Shot(made, dialog)
