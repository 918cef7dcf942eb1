"""What can be recalled by words: the index, and searching it through a lens."""
