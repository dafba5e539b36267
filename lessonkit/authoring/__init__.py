"""What an author of a course runs: `lessonkit lock`, `lessonkit run`, `lessonkit check`."""
