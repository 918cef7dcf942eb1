"""Chats made by hand after what SillyTavern documents and writes: messages, and the files in which they lie."""

import json
from typing import Any

Message = dict[str, Any]


def said(name: str, text: str, *others: str, user: bool = False, chosen: int = 0, **more: Any) -> Message:
    """A message; `others` are further swipes, and `chosen` says where among them all the one stands that is shown."""
    swipes = list(others)
    swipes.insert(chosen, text)
    told: Message = {
        "name": name, "is_user": user, "is_system": False, "send_date": "2024-06-10T14:22:00.000Z", "mes": text,
    }  # fmt: skip
    if others:
        told |= {"swipe_id": chosen, "swipes": swipes, "swipe_info": [{"send_date": told["send_date"]} for _ in swipes]}
    return told | more


def narrated(text: str, **more: Any) -> Message:
    """What /sys says."""
    return said("System", text, extra={"type": "narrator"}, **more)


def head(user: str = "Robin", character: str = "Maren") -> Message:
    """The first line of a chat."""
    return {"user_name": user, "character_name": character, "create_date": "2024-06-10", "chat_metadata": {}}


def jsonl(*lines: Message) -> bytes:
    """The file of a chat."""
    return "\n".join(json.dumps(x, ensure_ascii=False) for x in lines).encode()


def evening() -> list[Message]:
    """A short chat with a bit of everything: swipes, a narrator, a hidden line, two personas."""
    return [
        head(),
        said("Maren", "*She looks up.* No boat tonight.", "You again.", "Mind the step.", chosen=1),
        said("Robin", "Then I stay. `She is lying.`", user=True, send_date="June 10, 2024 2:23pm"),
        narrated("The lamp goes out."),
        said("Robin", "(brb)", user=True, is_system=True),
        said("Maren", "Oh.", "Ah."),
        said("Alex", "Who is there?", user=True),
        said("Maren", "Only me."),
    ]
