"""By what mail and text messages leave, as the settings say."""

from typing import TypeVar

from domains.auth.public import choices
from domains.kernel import courier
from domains.kernel.courier import Mailer, Texter
from gateway.settings import Profile, Settings, WrongSettings
from gateway.settings_mail import MailSettings, MailVia, Security, TextsVia

from .http_texts import HTTPTexter
from .sinks import ConsoleMailer, ConsoleTexter, FolderMailer, FolderTexter
from .smtp import MailServer, SMTPMailer

T = TypeVar("T")

NOBODYS = "Azora <azora@localhost>"
"""The sender of mail that goes nowhere."""


def configure_couriers(settings: Settings) -> None:
    """Prepare this process to send mail and text messages."""
    courier.use(mailer_of(settings), texter_of(settings))
    choices.links_url = links_url(settings)


def mailer_of(settings: Settings) -> Mailer:
    mail = settings.mail
    match _mail_via(settings):
        case MailVia.SMTP:
            sender = _needed(mail.sender, "MAIL__SENDER", "the address that mail comes from")
            return SMTPMailer(_server(mail), sender)
        case MailVia.FOLDER:
            folder = _needed(mail.folder, "MAIL__FOLDER", "a folder for the mail")
            return FolderMailer(folder, mail.sender or NOBODYS)
        case MailVia.CONSOLE:
            return ConsoleMailer()


def texter_of(settings: Settings) -> Texter:
    sms = settings.sms
    match _texts_via(settings):
        case TextsVia.HTTP:
            return HTTPTexter(
                url=sms.url,
                account=_needed(sms.account, "SMS__ACCOUNT", "the account's id"),
                token=_needed(sms.token, "SMS__TOKEN", "the account's token"),
                sender=_needed(sms.sender, "SMS__SENDER", "the number that messages come from"),
                timeout=sms.timeout_seconds,
            )
        case TextsVia.FOLDER:
            return FolderTexter(_needed(sms.folder, "SMS__FOLDER", "a folder for the messages"))
        case TextsVia.CONSOLE:
            return ConsoleTexter()


def links_url(settings: Settings) -> str:
    """Where the pages behind the links are, without a slash at the end."""
    if settings.public_url is not None:
        return settings.public_url
    _demand(settings, "PUBLIC_URL", "the address at which people reach this server")
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"


def _mail_via(settings: Settings) -> MailVia:
    mail = settings.mail
    if mail.via is not None:
        return mail.via
    if mail.host is not None:
        return MailVia.SMTP
    _demand(settings, "MAIL__HOST", "a mail server, or AZORA_MAIL__VIA=console")
    return MailVia.FOLDER if mail.folder else MailVia.CONSOLE


def _texts_via(settings: Settings) -> TextsVia:
    sms = settings.sms
    if sms.via is not None:
        return sms.via
    if sms.account is not None:
        return TextsVia.HTTP
    _demand(settings, "SMS__ACCOUNT", "a provider's account, or AZORA_SMS__VIA=console")
    return TextsVia.FOLDER if sms.folder else TextsVia.CONSOLE


def _server(mail: MailSettings) -> MailServer:
    if mail.password is not None and mail.security is Security.NONE:
        raise WrongSettings("AZORA_MAIL__SECURITY: a password is sent by starttls or tls alone")
    return MailServer(
        host=_needed(mail.host, "MAIL__HOST", "a mail server"),
        port=mail.port,
        security=mail.security,
        username=mail.username,
        password=mail.password,
        ca_file=mail.ca_file,
        timeout=mail.timeout_seconds,
    )


def _needed(value: T | None, variable: str, what: str) -> T:
    if value is None:
        raise WrongSettings(f"AZORA_{variable}: expected {what}")
    return value


def _demand(settings: Settings, variable: str, what: str) -> None:
    """In production nothing goes nowhere unless somebody chose that."""
    if settings.profile is Profile.PRODUCTION:
        raise WrongSettings(f"AZORA_{variable}: the production profile needs {what}")
