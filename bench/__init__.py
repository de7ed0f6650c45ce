"""Measurements: what a read costs here, and what it costs beside a plain app and a bare handler."""
