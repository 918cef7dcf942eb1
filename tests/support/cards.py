"""Character cards made by hand after the published specifications, and the files in which they lie."""

import base64
import io
import json
import struct
import zipfile
import zlib
from typing import Any

Card = dict[str, Any]


def v1() -> Card:
    """A card of version 1: six texts, flat."""
    return {
        "name": "Bram", "description": "Bram is tall.", "personality": "", "scenario": "",
        "first_mes": "Hello, <USER>.", "mes_example": "",
    }  # fmt: skip


def v2() -> Card:
    """A card of version 2, with a prompt at a depth as SillyTavern keeps it."""
    return {
        "spec": "chara_card_v2", "spec_version": "2.0",
        "data": {
            "name": "Seraphine Vale",
            "description": "{{char}} forged the letter that {{user}} carries. She has red hair and wears a grey coat.",
            "personality": "Wry.",
            "scenario": "<BOT> meets {{USER}} at the quay.",
            "first_mes": "*She looks up.* No boat tonight, {{user}}.",
            "mes_example": "<START>\n{{user}}: Late again?\n{{char}}: The fog is.\n<START>\n{{char}}: Sit.",
            "creator_notes": "Best in autumn.",
            "system_prompt": "",
            "post_history_instructions": "",
            "alternate_greetings": ["You again.", "Mind the step."],
            "tags": [],
            "creator": "",
            "character_version": "",
            "extensions": {
                "talkativeness": "0.7", "depth_prompt": {"prompt": "{{char}} limps.", "depth": 3, "role": "system"},
            },
        },
    }  # fmt: skip


def v3() -> Card:
    """A card of version 3, with much that Fabula has no place for yet."""
    data = v2()["data"] | {
        "nickname": "Sera",
        "alternate_greetings": ["{{// a remark }}It {{random:rains,snows}}.", "Mind the step."],
        "tags": ["quay"],
        "creator": "somebody",
        "system_prompt": "Write slowly. {{original}}",
        "post_history_instructions": "Stay with {{char}}.",
        "character_book": {"extensions": {}, "entries": [{"keys": ["quay"], "content": "It is old.", "enabled": True}]},
        "group_only_greetings": ["All of you?"],
        "assets": [{"type": "icon", "uri": "ccdefault:", "name": "main", "ext": "png"}],
        "extensions": v2()["data"]["extensions"] | {"acme/mood": {"deep": [1, 2.5, None, "ä"]}},
    }
    order = [*v2()["data"], *(x for x in data if x not in v2()["data"])]
    return {"spec": "chara_card_v3", "spec_version": "3.0", "data": {x: data[x] for x in order}}


def chunk(sort: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + sort + data + struct.pack(">I", zlib.crc32(sort + data))


def around(*chunks: bytes) -> bytes:
    """A PNG of one pixel with these chunks before its end."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    pixel = chunk(b"IDAT", zlib.compress(b"\0\0"))
    return b"\x89PNG\r\n\x1a\n" + header + pixel + b"".join(chunks) + chunk(b"IEND", b"")


def picture(**cards: Card) -> bytes:
    """A PNG with these cards by keyword."""
    texts = {keyword: base64.b64encode(json.dumps(card).encode()) for keyword, card in cards.items()}
    return around(*(chunk(b"tEXt", keyword.encode() + b"\0" + text) for keyword, text in texts.items()))


def charx(card: Card, **others: bytes) -> bytes:
    """A CHARX: a zip with the card, and other files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("card.json", json.dumps(card))
        for name, data in others.items():
            archive.writestr(name, data)
    return file.getvalue()


JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0\x00\x0b\x08\x00\x02\x00\x03\x01\x01\x11\0\xff\xd9"
"""What begins as a JPEG of 3 by 2 pixels does."""

GIF = b"GIF89a\x02\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff;"
WEBP = b"RIFF\x1a\x00\x00\x00WEBPVP8L\x0d\x00\x00\x00\x2f\x01\x00\x00\x00" + b"\0" * 9
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def pictured(**uris: str) -> Card:
    """A card of version 3 with these assets by name, `main` being the picture of the character."""
    listed = [
        {"type": "icon" if name == "main" else "background", "uri": uri, "name": name, "ext": "png"}
        for name, uri in uris.items()
    ]
    return v3() | {"data": v3()["data"] | {"assets": listed}}


def data_uri(data: bytes, type: str = "image/png") -> str:
    """The address that holds a file."""
    return f"data:{type};base64,{base64.b64encode(data).decode()}"
