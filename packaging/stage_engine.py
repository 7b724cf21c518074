"""As a script: runs an engine of its own in FOLDER until its standard input ends. The walkthrough's engine, as root.

Its life hangs on that pipe, so that it goes with whoever started it, however that one ended.
"""

import argparse
import signal
import sys
from pathlib import Path

from daemons import DaemonFailed
from engine_daemon import EngineDaemon


def main() -> int:
    """Start the engine, say "ready" and the address, wait, and take everything away again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--mirror", default="", help="a registry, host:port, to ask before Docker Hub")
    parser.add_argument("--group", type=int, default=0, help="the group that may use the engine's socket")
    asked = parser.parse_args()
    for number in (signal.SIGINT, signal.SIGTERM):  # a terminal's Ctrl+C reaches the whole group: the pipe decides
        signal.signal(number, signal.SIG_IGN)
    engine = EngineDaemon(asked.folder, mirror=asked.mirror, group=asked.group)
    try:
        engine.start()
        print(f"ready {engine.url}", flush=True)
        sys.stdin.read()
    except DaemonFailed as error:
        print(error, flush=True)
        return 1
    finally:
        engine.end_and_forget()
    return 0


if __name__ == "__main__":
    sys.exit(main())
