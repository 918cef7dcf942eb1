"""Open stories: what is kept in mind of each, the one way to write to it, its views, and who listens to it."""
