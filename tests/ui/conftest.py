import pytest

from desktop.ui import theme


@pytest.fixture(autouse=True)
def dressed(qapp):
    """Every widget is tested in the light appearance."""
    theme.apply(qapp, theme.LIGHT)
