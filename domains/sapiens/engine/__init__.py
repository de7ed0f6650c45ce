"""What sapiens works out without a database."""
