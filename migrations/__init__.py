"""The history of the database: one line of revisions, each of which touches one namespace."""
