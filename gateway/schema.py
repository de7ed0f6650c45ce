"""The whole graph, put together from each domain's share of it."""

from collections.abc import Iterator
from typing import Any

import strawberry
from strawberry.schema.config import StrawberryConfig

import domains.auth.policy
import domains.education.links
import domains.education.policy
import domains.family.links
import domains.family.policy
import domains.forge.links
import domains.forge.policy
import domains.health.links
import domains.health.policy
import domains.mint.links
import domains.mint.policy
import domains.nexus.links
import domains.nexus.policy
import domains.notifications.links
import domains.notifications.policy
import domains.sapiens.links
import domains.sapiens.policy  # noqa: F401 (links and policies register when imported)
from domains.auth.mutations import AuthMutation
from domains.auth.queries import AuthQuery
from domains.education.mutations import EducationMutation
from domains.education.queries import EducationQuery
from domains.family.queries import FamilyQuery
from domains.forge.mutations import ForgeMutation
from domains.forge.queries import ForgeQuery
from domains.forge.subscriptions import ForgeSubscription
from domains.health.queries import HealthQuery
from domains.kernel import prose
from domains.kernel.node import Node
from domains.kernel.read.declarations import node_by_id, nodes_by_ids
from domains.kernel.refusal import UserError
from domains.kernel.scalars import SCALARS
from domains.mint.mutations import MintMutation
from domains.mint.queries import MintQuery
from domains.mint.subscriptions import MintSubscription
from domains.nexus.queries import NexusQuery
from domains.notifications.mutations import NotificationsMutation
from domains.notifications.queries import NotificationsQuery
from domains.notifications.subscriptions import NotificationsSubscription
from domains.sapiens.mutations import SapiensMutation
from domains.sapiens.queries import SapiensQuery

SECRET_MUTATIONS = frozenset(
    {
        "accountRestore",
        "emailChangeConfirm",
        "emailChangeUndo",
        "emailFactorConfirm",
        "emailVerificationResend",
        "emailVerify",
        "mfaCodeSend",
        "mfaPasskeyVerify",
        "mfaVerify",
        "passkeyRegister",
        "passkeySignIn",
        "passwordChange",
        "passwordReset",
        "passwordResetRequest",
        "recoveryCodesRegenerate",
        "sessionCreate",
        "sessionRefresh",
        "sessionStepUp",
        "smsFactorConfirm",
        "totpConfirm",
        "userSignUp",
    }
)
"""Those that check or hash a secret, or have one sent; a document may hold one."""


@prose.output
class Query(
    AuthQuery,
    MintQuery,
    EducationQuery,
    ForgeQuery,
    SapiensQuery,
    FamilyQuery,
    NexusQuery,
    HealthQuery,
    NotificationsQuery,
):
    """What can be read."""

    node: Node | None = node_by_id()
    """Anything that has an id, if the viewer may see it."""

    nodes: list[Node | None] | None = nodes_by_ids()
    """Several things by their ids, in the same order; null stands for what cannot be seen."""


@prose.output
class Mutation(
    AuthMutation,
    MintMutation,
    EducationMutation,
    ForgeMutation,
    SapiensMutation,
    NotificationsMutation,
):
    """What can be changed. Each field is one transaction: all of it happens, or nothing."""


@prose.output
class Subscription(MintSubscription, ForgeSubscription, NotificationsSubscription):
    """What one can be told of as it happens, over a WebSocket or as server-sent events."""


def named_types() -> list[type[Any]]:
    """What the graph knows beside that which fields mention: all things with ids, all errors."""
    return [*_kinds_of(Node), *_kinds_of(UserError)]


def _kinds_of(interface: type[Any]) -> Iterator[type[Any]]:
    for kind in interface.__subclasses__():
        yield kind
        yield from _kinds_of(kind)


schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=named_types(),
    # Not `sort_schema`: it rebuilds the enums, and their members would no longer be Python's.
    config=StrawberryConfig(scalar_map=SCALARS),
)
