import time
from dataclasses import replace

import pytest
from PySide6.QtCore import QLocale

from desktop.bridge.transfer_rows import Summary
from desktop.core.progress import Phase, Snapshot
from desktop.core.transfer_errors import PushUnconfirmed
from desktop.core.transfers import Receipt, State, Wait
from desktop.ui.transfer_words import TransferWords
from ui.some_transfers import ARRIVED, DIGEST, MB, MOVING, PULL, PUSH, layer, transfer


@pytest.fixture
def words(qapp):
    return TransferWords()


@pytest.mark.parametrize(
    ("done", "total", "certain", "told"),
    [
        (0, 142, True, "0 of 142 MB"),
        (450, 1200, True, "0.45 of 1.20 GB"),
        (5, 9, False, "5.00 MB"),
        (0, 0, False, ""),
        (200, 142, True, "142 of 142 MB"),
    ],
)
def test_bytes_are_told_in_one_unit_and_of_how_many_only_where_that_is_known(words, done, total, certain, told):
    shot = Snapshot(done * MB, total * MB, (layer(1, Phase.MOVING),), certain=certain)
    assert words.count(replace(MOVING, snapshot=shot)) == told


@pytest.mark.parametrize(
    ("direction", "layers", "told"),
    [
        (PUSH, [], "Begun; the engine has named no layer yet"),
        (PULL, [], "Begun; the engine has named no layer yet"),
        (PUSH, [layer(1, Phase.WAITING), layer(2, Phase.DONE)], "Waits for the engine: it moves a few layers at once"),
        (PULL, [layer(1, Phase.MOVING, 1, 2), layer(2, Phase.MOVED)], "1 of 2 layers are here"),
        (PULL, [layer(1, Phase.MOVING, 1, 2)], "Its one layer is on the way"),
        (PULL, [layer(1, Phase.DONE), layer(2, Phase.EXTRACTING)], "Unpacking: 1 of 2 layers are in place"),
        (PULL, [layer(1, Phase.DONE), layer(2, Phase.EXISTS)], "All layers are in place"),
        (PUSH, [layer(1, Phase.DONE), layer(2, Phase.EXISTS)], "All layers are there; the name follows"),
        (
            PUSH,
            [layer(1, Phase.RETRYING, retry_s=9), layer(2, Phase.RETRYING, retry_s=4)],
            "A layer met trouble; the engine tries again in 4 s",
        ),
    ],
)
def test_what_moves_says_how_it_stands(words, direction, layers, told):
    assert words.note(transfer(1, direction, layers=layers)) == told


@pytest.mark.parametrize(
    ("direction", "waits", "told"),
    [
        (PUSH, Wait.SLOT, "Push, waits for its turn"),
        (PULL, Wait.NAME, "Pull, waits for another transfer of this name"),
        (PULL, Wait.ENGINE, "Pull, waits for an engine"),
        (PUSH, Wait.THREAD, "Push, waits: Portside does as much at once as it can"),
    ],
)
def test_what_waits_says_for_what(words, direction, waits, told):
    assert words.note(transfer(1, direction, state=State.QUEUED, waits=waits)) == told


def test_what_is_being_proved_says_so(words):
    assert words.note(replace(MOVING, state=State.PROVING)) == "Everything is sent; asking the registry for it"


def test_what_arrived_shows_its_receipt(words, monkeypatch):
    monkeypatch.setattr(QLocale, "language", lambda self: QLocale.Language.C)
    ended = time.mktime((*time.localtime()[:3], 14, 1, 0, 0, 0, -1))
    assert (
        words.note(replace(ARRIVED, ended=ended))
        == "Pushed 14:01. The registry has sha256:9f2c71d4…e08b41ab, 13.3 KB, linux/amd64"
    )
    pulled = replace(ARRIVED, wish=replace(ARRIVED.wish, direction=PULL), ended=ended - 86_400 * 3)
    assert words.note(pulled).startswith("Pulled ")
    assert "14:01. It is sha256:9f2c71d4…e08b41ab" in words.note(pulled)
    assert not words.note(pulled).startswith("Pulled 14:01"), "another day is told with its date"


def test_an_image_for_many_platforms_tells_how_many(words):
    many = Receipt(DIGEST, 5, tuple(f"linux/{n}" for n in range(7)))
    assert words.note(replace(ARRIVED, receipt=many)).endswith("5 B, 7 platforms")


@pytest.mark.parametrize(
    ("direction", "layers", "error", "told"),
    [
        (PULL, [], None, ", before it began"),
        (PULL, [layer(1, Phase.MOVING, 1, 2)], None, "What had come may have to be fetched again."),
        (PUSH, [layer(1, Phase.MOVING, 1, 2)], None, "Layers that arrived stay in the registry."),
        (PUSH, [], PushUnconfirmed(), ", after it was sent; the registry was not asked for it"),
    ],
)
def test_what_was_cancelled_says_what_became_of_it(words, direction, layers, error, told):
    cancelled = transfer(1, direction, state=State.CANCELLED, layers=layers, error=error, ended=time.time())
    assert words.note(cancelled).endswith(told)
    assert words.note(cancelled).startswith("Cancelled ")


@pytest.mark.parametrize(
    ("direction", "phase", "ended", "told"),
    [
        (PULL, Phase.WAITING, False, "waits for the engine"),
        (PULL, Phase.MOVING, False, "coming in"),
        (PULL, Phase.CHECKING, False, "being checked"),
        (PULL, Phase.MOVED, False, "here, not unpacked yet"),
        (PULL, Phase.EXTRACTING, False, "being unpacked"),
        (PULL, Phase.DONE, False, "in place"),
        (PULL, Phase.EXISTS, False, "already here"),
        (PULL, Phase.RETRYING, False, "the engine tries again in 5 s"),
        (PULL, Phase.MOVING, True, "did not arrive"),
        (PUSH, Phase.WAITING, False, "waits for the engine"),
        (PUSH, Phase.MOUNTED, False, "taken from another repository there"),
        (PUSH, Phase.DONE, True, "there"),
        (PUSH, Phase.RETRYING, True, "did not get there"),
    ],
)
def test_every_phase_of_a_layer_has_a_word(words, direction, phase, ended, told):
    assert words.phase(layer(1, phase, retry_s=5), direction, ended) == told


@pytest.mark.parametrize(
    ("summary", "told"),
    [
        (Summary(), "Nothing is moving"),
        (Summary(open=4), "Nothing is moving; 4 waiting"),
        (Summary(3, 6.9 * MB, 2, 11.2 * MB, 7), "6.90 MB/s out, 11.2 MB/s in"),
        (Summary(1, 0.0, 2, 0.0, 3), "1 going out, 2 coming in"),
        (Summary(0, 0.0, 2, 11.2 * MB, 2, 118.0), "11.2 MB/s in; all done in about 2 min"),
    ],
)
def test_the_head_sums_up(words, summary, told):
    assert words.summary(summary) == told
