"""A door for assistants: the daemon's methods as tools of the Model Context Protocol."""
