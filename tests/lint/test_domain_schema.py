"""What the rule says of libvirt's own schema: on small documents, on real ones, and on hostile ones."""

import os
import re
import shutil
import subprocess
import sys

import pytest
from installed import SCHEMA

from chanfix.domain import domains_in
from chanfix.domain.libvirt_schema import find_schema, schema_version
from chanfix.errors import ChanfixError, UsageError
from chanfix.lint.file import lint_domain
from chanfix.lint.finding import Severity
from chanfix.lint.rule import Facts
from chanfix.lint.rules import by_name
from chanfix.relaxng.schema import Schema
from chanfix.xml.document import Document

THIS = [by_name("domain-schema")]
DOMAIN = """<domain type='kvm'>
<name>web</name><memory unit='MiB'>512</memory>
<os><type arch='x86_64'>hvm</type></os>
{}
</domain>"""


@pytest.fixture(scope="module")
def schema():
    if SCHEMA is None:
        pytest.skip("libvirt's schemas are not installed (Debian package libvirt0)")
    return SCHEMA


def lint(text, schema):
    document = Document.parse(text.encode() if isinstance(text, str) else text)
    return document, [
        finding for domain in domains_in(document) for finding in lint_domain(domain, THIS, Facts(schema=schema))
    ]


def said(text, schema):
    document, findings = lint(text, schema)
    return [(document.text(finding.place.span), finding.message) for finding in findings]


def devices(text):
    return DOMAIN.format(f"<devices>{text}</devices>")


FAULTS = {
    "an unknown attribute, the nearest first": (
        devices("<channel type='unix'><target typ='virtio'/></channel>"),
        "typ",
        "attribute 'typ' is not allowed on <target>; expected 'type', 'address', 'name', 'port' or 'state'",
    ),
    "an unknown element": (
        devices("<channel type='unix'><target type='virtio'/><sauce/></channel>"),
        "<sauce/>",
        "<sauce> is not allowed in <channel>; expected <source>, <address>, <alias>, <log> or <protocol>",
    ),
    "one of many": (
        devices("<chanel/>"),
        "<chanel/>",
        "<chanel> is not allowed in <devices>; expected <channel>, <audio>, <console>, ",
    ),
    "a second element": (
        devices("<channel type='unix'><target type='virtio'/><target type='virtio' name='b'/></channel>"),
        "<target type='virtio' name='b'/>",
        "a further <target> is not allowed in <channel>",
    ),
    "a value": (
        devices("<channel type='unx'><target type='virtio'/></channel>"),
        "unx",
        "attribute 'type' of <channel> is 'unx'; expected 'unix', ",
    ),
    "a number": (
        devices("<controller type='virtio-serial' index='one'/>"),
        "one",
        "attribute 'index' of <controller> is 'one'; expected a whole number from 0 up",
    ),
    "a number with an end": (
        devices("<graphics type='vnc' port='99999'/>"),
        "99999",
        "attribute 'port' of <graphics> is '99999'; expected a whole number from -1 to 65535",
    ),
    "a text of a form": (
        devices("<serial type='pty'><alias name='a b'/></serial>"),
        "a b",
        r"attribute 'name' of <alias> is 'a b'; expected text that matches '[a-zA-Z0-9_\-.]+' (aliasName)",
    ),
    "an empty value": (
        devices("<serial type='pty'><alias name=''/></serial>"),
        "",
        "attribute 'name' of <alias> is ''; expected text that matches ",
    ),
    "an attribute beside another value": (
        devices("<controller type='scsi' ports='4'/>"),
        "ports",
        "attribute 'ports' is not allowed on this <controller>; expected ",
    ),
    "what another type would do without": (
        devices("<interface type='bridge'><source network='default'/></interface>"),
        "<source network='default'/>",
        "attribute 'bridge' is missing on <source>",
    ),
    "a missing attribute": (
        devices("<disk type='file'><target bus='ide'/></disk>"),
        "<target bus='ide'/>",
        "attribute 'dev' is missing on <target>",
    ),
    "a missing element": (
        devices("<disk type='file'><source file='/a'/></disk>"),
        "<disk type='file'>",
        "<target> is missing in <disk>",
    ),
    "a text": (
        DOMAIN.format("<vcpu>two</vcpu>"),
        "two",
        "<vcpu> is 'two'; expected a whole number from 1 up",
    ),
    "an empty element": (
        DOMAIN.format("<vcpu/>"),
        "<vcpu/>",
        "<vcpu> is empty; expected a whole number from 1 up",
    ),
    "a text between elements": (
        devices("\n  oops <hub type='usb'/>"),
        "<devices>",
        "text 'oops' is not allowed in <devices>",
    ),
    "an element of libvirt's namespace": (
        DOMAIN.format("<q:commandlin xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'/>"),
        "<q:commandlin xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'/>",
        "<q:commandlin> is not allowed in <domain>; expected ",
    ),
}


@pytest.mark.parametrize(("text", "at", "words"), FAULTS.values(), ids=FAULTS)
def test_finding_names_the_innermost_fault_and_what_was_expected(text, at, words, schema):
    [(place, message)] = said(text, schema)
    assert place == at
    assert message == words if not words.endswith(" ") else message.startswith(words)


@pytest.mark.parametrize(
    ("devices", "is_noted"), [("<chanel/>", True), ("<sound model='new'/>", True), ("<memballoon/>", False)]
)
def test_what_a_newer_libvirt_may_know_names_the_schema_that_was_asked(devices, is_noted, schema):
    _, [finding] = lint(DOMAIN.format(f"<devices>{devices}</devices>"), schema)
    folder, version = os.path.dirname(schema), schema_version(schema)
    whose = f"libvirt {version}'s, in {folder};" if version else f"the one in {folder};"
    assert (f"the schema is {whose}" in finding.note) == is_noted


def test_second_element_tells_where_the_first_one_is(schema):
    text = devices("<channel type='unix'><target type='virtio'/><target type='virtio' name='b'/></channel>")
    document, [finding] = lint(text, schema)
    assert [document.text(place.span) for place in finding.related] == ["<target type='virtio'/>"]
    assert finding.severity is Severity.INFO
    assert "a plain define mostly takes the first" in finding.note


def test_faults_that_have_nothing_to_do_with_each_other_are_all_found(schema):
    text = devices("<hub tpe='usb'/><channel type='unix'><target type='virtio'/><sauce/></channel><input type='pen'/>")
    assert [place for place, _ in said(text, schema)] == ["tpe", "<sauce/>", "pen"]


def test_long_list_is_cut(schema):
    [(_, message)] = said(devices("<zzz/>"), schema)
    assert re.search(r"(<\w+>, ){11}<\w+> or one of \d+ more$", message)


def test_long_value_is_cut(schema):
    [(_, message)] = said(devices(f"<input type='{'x' * 1000}'/>"), schema)
    assert len(message) < 300


def test_secret_is_not_shown(schema):
    text = devices(
        "<disk type='network'><source protocol='https' name='a'><host name='h'/>"
        "<cookies><cookie name='a'>open sesame</cookie></cookies></source><target dev='vda'/></disk>"
    )
    _, [finding] = lint(text, schema)
    assert finding.message.startswith("<cookie> is '***'; expected ")
    assert "sesame" not in finding.message + finding.excerpt.text


TEMPLATES = {
    "a value": (devices("<graphics type='{{ kind }}'/>"), []),
    "a text": (DOMAIN.format("<vcpu>${VCPUS}</vcpu>"), []),
    "branches": (DOMAIN.format("{% if a %}<vcpu>1</vcpu>{% else %}<vcpu>2</vcpu>{% endif %}"), []),
    "what a branch may add": (devices("{% if a %}<disk type='file'>{{ target }}</disk>{% endif %}"), []),
    "an unknown name": (devices("<graphics type='{{ kind }}' prt='1'/>"), ["prt"]),
    "a value of its own": (devices("<graphics type='{{ kind }}' autoport='maybe'/>"), ["maybe"]),
}


@pytest.mark.parametrize(("text", "places"), TEMPLATES.values(), ids=TEMPLATES)
def test_template_is_reported_only_for_what_no_value_can_repair(text, places, schema):
    assert [place for place, _ in said(text, schema)] == places


@pytest.mark.parametrize(
    ("root", "count"),
    [("domainsnapshot", 1), ("domaincheckpoint", 1), ("list", 1), ("domstatus", 0), ("qemu-migration", 0)],
)
def test_domain_inside_another_document_is_held_against_the_schema_unless_it_is_libvirts_own_record(
    root, count, schema
):
    assert len(said(f"<{root}>{devices('<zzz/>')}</{root}>", schema)) == count


def test_nothing_is_said_without_the_schema():
    assert said(devices("<zzz/>"), None) == []


def test_refusal_that_cannot_be_explained_is_at_the_root(tmp_path):
    schema = tmp_path / "domain.rng"
    schema.write_text(
        "<grammar xmlns='http://relaxng.org/ns/structure/1.0'><start><element name='domain'><attribute name='type'/>"
        "<element name='devices'><list><value>none</value></list></element></element></start></grammar>"
    )
    text = "<domain type='kvm'><devices>{}</devices></domain>"
    assert said(text.format("none"), schema) == []
    assert said(text.format("some"), schema) == [("<domain type='kvm'>", "libvirt's schema refuses the document")]


def test_schema_is_found_in_a_folder(tmp_path):
    path = tmp_path / "domain.rng"
    path.write_text(
        "<grammar xmlns='http://relaxng.org/ns/structure/1.0'>"
        "<start><element name='domain'><text/></element></start></grammar>"
    )
    assert find_schema(str(tmp_path)) == str(path)


@pytest.mark.parametrize(
    ("folder", "library", "version"),
    [
        ("share/libvirt/schemas", "lib/x86_64-linux-gnu/libvirt.so.0.11003.0", "11.3.0"),
        ("share/libvirt/schemas", "lib64/libvirt.so.0.9000.2", "9.0.2"),
        ("share/libvirt/schemas", "lib/libvirt.so.0.10010.0", "10.10.0"),
        ("share/libvirt/schemas", "lib/libvirt.so.0", None),
        ("schemas", "lib/libvirt.so.0.9000.0", None),
    ],
)
def test_version_of_a_schema_is_that_of_the_library_beside_it(tmp_path, folder, library, version):
    for name in (f"{folder}/domain.rng", library):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert schema_version(f"{tmp_path}/{folder}/domain.rng") == version


@pytest.mark.parametrize("text", [None, "<grammar", "<grammar xmlns='http://relaxng.org/ns/structure/1.0'/>"])
def test_folder_without_a_schema_is_refused_with_a_way_out(text, tmp_path):
    if text is not None:
        (tmp_path / "domain.rng").write_text(text)
    with pytest.raises(UsageError, match=r"domain\.rng") as refusal:
        find_schema(str(tmp_path))
    assert "/usr/share/libvirt/schemas" in refusal.value.hint


def test_a_valid_domain_of_a_list_says_nothing_of_the_next(schema):
    good, bad = DOMAIN.format("<devices/>"), DOMAIN.format("<devices><chanel/></devices>")
    for text, count in ((f"<domains>{good}{bad}</domains>", 1), (f"<domains>{good}{good}</domains>", 0)):
        assert len(lint(text, schema)[1]) == count


def test_domain_that_is_known_to_be_valid_is_not_held_against_the_schema_again(schema):
    [domain] = domains_in(Document.parse(devices("<chanel/>").encode()))
    assert len(lint_domain(domain, THIS, Facts(schema=schema))) == 1
    assert lint_domain(domain, THIS, Facts(schema=schema, valid={domain.node: True})) == []


@pytest.fixture(scope="module")
def definitions(real_documents):
    """The real documents that are domain definitions, or hold one."""
    parsed = {}
    for name, data in real_documents.items():
        try:
            document = Document.parse(data)
        except ChanfixError:
            continue
        if domains := domains_in(document):
            parsed[name] = domains
    return parsed


def test_real_documents_have_findings_where_libvirts_schema_refuses_them_and_nowhere_else(definitions, schema):
    verdict = Schema.load(schema)
    inactive = Schema.load(os.path.join(os.path.dirname(schema), "inactiveDomain.rng"))
    refused, at_root, wrong = 0, [], []
    for name, domains in definitions.items():
        for domain in domains:
            findings = lint_domain(domain, THIS, Facts(schema=schema))
            if (inactive if domain.is_inactive else verdict).accepts(domain.node):
                wrong += [name] if findings else []
                continue
            refused += 1
            at_root += [name for finding in findings if finding.place.span == domain.node.place.start_tag]
            is_silent = not findings and b"{" not in domain.document.data and b"%" not in domain.document.data
            wrong += [name] if is_silent and domain.document.root.tag != "qemu-migration" else []
    assert wrong == []
    assert refused > 40  # of libvirt 9.0 it is 70, and 49 of 11.3 and 12.8
    assert at_root == []


def test_xmllint_gives_the_same_verdicts(definitions, schema, tmp_path):
    if shutil.which("xmllint") is None:
        pytest.skip("xmllint is not here: install libxml2-utils (Debian) or libxml2 (Fedora)")
    verdict = Schema.load(schema)
    roots = [domains[0] for domains in definitions.values() if domains[0].node == domains[0].document.root]
    paths = []
    for number, domain in enumerate(roots):
        paths.append(tmp_path / f"{number}.xml")
        paths[-1].write_bytes(domain.document.data)
    run = subprocess.run(
        ["xmllint", "--noout", "--relaxng", schema, *paths], capture_output=True, text=True, check=False
    )
    accepted = {int(number) for number in re.findall(r"(\d+)\.xml validates$", run.stderr, re.MULTILINE)}
    assert len(accepted) > 2000
    assert accepted == {number for number, domain in enumerate(roots) if verdict.accepts(domain.node)}


def test_libvirt_drops_what_its_schema_refuses_and_refuses_it_when_asked_to_look(driver):
    path = driver.file("misspelt", "<channel type='unix'><target type='virtio' nam='org.example'/></channel>")
    scripts = {"define": [f"define {path}", "dumpxml misspelt"], "validate": [f"define --validate {path}"]}
    answers = driver.ask(scripts)
    assert "<target type='virtio'" in answers["define"]
    assert "org.example" not in answers["define"]
    assert "XML document failed to validate against schema" in answers["validate"]
    assert "Extra element devices in interleave" in answers["validate"]


UUID = "<uuid>12345678-1234-4234-8234-123456789012</uuid>"
SCREEN = "<model type='virtio'><resolution x='800' y='600'/><acceleration accel3d='no'/></model>"
STICK = "<source><product id='0x1234'/><vendor id='0x1235'/></source>"
# What stands too late or too early, its place in the text, and what is said of it.
OUT_OF_ORDER = {
    "uuid": (
        "<memory>65536</memory>" + UUID + "<vcpu>1</vcpu>",
        "",
        "<uuid>",
        "<uuid> is out of order in <domain>; the schema wants it in front of <memory>",
    ),
    "screen": (
        "<memory>65536</memory>",
        f"<video>{SCREEN}</video>",
        "<acceleration accel3d='no'/>",
        "<acceleration> is out of order in <model>; the schema wants it in front of <resolution>",
    ),
    "stick": (
        "<memory>65536</memory>",
        f"<hostdev mode='subsystem' type='usb'>{STICK}</hostdev>",
        "<product id='0x1234'/>",
        "<product> is out of order in <source>; the schema wants it behind <vendor>",
    ),
}
# A device without a type, and the type that libvirt gives it; None where another rule says that.
WITHOUT_TYPE = {
    "console": ("<console><target type='serial' port='0'/></console>", "pty"),
    "serial": ("<serial><target port='0'/></serial>", "pty"),
    "parallel": ("<parallel><target port='0'/></parallel>", "pty"),
    "interface": ("<interface><mac address='52:54:00:00:00:01'/></interface>", "user"),
}


def whole(name, parts, inside):
    os_type = "<os><type arch='x86_64'>hvm</type></os>"
    return f"<domain type='qemu'><name>{name}</name>{parts}{os_type}<devices>{inside}</devices></domain>"


@pytest.mark.parametrize("name", OUT_OF_ORDER)
def test_element_out_of_order_is_an_info_with_the_order_that_the_schema_wants(name, schema):
    parts, inside, at, words = OUT_OF_ORDER[name]
    document, findings = lint(whole(name, parts, inside), schema)
    if not findings and Schema.load(schema).accepts(document.root):
        pytest.skip("this libxml2 takes the order")
    [finding] = findings
    assert (document.text(finding.place.span), finding.message) == (at, words)
    assert finding.severity is Severity.INFO
    assert finding.note == "'virsh define --validate' and 'virsh edit' refuse this; a plain define takes it"


@pytest.mark.parametrize("name", WITHOUT_TYPE)
def test_missing_type_is_named_with_the_one_that_libvirt_takes(name, schema):
    device, default = WITHOUT_TYPE[name]
    _, [finding] = lint(devices(device), schema)
    assert finding.message == f"attribute 'type' is missing on <{name}>"
    assert finding.severity is Severity.WARNING
    assert finding.note == f"a plain 'virsh define' makes its type '{default}'"


def test_plain_define_takes_what_is_out_of_order_and_chooses_a_missing_type(driver, schema):
    texts = {name: whole(name, parts, inside) for name, (parts, inside, *_) in OUT_OF_ORDER.items()}
    memory = "<memory>65536</memory>"
    texts |= {name: whole(name, memory, device) for name, (device, _) in WITHOUT_TYPE.items()}
    scripts = {}
    for name, text in texts.items():
        file = driver.root / f"order-{name}.xml"
        file.write_text(text)
        dump = f"dumpxml --inactive {name}"
        scripts[name] = [f"define --validate {file}", "echo", f"define {file}", dump, f"undefine {name}"]
    said = driver.ask(scripts)
    for name, text in texts.items():
        is_valid = Schema.load(schema).accepts(Document.parse(text.encode()).root)
        assert ("XML document failed to validate against schema" in said[name]) == (not is_valid)
        assert f"Domain '{name}' defined" in said[name]
    for name, (_, default) in WITHOUT_TYPE.items():
        assert f"<{name} type='{default}'" in said[name]


INPUT = "<input type='tablet'/>"
CHANNEL = "<channel type='unix'><target type='virtio' name='a'/>{}</channel>"
HOSTILE = {
    "a fault in each of 100,000 devices": (f"{CHANNEL.format('<zap/>')!r} * 100_000", 20),
    "100,000 devices without a fault": (f"{CHANNEL.format('')!r} * 100_000", 0),
    "as many devices as libxml2 is asked about": (f"{INPUT!r} * 19_000", 0),
    "a fault in the last of them": (f"{INPUT!r} * 19_000 + '<zap/>'", 1),
    "unknown attributes": ("'<input ' + ' '.join(f'a{number}=\"\"' for number in range(900)) + '/>'", 20),
    "a long value": ("f\"<input type='{'tablet' * 100_000}'/>\"", 1),
}


@pytest.mark.parametrize(("expression", "count"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_document_takes_little_time(expression, count, schema):
    # In a process of its own: what such a document takes in memory would show in other tests.
    code = (
        "import sys, time\n"
        "from chanfix.domain import Domain\n"
        "from chanfix.lint.file import lint_domain\n"
        "from chanfix.lint.rules import by_name\n"
        "from chanfix.lint.rule import Facts\n"
        "from chanfix.xml.document import Document\n"
        f"text = {DOMAIN!r}.format('<devices>' + {expression} + '</devices>')\n"
        "domain = Domain.of(Document.parse(text.encode()))\n"
        "start = time.process_time()\n"
        "findings = lint_domain(domain, [by_name('domain-schema')], Facts(schema=sys.argv[1]))\n"
        "print(len(findings), time.process_time() - start)\n"
    )
    run = subprocess.run([sys.executable, "-c", code, schema], capture_output=True, text=True, check=True)
    found, seconds = run.stdout.split()
    assert int(found) == count
    # Twice what is promised: this does not measure speed, it sees to it that nothing explodes.
    assert float(seconds) < 4
