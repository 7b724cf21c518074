"""The tour from Home: "Do it" takes a person to each step with the fields filled, and ticks what happened."""

import pytest

from desktop.core.onboarding import Step

pytestmark = [pytest.mark.lab, pytest.mark.timeout(300)]


def current(person):
    return next((line.step for line in person.rooms.tour.lines if line.current), None)


def does(person, step):
    """Press Do it for the step that is current."""
    person.goes_to("home")
    person.waits(lambda: current(person) is step)
    person.clicks(person.views.home.checklist.lines[step].inside.do_button)


def test_do_it_leads_through_all_seven_steps(dockerd, registry, sits_down):
    target = f"{registry.host}/samples/nginx"
    person = sits_down(dockerd.url)

    does(person, Step.CONNECT)
    dialog = person.views.registries.signin_dialog
    person.types(dialog.address_field, registry.host)
    person.types(dialog.user_field, registry.user)
    person.types(dialog.secret_field, registry.password)
    person.clicks(dialog.main_button)
    person.waits(lambda: current(person) is not Step.CONNECT)

    does(person, Step.PULL)
    assert person.views.images.dialogs.current.name_field.text() == "nginx"
    person.clicks(person.views.images.dialogs.current.main_button)
    person.sees_arrive("nginx")

    does(person, Step.RUN)
    first = runs_proposed(person)

    does(person, Step.NAME)
    dialog = person.views.images.dialogs.current
    assert dialog.preview.text().endswith(f"{target}:latest")
    person.clicks(dialog.main_button)
    person.waits(lambda: person.holds(target))

    does(person, Step.PUSH)
    person.sees_arrive(target)
    person.stops(first)

    does(person, Step.RETURN)
    person.sees_arrive(target)
    second = runs_proposed(person)
    person.stops(second)

    does(person, Step.TIDY)
    person.clicks(person.views.home.undo_dialog.undo_button)
    person.waits(lambda: not person.holds(target) and not person.holds("nginx"))
    person.waits(lambda: current(person) is None)
    assert registry.holds("samples/nginx")  # what was pushed stays in the registry


def runs_proposed(person):
    """Run what the form proposes, open its page, and return the container."""
    view = person.views.containers
    person.waits(lambda: view.run_dialog and view.run_dialog.ports.rows)
    before = {container.id for container in person.rooms.containers.containers}
    person.clicks(view.run_dialog.run_button)
    fresh = lambda: [c for c in person.rooms.containers.containers if c.alive and c.id not in before]  # noqa: E731
    person.waits(fresh)
    opened, container = len(person.pages), fresh()[0]
    person.waits(lambda: view.table.choose(lambda row: row.id == container.id))
    person.waits(lambda: view.table.act_place(view.table.currentIndex().row(), "open"))
    person.hands.act(view.table, lambda row: row.id == container.id, "open")
    person.waits(lambda: len(person.pages) > opened)
    return container
