"""The rules of courses: writing them, taking and paying for them, and learning in them."""
