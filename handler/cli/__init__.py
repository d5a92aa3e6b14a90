"""The ``ticket-processor`` command: data on stdout, everything else on stderr.

Exit codes: 0 all done; 1 some tickets failed, each named on stderr; 2 usage or settings; 75 try again later.
"""

import sys

import typer
from pydantic import ValidationError

import handler
from handler.cli import dlq, models, taxonomy
from handler.cli.backfill import backfill
from handler.cli.doctor import doctor
from handler.cli.enrich import enrich
from handler.cli.erase import erase
from handler.cli.evaluate import evaluate
from handler.cli.fit import fit
from handler.cli.orphans import orphans
from handler.cli.worker import worker
from handler.domain.errors import RetryableError
from handler.domain.taxonomy import TaxonomyError
from handler.evaluation.labelled import LabelledError
from handler.local import commands as local
from handler.operations.access import OperationRefused
from handler.pipeline.heads_file import HeadsError
from handler.settings import explain

EX_USAGE = 2
EX_TEMPFAIL = 75  # sysexits.h: the same command may succeed later

app = typer.Typer(
    name="ticket-processor",
    help="Enriches support tickets with machine learning on CPU.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
app.command()(enrich)
app.command()(worker)
app.command()(evaluate)
app.command()(fit)
app.command()(local.demo)
app.add_typer(taxonomy.app, name="taxonomy")
app.add_typer(models.app, name="models")
app.add_typer(local.app, name="local")
app.add_typer(dlq.app, name="dlq")
app.command()(backfill)
app.command()(erase)
app.command()(orphans)
app.command()(doctor)


def main() -> None:
    """The console script: runs the command, and turns errors into one line and an exit code."""
    try:
        app()
    except ValidationError as error:
        fail(f"settings: {explain(error)}", EX_USAGE)
    except TaxonomyError as error:
        fail(f"TICKETS_TAXONOMY: {error}", EX_USAGE)
    except (OperationRefused, LabelledError, HeadsError) as error:
        fail(str(error), EX_USAGE)
    except RetryableError as error:
        fail(str(error), EX_TEMPFAIL)
    except OSError as error:  # a full disk, a folder that may not be written
        fail(f"{error.filename or 'output'}: {error.strerror or type(error).__name__}", EX_USAGE)


def fail(line: str, code: int) -> None:
    """Says one line on stderr and exits."""
    typer.echo(f"ticket-processor: {line}", err=True)
    sys.exit(code)


def _print_version(wanted: bool) -> None:  # noqa: FBT001 - typer's signature for an eager option
    if wanted:
        typer.echo(f"ticket-processor {handler.__version__}")
        raise typer.Exit


@app.callback()
def root(
    version: bool = typer.Option(False, "--version", callback=_print_version, is_eager=True, help="Print the version."),  # noqa: FBT001, FBT003 - typer's way to declare an option
) -> None:
    """Enriches support tickets with machine learning on CPU."""
