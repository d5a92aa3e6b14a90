"""What a sentence is worth to a summary besides being near the rest: a question or request more, a greeting nothing."""

import re

ASKING = 0.2  # where a cosine counts twice; chosen with ``python -m training.summaries``. What failed is near anyway
COURTESY_WORDS = 8  # a longer sentence that begins like a greeting says something besides

_COURTESY = re.compile(
    r"\W*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|greetings|to whom it may concern"
    r"|thanks|thank you|thx|cheers"
    r"|(?:best|kind|warm|many)? ?(?:regards|wishes)|sincerely|yours|i hope (?:this|you)|hope (?:this|you|all)"
    r"|hallo|guten (?:tag|morgen|abend)|sehr geehrte|liebe[rs]?|danke|vielen dank|mit freundlichen|viele grüße|mfg"
    r"|bonjour|bonsoir|merci|cordialement|hola|buen[oa]s|gracias|saludos|estimad[oa]s?"
    r"|ol[áa]|bom dia|boa tarde|obrigad[oa]"
    r"|buongiorno|ciao|salve|grazie|cordiali saluti|goedemorgen|goedemiddag|beste|bedankt|dank u|groet(?:en|jes)?"
    r"|dzień dobry|dziękuję|pozdrawiam|merhaba|teşekkür\w*|sayg.lar\w*)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"\?|\b(?:please|pls|(?:can|could|would|will) (?:you|someone|somebody)"
    r"|(?:i|we)(?:'d)? (?:need|want|wish|would like|like to)"
    r"|bitte|können sie|s'il vous|pouvez|por favor|puede[ns]?|pueden|per favore|potete|alstublieft|kunt u|kunnen jullie"
    r"|proszę|lütfen|podem?|poderiam?)\b",
    re.IGNORECASE,
)


def is_courtesy(sentence: str) -> bool:
    """Whether it only greets, thanks or takes leave."""
    return len(sentence.split()) <= COURTESY_WORDS and _COURTESY.match(sentence) is not None and "?" not in sentence


def salience(sentence: str) -> float:
    """What is added to a sentence's nearness to the whole."""
    return ASKING * (_ASKS.search(sentence) is not None)
