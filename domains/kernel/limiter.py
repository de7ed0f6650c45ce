"""How often something may be tried, by whom and against whom, kept where all servers see it.

A bucket lets `count` tries through at once and refills evenly over `per` (GCRA), so that at most
twice as many pass in any one such time. Its row says until when it is not yet full again:

    allowed  <=>  greatest(full_at, now) + per / count <= now + per

Whoever tries takes before they try: what was taken stays taken however the try ends, because the
statement that takes commits by itself. Where the database cannot be asked, nobody passes.
"""

import ipaddress
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from sqlmodel import Field

from .clock import now
from .database import Database
from .keys import mac
from .policy import nobody, protect
from .refusal import RateLimited
from .row import PlainRow

NOWHERE = "nowhere"
"""The subject of all who have no address, as those who come through a local socket."""

NETWORK_BITS = 64
"""Whoever has one address of IPv6 has a whole network of this prefix to choose from."""

TAKE = "select claim, wait from kernel.take($1, $2, $3, $4)"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many tries in so much time."""

    name: str
    """`what.against_whom`, as `sign_in.address`."""

    count: int
    per: timedelta


@dataclass(frozen=True, slots=True)
class Claim:
    """One try under a limit."""

    limit: Limit
    subject: str
    """Whose tries are counted together. It is stored as a digest alone."""

    @property
    def key(self) -> bytes:
        """The bucket's key."""
        return mac("limit", f"{self.limit.name}\0{self.subject}".encode())


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nothing was taken."""

    limit: Limit
    """The limit that would take the longest to pass."""

    retry_after: float
    """Seconds."""


class Bucket(PlainRow, table=True):
    """What is left of a limit for one subject. A crash of the database fills all of them."""

    __tablename__ = "buckets"
    # Not logged, because a lost bucket costs less than a write to the disk at every try; and room
    # in its page lets each change of a row stay beside it.
    __table_args__ = (
        {
            "schema": "kernel",
            "prefixes": ["UNLOGGED"],
            "postgresql_with": {"fillfactor": 50},
        },
    )

    key: bytes = Field(primary_key=True)
    full_at: datetime
    """When it is full again if nobody takes anything; a bucket that is full need not be there."""


protect(Bucket, visible=nobody)


async def reserve(database: Database, *claims: Claim) -> None:
    """Take all of them, or take none and raise `RateLimited`."""
    if refusal := await refused(database, *claims):
        raise RateLimited(refusal.retry_after)


async def granted(database: Database, *claims: Claim) -> bool:
    """Take all of them, or take none and say no."""
    return await refused(database, *claims) is None


async def refused(database: Database, *claims: Claim) -> Refusal | None:
    """Take all of them, or take none and say why.

    Of claims that are refused together, those that alone would have passed stay untaken too: who
    is stopped by one limit does not use up the others. The same claim twice counts twice.
    """
    counted = Counter(claims)
    if not counted:
        return None
    distinct = list(counted)
    row = await database.call(
        TAKE,
        [
            [claim.key for claim in distinct],
            [claim.limit.per // claim.limit.count * counted[claim] for claim in distinct],
            [claim.limit.per for claim in distinct],
            now(),
        ],
    )
    if row is None:
        return None
    return Refusal(distinct[row["claim"] - 1].limit, row["wait"].total_seconds())


@lru_cache(1024)
def subject_of(address: str | None) -> str:
    """Whose tries those from an address are: of IPv6 the whole network's, which is one client's."""
    if address is None:
        return NOWHERE
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found.packed, NETWORK_BITS), strict=False))


LIMITER_FUNCTIONS = {
    "kernel.take(bytea[],interval[],interval[],timestamp with time zone)": """
create or replace function kernel.take(
  keys bytea[], costs interval[], sizes interval[], moment timestamp with time zone
) returns table (claim integer, wait interval)
language plpgsql volatile security definer
-- A plan that was made while the table was small must not read all of it when it is not.
set search_path = '' set enable_seqscan = off as $$
declare
  taken bytea[];
begin
  -- Most of what is refused is refused here, and writes nothing and waits for nobody.
  return query
    select cast(asked.claim as integer), greatest(full_at, moment) + cost - size - moment
    from unnest(keys, costs, sizes) with ordinality as asked (key, cost, size, claim)
    left join kernel.buckets bucket on bucket.key = asked.key
    where greatest(full_at, moment) + cost > moment + size
    order by 2 desc limit 1;
  if found then
    return;
  end if;
  -- In the order of their keys, so that two who want the same buckets never wait for each other.
  with taking as (
    insert into kernel.buckets as bucket (key, full_at)
    select asked.key, moment + cost
    from unnest(keys, costs) as asked (key, cost) order by asked.key
    on conflict (key) do update set full_at =
      greatest(bucket.full_at, moment) + (excluded.full_at - moment)
    where greatest(bucket.full_at, moment) + (excluded.full_at - moment)
      <= moment + sizes[array_position(keys, excluded.key)]
    returning bucket.key)
  select coalesce(array_agg(key), '{}') into taken from taking;
  if cardinality(taken) = cardinality(keys) then
    return;
  end if;
  -- Another was faster. What was taken is given back before anybody can see it: all these rows
  -- are locked, those that were not taken as well.
  update kernel.buckets bucket set full_at = full_at - cost
  from unnest(keys, costs) as asked (key, cost)
  where bucket.key = asked.key and asked.key = any (taken);
  return query
    select cast(asked.claim as integer), greatest(full_at, moment) + cost - size - moment
    from unnest(keys, costs, sizes) with ordinality as asked (key, cost, size, claim)
    join kernel.buckets bucket on bucket.key = asked.key
    where asked.key <> all (taken) order by 2 desc limit 1;
end $$
""",
    "kernel.forget_full_buckets(timestamp with time zone)": """
create or replace function kernel.forget_full_buckets(moment timestamp with time zone)
returns bigint language sql volatile security definer set search_path = '' as $$
  -- Who takes from a bucket is not waited for, and so cannot wait for this in turn.
  with full_ones as (
    select key from kernel.buckets where full_at <= moment for update skip locked
  ), forgotten as (
    delete from kernel.buckets where key in (select key from full_ones) returning 1
  )
  select count(*) from forgotten
$$
""",
}
"""By signature."""
