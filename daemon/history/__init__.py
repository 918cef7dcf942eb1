"""Changing the past: branches, revisions of lines, deletions and their undoing, purges. Asks no model."""
