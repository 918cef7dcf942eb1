"""How results and notifications read on a terminal. Asks the daemon for nothing."""
