"""Imported chats read into their stories behind play: the world, minds and memories, at the pace of one's model."""
