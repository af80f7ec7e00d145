"""Domains of several files beside each other: what only one domain of a host can have."""

import pytest

from chanfix.domain import Domain, domains_in
from chanfix.domain.identity import Shared, identity_of, twins_of
from chanfix.template import read_document

UUID, OTHER_UUID = "6a2b7a0e-52ab-4c0b-9d13-0f6f5d2c8e41", "0c3f2a57-5f0e-4d0b-8a44-3d1f9a6b7e20"
MAC = "52:54:00:5e:a1:07"


def domain(name="web", uuid="", mac=""):
    written = f"<uuid>{uuid}</uuid>" if uuid else ""
    interface = f"<interface><mac address='{mac}'/></interface>" if mac else ""
    return f"<domain type='kvm'><name>{name}</name>{written}<devices>{interface}</devices></domain>"


def twins(files):
    """What is shared with which file, for each file."""
    identities = []
    for path, text in files.items():
        found = (identity_of(each, path) for each in domains_in(read_document(text.encode())))
        identities.append([one for one in found if one is not None])
    return [[(twin.shared, twin.other.path) for twin in each] for each in twins_of(identities)]


def test_same_uuid_under_another_name():
    files = {"a.xml": domain("web", UUID), "lab/b.xml": domain("db", UUID.upper())}
    assert twins(files) == [[], [(Shared.UUID, "a.xml")]]


def test_each_domain_is_told_once_whatever_the_number_of_its_files():
    files = {"a.xml": domain("web", UUID)} | {f"{number}/b.xml": domain("db", UUID) for number in range(3)}
    assert twins(files) == [[], [(Shared.UUID, "a.xml")], [], []]


def test_same_name_with_another_uuid_counts_in_one_folder():
    one, other = domain("web", UUID), domain("web", OTHER_UUID)
    assert twins({"lab/a.xml": one, "lab/b.xml": other}) == [[], [(Shared.NAME, "lab/a.xml")]]
    assert twins({"lab/a.xml": one, "office/b.xml": other}) == [[], []]


def test_variants_of_one_domain_are_told_once():
    files = {f"{name}.xml": domain("web", UUID, MAC) for name in "abc"}
    assert twins(files) == [[], [(Shared.NAME_AND_UUID, "a.xml")], []]
    identities = [[identity_of(Domain.parse(text.encode()), path)] for path, text in files.items()]
    assert twins_of(identities)[1][0].more == 1


def test_same_mac_in_two_domains():
    files = {"a.xml": domain("web", mac=MAC), "b.xml": domain("db", mac=MAC.upper())}
    assert twins(files) == [[], [(Shared.MAC, "a.xml")]]


def test_two_domains_of_one_file():
    text = f"<domains>{domain('web', UUID)}{domain('db', UUID)}</domains>"
    assert twins({"a.xml": text}) == [[(Shared.UUID, "a.xml")]]


@pytest.mark.parametrize("rendering", ["lab/web.xml.generated", "lab/web.generated.xml", "lab/web.xml.j2"])
def test_rendering_beside_its_template_is_no_twin(rendering):
    files = {"lab/web.xml": domain("web", UUID, MAC), rendering: domain("web-1", UUID, MAC)}
    assert twins(files) == [[], []]


@pytest.mark.parametrize(
    "text",
    [
        domain("{{ name }}", UUID, MAC),
        domain("db", "{{ uuid }}", "{{ mac }}"),
        "<domain type='kvm'><devices/></domain>",
        f"<domainsnapshot>{domain('db', UUID, MAC)}</domainsnapshot>",
        f"<domain type='kvm'>{{% if a %}}<name>db</name><uuid>{UUID}</uuid>{{% endif %}}<devices/></domain>",
    ],
)
def test_domain_that_is_not_known_has_no_twin(text):
    assert twins({"a.xml": domain("web", UUID, MAC), "b.xml": text}) == [[], []]


def test_ten_thousand_copies_take_no_time():
    identity = identity_of(Domain.parse(domain("web", UUID, MAC).encode()), "0.xml")
    files = [[identity._replace(path=f"{number}.xml", name=f"web{number % 7}")] for number in range(10_000)]
    assert sum(map(len, twins_of(files))) == 6 + 7
