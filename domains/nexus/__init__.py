"""What people like, what is recommended to them, and what they did."""
