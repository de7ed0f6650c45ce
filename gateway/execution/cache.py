"""A bounded cache that counts its hits and misses."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


@dataclass(slots=True)
class Count:
    """How often something was found, and how often it had to be made."""

    hits: int = 0
    misses: int = 0


class Cache(Generic[K, V]):
    """Keeps what was used last. `count` may be shared by several caches."""

    def __init__(self, size: int, count: Count) -> None:
        self._size = size
        self._count = count
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

    def _keep(self, key: K, item: V) -> V:
        self._items[key] = item
        if len(self._items) > self._size:
            self._items.popitem(last=False)
        return item
