"""What the modules have in common, for their documentation."""


class ModuleDocFragment:
    """The options that say which libvirt is meant, and which chanfix does the work."""

    DOCUMENTATION = r"""
options:
  uri:
    description:
      - The libvirt to connect to, as V(qemu:///system).
      - By default the one that libvirt itself would take.
    type: str
  timeout:
    description: How long one call of libvirt may take, in seconds.
    type: float
    default: 30
  executable:
    description: The program C(chanfix), by its name or its path on the managed host.
    type: path
    default: chanfix
requirements:
  - chanfix on the managed host, with its extra C(libvirt) for domains on a connection
author:
  - The chanfix authors (@chanfix)
"""
