"""What is said between the daemon and its clients; knows only msgspec and the standard library."""
