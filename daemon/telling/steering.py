"""What steers a single reply: that it is another take, and what the author notes for it. Pure.

Of the take before it says nothing but that there is one: whoever is shown words writes them again.
"""

OTHERWISE = (
    "This reply was written before and set aside. Tell it differently: another beginning, "
    "another thought, another course."
)


def of_retake(note: str) -> str:
    """What a take that is written again is told, with the author's note, which goes first."""
    return f"{note.strip()} {OTHERWISE}".strip()
