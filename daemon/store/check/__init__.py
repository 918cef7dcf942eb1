"""Whether the log is what was written, can be read and folded, and is what was derived from it."""
