"""Prompts, what is recalled for them, and the explanation of a line by its prompt."""
