"""An evening that was played with a strong model, all that it answered, and what a careful reader would call true of it
after each turn. README.md says how it was made."""
