import sys

from stages import Stages

REPORT = """<testsuites><testsuite>
<testcase name="a"/><testcase name="b"/>
<testcase name="c"><failure message="no"/></testcase>
<testcase name="d"><skipped message="left out: the lab's engine needs root"/></testcase>
<testcase name="e"><skipped message="Windows only"/></testcase>
</testsuite></testsuites>"""


def stages(tmp_path, code="pass", report=REPORT):
    run = Stages(tmp_path)
    (tmp_path / "report.xml").write_text(report)
    run.run("tests", [sys.executable, "-c", code], {}, tmp_path / "report.xml")
    return run


def test_what_was_left_out_is_never_counted_as_passed(tmp_path, capfd):
    run = stages(tmp_path)
    run.close()
    said = capfd.readouterr().out
    assert (run.counts.passed, run.counts.failed) == (2, 1)
    assert list(run.counts.left_out) == ["left out: the lab's engine needs root"]
    assert "left out: the lab's engine needs root" in said
    assert said.splitlines()[-1] == "2 passed, 1 failed, 2 skipped"


def test_a_failed_stage_fails_the_run(tmp_path):
    assert stages(tmp_path).sound
    assert not stages(tmp_path, "raise SystemExit(3)").sound


def test_a_stage_that_breaks_off_without_a_report_counts_as_failed(tmp_path, capfd):
    run = Stages(tmp_path)
    run.run("tests", [sys.executable, "-c", "raise SystemExit(3)"], {}, tmp_path / "none.xml")
    run.close()
    assert capfd.readouterr().out.splitlines()[-1] == "0 passed, 1 failed, 0 skipped"


def test_notes_of_what_could_not_be_set_up_are_shown(tmp_path, capfd):
    stages(tmp_path).close(["not installed: podman"])
    assert "note: not installed: podman" in capfd.readouterr().out


def test_where_no_tests_were_asked_for_the_stages_are_counted(tmp_path, capfd):
    run = Stages(tmp_path)
    for code in ("pass", "pass", "raise SystemExit(1)"):
        run.run("benchmark", [sys.executable, "-c", code], {})
    run.close()
    assert capfd.readouterr().out.splitlines()[-1] == "2 passed, 1 failed, 0 skipped"
