"""Who is measured under row-level security is told so, and connects as the role it is for."""

from collections.abc import Mapping

import pytest

from bench.__main__ import SERVERS, USUAL
from bench.goals import GOALS
from bench.peers import MERCURIUS, MERCURIUS_UNSECURED, PEERS, Peer
from gateway.embedded import Cluster

CLUSTER = Cluster(
    owner_url="postgresql://owner@/db",
    app_url="postgresql://app@/db",
    superuser_url="postgresql://super@/db",
)


def environment(peer: Peer) -> Mapping[str, str]:
    return peer.environment(CLUSTER, {})


def test_mercurius_runs_under_row_level_security() -> None:
    told = environment(MERCURIUS)
    assert told["DATABASE_URL"] == CLUSTER.app_url
    assert told["PEER_ROW_SECURITY"] == "on"


def test_the_unsecured_one_differs_in_nothing_else() -> None:
    secured, unsecured = environment(MERCURIUS), environment(MERCURIUS_UNSECURED)
    differing = {name for name in secured if secured[name] != unsecured[name]}
    assert secured.keys() == unsecured.keys()
    assert differing == {"DATABASE_URL", "PEER_ROW_SECURITY", "PEER_APPLICATION"}
    assert unsecured["DATABASE_URL"] == CLUSTER.owner_url
    assert unsecured["PEER_ROW_SECURITY"] == "off"
    assert MERCURIUS.command(3) == MERCURIUS_UNSECURED.command(3)


def test_goals_are_judged_against_those_alone_whom_row_level_security_concerns() -> None:
    assert [each.against for each in GOALS if SERVERS[each.against].as_owner] == []


@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.name)
def test_every_peer_takes_part_where_nobody_is_named(peer: Peer) -> None:
    assert peer.name in USUAL


def test_nobodys_connections_are_taken_for_anothers() -> None:
    applications = [each.application for each in SERVERS.values()]
    assert len(set(applications)) == len(applications)
