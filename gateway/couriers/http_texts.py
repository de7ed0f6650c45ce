"""Text messages by HTTP, in the form that Twilio and those compatible with it take."""

from dataclasses import dataclass, field
from urllib.parse import quote

import httpx2

from domains.kernel.courier import NotSent, TextMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class HTTPTexter:
    """Hands in every message by a request of its own."""

    url: str
    account: str
    token: str = field(repr=False)
    sender: str
    """A number, a name, or the id of a messaging service, which begins with `MG`."""

    timeout: float

    async def send(self, message: TextMessage) -> None:
        path = f"{self.url}/2010-04-01/Accounts/{quote(self.account, safe='')}/Messages.json"
        source = "MessagingServiceSid" if self.sender.startswith("MG") else "From"
        form = {"To": message.to, source: self.sender, "Body": message.body}
        try:
            async with httpx2.AsyncClient(
                auth=(self.account, self.token), timeout=self.timeout, follow_redirects=False
            ) as client:
                answer = await client.post(path, data=form)
        except httpx2.HTTPError as error:
            raise NotSent(f"the text provider: {type(error).__name__}") from None
        if not answer.is_success:
            # What it says of the failure holds the number.
            raise NotSent(f"the text provider answered {answer.status_code}")
