"""Asks before the program ends while transfers run."""

from PySide6.QtWidgets import QWidget

from desktop.ui.dialog_frame import DialogFrame
from desktop.ui.widgets.parts import button, label


class QuitDialog(DialogFrame):
    """Says what quitting would break off; accepted means quit."""

    def __init__(self, pushes: int, pulls: int, parent: QWidget) -> None:
        title = self.tr("Quit while something moves?")
        super().__init__(parent, title, self._about(pushes, pulls), 460)
        self.quit_button = button(self.tr("Quit"), "power", "danger")
        self.quit_button.clicked.connect(self.accept)
        self.cancel_button.setText(self.tr("Keep going"))
        words = self.tr(
            "A push goes on later where it was broken off: the layers that arrived stay in the registry. "
            "A pull may begin anew."
        )
        self.fill([label(words, "body", "text2", wrap=True)], self.quit_button)
        self.cancel_button.setFocus()

    def _about(self, pushes: int, pulls: int) -> str:
        parts = []
        if pushes:
            parts.append(self.tr("1 push") if pushes == 1 else self.tr("{n} pushes").format(n=pushes))
        if pulls:
            parts.append(self.tr("1 pull") if pulls == 1 else self.tr("{n} pulls").format(n=pulls))
        return self.tr("{what} would be cancelled.").format(what=self.tr(" and ").join(parts))
