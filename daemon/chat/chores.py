"""Requests that are no play: what frontends have a chat's model do for themselves, and tests of the connection. Pure.

Titles, tags, summaries, searches, completions of what is being typed. They come as a history of their own, so they can
only be known by how they are worded. Whoever plays may type almost anything: so one is known for sure, or not at all.
The words are those of Open WebUI, LibreChat, LobeChat, NextChat, Chatbox and SillyTavern.
"""

import re
from collections.abc import Sequence
from typing import Any

from protocol.errors import INVALID_PARAMS, Fault

NO_PLAY = (
    "this model plays a story and does no other tasks: give titles, tags and summaries of the chat to another "
    "model in your frontend's settings, or switch them off there"
)


def refuse(system: Sequence[str], typed: str) -> None:
    """Raises Fault where the texts before the history, or the last message of whoever plays, are such a task."""
    if is_chore(typed) or any(_SYSTEM.match(text) or _KNOWN.match(text) for text in system):
        raise Fault(INVALID_PARAMS, NO_PLAY, param="messages")


def refuse_forms(response_format: Any, tools_are_due: bool) -> None:
    """Raises Fault where an answer is wanted that is no prose."""
    kind = response_format.get("type") if isinstance(response_format, dict) else response_format
    if kind not in (None, "text"):
        why = "this model plays a story and answers in prose: leave out `response_format`, or give the task to another"
        raise Fault(INVALID_PARAMS, why, param="response_format")
    if tools_are_due:
        why = "this model plays a story and calls no tools: leave out `tool_choice`, or give the task to another model"
        raise Fault(INVALID_PARAMS, why, param="tool_choice")


def is_chore(text: str) -> bool:
    """Whether a text is surely a task about a chat: it begins as one that is known, or it orders, says what to make of
    which chat, and what form the answer must have."""
    return bool(_KNOWN.match(text) or (_ORDERS.match(text) and _ABOUT.search(text) and _FORM.search(text)))


_I = re.IGNORECASE | re.DOTALL
_KNOWN = re.compile(
    r"\s*#{2,4} Task:\s*\n\s*(?:generate|suggest|analy[sz]e|examine|determine|create|provide|respond|you are an? )|"
    r"\s*You are an autocompletion system\b|"
    r"\s*Analy[sz]e this conversation and provide:\s*\n|"
    r"\s*Based on the chat history, give this conversation a name\b|"
    r"\W*ignore previous instructions\W+(?:and provide a detailed description of|classify the emotion of the last|"
    r"summari[sz]e the most important facts)|"
    r"\W*pause your roleplay\W+summari[sz]e the most important facts|"
    r"\s*Given the user's message and interaction history, decide if\b|"
    r"\s*Your task is to reflect the speaker's likely facial expression through a fitting emoji\b|"
    r"\s*You have been provided with a set of responses from various models to the latest user query\b",
    _I,
)
_SYSTEM = re.compile(
    r"\W*(?:you are|you're|you’re|act as) (?:a|an|the) (?:[\w-]+ ){0,3}"
    r"(?:title generator|titler|(?:conversation|chat) summari[sz]er|autocompletion system|"
    r"assistant who(?:'s|’s| is) good at extracting key takeaways)|"
    r"\W*you will generate a short title based on\b|"
    r"\s*Based on the chat history, determine the necessity of generating search queries\b|"
    r"\s*Available Tools:.{0,20000}\bYour task is to choose and return the correct tool",
    _I,
)
_ORDERS = re.compile(
    r"\W*(?:please )?(?:generate|create|provide|write|give|suggest|make|produce|summari[sz]e|come up with|return)\b", _I
)
_ABOUT = re.compile(
    r"\b(?:titles?|tags?|summar\w+)\b.{0,200}\b(?:conversation|chat|discussion|dialogue)\b|"
    r"\b(?:conversation|chat|discussion|dialogue)\b.{0,200}\b(?:titles?|tags?|summar\w+)\b|"
    r"\b\d+-\d+ word title\b",
    _I,
)
_FORM = re.compile(
    r"\b\d+[ -]words?[ -]or[ -](?:less|fewer)\b|\b\d+(?:-| to )\d+ words?\b|\bin JSON\b|\bJSON format\b|"
    r"\bno (?:punctuation|quotation|quotes)|\bwithout any (?:lead-in|punctuation|quotation)|"
    r"\b(?:only return|return only|output only)\b|\buse as a prompt\b|<chat_history>",
    _I,
)
