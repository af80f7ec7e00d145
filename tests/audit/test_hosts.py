"""Which hosts an audit has, from options, lists and the reports of others."""

from dataclasses import replace

import pytest
from audits import HOSTS, write_audit

from chanfix.audit.hosts import HostEntry, host_entries, read_folder, read_list
from chanfix.audit.report import HostAudit
from chanfix.errors import InputError, UsageError

LISTS = {
    "nothing": ("", []),
    "URI": ("qemu:///system\n", [HostEntry("qemu:///system", "qemu:///system")]),
    "name and URI": ("web1\tqemu+ssh://web1/system", [HostEntry("web1", "qemu+ssh://web1/system")]),
    "comments": ("# a\n\n  # b\nqemu:///a # c\n#qemu:///b", [HostEntry("qemu:///a", "qemu:///a")]),
    "carriage returns": ("a qemu:///a\r\nb qemu:///b\r\n", [HostEntry("a", "qemu:///a"), HostEntry("b", "qemu:///b")]),
}


@pytest.mark.parametrize(("text", "hosts"), LISTS.values(), ids=LISTS)
def test_list_has_a_host_a_line(text, hosts):
    assert read_list(text) == hosts


def test_line_with_too_many_words_is_named():
    with pytest.raises(UsageError, match="line 3 of the hosts has 3 words"):
        read_list("# all\nqemu:///a\na b c\n")


def test_host_that_is_named_twice_is_audited_once():
    assert host_entries(["qemu:///a", "qemu:///a"], [HostEntry("qemu:///a", "qemu:///a")]) == [
        HostEntry("qemu:///a", "qemu:///a")
    ]


def test_one_name_for_two_hosts_is_refused():
    with pytest.raises(UsageError, match="'web' has two URIs: 'qemu:///a' and 'qemu:///b'"):
        host_entries([], [HostEntry("web", "qemu:///a"), HostEntry("web", "qemu:///b")])


def test_no_host_is_refused():
    with pytest.raises(UsageError, match="no host to audit"):
        host_entries([], [])


LOCAL = replace(HOSTS[0], name="qemu:///system", uri="qemu:///system")


def reports(folder, **hosts):
    for name, each in hosts.items():
        (folder / f"{name}.json").write_text(write_audit("json", each))
    return [host.name for host in read_folder(folder)]


def test_host_that_was_audited_where_it_stands_takes_the_name_of_its_file(tmp_path):
    assert reports(tmp_path, web1=[LOCAL], web2=[LOCAL]) == ["web1", "web2"]


def test_host_that_was_audited_from_elsewhere_keeps_its_name(tmp_path):
    assert reports(tmp_path, all=HOSTS) == ["a.example", "b.example", "c.example"]


def test_hosts_of_one_place_in_one_file_keep_apart(tmp_path):
    session = replace(LOCAL, name="qemu:///session", uri="qemu:///session")
    assert reports(tmp_path, desk=[LOCAL, session]) == ["desk qemu:///system", "desk qemu:///session"]


def test_host_in_two_reports_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"both have the host 'a\.example'"):
        reports(tmp_path, monday=HOSTS, tuesday=HOSTS)


@pytest.mark.parametrize("text", ["", "{", '{"version": "audit-v1", "hosts": [{}]}'])
def test_file_that_is_no_report_is_a_host_that_failed_and_the_others_count(tmp_path, text):
    (tmp_path / "broken.json").write_text(text)
    assert reports(tmp_path, web=[LOCAL]) == ["broken", "web"]
    [broken, _] = read_folder(tmp_path)
    assert "broken.json' is no report of an audit" in broken.error


def test_host_whose_uri_is_nonsense_is_reported_all_the_same(tmp_path):
    dead = HostAudit("typo", "qemu+ssh://[/system", error="cannot connect")
    assert reports(tmp_path, web1=[dead]) == ["web1"]


def test_folder_without_reports_is_refused(tmp_path):
    with pytest.raises(InputError, match="there is no report of an audit in"):
        list(read_folder(tmp_path))
