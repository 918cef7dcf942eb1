"""The daemon: owns the file, simulates the story, asks the models, and serves any number of clients."""
