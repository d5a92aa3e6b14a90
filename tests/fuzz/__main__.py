"""``python -m tests.fuzz MESSAGES [SEED]``: one line of figures; exits with 1 if anything broke or leaked."""

import sys
import warnings

from tests.fuzz.arena import run

SHOWN = 20  # faults and leaks, by number: tests.fuzz.hostile makes the message again


def main() -> None:
    """Runs it; progress and what was found go to stderr, the figures to stdout."""
    warnings.simplefilter("error")
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    stderr = sys.stderr

    def progress(number: int) -> None:
        if number % 10_000 == 0:
            print(f"{number} messages", file=stderr, flush=True)

    figures = run(messages, seed, progress)
    for found in (figures.faults + figures.leaks)[:SHOWN]:
        print(f"seed {seed}, message {found}", file=stderr)
    print(figures.line())  # noqa: T201 - the script's output
    sys.exit(1 if figures.faults or figures.leaks else 0)


if __name__ == "__main__":
    main()
