"""python -m desktop opens the window."""
