#!/bin/sh
# Runs the tests, and says by name which are left out for want of a program. CI leaves out none.
set -eu

left_out=
leave_out() {
  echo "left out: tests marked $1 ($2)"
  left_out="${left_out:+$left_out and }not $1"
}

has_chromium() {
  command -v chromium || command -v chromium-browser || command -v google-chrome
}

if [ "${CI:-}" != true ]; then
  has_chromium >/dev/null || leave_out browser "no Chromium found"
  command -v npm >/dev/null || leave_out node "no Node.js with npm found"
fi

exec .venv/bin/python -m pytest -n 2 -m "$left_out" "$@"
