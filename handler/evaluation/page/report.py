"""The page: what was evaluated, a card a signal, then each signal in full."""

from collections.abc import Mapping, Sequence
from importlib import resources

from handler.evaluation.mistakes import Mistake
from handler.evaluation.page import charts, tables
from handler.evaluation.page.markup import Html, joined, tag
from handler.evaluation.saved import Evaluation, compared
from handler.evaluation.score import Score

TITLE = "Quality of the labels"
NO_ACCESS = "default-src 'none'; style-src 'unsafe-inline'"  # whatever stands in it, a browser fetches and runs nothing

Mistakes = Mapping[str, Sequence[Mistake]]  # by signal


def report(what: Evaluation, mistakes: Mistakes, previous: Evaluation | None = None) -> str:
    """The whole document."""
    body = tag(
        "main",
        tag("h1", TITLE),
        _about(what),
        tag("section", [_card(one, previous) for one in what.all], class_="cards"),
        _fitted_on(what) if what.fitted_on else "",
        _previous(what, previous) if previous else "",
        [_signal(one, what, previous, mistakes.get(one.signal, ())) for one in what.all],
        tag("footer", "Ticket text is masked: personal data was replaced by its kind before it came here."),
    )
    return "<!doctype html>\n" + tag("html", _head(), tag("body", body), lang="en") + "\n"


def _head() -> Html:
    style = Html((resources.files(__package__) / "style.css").read_text(encoding="utf-8"))  # ours, not a ticket's
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=NO_ACCESS),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", TITLE),
        tag("style", style),
    )


def _about(what: Evaluation) -> Html:
    sources = [tag("li", one.name, " ", tag("code", f"sha256 {one.short}…", title=one.sha256)) for one in what.sources]
    made = f"profile {what.profile}, backend {what.backend}, taxonomy {what.taxonomy}, heads {what.heads}"
    return tag(
        "section",
        tag("p", f"{what.rows} tickets, {what.at}, ticket-processor {what.version}, {made}. "),
        tag("p", f"A person is asked to look at {what.reviewed:.0%} of them."),
        tag("ul", sources, class_="sources"),
        class_="about",
    )


def _card(one: Score, previous: Evaluation | None) -> Html:
    name = "macro-F1" if one.kappa is None else "kappa, quadratic"
    before = next((old for old in previous.all if old.signal == one.signal), None) if previous else None
    return tag(
        "a",
        tag("h2", one.signal),
        tag("p", f"{one.headline:.3f}", class_="headline"),
        tag("p", name, f" (previous {before.headline:.3f})" if before else ""),
        tag("p", "95% confidence interval {:.2f} to {:.2f}".format(*one.interval)) if one.interval else "",
        tag(
            "p",
            f"{one.accuracy:.0%} right; {one.sure:.0%} in bands high or medium, of these {one.sure_accuracy:.0%} right",
        ),
        href=f"#{one.signal}",
        class_="card",
    )


def _fitted_on(what: Evaluation) -> Html:
    names = ", ".join(what.fitted_on)
    return tag("p", f"The heads were fitted on {names}: what they reach there proves nothing.", class_="note")


def _previous(what: Evaluation, previous: Evaluation) -> Html:
    same = {one.sha256 for one in what.sources} == {one.sha256 for one in previous.sources}
    on = "the same files" if same else "OTHER FILES, so the difference is not one of quality alone"
    return tag("p", f"The previous run was at {previous.at}, on {on}; its heads were {previous.heads}.", class_="note")


def _signal(one: Score, what: Evaluation, previous: Evaluation | None, mistakes: Sequence[Mistake]) -> Html:
    said = {who: some for who, some in compared(what, previous).items() if any(s.signal == one.signal for s in some)}
    groups = tables.by_group(one.signal, what.groups)
    return tag(
        "section",
        tag("h2", one.signal),
        tables.side_by_side(one.signal, said),
        _charts(one),
        joined(tag("h3", "Label by label"), tables.classes(one)),
        joined(tag("h3", "What it was, and what was said"), tables.confusion(one)),
        joined(tag("h3", "Group by group"), groups) if groups else "",
        joined(tag("h3", "The worst mistakes"), tables.mistakes(mistakes)) if mistakes else "",
        id=one.signal,
    )


def _charts(one: Score) -> Html:
    error = (
        f"How sure against how often right: calibration error {one.calibration_error:.3f}, "
        f"up to {one.chance_error:.3f} by chance; the bars are what chance makes of an honest sureness"
    )
    share = f"Right among the surest: the line marks high and medium, {one.sure:.0%} of the tickets"
    return tag(
        "div",
        tag("figure", charts.calibration(one.calibration), tag("figcaption", error)),
        tag("figure", charts.coverage(one.coverage, one.sure), tag("figcaption", share)),
        tag("div", tag("h3", "Bands"), tables.bands(one)),
        class_="charts",
    )
