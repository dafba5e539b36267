"""A course without a kernel: `lessonkit site` builds its pages, `lessonkit handouts` prints its quizzes."""
