"""Why the embedded server cannot be had; every message is meant for the user."""


class EmbeddedPostgresFailed(Exception):
    pass


class AlreadyRunning(EmbeddedPostgresFailed):
    pass
