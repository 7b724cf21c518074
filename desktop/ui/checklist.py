"""The tour's seven lines: ticked ones with their proof, the current one open with all it takes to do it."""

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop.core.errors import QT_TRANSLATE_NOOP
from desktop.core.onboarding import Step, TourPlan, TourStep, command
from desktop.ui.widgets.painted import Badge, Elided, Icon
from desktop.ui.widgets.parts import button, column, divider, frame, icon_button, label, row

#: step: its title, what is to be expected, and the sentence that explains its word (context "Checklist")
WORDS = {
    Step.CONNECT: (
        QT_TRANSLATE_NOOP("Checklist", "Connect a registry"),
        QT_TRANSLATE_NOOP("Checklist", "about 2 minutes"),
        QT_TRANSLATE_NOOP(
            "Checklist",
            "A registry keeps images and hands them out. Connecting one is signing in, once. "
            "The secret goes to this computer's keyring.",
        ),
    ),
    Step.PULL: (
        QT_TRANSLATE_NOOP("Checklist", "Pull an image"),
        QT_TRANSLATE_NOOP("Checklist", "about 1 minute"),
        QT_TRANSLATE_NOOP(
            "Checklist",
            "An image is a program packed with all it needs. Pulling copies one to this computer. "
            "nginx, a small web server, is a good first one.",
        ),
    ),
    Step.RUN: (
        QT_TRANSLATE_NOOP("Checklist", "Run it and open the page"),
        QT_TRANSLATE_NOOP("Checklist", "a few seconds"),
        QT_TRANSLATE_NOOP(
            "Checklist",
            "Running an image makes a container: a program with its own files and ports. "
            "Only this computer can open its page.",
        ),
    ),
    Step.NAME: (
        QT_TRANSLATE_NOOP("Checklist", "Give it a name in your registry"),
        QT_TRANSLATE_NOOP("Checklist", "a few seconds"),
        QT_TRANSLATE_NOOP(
            "Checklist",
            "A name says which registry and folder an image belongs to. "
            "Adding one copies nothing, and the old name stays.",
        ),
    ),
    Step.PUSH: (
        QT_TRANSLATE_NOOP("Checklist", "Push it"),
        QT_TRANSLATE_NOOP("Checklist", "about 1 minute"),
        QT_TRANSLATE_NOOP(
            "Checklist",
            "Pushing copies the image to the registry that its name says. "
            "The registry is then asked whether all of it arrived.",
        ),
    ),
    Step.RETURN: (
        QT_TRANSLATE_NOOP("Checklist", "Pull it from the registry and run it"),
        QT_TRANSLATE_NOOP("Checklist", "about 1 minute"),
        QT_TRANSLATE_NOOP(
            "Checklist",
            "What went out comes back, and runs. Whoever may sign in to the registry can do the same on any computer.",
        ),
    ),
    Step.TIDY: (
        QT_TRANSLATE_NOOP("Checklist", "Tidy up"),
        QT_TRANSLATE_NOOP("Checklist", "removes what these steps made, after showing the list"),
        QT_TRANSLATE_NOOP(
            "Checklist",
            "Removing takes a name off this computer, and the image with its last name. "
            "What was pushed stays in the registry.",
        ),
    ),
}


EDGE = 4  #: pixels between the card and its first and last line


def _tr(text: str) -> str:
    return QCoreApplication.translate("Checklist", text)


def change(step: Step, plan: TourPlan) -> tuple[str, str]:
    """What *step* changes: from what, to what."""
    here = QCoreApplication.translate("Checklist", "this computer")
    source = plan.source or plan.image
    host = plan.host or QCoreApplication.translate("Checklist", "your registry")
    target = plan.target.familiar if plan.target else f"{host}/samples/{plan.image}"
    gone = QCoreApplication.translate("Checklist", "removed from this computer")
    return {
        Step.CONNECT: (here, plan.host or "myregistry.azurecr.io"),
        Step.PULL: (plan.image, here),
        Step.RUN: (source, plan.page),
        Step.NAME: (source, target),
        Step.PUSH: (here, target),
        Step.RETURN: (target, plan.page),
        Step.TIDY: (", ".join(plan.undo.names) or target, gone),
    }[step]


class OpenStep(QFrame):
    """The inside of the current step: its sentence, the change it makes, its buttons, its command."""

    do_requested = Signal()

    def __init__(self, step: Step, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._step, self._command = step, ""
        title, _, about = WORDS[step]
        self.before, self.after = Elided(type="mono", middle=True), Elided(type="mono", middle=True)
        self.do_button = button(self.tr("Do it"), kind="primary")
        self.do_button.setAccessibleDescription(_tr(title))
        self.command_button = button(self.tr("Show the command"), "terminal", "quiet")
        self.command = label("", "mono", wrap=True)
        self.copy_button = icon_button("copy", self.tr("Copy the command"), size=24)
        line = row(self.command, self.copy_button, gap=8, margins=(12, 8, 8, 8), top=True)
        line.setStretch(0, 1)
        self.command_well = frame("well", line)
        self.command_well.hide()
        arrow = row(self.before, Icon("arrow-right", "text3", 14), self.after, None, gap=10, margins=(12, 9, 12, 9))
        words = label(_tr(about), "body", "text2", wrap=True)
        acts = row(self.do_button, self.command_button, None)
        self.setLayout(column(words, 4, frame("well", arrow), 6, acts, self.command_well, gap=6))
        self.do_button.clicked.connect(self.do_requested)
        self.command_button.clicked.connect(self._on_command_clicked)
        self.copy_button.clicked.connect(self._on_copy_clicked)

    def show_plan(self, plan: TourPlan) -> None:
        """Say what it would act on."""
        before, after = change(self._step, plan)
        self._command = command(self._step, plan)
        self.before.setText(before)
        self.after.setText(after)
        self.command.setText(self._command)

    def _on_command_clicked(self) -> None:
        shown = self.command_well.isHidden()
        self.command_well.setVisible(shown)
        self.command_button.setText(" " + (self.tr("Hide the command") if shown else self.tr("Show the command")))

    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._command)


class StepLine(QFrame):
    """One step of the tour, as a line or opened."""

    do_requested = Signal(object)  # Step

    def __init__(self, number: int, step: Step, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.step, self._state = step, ""
        self.setProperty("at", {1: "first", len(Step): "last"}.get(number, ""))
        title, self._expected, _ = WORDS[step]
        self.badge = Badge(number, "open")
        self.name, self.head = label(_tr(title), "medium"), label(_tr(title), "heading")
        self.fact = Elided(type="small", tone="text2")
        self.inside = OpenStep(step)
        self.inside.do_requested.connect(self._on_do_requested)
        line = row(self.name, 12, self.fact, gap=0)
        line.setStretch(0, 1)
        words: QVBoxLayout = column(self.head, line, self.inside, gap=6)
        self._box = row(self.badge, words, gap=12, top=True)
        self._box.setStretch(1, 1)
        self.setLayout(self._box)

    def show_step(self, step: TourStep, plan: TourPlan) -> None:
        """Show how it stands."""
        self.inside.show_plan(plan)
        self.fact.setText(step.proof or _tr(self._expected))
        state = "done" if step.done else "current" if step.current else "open"
        if state != self._state:
            self._state = state
            self._dress(state)

    def _dress(self, state: str) -> None:
        here = state == "current"
        self.badge.set_state(state)
        self.fact.set_tone("good" if state == "done" else "text2")
        self.name.setProperty("tone", "text2" if state == "done" else "")
        self.setObjectName("current" if here else "")
        for widget in (self, self.name):  # a name or property that changes later is not noticed by itself
            if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
                widget.style().unpolish(widget)
                widget.style().polish(widget)
        self.head.setVisible(here)
        self.inside.setVisible(here)
        self.name.setVisible(not here)
        self.fact.setVisible(not here)
        edge = 16 if here else 12
        self._box.setContentsMargins(16, edge, 16, edge)

    def _on_do_requested(self) -> None:
        self.do_requested.emit(self.step)


class Checklist(QFrame):
    """The seven steps in a card."""

    do_requested = Signal(object)  # Step

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("card")
        self.lines = {step: StepLine(number, step) for number, step in enumerate(Step, 1)}
        self._dividers = [divider() for _ in range(len(Step) - 1)]
        self._box: QVBoxLayout = column(gap=0, margins=(1, EDGE, 1, EDGE))
        for number, line in enumerate(self.lines.values()):
            if number:
                self._box.addWidget(self._dividers[number - 1])
            self._box.addWidget(line)
            line.do_requested.connect(self.do_requested)
        self.setLayout(self._box)

    def show_steps(self, steps: Sequence[TourStep], plan: TourPlan) -> None:
        """Show how the tour stands."""
        for step in steps:
            self.lines[step.step].show_step(step, plan)
        current = next((number for number, step in enumerate(steps) if step.current), -2)
        first, last = current == 0, current == len(steps) - 1  # an open step goes to the very edge of the card
        self._box.setContentsMargins(1, 1 if first else EDGE, 1, 1 if last else EDGE)
        for number, line in enumerate(self._dividers):
            line.setVisible(number not in (current - 1, current))  # the open step has lines of its own
