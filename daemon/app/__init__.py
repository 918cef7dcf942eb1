"""The whole: all packages put together, served, and taken apart again. Nobody knows it except `__main__`."""
