"""Which tools an assistant is given, by what it may do."""

import json

from client.assistant.tools import NOT_FOR_ASSISTANTS, OF_CONNECTIONS, Scope, tools
from protocol.catalogue import METHODS


def test_every_method_is_a_tool_or_left_out_on_purpose() -> None:
    reading, writing = tools(Scope()), tools(Scope(write=True))
    assert {name for name, x in METHODS.items() if x.reads} - {"rpc.discover"} == reading.keys()
    assert METHODS.keys() - writing.keys() == {*OF_CONNECTIONS, *NOT_FOR_ASSISTANTS}
    one = tools(Scope("s1", write=True))
    assert all("story" not in tool.schema["properties"] for tool in one.values()) and "stories" not in one
    seen = tools(Scope("s1", ["a"], write=True))
    assert seen.keys() == {"project", "recall", "play"}
    for tool in (*writing.values(), *seen.values()):
        text = json.dumps(tool.schema)
        assert all(f'"#/$defs/{name}"' in text for name in tool.schema.get("$defs", {})), tool.name
        assert "#/components" not in text
