"""Texts that talk to the machine that reads them: they say how they want to be labelled, and not what is the matter.

They are labelled as any other, but no label of theirs is worth more than a guess. The patterns are narrow: a customer
may well have rules that are ignored, and a form may have a field that is called urgency.
"""

from handler.domain.phrases import Matcher, Reading, pattern

_IGNORE = "(?:ignore|disregard|forget|override)"
_WHAT = "(?:rules?|instructions?|prompts?|guidelines?)"
_LABEL = "(?:low|medium|high|critical|positive|negative|neutral)"
COMMANDS = (
    f"{_IGNORE} (?:all |any |every )?(?:of )?(?:the |these )?(?:your|previous|prior|above) {_WHAT}",
    f"{_IGNORE} (?:all |any |every )?(?:of )?(?:the |these )?{_WHAT} (?:above|you)",
    "(?:ignoriere|vergiss|missachte) (?:alle|deine|alle deine|(?:bisherig|vorherig|obig)en) (?:regeln|anweisungen)",
    "(?:ignorez|oubliez) (?:toutes )?(?:les |vos )(?:instructions|règles|consignes) (?:précédentes|ci-dessus)",
    "(?:ignora|olvida) (?:todas )?(?:las |tus )(?:instrucciones|reglas) (?:anteriores|previas)",
    f"(?:set|output|return|rate|label|classify) (?:the |your |my )?(?:urgency|sentiment|intent)(?: to| as|:)? {_LABEL}",
    f"sentiment(?: is| to| as|:)? {_LABEL}",
    f"(?:label|classify) (?:this|it)(?: ticket| message| text)?(?: as)? {_LABEL}",
    "you are now (?:an? |the )?(?:ai|model|classifier|bot|llm|language model|assistant)",
    "(?:the|this|your) classifier (?:answers|says|returns|outputs|must|should)",
)

_MATCHER = Matcher(map(pattern, COMMANDS))


def commands(reading: Reading) -> bool:
    """Whether a text tells the machine what to answer."""
    return any(_MATCHER.all(reading))
