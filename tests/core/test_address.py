import pytest

from desktop.core.address import Address, WhyNot, is_azure, is_loopback, twin, understand
from desktop.core.registry_errors import InvalidAddress


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("contoso.azurecr.io", "contoso.azurecr.io"),
        ("https://Contoso.azurecr.io/", "contoso.azurecr.io"),
        ("  contoso.azurecr.io \n", "contoso.azurecr.io"),
        ("HTTPS://reg.example/v2/_catalog?n=1#x", "reg.example"),
        ("reg.example/samples/nginx:v1", "reg.example"),
        ("http://reg.example:5000", "reg.example:5000"),
        ("reg.example:443", "reg.example"),
        ("http://reg.example:80/", "reg.example"),
        ("reg.example:80", "reg.example:80"),
        ("http://reg.example:443", "reg.example:443"),
        ("docker://quay.io/org/app", "quay.io"),
        ("localhost:5000", "localhost:5000"),
        ("localhost", "localhost"),
        ("myreg:5000", "myreg:5000"),
        ("127.0.0.1:5000", "127.0.0.1:5000"),
        ("[::1]:5000", "[::1]:5000"),
        ("reg.example.", "reg.example"),
        ("index.docker.io", "docker.io"),
        ("https://registry-1.docker.io/v2/", "docker.io"),
        ("hub.docker.com", "docker.io"),
    ],
)
def test_an_address_is_understood_as_people_type_it(typed, host):
    found = understand(typed)
    assert (found.host, found.typed, found.corrected) == (host, typed, typed != host)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", WhyNot.EMPTY),
        ("   ", WhyNot.EMPTY),
        ("https://", WhyNot.SHAPE),
        ("my registry.azurecr.io", WhyNot.SPACE),
        ("reg.example\u00a0x", WhyNot.SPACE),
        ("maria@reg.example", WhyNot.USER),
        ("https://maria:pw@reg.example", WhyNot.USER),
        ("ftp://reg.example", WhyNot.SCHEME),
        ("reg.example:0", WhyNot.PORT),
        ("reg.example:65536", WhyNot.PORT),
        ("reg.example:http", WhyNot.PORT),
        ("reg.example:123456", WhyNot.PORT),
        ("bücher.example", WhyNot.LETTERS),
        ("conto\u0455o.azurecr.io", WhyNot.LETTERS),
        ("reg\x00.example", WhyNot.LETTERS),
        ("reg_1.example", WhyNot.LETTERS),
        ("<b>.example", WhyNot.LETTERS),
        ("-reg.example", WhyNot.SHAPE),
        ("reg..example", WhyNot.SHAPE),
        ("a" * 64 + ".example", WhyNot.SHAPE),
        ("nginx", WhyNot.NO_DOT),
    ],
)
def test_what_can_be_no_address_is_refused_with_its_reason(typed, why):
    with pytest.raises(InvalidAddress) as caught:
        understand(typed)
    assert caught.value.facts["why"] == why


def test_a_long_input_is_refused_in_short_words():
    with pytest.raises(InvalidAddress) as caught:
        understand("x" * 100_000)
    assert len(caught.value.facts["address"]) == 300


@pytest.mark.parametrize("host", ["contoso.azurecr.io", "a-1.azurecr.cn", "x.azurecr.us"])
def test_azure_is_its_exact_form(host):
    assert is_azure(host)
    assert Address(host, host).azure


@pytest.mark.parametrize(
    "host",
    [
        "contoso.azurecr.io.evil.example",
        "contoso.azurecr.i\u043e",
        "contoso.azurecr.io:443",
        "contoso.azurecr.co",
        "a.b.azurecr.io",
        "azurecr.io",
        ".azurecr.io",
        "Contoso.azurecr.io",
        "contosoazurecr.io",
        "contoso.azurecr.io\n",
    ],
)
def test_a_look_alike_of_azure_is_not_azure(host):
    assert not is_azure(host)


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("localhost:5000", True),
        ("127.0.0.1:5000", True),
        ("127.9.9.9", True),
        ("[::1]:5000", True),
        ("localhost.example", False),
        ("127.0.0.1.example", False),
        ("128.0.0.1", False),
        ("10.0.0.1:5000", False),
        ("reg.example", False),
        ("", False),
    ],
)
def test_only_this_computer_is_loopback(host, here):
    assert is_loopback(host) is here


@pytest.mark.parametrize(
    ("host", "other"),
    [
        ("contosso.azurecr.io", "contoso.azurecr.io"),
        ("contoso.azurecr.co", "contoso.azurecr.io"),
        ("c0nt0so.azurecr.io", "contoso.azurecr.io"),
        ("contoso.azurecr.io", ""),
        ("fabrikam.azurecr.io", ""),
        ("quay.io", ""),
    ],
)
def test_a_name_a_letter_or_two_from_a_known_one_is_noticed(host, other):
    assert twin(host, ["quay.io", "contoso.azurecr.io"]) == other
