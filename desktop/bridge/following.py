"""Whose output is brought: of the container that was asked for, from its first word, and again when it starts again."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import QObject, Signal

from desktop.bridge.crew import EngineCrew
from desktop.bridge.output import OutputStream
from desktop.core.inventory import Container, EngineEvent, RunOptions


class Following(QObject):
    """Follows one container at a time. What it runs is followed from the start, if somebody asks for it at once."""

    run_started = Signal(str, object)  # the container's id, RunOptions; whoever wants its output says so now
    run_failed = Signal(object)  # AppError
    began = Signal(str)  # the id; all its output comes now
    arrived = Signal(str, object)  # the id, list[OutputPiece]
    ended = Signal(str)  # the id
    failed = Signal(object)  # AppError

    def __init__(self, crew: EngineCrew, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._crew = crew
        self._current: OutputStream | None = None
        self._fresh: OutputStream | None = None  # of a container that has just been run
        self._born = self._died = self._started_again = False  # what is known since it is followed
        self._interrupted = False

    @property
    def container_id(self) -> str:
        """The container that is followed, also after its output ended; "" for none."""
        return self._current.container_id if self._current else ""

    def follow(self, container_id: str) -> None:
        """Bring its output in place of another's; nothing changes where it is flowing already."""
        if self._current and self._current.flowing and self._current.container_id == container_id:
            return
        if self._fresh and self._fresh.container_id == container_id:
            stream, self._fresh = self._fresh, None
            self._adopt(stream)
            self._born = True
        else:
            stream = OutputStream(self._crew, self)
            self._adopt(stream)
            stream.follow(container_id)
        self.began.emit(container_id)

    def unfollow(self) -> None:
        """Bring no more."""
        stream, self._current = self._current, None
        if stream:
            stream.stop()
            stream.deleteLater()

    def interrupt(self) -> None:
        """End the flow as if the container had; the next list tells whether it goes on."""
        if self._current and self._current.flowing:
            self._interrupted = True
            self._current.interrupt()

    def run(self, options: RunOptions) -> None:
        """Run a container: run_started or run_failed follows."""
        stream = OutputStream(self._crew, self)
        stream.started.connect(partial(self._on_started, stream, options))
        stream.refused.connect(partial(self._on_refused, stream))
        stream.run(options)

    def see(self, event: EngineEvent) -> None:
        """Notice when the followed container dies and starts again, however quickly.

        Lists would not do: one that was on its way shows it alive after its end, and to follow it anew then would wipe
        out the last words of a container that is removed when it stops.
        """
        if self._current is None or event.id != self._current.container_id:
            return
        if event.action == "die":
            self._born, self._died = False, True
        elif event.action == "start" and self._born:
            self._born = False  # that was its first start
        elif event.action == "start" and (self._died or not self._current.flowing):
            self._started_again = True
            self._go_on()

    def listed(self, containers: Mapping[str, Container]) -> None:
        """The engine is there again: go on with what was interrupted."""
        found = containers.get(self.container_id)
        if self._interrupted and found and found.alive:
            self.follow(found.id)
        self._interrupted = False

    def _go_on(self) -> None:
        """Follow anew what was started again, once all that was said before has come."""
        if self._current and self._started_again and not self._current.flowing:
            self.follow(self._current.container_id)

    def _adopt(self, stream: OutputStream) -> None:
        self.unfollow()
        self._current = stream
        self._born = self._died = self._started_again = False
        stream.arrived.connect(self._on_arrived)
        stream.ended.connect(self._on_ended)
        stream.failed.connect(self.failed)

    def _on_started(self, stream: OutputStream, options: RunOptions, container_id: str) -> None:
        self._fresh = stream
        self.run_started.emit(container_id, options)
        if self._fresh is stream:  # nobody wants to read it
            self._fresh = None
            stream.stop()
            stream.deleteLater()

    def _on_refused(self, stream: OutputStream, error: object) -> None:
        stream.deleteLater()
        self.run_failed.emit(error)

    def _on_arrived(self, pieces: object) -> None:
        self.arrived.emit(self.container_id, pieces)

    def _on_ended(self) -> None:
        self.ended.emit(self.container_id)
        self._go_on()
