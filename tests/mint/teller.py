"""Somebody who takes the orders to send money, in tests."""

from typing import Any
from uuid import uuid4

from domains.kernel.node import encode_id
from domains.kernel.viewer import Viewer
from tests.operations import Operations

from .bank import Bank

TRANSFER = """
mutation ($input: WalletTransferInput!) {
  walletTransfer(input: $input) {
    transaction {
      type amount { amount currency } reason fromBalanceAfter toBalanceAfter
      fromWallet { user { name } } toWallet { user { name } }
    }
    wallet { balance { amount } }
    userErrors { __typename message path }
  }
}
"""

TOPIC = "mint.money.transferred"


class Teller:
    """Sends Ada's money to Bob unless told otherwise."""

    def __init__(self, operations: Operations, bank: Bank, ada: Viewer, address: str) -> None:
        self.operations, self.bank, self.ada = operations, bank, ada
        self.usual = {"walletId": encode_id("Wallet", bank.adas), "toAddress": address}

    async def answer(self, as_: Viewer | None = None, **given: Any) -> dict[str, Any]:
        """The whole response to one order."""
        usual = self.usual | {"idempotencyKey": str(uuid4()), "amount": "1"}
        order = {name: value for name, value in (usual | given).items() if value is not ...}
        return await self.operations.answer(TRANSFER, as_=as_ or self.ada, input=order)

    async def payload(self, **given: Any) -> Any:
        body = await self.answer(**given)
        assert "errors" not in body, body["errors"]
        return body["data"]["walletTransfer"]

    async def refusal(self, **given: Any) -> tuple[str, str] | None:
        """Why, and at which field; None if the money moved."""
        payload = await self.payload(**given)
        if not payload["userErrors"]:
            return None
        [error] = payload["userErrors"]
        assert (payload["transaction"], payload["wallet"]) == (None, None)
        assert error["path"][0] == "input"
        return error["__typename"], error["path"][1]
