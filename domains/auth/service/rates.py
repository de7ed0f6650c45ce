"""How often something secret may be tried; an operator may choose otherwise."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from pydantic import Field

from domains.kernel.context import Client
from domains.kernel.limiter import Claim, Limit, subject_of

Positive = Annotated[int, Field(ge=1)]

MINUTE = timedelta(minutes=1)
QUARTER = timedelta(minutes=15)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

EVERYBODY = "everybody"
"""The subject of a limit on all tries together."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Tries by the minute, unless the name says otherwise."""

    sign_in_per_address: Positive = 20
    """Of one address, whatever accounts it tries."""

    sign_in_per_account: Positive = 10
    """Of one address against one account."""

    sign_in_everywhere: Positive = 6000
    """More than a server can check: beyond it nobody is a person any more."""

    sign_up_per_address: Positive = 20
    sign_up_per_address_per_hour: Positive = 30
    letter_per_address_per_hour: Positive = 30
    mail_per_minute: Positive = 1
    """To one address, as all that follow."""

    mail_per_hour: Positive = 5
    code_per_minute: Positive = 1
    code_per_hour: Positive = 5
    code_per_day: Positive = 10
    second_factor_per_quarter: Positive = 10
    """Codes and passkeys tried as the second factor of one account, in a quarter of an hour."""

    passkey_per_address: Positive = 20

    def sign_in(self, client: Client, account: str) -> list[Claim]:
        """One check of a password; `account` names whose."""
        place = subject_of(client.address)
        return [
            Claim(Limit("sign_in.address", self.sign_in_per_address, MINUTE), place),
            Claim(Limit("sign_in.account", self.sign_in_per_account, MINUTE), f"{place} {account}"),
            Claim(Limit("sign_in.all", self.sign_in_everywhere, MINUTE), EVERYBODY),
        ]

    def sign_up(self, client: Client) -> list[Claim]:
        """One password hashed for somebody who is nobody yet."""
        place = subject_of(client.address)
        per_hour = self.sign_up_per_address_per_hour
        return [
            Claim(Limit("sign_up.address", self.sign_up_per_address, MINUTE), place),
            Claim(Limit("sign_up.hour", per_hour, HOUR), place),
        ]

    def letter(self, client: Client) -> list[Claim]:
        """One letter asked for by somebody who has not signed in, to whatever address."""
        limit = Limit("letter.address", self.letter_per_address_per_hour, HOUR)
        return [Claim(limit, subject_of(client.address))]

    def mail(self, to: str) -> list[Claim]:
        """One letter that anybody can have sent to this address."""
        return [
            Claim(Limit("mail.minute", self.mail_per_minute, MINUTE), to),
            Claim(Limit("mail.hour", self.mail_per_hour, HOUR), to),
        ]

    def code(self, to: str) -> list[Claim]:
        """One code sent to this address or number."""
        return [
            Claim(Limit("code.minute", self.code_per_minute, MINUTE), to),
            Claim(Limit("code.hour", self.code_per_hour, HOUR), to),
            Claim(Limit("code.day", self.code_per_day, DAY), to),
        ]

    def sent_code(self, to: str, user_id: UUID) -> list[Claim]:
        """One code sent for a person, who may have a phone and a mailbox."""
        account = str(user_id)
        return [
            *self.code(to),
            Claim(Limit("code.account.minute", 2 * self.code_per_minute, MINUTE), account),
            Claim(Limit("code.account.hour", 2 * self.code_per_hour, HOUR), account),
            Claim(Limit("code.account.day", 2 * self.code_per_day, DAY), account),
        ]

    def second_factor(self, user_id: UUID) -> list[Claim]:
        """One second factor shown; apart from passwords, so that neither uses the other up."""
        limit = Limit("second_factor.account", self.second_factor_per_quarter, QUARTER)
        return [Claim(limit, str(user_id))]

    def passkey(self, client: Client) -> list[Claim]:
        """One challenge for somebody who is nobody yet."""
        limit = Limit("passkey.address", self.passkey_per_address, MINUTE)
        return [Claim(limit, subject_of(client.address))]
