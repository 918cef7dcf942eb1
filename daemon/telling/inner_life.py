"""What of a deed nobody sees: what one does not tell, remembers, means to do, keeps secret. English, in tables. Pure.

    I do not tell her that the key is gone; I pass over the key; *what I don't say is …*         untold
    I remember the night I buried it; she thought of the letter; I have no idea what it says      remembered, known
    she meant to leave it there; I'd rather die than tell them; hoping that he won't ask          meant, wished
    she must never learn it; nobody knows that …; secretly I have signed; in my head I count      secret
    I lie; it isn't true: …; (I say,) though it isn't: …; the truth is that …                     not so

A clause that begins so is one's own, with all that comes after it in its sentence, up to a clause that tells what is
plainly seen: `I remember the fire and smile`, `I know he lies, so I call him`, but not `I know he takes it and hides
it`; and with a state told before it: `the letter was under her mattress, and she meant to leave it there`. None of
these, since they are seen or heard: who says nothing, does not move or remembers to bolt the door; what one tells, asks
or swears, whatever it is of.
"""

import re
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from daemon.telling.narration import PAST, PRESENT, TELLING

_OWN = r"(?:my|his|her|their)"
_SELF = r"(?:my|him|her|your|them)sel(?:f|ves)"
_WHO = r"(?:I|he|she|they|who|(?-i:[A-Z][\w'’-]*))"
_THEM = r"(?:(?:him|her|them|you|anyone|anybody|anything|nobody|no one|(?-i:[A-Z][\w'’-]*))\s+)?"
_ADVERBS = r"(?:(?:\w+ly|just|still|also|only|always|never|even|already|once|all but|quite|yet|ever)\s+)*"
_LEAD = (
    r"[\s,;:—–-]*(?:(?:and|but|or|so|yet|then|for|because|since|while|as|though|although|still|now|instead|of course"
    r"|for a (?:moment|second)|all the while|the whole time|again|what|all)\b,?\s+)*"
)
_ME = rf"^{_LEAD}(?:{_WHO}(?:['’](?:m|ve|d|ll|s|re))?\s+)?{_ADVERBS}"
_NOT = (
    r"(?:(?:do|does|did|will|would|can|could|dare|dares|dared|must|shall|should|may|might|have|has|had|am|is|was|need)\s+)?"
    r"(?:not|never|\w+n['’]t|cannot|(?:could|would|should|might|ought\s+to|want(?:s|ed)?\s+to)(?:\s+(?:have|almost))?"
    r"|almost|nearly)\s+(?:(?:\w+ly|yet|quite|even|ever|going|to|want|wish|dare|mean|intend|plan|have|need|about)\s+)*"
)
_WHAT = (
    r"(?:that|about|of|what|where|why|how|who|whose|which|whether|the|my|his|her|their|it|this|so|a|an|I|he|she|half"
    r"|all)\b"
)
"""How that begins which one might tell."""
_UNTOLD = (
    rf"(?:(?:tell|told|telling)\s+{_THEM}(?:anything\s+|a\s+word\s+|more\s+)?{_WHAT}"
    r"|(?:say|said|saying)(?:\s+(?:anything|a\s+word|more))?\s+(?:that|what|where|why|how|who|whether|which|so|it|this|about|of|is|was|the)\b"
    r"|(?:mention|admit|confess|reveal|disclos|betray)(?:e|s|es|d|ed|t?ing|ted)?\s+\w"
    r"|(?:let|letting)\s+(?:on|slip"
    r"|(?:him|her|them|anyone|anybody|(?-i:[A-Z]\w*))\s+(?:know|see|find out|guess|suspect))\b"
    r"|(?:give|gave|giving)\s+away\s+\w|(?:speak|spoke|spoken|talk|talking|speaking)\s+(?:of|about)\b|breath(?:e|ing)\s+a\s+word\b)"
)
_HELD_BACK = (
    r"(?:say|says|said|breathe[sd]?)\s+(?:nothing|not\s+a\s+word|not\s+a\s+thing)\s+(?:of|about)\b",
    rf"(?:tell|tells|told)\s+{_THEM}(?:nothing|not\s+a\s+word|not\s+a\s+thing)\s+(?:of|about)\b",
    r"(?:make|makes|made)\s+no\s+mention\b|(?:pass|gloss|skip)(?:es|ed|s|ped)?\s+over\s+(?:the|what|how|that|my)\b|omit(?:s|ted)?\b",
    r"(?:leave|leaves|left)\s+(?:out\s+(?!(?:of|by|through|to|in|on|again)\b|the\s+(?:back|front|door|window|gate)\b)\w|(?:\w+\s+)?unsaid\b)",
    r"(?:keep|keeps|kept|keeping)\s+(?:quiet|silent|mum)\s+(?:about|on|of)\b",
    rf"(?:have\s+|has\s+|had\s+)?(?:keep|keeps|kept|keeping)\s+[^,;:.]{{1,40}}?\s(?:to\s+{_SELF}|(?:a\s+)?secret)\b",
    r"(?:keep|keeps|kept|keeping)\s+(?:it|this|that|the\s+(?:truth|news|secret))\s+(?:from|hidden)\b",
    r"(?:bit|bite|bites|swallow|swallows|swallowed)\s+(?:back\s+)?(?:what|the\s+(?:name|truth|words|rest|question|answer))\b",
    r"(?:would\s+)?(?:rather|sooner)\s[^,;:]{0,40}?\bthan\s+(?:tell|say|admit|let|confess|show|have)\b",
    r"without\s+(?:mention|tell|say|admit|let|reveal)ting?\b|without\s+(?:mentioning|telling|saying|admitting|letting|revealing)\s+\w",
    r"(?:decid|choos|chose|prefer|care|resolv|manag|determin|think|thought|am\s+careful|is\s+careful|was\s+careful)\w*\s[^,;:]{0,20}?\bnot\s+to\s+"
    + _UNTOLD,
    r"[^,;:]{0,30}?\b(?:try|tries|tried|trying|careful|good|used|manag\w+|best|adept)\b[^,;:]{0,15}?\bnot\s+(?:to\s+)?"
    r"(?:look|think|star|glanc|show|lett?|wonder|remember|car|mind|giv)(?:e|ing)?\b",
)
_CONTENT = r"(?:that|what|where|why|how|who|whose|which|whether|if|I|he|she|they|it|there|nobody|no one)\b"
_KNOWN = (
    rf"(?:can\s+|could\s+|do\s+|did\s+)?(?:still\s+)?(?:remember|recollect)(?:s|ed|ing)?\s+(?!to\b|(?:my|his|her|their)\s+manners\b|{_SELF}\b)\w",
    rf"(?:recall(?:s|ed|ing)?)\s+(?!{_THEM}(?:to|from)\b)\w",
    r"(?:think|thinks|thought|wonder|wonders|wondered|muse|muses|mused|reflect|reflects|reflected)\s+"
    r"(?:that|whether|if|how|why|what|who|where)\b",
    r"(?:think|thinks|thought|thinking)\s+(?:back\b|(?:only\s+)?(?:of|about)\s+(?!it\b|nothing\b))",
    r"(?:am|is|was|were)\s+(?:thinking|reminded)\s+of\b|(?:it|this|that|which)\s+remind(?:s|ed)\s+(?:me|him|her)\b",
    r"(?:can(?:not|['’]t)|could(?:n['’]t|\s+not))\s+help\s+(?:think|wonder|remember)ing\b|(?:keep|keeps|kept)\s+thinking\b",
    r"(?:have|has|had)(?:n['’]t|\s+not|\s+never)\s+forgotten\b|will\s+never\s+forget\b",
    r"(?:know|knows|knew|knowing)\s+(?:that|what|where|why|how|who|whose|which|whether|perfectly|very\s+well|exactly|better"
    r"|about|only\s+too|full|well|it|he|she|I|they|there|of)\b",
    r"(?:do|does|did)(?:n['’]t|\s+not)\s+(?:\w+ly\s+|even\s+)?(?:know|remember|believe|understand|trust|recall)\s+\w",
    r"(?:have|has|had)\s+(?:no|not\s+the\s+(?:least|slightest|faintest))\s+(?:idea|intention|doubt|memory|wish)\b",
    rf"(?:suspect|believ|doubt|guess|assum|presum)(?:e|es|s|ed|ing)?\s+(?:{_CONTENT}|the\b)",
    rf"(?:realis|realiz)(?:e|es|ed|ing)\s+(?:{_CONTENT}|the\b)",
    r"(?:am|is|was)?\s*(?:certain|sure|convinced|aware|afraid)\s+that\b",
    r"(?:imagin|envision|pictur)(?:e|es|ed|ing)\s+(?!aloud\b)\w|dream(?:s|ed|t|ing)?\s+of\b",
    r"(?:it|the\s+thought)\s+(?:occurs?|occurred)\s+to\b|it\s+(?:strikes|struck)\s+(?:me|him|her)\b|it\s+dawns?(?:ed)?\s+on\b"
    r"|[^,;:]{0,40}?\bcross(?:es|ed)\s+" + _OWN + r"\s+mind\b",
    r"(?:make|makes|made|making)\s+a\s+mental\s+note\b",
    rf"{_OWN}\s+(?:(?:thoughts?|mind|memory|memories|conscience)\b|(?:plan|secret|idea|intention|hope|fear)s?\s+(?:is|was|are|were|had)\b)",
)
_MEANT = (
    r"(?:mean|means|meant|meaning|intend|intends|intended|intending|plan|plans|planned|planning|resolve|resolves|resolved"
    r"|(?:am|is|was|were)\s+(?:planning|resolved|determined|meaning)|determined)\s+(?:to|on)\b(?!\s+be\b)",
    rf"(?:hope|hopes|hoped|hoping)\s+(?:{_CONTENT}|to\b)|(?:wish|wishes|wished|wishing)\s+(?:{_CONTENT})",
    r"(?:want|wants|wanted|wanting|long|longs|longed|yearn|yearns|yearned)\s+(?:nothing\b|to\b)",
    rf"(?:fear|dread)(?:s|ed|ing)?\s+(?:{_CONTENT}|the\b)|regret(?:s|ted|ting)?\s+\w",
    r"would\s+(?:\w+ly\s+|so\s+)?(?:love|hate|give\s+\w+)\s+to\b",
    r"(?:consider|weigh|contemplat)(?:s|ed|e|es|ing)?\s+(?:\w+ing|whether)\b",
)
_NEVER_TO_KNOW = r"(?:know|learn|find\s+out|hear|guess|suspect|discover)\b"
_SECRET = (
    rf"(?:must|may|can|should|shall|need|will|do|does|have)(?:n['’]t|\s*not|\s+never)\s+(?:need\s+to\s+|have\s+to\s+|ever\s+)*{_NEVER_TO_KNOW}",
    rf"(?:must|may|can|should|shall|will)(?:n['’]t|\s*not|\s+never)\s+(?:\w+\s+)?let\s+\w+\s+{_NEVER_TO_KNOW}",
    r"(?:nobody|no\s+one|none\s+of\s+(?:them|you)|neither\s+of\s+(?:them|you)|only\s+I|I\s+alone)(?:\s+(?:here|else|but\s+\w+))?\s+"
    r"(?:know|knew|suspect|guess|would\s+ever\s+know|will\s+ever\s+know|ever\s+kn)",
    r"if\s+(?:only\s+)?\w+\s+(?:only\s+|ever\s+)?(?:knew|found\s+out|learn(?:ed|t)|guessed)\b",
    rf"(?:secretly|in\s+secret),?\s+(?:{_WHO}(?:['’](?:ve|d|m|s))?\s+)?(?:(?:have|has|had|am|is|was)\b|already\b|(?:know|want|hope|think|believe|love|hate"
    r"|fear|wish|plan|mean|knew|wanted|hoped|thought)s?\b)",
    r"(?:have|has|had|am|is|was)\s+secretly\b",
    r"(?:unknown|unbeknownst)\s+to\b|(?:inwardly|deep\s+down|privately)\b|in\s+"
    + _OWN
    + r"\s+(?:head|mind|heart|thoughts)\b",
)
_BUT_SO = (
    r"lie(?:s|d)?(?=\W*$)|(?:lie|lies|lied|lying)\s+(?:to\s+(?:me|him|her|them|you|(?-i:[A-Z]))|about\b)",
    r"(?:am|is|was|were)\s+lying(?=\W*$|\s+(?:to|about)\b)",
    r"(?:it|that|this|which|none\s+of\s+it|not\s+a\s+word(?:\s+of\s+it)?|all\s+of\s+it)(?:\s+(?:is|was)(?:n['’]t|\s+not)?|['’]s(?:\s+not)?)\s+"
    r"(?:of\s+course\s+)?(?:a\s+lie|true|untrue|not\s+true|a\s+fib|all\s+lies|nonsense)\b",
    r"(?:it|that|this)\s+(?:is|was)(?:n['’]t|\s+not)(?=\W*$)",
    r"the\s+truth\s+(?:is|was)\b|in\s+truth\b|in\s+reality\b",
)
_JOINT = re.compile(
    r"[,;:]\s+|\s+[—–-]+\s+|\s+(?=(?:and|but|then|because|while|though|although|without)\b)"
    r"|(?<!know)(?<!knows)(?<!knew)(?<!wonder)(?<!wonders)(?<!guess)(?<!remember)\s+(?=who\b)",
    re.IGNORECASE,
)
_KNOWN_DEED = (
    r"say|says|said|keep|keeps|kept|hum|hums|hummed|laugh|laughs|laughed|fall|falls"
    rf"|(?:am|is|was)\s+(?:fast\s+|sound\s+)?asleep|{PRESENT}|{TELLING}"
    r"|(?:count|call|jump|whistl|offer|point|hug|show|tap|grin|wink|wav|shak|shrug|start|shout|ask|answer|groan|sigh|giggl"
    r"|snort|clap|cough|sing|danc|kick|duck|star|blush|hurr|repeat|bow|stroll|rush|dash)(?:e|es|s|ed|ied|ies)?"
)
_STATES = (
    r"(?!(?:will|would|can|could|cannot|must|should|may|might|shall|do|does|did|have|has|had|am|is|are|was|were|be|been"
    r"|never|not|no|almost|nearly|know|knew|think|thought|feel|felt|want|wish|hop|fear|mean|meant|intend|need|remember"
    r"|recall|suspect|believ|doubt|guess|lov|hat|trust|wonder|plan|dread|regret|understand|understood|lik|long|own|ow"
    r"|deserv|lie|lies|lied|lying|seem|suppos|imagin|pictur|dream|realis|realiz|forget|forgot|resolv|decid|consider|pity|pities"
    r"|pitied|despis|blam|forgiv|pray|count\s+on|only|also|always|that|what|how|why|where|who|if|whether|when|all|both"
    r"|he|she|it|they|you|we|I|my|his|her|their|your|our|the|a|an|some|any|every|in|on|at|of|to|for|with|from|by)"
    r"(?:e|s|es|d|ed|ing|n['’]t)?\b|\w+n['’]t\b)"
)
"""What is no deed that is seen: a state, a wish, a thought, or no verb."""
_OBJECT = (
    r"(?=\s+(?:it|him|her|them|you|me|my|his|their|your|the|a|an|up|down|out|off|back|over|away|along|round|around|forward"
    r"|aside)\b)"
)
_NEW = (
    r"\s*(?:[,;—–]\s*)?(?:and|but|then|yet|so|instead)\s+(?:then\s+|instead\s+|still\s+)?"
    rf"(?:(?P<who>{_WHO})\s+)?(?:\w+ly\s+)?"
)
_NOW_SEEN = re.compile(rf"^{_NEW}(?P<verb>{_KNOWN_DEED})\b", re.IGNORECASE)
_JOINED = re.compile(rf"^{_NEW}{_STATES}(?P<verb>\w+)\b(?(who)|{_OBJECT})", re.IGNORECASE)
_SEEN_BY_NAME = re.compile(rf"^[;—–]\s*(?P<who>{_WHO})\s+(?:\w+ly\s+)?(?P<verb>{_KNOWN_DEED})\b", re.IGNORECASE)
_PAST = re.compile(rf"(?!(?:{PRESENT})$)(?:{PAST}|\w+ed)", re.IGNORECASE)
_ALSO_PAST = re.compile(PAST, re.IGNORECASE)
_PRONOUN = re.compile(r"he|she|it|I|they|you|we|nobody|everybody|everyone", re.IGNORECASE)
_THIRD_PERSON = re.compile(r"(?!\w*ss$)\w+s", re.IGNORECASE)
_SUBJECT = re.compile(rf"^{_LEAD}({_WHO})\b", re.IGNORECASE)
_BEING = re.compile(r"\b(?:am|is|are|was|were)\b|['’](?:s|m|re)\b", re.IGNORECASE)
_MODAL = re.compile(
    r"\b(?:to|will|would|can|could|must|should|may|might|shall|did|do|does|had|has|have)\b|n['’]t\b|['’](?:ll|d|ve)\b",
    re.IGNORECASE,
)
_TELLS_PAST = re.compile(
    r"\b(?:did|had|was|were|thought|knew|meant|kept|told|said|could|would|left|\w+ed)\b", re.IGNORECASE
)
_WITHIN = re.compile(
    r"\b(?P<singular>he|she|it|nobody|no one|everybody|everyone)\b|\b(?P<plural>I|they|you|we)\b"
    r"|\b(?:that|what|where|why|how|who|whether|which|if)\b",
    re.IGNORECASE,
)
_STATE = re.compile(
    rf"^\W*(?:the|a|an|it|there|this|that|{_OWN})\b[^,;:]*\b(?:is|are|was|were|lay|lies|stood|stands|had\s+been)\b",
    re.IGNORECASE,
)
_HE_SAID = re.compile(rf"\W*{_WHO}\s+(?:says?|said|tells?|told|explains?|explained)\b", re.IGNORECASE)
_REPORTS = re.compile(
    r"\b(?:tell|told|say|said|explain|ask|whisper|confess|swear|swore|admit|promise|warn|write|wrote|call|shout)\w*\b"
    r"[^,;:]{0,80}?\b(?:that|whether|if|how|what|why|where)\b",
    re.IGNORECASE,
)


@cache
def _inner() -> re.Pattern[str]:
    """Compiled when it is first needed, since that takes a twentieth of the daemon's start."""
    return re.compile(
        "|".join(
            [rf"{_ME}{_NOT}{_UNTOLD}"]
            + [rf"{_ME}(?:{p})" for p in (*_HELD_BACK, *_KNOWN, *_MEANT, *_SECRET, *_BUT_SO)]
            + [rf"^[^\"“]*\b(?:inwardly|in\s+{_OWN}\s+(?:head|thoughts))\b"]
        ),
        re.IGNORECASE,
    )


def clauses(sentence: str) -> Iterator[tuple[str, bool]]:
    """A sentence in its clauses, each with whether it tells what nobody sees."""
    cuts = [0, *(j.start() for j in _JOINT.finditer(sentence)), len(sentence)]
    some = [sentence[a:b] for a, b in pairwise(cuts) if b > a]
    reports = _REPORTS.search(some[0]) is not None
    private, began = False, ""
    told: list[bool] = []
    for n, clause in enumerate(some):
        reported = reports and n > 0 and not private and _plain(clause)
        spoken = _HE_SAID.match("".join(some[n + 1 : n + 2])) is not None
        if _inner().match(clause.rstrip()) and not (reported or spoken):
            private, began = True, clause
        elif private and _is_seen(clause, began):
            private = False
        told.append(private)
    if True in told:
        first = told.index(True)
        told[:first] = [first == 1 and _STATE.match(some[0]) is not None] * first
    yield from zip(some, told, strict=True)


def _plain(clause: str) -> bool:
    """Whether a clause goes on without a word that begins something new."""
    return re.match(r"\W*(?:and|but|though|then|yet)\b", clause, re.IGNORECASE) is None


def _is_seen(clause: str, began: str) -> bool:
    """Whether a clause tells what is plainly seen, and is no part of what the one that `began` told."""
    found = _NOW_SEEN.match(clause) or _SEEN_BY_NAME.match(clause) or _JOINED.match(clause)
    subject = _SUBJECT.match(began)
    if found is None:
        return False
    verb = found["verb"]
    if _PAST.fullmatch(verb) and not _TELLS_PAST.search(began):
        return False
    if found["who"] is not None:
        known = not _JOINED.match(clause) or _NOW_SEEN.match(clause) is not None
        return known or subject is None or subject[1].lower() == found["who"].lower()
    return clause[:1] in ",;—–" or _is_of_the_teller(verb, began, subject[1].lower() if subject is not None else "")


def _is_of_the_teller(verb: str, began: str, subject: str) -> bool:
    """Whether a verb joined without a comma goes with the `subject` of what `began`, and not with what stands within:
    `I realise he is awake and smile`, but `I know that he takes it and hides it`."""
    inner = _inner().match(began)
    start, end = (inner.start(), inner.end()) if inner is not None else (0, 0)
    last = re.search(r"\w*$", began[:end])
    cut = last.start() if last is not None and _PRONOUN.fullmatch(last[0]) else end
    within = began[cut:] if cut < end else re.sub(r"^\w+", "", began[end:])
    third = _THIRD_PERSON.fullmatch(verb) is not None
    past = _PAST.fullmatch(verb) is not None or (
        _ALSO_PAST.fullmatch(verb) is not None and _TELLS_PAST.search(began) is not None
    )
    if not past and subject and third == (subject == "i"):
        return False
    if _MODAL.search(began[start:]):
        return third and not past
    some = _WITHIN.search(within)
    if some is None or _BEING.search(within):
        return True
    if not past and _TELLS_PAST.search(within):
        return True
    return not past and (some["plural"] if third else some["singular"]) is not None
