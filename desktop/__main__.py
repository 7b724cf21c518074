"""python -m desktop opens the window; with --walkthrough FOLDER the program does the whole tutorial by itself."""

import sys


def start() -> int:
    """Run what the arguments ask for; return the exit status."""
    if "--walkthrough" in sys.argv[1:]:
        from desktop.walkthrough import main as walk

        return walk(sys.argv[1:])
    from desktop.app import main

    return main()


if __name__ == "__main__":
    sys.exit(start())
