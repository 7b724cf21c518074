import importlib
import pkgutil

import pytest

import desktop.core
from desktop.core.errors import AppError, NextStep, family

for found in pkgutil.iter_modules(desktop.core.__path__):
    importlib.import_module(f"desktop.core.{found.name}")  # so that every error is known

FAMILY = family()
FACTS = {
    "address": "localhost:8080",
    "code": "1",
    "command": "/bin/sh",
    "container": "web",
    "engine": "Docker",
    "host": "ghcr.io",
    "name": "ghcr.io/app:1",
    "path": "/home/kim/x",
    "port": "8080",
    "realm": "auth.example",
    "seconds": "30",
    "user": "kim",
    "why": "There is a space inside it.",
    "wanted": "Docker",
    "limit": "4 MB",
    "platform": "linux/amd64",
}
WORDS = [(error, part) for error in FAMILY for part in ("title", "reason", "hint")]
ids = [f"{error.__name__}.{part}" for error, part in WORDS]


@pytest.mark.parametrize(("error", "part"), WORDS, ids=ids)
def test_what_happened_why_and_what_to_do_are_each_one_short_text(error, part):
    words = getattr(error, part)
    filled = words.format_map(FACTS)
    assert filled.strip() == filled
    assert 0 < len(filled) <= 160
    assert filled[0].isupper() or words.startswith(("{", "“{"))
    if part == "title":
        assert not words.endswith(".")
    else:
        assert "." in words.split()[-1], "a whole sentence has a full stop, but for one that ends in an address"


@pytest.mark.parametrize("error", FAMILY, ids=lambda error: error.__name__)
def test_the_other_sides_text_is_kept_apart(error):
    raised = error("raw {text} of a stranger", **FACTS)
    assert raised.raw == "raw {text} of a stranger"
    assert raised.raw not in str(raised)
    assert raised.raw not in repr(raised)


def test_no_two_errors_say_the_same():
    said = [(error.title, error.reason) for error in FAMILY]
    assert {words for words in said if said.count(words) > 1} == set()


def test_no_two_buttons_say_the_same():
    captions = [step.value for step in NextStep]
    assert len(set(captions)) == len(captions)


def test_an_error_carries_no_secret_of_where_it_was_raised():
    assert AppError("x").__cause__ is None
    assert AppError("x").args == ("AppError",)
