#!/usr/bin/python
# SPDX-License-Identifier: MIT
"""The channel of the guest agent in one libvirt domain."""

from __future__ import annotations

DOCUMENTATION = r"""
module: guest_agent_channel
short_description: Puts the guest agent's channel into a libvirt domain, detaches it, or takes it out
version_added: 0.1.0
description:
  - Has the channel of the QEMU guest agent be in a domain as it should be. Nothing else of the domain changes, to the byte.
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

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.chanfix.libvirt.plugins.module_utils.chanfix import (
    DONE,
    WOULD_CHANGE,
    Chanfix,
    chanfix_arguments,
)


class Channel:
    """The channel of one domain, and the commands that change it."""

    def __init__(self, chanfix, domain, port, path):
        """Name the domain, and what the channel is to be."""
        self._chanfix = chanfix
        self._domain = domain
        self._port = port
        self._path = path

    def steps(self, state):
        """Return the commands that bring the state about, or end the task where none does."""
        return getattr(self, "_" + state)()

    def look(self, command):
        """Return the status of a command that changes nothing, with the change as a diff, or the complaint."""
        return self._chanfix.run("--quiet", *command, "--check", "--diff", "--", self._domain)

    def do(self, command, check_mode):
        """Carry a command out, or only tell what it would do; return the lines about the domain, and the notes."""
        status, out, err = self._chanfix.run(*command, *(["--check"] if check_mode else []), "--", self._domain)
        if status not in (DONE, WOULD_CHANGE):
            self._chanfix.fail(err, status)
        said = [
            line[len(self._domain) + 2 :].strip() for line in out.splitlines() if line.startswith(self._domain + ": ")
        ]
        notes = [line.strip()[len("note: ") :] for line in err.splitlines() if line.strip().startswith("note: ")]
        return said, notes

    def _present(self):
        add = self._command("add")
        status, complaint = self._status(add)
        if status in (DONE, WOULD_CHANGE):
            return [add]
        attach = ["attach-libvirt"]
        if self._port is None and self._status(attach)[0] == WOULD_CHANGE:
            return [attach, add]
        return self._chanfix.fail(complaint, status)

    def _detached(self):
        detach = self._command("detach-libvirt")
        status, complaint = self._status(detach)
        if status in (DONE, WOULD_CHANGE):
            return [detach]
        # There is nothing to detach: then the port itself can be put in place.
        self._port = self._port or "org.qemu.guest_agent.1"
        add = self._command("add")
        if self._status(["remove"])[0] == DONE and self._status(add)[0] in (DONE, WOULD_CHANGE):
            return [add]
        return self._chanfix.fail(complaint, status)

    def _absent(self):
        remove = self._command("remove")
        status, complaint = self._status(remove)
        if status in (DONE, WOULD_CHANGE):
            return [remove]
        return self._chanfix.fail(complaint, status)

    def _command(self, name):
        command = [name]
        if self._port is not None:
            command += ["--port", self._port]
        if self._path is not None:
            command += ["--path", self._path]
        return command

    def _status(self, command):
        status, dummy, complaint = self.look(command)
        return status, complaint


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
    result = {"changed": False, "messages": [], "notes": []}
    diffs = []
    for number, command in enumerate(channel.steps(wanted["state"])):
        if number and module.check_mode:
            break  # it would work on what the one before has done
        status, diff, complaint = channel.look(command)
        diffs.append(diff)
        result["changed"] = result["changed"] or status == WOULD_CHANGE
        messages, notes = channel.do(command, module.check_mode or status == DONE)
        result["messages"] += messages
        result["notes"] += [note for note in notes if note not in result["notes"]]
    if module._diff:
        result["diff"] = {"prepared": "".join(diffs)}
    module.exit_json(**result)


if __name__ == "__main__":
    main()
