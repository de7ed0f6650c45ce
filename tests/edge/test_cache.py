"""What is kept is bounded, in each cache and in all together."""

from gateway.execution.cache import Bound, Cache, Count
from gateway.execution.documents import Documents, Rules
from gateway.execution.gateway import Gateway


def filled(bound: Bound, count: Count, *keys: int) -> Cache[int, int]:
    cache: Cache[int, int] = Cache(3, count, bound)
    for key in keys:
        cache.get(key, lambda key=key: key)  # type: ignore[misc]
    return cache


def test_a_cache_forgets_what_was_used_longest_ago() -> None:
    count = Count()
    cache = filled(Bound(100), count, 1, 2, 3, 1, 4)
    made: list[int] = []
    for key in (1, 3, 4, 2):
        cache.get(key, lambda key=key: made.append(key) or key)  # type: ignore[misc,func-returns-value]
    assert made == [2]
    assert count == Count(hits=4, misses=5)


def test_caches_together_keep_no_more_than_their_bound() -> None:
    bound, count = Bound(4), Count()
    first = filled(bound, count, 1, 2)
    second = filled(bound, count, 1, 2)
    assert (first.clear(), second.clear()) == (2, 2)

    bound = Bound(4)
    first, second = filled(bound, count, 1, 2), filled(bound, count, 1, 2)
    third = filled(bound, count, 1)
    assert (first.clear(), second.clear(), third.clear()) == (0, 2, 1)


def test_the_cache_that_grew_last_is_the_last_to_lose() -> None:
    bound, count = Bound(4), Count()
    first, second = filled(bound, count, 1), filled(bound, count, 1, 2)
    first.get(2, lambda: 2)
    third = filled(bound, count, 1)
    assert (first.clear(), second.clear(), third.clear()) == (2, 0, 1)


def test_what_a_full_cache_exchanges_does_not_count_twice() -> None:
    bound, count = Bound(6), Count()
    first = filled(bound, count, 1, 2, 3)
    second = filled(bound, count, *range(50))
    assert (first.clear(), second.clear()) == (3, 3)


def test_what_is_no_longer_kept_is_told() -> None:
    dropped: list[int] = []
    cache: Cache[int, int] = Cache(2, Count(), dropped=dropped.append)
    for key in (1, 2, 1, 3):
        cache.get(key, lambda key=key: key)  # type: ignore[misc]
    assert dropped == [2]


def test_a_cache_that_nobody_asks_any_more_leaves_its_room_to_others() -> None:
    bound, count = Bound(4), Count()
    first, second = filled(bound, count, 1, 2), filled(bound, count, 1, 2)
    bound.forget(second)
    bound.forget(second)
    third = filled(bound, count, 1, 2)
    assert (first.clear(), second.clear(), third.clear()) == (2, 0, 2)


def test_the_plans_of_a_document_go_with_it(gateway: Gateway) -> None:
    documents = Documents(gateway.schema, Rules(), kept=1, plans_per_document=4)
    plans = documents.get("{ viewer { id } }").operation(None).plans
    plans.get("a form", lambda: None)
    documents.get("{ viewer { name } }")
    assert plans.clear() == 0
