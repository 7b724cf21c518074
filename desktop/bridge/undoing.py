"""Takes what the tour made off this computer."""

from desktop.bridge.worker import Report, Work
from desktop.core.cancel import CancelToken
from desktop.core.engine_errors import ContainerGone, ImageNotHere
from desktop.core.onboarding import Undo
from desktop.core.ports import Engine


def undoing(undo: Undo) -> Work:
    """Work for an engine: stop and remove the containers, then the names; what is gone already is no failure."""

    def work(engine: Engine, token: CancelToken, report: Report) -> Undo:
        for container_id, _ in undo.containers:
            try:
                engine.stop(container_id)
                engine.remove_container(container_id)
            except ContainerGone:  # stopping was enough for one that removes itself
                continue
        for name in undo.names:
            token.check()
            try:
                engine.remove_name(name)
            except ImageNotHere:
                continue
        return undo

    return work
