import pytest

from desktop.core.registry_errors import InvalidReference
from desktop.core.reference import Reference

DIGEST = "sha256:" + "a" * 64


@pytest.mark.parametrize(
    ("text", "full"),
    [
        ("nginx", "docker.io/library/nginx:latest"),
        ("index.docker.io/team/app", "docker.io/team/app:latest"),
        ("team/app:1.0", "docker.io/team/app:1.0"),
        ("localhost:5000", "docker.io/library/localhost:5000"),
        ("localhost/app", "localhost/app:latest"),
        ("127.0.0.1:5000/a/b:T", "127.0.0.1:5000/a/b:T"),
        ("MyReg.azurecr.io/app", "myreg.azurecr.io/app:latest"),
        ("[::1]:5000/app", "[::1]:5000/app:latest"),
        (f"ghcr.io/app@{DIGEST}", f"ghcr.io/app@{DIGEST}"),
        ("a--b/c__d.e", "docker.io/a--b/c__d.e:latest"),
    ],
)
def test_reads_a_name_as_the_docker_command_does(text, full):
    assert str(Reference.parse(text)) == full


@pytest.mark.parametrize(
    "text", ["", "App", "a b", "a/", "/a", "a:b:c", "a@b", "ä", "a\n", "x.y/\u0661", "f" * 64, "a" * 9999]
)
def test_refuses_what_is_no_name(text):
    with pytest.raises(InvalidReference):
        Reference.parse(text)
