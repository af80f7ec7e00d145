// Domains that the tests open.

export const GOOD = `\
<domain type='kvm'>
  <name>web</name>
  <devices>
    <channel type='unix'>
      <target type='virtio' name='org.qemu.guest_agent.0'/>
    </channel>
  </devices>
</domain>
`;
export const BLANK = GOOD.replace('guest_agent.0', 'guest_agent.0 ');
export const PTY = GOOD.replace("'unix'", "'pty'");
/** libvirt drops the timeout of a menu that is off. */
export const LOST = `\
<domain type='qemu'>
  <name>web</name>
  <memory unit='MiB'>64</memory>
  <os>
    <type arch='x86_64' machine='pc'>hvm</type>
    <bootmenu enable='no' timeout='3000'/>
  </os>
  <features><acpi/></features>
</domain>
`;
