"""The version of the program: of the daemon and of the clients that come with it. The wire has one of its own."""

FABULA = "0.1.0"
