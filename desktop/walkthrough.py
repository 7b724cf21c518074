"""The whole tutorial, done by the program itself in its real window."""
