"""Where one plays: the prompt with its keys, a pipe without a terminal, and the tour."""
