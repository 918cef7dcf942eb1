"""Character cards of other programs, versions 1 to 3: read from JSON, PNG and CHARX, made commands of, written again.

What Fabula has no place for stays in the card, which the log keeps as it came.
"""
