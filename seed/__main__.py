"""`python -m seed` is `azora db seed`."""

import sys

from gateway.cli import main

main(["db", "seed", *sys.argv[1:]])
