"""Files that hold no domain of libvirt's, whatever their words are."""

import sysconfig
from pathlib import Path

import pytest
from linting import lint
from surroundings import DOMAIN

from chanfix.lint.search.folders import find_inputs

CHANNEL = "<channel type='pty'>\n  <target type='virtio' name='org.qemu.guest_agent.0'/>\n</channel>"
DIFF = "".join(f"-{line}\n" for line in DOMAIN.splitlines())


def test_python_itself_holds_no_domain():
    library = Path(sysconfig.get_path("stdlib"))
    folders = [str(library / name) for name in ("asyncio", "email", "json", "unittest", "xml")]
    assert list(find_inputs(folders)) == []
    for path in sorted(library.glob("*.py"))[:100]:
        report = lint(path.name, path.read_bytes())
        assert (report.findings, report.skipped) == ((), "holds no libvirt domain")


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("a.md", "Set `<domain type='kvm'>` and `<channel type='pty'>` for org.qemu.guest_agent.0.\n"),
        ("a.md", "The `<domain>` element ends with `</domain>`.\n"),
        ("a.md", f"Put this in:\n\n{CHANNEL}\n"),
        ("a.md", f"```\n$ virsh dumpxml a\n{CHANNEL}\nand so on\n```\n"),
        ("a.md", f"```\n<!--\n{CHANNEL}\n-->\n```\n"),
        ("a.md", f"```\n<disk/> and\n{CHANNEL}\n```\n"),
        ("a.md", "```\n<lab><devices><channel name='a'><target/><gain>2</gain></channel></devices></lab>\n```\n"),
        ("a.py", "x = '<rack><channel name=\"a\"><target>9</target></channel></rack>'  # <domain\n"),
        ("a.md", f"```diff\n{DIFF}```\n"),
        ("a.md", f"```\n{DIFF}```\n"),
        ("a.adoc", f"[source,diff]\n----\n {DOMAIN}\n----\n"),
        ("a.rst", f".. code-block:: diff\n\n   {DOMAIN}\n".replace("\n   <", "\n   -<")),
        ("a.md", "```xml\n<rss><channel><title>a</title></channel></rss>\n```\n"),
        ("a.md", "```xml\n<channel><title>a</title></channel>\n```\n"),
        ("CHANGELOG.md", "- `<channel>` of type `unix` is default (org.qemu.guest_agent.0)\n- `<domain type='kvm'>`\n"),
        ("a.py", 'X = """<domain><name>a</name><devices/></domain>"""\n'),
        ("a.py", 'X = """<domain type="string"><os/><devices/></domain>"""\n'),
        ("a.py", "X = '<domain type=\"kvm\">'\nX += '<devices>'\nX += '</devices>'\nX += '</domain>'\n"),
        ("a.py", "def f(x):\n    return x < domain\n"),
        ("a.yml", "domains:\n  - <domain name>\n"),
        ("a.json", '{"a": "<domain>", "b": "</domain>"}'),
        ("a.json", '{"domain": {"@type": "kvm", "devices": {}}}'),
        ("a.js", "const x = <domain type={kind}><devices/></domain>;\n"),
        ("a.sh", f"cat <<EOF\n{DOMAIN}\n".replace("</domain>", "")),
        ("a.c", "/* <domain type='kvm'> is written by virDomainDefFormat */\n"),
        ("a.rng.txt", "<element name='domain'><attribute name='type'/></element>\n"),
        ("a.txt", "--- a/vm.xml\n+++ b/vm.xml\n" + DIFF),
        ("a.py", "\ufeff"),
        ("a.py", ""),
    ],
)
def test_is_silent(file, text):
    report = lint(file, text)
    assert (report.findings, report.error) == ((), None)
