import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SOURCES = sorted((ROOT / "desktop").rglob("*.py"))
TRANSLATES = ("tr", "translate", "_tr", "QT_TRANSLATE_NOOP")


def called(node):
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_text_is_hidden_from_translators_inside_an_f_string(path):
    """lupdate reads over whatever stands in the braces of an f-string, silently."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            hidden = [c for c in ast.walk(node) if isinstance(c, ast.Call) and called(c) in TRANSLATES]
            assert not [call.lineno for call in hidden if any(isinstance(arg, ast.Constant) for arg in call.args)]
