"""The namespaces in their order, and all tables of them."""

import pkgutil
from importlib import import_module

from sqlalchemy import MetaData
from sqlmodel import SQLModel

import domains

NAMESPACES = (
    "kernel",
    "auth",
    "mint",
    "education",
    "forge",
    "sapiens",
    "family",
    "nexus",
    "health",
    "notifications",
)
"""A key may point at a namespace further to the front, never at one further back."""


def metadata() -> MetaData:
    """The tables of all domains, each with its policy."""
    for module in ("chains", "events", "limiter", "once", "operations"):
        import_module(f"domains.kernel.{module}")
    for domain in pkgutil.iter_modules(domains.__path__, "domains."):
        if domain.name != "domains.kernel":
            import_module(f"{domain.name}.policy")
    return SQLModel.metadata
