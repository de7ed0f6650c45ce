"""Numbers of phones that codes can be sent to."""

import re
from dataclasses import dataclass

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

REACHED = frozenset({PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE_OR_MOBILE})
"""Not those that cost whoever sends to them: premium rates, shared costs, personal numbers."""

WRITTEN = re.compile(r"\+[0-9 ().-]{5,31}\Z")
"""Not what stands in links beside a number, as extensions do."""


class NoPhone(Exception):
    """The text is not the number of a mobile phone with its country."""


@dataclass(frozen=True, slots=True)
class Phone:
    """A number as it is stored and sent to."""

    number: str
    """In the form of E.164."""

    country: str
    """Two letters."""


def mobile(text: str) -> Phone:
    """The phone of a number that begins with `+` and the country."""
    if not WRITTEN.match(text):
        raise NoPhone
    try:
        parsed = phonenumbers.parse(text, region=None)
    except NumberParseException:
        raise NoPhone from None
    country = phonenumbers.region_code_for_number(parsed)
    kind = phonenumbers.number_type(parsed)
    if country is None or not phonenumbers.is_valid_number(parsed) or kind not in REACHED:
        raise NoPhone
    return Phone(phonenumbers.format_number(parsed, PhoneNumberFormat.E164), country)
