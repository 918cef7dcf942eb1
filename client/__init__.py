"""What holds no state: the connection to the daemon, the command line, and the room one plays in."""
