"""The tests, laid out as the source is; README.md has the map."""
