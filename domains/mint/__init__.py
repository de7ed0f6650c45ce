"""Money: wallets, the ledger that moves it, stakes and mining."""
