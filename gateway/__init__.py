"""The way in: everything between a client's connection and the domains, which know none of it."""
