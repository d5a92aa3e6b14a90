"""HTML, escaped by construction: only ``tag`` makes markup, and whatever it is given that is none becomes text."""

from collections.abc import Iterable
from html import escape

from handler.domain.shown import shown

VOID = frozenset({"meta"})  # of HTML; in SVG every element is closed


class Html(str):
    """Markup, made by ``tag``. Any other string is somebody's text."""

    __slots__ = ()


Child = object  # Html, an iterable of children, or anything else: text


def tag(name: str, /, *children: Child, **attributes: object) -> Html:
    """An element. An attribute's name may end in _ (class_) and hold _ for - (stroke_width); None leaves it out."""
    said = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(shown(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{said}>" if name in VOID else f"<{name}{said}>{_inside(children)}</{name}>")


def joined(*children: Child) -> Html:
    """Children one after the other, without an element around them."""
    return Html(_inside(children))


def _inside(children: Iterable[Child]) -> str:
    return "".join(map(_child, children))


def _child(child: Child) -> str:
    if isinstance(child, Html):
        return child
    if isinstance(child, Iterable) and not isinstance(child, str):
        return _inside(child)
    return escape(shown(child))
