"""How soon the window is there, how still it stands under load, what it takes, and how soon it is gone.

Prints `name: value unit (goal …)`; exit status 1 if a goal is missed.
"""

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
PAIRS = 9  #: starts of each program, in turn, so that both meet the same machine
PATIENCE_S = 60
LATE = ("docker", "keyring", "requests")
#: notes which modules are there when the time of the first paint is written
SPY = """
import json, os, sys
place = os.environ["PORTSIDE_FIRST_PAINT"]
def look(event, arguments):
    if event == "open" and arguments[0] == place:
        names = sorted({name.partition(".")[0] for name in list(sys.modules)})
        with open(place + ".modules", "w") as file:
            file.write(json.dumps(names))
sys.addaudithook(look)
sys.argv[:] = ["portside"]
from desktop.app import main
sys.exit(main([]))
"""


class Goals:
    """Prints each figure with its goal and remembers whether one was missed."""

    def __init__(self) -> None:
        self.missed = False

    def tell(self, name: str, value: float, unit: str, most: float, note: str = "", digits: int = 0) -> None:
        """One figure that is to be at most *most*."""
        self.missed |= value > most
        extra = f"; {note}" if note else ""
        print(f"{name}: {value:.{digits}f} {unit} (goal at most {most:g} {unit}{extra})", flush=True)


class Bench:
    """Runs programs in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # Compiled modules as an installed program has them, whatever the environment says about writing them.
        own = {"PORTSIDE_HOME": str(folder / "home"), "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
        kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        self.environment = {"QT_QPA_PLATFORM": "offscreen", **kept, "PYTHONPATH": str(ROOT), **own}

    def first_paint(self, *command: str) -> float:
        """Milliseconds from the start of a fresh process to its first paint; the process is ended then."""
        place = self.folder / "painted"
        place.unlink(missing_ok=True)
        environment = {**self.environment, "PORTSIDE_FIRST_PAINT": str(place)}
        begin = time.monotonic_ns()
        process = subprocess.Popen([sys.executable, *command], env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
        try:
            painted = _wait_for(place)
        finally:
            process.kill()
            process.wait()
        return (painted - begin) / 1e6

    @contextmanager
    def engine(self, images: int, containers: int) -> Iterator[str]:
        """The address of an engine stand-in that holds so many."""
        place = self.folder / "engine.sock"
        command = [sys.executable, str(HERE / "_engine.py"), str(place), str(images), str(containers)]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, env=self.environment)
        try:
            assert process.stdout and process.stdout.readline() == b"ready\n"
            yield f"unix://{place}"
        finally:
            process.kill()
            process.communicate()

    def scene(self, name: str, engine: str, **environment: str) -> tuple[Mapping[str, Any], float]:
        """What the program told of a scene, and the seconds it took to end."""
        report = self.folder / f"{name}.json"
        command = [sys.executable, str(HERE / "_driven.py"), name, engine, str(report)]
        done = subprocess.run(
            command,
            env={**self.environment, **environment},
            cwd=ROOT,
            timeout=PATIENCE_S,
            capture_output=True,
            text=True,
        )
        ended = time.monotonic_ns()
        if done.returncode or not report.exists():
            sys.exit(f"the scene {name} failed with {done.returncode}:\n{done.stderr}")
        told = json.loads(report.read_text(encoding="utf-8"))
        return told, (ended - told["quit_ns"]) / 1e9

    @property
    def log(self) -> str:
        """All that the program logged so far."""
        return "".join(path.read_text(encoding="utf-8") for path in (self.folder / "home" / "logs").glob("*.log*"))


def _wait_for(place: Path) -> int:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until:
        text = place.read_text() if place.exists() else ""
        if text:
            return int(text)
        time.sleep(0.002)
    raise TimeoutError("nothing was painted")


def paint(bench: Bench, goals: Goals) -> None:
    """First paint, against that of a window with one label."""
    bare, ours = [str(HERE / "_bare.py"), str(bench.folder / "painted")], ["-m", "desktop"]
    for command in (bare, ours):
        bench.first_paint(*command)  # compiles, and warms the disk
    times: dict[str, list[float]] = {"bare": [], "ours": []}
    for _ in range(PAIRS):
        times["bare"].append(bench.first_paint(*bare))
        times["ours"].append(bench.first_paint(*ours))
    plain, real = statistics.median(times["bare"]), statistics.median(times["ours"])
    note = f"a window with one label {plain:.0f} ms, Portside {real:.0f} ms"
    goals.tell("first paint", real / plain, "times that of a bare window", 1.5, note, 2)


def imports(bench: Bench, goals: Goals) -> None:
    """What is imported before the first paint."""
    bench.first_paint("-c", SPY)
    loaded = json.loads((bench.folder / "painted.modules").read_text())
    early = [name for name in LATE if name in loaded]
    goals.tell("imported before the first paint", len(early), "libraries", 0, f"of {', '.join(LATE)}")


def load(bench: Bench, goals: Goals) -> None:
    """Stalls while 10,000 images and 1,000 containers are listed and 15 transfers tell their progress."""
    with bench.engine(10_000, 1_000) as engine:
        told, _ = bench.scene("full", engine, PORTSIDE_WATCHDOG="1")
    stalls = re.findall(r"stall of (\d+) ms \(gap \d+ ms\) at (.*)", bench.log)
    note = f"{told['images']} rows of images, {told['containers']} containers, {told['moving']} transfers moving"
    goals.tell("stalls of ours over 50 ms", len(stalls), "stalls", 0, note)
    for length, where in stalls:
        print(f"    {length} ms at {where}")
    goals.tell("rooms built after the first paint", told["furnished_ms"], "ms", 2_000)
    goals.tell("everything listed after the first paint", told["listed_ms"], "ms", 5_000)
    if told["images"] < 10_000 or told["containers"] < 1_000 or told["moving"] < 15:
        print(f"    less was there than was to be measured; failed transfers: {told['failed']}")
        goals.missed = True


def rest(bench: Bench, goals: Goals) -> None:
    """Memory, and the way out with and without running transfers."""
    with bench.engine(12, 3) as engine:
        told, took = bench.scene("rest", engine)
        goals.tell("memory at rest", told["memory"] / 1e6, "MB", 150, f"{told['threads']} workers")
        goals.tell("quit, nothing running", took, "s", 3, digits=2)
        busy, took = bench.scene("quit-busy", engine)
        goals.tell("quit, transfers running", took, "s", 3, f"{busy['moving']} of them", 2)


MEASURES = {"paint": paint, "imports": imports, "load": load, "rest": rest}


def main(names: Sequence[str]) -> int:
    """Measure everything, or what is named; 1 if a goal was missed."""
    goals = Goals()
    with tempfile.TemporaryDirectory(prefix="portside-bench-") as folder:
        bench = Bench(Path(folder))
        for name in names or MEASURES:
            if name in ("load", "rest") and os.name != "posix":
                print(f"{name}: left out, the engine stand-in needs a Unix socket")
                continue
            MEASURES[name](bench, goals)
    return int(goals.missed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
