"""Tests of the protocol: its types, its catalogue, and the documents made from them."""
