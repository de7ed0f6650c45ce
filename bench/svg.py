"""Elements of a picture as text."""

from xml.sax.saxutils import escape, quoteattr

STYLE = """
svg { font: 12px system-ui, sans-serif; color-scheme: light dark }
.paper { fill: #ffffff } text, .ink { fill: #1f2328 } .faint { fill: #59636e }
.line { stroke: #d1d9e0; stroke-width: 1 } .base { stroke: #1f2328; stroke-width: 1.5 }
.heading { font-size: 15px; font-weight: 600 } .small { font-size: 9.5px }
@media (prefers-color-scheme: dark) {
  .paper { fill: #0d1117 } text, .ink { fill: #e6edf3 } .faint { fill: #9198a1 }
  .line { stroke: #3d444d } .base { stroke: #e6edf3 }
}
"""
"""Readable on light paper and on dark."""


def element(name: str, *inside: str, **attributes: object) -> str:
    """`stroke_width=2` becomes `stroke-width="2"`, and `class_` an attribute of that name."""
    said = "".join(
        f" {key.rstrip('_').replace('_', '-')}={quoteattr(_written(value))}"
        for key, value in attributes.items()
    )
    return f"<{name}{said}>{''.join(inside)}</{name}>" if inside else f"<{name}{said}/>"


def _written(value: object) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)


def words(text: str, x: float, y: float, **attributes: object) -> str:
    return element("text", escape(text), x=float(x), y=float(y), **attributes)


def line(x1: float, y1: float, x2: float, y2: float, **attributes: object) -> str:
    ends = {"x1": float(x1), "y1": float(y1), "x2": float(x2), "y2": float(y2)}
    return element("line", **ends, **attributes)


def picture(width: float, height: float, title: str, description: str, *parts: str) -> str:
    """A whole file; who cannot see it is told the title and the description."""
    inside = (
        element("title", escape(title), id="title"),
        element("desc", escape(description), id="description"),
        element("style", STYLE),
        element("rect", class_="paper", width=float(width), height=float(height)),
        *parts,
    )
    return (
        element(
            "svg",
            "\n".join(inside),
            xmlns="http://www.w3.org/2000/svg",
            viewBox=f"0 0 {width:g} {height:g}",
            width=float(width),
            role="img",
            aria_labelledby="title description",
        )
        + "\n"
    )
