"""What is built and what is installed: the wheel, the locks and the environments made from them."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder
from packaging.requirements import Requirement

from desktop import resources
from environment import Environment

ROOT = Path(__file__).parent.parent
LOCKS = sorted((ROOT / "packaging").glob("requirements*.txt"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    (built,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"])
    with zipfile.ZipFile(built) as archive:
        yield archive


def entries(lock):
    """The lock's pins, each with its hashes."""
    for pin, hashes in re.findall(r"^(\w.*?) \\\n((?:[ \t]+.*\n)+)", lock.read_text(), re.MULTILINE):
        yield Requirement(pin), re.findall(r"--hash=sha256:[0-9a-f]{64}", hashes)


def test_the_wheel_holds_the_code_and_every_resource(wheel):
    names = set(wheel.namelist())
    kept = [path for path in (ROOT / "resources").rglob("*") if path.is_file() and path.suffix != ".qm"]
    assert {f"desktop/_resources/{path.relative_to(ROOT / 'resources').as_posix()}" for path in kept} <= names
    assert {
        f"desktop/{path.relative_to(ROOT / 'desktop').as_posix()}" for path in (ROOT / "desktop").rglob("*.py")
    } <= names
    assert "desktop/py.typed" in names


def test_the_wheel_holds_nothing_else(wheel):
    inside = {name.split("/")[0] for name in wheel.namelist()}
    assert {name for name in inside if not name.endswith(".dist-info")} == {"desktop"}


def test_the_wheel_says_what_it_is(wheel):
    name = next(name for name in wheel.namelist() if name.endswith("METADATA"))
    said = wheel.read(name).decode()
    assert "Name: portside" in said
    assert "License-Expression: Apache-2.0" in said
    assert {"LICENSE", "NOTICE"} <= {Path(name).name for name in wheel.namelist()}
    entry_points = next(name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert "portside = desktop.app:main" in wheel.read(entry_points).decode()


def test_the_package_finds_its_resources_in_a_wheel_and_in_a_checkout(wheel, tmp_path):
    assert (resources.root() / "icons" / "image.svg").is_file()
    wheel.extractall(tmp_path)
    code = "from desktop import resources; assert (resources.root() / 'icons' / 'image.svg').is_file()"
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_pin_of_a_lock_is_exact_and_has_hashes(lock):
    found = list(entries(lock))
    assert len(found) == len(re.findall(r"^\w", lock.read_text(), re.MULTILINE)) > 20
    for requirement, hashes in found:
        assert [specifier.operator for specifier in requirement.specifier] == ["=="], requirement
        assert hashes, requirement


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_no_index_and_no_place_of_any_machine(lock):
    assert not re.search(r"--\w*index|find-links|https?://|file:|(^|\s)/\w", lock.read_text())


@pytest.mark.parametrize("system", ["linux", "win32", "darwin"])
def test_the_lock_is_for_every_system(system):
    held = {
        requirement.name
        for requirement, _ in entries(ROOT / "packaging" / "requirements.txt")
        if fits(requirement, system)
    }
    own = {"linux": {"secretstorage", "jeepney"}, "win32": {"pywin32", "pywin32-ctypes"}, "darwin": set()}[system]
    assert {"pyside6-essentials", "docker", "keyring", "requests", "truststore", "bcrypt"} | own <= held


def fits(requirement, system, python="3.11"):
    """Whether *requirement* is for that system."""
    platform = {"linux": "Linux", "win32": "Windows", "darwin": "Darwin"}[system]
    place = {"sys_platform": system, "platform_system": platform, "python_full_version": f"{python}.0"}
    return requirement.marker is None or requirement.marker.evaluate(place)


def test_the_lowest_lock_holds_the_lower_bounds():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    held = {requirement.name: requirement for requirement, _ in entries(ROOT / "packaging" / "requirements-lowest.txt")}
    for line in project["dependencies"]:
        wanted = Requirement(line)
        if fits(wanted, "linux"):
            (bound,) = (s.version for s in wanted.specifier if s.operator == ">=")
            (pinned,) = held[wanted.name.lower()].specifier
            assert pinned.version.startswith(bound), f"{wanted.name}: {bound} is admitted, {pinned.version} is tested"


@pytest.fixture
def environment(tmp_path):
    lock = tmp_path / "lock.txt"
    lock.write_text("# nothing yet\n")
    made = Environment(tmp_path / "environment", lock)
    made.make(lambda _: None)
    return made


def test_an_environment_is_made_once(environment):
    said = []
    environment.make(said.append)
    assert environment.current
    assert said == []


def test_an_environment_is_remade_when_its_lock_changes(environment):
    stranger = environment.folder / "stranger"
    stranger.touch()
    environment.lock.write_text("# something else\n")
    assert not environment.current
    said = []
    environment.make(said.append)
    assert environment.current
    assert said
    assert not stranger.exists()
