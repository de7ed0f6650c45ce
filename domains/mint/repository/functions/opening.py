"""Wallets are opened by functions that give the one there is, if there is one."""

OPEN_WALLET = """
create or replace function mint.open_wallet(person uuid, purpose text, money text) returns uuid
language sql volatile security definer set search_path = '' as $$
  -- Who leaves has closed the wallet that everybody has; whatever is opened after it is closed.
  with home as (
    select status from mint.wallets
    where user_id = person and kind = 'USER' and currency = 'AZR' for no key update
  )
  insert into mint.wallets (user_id, kind, currency, status)
  select person, purpose::mint.wallet_kind, money::mint.currency,
    case (select status from home) when 'CLOSED' then 'CLOSED' else 'ACTIVE' end::mint.wallet_status
  where not exists (
    select from mint.wallets where user_id = person
      and kind = purpose::mint.wallet_kind and currency = money::mint.currency)
  on conflict do nothing;
  select id from mint.wallets where user_id = person
    and kind = purpose::mint.wallet_kind and currency = money::mint.currency
$$
"""
"""Gives a person's wallet, closed if they have left; of two who open it at once, one does."""

OPEN_ISSUANCE = """
create or replace function mint.open_issuance(money text) returns uuid
language sql volatile security definer set search_path = '' as $$
  insert into mint.wallets (kind, currency) values ('ISSUANCE', money::mint.currency)
  on conflict do nothing;
  select id from mint.wallets where kind = 'ISSUANCE' and currency = money::mint.currency
$$
"""
"""Gives the wallet that a currency comes from."""

OPEN_PLATFORM = """
create or replace function mint.open_platform(money text) returns uuid
language sql volatile security definer set search_path = '' as $$
  insert into mint.wallets (kind, currency) values ('PLATFORM', money::mint.currency)
  on conflict do nothing;
  select id from mint.wallets where kind = 'PLATFORM' and currency = money::mint.currency
$$
"""
"""Gives the platform's own wallet of a currency."""

OPEN_ESCROW = """
create or replace function mint.open_escrow(payer uuid, payee uuid, money text) returns uuid
language sql volatile security definer set search_path = '' as $$
  insert into mint.wallets (payer_id, payee_id, kind, currency)
  values (payer, payee, 'ESCROW', money::mint.currency)
  returning id
$$
"""
"""Makes a wallet between two people, a new one each time."""

FUNCTIONS = {
    "mint.open_wallet(uuid,text,text)": OPEN_WALLET,
    "mint.open_issuance(text)": OPEN_ISSUANCE,
    "mint.open_platform(text)": OPEN_PLATFORM,
    "mint.open_escrow(uuid,uuid,text)": OPEN_ESCROW,
}
"""By their signatures."""
