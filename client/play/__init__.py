"""A story at hand: what a room, a pipe and a single command share."""
