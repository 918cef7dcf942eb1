"""What goes out and comes in as a file: stories, characters, templates, a whole home."""
