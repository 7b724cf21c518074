import json

from desktop.stage import Stage


def test_a_stage_is_read_and_never_shows_its_password(tmp_path):
    path = tmp_path / "stage.json"
    told = {"engine": "unix:///e.sock", "registry": "127.0.0.1:5000", "user": "u", "password": "canary", "notes": ["n"]}
    path.write_text(json.dumps(told))
    stage = Stage.read(path)
    assert (stage.engine, stage.registry, stage.user, stage.notes) == ("unix:///e.sock", "127.0.0.1:5000", "u", ("n",))
    assert stage.password.reveal() == "canary"
    assert "canary" not in repr(stage)
