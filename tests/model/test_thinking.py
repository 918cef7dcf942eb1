"""Reasoning is no prose, however a model marks it and wherever its pieces break."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.model.reply import prose
from daemon.model.thinking import UNSAID, Thinking
from protocol.model import Delta

HM = "Sam is cold [very], a < b."
HARMONY = "<|channel|>analysis<|message|>{}<|end|><|start|>assistant<|channel|>final<|message|>"
MARKED = {
    "think": "<think>{}</think>",
    "upper case": "<THINK>\n{}\n</THINK>\n\n",
    "mixed case": "<Think>{}</tHink>",
    "attributes": '<think type="slow" n=1>{}</think >',
    "blanks": "< think >{}</ think >",
    "thinking": "<thinking>{}</thinking>",
    "thought": "<thought>{}</thought>",
    "thoughts": "<Thoughts>{}</Thoughts>",
    "reasoning": "<reasoning>{}</reasoning>",
    "reflection": "<reflection>{}</reflection>",
    "seed": "<seed:think>{}</seed:think>",
    "longcat": "<longcat_think>{}</longcat_think>",
    "mistral": "[THINK]{}[/THINK]",
    "kimi": "◁think▷{}◁/think▷",
    "gemma": "<unused94>thought\n{}<unused95>",
    "gemma's channel": "<|channel>thought\n{}<channel|>",
    "of thought": "<|begin_of_thought|>{}<|end_of_thought|><|begin_of_solution|>",
    "cohere": "<|START_THINKING|>{}<|END_THINKING|><|START_RESPONSE|>",
    "harmony": HARMONY,
    "harmony to a tool": "<|start|>assistant<|channel|>commentary to=x<|message|>{}<|end|><|start|>final<|message|>",
    "nothing": "<think>{}</think><think></think><think/>",
}
"""How reasoning stands before prose."""

UNOPENED = {
    "think": "{}</think>\n\n",
    "upper case": "{}</THINKING>",
    "mistral": "{}[/THINK]",
    "kimi": "{}◁/think▷",
    "gemma": "{}<unused95>",
    "of thought": "{}<|end_of_thought|>",
    "harmony": "{}<|end|><|start|>assistant<|channel|>final<|message|>",
}
"""The same where a template opened it in the prompt."""

PROSE = "Mara <sighs>. 1 < 2, [she] says. <b>So</b> & so: <"


def split(text: str, cuts: list[int], *, presumed: bool = False) -> tuple[list[Delta], Thinking]:
    """The deltas of a text that comes in these pieces."""
    thinking, deltas = Thinking(presumed=presumed), list[Delta]()
    for a, b in pairwise([0, *sorted(min(c, len(text)) for c in cuts), len(text)]):
        deltas += thinking.feed(text[a:b])
    return deltas + thinking.end(), thinking


def thought(deltas: list[Delta]) -> str:
    return "".join(d.text for d in deltas if d.kind == "reasoning")


breaks = st.lists(st.integers(0, 200), max_size=20)


@pytest.mark.parametrize("form", MARKED)
@given(cuts=breaks)
def test_marked_reasoning_is_no_prose(form: str, cuts: list[int]) -> None:
    deltas, thinking = split(MARKED[form].format(HM) + PROSE, cuts)
    assert prose(deltas) == "".join(d.text for d in deltas if d.kind == "text").strip() == PROSE
    assert HM in thought(deltas).replace("\n", "")
    assert UNSAID not in deltas
    assert not thinking.unopened


@pytest.mark.parametrize("form", UNOPENED)
@given(cuts=breaks)
def test_reasoning_whose_end_alone_is_marked_is_taken_back(form: str, cuts: list[int]) -> None:
    deltas, thinking = split(UNOPENED[form].format(HM) + PROSE, cuts)
    assert prose(deltas) == PROSE
    assert thinking.unopened


@pytest.mark.parametrize("form", UNOPENED)
@given(cuts=breaks)
def test_what_is_presumed_to_be_reasoning_is_never_told_as_prose(form: str, cuts: list[int]) -> None:
    deltas, thinking = split(UNOPENED[form].format(HM) + PROSE, cuts, presumed=True)
    assert "".join(d.text for d in deltas if d.kind == "text") == PROSE
    assert (thought(deltas).strip(), UNSAID in deltas) == (HM, False)
    assert thinking.unopened


@given(breaks)
def test_what_was_only_presumed_to_be_reasoning_is_prose_in_the_end(cuts: list[int]) -> None:
    deltas, thinking = split(PROSE, cuts, presumed=True)
    assert prose(deltas) == PROSE
    assert not thinking.unopened


@pytest.mark.parametrize("form", MARKED)
def test_what_is_marked_needs_no_presumption(form: str) -> None:
    assert prose(split(MARKED[form].format(HM) + PROSE, [], presumed=True)[0]) == PROSE


@given(st.text(st.sampled_from("<|/[]◁▷>thinkTHINK endchannelmsg \n=\"'"), max_size=80), breaks)
def test_where_the_pieces_break_makes_no_difference(text: str, cuts: list[int]) -> None:
    assert prose(split(text, cuts)[0]) == prose(split(text, [])[0])


def test_what_is_held_back_is_little() -> None:
    thinking = Thinking()
    shown = "".join(d.text for n in range(2000) for d in thinking.feed("<think " if not n else "x"))
    assert len(shown) > 1500
