"""The rules that `decide` holds, by name: what a refusal (-32004) may say. Each with its reason, for people."""

RULES: dict[str, str] = {
    "cast_full": "A story has you and at most two others.",
    "no_identity": "A character needs a name and a description before they can speak.",
    "already_there": "An id can be used only once per kind.",
    "one_place": "Everybody is in exactly one place, and a place can't be inside itself.",
    "slot_full": "A spot holds only so many.",
    "no_such_slot": "A spot must be one that the place has.",
    "out_of_reach": "You can take only what is within reach: lying here, in a hand, or in something you can open.",
    "not_known_there": "You can take out of a closed thing only what you know is in it.",
    "hands_full": "Hands can hold only so much.",
    "not_held": "You can give or put down only what you have or can reach.",
    "inside_itself": "A thing can't be inside itself.",
    "lifecycle": "Plans move only forward: upcoming, happening, then done or called off.",
    "clock_backwards": "The story clock never runs backwards.",
    "whisper_out_of_reach": "Whoever you whisper to must be near.",
    "no_addressee": "A whisper or a message needs somebody it is for.",
    "not_present": "Whoever takes part must be there.",
    "no_scene": "No scene is open.",
    "not_theirs": "Only those who witnessed something can remember it.",
    "wrong_value": "That isn't a possible value.",
    "not_yours": "A line acts only for its speaker: a bot's line doesn't move you or anybody else.",
    "not_known": "A line can change only what its speaker knows about.",
    "not_in_prose": "Others learn from a line only what it says.",
    "no_such_change": "A line can change only some things; whatever it says, it is not a command.",
}
"""Every named rule and what it says."""
