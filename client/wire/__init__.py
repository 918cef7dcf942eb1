"""The wire's end here: the connection, the daemon as a process, downloads, the browser."""
