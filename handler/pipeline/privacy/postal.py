"""Postal addresses, as well as it can be done by shape: a street with a number, and the town that follows it."""

import re
from collections.abc import Iterator

from handler.pipeline.privacy.reading import Span, before, says_any

_UPPER = "A-Z\u00c0-\u00de\u0141\u015a\u017b"
_NAME = rf"[{_UPPER}][\w'\u00df.-]{{0,20}}+"
_NAMES = rf"{_NAME}(?: {_NAME}){{0,3}}"
_WAY = rf"(?:{_NAME} ){{0,3}}(?:{_NAME}|\d{{1,3}}(?:st|nd|rd|th))"
_TOWN = rf"{_NAME}(?:[ -](?:{_NAME}|am|an|der|de|la|le|les|sur|upon)){{0,3}}"
_END = r"(?!\w)"
_SURE = (
    r"(?:street|avenue|ave|road|boulevard|blvd|lane|terrace|crescent|parkway|pkwy|highway|hwy|close|gardens|grove"
    r"|mews|alley"
    r"|esplanade|cul-de-sac)"
)
_TYPE = (
    r"(?:Street|STREET|St|Avenue|AVENUE|Ave|Road|ROAD|Rd|Boulevard|Blvd|Lane|LANE|Ln|Drive|DRIVE|Dr|Court|Ct|Way"
    r"|Place|Pl|Terrace"
    r"|Square|Sq|Crescent|Parkway|Pkwy|Highway|Hwy|Close|Gardens|Grove|Mews|Hill|Walk|Row|Circle|Cir|Quay|Park|Rise"
    r"|View)"
)
_NUMBER = r"(?<![\w.,/#-])\d{1,5}[A-Za-z]?"
_UNIT = r"(?:[, ] ?(?:Apt|Apartment|Suite|Ste|Unit|Floor|Fl|#|Room)\.? ?#?\w{1,6})?"
_UK_POST = r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}"
_ZIP = r"\d{5}(?:-\d{4})?"
_ENGLISH_TOWN = (
    rf"(?:,? {_UK_POST}|,? (?:{_NAMES})(?:,? [A-Z]{{2,3}})?,? (?:{_ZIP}|\d{{4}}|{_UK_POST}|[A-Z]\d[A-Z] ?\d[A-Z]\d)"
    rf"|, {_NAMES}, (?:{_NAMES},? )?(?:{_UK_POST}|[A-Z]{{2}} {_ZIP}|[A-Z]{{2}}))?"
)
_ENGLISH = re.compile(
    rf"(?:\b(?:Flat|Unit|Apt\.?|Apartment|Suite) ?#?\w{{1,5}},? )?{_NUMBER} "
    rf"(?:(?!(?:Google|Hard|Disk|One|Flash|USB|Shared|Network|Test|Team) (?:Drive|Way|View|Row)){_WAY} {_TYPE}"
    rf"|The {_TYPE}|Broadway)"
    rf"\.?{_END}(?: (?:N|S|E|W|NE|NW|SE|SW)\b)?{_UNIT}{_ENGLISH_TOWN}{_END}"
)
_SAID = re.compile(
    r"\b(?:address|live[sd]?|living|ship\w{0,4}|deliver\w{0,3}|send|sent|moved|located|house|home|mail it"
    r"|reside\w{0,2}|office is)\b[^\d\n]{0,30}$",
    re.IGNORECASE,
)
_SMALL = re.compile(
    rf"{_NUMBER} (?:[a-z'.-]{{2,15}} ){{1,3}}(?:{_SURE}|drive|way|court|place|square|st|rd|ln"
    rf"|dr)\b\.?{_UNIT}(?:,? [a-z]{{3,20}},? [a-z]{{2}} {_ZIP})?",
    re.IGNORECASE,
)
_BOX = re.compile(
    rf"(?<!\w)(?i:P\.? ?O\.? ?Box|Post Office Box|Postfach|Apartado(?: de Correos)?|Bo\u00eete Postale"
    rf"|Casella Postale|GPO Box) ?\d{{1,6}}"
    rf"(?:,? (?:{_ZIP} )?{_NAMES}(?:,? [A-Z]{{2,3}})?(?:,? (?:{_ZIP}|\d{{4}}))?)?"
)
_HOUSE = r"\d{1,4}(?: ?[a-zA-Z])?\b(?:-\d{1,4}[a-z]?)?\b"
_POSTCODE_TOWN = rf"(?:[,\n]? ?\n?(?:[A-Z]{{1,2}}-)?\d{{4,5}} {_TOWN})?"
_GERMAN = re.compile(
    rf"(?<!\w)(?:(?:{_NAME}[ -]){{0,3}}[{_UPPER}]?[a-z\u00e4\u00f6\u00fc\u00df]{{0,25}}(?:stra\u00dfe|strasse|str\."
    rf"|gasse|allee|platz|damm|ufer"
    rf"|(?<=[a-z]{{3}})(?:weg|ring|markt|hof|berg))|(?:{_NAME}[ -]){{1,3}}(?:Stra\u00dfe|Strasse|Str\.|Allee|Platz"
    rf"|Weg|Ring)|(?:Am|An der|An den|Im|In der|In den|Auf dem|Zum|Zur|Unter den"
    rf"|Alter?) {_NAMES}) {_HOUSE}{_POSTCODE_TOWN}"
)
_DUTCH = re.compile(
    rf"(?<!\w)[{_UPPER}][a-z\u00eb\u00e9]{{2,25}}(?:straat|laan|weg|plein|gracht|kade|dijk|singel|hof"
    rf"|steeg) {_HOUSE}(?:,? \d{{4}} ?[A-Z]{{2}}(?: {_TOWN})?)?"
)
_LINK = r"(?:de la |de l'|de los |de las |du |des |de |d'|della |dei |del |di |dos |das |do |da |la |le |les )?"
_FRENCH = re.compile(
    rf"{_NUMBER}(?: ?(?:bis|ter))?,? (?i:rue|avenue|av\.|boulevard|bd|place|chemin|all\u00e9e|impasse|quai|route"
    rf"|cours|square|passage) "
    rf"{_LINK}{_LINK}{_NAMES}{_POSTCODE_TOWN}"
)
_SOUTHERN = re.compile(
    rf"(?<!\w)(?:(?:Calle|C/|Avenida|Avda\.?|Plaza|Paseo|Carrer|Carretera|Rua|Travessa|Pra\u00e7a|Alameda|Via|Viale"
    rf"|Piazza|Corso|Largo|Vicolo)"
    rf"|ul\.|al\.|pl\.) ?{_LINK}{_LINK}{_NAMES},? (?:n\u00ba\.? ?|n\u00b0 ?|num\. ?"
    rf"|n\. ?)?{_HOUSE}(?:/\d{{1,3}})?(?:, \d{{1,2}}\u00ba ?\w?)?"
    rf"(?:,? (?:\d{{4,5}}|\d\d-\d{{3}}|\d{{4}}-\d{{3}}|\d{{5}}-\d{{3}}) {_TOWN})?"
)
_POSTCODE_SAID = re.compile(
    rf"\b(?i:post ?code|zip(?: ?code)?|plz|code postal|c\u00f3digo postal|cap)\b(?i: is"
    rf"|:)? {{0,2}}(?P<code>{_UK_POST}|{_ZIP})\b"
)
_STREETS = (
    *(
        "rue ",
        "avenue",
        "boulevard",
        "bd ",
        "place ",
        "chemin",
        "all\u00e9e",
        "impasse",
        "quai",
        "route",
        "cours",
        "square",
        "passage",
        "av.",
    ),
    *(
        "calle",
        "c/",
        "avda",
        "plaza",
        "paseo",
        "carre",
        "rua ",
        "travessa",
        "pra\u00e7a",
        "alameda",
        "via ",
        "viale",
        "piazza",
        "corso",
        "largo",
    ),
    *("vicolo", "ul.", "al.", "pl.", "avenida"),
)
# What each kind cannot do without, quick to look for.
_NUMBER_FIRST = re.compile(r"\d[A-Za-z]? (?=[A-Z\d])")
_GERMAN_HINT = re.compile(
    r"(?:[Ss]tra(?:\u00dfe|sse)|[Ss]tr\.|gasse|[Aa]llee|[Pp]latz|damm|ufer|[Ww]eg|[Rr]ing|markt|hof|berg|straat|laan"
    r"|plein|gracht|kade|dijk|singel"
    r"|steeg) \d|(?:Am|An de[rn]|Im|In de[rn]|Auf dem|Zum|Zur|Unter den|Alter?) [A-Z]"
)
_TYPES = (
    "street",
    "avenue",
    "ave",
    "road",
    "boulevard",
    "blvd",
    "lane",
    "terrace",
    "crescent",
    "parkway",
    "highway",
    "close",
    "garden",
)
_MORE_TYPES = ("grove", "mews", "alley", "drive", "way", "court", "place", "square", " st", " rd", " ln", " dr")
_BOXES = ("box", "postfach", "apartado", "postale")
_POSTCODES = ("post", "zip", "plz", "cap")
_A_NUMBER = re.compile(r"\d")


def postal_addresses(text: str) -> Iterator[Span]:
    """Streets with their numbers and towns, post boxes, and postcodes that are called so."""
    if _A_NUMBER.search(text) is None:
        return
    for pattern in _possible(text):
        yield from (found.span() for found in pattern.finditer(text))
    if says_any(text, (*_TYPES, *_MORE_TYPES)):
        yield from (found.span() for found in _SMALL.finditer(text) if _SAID.search(before(text, found.start())))
    if says_any(text, _POSTCODES):
        yield from (found.span("code") for found in _POSTCODE_SAID.finditer(text))


def _possible(text: str) -> Iterator[re.Pattern[str]]:
    if _NUMBER_FIRST.search(text):
        yield _ENGLISH
    if says_any(text, _BOXES):
        yield _BOX
    if _GERMAN_HINT.search(text):
        yield from (_GERMAN, _DUTCH)
    if says_any(text, _STREETS):
        yield from (_FRENCH, _SOUTHERN)
