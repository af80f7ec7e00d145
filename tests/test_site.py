"""The site: its first page leads everywhere, and a page that was opened from a folder can be searched."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).resolve().parent.parent / "docs"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    pytest.importorskip("mkdocs", reason="mkdocs is missing: pip install --group docs")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", folder]
    subprocess.run(command, cwd=DOCS.parent, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"}, check=True)
    return folder


@pytest.fixture
def page(browser, site):
    """The first page in a browser; in the end all that was loaded came from the site's folder."""
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.set_default_timeout(20_000)
    page = context.new_page()
    troubles = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("request", lambda request: is_local(request.url, site) or troubles.append(request.url))
    page.goto((site / "index.html").as_uri())
    yield page
    context.close()
    assert troubles == []


def is_local(url, site):
    return url.startswith((site.as_uri(), "about:", "data:", "blob:"))


def links(path):
    """The pages that a page links to."""
    text = re.sub(r"^```.*?^```$", "", path.read_text(), flags=re.DOTALL | re.MULTILINE)
    return {(path.parent / link).resolve() for link in re.findall(r"\]\((?!https?:)([\w./-]+\.md)", text)}


def test_first_page_leads_to_every_page_within_two_clicks():
    first = links(DOCS / "index.md")
    second = {link for page in first for link in links(page)}
    assert set(DOCS.rglob("*.md")) - first - second <= {DOCS / "index.md"}


def test_navigation_has_every_page(page):
    shown = {link.split("#")[0] for link in page.locator("nav a").evaluate_all("(all) => all.map((one) => one.href)")}
    root = page.url.rpartition("/")[0]
    pages = (path.relative_to(DOCS).with_suffix(".html").as_posix() for path in DOCS.rglob("*.md"))
    assert [path for path in pages if f"{root}/{path}" not in shown] == []


def test_who_should_read_what_is_seen_without_scrolling(page):
    table = page.locator("table").first
    assert table.locator("tbody tr").count() == 5
    below = table.evaluate("(it) => it.getBoundingClientRect().bottom - window.innerHeight")
    assert below <= 0
    assert page.evaluate("() => document.documentElement.scrollWidth - window.innerWidth") <= 0


def test_picture_is_shown_and_has_a_text_in_its_place(page):
    picture = page.get_by_role("img", name="chanfix lint says at which line")
    assert picture.evaluate("(it) => it.complete && it.naturalWidth > 0")


@pytest.mark.parametrize(
    ("word", "title"), [("hostdev-repeated", "hostdev-repeated"), ("baseline", "Adopting chanfix")]
)
def test_search_of_a_page_from_a_folder_finds_a_word(page, word, title):
    page.get_by_role("textbox", name="Search").press_sequentially(word)
    result = page.locator(".md-search-result__item a", has_text=title).first
    result.wait_for()
    result.click()
    page.wait_for_url(re.compile(r"^file://"))
    assert page.locator("h1").inner_text().startswith(title)
