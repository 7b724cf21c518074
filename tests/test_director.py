import json

import pytest
from PySide6.QtWidgets import QLabel

from desktop.director import Director, StepFailed, Wait, ask, pause


@pytest.fixture
def play(qtbot, tmp_path):
    """Play steps to their end; returns what was reported as passed, and the folder."""
    label = QLabel("stage")
    qtbot.addWidget(label)
    label.show()

    def play(*steps, notes=()):
        director = Director(steps, tmp_path, label, notes)
        with qtbot.waitSignal(director.finished, timeout=10_000) as told:
            director.start()
        return told.args[0], json.loads((tmp_path / "walkthrough.json").read_text())

    return play


def well(report):
    report.detail = "so it was"
    yield from pause(0.01)


def badly(report):
    yield from pause(0.01)
    raise StepFailed("it was not so")


def never(report):
    yield Wait("end of the world", lambda: False, 0.05)


def test_every_step_is_written_down_with_a_picture(play, tmp_path):
    passed, told = play(("First", well), ("Second one", well), notes=["mirror used"])
    assert passed
    assert told["notes"] == ["mirror used"]
    assert [(s["name"], s["passed"], s["detail"]) for s in told["steps"]] == [
        ("First", True, "so it was"),
        ("Second one", True, "so it was"),
    ]
    assert [p.name for p in sorted(tmp_path.glob("*.png"))] == ["01-first.png", "02-second-one.png"]


@pytest.mark.parametrize(
    ("step", "detail"), [(badly, "StepFailed: it was not so"), (never, "no end of the world within 0.05 s")]
)
def test_a_failed_step_ends_the_play_and_those_after_it_did_not_pass(play, step, detail):
    passed, told = play(("First", well), ("Bad", step), ("After", well))
    assert not passed
    assert [s["passed"] for s in told["steps"]] == [True, False, False]
    assert told["steps"][1]["detail"] == detail


def test_a_check_is_noted_as_it_was_typed_without_what_went_in_secretly(play):
    def step(report):
        report.detail = yield from ask("cat", ["-"], report, "hush")
        assert report.detail == "hush"
        report.detail = ""
        report.checks[0].answer = ""
        yield from ask("sh", ["-c", "echo told"], report)

    passed, told = play(("Ask", step))
    assert passed
    assert told["steps"][0]["checks"] == [
        {"command": "cat -", "answer": ""},
        {"command": "sh -c echo told", "answer": "told"},
    ]
    assert "hush" not in json.dumps(told)


def test_a_program_that_is_missing_is_no_endless_wait(play):
    def step(report):
        answer = yield from ask("no-such-program-anywhere", [], report)
        assert answer == ""

    assert play(("Ask", step))[0]
