from __future__ import annotations

import os

# Tests must neither read nor change the record of whoever runs them. Subprocesses inherit it.
os.environ["LESSONKIT_STORE"] = "sqlite://"
