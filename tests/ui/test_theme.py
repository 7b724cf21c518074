import re
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QFontDatabase, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLabel, QMenu, QVBoxLayout, QWidget

from desktop import resources
from desktop.core.appearance import Appearance
from desktop.ui import theme
from desktop.ui.theme import DARK, LIGHT, Dresser
from desktop.ui.widgets import glyphs
from desktop.ui.widgets.controls import FocusRing, Segments, Switch
from desktop.ui.widgets.painted import Elided, Icon, Meter
from desktop.ui.widgets.parts import button, column, field, label, number_field

ROOT = Path(__file__).parent.parent.parent
GROUNDS = ("window", "surface", "raised", "sunken", "hover", "selected")
TEXT = [(fore, back) for fore in ("text", "text2", "text3", "link", "good", "warn", "bad") for back in GROUNDS]
TEXT += [("on_accent", back) for back in ("accent", "accent_hover", "accent_pressed")]
TEXT += [(tone, f"{tone}_tint") for tone in ("good", "warn", "bad")]
TEXT += [("text", "pressed"), ("text2", "pressed"), ("text", "bad_tint"), ("link", "bad_tint"), ("text3", "pressed")]
TEXT += [(fore, "console") for fore in ("console_text", "console_dim", "console_warn")]
SHAPES = [("edge", "surface"), ("edge", "raised"), ("link", "surface"), ("link", "raised"), ("accent", "surface")]
SHAPES += [("meter", back) for back in ("track", "surface", "raised", "selected")]
PAIRS = [(*pair, 4.5) for pair in TEXT] + [(*pair, 3.0) for pair in SHAPES]


def luminance(name):
    """Relative luminance as WCAG 2 defines it."""
    colour = QColor(name)
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("fore", "back", "least"), PAIRS, ids=[f"{fore} on {back}" for fore, back, _ in PAIRS])
@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_every_pair_of_colours_can_be_told_apart(tokens, fore, back, least):
    light, dark = sorted((luminance(getattr(tokens, name)) for name in (fore, back)), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= least


def test_both_appearances_name_the_same_things():
    assert LIGHT._asdict().keys() == DARK._asdict().keys()
    assert all(QColor(value).isValid() for tokens in (LIGHT, DARK) for value in list(tokens._asdict().values())[1:])


SOURCES = sorted((ROOT / "desktop").rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_only_the_theme_names_a_colour(path):
    if path.name != "theme.py" and path.parent.name != "desktop":  # a picture of the walkthrough may be dimmed
        found = re.findall(
            r"""["']#[0-9A-Fa-f]{3,8}["']|QColor\(\d|GlobalColor\.(?!transparent)\w+""", path.read_text()
        )
        assert found == []


def test_the_style_sheet_names_no_colour_itself_and_uses_known_tokens():
    sheet = (resources.root() / "styles" / "portside.qss").read_text(encoding="utf-8")
    assert re.findall(r":\s*#[0-9A-Fa-f]{3,8}\b", sheet) == []
    assert set(re.findall(r"\$(\w+)", sheet)) <= {*LIGHT._asdict(), "mono"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_icon_that_is_asked_for_is_there(path):
    asked = re.findall(r"""\b(?:Icon|icon_button|glyphs\.icon|glyphs\.draw)\(\s*["']([a-z-]+)["']""", path.read_text())
    asked += re.findall(r"""\bbutton\([^()]*(?:\([^()]*\))?[^()]*,\s*["']([a-z-]+)["']""", path.read_text())
    kinds = {"primary", "quiet", "danger", "link", "plain"}
    there = {entry.name.removesuffix(".svg") for entry in (resources.root() / "icons").iterdir()}
    assert set(asked) - kinds <= there


@pytest.mark.parametrize("icon", sorted((ROOT / "resources" / "icons").glob("*.svg")), ids=lambda icon: icon.stem)
def test_every_icon_can_be_tinted(icon):
    text = icon.read_text(encoding="utf-8")
    assert "currentColor" in text
    assert 'viewBox="0 0 24 24"' in text


def test_there_are_fonts_to_test_with():
    assert QFontDatabase.families()
    assert theme.sans_families()
    assert theme.mono_families()


@pytest.mark.parametrize("role", theme.TYPE)
def test_no_letter_is_smaller_than_twelve_pixels(role):
    assert theme.font(role).pixelSize() >= 12


def picture(widget):
    widget.ensurePolished()
    return widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def sheet():
    """One of each part."""
    made = QWidget()
    made.setObjectName("page")
    made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    choice = QComboBox()
    choice.addItems(["one", "two"])
    off = button("Off", "trash", "danger")
    off.setEnabled(False)
    parts = (button("Pull", "download", "primary"), button("Quiet", "search", "quiet"), off, field("text"), choice)
    more = (Switch("On"), Segments("A", "B"), Meter(0.4), Icon("home"), number_field("n", 1, 5), label("x", tone="bad"))
    made.setLayout(column(*parts, *more, Elided("long " * 30)))
    made.resize(300, 500)
    return made


def test_a_change_of_appearance_leaves_not_one_pixel_of_the_other(qtbot, qapp):
    theme.apply(qapp, LIGHT)
    changed = sheet()
    qtbot.addWidget(changed)
    changed.show()
    before = picture(changed)
    theme.apply(qapp, DARK)
    fresh = sheet()
    qtbot.addWidget(fresh)
    fresh.show()
    qtbot.waitExposed(fresh)
    assert picture(changed) == picture(fresh)
    assert picture(changed) != before


def test_the_system_is_followed_only_while_it_is_left_to_it(qtbot, qapp, monkeypatch):
    dresser, system = Dresser(qapp), {"scheme": Qt.ColorScheme.Light}
    monkeypatch.setattr(theme, "tokens_for", lambda wanted, app: theme_of(wanted, system["scheme"]))
    try:
        dresser.dress(Appearance.SYSTEM)
        assert theme.active() is LIGHT
        system["scheme"] = Qt.ColorScheme.Dark
        qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
        assert theme.active() is DARK
        dresser.dress(Appearance.LIGHT)
        qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
        assert theme.active() is LIGHT
    finally:
        dresser.deleteLater()


def theme_of(wanted, scheme):
    dark = scheme == Qt.ColorScheme.Dark if wanted is Appearance.SYSTEM else wanted is Appearance.DARK
    return DARK if dark else LIGHT


def test_what_is_chosen_is_what_is_worn(qapp):
    assert theme.tokens_for(Appearance.DARK, qapp) is DARK
    assert theme.tokens_for(Appearance.LIGHT, qapp) is LIGHT
    assert theme.tokens_for(Appearance.SYSTEM, qapp) in (LIGHT, DARK)


def test_a_disabled_part_never_looks_like_one_that_can_be_used(qtbot):
    for make in (
        lambda: button("Pull", "download", "primary"),
        lambda: button("Pull", "download"),
        lambda: button("Pull", "download", "quiet"),
        lambda: button("Remove…", "trash", "danger"),
        lambda: button("More", kind="link"),
        lambda: field("text"),
        lambda: number_field("n", 1, 5),
        lambda: Switch("On"),
        lambda: Segments("A", "B"),
        lambda: label("words", tone="good"),
    ):
        able, unable = make(), make()
        unable.setEnabled(False)
        for widget in (able, unable):
            qtbot.addWidget(widget)
            widget.resize(120, 32)
        assert picture(able) != picture(unable)


def test_menus_are_ours(qtbot):
    menu = QMenu()
    qtbot.addWidget(menu)
    menu.addAction(glyphs.icon("play"), "Run")
    menu.popup(QPoint(0, 0))
    colour = picture(menu).pixelColor(menu.width() - 8, menu.height() // 2)
    menu.close()
    assert colour.name().upper() == LIGHT.raised


class TestSegments:
    """One of a few, by click or by key."""

    @pytest.fixture
    def segments(self, qtbot):
        made = Segments("All", "Moving", "Failed")
        qtbot.addWidget(made)
        made.show()
        return made

    def test_a_click_chooses(self, qtbot, segments):
        with qtbot.waitSignal(segments.chosen_changed) as told:
            qtbot.mouseClick(segments.buttons[2], Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
        assert told.args == [2]
        assert segments.chosen == 2

    def test_arrow_keys_choose(self, qtbot, segments):
        segments.buttons[0].setFocus()
        with qtbot.waitSignal(segments.chosen_changed) as told:
            QTest.keyClick(segments.buttons[0], Qt.Key.Key_Right)
        assert told.args == [1]

    def test_choosing_for_the_person_is_not_told(self, qtbot, segments):
        with qtbot.assertNotEmitted(segments.chosen_changed):
            segments.choose(1)
        assert segments.chosen == 1

    def test_a_count_may_grow(self, segments):
        before = segments.sizeHint().width()
        segments.set_text(0, "All 1,000")
        assert segments.sizeHint().width() > before
        assert segments.buttons[0].text() == "All 1,000"


class TestElided:
    """A line that gives way."""

    def test_says_in_its_tooltip_what_there_was_no_room_for(self, qtbot):
        line = Elided("registry.example/team/a-long-name:tag", middle=True)
        qtbot.addWidget(line)
        line.resize(80, 20)
        line.show()
        assert line.toolTip() == line.text()
        assert "…" in line.shown and line.shown.endswith("tag")
        line.resize(600, 20)
        assert line.toolTip() == ""

    def test_takes_no_markup(self, qtbot):
        line = Elided("<b>x</b>")
        qtbot.addWidget(line)
        assert line.textFormat() == Qt.TextFormat.PlainText


class TestFocusRing:
    """Shown for the keyboard, never for the mouse."""

    @pytest.fixture
    def window(self, qtbot):
        made, box = QWidget(), QVBoxLayout()
        made.buttons = [button("One"), button("Two")]
        for part in made.buttons:
            box.addWidget(part)
        made.setLayout(box)
        made.ring = FocusRing(made)
        qtbot.addWidget(made)
        made.show()
        made.activateWindow()
        qtbot.waitUntil(made.isActiveWindow)
        made.buttons[0].setFocus()
        return made

    def test_goes_where_the_keyboard_goes(self, window):
        QTest.keyClick(window.buttons[0], Qt.Key.Key_Tab)
        assert window.ring.isVisible()
        assert window.ring.geometry().contains(window.buttons[1].geometry())
        window.buttons[1].move(40, 90)
        assert window.ring.geometry().contains(window.buttons[1].geometry())
        window.buttons[1].hide()
        assert not window.ring.isVisible()

    def test_a_click_shows_none(self, qtbot, window):
        qtbot.mouseClick(window.buttons[1], Qt.MouseButton.LeftButton)
        assert not window.ring.isVisible()

    def test_its_button_may_be_deleted(self, qtbot, window):
        QTest.keyClick(window.buttons[0], Qt.Key.Key_Tab)
        window.buttons[1].deleteLater()
        qtbot.wait(1)
        window.buttons[0].setFocus()
        assert not window.ring.isVisible()


def test_a_meter_tells_its_figure_to_those_who_cannot_see_it(qtbot):
    meter = Meter(0.62)
    qtbot.addWidget(meter)
    assert meter.accessibleDescription() == "62%"


@pytest.mark.parametrize("make", [QLabel, Elided])
def test_no_label_takes_its_text_for_markup(qtbot, make):
    guessing = make("<img src=x>")
    qtbot.addWidget(guessing)
    guessing.show()
    assert guessing.textFormat() == Qt.TextFormat.PlainText
