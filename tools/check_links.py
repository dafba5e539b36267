"""Check the links of built pages and of Markdown files: ``python -m tools.check_links PATH... [--external]``.

`lessonkit.publishing.links` says what is checked. ``--external`` asks other hosts, too, whether their pages
are still there.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from lessonkit.publishing.links import outside, problems

if TYPE_CHECKING:
    from collections.abc import Sequence

TIMEOUT = 20  # seconds
# The page exists, but not for programs.
_SHY = {401, 403, 405, 429, 503}


def gone(address: str) -> str:
    """Ask another host for a page; return what went wrong, or nothing."""
    request = Request(address, headers={"User-Agent": "Mozilla/5.0 (link check)"})  # noqa: S310  (http only)
    try:
        with urlopen(request, timeout=TIMEOUT):  # noqa: S310  (http only)
            return ""
    except HTTPError as error:
        return "" if error.code in _SHY else f"{address} answers {error.code}"
    except OSError as error:
        return f"{address} cannot be reached: {error}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print what is wrong, one line each; return 1 if anything is."""
    parser = argparse.ArgumentParser("python -m tools.check_links", description=__doc__.partition("\n")[0])
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    parser.add_argument("--external", action="store_true", help="ask other hosts too")
    chosen = parser.parse_args(arguments)
    found = problems(*chosen.paths)
    if chosen.external:
        found += filter(None, map(gone, outside(*chosen.paths)))
    print(*found, sep="\n", end="\n" if found else "")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
