"""The address of the documentation, and of the pages in it.

``DOCUMENTATION`` is the one constant that all links are made of. A test holds it against ``project.urls`` in
``pyproject.toml`` and ``site_url`` in ``mkdocs.yml``, which are there when it is set.
"""

from __future__ import annotations

__all__ = ["documentation", "page_of_rule"]

# Where the site that scripts/site builds is to be read, as "https://example.org/chanfix"; empty while it is nowhere.
# Reports then have no links: readers of SARIF refuse an empty one.
DOCUMENTATION = ""


def documentation() -> str | None:
    """Return the address of the documentation; None while there is none."""
    return f"{DOCUMENTATION.rstrip('/')}/" if DOCUMENTATION else None


def page_of_rule(name: str) -> str | None:
    """Return the address of the page of one of our rules; None while there is none."""
    start = documentation()
    return f"{start}rules/{name}.html" if start else None
