"""What docker-py raises, as our own errors."""

from collections.abc import Iterator
from contextlib import contextmanager

import requests
import urllib3
from docker.errors import APIError, DockerException

from desktop.adapters.docker_socket import BROKEN, why
from desktop.core.engine_errors import EngineAnswerUnreadable, EngineUnreachable, refusal

#: a connection that broke, or never was
LOST: tuple[type[Exception], ...] = (
    requests.RequestException,
    urllib3.exceptions.HTTPError,
    DockerException,
    *BROKEN,
)


@contextmanager
def in_words(**facts: str) -> Iterator[None]:
    """Turn what docker-py raises within into AppErrors with *facts*: a refusal by the engine's words, else a loss."""
    try:
        yield
    except APIError as refused:
        raise refusal(str(refused.explanation or ""), **facts) from refused
    except requests.exceptions.JSONDecodeError as bad:
        raise EngineAnswerUnreadable(why(bad)) from bad
    except LOST as lost:
        raise EngineUnreachable(why(lost)) from lost
