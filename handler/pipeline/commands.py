"""Texts that talk to the machine that reads them: they say how they want to be labelled, and not what is the matter.

They are labelled as any other; but what a text asks for by name is no sign of it, so no head may be sure.
"""

from handler.domain.phrases import Matcher, pattern, read

COMMANDS = (
    "(?:ignore|disregard|forget) (?:all|any|your|every|previous|prior|these) .{0,25}(?:rules?|instructions?|prompts?)",
    "(?:disregard|ignore) every (?:rule|instruction|prompt)",
    "(?:ignoriere|vergiss|ignorez|oubliez|ignora|olvida|esquece) .{0,25}(?:regeln|anweisungen|règles|reglas|regras)",
    "(?:ignorez|ignora|olvida|esquece) .{0,25}(?:instructions|instrucciones|instruções|istruzioni)",
    "(?:urgency|sentiment|intent) ?.{0,12}(?:low|medium|high|critical|positive|negative|neutral)",
    "(?:set|mark|classify|label|rate|score|output) .{0,25}(?:urgency|sentiment|intent)",
    "(?:label|classify) (?:this|it|me|my) .{0,20}(?:low|medium|high|critical|positive|negative|neutral)",
    "you are (?:now )?(?:an? |the )?(?:ai|model|classifier|bot|llm|language model|assistant)",
    "(?:the|this|your) (?:classifier|labell?er) (?:answers|says|returns|outputs|must|should)",
    "(?:system prompt|end of input|admin mode)",
)

_MATCHER = Matcher(map(pattern, COMMANDS))


def commands(text: str) -> bool:
    """Whether it tells the machine what to answer."""
    return any(_MATCHER.all(read(text)))
