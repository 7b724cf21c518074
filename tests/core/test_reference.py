import json
import subprocess
from string import ascii_letters, digits

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from desktop.core.reference import DOCKER_HUB_HOSTS, MOST, Reference, WhyNot, understand
from desktop.core.registry_errors import InvalidReference

DIGEST = "sha256:" + "a" * 64
LONGER = "sha512:" + "b" * 128
REASONS = [value for name, value in vars(WhyNot).items() if name.isupper()]


def words(letters, most=6):
    return st.text(letters, min_size=1, max_size=most)


HOSTS = st.sampled_from(
    ["localhost", "localhost:5000", "127.0.0.1:5000", "contoso.azurecr.io", "docker.io", "index.docker.io", "a.b-c.d:1"]
) | st.tuples(words(ascii_letters + "-."), st.sampled_from([".io", ":80", ".x:080", ":", "."])).map("".join)
PARTS = words("ab0") | words("ab0._-") | st.sampled_from(["library", "a__b", "a--b", "a.b", "Upper", "a___b", "a..b"])
TAGS = words(ascii_letters + digits + "._-", 8) | st.sampled_from(["latest", "a" * 128, "a" * 129, "", "V1"])
NAMES = st.one_of(
    st.tuples(
        st.just("") | HOSTS.map(lambda host: host + "/"),
        st.lists(PARTS, min_size=1, max_size=3).map("/".join),
        st.just("") | TAGS.map(lambda tag: ":" + tag),
    ).map("".join),
    st.text(st.sampled_from([*"aB0./:_- ä\n٣"]), max_size=12),
)


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("nginx", "docker.io/library/nginx:latest"),
        ("index.docker.io/team/app", "docker.io/team/app:latest"),
        ("team/app:1.0", "docker.io/team/app:1.0"),
        ("localhost:5000", "docker.io/library/localhost:5000"),
        ("myreg.azurecr.io", "docker.io/library/myreg.azurecr.io:latest"),
        ("localhost/app", "localhost/app:latest"),
        ("127.0.0.1:5000/a/b:T", "127.0.0.1:5000/a/b:T"),
        ("MyReg.azurecr.io/app", "myreg.azurecr.io/app:latest"),
        ("[::1]:5000/app", "[::1]:5000/app:latest"),
        (f"ghcr.io/app@{DIGEST}", f"ghcr.io/app@{DIGEST}"),
        (f"ghcr.io/app:1@{LONGER}", f"ghcr.io/app:1@{LONGER}"),
        ("a--b/c__d.e", "docker.io/a--b/c__d.e:latest"),
    ],
)
def test_reads_a_name_as_the_docker_command_does(text, full):
    assert str(Reference.parse(text)) == full


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", WhyNot.EMPTY),
        ("contoso.azurecr.io/", WhyNot.EMPTY),
        (":tag", WhyNot.EMPTY),
        ("a b", WhyNot.SPACE),
        ("a\n", WhyNot.SPACE),
        ("App", WhyNot.UPPER),
        ("Team/app", WhyNot.UPPER),  # not team/app on Docker Hub, nor a host that is called Team
        ("contoso.azurecr.io/Samples/nginx", WhyNot.UPPER),
        ("ä", WhyNot.LETTERS),
        ("x.y/\u0661", WhyNot.LETTERS),
        ("a$b", WhyNot.LETTERS),
        ("a/", WhyNot.SLASH),
        ("/a", WhyNot.SLASH),
        ("a//b", WhyNot.SLASH),
        ("-a", WhyNot.EDGE),
        ("a_", WhyNot.EDGE),
        ("a..b", WhyNot.EDGE),
        ("a___b", WhyNot.EDGE),
        ("a_b.io/c", WhyNot.HOST),
        ("x.y:port/c", WhyNot.HOST),
        ("a:b:c", WhyNot.TAG),
        ("a:", WhyNot.TAG),
        ("a:-1", WhyNot.TAG),
        ("a:" + "t" * 129, WhyNot.TAG),
        ("a@b", WhyNot.DIGEST),
        ("a@", WhyNot.DIGEST),
        ("f" * 64, WhyNot.ID),
        ("a" * 9999, WhyNot.LONG),
        ("contoso.azurecr.io/" + "a" * (MOST - 18), WhyNot.LONG),
    ],
)
def test_refuses_what_is_no_name_and_says_why(text, why):
    with pytest.raises(InvalidReference) as caught:
        Reference.parse(text)
    assert caught.value.facts["why"] == why
    assert len(caught.value.facts["name"]) <= 300


def test_the_longest_name_is_accepted():
    text = "contoso.azurecr.io/" + "a" * (MOST - 19)
    assert Reference.parse(text).repository == text


def test_every_reason_is_a_whole_sentence():
    assert all(reason[0].isupper() and reason.endswith(".") for reason in REASONS)
    assert len(set(REASONS)) == len(REASONS) == 11


@pytest.mark.parametrize(
    "typed",
    ["nginx", "  nginx\n", "docker pull nginx", "Docker  image pull\tnginx:latest", "podman pull docker.io/nginx"],
)
def test_what_people_paste_is_understood(typed):
    assert understand(typed) == Reference.parse("nginx")


def test_a_pasted_web_address_is_understood():
    assert str(understand("https://contoso.azurecr.io/samples/nginx")) == "contoso.azurecr.io/samples/nginx:latest"


def test_a_space_inside_is_not_taken_off():
    with pytest.raises(InvalidReference):
        understand("docker pull my image")


@pytest.mark.parametrize(
    ("text", "familiar"),
    [
        ("nginx", "nginx:latest"),
        ("docker.io/library/a/b", "library/a/b:latest"),
        ("docker.io/team/app:1", "team/app:1"),
        ("localhost/library/app", "localhost/library/app:latest"),
        (f"nginx@{DIGEST}", f"nginx@{DIGEST}"),
    ],
)
def test_a_familiar_name_is_the_one_docker_lists(text, familiar):
    assert Reference.parse(text).familiar == familiar


@given(NAMES)
@example("Upper/0")
def test_a_name_in_full_means_itself(text):
    try:
        name = Reference.parse(text)
    except InvalidReference as refused:
        assert refused.facts["why"] in REASONS
    else:
        assert Reference.parse(str(name)) == name
        assert Reference.of(name.registry, name.path, name.tag, name.digest) == name
        assert name.registry == name.registry.lower()


@pytest.fixture
def judge(dockerd, small_image):
    """What the docker command makes of a name: what it lists the image as, or None where it refuses."""

    def names():
        return set(json.loads(dockerd.cli("image", "inspect", "--format", "{{json .RepoTags}}", small_image)))

    before = names()

    def decide(text):
        try:
            dockerd.cli("tag", "--", small_image, text)
        except subprocess.CalledProcessError:
            return None
        (new,) = (names() - before) or before
        dockerd.cli("rmi", new)
        return new

    return decide


def beyond_that_engine(text):
    """A rule younger than the lab's engine (2020), hosts in brackets; and one of ours: all of Docker Hub's are one."""
    first = text.partition("/")[0]
    hub = first.lower() in DOCKER_HUB_HOSTS and first not in ("docker.io", "index.docker.io")
    return "[" in text or hub


@pytest.mark.lab
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(NAMES.filter(lambda text: not beyond_that_engine(text)))
@example("localhost:5000")
@example("contoso.azurecr.io/" + "a" * (MOST - 19))
@example("contoso.azurecr.io/" + "a" * (MOST - 18))
@example("library/a/b")
@example("f" * 64)
def test_the_real_docker_tag_agrees_on_every_name(judge, text):
    listed = judge(text)
    try:
        ours = Reference.parse(text)
    except InvalidReference:
        assert listed is None
        return
    assert listed is not None
    host, slash, rest = listed.partition("/")
    named = slash and ({".", ":"} & set(host) or host == "localhost")
    assert ours.familiar == (f"{host.lower()}/{rest}" if named else listed)
