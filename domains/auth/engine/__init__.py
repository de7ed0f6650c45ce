"""The craft of sign-in, without a database: passwords and opaque tokens."""
