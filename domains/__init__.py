"""Nine domains of one shape, and the kernel that they stand on."""
