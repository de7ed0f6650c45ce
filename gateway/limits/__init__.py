"""What one operation may ask: bounds for the text, the document, its price and its variables."""

from .bounds import Limits
from .document import check
from .pricing import Price, SizeOf, price
from .source import parse_document
from .variables import check_variables

__all__ = [
    "Limits",
    "Price",
    "SizeOf",
    "check",
    "check_variables",
    "parse_document",
    "price",
]
