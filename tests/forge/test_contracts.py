"""Reading contracts: both parties see all of them, and others nothing."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from domains.auth.models import User, UserRole
from domains.forge.models import JobStatus, MilestoneStatus
from domains.kernel.clock import now
from domains.kernel.database import Database
from domains.kernel.node import encode_id
from domains.kernel.scalars import Currency
from domains.kernel.viewer import ANONYMOUS, SYSTEM, Viewer
from domains.mint import public as mint
from tests.makers import a_user, a_wallet, viewer
from tests.statements import Statements

from .makers import REASON, Agreement, a_dispute, a_job, a_skill_profile, an_agreement

CONTRACT = """
query ($id: ID!) {
  contract(id: $id) {
    status amount { amount currency } released { amount }
    job { title } application { bid { amount } }
    employer { name } freelancer { name } skillProfile { name }
    escrow { kind balance { amount } }
    milestones {
      position status amount { amount } released { amount } settlement { amount { amount } }
      disputes { nodes { reason status raisedBy { name } } }
    }
    disputes { totalCount }
  }
}
"""

CONTRACTS = """
query ($where: ContractFilter) { contracts(where: $where) { totalCount nodes { id } } }
"""

LISTS = """
{
  jobApplications { totalCount } contracts { totalCount }
  milestones { totalCount } disputes { totalCount }
}
"""


async def paid(database: Database, from_id: UUID, to_id: UUID, amount: int) -> UUID:
    """A movement into or out of escrow."""
    leg = mint.Leg(from_id, to_id, Decimal(amount), mint.TransactionType.ESCROW_FUND)
    async with database.session(SYSTEM) as session:
        [moved] = await mint.post(session, None, f"{from_id} to {to_id}", [leg])
    return moved.id


@pytest.fixture
async def parties(database: Database) -> Sequence[User]:
    """An employer, a freelancer with a skill profile, another student and an admin."""
    employer = await a_user(database, UserRole.EMPLOYER, name="Mensah")
    freelancer = await a_user(database, name="Ada")
    await a_skill_profile(database, freelancer, name="Ada builds")
    others = [await a_user(database), await a_user(database, UserRole.ADMIN, name="Solomon")]
    return employer, freelancer, *others


@pytest.fixture
async def agreement(database: Database, parties: Sequence[User]) -> Agreement:
    """Of 500, 300 were put aside: 100 are paid out, 100 in dispute and 100 waiting."""
    employer, freelancer, *_ = parties
    money = await a_wallet(database, employer, Decimal(1000))
    async with database.session(SYSTEM) as session:
        escrow = await mint.open_escrow(session, employer.id, freelancer.id, Currency.AZR)
    await paid(database, money, escrow, 300)
    settled = await paid(database, escrow, await a_wallet(database, freelancer), 100)
    released = {
        "status": MilestoneStatus.RELEASED,
        "released": Decimal(100),
        "submitted_at": now(),
        "settlement_transaction_id": settled,
    }
    disputed = {"status": MilestoneStatus.DISPUTED, "disputed_from": MilestoneStatus.FUNDED}
    funded = {"status": MilestoneStatus.FUNDED}
    job = await a_job(database, employer, title="Dashboard", status=JobStatus.IN_PROGRESS)
    agreement = await an_agreement(
        database, job, freelancer, released, disputed, funded, escrow_wallet_id=escrow
    )
    await a_dispute(database, agreement.milestones[1], raised_by_id=freelancer.id)
    return agreement


def part(position: int, status: str, **values: Any) -> dict[str, Any]:
    """A milestone of 100 in which nothing has happened yet, but for the values."""
    return {
        "position": position,
        "status": status,
        "amount": {"amount": "100"},
        "released": {"amount": "0"},
        "settlement": None,
        "disputes": {"nodes": []},
    } | values


async def test_both_parties_see_all_of_a_contract_in_one_statement(
    graph: Any, parties: Sequence[User], agreement: Agreement, statements: Statements
) -> None:
    employer, freelancer, _, admin = parties
    id = encode_id("Contract", agreement.contract.id)
    sees = [await graph(CONTRACT, as_=viewer(each), id=id) for each in (employer, freelancer)]
    assert len(statements) == 2
    for seen, name, profile in zip(
        (*sees, await graph(CONTRACT, as_=viewer(admin), id=id)),
        (None, {"name": "Ada"}, {"name": "Ada"}),
        ({"name": "Ada builds"},) * 3,
        strict=True,
    ):
        dispute = {"reason": REASON, "status": "OPEN", "raisedBy": name}
        paid_out = {"released": {"amount": "100"}, "settlement": {"amount": {"amount": "100"}}}
        assert seen["contract"] == {
            "status": "DISPUTED",
            "amount": {"amount": "500", "currency": "AZR"},
            "released": {"amount": "100"},
            "job": {"title": "Dashboard"},
            "application": {"bid": {"amount": "500"}},
            "employer": {"name": "Mensah"},
            "freelancer": name,
            "skillProfile": profile,
            "escrow": {"kind": "ESCROW", "balance": {"amount": "200"}},
            "milestones": [
                part(1, "RELEASED", **paid_out),
                part(2, "DISPUTED", disputes={"nodes": [dispute]}),
                part(3, "FUNDED"),
            ],
            "disputes": {"totalCount": 1},
        }


async def test_others_see_nothing_of_a_contract(
    graph: Any, parties: Sequence[User], agreement: Agreement
) -> None:
    _, _, other, _ = parties
    id = encode_id("Contract", agreement.contract.id)
    for stranger in (ANONYMOUS, viewer(other)):
        assert (await graph(CONTRACT, as_=stranger, id=id))["contract"] is None
        found = await graph(LISTS, as_=stranger)
        assert {name: page["totalCount"] for name, page in found.items()} == {
            "jobApplications": 0,
            "contracts": 0,
            "milestones": 0,
            "disputes": 0,
        }


async def counted(graph: Any, as_: Viewer, **where: Any) -> int:
    page = (await graph(CONTRACTS, as_=as_, where=where))["contracts"]
    assert page["totalCount"] == len(page["nodes"])
    return int(page["totalCount"])


async def test_contracts_are_filtered_by_ones_side_and_by_their_parts(
    graph: Any, parties: Sequence[User], agreement: Agreement
) -> None:
    employer, freelancer, _, admin = map(viewer, parties)
    assert await counted(graph, employer, role="EMPLOYER") == 1
    assert await counted(graph, employer, role="FREELANCER") == 0
    assert await counted(graph, freelancer, role="FREELANCER") == 1
    assert await counted(graph, admin, role="EMPLOYER") == 0
    assert await counted(graph, admin, status="DISPUTED") == 1
    assert await counted(graph, admin, status="ACTIVE") == 0
    assert await counted(graph, freelancer, milestones={"status": "RELEASED"}) == 1
    assert await counted(graph, freelancer, milestones={"status": "REFUNDED"}) == 0
    assert await counted(graph, freelancer, disputes={"statuses": ["OPEN"]}) == 1
    assert await counted(graph, freelancer, job={"search": "dashboard"}) == 1


USER = """
query ($id: ID!) {
  node(id: $id) {
    ... on User {
      skillProfile { name contracts { totalCount } }
      jobs { totalCount } jobApplications { totalCount } contracts { totalCount }
    }
  }
}
"""


async def test_a_person_leads_to_their_work_on_either_side(
    graph: Any, parties: Sequence[User], agreement: Agreement
) -> None:
    employer, freelancer, other, _ = parties

    async def work(of: User, as_: Viewer) -> Any:
        return (await graph(USER, as_=as_, id=encode_id("User", of.id)))["node"]

    assert await work(employer, viewer(employer)) == {
        "skillProfile": None,
        "jobs": {"totalCount": 1},
        "jobApplications": {"totalCount": 0},
        "contracts": {"totalCount": 1},
    }
    assert await work(freelancer, viewer(freelancer)) == {
        "skillProfile": {"name": "Ada builds", "contracts": {"totalCount": 1}},
        "jobs": {"totalCount": 0},
        "jobApplications": {"totalCount": 1},
        "contracts": {"totalCount": 1},
    }
    seen = await work(employer, viewer(other))
    assert seen["jobs"] == seen["contracts"] == {"totalCount": 0}
    assert await work(freelancer, viewer(employer)) is None
