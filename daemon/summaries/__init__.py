"""Summaries of what scenes held, written by a model in the background."""
