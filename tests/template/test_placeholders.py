"""Placeholders of every form, and text that looks like one."""

import time

import pytest
from installed import SCHEMA

from chanfix.domain import Domain
from chanfix.lint.known.config import Config, chosen_rules
from chanfix.lint.rules import RULES
from chanfix.lint.run import Job, Run, Source
from chanfix.rewrite.add import add
from chanfix.rewrite.check import check
from chanfix.rewrite.plan import Wish
from chanfix.template import read_document
from chanfix.template.languages import placeholders
from chanfix.xml.edit import Safety

DEFAULT = chosen_rules(Config())
CHANNEL = chosen_rules(Config(), profile="channel")
AGENT = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"

# What stands for the name "x" in each form. "%s" has no name.
FORMS = {
    "${x}": "${{{}}}",
    "$x": "${}",
    "$(x)": "$({})",
    "$(command)": "$(virsh domname {} | head -1)",
    "$((x))": "$(({} + 1))",
    "`command`": "`cat {}`",
    "$[x]": "$[{}]",
    "{x}": "{{{}}}",
    "{x.y}": "{{vm.{}}}",
    "{x!r:>8}": "{{{}!r:>8}}",
    "%(x)s": "%({})s",
    "%s": "%s",
    "%d": "%d",
    "%02x": "%02x",
    "%{x}": "%{{{}}}",
    "__x__": "__{}__",
    "#x#": "#{}#",
    "#{x}": "#{{{}}}",
    "[[x]]": "[[ {} ]]",
    "[% x %]": "[% {} %]",
    "<?= x ?>": "<?= {} ?>",
    "<?= $x ?>": "<?= $vm['{}'] ?>",
    "@@x@@": "@@{}@@",
    "~x~": "~{}~",
    "%%x%%": "%%{}%%",
    "{}": "{{}}",
    "{0}": "{{0}}",
}


@pytest.fixture(params=FORMS.values(), ids=FORMS)
def form(request):
    return lambda name: request.param.format(name)


def domain(devices, name="web", memory="1024", vcpu="1", rest=""):
    return (
        f"<domain type='kvm'>\n<name>{name}</name>\n{rest}<memory unit='MiB'>{memory}</memory>\n<vcpu>{vcpu}</vcpu>\n"
        f"<os><type arch='x86_64' machine='q35'>hvm</type></os>\n<features><acpi/></features>\n"
        f"<devices>\n{devices}\n</devices>\n</domain>\n"
    )


def run_of(text, rules=DEFAULT, name="a.xml"):
    return Run.lint([Source(name, text.encode)], Job(rules, schema=SCHEMA))


def found(text, rules=DEFAULT):
    [report] = run_of(text, rules).reports
    assert report.error is None
    data = text.encode()
    return [(one.rule, data[one.place.span.start : one.place.span.end].decode()) for one in report.findings]


def test_values_that_a_script_fills_in_are_unknown(form):
    address = f"<address type='virtio-serial' controller='0' bus='0' port='{form('port')}'/>"
    uuid = f"<uuid>{form('uuid')}</uuid>\n"
    text = domain(AGENT.replace("</", f"{address}</", 1), form("name"), form("mem"), form("cpus"), uuid)
    assert found(text) == []
    document = read_document(text.encode(), "a.xml")
    assert Domain.of(document).name is None
    assert check(document, Wish()).is_right


@pytest.mark.parametrize(
    "device",
    [
        "<channel type='{}'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>",
        "<channel type='unix'><source mode='{}' path='/a'/><target type='virtio' name='a'/></channel>",
        "<interface type='network'><mac address='52:54:00:00:00:{}'/><source network='default'/></interface>",
        "<disk type='file' device='disk'><source file='{}'/><target dev='vda' bus='virtio'/></disk>",
        "<disk type='file'><driver type='qcow2'/><source file='{}/web.qcow2'/><target dev='vda' bus='virtio'/></disk>",
        "<graphics type='vnc' port='{}' autoport='no'/>",
        "<graphics type='vnc' port='59{}' autoport='no'/>",
        "<controller type='virtio-serial' index='{}' ports='{}'/>",
        "{}",
    ],
)
def test_one_placeholder_is_enough_where_no_other_text_is_a_value(form, device):
    devices = device.replace("{}", form("one"))
    assert found(domain(devices + ("" if "guest_agent" in device else AGENT))) == []


def test_placeholders_between_elements_may_bring_devices(form):
    text = domain(form("devices"))
    assert found(text, RULES) == []
    assert Domain.of(read_document(text.encode(), "a.xml")).has_unknown_devices


def test_a_placeholder_is_known_in_every_value_once_it_is_known_in_one(form):
    path = f"/srv/{form('name')}/{form('disk')}.agent"
    source = f"<source mode='bind' path='{path}'/>"
    text = domain(AGENT.replace("<target", f"{source}<target"), f"vm-{form('name')}", memory=form("mem"))
    assert found(text, RULES) == []
    document = read_document(text.encode(), "a.xml")
    [channel] = Domain.of(document).channels
    [*holes] = document.holes_in(channel.source.attribute_place("path").value)
    assert [document.text(hole.span) for hole in holes] == [form("name"), form("disk")]


def test_two_different_ones_in_two_values_are_enough():
    for one in ("$a", "{a}", "%(a)s", "__A__", "#a#", "[[a]]", "~a~"):
        other = one.replace("a", "b").replace("A", "B")
        text = f"<domain><x y='/srv/{one}.img'/><x y='/srv/{other}.img'/></domain>".encode()
        assert len(placeholders.find(text, "utf-8")) == 2
        alike = text.replace(other.encode(), one.encode())
        assert placeholders.find(alike, "utf-8") == []


PLAIN = [
    ("<title>{}</title>\n", "100% ok, $HOME and $PATH, {a} and {b}, __A__ and __B__, #a# and #b#"),
    ("<description>{}</description>\n", "costs 5$ or $x, `ls`, $(date) %s %d [[a]] ~b~"),
    ("<metadata><a:b xmlns:a='urn:a' type='{}'>{}</a:b></metadata>\n", "$VCPU %(a)s {x} __Y__"),
    ("<sysinfo type='smbios'><bios><entry name='vendor'>{}</entry></bios></sysinfo>\n", "#1 of $VENDOR %d"),
]
DEVICES = [
    ("<graphics type='vnc' passwd='{}'/>", "pa$$word$x"),
    ("<graphics type='vnc' passwd='{}'/>", "{secret}"),
    ("<graphics type='vnc' passwd='{}'/>", "a%s#b#"),
    ("<disk type='network' device='disk'><source protocol='rbd' name='{}'/><target dev='vda'/></disk>", "pool/img$1"),
    ("<disk type='network' device='disk'><source protocol='rbd' name='{}'/><target dev='vda'/></disk>", "pool/$img"),
    ("<disk type='file' device='disk'><source file='{}'/><target dev='vda'/></disk>", "C:\\$WINDOWS.~BT\\~a~.img"),
    ("<disk type='file' device='disk'><source file='{}'/><target dev='vda'/></disk>", "/srv/{guid}/__pycache__/100%s"),
    ("<disk type='file' device='disk'><source file='{}'/><target dev='vda'/></disk>", "/srv/a%20b%20d.img"),
    ("<serial type='pty'><log file='{}'/></serial>", "/var/log/%h-%i.log"),
    ("<interface type='network'><source network='{}'/></interface>", "net#1"),
    ("<channel type='tcp'><source mode='bind' host='{}' service='1'/><target type='virtio' name='a'/></channel>", "$h"),
]  # fmt: skip


@pytest.mark.parametrize(("place", "text"), PLAIN + DEVICES)
def test_text_that_looks_like_a_placeholder_stays_text(place, text):
    faulty = AGENT.replace("unix", "pty") + "<graphics typ='vnc'/>"
    is_device = (place, text) in DEVICES
    with_text = place.replace("{}", text)
    without = place.replace("{}", "/word" if "file=" in place else "word")
    both = [domain(one + faulty) if is_device else domain(faulty, rest=one, name="web") for one in (with_text, without)]
    assert read_document(both[0].encode(), "a.xml").mask is None
    # Other rules judge the value itself: its length, or whether a path is absolute.
    rules = [[rule for rule, _ in found(one, CHANNEL)] for one in both]
    assert rules[0] == rules[1]


@pytest.mark.parametrize(
    "device",
    [
        "<address type='virtio-serial' port={}/>",
        "<address port={} type='virtio-serial'></address>",
        "<{}/>",
        "<{}></{}>",
        "<disk {}/>",
        "<disk type='file' {}><source/></disk>",
    ],
)
@pytest.mark.parametrize("placeholder", ["$PORT", "{port}", "%s", "%(port)s", "$(port)", "[[port]]"])
def test_a_placeholder_that_leaves_no_xml_makes_a_template_that_is_not_lintable(device, placeholder):
    [(rule, _)] = found(domain(device.replace("{}", placeholder)))
    assert rule == "template-not-lintable"


def test_an_entity_in_capitals_makes_a_template_that_is_not_lintable():
    assert [rule for rule, _ in found(domain("", "&VM_NAME;"))] == ["template-not-lintable"]
    for entity in ("&nbsp;", "&AMP;", "&LT;"):
        assert [rule for rule, _ in found(domain("", f"a {entity} b"))] == ["not-well-formed"]


@pytest.mark.parametrize(
    "broken",
    ["<x a='$B'>", "<x a=1/>$b", "<x $>", "<x a='{b}' a='{b}'/>", "a & $b", "</disk>{disks}", "<source file='$a'"],
)
def test_broken_xml_with_placeholders_stays_broken_xml(broken):
    assert [rule for rule, _ in found(domain(broken))] == ["not-well-formed"]


@pytest.mark.parametrize(
    "word",
    [
        *("VM_MEM", "CHANGEME", "change-me", "MEMORY_PLACEHOLDER", "YOUR-UUID-HERE", "your_value", "XXXX", "xx:xx"),
        *("...", "MEMORY", "TODO"),
    ],
)
def test_words_that_are_to_be_replaced_are_one_finding_of_a_file(word):
    address = f"<address type='virtio-serial' controller='0' bus='0' port='{word}'/>"
    text = domain(AGENT.replace("</", f"{address}</", 1), "VM_NAME", word, word)
    assert [rule for rule, _ in found(text)] == ["template-not-lintable"]
    assert [rule for rule, _ in found(f"<domains>{text}{text}</domains>")] == ["template-not-lintable"]
    assert check(read_document(text.encode(), "a.xml"), Wish()).is_right


def test_words_that_are_to_be_replaced_stand_for_no_other_error():
    channel = "<channel type='CHANNEL_TYPE'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
    text = domain(channel + "<channel type='unixx'><target type='virtio' name='b'/></channel>")
    rules = [rule for rule, _ in found(text)]
    assert rules.count("template-not-lintable") == 1
    assert "channel-schema" in rules
    assert run_of(text).fix(0, Safety.UNSAFE).after == text.encode()


def test_capitals_where_text_is_free_are_no_finding():
    text = domain(
        AGENT + "<disk type='file'><driver type='raw'/><source file='/srv/VM_NAME.img'/><target dev='vda'/></disk>",
        "VM_NAME",
    )
    assert found(text) == []


@pytest.mark.parametrize(
    ("path", "findings"),
    [
        ("/tmp/{{ name }}.sock", [("path-exposed", "/tmp/")]),
        ("/home/eve/{{ name }}/a.sock", [("path-exposed", "/home/eve/")]),
        ("/dev/shm/vm-{{ name }}", [("path-exposed", "/dev/shm/vm-")]),
        ("run/{{ name }}", [("path-not-absolute", "run/")]),
        ("/tmp{{ name }}", []),
        ("/home/{{ user }}/.config/libvirt/qemu/channel/target/a", []),
        ("{{ folder }}/tmp/a", []),
        ("/{{ tmp }}/a", []),
        ("/run/{{ name }}", []),
        ("{# c #}run/a", []),
    ],
)
def test_the_beginning_of_a_path_that_is_written_out_is_judged(path, findings):
    source = f"<source mode='bind' path='{path}'/>"
    text = domain(AGENT.replace("<target", f"{source}<target"))
    assert found(text) == findings
    assert run_of(text).fix(0, Safety.UNSAFE).after == text.encode()
    shell = text.replace("{{ ", "${").replace(" }}", "}")
    assert len(found(shell)) == len(findings)


def test_a_channel_is_added_to_a_template_of_any_form(form):
    text = domain("<emulator>/e</emulator>", form("name"), form("mem"))
    after = add(read_document(text.encode(), "a.xml"), Wish()).data.decode()
    assert Domain.of(read_document(after.encode(), "a.xml")).agent_channels
    assert after.replace(after[after.index("<channel") : after.index("</channel>") + 10], "").split() == text.split()


@pytest.mark.parametrize(
    "part",
    [
        *("$((", "$(a", "$(", "`", "{", "{a:", "%(", "__a", "#a", "#{", "[[", "[% a ", "<?=", "~a"),
        *("<a b='", "<!--", "<a b='$c'>", "<a", "</a"),
    ],
)
def test_long_runs_of_placeholders_that_never_end_are_read_in_a_moment(part):
    text = f"<domain><memory>$x</memory>{part * (1 << 18)}".encode()[: 1 << 18]
    started = time.process_time()
    placeholders.find(text, "utf-8")
    assert time.process_time() - started < 5
