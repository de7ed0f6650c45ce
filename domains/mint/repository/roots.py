"""What all wallets together come to, as one number to be kept elsewhere."""

STATE_ROOT = """
select encode(sha256(coalesce(string_agg(
  sha256(uuid_send(id) || int8send(version) || head_hash || convert_to(balance::text, 'UTF8')),
  ''::bytea order by id), ''::bytea)), 'hex')
from mint.wallets
"""
"""SHA-256 over every wallet's id, version, hash and balance: no movement leaves it the same."""
