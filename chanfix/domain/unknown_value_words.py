"""The words in which libvirt refuses a value that it does not know, with ``*`` for what varies."""

from __future__ import annotations

__all__ = ["UNKNOWN_VALUE_WORDS"]

# Each was seen in libvirt 9.0, 11.3 or 12.8, where one value of a domain was made one that is not known.
UNKNOWN_VALUE_WORDS = tuple(
    """\
Invalid value for attribute '*' in element '*': '*'
Invalid value for attribute '*'
Invalid value '*' for element or attribute '*'
Invalid CPU feature policy
Invalid fallback attribute
Invalid mode attribute '*'
Unknown architecture *
Unknown model type '*'
Unknown protocol '*'
Unsupported NUMA memory tuning mode '*'
cannot parse video *
cannot parse vnc port
disk iotune field '*' must be an integer
failed to parse port number '*'
invalid domain type *
invalid iothreads count '*'
malformed mtu size
malformed uuid element
maximum vcpus count must be an integer
unable to parse mac address '*'
unknown OS type '*'
unknown RNG backend model '*'
unknown RNG model '*'
unknown address type '*'
unknown clock basis '*'
unknown clock offset '*'
unknown codec type '*'
unknown driver format value '*'
unknown firmware value *
unknown hostdev mode '*'
unknown input bus type '*'
unknown input device type '*'
unknown interface link state '*'
unknown memoryBacking/access/mode '*'
unknown memoryBacking/allocation/mode '*'
unknown memoryBacking/source/type '*'
unknown on_crash action: *
unknown on_poweroff action: *
unknown on_reboot action: *
unknown panic model '*'
unknown redirdev character device type '*'
unknown smbios mode '*'
unknown storage source format '*'
unknown storage source type '*'
unknown target model '*' specified for character device
unknown target type '*' specified for character device
unknown type presented to host for character device: *
unknown video model '*'
unknown virtualport type *
unknown watchdog action '*'
unknown watchdog model '*'
""".splitlines()
)
