"""Backups, restoring one, the check of the store, and what is known to be wrong with it."""
