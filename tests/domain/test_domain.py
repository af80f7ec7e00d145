import pytest

from chanfix.domain import domains_in
from chanfix.xml.document import Document

DOMAIN = "<domain type='kvm'><name>web</name><devices/></domain>"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (DOMAIN, ["web"]),
        ("<domain type='kvm'><name>web</name><os/></domain>", ["web"]),
        (f"<domainsnapshot>{DOMAIN}</domainsnapshot>", ["web"]),
        (f"<domains>{DOMAIN}{DOMAIN}</domains>", ["web", "web"]),
        ("<domain type='kvm'/>", []),
        ("<domain version='1'><devices/></domain>", []),
        (f"<domain xmlns='urn:jboss:domain:7.0' type='x'>{DOMAIN}</domain>", []),
        ("<network><domain name='lab'/></network>", []),
        ("<profile xmlns='http://www.suse.com/1.0/yast2ns'><domain type='x'><os/></domain></profile>", []),
    ],
    ids=["devices", "os", "snapshot", "list", "nothing-in-it", "glassfish", "wildfly", "network", "autoyast"],
)
def test_domain_definitions_are_told_from_what_is_called_so_too(text, names):
    assert [domain.name for domain in domains_in(Document.parse(text.encode()))] == names
