"""Checks: whether the log is as it was written and can be folded, and whether what is derived agrees with it."""
