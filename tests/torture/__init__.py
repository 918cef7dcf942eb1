"""The long form of the crash tests: `python -m tests.torture [TRIAL...] [--rounds N]`. Prints what it found."""
