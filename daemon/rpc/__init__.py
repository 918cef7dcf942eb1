"""The doors: the catalogue bound to what serves it, over a Unix socket and over the web, and who may come in."""
