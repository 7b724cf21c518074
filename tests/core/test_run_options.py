import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.core.engine_errors import ContainerNameInvalid
from desktop.core.inventory import Container, ContainerState, ImageDetails, PortMapping, PublishedPort, RunOptions
from desktop.core.run_options import (
    MOST_PROPOSED,
    CommandUnclosed,
    PortInvalid,
    SettingInvalid,
    check_name,
    docker_command,
    exposed,
    holders,
    join_command,
    next_free,
    page_address,
    page_url,
    parse_environment,
    parse_port,
    propose,
    split_command,
    usual_host_port,
)
from desktop.core.secret import Secret

CANARY = "c4n4ry-5ecret"


def image(*ports):
    return ImageDetails("sha256:1", ("nginx:latest",), (), 1, "", "linux/amd64", ports, (), (), (), ())


def free_but(*taken):
    return lambda port, protocol: port not in taken


def revealed(environment):
    return [(name, value.reveal()) for name, value in environment]


@pytest.mark.parametrize(("port", "here"), [(80, 8080), (443, 8443), (22, 8022), (1023, 9023), (5432, 5432)])
def test_a_port_goes_where_people_expect_it_and_never_where_it_needs_rights(port, here):
    assert usual_host_port(port) == here


def test_each_exposed_port_gets_the_next_free_one_and_none_twice():
    found = propose(image("80/tcp", "8080/tcp", "53/udp"), free_but(8080, 8081))
    assert found == (PortMapping(8082, 80), PortMapping(8083, 8080), PortMapping(8053, 53, "udp"))


def test_what_is_no_port_of_ours_is_left_out_and_a_thousand_ports_become_a_few():
    assert exposed(image("80", "80/tcp", "99999/tcp", "0/tcp", "9/sctp", "x/tcp", "٣/tcp")) == [(80, "tcp")]
    many = [f"{port}/tcp" for port in range(30_000, 31_000)]
    assert len(propose(image(*many), free_but())) == MOST_PROPOSED


def test_with_no_port_free_none_is_proposed():
    assert propose(image("80/tcp"), lambda port, protocol: False) == ()
    assert next_free(65_535, "tcp", free_but()) == 65_535
    assert next_free(65_536, "tcp", free_but()) == 0


@pytest.mark.parametrize("text", ["", "0", "65536", "80a", "-1", "8 0", "٨٠", "1e3", "999999999999"])
def test_what_is_no_port_is_refused_by_name(text):
    with pytest.raises(PortInvalid):
        parse_port(text)


def test_a_port_may_have_spaces_around_it():
    assert (parse_port(" 8080 "), parse_port("1"), parse_port("65535")) == (8080, 1, 65_535)


@pytest.mark.parametrize("name", ["web server", "w", "-web", "web/1", "wéb", "web\n2", "a:b"])
def test_what_the_engine_would_not_take_as_a_name_is_refused_before(name):
    with pytest.raises(ContainerNameInvalid):
        check_name(name)


def test_no_name_is_a_choice_and_spaces_around_one_do_not_count():
    assert (check_name(""), check_name("  "), check_name(" Web_1.a-b ")) == ("", "", "Web_1.a-b")


def test_settings_are_read_as_from_an_env_file_and_the_last_of_a_name_counts():
    text = "# comment\n\nA=1\nexport B = two words\n C='x=y'\nD=\nA=3\nE=\"\n"
    assert revealed(parse_environment(text.replace("B = ", "B="))) == [
        ("A", "3"),
        ("B", "two words"),
        ("C", "x=y"),
        ("D", ""),
        ("E", '"'),
    ]


@pytest.mark.parametrize("text", ["A", "=1", "A B=1", "A\x07=1"])
def test_a_line_that_is_no_setting_is_refused(text):
    with pytest.raises(SettingInvalid):
        parse_environment(text)


@pytest.mark.parametrize("text", ["sh -c 'echo", 'echo "x', "echo \\"])
def test_an_open_quote_is_told_apart_from_everything_else(text):
    with pytest.raises(CommandUnclosed):
        split_command(text)


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00"))))
def test_a_command_shown_as_one_line_is_read_as_the_same_words(words):
    assert split_command(join_command(words)) == tuple(words)


def test_the_command_says_all_but_the_values_of_settings():
    options = RunOptions(
        "nginx:latest",
        "web",
        (PortMapping(8080, 80), PortMapping(8053, 53, "udp", everyone=True)),
        (("PASSWORD", Secret(CANARY)), ("ODD NAME", Secret("x"))),
        command=("sh", "-c", "echo $HOME; sleep 1"),
    )
    assert docker_command(options) == (
        "docker run -d --rm --name web -p 127.0.0.1:8080:80 -p 8053:53/udp "
        "-e PASSWORD=… -e 'ODD NAME'=… nginx:latest sh -c 'echo $HOME; sleep 1'"
    )
    assert CANARY not in repr(options)


@given(st.text(min_size=1), st.lists(st.text()))
def test_nothing_typed_can_become_another_argument_of_the_command(image_name, words):
    line = docker_command(RunOptions(image_name, remove_when_stopped=False, command=tuple(words)))
    assert shlex.split(line) == ["docker", "run", "-d", image_name, *words]


def test_the_first_tcp_port_is_the_page_and_the_usual_tls_ports_are_opened_as_https():
    ports = (PortMapping(8053, 53, "udp"), PortMapping(8080, 80), PortMapping(9443, 443))
    assert page_address(RunOptions("nginx", ports=ports)) == "localhost:8080"
    assert page_address(RunOptions("nginx", ports=ports[:1])) == ""
    assert page_url("localhost:8080", ports) == "http://localhost:8080/"
    assert page_url("localhost:9443", ports) == "https://localhost:9443/"


def test_only_containers_that_run_hold_their_ports():
    ports = (PublishedPort(80, "tcp", "127.0.0.1", 8080), PublishedPort(81))
    web = Container("1", "web", "nginx", "i", ContainerState.RUNNING, ports=ports)
    old = Container("2", "old", "nginx", "i", ContainerState.EXITED, ports=(PublishedPort(80, "tcp", "", 9090),))
    assert holders([web, old]) == {(8080, "tcp"): "web"}
