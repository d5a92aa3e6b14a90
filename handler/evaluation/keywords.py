"""The baseline: labels by keywords, as the demonstration did it that this project follows.

Its documents give the method (plain words, looked for anywhere in the text; no training), the labels, and examples of
tickets, but not its lists: the words here are ours, chosen once by what the labels mean, and tuned on nothing.
"""

from collections.abc import Mapping, Sequence

from handler.domain.enriched import EnrichedTicket
from handler.pipeline.bands import Bands
from handler.pipeline.draft import Label

BANDS = Bands(high=0.8, medium=0.6)
SURENESS = (0.3, 0.7, 0.85, 0.95)  # by how many words were found: none, one, two, more
MAX_EVIDENCE = 5
DEFAULT_INTENT = "general_inquiry"

INTENTS: Mapping[str, tuple[str, ...]] = {
    "login_issue": ("login", "log in", "sign in", "password", "locked out", "can't access", "cannot access", "2fa"),
    "payment_issue": ("payment", "charge", "refund", "invoice", "billing", "credit card", "declined", "price"),
    "bug_report": ("bug", "error", "crash", "broken", "not working", "doesn't work", "exception", "fails"),
    "feature_request": ("feature", "would be nice", "please add", "suggestion", "wish", "improvement", "could you add"),
    "account_management": ("account", "profile", "update my", "change my", "cancel", "upgrade", "subscription", "plan"),
    "performance_issue": ("slow", "performance", "timeout", "lag", "loading", "takes forever", "unresponsive"),
    "security_concern": ("security", "hacked", "breach", "suspicious", "unauthorized", "phishing", "vulnerability"),
    "data_request": ("export", "download", "report", "my data", "gdpr", "backup", "a copy of"),
    "integration_help": ("api", "integration", "webhook", "connect", "sdk", "oauth", "endpoint"),
}
URGENCIES: Mapping[str, tuple[str, ...]] = {  # the first one that is found
    "critical": ("urgent", "critical", "emergency", "immediately", "outage", "production down", "data loss", "breach"),
    "high": ("asap", "important", "as soon as possible", "blocked", "can't work", "cannot work", "deadline", "today"),
    "low": ("whenever", "no rush", "not urgent", "minor", "suggestion", "just wondering", "when you have time"),
}
SENTIMENTS: Mapping[str, tuple[str, ...]] = {
    "NEGATIVE": ("terrible", "awful", "angry", "frustrat", "worst", "unacceptable", "disappoint", "useless", "hate"),
    "POSITIVE": ("great", "love", "excellent", "thank", "awesome", "happy", "appreciate", "perfect", "amazing"),
}


def labelled(enriched: EnrichedTicket) -> Mapping[str, Label]:
    """The three labels of a ticket, by the words in its subject and body."""
    text = f"{enriched.ticket.subject} {enriched.ticket.body}".lower()
    intents, urgencies, sentiments = (_found(text, words) for words in (INTENTS, URGENCIES, SENTIMENTS))
    level = next((name for name, hits in urgencies.items() if hits), None)
    return {
        "intent": _most(intents, DEFAULT_INTENT),
        "urgency": _label(level or "medium", urgencies[level] if level else ()),
        "sentiment": _most(sentiments, "NEUTRAL"),
    }


def _found(text: str, words: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(word for word in some if word in text) for name, some in words.items()}


def _most(hits: Mapping[str, tuple[str, ...]], default: str) -> Label:
    """The label with the most words; the default if there are none, or as many for another of two tones."""
    best = max(hits, key=lambda name: len(hits[name]))
    drawn = default == "NEUTRAL" and len({len(found) for found in hits.values()}) == 1
    return _label(default, ()) if drawn or not hits[best] else _label(best, hits[best])


def _label(value: str, hits: tuple[str, ...]) -> Label:
    confidence = SURENESS[min(len(hits), len(SURENESS) - 1)]
    return Label(value, confidence, "rules", BANDS.of(confidence), hits[:MAX_EVIDENCE])
