"""The rules that `decide` holds, by name: what a refusal (-32004) may say. Each with its reason, for people."""

RULES: dict[str, str] = {
    "cast_full": "A story has at most you, a and b, and each of them once.",
    "no_identity": "A bot needs a name and an identity before it can speak.",
    "already_there": "An id is given once per kind.",
    "one_place": "Somebody is in exactly one place, and a place is not inside itself.",
    "slot_full": "A slot holds no more than its capacity.",
    "no_such_slot": "A slot must be one of its container's.",
    "out_of_reach": "One takes only what is within reach: here, in the open or in a hand, or in what one can open.",
    "not_known_there": "One takes out of a closed thing only what one knows to be in it.",
    "hands_full": "Hands are finite.",
    "not_held": "One gives or puts down only what one holds or has within reach.",
    "inside_itself": "A thing is not inside itself.",
    "lifecycle": "Occasions move only forward: planned, active, then completed or cancelled.",
    "clock_backwards": "The story clock never runs backwards on one branch.",
    "whisper_out_of_reach": "A whisper needs its addressee in reach.",
    "no_addressee": "A whisper or a message needs somebody it is meant for.",
    "not_present": "Who takes part must be there.",
    "no_scene": "There is no scene to close.",
    "not_theirs": "A memory is never wider than what it derives from.",
    "wrong_value": "A value must be one that the thing can have.",
    "not_yours": "Prose acts for whose it is: a bot's does not move you, nor anybody else, and says nothing for them.",
    "not_known": "Prose can only touch what the one who speaks knows of.",
    "not_in_prose": "What others are to learn from prose stands in its own words.",
    "no_such_change": "Only some changes may come of prose; whatever it says, it is no command.",
}
"""Every named rule and what it says."""
