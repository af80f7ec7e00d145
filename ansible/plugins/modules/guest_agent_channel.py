#!/usr/bin/python
# SPDX-License-Identifier: MIT
"""The channel of the guest agent in one libvirt domain."""

from __future__ import annotations

DOCUMENTATION = r"""
module: guest_agent_channel
short_description: Puts the guest agent's channel into a libvirt domain, detaches it, or takes it out
version_added: 0.1.0
description:
  - Has the channel of the QEMU guest agent be in a domain as it should be.
  - Nothing else of the domain changes, to the byte.
  - The stored definition is edited, never the running domain, which keeps its channels until it is powered off and
    started again. The old definition is saved first; C(chanfix undo) puts it back.
options:
  domain:
    description:
      - The name, id or UUID of a domain on the connection.
      - Or a file on the managed host, when it holds a V(/) or ends in V(.xml).
    type: str
    required: true
  state:
    description:
      - V(present) is a channel that libvirt's agent calls can use; a broken one is repaired, a detached one attached.
      - V(detached) is a channel under another name, O(port), that libvirt leaves to a client of your own.
      - V(absent) is no channel of that name.
    type: str
    choices: [present, detached, absent]
    default: present
  port:
    description:
      - The name of the channel's port.
      - By default V(org.qemu.guest_agent.0), and V(org.qemu.guest_agent.1) for a detached one.
    type: str
  path:
    description:
      - Where the socket is to be on the host, for a channel that is to be there.
      - By default libvirt makes one at each start.
    type: str
extends_documentation_fragment:
  - chanfix.libvirt.chanfix
attributes:
  check_mode:
    description: Says what would change, and changes nothing.
    support: full
  diff_mode:
    description: Shows the change of the definition, without its passwords.
    support: full
seealso:
  - module: chanfix.libvirt.guest_agent_info
"""

EXAMPLES = r"""
- name: Have libvirt's agent calls work
  chanfix.libvirt.guest_agent_channel:
    uri: qemu:///system
    domain: web

- name: Leave the agent to a client of our own
  chanfix.libvirt.guest_agent_channel:
    uri: qemu:///system
    domain: web
    state: detached
    port: com.example.backup.0
    path: /run/backup/web.sock

- name: Have the channel in a definition that is kept in a file
  chanfix.libvirt.guest_agent_channel:
    domain: /srv/domains/web.xml
"""

RETURN = r"""
messages:
  description: What was done to the domain, or would be.
  type: list
  elements: str
  returned: success
  sample: [added the channel 'org.qemu.guest_agent.0']
notes:
  description: What should be known besides, as that a running domain takes a power cycle.
  type: list
  elements: str
  returned: success
"""

from collections import namedtuple

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.chanfix.libvirt.plugins.module_utils.chanfix import (
    DONE,
    WOULD_CHANGE,
    Chanfix,
    chanfix_arguments,
)

Outcome = namedtuple("Outcome", ["status", "messages", "notes", "diff", "complaint"])
COMMANDS = {"present": "add", "detached": "detach-libvirt", "absent": "remove"}


class Channel:
    """The channel of one domain, and the commands that change it."""

    def __init__(self, chanfix, domain, port, path):
        """Name the domain, and what the channel is to be."""
        self._chanfix = chanfix
        self._domain = domain
        self._port = port
        self._path = path

    def ensure(self, state, check_mode):
        """Bring a state about, or only look; return what came of each command that it took."""
        command, seen = self._way_to(state)
        if seen.status == DONE or check_mode:
            return [seen]
        done = self._run(command)
        if done.status != DONE:
            self._chanfix.fail(done.complaint, done.status)
        outcomes = [done._replace(status=WOULD_CHANGE, diff=seen.diff)]
        if command == ["attach-libvirt"]:  # and whatever else is wrong with the channel
            outcomes += [outcome for outcome in self.ensure(state, check_mode) if outcome.status != DONE]
        return outcomes

    def _way_to(self, state):
        """Return the command that brings a state about, with what it would do, or end the task where none does."""
        wanted = self._command(COMMANDS[state])
        seen = self._look(wanted)
        if seen.status in (DONE, WOULD_CHANGE):
            return wanted, seen
        if state == "present" and self._port is None:
            attached = self._look(["attach-libvirt"])
            if attached.status == WOULD_CHANGE:
                return ["attach-libvirt"], attached
        if state == "detached" and self._look(["remove"]).status == DONE:
            # There is nothing to detach: then the port itself can be put in place.
            add = self._command("add", self._port or "org.qemu.guest_agent.1")
            added = self._look(add)
            if added.status == WOULD_CHANGE:
                return add, added
        return self._chanfix.fail(seen.complaint, seen.status)

    def _command(self, name, port=None):
        command = [name]
        port = port or self._port
        if port is not None:
            command += ["--port", port]
        if self._path is not None:
            command += ["--path", self._path]
        return command

    def _look(self, command):
        return self._run([*command, "--check", "--diff"])

    def _run(self, command):
        status, out, err = self._chanfix.run(*command, "--", self._domain)
        start = self._domain + ": "
        messages = [line[len(start) :].strip() for line in out.splitlines() if line.startswith(start)]
        diff = "".join(line for line in out.splitlines(True) if not line.startswith(start))
        notes = [line.strip()[len("note: ") :] for line in err.splitlines() if line.strip().startswith("note: ")]
        return Outcome(status, messages, notes, diff, err)


def main():
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            "domain": {"type": "str", "required": True},
            "state": {"type": "str", "default": "present", "choices": ["present", "detached", "absent"]},
            "port": {"type": "str"},
            "path": {"type": "str"},
            **chanfix_arguments(),
        },
        supports_check_mode=True,
    )
    wanted = module.params
    if wanted["state"] == "absent" and wanted["path"] is not None:
        module.fail_json(msg="path makes no sense for a channel that is to be absent")
    channel = Channel(Chanfix(module), wanted["domain"], wanted["port"], wanted["path"])
    outcomes = channel.ensure(wanted["state"], module.check_mode)
    result = {
        "changed": any(outcome.status == WOULD_CHANGE for outcome in outcomes),
        "messages": [message for outcome in outcomes for message in outcome.messages],
        "notes": list(dict.fromkeys(note for outcome in outcomes for note in outcome.notes)),
    }
    if module._diff:
        result["diff"] = {"prepared": "".join(outcome.diff for outcome in outcomes)}
    module.exit_json(**result)


if __name__ == "__main__":
    main()
