"""What one operation may ask: bounds for the text, the document, its price and its variables."""

from .bounds import Limits
from .document import check
from .pricing import Bounds, BoundsOf, Price, price
from .source import parse_document
from .variables import check_variables

__all__ = [
    "Bounds",
    "BoundsOf",
    "Limits",
    "Price",
    "check",
    "check_variables",
    "parse_document",
    "price",
]
