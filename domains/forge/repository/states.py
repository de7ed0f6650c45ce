"""What tells one state of a contract from the next."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, any_, func, literal
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from domains.forge.models import Contract, Dispute, Milestone


async def contract_states(session: AsyncSession, ids: Sequence[UUID]) -> Mapping[UUID, str]:
    """Of each contract another text after each change of it, its milestones and its disputes."""
    query = select(
        Contract.id, func.concat_ws("|", Contract.updated_at, _parts(Milestone), _parts(Dispute))
    ).where(col(Contract.id) == any_(literal([*ids], ARRAY(Uuid))))
    return dict((await session.exec(query)).all())


def _parts(model: type[Milestone | Dispute]) -> Any:
    """When each part of a contract last changed: a later change may be committed before."""
    changed = func.concat(model.id, model.updated_at)
    listed = func.string_agg(changed, aggregate_order_by(literal(" "), col(model.id)))
    return (
        select(func.md5(listed)).where(col(model.contract_id) == col(Contract.id)).scalar_subquery()
    )


async def is_visible(session: AsyncSession, id: UUID) -> bool:
    """Whether the session's viewer may see a contract, as its rows' policy says."""
    return (await session.exec(select(Contract.id).where(Contract.id == id))).first() is not None
