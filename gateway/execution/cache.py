"""A bounded cache that counts its hits and misses."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(slots=True)
class Count:
    """How often something was found, and how often it had to be made."""

    hits: int = 0
    misses: int = 0


class Bound:
    """How many items several caches keep together: those that got no new one longest lose theirs.

    What is still used of those is made once more, and then the last to go.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept = 0
        self._caches: OrderedDict[Cache[Any, Any], None] = OrderedDict()

    def count(self, cache: "Cache[Any, Any]", more: int) -> None:
        """Take note of a cache that keeps so many more items now."""
        self._kept += more
        self._caches[cache] = None
        self._caches.move_to_end(cache)
        while self._kept > self._most and len(self._caches) > 1:
            oldest, _ = self._caches.popitem(last=False)
            self._kept -= oldest.clear()

    def forget(self, cache: "Cache[Any, Any]") -> None:
        """Nobody asks this cache any more."""
        if cache in self._caches:
            del self._caches[cache]
            self._kept -= cache.clear()


class Cache(Generic[K, V]):
    """Keeps what was used last. `count` and `bound` may be shared by several caches."""

    def __init__(
        self,
        size: int,
        count: Count,
        bound: Bound | None = None,
        dropped: Callable[[V], None] | None = None,
    ) -> None:
        """`dropped` is told what is no longer kept, because others were used since."""
        self._size = size
        self._count = count
        self._bound = bound
        self._dropped = dropped
        self._items: OrderedDict[K, V] = OrderedDict()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """What is kept under the key, made now if it is not there."""
        if key in self._items:
            self._count.hits += 1
            self._items.move_to_end(key)
            return self._items[key]
        self._count.misses += 1
        return self._keep(key, make())

    async def fetch(self, key: K, make: Callable[[], Awaitable[V]]) -> V:
        """The same for what has to be waited for."""
        if key in self._items:
            self._count.hits += 1
            self._items.move_to_end(key)
            return self._items[key]
        self._count.misses += 1
        return self._keep(key, await make())

    def clear(self) -> int:
        """Forget all; how much that was."""
        kept = len(self._items)
        self._items.clear()
        return kept

    def _keep(self, key: K, item: V) -> V:
        before = len(self._items)
        self._items[key] = item
        if len(self._items) > self._size:
            _, oldest = self._items.popitem(last=False)
            if self._dropped is not None:
                self._dropped(oldest)
        if self._bound is not None:
            self._bound.count(self, len(self._items) - before)
        return item
