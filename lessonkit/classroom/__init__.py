"""One question in front of a class, and what the class showed afterward."""
