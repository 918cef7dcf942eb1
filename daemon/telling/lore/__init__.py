"""Lore: which entries come up in a prompt, and why. Pure."""
