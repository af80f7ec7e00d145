"""The page of an audit in a real browser: hostile names do nothing, and people find what they look for."""

import pytest
from audits import HOSTILE_HOSTS, HOSTS, JUDGED, WORDS, domain, write_audit
from colors import contrast

from chanfix.audit.report import HostAudit, Standing

TITLE = "Guest agents: 1 of 3 domains need attention"


@pytest.fixture
def open_page(browser, tmp_path):
    """Open the page of some hosts; in the end nothing was asked of a network and no script complained."""
    contexts, troubles = [], []

    def open_page(hosts=HOSTS, **options):
        path = tmp_path / f"{len(contexts)}.html"
        path.write_text(write_audit("html", hosts))
        context = browser.new_context(**options)
        contexts.append(context)
        context.set_default_timeout(20_000)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("dialog", lambda dialog: troubles.append(dialog.message))
        page.on("request", lambda request: request.url == path.as_uri() or troubles.append(request.url))
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def domains_shown(page):
    # The text that is there: what is new in the page is not laid out before the next frame is drawn.
    return [text.strip() for text in page.locator(".domains tbody th").all_text_contents()]


def test_page_shows_totals_verdicts_domains_and_hosts_that_failed(open_page):
    page = open_page()
    assert page.title() == TITLE
    assert page.locator(".chart tbody tr").all_inner_texts() == [
        "disconnected\t1\t",
        "shut-off\t1\t",
        "responding\t1\t",
    ]
    assert domains_shown(page) == ["web", "db", "mail"]
    assert "c.example: gave no answer within 30 seconds" in page.inner_text("main")


def test_page_shows_which_domains_are_refused_where_and_why(open_page):
    page = open_page(JUDGED)
    assert page.get_by_text("Asked: libvirt 12.8.0 with QEMU 11.1.0, as in debian-sid", exact=True).is_visible()
    places = page.locator(".refusals")
    assert places.locator("h2").all_inner_texts() == [
        "Refused by debian-13: 3 of 6 domains, 1 more perhaps",
        "Refused by rhel-9: 2 of 6 domains",
        "Refused by libvirt 12.8.0 with QEMU 11.1.0: 1 of 5 domains",
    ]
    rows = page.get_by_role("region", name="Refused by debian-13").locator("tbody tr")
    assert [" ".join(text.split()) for text in rows.all_inner_texts()] == [
        "machine-removed 3 e.example/old, e.example/older, e.example/never",
        "boot-mixed 1 e.example/never",
        "emulator-path 1 perhaps e.example/emulator",
    ]


def test_finding_has_the_words_of_the_libvirt_that_was_asked(open_page):
    page = open_page(JUDGED)
    page.locator(".domains tr", has_text="never").locator("summary").click()
    assert page.get_by_text(WORDS).is_visible()


def test_bars_of_causes_are_as_long_as_their_share(open_page):
    rows = open_page(JUDGED).get_by_role("region", name="Refused by debian-13").locator("tbody tr")
    longest, whole = rows.nth(0).locator("rect").bounding_box(), rows.nth(0).locator("svg").bounding_box()
    assert longest["width"] / whole["width"] == pytest.approx(3 / 6, abs=0.01)
    assert rows.nth(0).get_by_role("img", name="50.0 percent").count() == 1
    assert rows.nth(1).get_by_role("img", name="16.7 percent").count() == 1


def test_cause_leads_to_the_page_of_its_rule(open_page):
    page = open_page(JUDGED)
    page.locator(".refusals").first.get_by_role("link", name="machine-removed").click()
    assert page.url.endswith("#rule-machine-removed")


def test_page_names_the_versions_of_the_hosts_and_the_targets_with_the_same(open_page):
    rows = open_page(JUDGED).get_by_role("region", name="Versions").locator("tbody tr")
    assert rows.all_inner_texts() == ["libvirt 9.0.0 with QEMU 7.2.9\t1\tdebian-12"]


def test_page_without_targets_has_no_refusals(open_page):
    assert open_page().locator(".refusals").count() == 0


def test_hostile_names_are_text(open_page):
    page = open_page(HOSTILE_HOSTS)
    assert page.title() == "Guest agents: 1 of 1 domains need attention"
    [name] = domains_shown(page)
    assert name.startswith(
        r"a\n::error::b\x1b[31m\u202e]]><script>document.title='taken'</script>&'\"".replace(r"\"", '"')
    )
    assert page.locator("script").count() == 1


def test_without_scripts_everything_can_be_read_and_nothing_waits_for_them(open_page):
    page = open_page(java_script_enabled=False)
    assert page.locator("form").is_hidden()
    assert page.locator(".domains tbody tr").count() == 3
    page.locator(".domains summary").click()
    assert page.get_by_text("systemctl start qemu-guest-agent").is_visible()


def test_finding_shows_its_line_and_leads_to_the_page_of_its_rule(open_page):
    page = open_page()
    page.locator(".domains summary").click()
    assert page.locator("mark").first.inner_text() == "path='/tmp/a'"
    page.get_by_role("link", name="mode-missing").click()
    assert page.url.endswith("#rule-mode-missing")
    assert page.locator("#rule-path-shared").count() == 0


@pytest.mark.parametrize(
    ("words", "verdict", "severity", "left"),
    [
        ("", "", "", ["web", "db", "mail"]),
        ("DB", "", "", ["db"]),
        ("example a.", "", "", ["web", "db"]),
        ("", "disconnected", "", ["mail"]),
        ("", "", "info", ["mail"]),
        ("", "", "error", ["mail"]),
        ("nothing like it", "", "", []),
    ],
)
def test_filters_leave_what_was_asked_for(open_page, words, verdict, severity, left):
    page = open_page()
    page.get_by_label("Words").fill(words)
    page.get_by_label("Verdict", exact=True).select_option(verdict)
    page.get_by_label("Findings").select_option(severity)
    page.get_by_text(f"{len(left)} of 3 domains shown").wait_for()
    assert domains_shown(page) == left


def test_columns_sort_both_ways_by_keyboard(open_page):
    page = open_page()
    header = page.get_by_role("table", name="Domains").get_by_role("columnheader", name="domain")
    header.get_by_role("button").focus()
    page.keyboard.press("Enter")
    assert (domains_shown(page), header.get_attribute("aria-sort")) == (["db", "mail", "web"], "ascending")
    page.keyboard.press("Enter")
    assert (domains_shown(page), header.get_attribute("aria-sort")) == (["web", "mail", "db"], "descending")


def test_worst_findings_come_first(open_page):
    page = open_page()
    page.get_by_role("button", name="findings").click()
    assert domains_shown(page)[0] == "mail"


def test_screen_readers_are_told_of_a_table_with_headers(open_page):
    table = open_page().get_by_role("table", name="Domains")
    assert table.get_by_role("columnheader").count() == 5
    assert table.get_by_role("rowheader").count() == 3


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_the_paper(open_page, scheme):
    page = open_page(color_scheme=scheme)
    colors = page.evaluate(
        """() => ["body", ".soft", ".bad", ".good", ".idle", "a"].map((name) =>
             getComputedStyle(document.querySelector(name)).color)"""
    )
    paper = page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert [color for color in colors if contrast(color, paper) < 4.5] == []  # what WCAG 2 asks of text


def test_paper_gets_every_row(open_page):
    page = open_page()
    page.emulate_media(media="print")
    assert page.locator("form").is_hidden()
    assert page.evaluate("() => getComputedStyle(document.querySelector('tbody')).contentVisibility") == "visible"


def test_paper_gets_what_is_folded_on_the_screen(open_page):
    page = open_page()
    finding = page.get_by_text("the path has no mode")
    assert not finding.evaluate("(it) => it.checkVisibility({contentVisibilityAuto: true})")
    page.emulate_media(media="print")
    assert finding.evaluate("(it) => it.checkVisibility({contentVisibilityAuto: true})")


def test_narrow_window_takes_no_scrolling_sideways(open_page):
    page = open_page(HOSTILE_HOSTS, viewport={"width": 360, "height": 800})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 360


def test_twenty_thousand_domains_open_and_can_be_searched(open_page):
    hosts = [
        HostAudit(f"h{host:03}", "", tuple(domain(f"vm{host}-{number}") for number in range(100)))
        for host in range(199)
    ]
    hosts.append(
        HostAudit("h199", "", tuple(domain(f"vm199-{number}", "paused", Standing.IDLE) for number in range(100)))
    )
    page = open_page(hosts)
    assert page.locator(".domains tbody tr").count() == 20_000
    page.get_by_label("Words").fill("vm7-42 h007")
    page.get_by_text("1 of 20000 domains shown").wait_for()
