"""What money grows by and what proofs are worth, in whole numbers and without a database."""
