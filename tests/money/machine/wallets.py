"""Opening, filling, emptying and stopping wallets, and sending money from one to another."""

from typing import Any
from uuid import UUID

from .base import (
    BEYOND,
    POISON,
    Base,
    Request,
    anyone,
    part,
    people,
    pick,
    picks,
    shares,
    text,
)
from .cast import ADMINS, ROOT
from .model import ACTIVE, CLOSED, FROZEN, Leg, Place, issuance, own
from .steps import step

currencies = ["AZR", "AZR", "USD"]
acts = ["walletMint", "walletBurn"]
ways = ["walletTransfer", "walletMint", "walletBurn"]


class Stopping(Base):
    """What admins may do to any wallet at any time."""

    def places(self) -> list[Place]:
        """All wallets that the model knows, the platform's and those between two as well."""
        return [place for place in self.model.purses if place[1] != "ISSUANCE"]

    def known(self, place: Place) -> tuple[str, UUID]:
        """A wallet's id, as the graph has it."""
        return ("Wallet", self.town.wallet_id(place))

    @step(given=anyone, number=picks, stop=(False, True))
    def stop_or_go_on(self, given: str | None, number: int, stop: bool) -> None:  # noqa: FBT001
        admin, place = self.actor(given, ROOT), pick(self.places(), number)
        purse, why = self.model.purse(place), set()
        if purse.status == CLOSED:
            why = {"WalletNotActive"}
        if place[1] == "STAKE":
            why = {"WalletNotFound"}
        if admin not in ADMINS:
            why = {"FORBIDDEN"}
        act = "walletFreeze" if stop else "walletUnfreeze"
        known = self.known(place)
        if self.do(why, act, admin, "wallet", walletId=known, reason="As it must be"):
            purse.status = FROZEN if stop else ACTIVE


class Wallets(Stopping):
    """What people and admins do with money itself."""

    @step(person=people, currency=currencies)
    def open_wallet(self, person: str, currency: str) -> None:
        person = self.actor(person, ROOT)
        self.do(set(), "walletOpen", person, "wallet", currency=currency)
        self.model.purse(own(person, currency))

    @step(3, given=anyone, number=picks, person=people, currency=currencies, share=shares)
    def send(self, given: str | None, number: int, person: str, currency: str, share: str) -> None:
        """From any wallet to anybody's; whoever owns it sends, or somebody who does not."""
        source, target = pick(self.places(), number), own(person, currency)
        if target not in self.model.purses:
            return
        amount = part(share, self.model.purse(source).balance)
        sender = self.actor(given, source[0])
        sender = sender if sender in self.model.here else ROOT
        legs: list[Leg] = [(source, target, amount)]
        mine = source[:2] == (sender, "USER") or (source[1] == "PLATFORM" and sender in ADMINS)
        why = self.model.why_not(legs) if mine else {"WalletNotFound"}
        if self.order(why, "walletTransfer", sender, source, text(amount), target):
            self.model.move(*legs)

    @step(act=acts, given=anyone, number=picks, share=shares)
    def make_or_end(self, act: str, given: str | None, number: int, share: str) -> None:
        admin, place = self.actor(given, ROOT), pick(self.places(), number)
        amount = part(share, self.model.purse(place).balance)
        ends = (issuance(place[2]), place) if act == "walletMint" else (place, issuance(place[2]))
        legs: list[Leg] = [(*ends, amount)]
        why = self.model.why_not(legs)
        if place[1] not in {"USER", "PLATFORM"}:
            why = {"WalletNotFound"}
        if admin not in ADMINS:
            why = {"FORBIDDEN"}
        if self.order(why, act, admin, place, text(amount)):
            self.model.move(*legs)

    @step(act=ways, poison=POISON, person=people)
    def give_poison(self, act: str, poison: str, person: str) -> None:
        """What is no amount of money moves none."""
        person = ROOT if act != "walletTransfer" else self.actor(person, ROOT)
        why = {"AmountInvalid"} if poison in BEYOND else {"BAD_USER_INPUT"}
        target = own("bob", "USD") if act == "walletTransfer" else None
        self.order(why, act, person, own(person), poison, target)

    @step(when=lambda self: self.granted, number=picks, more=range(1, 6))
    def ask_otherwise(self, number: int, more: int) -> None:
        """A key that was used for one thing is refused for another."""
        told = [
            each for each in self.granted if "amount" in each.input and each.as_ in self.model.here
        ]
        if not told:
            return
        again: Request = pick(told[::-1], number)
        amount = f"0.0000000{more}"
        if again.input["amount"] == amount:
            return
        why = {"IdempotencyConflict"}
        self.do(why, again.name, again.as_, again.thing, **{**again.input, "amount": amount})

    def order(
        self, why: set[str], act: str, by: str, place: Place, amount: str, to: Place | None = None
    ) -> bool:
        """Order that money moves; says whether it did."""
        given: dict[str, Any] = {
            "walletId": self.known(place),
            "amount": amount,
            "reason": "For the machine",
        }
        if to:
            given["toAddress"] = self.town.address(to)
        return self.once(why, act, by, "transaction", **given) is not None
