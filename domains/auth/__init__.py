"""Who people are and how they prove it: accounts, sessions, second factors, the audit trail."""
