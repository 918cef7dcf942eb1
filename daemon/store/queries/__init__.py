"""Reads of the log and of the tables beside it. Most functions take a connection, and run in its thread."""
