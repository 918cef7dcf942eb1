"""The slash commands, a subject a module, and their table."""
