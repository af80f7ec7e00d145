"""What the rules say of templates: all that is certain, and nothing of what a template fills in."""

import pytest

from chanfix.lint.rules import RULES
from chanfix.lint.run import Job, Run, Source
from chanfix.xml.edit import Safety

AGENT = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>"
SPICE = "<channel type='spicevmc'><target type='virtio' name='com.redhat.spice.0'/></channel>"
OTHER_PORT = "<channel type='unix'><target type='virtio' name='org.qemu.guest_agent.1'/></channel>"
ADDRESS = "<address type='virtio-serial' controller='{}' bus='0' port='{}'/>"
# A spice display is there in one document, and is told as what it is.
EVERY_RULE = tuple(rule for rule in RULES if rule.name not in ("display-removed", "path-hardcoded"))


def channel(name, inside="", kind="unix"):
    return f"<channel type='{kind}'>{inside}<target type='virtio' name='{name}'/></channel>"


OF_DB = channel("x", "<source mode='bind' path='/var/lib/libvirt/qemu/db.agent'/>")


def run_of(devices, start="<domain type='kvm'><name>web</name>", name="a.xml.j2"):
    text = f"{start}<devices>{devices}</devices></domain>{{# c #}}"
    return Run.lint([Source(name, text.encode)], Job(rules=EVERY_RULE)), text


def findings(devices, start="<domain type='kvm'><name>web</name>"):
    run, text = run_of(devices, start)
    [report] = run.reports
    assert report.error is None
    return [
        (found.rule, text.encode()[found.place.span.start : found.place.span.end].decode()) for found in report.findings
    ]


@pytest.mark.parametrize(
    "devices",
    [
        "<channel type='{{ t }}'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>",
        "<channel {{ t }}><target type='virtio' name='org.qemu.guest_agent.0'/></channel>",
        "<channel{% if a %} type='unix'{% endif %}><target type='virtio' name='org.qemu.guest_agent.0'/></channel>",
        "<channel type='unix'><target type='{{ t }}' name='org.qemu.guest_agent.0'/></channel>",
        "<channel type='unix'><target type='virtio' name='org.qemu.guest-agent.{{ n }}'/></channel>" + AGENT,
        "<channel type='unix'>{{ target }}</channel>",
        "<channel type='unix'>{{ source }}<target type='virtio' name='{{ name }}'/></channel>",
        channel("{{ a }}") + channel("{{ a }}"),
        channel("org.qemu.guest_agent.1") + channel("{{ name }}"),
        channel("org.qemu.guest_agent.1") + "{{ more }}",
        "{{ channels }}",
        SPICE + "<graphics type='{{ g }}'/>" + AGENT,
        SPICE + "{% if a %}<graphics type='spice'/>{% endif %}" + AGENT,
        SPICE + "<graphics {{ options }}/>" + AGENT,
        SPICE + "{{ graphics }}" + AGENT,
        SPICE + "<{{ device }} type='spice'/>" + AGENT,
        channel("org.qemu.guest_agent.0", "<source mode='bind' path='/var/lib/libvirt/qemu/{{ name }}.agent'/>"),
        channel("org.qemu.guest_agent.0", "<source mode='{{ m }}' path='/a'/>"),
        channel("org.qemu.guest_agent.0", "<source {{ m }} path='/a'/>"),
        channel("a", "<source mode='bind' path='/a-{{ n }}'/>")
        + channel("b", "<source mode='bind' path='/a-{{ n }}'/>")
        + AGENT,
        "{% if a %}" + AGENT + "{% else %}" + AGENT + "{% endif %}",
        AGENT + "{% if a %}" + channel("x") + "{% else %}" + channel("x") + "{% endif %}",
        "<channel type='unix'>{% if a %}<target type='virtio' name='org.qemu.guest_agent.0'/>{% else %}"
        "<target type='virtio' name='org.qemu.guest_agent.0'/>{% endif %}</channel>",
        "{% if a %}"
        + channel("x", "<source mode='bind' path='/a'/>")
        + "{% else %}"
        + channel("y", "<source mode='bind' path='/a'/>")
        + "{% endif %}"
        + AGENT,
        "{% for c in d %}" + channel("org.qemu.guest_agent.0") + "{% endfor %}",
        "{% if a %}" + AGENT + "{% endif %}{% if b %}" + AGENT + "{% endif %}",
        "{% if a %}" + AGENT + "{% endif %}{% for c in d %}" + AGENT + "{% endfor %}",
        AGENT + "{% if a %}" + channel("x") + "{% endif %}{% if not a %}" + channel("x") + "{% endif %}",
        "{% if a %}<controller type='virtio-serial' index='0'/>{% endif %}{% if b %}"
        "<controller type='virtio-serial' index='0'/>{% endif %}" + AGENT,
        "{% if a %}<controller type='virtio-serial' index='0' ports='4'/>{% else %}"
        "<controller type='virtio-serial' index='0' ports='64'/>{% endif %}"
        + channel("x", ADDRESS.format(0, 9))
        + AGENT,
        "<controller type='virtio-serial' index='0'/>{% if a %}" + channel("x", ADDRESS.format(0, 1)) + "{% endif %}"
        "{% if b %}" + channel("y", ADDRESS.format(0, 1)) + "{% endif %}" + AGENT,
        "{% if a %}" + channel("x", "<source mode='bind' path='/a'/>") + "{% endif %}"
        "{% if b %}" + channel("y", "<source mode='bind' path='/a'/>") + "{% endif %}" + AGENT,
        "<channel type='unix'>{% if a %}<target type='virtio' name='org.qemu.guest_agent.0'/>{% endif %}"
        "{% if b %}<target type='virtio' name='org.qemu.guest_agent.1'/>{% endif %}</channel>" + AGENT,
        "{% if a %}" + OTHER_PORT + "{% else %}" + AGENT + "{% endif %}",
        "<controller type='virtio-serial' index='0'/>{% if a %}"
        + channel("x", ADDRESS.format(0, 1))
        + "{% else %}"
        + channel("y", ADDRESS.format(0, 1))
        + "{% endif %}"
        + AGENT,
        "<controller type='virtio-serial' index='{{ i }}'/>" + channel("x", ADDRESS.format(1, 1)) + AGENT,
        "<controller type='virtio-serial' index='0' ports='{{ p }}'/>" + channel("x", ADDRESS.format(0, 40)) + AGENT,
        "<controller type='virtio-serial' index='1'/>" + channel("x", ADDRESS.format("{{ c }}", 1)) + AGENT,
        "<controller type='virtio-serial' index='1'/>{{ devices }}" + AGENT,
        "{% if a %}<controller type='virtio-serial' index='0'/>{% else %}<controller type='virtio-serial' index='0'/>"
        "{% endif %}" + AGENT,
        AGENT + "<channel type='unix'><target type='virtio' name='x'/><alias name='{{ a }}'/></channel>",
        AGENT + "<console type='pty' tty='{{ t }}'/>",
        AGENT + "<graphics type='vnc' passwd='{{ secret }}'/>",
        AGENT + channel("t", "<source mode='bind' host='{{ h }}' service='1'/>", "tcp"),
    ],
)
def test_rules_are_silent_about_what_a_template_fills_in(devices):
    assert findings(devices) == []


@pytest.mark.parametrize(
    ("start", "devices"),
    [
        ("<domain type='{{ t }}'><name>web</name>", AGENT),
        ("<domain type='kvm' id='{{ i }}'><name>web</name>", AGENT),
        ("<domain type='kvm'><name>{{ name }}</name>", OF_DB + AGENT),
        ("<domain type='kvm'><name>w-{{ name }}</name>", OF_DB + AGENT),
        (
            "<domain type='kvm'><name>web</name><memory>524288</memory>"
            "<os><type arch='{{ a }}' machine='isapc'>hvm</type></os>",
            AGENT,
        ),
    ],
)  # fmt: skip
def test_rules_are_silent_about_a_domain_that_a_template_fills_in(start, devices):
    assert findings(devices, start) == []


@pytest.mark.parametrize(
    ("devices", "found"),
    [
        (channel("org.qemu.guest-agent.0"), [("agent-name-typo", "org.qemu.guest-agent.0")]),
        ("{% if a %}" + channel("org.qemu.guest_agent.0", kind="pty") + "{% endif %}", [("agent-not-unix", "pty")]),
        (
            "{{ x }}<channel type='unix'><source path='/a/{{ n }}'/><target type='virtio' "
            "name='org.qemu.guest_agent.0'/></channel>",
            [("mode-missing", "<source path='/a/{{ n }}'/>")],
        ),
        (
            "{% if a %}" + AGENT + "{% else %}" + AGENT + AGENT + "{% endif %}",
            [("duplicate-agent-channel", "org.qemu.guest_agent.0")],
        ),
        ("{% if a %}" + AGENT + "{% endif %}" + AGENT, [("duplicate-agent-channel", "org.qemu.guest_agent.0")]),
        (
            "{% if a %}"
            + AGENT
            + "{% else %}{% if b %}"
            + AGENT
            + "{% else %}"
            + AGENT
            + "{% endif %}"
            + AGENT
            + "{% endif %}",
            [("duplicate-agent-channel", "org.qemu.guest_agent.0")] * 2,
        ),
        (SPICE + "{% if a %}<graphics type='vnc'/>{% endif %}" + AGENT, [("spicevmc-no-spice", "spicevmc")]),
        ("<console type='pty' tty='/dev/pts/1'/>{{ x }}" + AGENT, [("live-pty", "/dev/pts/1")]),
        ("{{ x }}" + AGENT.replace("'/>", "' state='connected'/>"), [("live-channel-state", "connected")]),
    ],
)
def test_rules_find_in_a_template_what_is_written_out(devices, found):
    assert findings(devices) == found


def mended(devices):
    run, _ = run_of(devices)
    return (
        run.fix(0, Safety.UNSAFE)
        .after.decode()
        .removeprefix("<domain type='kvm'><name>web</name><devices>")
        .partition("</devices>")[0]
    )


@pytest.mark.parametrize(
    ("devices", "expected"),
    [
        ("{{ x }}" + AGENT.replace("unix", "pty") + "{# y #}", "{{ x }}" + AGENT + "{# y #}"),
        ("{% if a %}" + AGENT.replace("unix", "pty") + "{% endif %}", "{% if a %}" + AGENT + "{% endif %}"),
        (
            channel("org.qemu.guest_agent.0", "<source path='/a/{{ n }}'/>"),
            channel("org.qemu.guest_agent.0", "<source path='/a/{{ n }}' mode='bind'/>"),
        ),
        (
            "{% if a %}" + channel("org.qemu.guest_agent") + "{% else %}" + AGENT + "{% endif %}",
            "{% if a %}" + AGENT + "{% else %}" + AGENT + "{% endif %}",
        ),
        (
            "{% if a %}"
            + channel("org.qemu.guest_agent")
            + "{% else %}"
            + channel("org.qemu.guest-agent.0")
            + "{% endif %}",
            "{% if a %}" + AGENT + "{% else %}" + AGENT + "{% endif %}",
        ),
        # It would be there together with the one behind the block.
        (
            "{% if a %}" + channel("org.qemu.guest_agent") + "{% else %}{% endif %}" + AGENT,
            "{% if a %}" + channel("org.qemu.guest_agent") + "{% else %}{% endif %}" + AGENT,
        ),
        # What would be removed holds a construct.
        (AGENT + AGENT.replace("<target", "{# y #}<target"), AGENT + AGENT.replace("<target", "{# y #}<target")),
        (
            AGENT.replace("unix", "pty").replace("<target", "{% if a %}<source path='/x'/>{% endif %}<target"),
            AGENT.replace("unix", "pty").replace("<target", "{% if a %}<source path='/x'/>{% endif %}<target"),
        ),
    ],
)
def test_fixes_change_a_template_outside_its_constructs_only(devices, expected):
    assert mended(devices) == expected


def test_a_template_that_cannot_be_linted_is_reported_once():
    assert findings("{{ open }}</channel>") == [("template-not-lintable", "channel")]


def test_what_libvirt_has_stored_is_no_template():
    text = b"<domain type='kvm'><name>{{ a }}</name><devices/></domain>"
    [report] = Run.lint([Source("a", lambda: text, is_stored=True)], Job(rules=EVERY_RULE)).reports
    assert [found.rule for found in report.findings] == ["agent-missing"]
