"""Writes the locks beside it, for Linux, Windows and macOS alike, with hashes and naming no index: needs uv."""

import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

FOLDER = Path(__file__).parent
ROOT = FOLDER.parent
PYTHON = "3.11"
OPTIONS = ("--universal", "--generate-hashes", "--no-emit-index-url", "--no-annotate", "--no-header", "--quiet")


def main() -> int:
    """Write all three locks; the newest versions with --upgrade, else only what has to change."""
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    if not uv:
        print("lock.py needs uv: python3 -m pip install uv", file=sys.stderr)
        return 1
    compile_ = [uv, "pip", "compile", "pyproject.toml", "--python-version", PYTHON, *OPTIONS, *sys.argv[1:]]
    run, dev, lowest = (FOLDER / f"requirements{kind}.txt" for kind in ("", "-dev", "-lowest"))
    _write(compile_, run, "What Portside runs with.")
    _write([*compile_, "--group", "dev", "--constraint", str(run)], dev, "What Portside is built and tested with.")
    with tempfile.TemporaryDirectory() as scratch:
        pins = Path(scratch) / "pins.txt"
        pins.write_text("\n".join(_pins(dev, _test_tools())))
        oldest = [*compile_, "--group", "test", "--resolution", "lowest-direct", "--constraint", str(pins)]
        _write(oldest, lowest, "The lowest versions pyproject.toml admits, with today's test tools.")
    return 0


def _write(command: list[str], path: Path, says: str) -> None:
    """Make one lock, headed by what it *says*; its present pins are kept where they still do."""
    print(f"{path.relative_to(ROOT)} …", flush=True)
    subprocess.run([*command, "--output-file", str(path)], cwd=ROOT, check=True)
    path.write_text(f"# {says} Made by packaging/lock.py.\n{_without_comments(path.read_text())}")


def _without_comments(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not line.lstrip().startswith("#"))


def _test_tools() -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return {str(name) for name in project["dependency-groups"]["test"]}


def _pins(lock: Path, names: set[str]) -> list[str]:
    """The lines of *lock* that pin *names*, without their hashes."""
    lines = [line.rstrip(" \\") for line in lock.read_text().splitlines() if "==" in line]
    return [line for line in lines if line.partition("==")[0] in names]


if __name__ == "__main__":
    sys.exit(main())
