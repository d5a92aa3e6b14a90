"""Days ahead: which words name one, how far it is, and what only looks like one."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handler.domain.phrases import READ_CHARACTERS, read
from handler.pipeline.dates import Calendar
from tests.factories import ticket

CALENDAR = Calendar()
SUNDAY = date(2026, 11, 22)
TUESDAY = 2  # days ahead, the 24th

FORMATS = [
    "before {d} {m:%B}",
    "by {d} {m:%b}",
    "due {m:%B} {d}th",
    "until {m:%a}, {d}. {m:%B} {y}",
    "expires on the {d}th of {m:%b}, {y}",
    "BY {y}-{m:%m-%d}",
    "deadline: {m:%d.%m.%Y}",
    "(by {m:%d-%m-%Y})",
    "no later than {m:%A} {d} {m:%B} {y}",
    "before the end of {m:%B} {d}, {y}",
    "by 17:00 on {d} {m:%B}",
    "we open on {m:%A} {d} {m:%B}",
]


def days(text: str, written: date = SUNDAY) -> list[int]:
    return [one.days for one in CALENDAR.ahead(read(text), written)]


@pytest.mark.parametrize(
    "text",
    [
        "Please mend it before 24 November.",
        "by Nov. 24th, or I cancel",
        "due on Tuesday, 24 November 2026",
        "until the 24th",
        "on tues the 24th",
        "by tuesday",
        "before the end of Tuesday",
        "needed by 24/11",
        "by 11/24/2026",
        "by 24.11.26, 10 Uhr",
        "before 24.11.2026.",
        "go-live 2026-11-24",
        "Tuesday 24 November is the audit",
        "tuesday the 24th is census day",
        "start date 2026-11-24, 10:00",
        "completion is on Tuesday",
        "until 5 pm on the 24th",
        "bis zum 24.11.",
        "spätestens am Dienstag, den 24. November",
        "avant le 24 novembre",
        "jusqu'au mardi 24 novembre 2026",
        "antes del 24 de noviembre",
        "entro il 24 novembre",
        "uiterlijk 24 november",
        "até 24 de novembro de 2026",
    ],
)
def test_a_date_ahead_is_found_however_it_is_written(text: str) -> None:
    """In the languages of the data file, with or without year and day of the week."""
    assert TUESDAY in days(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "charged on 3 November",
        "charged on 21 November",
        "invoice from 24 November 2025",
        "charged on the 24th and on the 30th",
        "you promised it by 24 October",
        "I called on Friday",
        "on Tuesday the 5th nobody came",
        "broken before 5.1.0 and by 10.8.3.4",
        "since version 24.11. we wait",
        "room 24, November rain",
        "by 31/02/2027 or by 45 November",
        "due to 24 errors",
        "by May we hope, by march at the latest",
    ],
)
def test_what_is_over_or_no_date_is_not_ahead(text: str) -> None:
    """Invoices, orders and versions have dates as well, and most days that tickets name are over."""
    assert [] == days(text)


@pytest.mark.parametrize(
    ("text", "written", "ahead"),
    [
        ("by 3 January", date(2026, 12, 28), 6),
        ("by 28 December", date(2027, 1, 3), None),
        ("by the 3rd", date(2026, 12, 28), 6),
        ("by the 31st", date(2026, 11, 30), 31),
        ("by 29 February", date(2028, 2, 28), 1),
        ("by 29 February", date(2026, 2, 28), None),
        ("by 24/7 staff", date(2026, 7, 20), None),
        ("by Sunday", SUNDAY, 0),
        ("by Saturday", SUNDAY, 6),
        ("by 5/6", date(2026, 5, 3), 3),
        ("by 5/6", date(2026, 5, 30), 6),
        ("by 24/7/2026", date(2026, 7, 22), 2),
        ("on 11/12", date(2026, 11, 10), 2),
        ("charged on 11/12", date(2026, 12, 10), None),
        ("avant le 1er.", date(2026, 11, 30), 1),
        ("by Monday, by the 31st, by 31 December", date(9999, 12, 31), 0),
    ],
)
def test_years_and_months_that_are_not_said(text: str, written: date, ahead: int | None) -> None:
    """The nearest year; this month or the next. Of two readings of 3/4 the one that comes first."""
    assert ahead == min(days(text, written), default=None)


SPRING = date(2026, 3, 3)
SUMMER = date(2026, 5, 1)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("The company was founded on November 23, 1987.", SUNDAY),
        ("Ich bin am 23. 11. 1985 geboren.", SUNDAY),
        ("My invoice is from 23 Nov 25.", SUNDAY),
        ("Ordered on 23 Nov '25, arrived fine.", SUNDAY),
        ("I bought it on 23 November last year.", SUNDAY),
        ("Il 23 novembre dell'anno scorso ho pagato", SUNDAY),
        ("Merci de rembourser avant mon départ.", SUNDAY),
        ("Quiero cancelar antes de la segunda cuota.", SUNDAY),
        ("O serviço está suspenso até segunda ordem, sem pressa.", SUNDAY),
        ("The file is owned by Sun Microsystems, driven by sat nav", SUNDAY),
        ("The rating is 3/4 on your site, I am 3/4 done", SPRING),
        ("Le 3/4 des photos manquent, op 3/4 van de pagina", SPRING),
        ("Progress is 11/23 lessons.", SUNDAY),
        ("The total on the invoice is 23.11.", SUNDAY),
        ("Our channel is 23.11.26 and works.", SUNDAY),
        ("Since the latest 23.11. update the app is slow", SUNDAY),
        ("Blocked by 3rd party cookies until the 3rd attempt.", SUMMER),
        ("The wizard fails before the 2nd step.", SUMMER),
        ("Our office is on the 23rd floor.", SUNDAY),
        ("The calendar week starts on Monday, the shop closes on Monday.", SUNDAY),
    ],
)
def test_what_only_looks_like_a_near_date_is_none(text: str, written: date) -> None:
    """Old years, other words, fractions, prices, versions, ordinals and what is so each week."""
    assert [] == days(text, written)


def test_where_nobody_knows_the_day_a_weekday_is_as_far_as_it_can_be() -> None:
    assert [6] == [
        one.days for one in CALENDAR.ahead(read("by 24 November, or by Tuesday the 24th, or by Friday"), None)
    ]


def test_a_date_is_shown_as_the_customer_wrote_it() -> None:
    (one,) = CALENDAR.ahead(read("Our audit:  Please answer BEFORE the  24th Nov, 2026!"), SUNDAY)
    assert "BEFORE the 24th Nov, 2026" == one.hit.words


@given(
    st.dates(date(2001, 1, 1), date(2098, 12, 31)), st.integers(0, 180), st.sampled_from(FORMATS), st.text(max_size=20)
)
def test_any_day_up_to_half_a_year_ahead_is_as_far_as_it_is(
    written: date, ahead: int, written_out: str, after: str
) -> None:
    due = written + timedelta(days=ahead)
    text = written_out.format(d=due.day, m=due, y=due.year)
    assert ahead in days(f"It has to be done {text}; {after}", written)


WORDS = [
    "by",
    "on",
    "is",
    "the",
    "monday",
    "mon",
    "24th",
    "1st",
    "5/6",
    "31.12.",
    "30",
    "feb",
    "may",
    ".",
    ",",
    "2026",
    "24/7",
]


@given(st.lists(st.sampled_from(WORDS), max_size=20).map(" ".join), st.dates())
def test_whatever_is_written_no_day_is_in_the_past_or_outside_the_text(text: str, written: date) -> None:
    reading = read(text)
    for one in CALENDAR.ahead(reading, written):
        assert one.days >= 0
        assert reading.text[one.hit.start : one.hit.end].startswith(one.hit.words)


def test_the_ticket_tells_its_day_or_nobody_does() -> None:
    """In UTC; labelled tickets without a time have 0."""
    late = int(datetime(2026, 11, 22, 23, 59, tzinfo=UTC).timestamp())
    assert (SUNDAY, None) == (ticket(created_at=late).written_on, ticket(created_at=0).written_on)


@pytest.mark.timeout(60)  # a guard against hanging, not a measurement: it takes milliseconds
@pytest.mark.parametrize(
    "piece", ["by the ", "due: the: ", "on 1.", "before 1/", "by monday ", "by 24 ", "by 17:00 on "]
)
def test_hostile_texts_take_bounded_time(piece: str) -> None:
    """As long as rules read, with false starts all along."""
    assert len(days("1/1 monday " + piece * (READ_CHARACTERS // len(piece)))) < READ_CHARACTERS
