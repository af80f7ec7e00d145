#!/usr/bin/python
# SPDX-License-Identifier: MIT
"""Which guest agents answer."""

from __future__ import annotations

DOCUMENTATION = r"""
module: guest_agent_info
short_description: Tells of libvirt domains whether their guest agents answer
version_added: 0.1.0
description:
  - Asks the guest agents of domains, side by side.
  - Says of each whether it answers, and if not, why not and what to do.
  - Tells which addresses the guest has, and which features of the agent work.
  - Nothing changes, and no domain is marked as tainted unless O(raw) is set.
options:
  domains:
    description: Names, ids or UUIDs of domains on the connection. By default all of them.
    type: list
    elements: str
  agent_timeout:
    description: How long an agent has to answer, in seconds.
    type: float
    default: 10
  raw:
    description:
      - Ask agents for their version and commands too, which shows for every feature if it works.
      - libvirt marks the domains as tainted.
    type: bool
    default: false
  need:
    description:
      - Fail where one of these features of an agent does not work, as V(addresses) or V(exec).
      - All but V(addresses), V(time) and V(guest info) take O(raw), unless the port of every domain is a detached one.
    type: list
    elements: str
    default: []
  wait:
    description: How long to wait for agents that do not answer yet or lack what is in O(need), in seconds.
    type: float
extends_documentation_fragment:
  - chanfix.libvirt.chanfix
attributes:
  check_mode:
    description: The module changes nothing in any mode.
    support: full
  diff_mode:
    description: There is nothing to show.
    support: none
seealso:
  - module: chanfix.libvirt.guest_agent_channel
"""

EXAMPLES = r"""
- name: Ask every agent
  chanfix.libvirt.guest_agent_info:
    uri: qemu:///system
  register: agents

- name: Stop where one does not answer
  ansible.builtin.assert:
    that: agents.domains | rejectattr('is_answering') | length == 0

- name: Wait until the guest has an address
  chanfix.libvirt.guest_agent_info:
    domains: [web]
    need: [addresses]
    wait: 120
  register: web

- name: Show it
  ansible.builtin.debug:
    msg: "{{ web.domains[0].addresses | map(attribute='address') }}"
"""

RETURN = r"""
domains:
  description:
    - One entry for each domain, as C(chanfix status --output-format json) has them.
    - Later versions of chanfix may add keys and verdicts.
  type: list
  elements: dict
  returned: success
  contains:
    domain:
      description: The domain, as it was named.
      type: str
    verdict:
      description: What is with its agent, as V(responding), V(detached) or V(disconnected).
      type: str
    is_answering:
      description: Whether the agent answered.
      type: bool
    summary:
      description: The same in words.
      type: str
    port:
      description: The port that the agent is on.
      type: str
    features:
      description: Each feature of an agent that answers, whether it works, and the reason where it does not.
      type: list
      elements: dict
      contains:
        name:
          description: As V(shutdown), V(addresses), V(quiesced snapshot) or V(exec).
          type: str
        works:
          description: Whether it works; none where that is not known.
          type: bool
        reason:
          description: Why it does not work.
          type: str
        blocked:
          description: The commands that the guest's policy blocks.
          type: list
          elements: str
    addresses:
      description: The addresses that the guest says it has, its own loopback too; none where that is not known.
      type: list
      elements: dict
      contains:
        address:
          description: An IPv4 or IPv6 address.
          type: str
        prefix:
          description: The length of its network's prefix.
          type: int
        interface:
          description: The guest's name for the interface.
          type: str
        mac:
          description: The address of the hardware.
          type: str
    guest_os:
      description: The guest's system, as its os-release has it.
      type: dict
    policy:
      description: Where a system such as the guest's sets what its agent may do, with C(file) and C(setting).
      type: dict
    frozen_since:
      description: When its file systems were seen frozen; none for a guest that is not.
      type: str
    next_step:
      description: What to do about it.
      type: dict
"""

import json

from ansible.module_utils.basic import AnsibleModule
from ansible_collections.chanfix.libvirt.plugins.module_utils.chanfix import Chanfix, chanfix_arguments


def main():
    """Run the module."""
    module = AnsibleModule(
        argument_spec={
            "domains": {"type": "list", "elements": "str"},
            "agent_timeout": {"type": "float", "default": 10},
            "raw": {"type": "bool", "default": False},
            "need": {"type": "list", "elements": "str", "default": []},
            "wait": {"type": "float"},
            **chanfix_arguments(),
        },
        supports_check_mode=True,
    )
    chanfix = Chanfix(module)
    wanted = ["--"] + module.params["domains"] if module.params["domains"] else ["--all"]
    options = ["--agent-timeout", str(module.params["agent_timeout"]), "--output-format", "json"]
    if module.params["raw"]:
        options.append("--raw")
    if module.params["need"]:
        options += ["--need", ",".join(module.params["need"])]
    if module.params["wait"] is not None:
        options += ["--wait", str(module.params["wait"])]
    status, out, err = chanfix.run("status", *options, *wanted)
    try:
        domains = json.loads(out)["domains"]
    except (ValueError, KeyError, TypeError):
        chanfix.fail(err, status)
    if module.params["need"] and status:
        module.fail_json(msg="not every agent does what is needed: " + _lacking(domains), domains=domains)
    module.exit_json(changed=False, domains=domains)


def _lacking(domains):
    """Return the domains with what they are, and what does not work."""
    lacking = []
    for domain in domains:
        broken = [each["name"] for each in domain["features"] if each["works"] is False]
        without = f", does not work: {', '.join(broken)}" if broken else ""
        lacking.append(f"{domain['domain']}: {domain['summary'] or domain['error']}{without}")
    return "; ".join(lacking)


if __name__ == "__main__":
    main()
