"""`python -m gateway` is `azora`."""

from gateway.cli import main

main()
