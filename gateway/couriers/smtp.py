"""Mail by SMTP."""

from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid, parseaddr
from pathlib import Path

import aiosmtplib

from domains.kernel.clock import now
from domains.kernel.courier import Mail, NotSent
from gateway.settings_mail import Security


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where mail is handed in, and how."""

    host: str
    port: int | None
    security: Security
    username: str | None
    password: str | None = field(repr=False)
    ca_file: Path | None
    timeout: float


@dataclass(frozen=True, slots=True)
class SMTPMailer:
    """Hands in every letter over a connection of its own."""

    server: MailServer
    sender: str

    async def send(self, mail: Mail) -> None:
        message = message_of(mail, self.sender)
        server, security = self.server, self.server.security
        try:
            await aiosmtplib.send(
                message,
                # Not as the header has them: what looks like two addresses there must not be.
                sender=parseaddr(self.sender)[1],
                recipients=[mail.to],
                hostname=server.host,
                port=server.port,
                use_tls=security is Security.TLS,
                start_tls=security is Security.STARTTLS,
                cert_bundle=str(server.ca_file) if server.ca_file else None,
                username=server.username,
                password=server.password,
                timeout=server.timeout,
            )
        except (aiosmtplib.SMTPException, OSError) as error:
            raise NotSent(f"the mail server took no letter: {_reason(error)}") from None


def message_of(mail: Mail, sender: str) -> EmailMessage:
    """The letter in the form of mail; a header that would be two is refused."""
    name, address = parseaddr(sender)
    message = EmailMessage(SMTP)
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=mail.to)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(now())
    message["Message-ID"] = make_msgid(domain=address.rpartition("@")[2])
    # Asks programs that answer by themselves not to.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def _reason(error: Exception) -> str:
    """The kind of failure and the server's number for it; its words may hold the address."""
    refusals = getattr(error, "recipients", None) or [error]
    code = getattr(refusals[0], "code", None)
    return f"{type(error).__name__} {code}" if code else type(error).__name__
