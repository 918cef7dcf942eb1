"""The words by which whispers are told in English, as patterns; what they come to is in whispers.py."""

import re

THEIR = r"(?:his|her|my|your|their|\w+['’]s?|the \w+['’]s?)"
ONLY = r"(?:only|just|nobody but|no one but|none but)"
CLOSE = (
    r"(?:lean\w*|bend\w*|bent|lips|mouth|close|says?|said|speak\w*|spoke|voice|words?|murmur\w*|mutter\w*|breath\w*"
    r"|hiss\w*)"
)
SOMEBODY = r"(?:(?-i:[A-Z][\w'’-]*)|him|her|them|you|the (?!room|others|table|whole)\w+)"
ALL = r"(?:all|everyone|everybody|anyone|both|the (?:(?:whole|entire) \w+|rest|others|room|table|company|house))"
LOW = (
    r"(?:(?:murmur|mutter|mumble|breathe|hisse?|mouth)(?:s|d|ed)?"
    r"|murmuring|muttering|mumbling|breathing|hissing|mouthing)"
)
HOW = (
    r"(?:\w+ly|something|words?|it|low|a\s+(?:few\s+)?words?"
    r"|(?:through|between|over|across|past)\s+(?:(?:my|his|her|their|the|a)\s+)?\w+)"
)
"""What may stand between a low voice and whom it is for: `through his teeth`."""
SOFTLY = r"(?:quietly|softly|in\s+a\s+low\s+voice|low)"
SAYS = r"(?:say|says|said|speak|speaks|spoke|answer|answers|answered|murmur|murmurs|murmured|mutter|mutters|muttered)"
KEPT = (
    r"\bfor\s+\w+\s+and\s+(?:not|nobody|no one)\b",
    r"\b(?:meant\s+for|for)\s+(?:nobody|no one)\s+else\b",
    r"\b(?:meant\s+)?(?:only|just)\s+(?:to|for)\s+(?:you|[A-Z]\w+)\b",
    r"\b(?:nobody|no one)\s+(?:else\s+)?(?:can|could|will|would)\s+(?:over)?(?:hear|catch|make\s+out)\b",
    r"\bno\s+(?:further|farther)\b|\bnot\s+(?:even\s+)?as\s+far\s+as\b",
    r"\bso\s+close\s+to\s+(?:\w+['’]s|your|his|her|my)\s+(?:temple|cheek|face|head|hair|neck)\b",
    rf"\b{SAYS}\b[^.!?;]*?\binto\s+(?:\w+['’]s|the|your|his|her|my)\s+(?:\w+\s+)?"
    r"(?:hair|collar|shoulder|sleeve|scarf|neck|glass|glasses|cup|pillow)\b",
    r"\b(?:low|quiet|soft)\s+enough\b"
    r"|\b(?:so|too)\s+(?:low|quietly|softly)\b(?:\s+that\s+\w+\s+alone\s+(?:can|could|may|might)\s+hear)?",
    rf"(?:^|[,;:—–]\s*|\b{SAYS}\s+)(?:then\s+|and\s+)?(?:for|to)\s+\w+\s+(?:only|alone)\b",
    r"\b(?:where|so that|enough that|(?:sure|certain|check(?:s|ed|ing)?)(?:\s+that)?)\s+(?:the\s+)?\w+\s+"
    r"(?:can(?:not|['’]t)|can not|could(?:n['’]t| not)|won['’]t)\s+(?:over)?hear\b",
    r"\bout\s+of\s+(?:\w+['’]s?\s+)?(?:earshot|hearing)\b",
    r"\b(?:(?:pull|take|draw|lead|steer|drag|tug|call|beckon)(?:s|ed|ing|ging)?|took|drew|led)\s+"
    r"(?:(?-i:[A-Z][\w'’-]*)|him|her|them|you)\s+(?:\w+\s+\w+\s+\w+\s+)?(?:aside|to\s+one\s+side)\b",
    rf"\b(?:lean|bend|stoop|huddl|edg|mov)\w*\s+(?:(?:in|up|down|very|right|so)\s+)*close\s+(?:to|beside|against)\s+{SOMEBODY}",
    r"\b(?:tap|spell|trac|writ|draw)\w*\b[^.!?;]{0,80}?\b(?:in|on|into|onto)\s+(?:(?-i:[A-Z]\w*)['’]s|your)\s+(?:\w+\s+)?"
    r"(?:palm|hand|wrist|knee)\b",
    r"\bcorner\s+of\s+(?:his|her|my|their|your)\s+mouth\b",
    r"\bhand\s+cupped\b|\bcup(?:s|ped|ping)?\s+\w+\s+hand\b|\b(?:says?|said|speaks?|spoke)\b[^.!?;]*\bbehind\s+\w+\s+hand\b",
    r"\blips\s+(?:(?:barely|hardly|scarcely)\s+mov\w+|alone\b|only\b|(?:shap|form|fram)\w*\b)|\bwithout\s+moving\s+\w+\s+lips\b",
)
ALONE = re.compile(rf"\b{ONLY}\s+(?P<who>\w+)(?:\s+(?:can|could|may))?\s+hears?\b", re.IGNORECASE)
"""Who alone hears it, by what the deed says anywhere of it."""
PHRASES = re.compile(
    "|".join(
        (
            r"\bwhisper(?:s|ed|ing)?\b(?!\s+of\b)",
            rf"\b{LOW}\s+(?:{HOW}\s+)*(?:to|at)\s+(?!\w+sel(?:f|ves)\b|{ALL}\b)(?=\w)",
            rf"\b{CLOSE}\b[^.!?;]*?\b(?:in|into|to|at|against|near|by|beside)\s+{THEIR}\s+(?:\w+\s+)?ears?\b",
            rf"\bunder\s+{THEIR}\s+breath\b",
            rf"\b(?:lower|drop|hush)(?:s|ed|ing|ped|ping)?\s+{THEIR}\s+voice\b",
            rf"\bkeep(?:s|ing)?\s+{THEIR}\s+voice\s+(?:down|low)\b|\bkept\s+{THEIR}\s+voice\s+(?:down|low)\b",
            rf"\b{THEIR}\s+voice\s+(?:drops?|dropped|sinks?|sank|falls?|fell)\b(?!\s+(?:away|silent))",
            r"\b(?:barely|hardly|scarcely)\s+audibl[ey]\b|\binaudibl[ey]\b",
            r"\bin an undertone\b|\bsotto voce\b",
            ALONE.pattern.replace("?P<who>", "?:"),
            rf"\bfor\s+(?:{THEIR}\s+ears\s+(?:only|alone)|only\s+{THEIR}\s+ears|\w+\s+alone\s+to\s+hear)\b",
            rf"\b{SOFTLY},?\s+to\s+(?!\w+sel(?:f|ves)\b)(?=\w)",
            r"\bmouth(?:s|ed|ing)\s*(?=[\"“:])|(?:^\W*|\b(?:I|he|she|they|you|and|then|silently|(?-i:[A-Z]\w+))\s+)"
            r"mouth(?:s|ed|ing)?\b(?=\s*(?:$|[.,:;!]))",
            rf"^\W*(?:in|into|at)\s+{THEIR}\s+(?:\w+\s+)?ears?\b",
            rf"\bconfid(?:es?|ed|ing)\s+(?:to|in)\s+(?={SOMEBODY})",
            *KEPT,
        )
    ),
    re.IGNORECASE,
)
NOT = re.compile(
    r"(?:\bnot|n['’]t|\bnever|\bstop(?:s|ped)?|\bwithout|\binstead of|\bno longer"
    r"|\b(?:could|would|might|should|above|than)"
    r"|\b(?:want|wish|like|hope|mean|tr[yi]|need|about|going|bother|refus|forg[eo]t)\w*\s+to|\b(?:hear|heard|hears|listen\w*)\b.*"
    r"|\b(?:above|than)\s+an?|\bthe(?:\s+\w+)?"
    r"|\b(?:wind|rain|sea|silk|leaves|waves|grass|trees?|breeze|fire|snow|fabric))"
    r"\s+(?:\w+ly\s+)?$",
    re.IGNORECASE,
)
TOLD = re.compile(
    r"\b(?:(?<!so\s)(?<!enough\s)that|about|how|where|what|who|why|when|which|whether|if"
    r"|(?<!because\s)(?<!both\s)(?<!all\s)(?<!one\s)(?<!two\s)(?<!out\s)(?<!front\s)of)\b|[\"“«„]|:\s+(?=\w)",
    re.IGNORECASE,
)
ASKED = re.compile(
    r"\b(?:tells?|told|asks?|asked|inform\w*|warn(?:s|ed)?|explain(?:s|ed)?|says?|said)\s+(?:(?!on\b)[\w'’]+\s+){0,6}?"
    r"(?:that(?!\s+(?:only|nobody|no\s+one|none|\w+\s+(?:alone|can|could)))|whether|if|about|what|where|who|why|how)\b",
    re.IGNORECASE,
)
"""That one tells something in a deed, where it is known that others do not hear."""
TELLING = re.compile(rf"\b(?:whisper\w*|{LOW}|confid\w*|in\s+{THEIR}\s+(?:\w+\s+)?ears?)\b", re.IGNORECASE)
"""What may tell words, as a voice that is lowered does not."""
AFTER = re.compile(r"[\"”»“]\s+(to\s.*)$")
"""What comes after a quote in a sentence: `to Mara`."""
CALLS = (
    r"(?:call(?:s|ed)|call(?:ing)?\s+(?:up|out|down|over|across|back|to|through|into|from)|(?:shout|yell|bellow|holler)(?:s|ed|ing)?"
    r"|(?:cry|cries|cried|crying|sing|sings|sang)\s+out)"
)
ALOUD = re.compile(
    rf"\b(?:aloud|out loud|loud(?:ly|er)?|rais(?:es?|ed|ing) \w+ voice|{CALLS}|announce[sd]?"
    rf"|(?:to|for) {ALL}|straighten(?:s|ed|ing)?"
    r"|(?:steps?|leans?|sits?|pulls?|draws?) (?:back|away)|turn(?:s|ed|ing)?|stands?|stood|rises?|rose"
    r"|clears? \w+ throat|walk(?:s|ed)|go(?:es)?|looks? (?:up|round|around)|normal\w* voice)\b",
    re.IGNORECASE,
)
ASIDE = re.compile(r"[*_]{0,3}\(([^()]{1,100})\)[*_]{0,3}:?")
OPENS = re.compile(r"([\"“«„]?)\s*(\([^()]{1,100}\))\s*")
IN_BRACKETS = re.compile(
    r"^\s*(?:\w+ly,?\s+)?(?:whisper(?:s|ed|ing)?\b|aside to\b|to \w+ (?:only|alone)\b|\w+ly,?\s+to\b|"
    r"(?:murmur|mutter|mouth)(?:s|ed|ing)?\s+to\b)",
    re.IGNORECASE,
)
PLAIN = re.compile(r"^\s*(?:I\s+)?whispers?\s+(?:(?:in)?to)\s+[^:,.!?\"“*`]{1,60}[:,](?=\s)", re.IGNORECASE)
STRANGER = re.compile(
    r"\bto\s+(?:the\s+\w+|[A-Z]\w*)|\b[A-Z]\w+['’]s?\s+(?:\w+\s+)?ears?\b"
    r"|\binto\s+(?:the|my|his|her|their|a)\s+(?:\w+\s+)?(?:phone|telephone|mobile|receiver|radio|microphone|mike|intercom)\b"
)
SOME = re.compile(r"^(?:\s+\w+){0,3}?\s+to\s+an?\s+\w+")
"""Somebody whom a whisper is for, and who has no name: `whispers something to a child`."""
BOTH = (
    r"(?:(?:both|all|each|the\s+(?:two|three|lot|pair))\s+of\s+(?:them|you|us)|(?:them|you|us)\s+(?:both|all|two|three)\b"
    r"|every(?:body|one)\b(?!\s+(?:else|but|except)))"
)
TO_ALL = re.compile(
    rf"{BOTH}|\b(?:to|for)\s+(?:(?:all|both)\b|the\s+(?:(?:whole|entire)\s+\w+|others|room|table|company|two)\b)",
    re.IGNORECASE,
)
CALLS_ALL = re.compile(rf"\b{BOTH}", re.IGNORECASE)
UNDER_BREATH = re.compile(rf"under\s+{THEIR}\s+breath", re.IGNORECASE)
MERE_NOISE = re.compile(
    r"\b(?:sigh|hum|curs|swear|swore|count|sing|sang|pray|laugh|chuckl|giggl|whistl|groan|grumbl|moan|grunt|grows?l|cough"
    r"|recit|rehears|cuss|snort|talk(?:s|ed|ing)?\s+to\s+(?:the|an?|my|his|her|their))\w*",
    re.IGNORECASE,
)
"""What one does under one's breath that is not what one says next."""
BACK = re.compile(
    r"\bwhisper(?:s|ed|ing)?\s+(?:\w+ly\s+)?(?:back|in\s+(?:answer|reply|return))\b(?!\s+(?:at|in|on|of|into)\b)",
    re.IGNORECASE,
)
WHISPERING = re.compile(r"\bwhisper(?:s|ed|ing)?\b", re.IGNORECASE)

ANOTHER = re.compile(
    r"\b(?:not\s+(?:for|to)|back\s+to|away\s+from|past|without)\s+(?:the\s+)?\w+(?:['’]s)?"
    r"|\b(?:until|till|while|when|once|before|after|as\s+soon\s+as)\s+(?:the\s+)?\w+\s+(?:is|was|has|had|looks?|turns?"
    r"|goes|leaves|left|turned|looked)\b"
    r"|\b\w+\s+(?:can|could|do|does|did|will|would|wo)(?:not|n['’]t|['’]t|\s+not)\s+(?:over)?hear\b"
    r"|\btoo\s+(?:low|quietly|softly)\s+for\s+(?:the\s+)?\w+"
    r"|\bout\s+of\s+\w+['’]s?\s+(?:earshot|hearing)\b"
    r"|\b\w+\s+(?:is|are|was|were|has|have|had)\s+(?:\w+\s+){0,2}?out\s+of\s+(?:earshot|hearing)\b",
    re.IGNORECASE,
)
"""Who comes up beside a whisper that is not for them: `her back to Sam`, `not for Sam`, `once Sam has turned`."""
TAGGED_ALOUD = re.compile(
    rf"^\W*(?!(?:and|then|but|before)\b)(?:\w+\s+){{0,3}}?(?:aloud|out loud|loud(?:ly|er)|{CALLS}|announce[sd]?"
    rf"|(?:to|for) {ALL})\b",
    re.IGNORECASE,
)
TO_ANOTHER = re.compile(
    r"\b(?:sh[ao]kes?|shook|nudg|touch|taps|tapped|pat[st]|patted|pok|prod|rous|wak|woke|hand|gives?|gave|pass(?:es|ed)?\b|clap|slap|"
    r"grab|seiz|tak|took|pull|shov|push|hug|kiss)\w*",
    re.IGNORECASE,
)
BENT = re.compile(
    rf"\b(?:bend|bent|lean|stoop|crouch|inclin)\w*\b[^.!?;]{{0,80}}?\b(?:to|towards?|over|beside)\s+{SOMEBODY}",
    re.IGNORECASE,
)
LOWLY = re.compile(rf"\b(?:{LOW}|(?:says?|said|adds?|added|speaks?|spoke)\s+(?:quietly|softly|low))\b", re.IGNORECASE)

THIRD = re.compile(
    r"\b(?:in|into|to|at|against|behind)\s+(?:the\s+\w+\s+of\s+)?(?:his|her|him|their|them)\b", re.IGNORECASE
)
