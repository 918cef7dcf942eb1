"""Serves an assistant on standard input and output, by the official package. The only importer of `mcp`."""

import json
from typing import Any

import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from client.assistant.calling import Calls, Unserved
from client.assistant.tools import Tool
from client.wire.connection import Connection
from protocol.harmless import harmless
from protocol.version import FABULA


async def serve(connection: Connection, calls: Calls, instructions: str) -> None:
    """Serves until standard input ends."""
    server = served(connection, calls, instructions)
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())


def served(connection: Connection, calls: Calls, instructions: str) -> Server[Any]:
    """The server, on no transport yet."""

    async def list_tools(context: Any, params: Any) -> types.ListToolsResult:
        return types.ListToolsResult(tools=[_described(tool) for tool in calls.tools.values()])

    async def call_tool(context: Any, params: types.CallToolRequestParams) -> types.CallToolResult:
        try:
            result = await calls.call(connection, params.name, params.arguments or {})
        except Unserved as why:
            return types.CallToolResult(content=[_text(str(why))], is_error=True)
        return types.CallToolResult(
            content=[_text(json.dumps(result, ensure_ascii=False))], structured_content=result
        )  # fmt: skip

    return Server(
        "fabula", version=FABULA, title="Fabula", instructions=instructions,
        on_list_tools=list_tools, on_call_tool=call_tool,
    )  # fmt: skip


def _described(tool: Tool) -> types.Tool:
    hints = types.ToolAnnotations(read_only_hint=tool.method.reads, open_world_hint=False)
    return types.Tool(name=tool.name, description=tool.doc, input_schema=tool.schema, annotations=hints)


def _text(text: str) -> types.TextContent:
    return types.TextContent(type="text", text=harmless(text))
