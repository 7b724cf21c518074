"""The tutorial from beginning to end, by mouse and keyboard, on Docker and on Podman."""

import pytest

from desktop.ui.repository_cells import TOGGLE
from journeys.conftest import fetched

MANIFESTS = "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json"
pytestmark = [pytest.mark.lab, pytest.mark.timeout(300)]


@pytest.mark.parametrize("engine_name", ["dockerd", "podman"])
def test_the_tutorial_by_clicking(engine_name, request, registry, sits_down):
    engine = request.getfixturevalue(engine_name)
    target = f"{registry.host}/samples/nginx"
    person = sits_down(engine.url)

    person.connects(f"http://{registry.host}/", registry.user, registry.password)
    person.waits(lambda: person.rooms.registries.account_for(registry.host))

    person.pulls("nginx")
    before = engine.cli("image", "inspect", "nginx", "--format", "{{.Id}}").strip()

    container, page = person.runs("nginx")
    assert "nginx" in fetched(page).text.lower()
    person.stops(container)
    assert container.id[:12] not in engine.cli("ps", "--all", "--quiet")

    person.chooses_image("nginx")
    person.clicks(person.views.images.name_button)
    person.types(person.views.images.dialogs.current.path_field, "samples/nginx")
    person.clicks(person.views.images.dialogs.current.main_button)
    person.waits(lambda: person.holds(target))

    person.chooses_image(target)
    person.clicks(person.views.images.push_button)
    pushed = person.sees_arrive(target)
    held = registry.get("/v2/samples/nginx/manifests/latest", "HEAD", headers={"Accept": MANIFESTS})
    assert held.headers["Docker-Content-Digest"] == pushed.receipt.digest
    assert registry.get("/v2/samples/nginx/tags/list").json()["tags"] == ["latest"]

    person.removes(target)
    person.removes("nginx")
    assert before.removeprefix("sha256:")[:12] not in engine.cli("image", "ls", "--all", "--quiet", "--no-trunc")

    person.goes_to("registries")
    table = person.views.registries.table
    person.waits(lambda: table.choose(lambda row: row.repository == "samples/nginx"))
    person.hands.act(table, lambda row: row.repository == "samples/nginx" and not row.tag, TOGGLE)
    person.waits(lambda: table.choose(lambda row: row.tag == "latest"))
    person.hands.choose(table, lambda row: row.tag == "latest")
    person.clicks(person.views.registries.details.pull_button)
    person.sees_arrive(target)
    assert engine.cli("image", "inspect", target, "--format", "{{.Id}}").strip() == before

    container, page = person.runs(target)
    assert fetched(page).ok
    person.stops(container)
    person.removes(target)
    assert before.removeprefix("sha256:")[:12] not in engine.cli("image", "ls", "--all", "--quiet", "--no-trunc")

    assert [line.step for line in person.rooms.tour.lines if not line.done] == []
