"""What tests of a running daemon share. Hypothesis keeps no time here: machines are busy."""

from hypothesis import settings

settings.register_profile("fabula", deadline=None, max_examples=50)
settings.load_profile("fabula")
