"""The targets of ``scripts/fuzz`` take what they start from and hundreds of inputs beside, without atheris."""

import re
import zlib
from random import Random

import pytest

from chanfix.errors import InternalError
from chanfix.lint.rules.agent.agent_not_unix import AgentNotUnix
from chanfix.lint.suppress import suppress
from chanfix.xml.scan import scan
from fuzz.__main__ import main
from fuzz.mutation import mutated
from fuzz.targets import DOCUMENTS, SEEDS, TARGETS, try_one

PIECES = [b"", b"<", b">", b"&", b"'", b"\n", b"\r", b"\0", b"\xff", b"\xc3\xa9", b"-->", b"]]>", b"{{", b"%}", b"["]
INPUTS = 150


def inputs(target):
    """Yield a target's own seeds, some whole documents, and what is broken of them; always the same."""
    paths = [path for path in sorted((SEEDS / target).rglob("*")) if path.is_file()]
    if TARGETS[target]:
        paths += sorted(DOCUMENTS.rglob("*.xml*"))[::6]
    for path in paths:
        data = path.read_bytes()
        yield data
        chance = Random(zlib.crc32(path.name.encode()))
        for _ in range(INPUTS // len(paths)):
            yield broken(data, chance)


def broken(data, chance):
    changed = mutated(data, 1 << 20, chance)
    for _ in range(chance.randrange(3)):
        start = chance.randrange(len(changed) + 1)
        changed = changed[:start] + chance.choice(PIECES) + changed[start + chance.randrange(4) :]
    return changed


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_takes_hundreds_of_inputs(target):
    feed = try_one(target)
    count = 0
    for data in inputs(target):
        feed(data)
        count += 1
    assert count >= 100


def without_comments(data):
    return scan(data)._replace(comments=[])


def failing(self, channel, domain, facts):
    raise KeyError("agent")


def losing(document, drafts, ran):
    return suppress(document, drafts[1:], ran)


FAULTS = {
    "scan": ("fuzz.scan.scan", without_comments),
    "patch": (AgentNotUnix, "agent_channel", failing),
    "masking": ("chanfix.template.masking._NO_LINE_END", re.compile(rb"[^\r]")),
    "suppression": ("chanfix.lint.suppress.suppress", losing),
}


@pytest.mark.parametrize("target", FAULTS)
def test_a_target_notices_a_fault(monkeypatch, target):
    monkeypatch.setattr(*FAULTS[target])
    with pytest.raises((AssertionError, InternalError)):
        test_a_target_takes_hundreds_of_inputs(target)


@pytest.mark.parametrize("name", ["nofile", "."])
def test_an_input_that_cannot_be_read_is_wrong_usage(capsys, name):
    assert main(["config", name]) == 2
    assert capsys.readouterr().err.startswith(f"{name} cannot be read: ")
