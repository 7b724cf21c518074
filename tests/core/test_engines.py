import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.engines import EngineState, EngineStatus, Probe, choose


def probe(url, state=EngineState.RUNNING, engine_id=""):
    return Probe(url, "Docker", "usual", state, engine_id=engine_id)


A, B, C = probe("unix:///a"), probe("unix:///b"), probe("unix:///c")
DENIED, STOPPED, ABSENT = (
    probe(f"unix:///{state.value}", state) for state in (EngineState.DENIED, EngineState.STOPPED, EngineState.ABSENT)
)


def test_the_first_that_runs_is_used():
    assert choose([ABSENT, A, B]) == EngineStatus(EngineState.RUNNING, A, (ABSENT, A, B))


def test_the_wanted_one_is_used_if_it_runs():
    assert choose([A, B, C], wanted=C.url).chosen == C
    assert choose([A, STOPPED], wanted=STOPPED.url).chosen == A


@pytest.mark.parametrize(
    ("probes", "state", "chosen"),
    [
        ([STOPPED, DENIED, ABSENT], EngineState.DENIED, DENIED),  # it runs: nearer to working than one to be started
        ([ABSENT, STOPPED], EngineState.STOPPED, STOPPED),
        ([ABSENT], EngineState.ABSENT, None),
        ([], EngineState.ABSENT, None),
    ],
)
def test_without_one_that_runs_the_most_hopeful_reason_is_told(probes, state, chosen):
    status = choose(probes)
    assert (status.state, status.chosen) == (state, chosen)


def test_one_engine_reached_twice_counts_once_under_its_better_address():
    first, again = probe("unix:///a", engine_id="X"), probe("tcp://a", engine_id="X")
    assert choose([first, B, again]).tried == (first, B)


def test_engines_without_a_number_are_never_taken_for_one():
    assert choose([A, B]).tried == (A, B)


PROBES = st.lists(
    st.builds(
        probe,
        st.sampled_from(["unix:///a", "unix:///b", "tcp://c:1"]),
        st.sampled_from([state for state in EngineState if state is not EngineState.SEARCHING]),
        st.sampled_from(["", "X", "Y"]),
    ),
    max_size=6,
)


@given(PROBES, st.sampled_from(["", "unix:///b"]))
def test_whatever_was_found_the_status_is_that_of_what_it_names(probes, wanted):
    status = choose(probes, wanted)
    assert status.chosen is None or (status.chosen in probes and status.chosen.state is status.state)
    assert (status.state is EngineState.RUNNING) == any(p.state is EngineState.RUNNING for p in status.tried)
    assert set(status.tried) <= set(probes)
