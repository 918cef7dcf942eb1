"""The only SQL: the file, the log in it, what is derived from the log. Knows the simulation only to fold it."""
