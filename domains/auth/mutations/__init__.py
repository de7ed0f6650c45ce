"""Auth's fields of `Mutation`."""

from domains.kernel import prose

from .accounts import AccountMutation
from .administration import AdministrationMutation
from .factors import FactorMutation
from .passkeys import PasskeyMutation
from .sessions import SessionMutation


@prose.output
class AuthMutation(
    AccountMutation, SessionMutation, FactorMutation, PasskeyMutation, AdministrationMutation
):
    """Accounts, signing in and out, and how people prove who they are."""
