"""Measurements of what is promised: `python -m tests.bench`. Nothing here is asserted by a test."""
