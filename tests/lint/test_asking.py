"""How rules are asked: by level, once for each part, and the more telling one of two at one place."""

import pytest

from chanfix.domain import AGENT_NAME, Domain
from chanfix.errors import InternalError
from chanfix.lint import asking
from chanfix.lint.asking import drafts_of
from chanfix.lint.finding import Severity
from chanfix.lint.rule import AGENT_CHANNEL, At, Facts, Fixable, Port, Rule, RuleEntry, whole_document
from chanfix.xml.document import Node

CONTROLLERS = "<controller type='usb'/>\n<controller type='virtio-serial'/>\n"
ADDRESS = "<address type='virtio-serial' controller='0' bus='0' port='1'/>"
CONSOLE = f"<console type='pty'><target type='virtio'/>{ADDRESS}</console>\n"
PORT = "<channel type='unix'><source mode='bind' path='/tmp/a'/><target type='virtio' name='a'/></channel>\n"
DISKS = "<disk type='file'/>\n<disk type='block'/>\n"


def domain_of(devices):
    return Domain.parse(whole_document(devices).encode())


def node_of(part):
    """Return the element of a part, whatever its level."""
    if isinstance(part, Port):
        return part.address.node
    return part if isinstance(part, Node) else part.node


@pytest.fixture
def rule_with(monkeypatch):
    """Make entries of rules that are classes of the test."""
    classes = {}
    monkeypatch.setattr(asking, "load", lambda entry: classes[entry.name]())

    def make(cls, *levels, **facts):
        classes[cls.__name__] = cls
        return RuleEntry(cls.__name__, "test", "", Severity.ERROR, Fixable.NEVER, levels=levels, **facts)

    return make


class Asked(Rule):
    """Yields one finding for each part, whatever its level."""

    def __getattr__(self, level):
        if level == "domain":
            return lambda domain, facts: [self.finding("", At(domain.node))]
        return lambda part, domain, facts: [
            self.finding("", At(node_of(one))) for one in (part if isinstance(part, list | tuple) else [part])
        ]


@pytest.mark.parametrize(
    ("level", "devices", "tags"),
    [
        ("domain", "", ["domain"]),
        ("channel", AGENT_CHANNEL + PORT, ["channel", "channel"]),
        ("channels", AGENT_CHANNEL + PORT, ["channel", "channel"]),
        ("channels", DISKS, []),
        ("agent_channel", AGENT_CHANNEL + PORT, ["channel"]),
        ("console", CONSOLE + AGENT_CHANNEL, ["console"]),
        ("port", CONSOLE + AGENT_CHANNEL, ["address"]),
        ("ports", CONSOLE + AGENT_CHANNEL, ["address"]),
        ("controller", CONTROLLERS, ["controller"]),
        ("controllers", CONTROLLERS, ["controller"]),
        ("disk", DISKS + AGENT_CHANNEL, ["disk", "disk"]),
        ("hostdev", DISKS, []),
    ],
)
def test_rule_is_asked_for_each_part_of_its_level(rule_with, level, devices, tags):
    found = drafts_of(domain_of(devices), [rule_with(Asked, level)], Facts())
    assert [draft.at.node.tag for _, draft in found] == tags


def test_path_comes_with_its_kind(rule_with):
    class Paths(Rule):
        def path(self, port, domain, facts):
            yield self.finding(port.kind.name, At(port.channel.node))

    [(_, draft)] = drafts_of(domain_of(AGENT_CHANNEL + PORT), [rule_with(Paths, "path")], Facts())
    assert draft.message == "EXPOSED"


def test_port_of_the_command_line_is_a_level(rule_with):
    class Ports(Rule):
        def commandline_ports(self, ports, domain, facts):
            yield self.finding(ports[0].name, At(domain.node))

    xml = (
        "<domain type='kvm' xmlns:q='http://libvirt.org/schemas/domain/qemu/1.0'><devices/><q:commandline>"
        f"<q:arg value='-device'/><q:arg value='virtserialport,name={AGENT_NAME}'/></q:commandline></domain>"
    )
    [(_, draft)] = drafts_of(domain_of(xml), [rule_with(Ports, "commandline_ports")], Facts())
    assert draft.message == AGENT_NAME


def test_rule_yields_to_a_more_telling_one_at_the_same_place_only(rule_with):
    class Telling(Rule):
        def agent_channel(self, channel, domain, facts):
            yield self.finding("telling", At(channel.node))

    class Weak(Rule):
        def channel(self, channel, domain, facts):
            yield self.finding("weak", At(channel.node))

    rules = [rule_with(Weak, "channel", yields_to=("Telling",)), rule_with(Telling, "agent_channel")]
    found = drafts_of(domain_of(PORT + AGENT_CHANNEL), rules, Facts())
    assert [draft.message for _, draft in found] == ["weak", "telling"]
    found = drafts_of(domain_of(PORT + AGENT_CHANNEL), rules[:1], Facts())
    assert [draft.message for _, draft in found] == ["weak", "weak"]


def test_rule_that_fails_is_named(rule_with):
    class Broken(Rule):
        def disk(self, disk, domain, facts):
            raise KeyError("dev")

    with pytest.raises(InternalError, match="the rule 'Broken' failed: KeyError"):
        list(drafts_of(domain_of(DISKS), [rule_with(Broken, "disk")], Facts()))


def test_rule_with_words_is_asked_only_about_a_text_that_has_one(rule_with):
    rule = rule_with(Asked, "domain", only_if_text_has=(b"disk", b"hostdev"))
    assert list(drafts_of(domain_of(PORT), [rule], Facts())) == []
    assert len(list(drafts_of(domain_of(DISKS), [rule], Facts()))) == 1


def test_rule_that_looks_for_a_tag_is_not_asked_about_an_attribute_of_that_name(rule_with):
    rule = rule_with(Asked, "domain", only_if_text_has=(b"<address",))
    assert list(drafts_of(domain_of("<mac address='52:54:00:00:00:01'/>"), [rule], Facts())) == []
    assert len(list(drafts_of(domain_of("<sound><address type='pci'/></sound>"), [rule], Facts()))) == 1
