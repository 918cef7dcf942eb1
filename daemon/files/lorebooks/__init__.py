"""Lorebooks of other programs: read from SillyTavern's world files and from the books of character cards, made commands
of, written again.

What Fabula has no place for stays in the file, which the log keeps as it came.
"""
