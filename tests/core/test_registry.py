import pytest

from desktop.core.registry import Greeting, Provider, RegistryEntry, SignIn, provider_of


@pytest.mark.parametrize(
    ("host", "provider"),
    [
        ("contoso.azurecr.io", Provider.AZURE),
        ("contoso.azurecr.io.evil.example", Provider.OTHER),
        ("docker.io", Provider.DOCKER_HUB),
        ("docker.io.example", Provider.OTHER),
        ("127.0.0.1:5000", Provider.OTHER),
    ],
)
def test_a_provider_is_known_by_the_exact_name(host, provider):
    assert provider_of(host) is provider


@pytest.mark.parametrize(
    ("host", "scheme", "insecure"),
    [
        ("reg.example", "https", False),
        ("reg.example", "http", True),
        ("10.0.0.7:5000", "http", True),
        ("127.0.0.1:5000", "http", False),
        ("localhost:5000", "http", False),
    ],
)
def test_plain_http_is_insecure_beyond_this_computer(host, scheme, insecure):
    assert Greeting(host, scheme, SignIn.BASIC).insecure is insecure


def test_a_row_is_the_same_row_whatever_is_known_of_it():
    assert RegistryEntry("a", "v1").key == RegistryEntry("a", "v1", size=5, created="2026").key
    assert len({RegistryEntry("a").key, RegistryEntry("a", "v1").key, RegistryEntry("a", more=True).key}) == 3
