#!/bin/sh
# Makes the secret files of compose.yaml, once. Containers read them as other users, so that it is
# the folder which nobody else may enter.
set -eu
cd "$(dirname "$0")/.."
if [ -e secrets ]; then echo "secrets/ exists already and is left as it is" >&2; exit 1; fi

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
# A key of 32 bytes under the name of the day that it was made.
key() { printf '%s:%s' "$(date -u +%Y%m%d)" "$(head -c 32 /dev/urandom | base64)"; }
write() { printf '%s' "$2" >"secrets/$1" && chmod 0444 "secrets/$1"; }

mkdir -m 0700 secrets
admin=$(random)
write postgres_password "$admin"
write azora_admin_database_url "postgresql://postgres:$admin@postgres:5432/postgres"
write azora_owner_database_url "postgresql://azora_owner:$(random)@postgres:5432/azora"
write azora_keys "$(key)"
write azora_peppers "$(key)"
write database_url "postgresql://azora_app:$(random)@postgres:5432/azora"
