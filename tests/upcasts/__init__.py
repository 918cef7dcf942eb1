"""Retired versions of events: a stored sample of each is lifted for ever, and must come to what it always came to.

`samples/` holds those of this program, by the name KIND.VERSION.json: `{"stored": the payload as it was written,
"present": what it is read as}`. `retired/` holds the same for two made-up kinds of change, which show the pattern.
"""
