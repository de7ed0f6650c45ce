"""The steps of a start in a process of its own, which says how long each took."""

import sys
from time import monotonic

BEGAN = monotonic()


def main() -> None:
    """The moment at which the process was started is its argument: the clock is the machine's."""
    interpreter = BEGAN - float(sys.argv[1])
    imported = monotonic()
    schema_seconds = _time_schema()
    from gateway.app import create_app  # noqa: PLC0415 (what is measured)
    from gateway.cli import main as _  # noqa: F401, PLC0415 (the same)
    from gateway.settings import Settings  # noqa: PLC0415 (the same)

    imports = monotonic() - imported - sum(schema_seconds)
    made = monotonic()
    create_app(Settings.read())
    stages = {
        "interpreter": interpreter,
        "imports": imports,
        "schema": sum(schema_seconds),
        "application": monotonic() - made,
    }
    print("{" + ", ".join(f'"{name}": {took * 1000:.3f}' for name, took in stages.items()) + "}")


def _time_schema() -> list[float]:
    """How long the schema takes to be put together is noted while its module is imported."""
    import strawberry  # noqa: PLC0415 (a part of what is measured)

    seconds: list[float] = []

    class TimedSchema(strawberry.Schema):
        def __init__(self, *args: object, **kwargs: object) -> None:
            began = monotonic()
            super().__init__(*args, **kwargs)  # type: ignore[arg-type]
            seconds.append(monotonic() - began)

    strawberry.Schema = TimedSchema  # type: ignore[misc]
    return seconds


if __name__ == "__main__":
    main()
