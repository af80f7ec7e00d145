"""Names and values that libvirt's vocabulary does not have, and what libvirt does with each."""

from chanfix.domain.versions import Version

_DOMAIN = """\
<domain type='qemu'>
  <name>{name}</name>
  <memory>65536</memory>
  <os><type arch='x86_64' machine='q35'>hvm</type></os>
  {outside}
  <devices>{devices}</devices>
</domain>
"""
_DISK = "<disk type='{kind}'>{inside}<target dev='{dev}' bus='{bus}'/></disk>"
_FILE = "<source file='/srv/web.img'/>"


def _text(name, devices="", outside=""):
    return _DOMAIN.format(name=name, devices=devices, outside=outside)


def _disk(name, *, kind="file", inside=_FILE, dev="vda", bus="virtio"):
    return _text(name, _DISK.format(kind=kind, inside=inside, dev=dev, bus=bus))


# Name of the domain -> its text, and the words of the error, or behind a mark what libvirt does not store.
UNKNOWN = {
    "attribute-of-no-disk": (_disk("attribute-of-no-disk", inside=f"{_FILE}<driver cash='none'/>"), "!cash"),
    "element-of-no-controller": (
        _text("element-of-no-controller", "<controller type='usb'><adress type='pci'/></controller>"),
        "!adress",
    ),
    "of-another-kind-of-disk": (
        _disk("of-another-kind-of-disk", inside="<source file='/srv/web.img' pool='default'/>"),
        "!pool",
    ),
    "in-another-place": (_text("in-another-place", outside="<pae/>"), "!pae"),
    "feature": (_text("feature", outside="<features><apci/></features>"), "unexpected feature 'apci'"),
    "bus": (_disk("bus", bus="virtioo"), "Invalid value for attribute 'bus' in element 'target': 'virtioo'"),
    "number": (_text("number", "<controller type='usb' index='first'/>"), "Invalid value for attribute 'index'"),
    "text": (_text("text", outside="<on_reboot>restartt</on_reboot>"), "unknown on_reboot action: restartt"),
    "dropped-value": (_text("dropped-value", "<video><model type='virtio' primary='maybe'/></video>"), "!maybe"),
}
# What no list of libvirt's has, and libvirt takes all the same.
TAKEN = {
    "bus-none": _text("bus-none", "<input type='tablet' bus='none'/>"),
    "model-default": _text("model-default", "<video><model type='default'/></video>"),
    "heads-empty": _text("heads-empty", "<video><model type='virtio' heads=''/></video>"),
    "plus": _text(
        "plus",
        "<controller type='pci' index='1' model='pcie-root-port'><target chassis='+1' port='+0x8'/></controller>",
    ),
}
# The first libvirt that was seen to refuse one of these, and its words.
REFUSED_SINCE = {"heads-empty": (Version(11, 3), "Invalid value for attribute 'heads'")}
# What is newer than libvirt 9.0.
NEWER = {
    "watchdog": (_text("watchdog", "<watchdog model='itco'/>"), "unknown watchdog model 'itco'"),
    "crypto": (
        _text("crypto", "<crypto model='virtio' type='qemu'><backend model='builtin'/></crypto>"),
        "!<crypto",
    ),
    "ps2": (_text("ps2", outside="<features><ps2 state='off'/></features>"), "unexpected feature 'ps2'"),
    "discard": (_disk("discard", inside=f"{_FILE}<driver name='qemu' discard_no_unref='on'/>"), "!discard_no_unref"),
}
