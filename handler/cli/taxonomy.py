"""``taxonomy``: whether the intents hold together, and which ones might be missing."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from handler import bootstrap, profiles
from handler.cli.answers import AsJson, complain, counted, say, say_json
from handler.cli.chosen import Backend, Profile, chosen_settings
from handler.cli.evaluate import Map
from handler.domain.taxonomy import Taxonomy, TaxonomyError, load_taxonomy
from handler.evaluation import evaluate as evaluating
from handler.evaluation import labelled
from handler.evaluation.clusters import MOST_TICKETS, Proposal, proposals
from handler.evaluation.mistakes import excerpt
from handler.evaluation.overlap import Finding, Severity, findings
from handler.evaluation.run import Judged
from handler.pipeline.bands import READ_WELL
from handler.settings import Settings

app = typer.Typer(help="The intents: whether they hold together, and which are missing.", no_args_is_help=True)

TaxonomyFile = Annotated[
    Path | None, typer.Argument(metavar="FILE", help="The TOML file; by default the one in use.", show_default=False)
]
Tickets = Annotated[list[Path], typer.Argument(help="JSON lines or CSV with subject and body; labels are not needed.")]
Least = Annotated[int, typer.Option("--at-least", min=3, help="Tickets of a proposed intent.")]
EXCERPT = 200  # characters of a ticket that are shown, as an example


@app.command("check")
def check(file: TaxonomyFile = None, backend: Backend = None, *, as_json: AsJson = False) -> None:
    """Reads a taxonomy and looks at its examples: overlapping and thin intents, examples nearer to another one.

    Exits 1 on errors: a file that cannot be used, or the same words as an example of two intents.
    """
    settings = chosen_settings(backend=backend)
    path = file or settings.taxonomy
    try:
        taxonomy = load_taxonomy(path)
    except TaxonomyError as error:
        found, intents = [Finding(Severity.ERROR, "file", str(error))], 0
    else:
        embedder = bootstrap.remembering(settings, profiles.models_of(settings))
        found, intents = findings(taxonomy, embedder), len(taxonomy.intents)
    _report(path.name if path else "the shipped taxonomy", intents, found, as_json=as_json)
    raise typer.Exit(1 if any(one.severity is Severity.ERROR for one in found) else 0)


def _report(looked_at: str, intents: int, found: Sequence[Finding], *, as_json: bool) -> None:
    counts = Counter(one.severity for one in found)
    if as_json:
        totals = {str(severity): counts[severity] for severity in Severity}
        rows = [one.to_row() for one in found]
        say_json({"looked_at": looked_at, "intents": intents, "found": totals, "findings": rows})
        return
    for one in found:
        say(f"{one.severity}: {one.place}: {one.said}")
        if one.example:
            say(f"  {one.example}")
    errors, warnings = (counted(counts[severity], str(severity)) for severity in Severity)
    say(f"{looked_at}: {counted(intents, 'intent')}, {errors}, {warnings}")


@app.command("suggest")
def suggest(  # noqa: PLR0913 - the command's options
    files: Tickets,
    names: Map = None,
    least: Least = 5,
    profile: Profile = None,
    backend: Backend = None,
    *,
    as_json: AsJson = False,
) -> None:
    """Clusters the tickets that got a low confidence, or the default intent, into proposed intents.

    Prints TOML to paste into a taxonomy after a look at it: personal data is masked, but the words are the customers'.
    Tickets in other languages than English are passed over: their confidence is low for another reason.
    """
    settings = chosen_settings(profile=profile, backend=backend)
    columns = labelled.columns(names)
    rows = [row for file in files for row in labelled.read_tickets(file, columns)]
    taxonomy = load_taxonomy(settings.taxonomy)
    unsure = _unsure(settings, taxonomy, rows)
    complain(f"{counted(len(rows), 'ticket')}, of which {len(unsure)} fit no intent well")
    if len(unsure) > MOST_TICKETS:
        complain(f"the first {MOST_TICKETS} of these are clustered")
    found = _proposals(unsure[:MOST_TICKETS], least, taxonomy)
    if as_json:
        intents = [{"name": one.name, "tickets": one.tickets, "examples": one.examples} for one in found]
        say_json({"tickets": len(rows), "unsure": len(unsure), "intents": intents})
        return
    for one in found:
        typer.echo(one.to_toml())
    complain(f"{counted(len(found), 'intent')} proposed, of at least {least} tickets each")


def _unsure(settings: Settings, taxonomy: Taxonomy, rows: Sequence[labelled.Row]) -> list[Judged]:
    enriched = [(one, one.enriched.enrichment) for one in evaluating.judge(settings, rows)]
    return [
        one
        for one, found in enriched
        if found.language in READ_WELL
        and found.embedding is not None
        and (found.intent_band == "low" or found.intent == taxonomy.default)
    ]


def _proposals(unsure: Sequence[Judged], least: int, taxonomy: Taxonomy) -> list[Proposal]:
    texts = [excerpt(one, EXCERPT) for one in unsure]
    vectors = np.array([one.enriched.enrichment.embedding for one in unsure], np.float32)
    return proposals(texts, vectors, least, taxonomy.names) if texts else []
