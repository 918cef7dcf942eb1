"""One turn: what was typed, whose reply follows, how it becomes a line, and what follows from it."""
