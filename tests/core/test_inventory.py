import pytest

from desktop.core.inventory import Container, ContainerState, Image, NamedImage, PublishedPort, named, removal, users_of

NGINX = Image("sha256:1", ("nginx:latest", "contoso.azurecr.io/samples/nginx:v1"), size=187)
BARE = Image("sha256:2", size=312)


def container(name, image):
    return Container(name, name, "", image.id, ContainerState.EXITED)


def test_an_image_is_listed_once_under_each_of_its_names_and_once_without_any():
    assert [(row.image, row.name) for row in named([NGINX, BARE], {})] == [
        (NGINX, "nginx:latest"),
        (NGINX, "contoso.azurecr.io/samples/nginx:v1"),
        (BARE, ""),
    ]


def test_every_row_of_an_image_says_who_uses_it_stopped_containers_too():
    rows = named(
        [NGINX, BARE], users_of([container("web", NGINX), container("old", NGINX), container("y", Image("x"))])
    )
    assert [row.used_by for row in rows] == [("web", "old"), ("web", "old"), ()]


def test_rows_are_told_apart_by_image_and_name():
    rows = named([NGINX, BARE, Image("sha256:3")], {})
    assert len({row.key for row in rows}) == len(rows) == 4


@pytest.mark.parametrize(
    ("name", "tag"),
    [("nginx:1.27", "1.27"), ("localhost:5000/app", ""), ("localhost:5000/app:V1", "V1"), ("", "")],
)
def test_a_port_is_not_taken_for_a_tag(name, tag):
    assert NamedImage(NGINX, name).tag == tag


@pytest.mark.parametrize(
    ("name", "full"),
    [("nginx:latest", "docker.io/library/nginx:latest"), ("", "None"), ("<none>:<none>", "None")],
)
def test_a_row_knows_its_name_in_full_or_that_it_has_none(name, full):
    assert str(NamedImage(NGINX, name).reference) == full


def test_removing_one_of_two_names_leaves_the_image_even_where_it_is_used():
    plan = removal(NamedImage(NGINX, "nginx:latest", ("web",)))
    assert plan.stays == ("contoso.azurecr.io/samples/nginx:v1",)
    assert (plan.deletes, plan.blocked) == (False, False)


@pytest.mark.parametrize("used_by", [(), ("web",)])
def test_the_last_name_takes_the_image_along_unless_a_container_holds_it(used_by):
    plan = removal(NamedImage(Image("sha256:1", ("nginx:latest",)), "nginx:latest", used_by))
    assert (plan.deletes, plan.blocked) == (True, bool(used_by))


def test_an_image_without_a_name_is_removed_by_its_id():
    plan = removal(NamedImage(BARE, ""))
    assert (plan.name, plan.stays, plan.deletes) == ("sha256:2", (), True)


def test_an_address_is_told_once_and_only_where_it_can_be_reached():
    ports = (
        PublishedPort(443, host_ip="127.0.0.1", host_port=8443),
        PublishedPort(80, host_ip="0.0.0.0", host_port=8080),
        PublishedPort(80, host_ip="::", host_port=8080),
        PublishedPort(9000),
        PublishedPort(53, "udp", "0.0.0.0", 5353),
    )
    web = Container("1", "web", "nginx", "sha256:1", ContainerState.RUNNING, ports=ports)
    assert web.addresses == ("localhost:8080", "localhost:8443")
