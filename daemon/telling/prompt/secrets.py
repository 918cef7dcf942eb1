"""What the speaker knows and those present do not, as a section of a prompt. Pure; English."""

from daemon.story import in_words
from daemon.telling.prompt.telling import Telling, section
from daemon.telling.secrets import TOKENS, Secret, fitting
from protocol.views import Section


def chosen_secrets(t: Telling) -> list[Secret]:
    """The few that matter now and fit."""
    return fitting(t.secrets, TOKENS, t.count)


def secrets(t: Telling) -> Section:
    """The few that matter now, each with those who do not know it."""
    chosen = chosen_secrets(t)
    told = [f"{in_words.people(t.mind, x.who)} {_lacks(len(x.who))} know: {x.text}." for x in chosen]
    text = "\n".join(["You know, and need not give away:", *told]) if told else ""
    why = "what the speaker knows and those present do not, as far as the speaker can tell"
    return section(t, "secrets", why, [seq for x in chosen for seq in x.seqs], text)


def _lacks(count: int) -> str:
    return "does not" if count == 1 else "do not"
