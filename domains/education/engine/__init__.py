"""What education works out without a database."""
