import pytest

from desktop.core.onboarding import Kind, Step, Tour, TourPlan, Undo, command, place_for
from desktop.core.reference import Reference
from desktop.core.registry_errors import InvalidReference

TARGET = Reference.parse("contoso.azurecr.io/samples/nginx:v1")


def test_the_first_open_step_is_the_current_one_whatever_the_order_of_facts():
    tour = Tour()
    assert [line.step for line in tour.steps() if line.current] == [Step.CONNECT]
    assert tour.happened(Step.PULL, "nginx is here")
    assert [line.step for line in tour.steps() if line.current] == [Step.CONNECT]
    tour.happened(Step.CONNECT, "signed in")
    assert [line.step for line in tour.steps() if line.current] == [Step.RUN]
    assert [line.step for line in tour.steps() if line.done] == [Step.CONNECT, Step.PULL]


def test_a_step_is_ticked_once_and_keeps_its_first_proof():
    tour = Tour()
    assert not tour.happened(Step.PULL, "")
    assert tour.happened(Step.PULL, "first")
    assert not tour.happened(Step.PULL, "second")
    assert tour.proofs() == {"pull": "first"}


def test_a_finished_tour_has_no_current_step():
    tour = Tour({step.value: "done" for step in Step})
    assert not any(line.current for line in tour.steps())


def test_what_is_kept_comes_back_and_what_nobody_knows_is_left_out():
    tour = Tour({"pull": "here", "fly": "no"}, [("name", "a:1"), ("container", "f00d"), ("star", "x"), ("name", "")])
    assert tour.proofs() == {"pull": "here"}
    again = Tour(tour.proofs(), tour.kept())
    assert (again.made(Kind.NAME), again.made(Kind.CONTAINER)) == (["a:1"], ["f00d"])


def test_beginning_again_still_knows_what_can_be_undone():
    tour = Tour({"pull": "here"}, [("name", "a:1")])
    tour.forget()
    assert not tour.done(Step.PULL)
    assert tour.made(Kind.NAME) == ["a:1"]
    assert tour.unmake(Kind.NAME, "a:1")
    assert not tour.unmake(Kind.NAME, "a:1")


def test_a_thousand_runs_do_not_fill_the_settings():
    tour = Tour()
    assert tour.make(Kind.CONTAINER, "first")
    assert not tour.make(Kind.CONTAINER, "first")
    for number in range(1000):
        tour.make(Kind.CONTAINER, str(number))
    assert len(tour.kept()) == 100
    assert tour.made(Kind.CONTAINER)[-1] == "999"


@pytest.mark.parametrize(
    ("source", "host", "user", "place"),
    [
        ("nginx", "contoso.azurecr.io", "sp", "contoso.azurecr.io/samples/nginx:latest"),
        ("nginx:1.27", "localhost:5000", "", "localhost:5000/samples/nginx:1.27"),
        ("ghcr.io/team/app:v2", "contoso.azurecr.io", "sp", "contoso.azurecr.io/samples/app:v2"),
        ("nginx", "docker.io", "Kim", "docker.io/kim/nginx:latest"),
        ("nginx@sha256:" + "a" * 64, "contoso.azurecr.io", "sp", "contoso.azurecr.io/samples/nginx:latest"),
    ],
)
def test_the_tour_names_an_image_in_the_persons_own_registry(source, host, user, place):
    assert str(place_for(Reference.parse(source), host, user)) == place


def test_a_user_name_that_cannot_be_a_folder_is_refused():
    with pytest.raises(InvalidReference):
        place_for(Reference.parse("nginx"), "docker.io", "kim@example.org")


PLAN = TourPlan("contoso.azurecr.io", "it's me", "nginx", "nginx:latest", "1", TARGET)
COMMANDS = {
    Step.CONNECT: "docker login contoso.azurecr.io -u 'it'\"'\"'s me' --password-stdin",
    Step.PULL: "docker pull nginx",
    Step.RUN: "docker run -it --rm -p 127.0.0.1:8080:80 nginx:latest",
    Step.NAME: "docker tag nginx:latest contoso.azurecr.io/samples/nginx:v1",
    Step.PUSH: "docker push contoso.azurecr.io/samples/nginx:v1",
    Step.RETURN: "docker pull contoso.azurecr.io/samples/nginx:v1\n"
    "docker run -it --rm -p 127.0.0.1:8080:80 contoso.azurecr.io/samples/nginx:v1",
    Step.TIDY: "docker rmi contoso.azurecr.io/samples/nginx:v1",
}


@pytest.mark.parametrize(("step", "line"), COMMANDS.items(), ids=lambda value: getattr(value, "name", ""))
def test_each_step_can_be_read_as_a_command(step, line):
    assert command(step, PLAN) == line


@pytest.mark.parametrize("step", Step)
def test_a_command_can_be_read_before_anything_is_known(step):
    assert command(step, TourPlan()).startswith("docker ")


def test_tidying_up_names_all_that_goes():
    undo = Undo(("contoso.azurecr.io/samples/nginx:v1", "nginx:latest"), (("f00d", "web"),))
    assert command(Step.TIDY, TourPlan(undo=undo)).splitlines() == [
        "docker rm -f web",
        "docker rmi contoso.azurecr.io/samples/nginx:v1",
        "docker rmi nginx:latest",
    ]
