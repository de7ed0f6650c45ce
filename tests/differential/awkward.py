"""Values that some writer of JSON or of SQL might get wrong."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

TEXTS = (
    "plain words of learning",
    "",
    " ",
    'a "quoted" \\ slash / and \\"both\\"',
    "line\nbreak\r\n\ttab \x08\x0c\x01\x1f\x7f",
    "emoji 🧑🏽‍🚀 zero\u200bwidth \u2028 \u2029 \ufeff",
    "שלום عالم \u202etrab\u202c",
    "e\u0301 é ß ẞ İ ﬁ",
    "</script><!-- & ' $1 %s {} null",
    "\U0010ffff \ud7ff \ue000 \uffff",
)
TITLES = ("Learning SQL", "learning sql", 'SQL "and" back\\slash', "Ænlæring 🧑🏽‍🚀 'x'", "A\tB\nC")

MOMENTS = (
    datetime(2026, 1, 31, 12, 0, 0, 120000, UTC),
    datetime(2026, 1, 31, 12, 0, 0, 0, UTC),
    datetime(2025, 2, 28, 23, 59, 59, 999999, UTC),
    datetime(1, 1, 1, 0, 0, 0, 1, UTC),
    datetime(9999, 12, 31, 23, 59, 59, 999990, UTC),
    datetime(1969, 12, 31, 23, 59, 59, 500000, UTC),
)

DAYS = (date(1, 1, 2), date(2012, 2, 29), date(9999, 12, 30), None)

AMOUNTS = tuple(
    map(
        Decimal, ("0", "0.00000001", "9999999999.99999999", "1.50", "100", "0.10", "12345.67800000")
    )
)

PERCENTS = tuple(map(Decimal, ("0", "0.01", "33.30", "70", "99.99", "100")))

CONTENTS: tuple[dict[str, Any], ...] = (
    {},
    {"": "", "__step": 0, "__typename": "Query", "nested": [[], {}, [None, True, False, [[]]]]},
    {text: text for text in TEXTS},
    {
        "numbers": [
            0,
            -0.0,
            1e2,
            1.5e-300,
            0.1,
            2**31,
            -(2**53) - 1,
            1.0,
            3.141592653589793,
            12345678901234567890123,
        ]
    },
    {"lessons": [{"text": "w " * 450}, {"text": TEXTS}]},
)
