"""Evaluates: labelled rows in, the scores out, of what the settings describe and of simpler ways to label."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import handler
from handler import bootstrap, profiles
from handler.domain.taxonomy import load_taxonomy
from handler.evaluation import keywords
from handler.evaluation.labelled import Row, Source, within
from handler.evaluation.mistakes import masked
from handler.evaluation.rules_only import RulesOnly
from handler.evaluation.run import Judged, Labels, RowByRow, judged, scores
from handler.evaluation.saved import Evaluation
from handler.evaluation.score import Score
from handler.evaluation.zero_shot import ZeroShot
from handler.service.core import Ports
from handler.settings import Settings
from handler.storage.memory import MemoryDeadLetters, MemorySource, NoStore

MAX_GROUPS = 50  # the largest ones are scored one by one
GROUP_CHARACTERS = 64


def judge(settings: Settings, rows: Sequence[Row]) -> list[Judged]:
    """The rows, as the pipeline of ``settings`` labels them. Raises ModelUnavailable."""
    service = bootstrap.build(settings, Ports(RowByRow(rows), MemorySource(), NoStore(), MemoryDeadLetters()))
    return list(judged(service, rows, settings.batch_size))


def known(settings: Settings, rows: Sequence[Row]) -> list[Row]:
    """The rows as they are scored: an intent that the taxonomy lacks can only be missed."""
    return within(rows, load_taxonomy(settings.taxonomy).names)


def evaluation(settings: Settings, sources: Sequence[Source], found: Sequence[Judged]) -> Evaluation:
    """The scores of what the pipeline said, of all rows and group by group."""
    taxonomy = load_taxonomy(settings.taxonomy)
    return Evaluation(
        at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        version=handler.__version__,
        profile=settings.profile,
        backend=settings.backend,
        taxonomy=taxonomy.version,
        heads="+".join(heads.version for heads in bootstrap.heads_of(settings, taxonomy)) or "off",
        fingerprint=bootstrap.computation(settings, taxonomy).fingerprint,
        sources=tuple(sources),
        fitted_on=tuple(fitted_on(settings, sources)),
        rows=len(found),
        reviewed=sum(one.enriched.enrichment.needs_review for one in found) / max(len(found), 1),
        groups={name: tuple(_scores(some)) for name, some in _groups(found)},
    )


def fitted_on(settings: Settings, sources: Sequence[Source]) -> list[str]:
    """Names of the files that the heads in use were fitted on: what they reach there proves nothing.

    The tuned layers were tuned on no other files than the shipped heads, which are always among them.
    """
    used = bootstrap.heads_of(settings, load_taxonomy(settings.taxonomy))
    known = {digest for file in used for digest in file.sources.values()}
    return [one.name for one in sources if one.short in known]


def comparisons(settings: Settings, found: Sequence[Judged]) -> dict[str, tuple[Score, ...]]:
    """The same rows, labelled in simpler ways: without heads, by nearness alone, by rules alone, by keywords."""
    rows, taxonomy = [one.row for one in found], load_taxonomy(settings.taxonomy)
    near = ZeroShot(taxonomy, bootstrap.remembering(settings, profiles.models_of(settings)))
    ways: dict[str, Sequence[Labels]] = {
        "prototypes": near.labelled(found),
        "rules": RulesOnly(taxonomy).labelled(found),
        "keywords": [keywords.labelled(one.enriched) for one in found],
    }
    if settings.heads != "off":
        plain = judge(settings.model_copy(update={"heads": "off"}), rows)
        ways = {"examples and rules": [one.labels for one in plain], **ways}
    has_its_words = {*keywords.INTENTS, keywords.DEFAULT_INTENT} <= set(taxonomy.names)
    said = {way: tuple(scores(rows, labels)) for way, labels in ways.items()}
    if not has_its_words:
        said["keywords"] = tuple(one for one in said["keywords"] if one.signal != "intent")
    return said


def _scores(found: Sequence[Judged]) -> list[Score]:
    return scores([one.row for one in found], [one.labels for one in found])


def _groups(found: Sequence[Judged]) -> Iterator[tuple[str, Sequence[Judged]]]:
    """All rows; then those of each group, if any is named. Names are shown, so they are masked."""
    yield "all", found
    names = [masked(one.row.group)[:GROUP_CHARACTERS] for one in found]
    largest = [name for name, _ in Counter(filter(None, names)).most_common(MAX_GROUPS)]
    for name in sorted(set(largest) - {"all"}):
        yield name, [one for one, group in zip(found, names, strict=True) if group == name]
