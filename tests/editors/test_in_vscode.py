"""The extension in a real VS Code, as people use it: scripts/try-vscode has the editor and runs this."""

import json
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest

pytestmark = pytest.mark.embed

# In milliseconds, for a machine that is busy.
DEADLINE = 120_000
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
GOOD = """\
<domain type='qemu'>
  <name>web</name>
  <memory unit='MiB'>64</memory>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <features><acpi/></features>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
"""
BLANK = GOOD.replace("guest_agent.0", "guest_agent.0 ")
SQUIGGLE = ".squiggly-error"


@pytest.fixture(scope="module")
def code():
    """The folder of the editor."""
    if "CHANFIX_VSCODE" not in os.environ:
        pytest.skip("there is no VS Code here: scripts/try-vscode brings one")
    return Path(os.environ["CHANFIX_VSCODE"])


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """The folder of the editor's settings."""
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def set_path(data):
    """Say where chanfix is, in the settings of the machine."""
    settings = {
        "extensions.autoCheckUpdates": False,
        "files.autoSave": "off",
        "telemetry.telemetryLevel": "off",
        "workbench.startupEditor": "none",
    }
    file = data / "data" / "Machine" / "settings.json"
    file.parent.mkdir(parents=True)
    return lambda path: file.write_text(json.dumps(settings | {"chanfix.path": path}))


@pytest.fixture(scope="module")
def address(code, package_file, program, installed_driver, tmp_path_factory, data, set_path):
    """The address of an editor that has the extension, and whose user has said where chanfix is."""
    extensions = tmp_path_factory.mktemp("extensions")
    cache = tmp_path_factory.mktemp("cache")
    shutil.copytree(installed_driver.cache, cache / "chanfix" / "qemu")
    set_path(program["CHANFIX"])
    folders = [f"--server-data-dir={data}", f"--extensions-dir={extensions}", "--accept-server-license-terms"]
    server = ["node", str(code / "out" / "server-main.js"), *folders]
    subprocess.run(
        [*server, "--install-extension", package_file], check=True, capture_output=True, timeout=DEADLINE / 1000
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | program | {"XDG_CACHE_HOME": str(cache), "EXTENSIONS_GALLERY": "{}"}
    process = subprocess.Popen(
        [*server, "--host=127.0.0.1", f"--port={port}", "--without-connection-token"],
        stdin=subprocess.DEVNULL,
        stdout=(log := (data / "log").open("w")),
        stderr=subprocess.STDOUT,
        env=environment,
        start_new_session=True,
    )
    with process, log:
        try:
            wait_for(f"http://127.0.0.1:{port}/version")
            yield f"http://127.0.0.1:{port}"
        finally:
            # With the hosts of extensions, and their servers.
            os.killpg(process.pid, 9)


def wait_for(address):
    end = time.monotonic() + DEADLINE / 1000
    while True:
        try:
            return urllib.request.urlopen(address, timeout=5).read()
        except OSError:
            assert time.monotonic() < end, "the editor does not answer"
            time.sleep(0.2)


@pytest.fixture(scope="module")
def browser(code):
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is missing: pip install playwright")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("Chromium is missing: install chromium")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield browser
        browser.close()


class Window:
    """A window of the editor."""

    def __init__(self, page):
        self.page = page

    def answer_trust(self, answer):
        self.page.get_by_role("button", name=answer).click()

    def open(self, name):
        self.page.get_by_role("treeitem", name=name).dblclick()
        self.page.wait_for_selector(".view-line")

    def offered(self, command):
        """Return the commands that the palette offers for a text."""
        self.page.keyboard.press("F1")
        palette = self.page.locator(".quick-input-widget")
        palette.locator("input").first.fill(f">{command}")
        self.page.wait_for_timeout(1500)
        return palette.locator(".quick-input-list .monaco-list-row").all_inner_texts()

    def run(self, command):
        assert any(command in row for row in self.offered(command))
        self.page.keyboard.press("Enter")

    def go_to(self, line, column):
        self.page.keyboard.press("Control+g")
        box = self.page.locator(".quick-input-widget input").first
        box.fill(f":{line}:{column}")
        box.press("Enter")

    def text(self):
        lines = self.page.evaluate(
            "[...document.querySelectorAll('.view-line')]"
            ".sort((a, b) => parseFloat(a.style.top) - parseFloat(b.style.top)).map(line => line.textContent)"
        )
        return "\n".join(lines).replace("\xa0", " ")

    def wait_for_squiggles(self, count):
        self.page.wait_for_function(f"document.querySelectorAll('{SQUIGGLE}').length === {count}")


@pytest.fixture
def open_window(browser, address, tmp_path):
    @contextmanager
    def open_window(trust):
        context = browser.new_context(viewport={"width": 1280, "height": 800})
        context.set_default_timeout(DEADLINE)
        page = context.new_page()
        page.goto(f"{address}/?folder={tmp_path}")
        window = Window(page)
        window.answer_trust(trust)
        try:
            yield window
        except BaseException:
            page.screenshot(path=tmp_path / "window.png")
            raise
        finally:
            context.close()

    return open_window


TRUSTED, RESTRICTED = "Yes, I trust the authors", "No, I don't trust the authors"


def test_files_of_strangers_are_linted_and_fixed_and_libvirt_is_not_asked(open_window, tmp_path):
    (tmp_path / "vm.xml").write_text(BLANK)
    (tmp_path / ".vscode").mkdir()
    # What would end every server, were it the workspace's to say.
    (tmp_path / ".vscode" / "settings.json").write_text('{"chanfix.path": "/bin/false", "chanfix.askLibvirt": true}')
    with open_window(RESTRICTED) as window:
        window.open("vm.xml")
        window.wait_for_squiggles(1)
        assert not any("Ask libvirt" in row for row in window.offered("chanfix: Ask libvirt"))
        window.page.keyboard.press("Escape")
        window.run("chanfix: Fix all")
        window.wait_for_squiggles(0)
        assert window.text().strip() == GOOD.strip()
        assert (tmp_path / "vm.xml").read_text() == BLANK


def test_rule_is_explained_and_libvirt_is_asked(open_window, tmp_path):
    (tmp_path / "vm.xml").write_text(BLANK.replace("</type></os>", "</type><bootmenu enable='no' timeout='9'/></os>"))
    with open_window(TRUSTED) as window:
        window.open("vm.xml")
        window.wait_for_squiggles(1)
        window.run("chanfix: Ask libvirt")
        window.page.get_by_text(re.compile(r"^libvirt \S+ with QEMU \S+: \d findings?$")).wait_for()
        window.page.locator(".squiggly-warning").first.wait_for()
        window.go_to(8, 45)
        window.run("chanfix: Explain rule")
        window.page.get_by_role("tab", name=re.compile("agent-name-whitespace")).wait_for()
        end = time.monotonic() + DEADLINE / 1000
        while not any("Why it matters" in text_of(frame) for frame in window.page.frames):
            assert time.monotonic() < end, "the page of the rule does not come"
            window.page.wait_for_timeout(200)


def test_domain_in_a_page_is_fixed_when_it_is_saved(open_window, tmp_path):
    page = f"# A guest\n\n```xml\n{BLANK}```\n"
    (tmp_path / "guide.md").write_text(page)
    (tmp_path / ".vscode").mkdir()
    settings = {"[markdown]": {"editor.codeActionsOnSave": {"source.fixAll.chanfix": "explicit"}}}
    (tmp_path / ".vscode" / "settings.json").write_text(json.dumps(settings))
    with open_window(TRUSTED) as window:
        window.open("guide.md")
        window.wait_for_squiggles(1)
        window.go_to(1, 1)
        window.page.keyboard.press("Control+s")
        end = time.monotonic() + DEADLINE / 1000
        while (tmp_path / "guide.md").read_text() == page:
            assert time.monotonic() < end, "the page is not saved"
            window.page.wait_for_timeout(200)
        assert (tmp_path / "guide.md").read_text() == page.replace(BLANK, GOOD)


def test_wrong_path_is_shown_once_and_a_right_one_starts_the_server(open_window, tmp_path, program, set_path):
    (tmp_path / "vm.xml").write_text(BLANK)
    set_path("/nowhere/chanfix")
    try:
        with open_window(TRUSTED) as window:
            window.open("vm.xml")
            messages = window.page.locator(
                ".notification-list-item", has_text="'/nowhere/chanfix lsp' cannot be started"
            )
            messages.wait_for()
            window.go_to(7, 1)
            window.page.keyboard.type("   ")
            window.page.wait_for_timeout(1500)
            assert messages.count() == 1
            set_path(program["CHANFIX"])
            window.wait_for_squiggles(1)
    finally:
        set_path(program["CHANFIX"])


def text_of(frame):
    from playwright.sync_api import Error

    try:
        return frame.evaluate("document.body ? document.body.innerText : ''")
    except Error:  # it has gone, or is not there yet
        return ""
