"""The order of the site's navigation: what one reads first, then whatever else is in the folder."""

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page

FIRST = (
    *("index.md", "ci.md", "integrations", "editors.md", "adopting.md", "from-0.1.md", "own-the-channel.md"),
    *("hooks.md", "upgrade.md", "commands", "rules", "files.md", "embedded.md", "configuration.md", "suppression.md"),
)


def on_nav(nav: Navigation, *, config: MkDocsConfig, files: Files) -> Navigation:
    """Put the pages and folders of the top into order."""
    nav.items.sort(key=_rank)
    return nav


def _rank(item: object) -> int:
    while not isinstance(item, Page):
        item = item.children[0]
    top = item.file.src_uri.partition("/")[0]
    return FIRST.index(top) if top in FIRST else len(FIRST)
