"""The daemon's folder: its settings, its keys, who holds it, and the service that keeps the daemon running."""
