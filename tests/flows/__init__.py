"""Whole stories of people and their accounts, told through HTTP, mail and time."""
