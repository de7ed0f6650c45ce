"""What the services of the platform report, and whether they keep its constitution."""
