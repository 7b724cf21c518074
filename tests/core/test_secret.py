import copy
import json
import logging
import pickle
from dataclasses import asdict, dataclass

import pytest

from desktop.core.ports import Credential
from desktop.core.registry_errors import KeyringRefused
from desktop.core.secret import Secret

TEXT = "canary-secret"


@dataclass
class Form:
    who: Credential


def test_no_text_made_of_it_shows_it(caplog):
    secret = Secret(TEXT)
    form = Form(Credential("robot", secret))
    logging.getLogger("test").warning("%s %r %s", secret, secret, form)
    shown = [str(secret), repr(secret), f"{secret:}", f"{form}", str(asdict(form)), caplog.text]
    shown += [repr([secret]), str(KeyringRefused(str(secret))), ascii(secret)]
    assert not any(TEXT in text for text in shown)
    assert secret.reveal() == TEXT


@pytest.mark.parametrize("copied", [pickle.dumps, copy.copy, json.dumps])
def test_it_is_not_copied_or_stored_by_accident(copied):
    with pytest.raises(TypeError) as caught:
        copied(Secret(TEXT))
    assert TEXT not in str(caught.value)


def test_no_attribute_gives_it_away():
    secret = Secret(TEXT)
    assert not hasattr(secret, "__dict__")
    with pytest.raises(AttributeError):
        secret.text = "x"
    assert TEXT not in str(dir(secret))


def test_secrets_are_compared_by_their_text_and_empty_ones_are_false():
    assert Secret(TEXT) == Secret(TEXT) != Secret("x")
    assert hash(Secret(TEXT)) == hash(Secret(TEXT)) != hash(TEXT)
    assert Secret(TEXT) != TEXT
    assert (bool(Secret("")), bool(Secret(" "))) == (False, True)
