"""Reads of the log and of what stands beside it. Each function takes a connection, and so runs in its thread."""
