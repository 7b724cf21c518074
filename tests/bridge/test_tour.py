import time

import pytest

from desktop.bridge.tour import TourGuide
from desktop.core.inventory import (
    Container,
    ContainerState,
    EngineEvent,
    Image,
    NamedImage,
    PublishedPort,
    Removal,
    RunOptions,
    Subject,
)
from desktop.core.onboarding import Kind, Step, Tour, Undo
from desktop.core.progress import Snapshot
from desktop.core.reference import Reference
from desktop.core.registry import Account
from desktop.core.transfers import Direction, Receipt, State, Transfer, Wish

ACCOUNT = Account("a", "contoso.azurecr.io", "sp-portside")
HUB = Account("h", "docker.io", "kim")
NGINX = Reference.parse("nginx")
OURS = Reference.parse("contoso.azurecr.io/samples/nginx:v1")
DIGEST = "sha256:9f2c71d4b0aa" + "0" * 52


@pytest.fixture
def guide(qapp):
    return TourGuide(Tour())


def proofs(guide):
    return {line.step: line.proof for line in guide.lines if line.done}


def pull(reference, state=State.DONE, size=71_800_000):
    return Transfer(1, Wish(Direction.PULL, reference), state, Snapshot(size, size))


def push(reference, digest=DIGEST):
    receipt = Receipt(digest, 1) if digest else None
    return Transfer(2, Wish(Direction.PUSH, reference, "a"), State.DONE, receipt=receipt)


def rows(**names):
    """Images on this computer, by name=id."""
    return [NamedImage(Image(image_id), name) for name, image_id in names.items()]


def container(id, image, name="web"):
    return Container(id, name, image, "1", ContainerState.RUNNING)


def go_through(guide, until=Step.TIDY):
    """Do the tour up to and with *until*, as the rooms tell it."""
    facts = {
        Step.CONNECT: lambda: guide.note_connected(ACCOUNT),
        Step.PULL: lambda: (guide.note_arrived(pull(NGINX)), guide.set_images(rows(**{"nginx:latest": "1"}))),
        Step.RUN: lambda: (
            guide.note_run("c1", RunOptions("nginx:latest")),
            guide.note_page("c1", "localhost:8080", 1.24),
        ),
        Step.NAME: lambda: guide.note_name("1", OURS),
        Step.PUSH: lambda: guide.note_arrived(push(OURS)),
        Step.RETURN: lambda: (
            guide.note_arrived(pull(OURS)),
            guide.note_run("c2", RunOptions(str(OURS))),
            guide.note_page("c2", "localhost:8080", 0.9),
        ),
        Step.TIDY: lambda: guide.note_removed(Removal(str(OURS), Image("1"), (), ())),
    }
    for step, happen in facts.items():
        happen()
        if step is until:
            return


def test_the_tutorial_ticks_all_seven_with_proof(guide):
    go_through(guide)
    assert proofs(guide) == {
        Step.CONNECT: "contoso.azurecr.io, signed in as sp-portside",
        Step.PULL: "nginx:latest from Docker Hub, 71.8 MB",
        Step.RUN: "localhost:8080 answered in 1.2 s",
        Step.NAME: "contoso.azurecr.io/samples/nginx:v1",
        Step.PUSH: "contoso.azurecr.io/samples/nginx:v1 arrived, sha256:9f2c71d4b0aa",
        Step.RETURN: "contoso.azurecr.io/samples/nginx:v1 came back, localhost:8080 answered in 0.9 s",
        Step.TIDY: "contoso.azurecr.io/samples/nginx:v1 removed from this computer",
    }


@pytest.mark.parametrize("until", Step)
def test_each_fact_ticks_its_own_step_and_no_other(guide, until):
    go_through(guide, until)
    assert set(proofs(guide)) == set(list(Step)[: list(Step).index(until) + 1])


def test_a_registry_that_never_asked_is_not_called_signed_in(guide):
    guide.note_connected(Account("o", "registry.lan:5000", asks=False))
    assert proofs(guide)[Step.CONNECT] == "registry.lan:5000, which did not ask for a password"


def test_a_registry_connected_in_an_earlier_run_counts(guide):
    guide.set_accounts(())
    assert not proofs(guide)
    guide.set_accounts((ACCOUNT,))
    assert Step.CONNECT in proofs(guide)


def test_a_push_without_a_receipt_proves_nothing(guide):
    go_through(guide, Step.NAME)
    guide.note_arrived(push(OURS, digest=""))
    assert Step.PUSH not in proofs(guide)


def test_a_pull_of_unknown_size_says_none(guide):
    guide.note_arrived(pull(Reference.parse("ghcr.io/team/app:2"), size=0))
    assert proofs(guide)[Step.PULL] == "ghcr.io/team/app:2 from ghcr.io"


def test_a_name_outside_the_connected_registries_is_no_step(guide):
    guide.note_connected(ACCOUNT)
    guide.note_name("1", Reference.parse("other.azurecr.io/samples/nginx"))
    assert Step.NAME not in proofs(guide)


def test_running_what_was_not_pulled_back_is_no_return(guide):
    go_through(guide, Step.PUSH)
    guide.note_run("c2", RunOptions(str(OURS)))
    guide.note_page("c2", "localhost:8080", 1)
    assert Step.RETURN not in proofs(guide)


def test_a_pull_from_the_registry_before_the_push_is_no_return(guide):
    go_through(guide, Step.NAME)
    guide.note_arrived(pull(OURS))
    guide.note_arrived(push(OURS))
    guide.set_containers([container("c2", str(OURS))])
    guide.note_page("c2", "localhost:8080", 1)
    assert Step.RETURN not in proofs(guide)


def test_a_container_started_elsewhere_returns_too(guide):
    go_through(guide, Step.PUSH)
    guide.note_arrived(pull(OURS))
    guide.set_containers([container("c9", str(OURS))])
    guide.note_page("c9", "localhost:8081", 0.5)
    assert Step.RETURN in proofs(guide)


def test_removing_before_anything_was_pushed_is_no_tidying_up(guide):
    go_through(guide, Step.NAME)
    guide.note_removed(Removal(str(OURS), Image("1"), ("nginx:latest",), ()))
    assert Step.TIDY not in proofs(guide)


def test_removing_everybodys_nginx_is_no_tidying_up_even_when_docker_hub_is_connected(guide):
    guide.set_accounts((HUB,))
    go_through(guide, Step.PUSH)
    guide.note_removed(Removal("nginx:latest", Image("1"), (), ()))
    assert Step.TIDY not in proofs(guide)


class TestByTheCommandLine:
    """However it was done: what the engine tells counts as well."""

    def test_a_pull(self, guide):
        guide.note_event(EngineEvent(Subject.IMAGE, "pull", "nginx:latest", "nginx"))
        assert proofs(guide)[Step.PULL] == "nginx:latest from Docker Hub"

    def test_a_pull_as_podman_tells_it(self, guide):
        guide.note_event(EngineEvent(Subject.IMAGE, "pull", "f" * 64, "docker.io/library/nginx:latest"))
        assert proofs(guide)[Step.PULL] == "nginx:latest from Docker Hub"

    def test_a_pull_of_ours_waits_for_its_size(self, guide):
        guide.set_moving([pull(NGINX, State.ACTIVE)])
        guide.note_event(EngineEvent(Subject.IMAGE, "pull", "nginx:latest", "nginx"))
        assert not proofs(guide)
        guide.note_arrived(pull(NGINX))
        assert proofs(guide)[Step.PULL] == "nginx:latest from Docker Hub, 71.8 MB"

    def test_a_pull_after_ours_had_failed(self, guide):
        guide.set_moving([pull(NGINX, State.ACTIVE)])
        guide.set_moving([pull(NGINX, State.FAILED)])
        guide.note_event(EngineEvent(Subject.IMAGE, "pull", "nginx:latest", "nginx"))
        assert Step.PULL in proofs(guide)

    def test_a_name(self, guide):
        guide.set_accounts((ACCOUNT,))
        guide.set_images(rows(**{"nginx:latest": "1"}))
        guide.set_images(rows(**{"nginx:latest": "1", str(OURS): "1"}))
        assert proofs(guide)[Step.NAME] == str(OURS)

    def test_a_name_that_was_there_when_we_came_is_none(self, guide):
        guide.set_accounts((ACCOUNT,))
        guide.set_images(rows(**{"nginx:latest": "1", str(OURS): "1"}))
        assert Step.NAME not in proofs(guide)

    def test_a_removal(self, guide):
        go_through(guide, Step.RETURN)
        guide.set_images(rows(**{"nginx:latest": "1", str(OURS): "1"}))
        guide.note_event(EngineEvent(Subject.IMAGE, "untag", "sha256:1"))
        guide.set_images(rows(**{"nginx:latest": "1"}))
        assert Step.TIDY in proofs(guide)

    def test_an_engine_that_went_away_removed_nothing(self, guide):
        go_through(guide, Step.RETURN)
        guide.set_images(rows(**{"nginx:latest": "1", str(OURS): "1"}))
        guide.set_images([])
        assert Step.TIDY not in proofs(guide)


class TestThePlan:
    """What the open steps would act on."""

    def test_knows_nothing_at_first(self, guide):
        plan = guide.plan
        assert (plan.host, plan.image, plan.source, plan.target, plan.page) == ("", "nginx", "", None, "localhost:8080")
        assert not plan.undo

    def test_names_the_pulled_image_in_the_connected_registry(self, guide):
        go_through(guide, Step.RUN)
        plan = guide.plan
        assert (plan.host, plan.user) == ("contoso.azurecr.io", "sp-portside")
        assert (plan.source, plan.source_id) == ("nginx:latest", "1")
        assert str(plan.target) == "contoso.azurecr.io/samples/nginx:latest"

    def test_keeps_to_the_name_that_was_given(self, guide):
        go_through(guide, Step.NAME)
        guide.note_connected(Account("b", "other.azurecr.io", "me"))
        assert guide.plan.target == OURS
        assert guide.plan.host == "contoso.azurecr.io"

    def test_finds_nginx_though_the_tour_did_not_pull_it(self, guide):
        guide.set_images(rows(**{"docker.io/library/nginx:latest": "7"}))
        assert (guide.plan.source, guide.plan.source_id) == ("docker.io/library/nginx:latest", "7")

    def test_knows_its_name_again_in_the_next_run(self, guide):
        go_through(guide, Step.PUSH)
        again = TourGuide(Tour(*(dict(guide.kept["tour"]), guide.kept["tour_made"])))
        again.set_accounts((ACCOUNT,))
        again.set_images(rows(**{"nginx:latest": "1", str(OURS): "1"}))
        assert again.plan.target == OURS
        assert again.plan.source == "nginx:latest"
        assert set(proofs(again)) == set(proofs(guide))

    def test_a_user_that_cannot_be_a_folder_leaves_the_name_to_the_person(self, guide):
        guide.set_accounts((Account("h", "docker.io", "kim@example.org"),))
        guide.set_images(rows(**{"nginx:latest": "1"}))
        assert guide.plan.target is None


class TestUndoing:
    """What the tour made can be taken away again, and nothing else."""

    def finish(self, guide):
        go_through(guide, Step.RETURN)
        guide.set_images(rows(**{"nginx:latest": "1", str(OURS): "1", "mine:1": "9"}))
        guide.set_containers([container("c1", "nginx:latest", "web"), container("x", "mine:1", "other")])

    def test_lists_its_names_and_containers_with_the_first_name_last(self, guide):
        self.finish(guide)
        assert guide.plan.undo == Undo((str(OURS), "nginx:latest"), (("c1", "web"),), (str(OURS),))

    def test_an_image_that_was_here_before_is_not_the_tours(self, guide):
        guide.set_images(rows(**{"nginx:latest": "1"}))
        guide.set_moving([pull(NGINX, State.ACTIVE)])
        self.finish(guide)
        assert guide.plan.undo.names == (str(OURS),)

    def test_a_container_of_another_image_is_not_the_tours(self, guide):
        go_through(guide, Step.PULL)
        guide.note_run("r1", RunOptions("redis:7"))
        guide.set_containers([container("r1", "redis:7", "cache")])
        assert guide.plan.undo.containers == ()

    def test_what_is_gone_is_ticked_and_no_longer_listed(self, guide):
        self.finish(guide)
        guide.note_undone(guide.plan.undo)
        assert not guide.plan.undo
        assert proofs(guide)[Step.TIDY] == f"{OURS}, nginx:latest, web removed from this computer"
        assert guide.kept["tour_made"] == (("container", "c2"),)

    def test_beginning_again_opens_all_but_the_connected_registry(self, guide):
        go_through(guide)
        guide.begin_again()
        assert set(proofs(guide)) == {Step.CONNECT}
        assert guide.plan.target != OURS


def test_every_fact_is_told(qtbot, guide):
    for tell in (
        lambda: guide.note_connected(ACCOUNT),
        lambda: guide.set_images(rows(a="1")),
        lambda: guide.note_arrived(pull(NGINX)),
        lambda: guide.note_page("c", "localhost:1", 1),
    ):
        with qtbot.waitSignal(guide.changed):
            tell()


def test_ten_thousand_images_cost_no_time(qtbot, guide):
    guide.set_accounts((ACCOUNT,))
    many = [NamedImage(Image(str(n)), f"registry.lan/app{n}:1") for n in range(10_000)]
    guide.set_images(many)
    fresh = [NamedImage(Image(str(n)), f"registry.lan/new{n}:1") for n in range(10_000)]
    begin = time.thread_time()
    guide.set_images(fresh)
    assert guide.plan.source == ""
    assert time.thread_time() - begin < 0.05
    assert Kind.NAME not in dict(guide.kept["tour_made"])


def published(id, image):
    return Container(
        id, "web", image, "1", ContainerState.RUNNING, ports=(PublishedPort(80, "tcp", "127.0.0.1", 8080),)
    )


def test_what_a_step_runs_already_is_opened_and_not_run_again(guide):
    go_through(guide, Step.PULL)
    assert guide.page_of(Step.RUN) is None
    guide.note_run("c1", RunOptions("nginx:latest"))
    guide.set_containers([published("c1", "nginx:latest")])
    assert guide.page_of(Step.RUN) == ("c1", "localhost:8080")
    assert guide.page_of(Step.NAME) is None
    guide.set_containers([])
    assert guide.page_of(Step.RUN) is None


def test_only_what_came_back_is_opened_for_the_way_back(guide):
    go_through(guide, Step.PUSH)
    guide.set_containers([published("c1", "nginx:latest")])
    assert guide.page_of(Step.RETURN) is None
    guide.note_arrived(pull(OURS))
    guide.note_run("c2", RunOptions(str(OURS)))
    guide.set_containers([published("c1", "nginx:latest"), published("c2", str(OURS))])
    assert guide.page_of(Step.RETURN) == ("c2", "localhost:8080")
