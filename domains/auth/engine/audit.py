"""What can be told of an account in the audit log, and in which words."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

LONGEST = 256
"""Characters of a text that comes from outside."""

MOST_ITEMS = 32
"""Items of a list or fields of an object in the details."""

SECRETS = frozenset(
    {
        "access_token",
        "backup_code",
        "challenge",
        "challenge_token",
        "code",
        "current_password",
        "new_password",
        "otp",
        "password",
        "password_hash",
        "recovery_code",
        "refresh_token",
        "secret",
        "token",
        "token_hash",
    }
)
"""Names under which nothing may be written."""


class Action(StrEnum):
    """Everything that is written down; what has another name cannot be."""

    SIGNED_UP = "user.signed_up"
    """Somebody made an account."""
    SIGN_UP_REPEATED = "user.signup_repeated"
    """Somebody tried to make an account with an address that has one."""
    APPOINTED = "user.appointed"
    """An operator made an account."""
    VERIFICATION_SENT = "user.email_verification_sent"
    """A mail went out that proves whose the address is."""
    EMAIL_VERIFIED = "user.email_verified"
    """A person proved that the address is theirs."""
    PROFILE_UPDATED = "profile.updated"
    """A person changed what they tell about themselves."""
    APP_METADATA_UPDATED = "user.app_metadata_updated"
    """An admin changed what the platform notes of a person."""
    ROLE_CHANGED = "role.changed"
    """An admin made a person something else."""
    DISABLED = "user.disabled"
    """An admin shut an account."""
    ENABLED = "user.enabled"
    """An admin opened it again."""
    DELETE_REQUESTED = "user.delete_requested"
    """A person asked for their account to be deleted."""
    RESTORED = "user.restored"
    """They thought better of it in time."""
    PURGED = "user.purged"
    """What the account told of the person is gone."""

    LOGIN_SUCCEEDED = "login.succeeded"
    """A session was opened."""
    LOGIN_FAILED = "login.failed"
    """A sign-in was refused."""
    LOGIN_LOCKED = "login.locked"
    """So many failed that the account takes none for a while."""
    LOGOUT = "logout"
    """A person ended the session they were in."""
    SESSION_STEPPED_UP = "session.stepped_up"
    """A person proved again who they are, inside a session."""
    SESSION_REVOKED = "session.revoked"
    """A session was ended."""
    SESSION_EXPIRED = "session.expired"
    """A session ran out."""
    TOKEN_REFRESHED = "token.refreshed"  # noqa: S105 (the name of an act, as those below)
    """A session was renewed."""
    TOKEN_REUSED = "token.reuse_detected"  # noqa: S105
    """A token came a second time, so that all of its family were ended."""

    CHALLENGE_CREATED = "mfa.challenge_created"
    """The password was right, and a second factor is asked for."""
    CHALLENGE_SUCCEEDED = "mfa.challenge_succeeded"
    """The second factor was right."""
    CHALLENGE_FAILED = "mfa.challenge_failed"
    """It was not."""
    CODE_SENT = "mfa.code_sent"
    """A code went out by mail or message."""
    FACTOR_ENROLLED = "mfa.factor_enrolled"
    """A factor was set up, and does not count yet."""
    FACTOR_CONFIRMED = "mfa.factor_confirmed"
    """It does from now on."""
    FACTOR_REMOVED = "mfa.factor_removed"
    """It does no longer."""
    RECOVERY_USED = "mfa.recovery_used"
    """A recovery code stood in for a factor."""
    RECOVERY_REGENERATED = "mfa.recovery_regenerated"
    """New recovery codes took the place of all older ones."""
    PASSKEY_ADDED = "passkey.added"
    """A passkey was registered."""
    PASSKEY_RENAMED = "passkey.renamed"
    """A passkey was given another name."""
    PASSKEY_REMOVED = "passkey.removed"
    """A passkey was removed."""
    PASSKEY_CLONED = "passkey.cloned_suspected"
    """A passkey counted backward, as a copy of it would."""

    PASSWORD_CHANGED = "password.changed"  # noqa: S105
    """A person chose another password."""
    PASSWORD_RESET_REQUESTED = "password.reset_requested"  # noqa: S105
    """A mail was asked for with which a password is set anew."""
    PASSWORD_RESET = "password.reset_completed"  # noqa: S105
    """A password was set anew by such a mail."""
    PASSWORD_REHASHED = "password.rehashed"  # noqa: S105
    """The same password is kept under newer parameters or another key."""
    EMAIL_CHANGE_REQUESTED = "email.change_requested"
    """A person named another address."""
    EMAIL_CHANGED = "email.change_confirmed"
    """It is theirs from now on."""
    EMAIL_CHANGE_UNDONE = "email.change_undone"
    """The older address took itself back."""
    PHONE_CHANGED = "phone.changed"
    """A person named another phone."""

    IMPERSONATION_STARTED = "admin.impersonation_started"
    """An admin began to act as a person."""
    IMPERSONATION_ENDED = "admin.impersonation_ended"
    """They ceased to."""
    ADMIN_REMOVED_FACTOR = "admin.factor_removed"
    """An admin removed a person's factor."""
    ADMIN_SENT_RESET = "admin.password_reset_sent"
    """An admin had a person sent the mail with which a password is set anew."""

    WALLET_TRANSFER = "wallet.transferred"
    """A person sent money from a wallet of theirs."""
    WALLET_MINTED = "wallet.minted"
    """An admin made money."""
    WALLET_BURNED = "wallet.burned"
    """An admin destroyed money."""
    WALLET_FROZEN = "wallet.frozen"
    """An admin stopped a wallet."""
    WALLET_UNFROZEN = "wallet.unfrozen"
    """An admin let it go on."""
    STAKE_OPENED = "stake.opened"
    """A person set money aside for a term."""
    STAKE_CLOSED = "stake.closed"
    """They took it back with what it earned."""
    COURSE_MODERATED = "course.moderated"
    """An admin changed somebody else's course."""
    COURSE_PURCHASED = "course.purchased"
    """A person paid for a place in a course."""
    COURSE_REFUNDED = "course.refunded"
    """They left it and were paid back."""
    MILESTONE_FUNDED = "milestone.funded"
    """An employer laid a milestone's money into escrow."""
    MILESTONE_RELEASED = "milestone.released"
    """It went to the freelancer."""
    MILESTONE_REFUNDED = "milestone.refunded"
    """It went back to the employer."""
    DISPUTE_RAISED = "dispute.raised"
    """One of the two called for an admin."""
    DISPUTE_RESOLVED = "dispute.resolved"
    """An admin decided who gets the money."""

    AUTHORIZATION_DENIED = "authz.denied"
    """Somebody asked for what they may not do."""
    RATE_LIMIT_HIT = "rate_limit.hit"
    """Somebody tried too often."""
    QUERY_REJECTED = "query.rejected"
    """An operation asked for more than is allowed, or is not one of those allowed."""
    KEY_ROTATED = "config.key_rotated"
    """The server began to use another key."""


def plain(text: str | None, longest: int = LONGEST) -> str | None:
    """A text that cannot be taken for a line of its own, or for a command, wherever it is read."""
    if text is None:
        return None
    shown = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
    return shown if len(shown) <= longest else shown[: longest - 1] + "…"


def plain_details(details: Mapping[str, Any]) -> dict[str, Any]:
    """What else is known, as JSON; a name that promises a secret is a mistake of the program."""
    if named := SECRETS & details.keys():
        raise ValueError(f"the audit log takes no {', '.join(sorted(named))}")
    return {str(plain(name)): _plain(value) for name, value in [*details.items()][:MOST_ITEMS]}


def _plain(value: Any) -> Any:
    if value is None or (isinstance(value, bool | int) and not isinstance(value, StrEnum)):
        return value
    if isinstance(value, Mapping):
        return plain_details(value)
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in [*value][:MOST_ITEMS]]
    return plain(str(value))
