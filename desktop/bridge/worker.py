"""Blocking work on a thread of its own, results on the UI thread."""

import logging
from collections.abc import Callable, Iterable
from functools import partial
from itertools import count
from queue import SimpleQueue
from typing import Any, NamedTuple

from PySide6.QtCore import QDeadlineTimer, QMetaObject, QObject, Qt, QThread, QTimer, Signal, Slot

from desktop.core.cancel import CancelToken
from desktop.core.errors import AppError, Cancelled

log = logging.getLogger(__name__)
Report = Callable[[object], None]
Work = Callable[[Any, CancelToken, Report], object]
MakeClient = Callable[[], Any]


class Job(QObject):
    """A handle on one piece of work. Lives on the UI thread and emits only there."""

    progressed = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)
    finished = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.token, self._over = CancelToken(), False

    def cancel(self) -> None:
        """Ask the work to stop. finished follows at once and alone, even if the thread is blocked a while longer."""
        self.token.cancel()
        QMetaObject.invokeMethod(self, "_finish", Qt.ConnectionType.QueuedConnection)

    def succeed(self, value: object) -> None:
        """End it with *value* now: for what needed no thread, or several jobs. UI thread only."""
        if not self._over and not self.token.cancelled:
            self.succeeded.emit(value)
        self._finish()

    def fail(self, error: AppError) -> None:
        """End it with *error* now, whatever its thread still does. UI thread only."""
        if not self._over and not self.token.cancelled:
            self.token.cancel()
            self.failed.emit(error)
        self._finish()

    @Slot()
    def _finish(self) -> None:
        if not self._over:
            self._over = True
            self.finished.emit()


class _Order(NamedTuple):
    """What crosses to the thread: a number in place of the job, which never leaves the UI thread."""

    ticket: int
    work: Work
    token: CancelToken
    make_client: MakeClient


class _Client:
    """The thread's one client, made when it is first needed, and anew when another maker is given."""

    def __init__(self) -> None:
        self._held: Any = None
        self._made_by: MakeClient | None = None

    def get(self, make: MakeClient) -> Any:
        """The client that *make* made; raise what making it raises."""
        if self._made_by is not make:
            self.close()
            self._held = make()
            self._made_by = make
        return self._held

    def close(self) -> None:
        """Let it go, quietly."""
        held, self._held, self._made_by = self._held, None, None
        if held is not None:
            try:
                held.close()
            except Exception:  # it is gone either way, and the thread must not be
                log.exception("a client did not close")


class Worker(QThread):
    """A thread that owns one client and runs jobs on it, one after another."""

    idle = Signal()  #: all its work has returned; emitted on the UI thread

    _arrived = Signal(int, str, object)

    def __init__(self, make_client: MakeClient, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._make_client, self._tickets, self._leaving = make_client, count(1), False
        self._inbox: SimpleQueue[_Order | None] = SimpleQueue()
        self._live: dict[int, Job] = {}  # UI thread only, so that no Job dies on another thread
        self._arrived.connect(self._announce)  # this object lives on the UI thread: queued
        self.start()

    @property
    def busy(self) -> bool:
        """Whether work has not returned yet; after a cancel that can outlast the job. UI thread only."""
        return bool(self._live)

    def submit(self, work: Work, job: Job | None = None) -> Job:
        """Queue *work(client, token, report)*; it must hold plain values only. UI thread only.

        *job* is the handle to use where one was given out before. One that comes after ask_to_stop() is cancelled.
        """
        job = job or Job()
        if self._leaving:
            job.token.cancel()
            QTimer.singleShot(0, partial(Job._finish, job))  # holds the job, which has no other owner
            return job
        ticket = next(self._tickets)
        self._live[ticket] = job
        self._inbox.put(_Order(ticket, work, job.token, self._make_client))
        return job

    def renew(self, make_client: MakeClient) -> None:
        """Give all jobs submitted from now on a client made by *make_client*. UI thread only."""
        self._make_client = make_client

    def run(self) -> None:
        client = _Client()
        while order := self._inbox.get():
            self._carry_out(order, client)
            del order  # it may hold a secret, and the next one may be long in coming
        client.close()

    def _carry_out(self, order: _Order, client: _Client) -> None:
        tell = partial(self._arrived.emit, order.ticket)
        try:
            order.token.check()
            tell("succeeded", order.work(client.get(order.make_client), order.token, partial(tell, "progressed")))
        except Cancelled:
            pass
        except AppError as error:
            tell("failed", _bare(error))
        except Exception as bug:  # keep the thread, tell the user, keep the trace
            log.exception("job failed in %s", self.objectName())
            tell("failed", AppError(type(bug).__name__))
        tell("finished", None)

    @Slot(int, str, object)
    def _announce(self, ticket: int, signal: str, value: object) -> None:
        if signal == "finished":
            job = self._live.pop(ticket)  # named, so that it outlives its own emission
            job._finish()
            if not self._live:
                self.idle.emit()
        elif not self._live[ticket].token.cancelled:
            getattr(self._live[ticket], signal).emit(value)

    def ask_to_stop(self) -> None:
        """Cancel every job; the thread ends when its work returns."""
        for job in list(self._live.values()):
            job.cancel()
        self._leave()

    def abandon(self, error: AppError) -> None:
        """Fail every job with *error* now; the thread ends when its work returns."""
        self._leave()
        for job in list(self._live.values()):
            job.fail(error)

    def stop(self, timeout_s: float = 3.0) -> bool:
        """Cancel every job and end the thread. False means it is still blocked."""
        return not stop_all([self], timeout_s)

    def _leave(self) -> None:
        if not self._leaving:
            self._leaving = True
            self._inbox.put(None)


class Roster:
    """Every worker of the program, at most *most* threads at once. UI thread only."""

    def __init__(self, most: int = 40) -> None:
        self._most, self._closed = most, False
        self._workers: list[Worker] = []

    def hire(self, make_client: MakeClient, name: str, spare: int = 0) -> Worker | None:
        """A new worker; None where that would be one thread too many, so the work has to wait and say so.

        *spare* threads are to be left for others then.
        """
        # One whose thread ended is kept until its last word has arrived: its jobs would die unfinished with it.
        self._workers = [worker for worker in self._workers if worker.busy or not worker.isFinished()]
        if self._closed or len(self.names) + spare >= self._most:
            return None
        self._workers.append(Worker(make_client, name))
        return self._workers[-1]

    def dismiss(self, worker: Worker) -> None:
        """Let *worker* go when its work has returned; it is kept alive until its thread has ended."""
        worker.ask_to_stop()

    @property
    def names(self) -> list[str]:
        """The workers whose threads run, by name."""
        return [worker.objectName() for worker in self._workers if not worker.isFinished()]

    def close(self, timeout_s: float = 3.0) -> list[str]:
        """Stop all workers within one limit; return the names of those still blocked, which must not be dropped.

        Nobody is hired any more.
        """
        self._closed = True
        return stop_all(self._workers, timeout_s)


def stop_all(workers: Iterable[Worker], timeout_s: float = 3.0) -> list[str]:
    """Stop all *workers* within one limit; return the names of those still blocked, which must not be dropped."""
    told = list(workers)
    for worker in told:
        worker.ask_to_stop()
    limit = QDeadlineTimer(round(timeout_s * 1000))
    return [worker.objectName() for worker in told if not worker.wait(limit)]


def _bare(error: AppError) -> AppError:
    """*error* without what it came from: the other library's exception and the frames hold requests, even secrets."""
    error.__traceback__ = error.__cause__ = error.__context__ = None
    return error
