"""What tests share: a real daemon, scripted models and servers, clients and people at terminals, stories to tell."""
