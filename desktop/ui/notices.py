"""Errors in words the person can act on, and the banner that shows them where the act was."""

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from desktop.core.display import display
from desktop.core.errors import AppError, NextStep
from desktop.ui.widgets import glyphs
from desktop.ui.widgets.painted import Icon
from desktop.ui.widgets.parts import button, column, frame, icon_button, label, row

RAW_HIGH = 66  #: pixels of the raw text: three lines, then it scrolls


class Notice(NamedTuple):
    """What happened, why, what to do; *details* is the other side's own text; *act* the caption of the one button."""

    title: str
    reason: str
    hint: str
    details: str
    act: str


def explain(error: AppError) -> Notice:
    """*error* in the person's language, every text from outside made safe to show."""
    facts = {key: display(value) for key, value in error.facts.items()}
    texts = (error.title, error.reason, error.hint)
    title, reason, hint = (QCoreApplication.translate("errors", text).format_map(facts) for text in texts)
    act = QCoreApplication.translate("errors", error.step.value) if error.step.value else ""
    return Notice(title, reason, hint, display(error.raw), act)


def in_short(error: AppError) -> str:
    """*error* in one line, for a note under the field it is about."""
    notice = explain(error)
    return f"{notice.title}. {notice.reason}"


class Banner(QWidget):
    """An error between a page's head and its list: what happened, why, what to do, one button, the raw text folded."""

    step_requested = Signal(object)  # the AppError whose button was clicked

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._error: AppError | None = None
        self.title, self.words = label("", "strong", wrap=True), label("", wrap=True)
        self.act, self.fold = button(""), button("", "chevron-right", "link")
        self.raw, close = QPlainTextEdit(readOnly=True), icon_button("close", self.tr("Put away"))
        self.raw.setObjectName("raw")
        self.raw.setAccessibleName(self.tr("What was said"))
        self.raw.setFixedHeight(RAW_HIGH)
        self.raw.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.raw.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        words = column(self.title, self.words, self.fold, self.raw, gap=4)
        inner = row(Icon("alert", "bad", 18), words, 12, self.act, close, gap=8, margins=(14, 12, 8, 12), top=True)
        inner.setStretch(1, 1)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(24, 16, 24, 8)
        outer.addWidget(frame("banner", inner))
        self.fold.clicked.connect(self._on_fold_clicked)
        self.act.clicked.connect(self._on_act_clicked)
        close.clicked.connect(self.clear)
        self.hide()

    @property
    def error(self) -> AppError | None:
        """What is shown now, if anything."""
        return self._error

    def show_error(self, error: AppError) -> None:
        """Say what happened, why, and what to do."""
        notice, self._error = explain(error), error
        self.title.setText(notice.title)
        self.words.setText(f"{notice.reason} {notice.hint}")
        self.act.setText(notice.act.replace("&", "&&"))
        self.act.setVisible(error.step is not NextStep.NONE)
        self.raw.setPlainText(notice.details)
        self.fold.setVisible(bool(notice.details))
        self._unfold(False)
        self.show()

    def clear(self) -> None:
        """Put the error away."""
        self._error = None
        self.hide()

    def _unfold(self, unfolded: bool) -> None:
        self.raw.setVisible(unfolded)
        self.fold.setIcon(glyphs.icon("chevron-down" if unfolded else "chevron-right", "link"))
        self.fold.setText(" " + (self.tr("Hide what was said") if unfolded else self.tr("Show what was said")))

    def _on_fold_clicked(self) -> None:
        self._unfold(not self.raw.isVisible())

    def _on_act_clicked(self) -> None:
        if self._error:
            self.step_requested.emit(self._error)
