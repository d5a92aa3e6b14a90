"""From labelled rows to a file of heads, and what they are worth on tickets that they did not see."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from handler import bootstrap
from handler.domain.taxonomy import Taxonomy, load_taxonomy
from handler.evaluation.labelled import LABELS, LabelledError, Row, Source
from handler.fitting.folds import GROUPS_NEEDED, folds
from handler.fitting.head import Fitting, cooled, temperature
from handler.fitting.material import Material, Prepared, labelled_signals
from handler.fitting.verdict import Verdict, verdict
from handler.pipeline.heads_file import HeadData, HeadsFile
from handler.pipeline.words import Vocabulary, Words
from handler.profiles import Models
from handler.settings import Settings

LEAST_ROWS = 5  # of a label: one for each fold
MOST_ROWS = 5_000  # each is compared with all others: time grows with the cube, memory with the square

Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Fitted:
    """The file, and a verdict a signal."""

    file: HeadsFile
    verdicts: tuple[Verdict, ...]


def fit(
    settings: Settings, rows: Sequence[Row], sources: Sequence[Source], told: Told, models: Models | None = None
) -> Fitted:
    """Fits a head to each signal that is labelled; ``told`` hears which. Raises LabelledError, ModelUnavailable.

    ``models`` stand in for those of the settings.
    """
    taxonomy = load_taxonomy(settings.taxonomy)
    signals = labelled_signals(rows)
    check(rows, signals, taxonomy)
    prepared = Prepared(settings, rows, models)
    heads: dict[str, HeadData] = {}
    verdicts = []
    for signal in signals:
        told(signal)
        heads[signal], found = _fit_one(prepared.of(signal), prepared.vocabulary)
        verdicts.append(found)
    file = {
        "taxonomy": taxonomy.version,
        "embedding": bootstrap.embedding_of(settings),
        "rows": len(rows),
        "sources": {one.name: one.short for one in sources},
        "vocabulary": prepared.vocabulary,
        "heads": heads,
    }
    return Fitted(HeadsFile.model_validate(file), tuple(verdicts))


def evenly(rows: Sequence[Row]) -> Sequence[Row]:
    """Every row, or where there are too many as many as can be, from the first to the last."""
    if len(rows) <= MOST_ROWS:
        return rows
    return [rows[i * len(rows) // MOST_ROWS] for i in range(MOST_ROWS)]


def check(rows: Sequence[Row], signals: Mapping[str, Sequence[str]], taxonomy: Taxonomy) -> None:
    """Whether heads can be fitted to the rows. Raises LabelledError: a line that names places and labels, no text."""
    if not signals:
        raise LabelledError("no row has a label that is known here; --map says which column is what")
    strangers = [row.place for row in rows if row.labels.get("intent", taxonomy.default) not in taxonomy.names]
    if strangers:
        raise LabelledError(
            f"{strangers[0]}: intent is none of the taxonomy's ({len(strangers)} such rows); "
            f"it has {', '.join(taxonomy.names)}; TICKETS_TAXONOMY names another, --map says what labels mean"
        )
    for signal, labels in signals.items():
        _check_counts(signal, Counter(labels))


def _check_counts(signal: str, counts: Counter[str]) -> None:
    if len(counts) == 1:
        raise LabelledError(f"{signal}: every row is {next(iter(counts))}: there is nothing to tell apart")
    for label in LABELS.get(signal, sorted(counts)):
        if counts[label] < LEAST_ROWS:
            has = f"{counts[label] or 'no'} row{'' if counts[label] == 1 else 's'}"
            raise LabelledError(f"{signal}: {label} has {has}; at least {LEAST_ROWS} are needed")


def _fit_one(material: Material, known: Vocabulary) -> tuple[HeadData, Verdict]:
    tickets = len(material.rows)
    truth = material.truth[:tickets]
    parts = folds(*_described(material))
    fitting = Fitting(material, Words.of(known))
    share, odds = fitting.averaged(fitting.left_out(parts))
    return fitting.head(temperature(odds, truth), share), verdict(material, cooled(odds, truth, parts))


def _described(material: Material) -> tuple[list[str], list[str], list[str]]:
    """Each row's text, group and label."""
    texts = [f"{row.ticket.subject}\n{row.ticket.body}" for row in material.rows]
    return texts, [row.group for row in material.rows], [row.labels[material.signal] for row in material.rows]


def method(rows: Sequence[Row]) -> str:
    """How rows are left out, for a person."""
    groups = len({row.group for row in rows})
    return f"by group, of {groups}" if groups >= GROUPS_NEEDED else "in five like parts"
