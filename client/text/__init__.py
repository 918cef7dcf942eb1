"""Text: harmless on a terminal, wrapped, in columns; and names that people type. Knows no daemon."""
