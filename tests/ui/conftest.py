import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from desktop.ui import theme


@pytest.fixture(autouse=True)
def dressed(qapp):
    """Every widget is tested in the light appearance, and none is left from the test before."""
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)  # else every dressing takes longer
    if theme.active() is not theme.LIGHT or not qapp.styleSheet():
        theme.apply(qapp, theme.LIGHT)
