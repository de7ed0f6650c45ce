#!/bin/sh
# Makes .venv anew from requirements.lock, or adds requirements-dev.lock to it; every package is
# checked against its hash. Takes uv where it is installed, otherwise pip.
set -eu

say() { printf '%s\n' "$*" >&2; }

# Prints the first Python that fits; the user's own choice, python3, comes first.
find_python() {
  for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
    "$name" -c '
import sys
if not (3, 11) <= sys.version_info[:2] <= (3, 14): sys.exit(1)
print(sys.executable)' 2>/dev/null && return
  done
  return 1
}

make_venv_with_uv() {
  if python=$(find_python); then
    uv venv --quiet --clear --python "$python" .venv
  else
    uv venv --quiet --clear --python '>=3.11,<3.15' .venv
  fi
}

make_venv_with_pip() {
  if ! python=$(find_python); then
    say "Azora needs Python 3.11, 3.12, 3.13 or 3.14, and none was found."
    say "  Debian, Ubuntu:  sudo apt install python3 python3-venv"
    say "  Fedora:          sudo dnf install python3"
    say "  macOS:           brew install python@3.13"
    say "  or install uv, which brings a Python of its own."
    exit 1
  fi
  if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
    say "$python cannot make virtual environments. On Debian and Ubuntu:"
    say "  sudo apt install python$version-venv"
    exit 1
  fi
  "$python" -m venv --clear .venv
}

install() {
  if command -v uv >/dev/null; then
    uv pip install --quiet --python .venv/bin/python "$@"
  else
    .venv/bin/python -m pip install --quiet --disable-pip-version-check "$@"
  fi
}

case $1 in
run)
  say "Installing into .venv …"
  if command -v uv >/dev/null; then make_venv_with_uv; else make_venv_with_pip; fi
  install --require-hashes -r requirements.lock
  install --no-deps --no-build-isolation -e .
  ;;
dev)
  say "Installing what the tests need into .venv …"
  install --require-hashes -r requirements-dev.lock
  ;;
esac
