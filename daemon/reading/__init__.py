"""Prose read into changes of the world and into memories, by a model."""
