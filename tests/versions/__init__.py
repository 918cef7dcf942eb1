"""What stores keep of the log under a version that a person raises: states and terms, and a record of what it makes.

`samples.jsonl` are the events of which it makes that, in the order of the log; a new one is put at the end, since a
state depends on the samples before it. `python -m tests.versions` records.
"""
