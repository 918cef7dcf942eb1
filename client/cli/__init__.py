"""The command line. Imports click and nothing else of weight until a command runs, so that help is quick."""
