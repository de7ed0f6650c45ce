"""The family of characters, and what people talk about with them."""
