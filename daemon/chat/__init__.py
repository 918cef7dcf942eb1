"""A story as other programs' frontends play it: as a chat whose history the program keeps and sends each time."""
