import pytest
from PySide6.QtCore import Qt

from desktop.core.inventory import Image, NamedImage
from desktop.core.reference import Reference
from desktop.core.registry import Account
from desktop.ui.name_dialog import NameDialog

AZURE = Account("a1", "contoso.azurecr.io", "sp-portside")
OPEN = Account("a2", "localhost:5000")
HUB = Account("a3", "docker.io", "ann")
NGINX = NamedImage(Image("sha256:1", ("nginx:latest",)), "nginx:latest")
API = NamedImage(Image("sha256:2", ("contoso.azurecr.io/shop/api:2.4.1",)), "contoso.azurecr.io/shop/api:2.4.1")
BARE = NamedImage(Image("sha256:3"), "")
TAKEN = {row.name: row.image.id for row in (NGINX, API)}
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def make(qtbot):
    def make(image=NGINX, accounts=(AZURE, OPEN), **filled):
        dialog = NameDialog(None, image, accounts, TAKEN, **filled)
        qtbot.addWidget(dialog)
        dialog.told = []
        dialog.name_requested.connect(lambda *what: dialog.told.append(what))
        dialog.send_requested.connect(lambda *what: dialog.told.append(what))
        dialog.open()
        return dialog

    return make


def retype(qtbot, field, text):
    field.selectAll()
    qtbot.keyClicks(field, text) if text else qtbot.keyClick(field, Qt.Key.Key_Delete)


@pytest.mark.parametrize(
    ("image", "filled", "proposed"),
    [
        (NGINX, {}, "contoso.azurecr.io/nginx:latest"),
        (NGINX, {"host": "localhost:5000", "path": "samples/nginx"}, "localhost:5000/samples/nginx:latest"),
        (NGINX, {"host": "ghcr.io", "path": "team/nginx"}, "ghcr.io/team/nginx:latest"),
        (API, {}, "contoso.azurecr.io/shop/api:2.4.1"),
    ],
)
def test_it_proposes_a_name_in_a_connected_registry(make, image, filled, proposed):
    assert make(image, **filled).preview.text() == proposed


def test_the_new_name_is_shown_while_it_is_typed(qtbot, make):
    dialog = make()
    retype(qtbot, dialog.path_field, "samples/nginx")
    retype(qtbot, dialog.tag_field, "V1")
    assert dialog.preview.text() == "contoso.azurecr.io/samples/nginx:V1"
    retype(qtbot, dialog.tag_field, "")
    assert dialog.preview.text() == "contoso.azurecr.io/samples/nginx:latest"


def test_adding_a_name_tells_the_image_and_the_whole_name(qtbot, make):
    dialog = make(path="samples/nginx")
    qtbot.keyClick(dialog.path_field, Qt.Key.Key_Return)
    assert dialog.told == [("sha256:1", Reference.parse("contoso.azurecr.io/samples/nginx"))]
    assert dialog.isVisible()
    assert not dialog.main_button.isEnabled()


@pytest.mark.parametrize(
    ("host", "said", "account_id"),
    [
        ("contoso.azurecr.io", "Signs in as sp-portside.", "a1"),
        ("localhost:5000", "Sends without signing in.", "a2"),
        ("ghcr.io", "You are not signed in to this registry. It may refuse.", ""),
    ],
)
def test_sending_tells_who_signs_in(qtbot, make, host, said, account_id):
    dialog = make(send=True, host=host, path="samples/nginx")
    assert dialog.signing.text == said
    qtbot.mouseClick(dialog.main_button, LEFT)
    assert dialog.told == [("sha256:1", Reference.parse(f"{host}/samples/nginx"), account_id)]


def test_another_registry_is_understood_as_it_is_typed(qtbot, make):
    dialog = make()
    assert dialog.host_field.isHidden()
    dialog.registry_box.setCurrentIndex(dialog.registry_box.count() - 1)
    assert not dialog.host_field.isHidden()
    qtbot.keyClicks(dialog.host_field, "https://MyReg.azurecr.io/v2/")
    assert dialog.preview.text() == "myreg.azurecr.io/nginx:latest"


def test_without_a_connected_registry_an_address_is_typed(qtbot, make):
    dialog = make(accounts=())
    assert not dialog.host_field.isHidden()
    assert not dialog.main_button.isEnabled()
    qtbot.keyClicks(dialog.host_field, "contoso.azurecr.io")
    assert dialog.main_button.isEnabled()


@pytest.mark.parametrize(
    ("field", "typed", "why"),
    [
        ("path_field", "a b", "There is a space inside it."),
        ("path_field", "samples/", "A slash stands between two parts, never first, last or twice."),
        ("tag_field", "-", "A tag has up to 128 letters"),
        ("host_field", "two words", "There is a space inside it."),
        ("host_field", "registry", "A registry's name has a dot"),
    ],
)
def test_a_part_that_makes_no_name_is_refused_with_a_reason(qtbot, make, field, typed, why):
    dialog = make(host="ghcr.io") if field == "host_field" else make()
    retype(qtbot, getattr(dialog, field), typed)
    assert dialog.problem.text.startswith(why)
    qtbot.mouseClick(dialog.main_button, LEFT)
    assert dialog.told == []


@pytest.mark.parametrize(
    ("host", "said"),
    [("contoso.azurecr.io", "Set in lower case, as Azure needs it."), ("localhost:5000", "Set in lower case.")],
)
def test_capitals_in_a_path_are_set_right_and_said(make, host, said):
    dialog = make(host=host, path="Samples/Nginx")
    assert dialog.preview.text() == f"{host}/samples/nginx:latest"
    assert dialog.note.text == said


def test_a_name_the_image_has_is_not_added_again_but_may_be_sent(make):
    dialog = make(API)
    assert dialog.note.text == "The image has this name already."
    assert not dialog.main_button.isEnabled()
    assert make(API, send=True).main_button.isEnabled()


def test_taking_a_name_from_another_image_is_warned_of(make):
    dialog = make(NGINX, path="shop/api")
    dialog.tag_field.setText("2.4.1")
    assert dialog.note.text == "Another image here has this name. It would lose it."
    assert dialog.main_button.isEnabled()


def test_nothing_goes_to_the_official_images_of_docker_hub_by_accident(qtbot, make):
    dialog = make(send=True, accounts=(HUB,))
    assert dialog.preview.text() == "nginx:latest"
    assert not dialog.main_button.isEnabled()
    retype(qtbot, dialog.path_field, "ann/nginx")
    assert dialog.main_button.isEnabled()
    assert dialog.signing.text == "Signs in as ann."


def test_an_image_without_a_name_can_be_given_one(qtbot, make):
    dialog = make(BARE)
    assert not dialog.main_button.isEnabled()
    assert dialog.problem.text == ""
    qtbot.keyClicks(dialog.path_field, "team/app")
    qtbot.mouseClick(dialog.main_button, LEFT)
    assert dialog.told == [("sha256:3", Reference.parse("contoso.azurecr.io/team/app"))]


def test_every_field_has_a_name_for_screen_readers(make):
    dialog = make()
    fields = (dialog.registry_box, dialog.host_field, dialog.path_field, dialog.tag_field)
    assert [field.accessibleName() for field in fields] == [
        "Registry",
        "Address of the registry",
        "Repository",
        "Tag",
    ]
