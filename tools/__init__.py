"""Scripts that the maintainers run."""
