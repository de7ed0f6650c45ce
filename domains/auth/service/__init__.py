"""The rules of accounts, sessions and second factors."""
