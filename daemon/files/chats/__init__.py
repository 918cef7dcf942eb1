"""Chats of other programs: read in a handful of forms, made lines of, written again as SillyTavern keeps them.

`reading.py` finds out the form, `silly_tavern.py` and `plain_forms.py` read it into one shape (`chat.py`); `cast.py`
says who is who, `telling.py` makes lines of it, `taking.py` takes it in; `lines.py` and `writing.py` write chats.
"""
