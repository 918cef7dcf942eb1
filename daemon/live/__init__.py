"""Open stories: what is kept in memory of each, the one way to write to it, its views, and its subscribers."""
