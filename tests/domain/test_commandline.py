"""Which ports a domain gives to QEMU itself, as QEMU reads its command line."""

import time

import pytest

from chanfix.domain import Domain
from chanfix.template import read_document

NAME = "org.example.a"
START = "<domain type='kvm' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><devices/>"


def domain(*arguments, start=START):
    escaped = (argument.replace("'", "&apos;") for argument in arguments)
    written = "".join(f"<qemu:arg value='{argument}'/>\n" for argument in escaped)
    return f"{start}<qemu:commandline>\n{written}</qemu:commandline></domain>"


def ports(*arguments):
    return Domain.parse(domain(*arguments).encode()).commandline_ports


WORDS = f"virtserialport,chardev=c,name={NAME}"
ONE_PORT = {
    "two arguments": ("-device", WORDS),
    "one argument": (f"-device {WORDS}",),
    "two dashes": ("--device", WORDS),
    "the driver as a key": ("-device", f"driver={WORDS}"),
    "the driver behind": ("-device", f"chardev=c,name={NAME},driver=virtserialport"),
    "a console with a name": ("-device", WORDS.replace("virtserialport", "virtconsole")),
    "the last of two names": ("-device", f"virtserialport,name=x,name={NAME}"),
    "a comma in another value": ("-device", f"virtserialport,id=a,,,name={NAME}"),
    "JSON": ("-device", f'{{"driver": "virtserialport", "name": "{NAME}", "nr": 3}}'),
    "JSON in single quotes": ("-device", f"{{'driver': 'virtserialport', 'name': '{NAME}'}}"),
    "JSON with an escape": ("-device", f'{{"driver": "virtserialport", "name": "{NAME[:-1]}\\u0061"}}'),
    "among others": ("-snapshot", "-device", "virtio-serial-pci", "-device", WORDS, "-S"),
}
NO_PORT = {
    "no option before": (WORDS,),
    "another option": ("-global", f"driver=virtserialport,property=name,value={NAME}"),
    "a global value": ("-global", f"virtserialport.name={NAME}"),
    "a name from -set": ("-device", "virtserialport,id=p", "-set", f"device.p.name={NAME}"),
    "a file": ("-readconfig", "/etc/qemu/virtserialport.cfg"),
    "no name": ("-device", "virtserialport,chardev=c"),
    "an empty name": ("-device", "virtserialport,name="),
    "the name inside another value": ("-device", f"virtserialport,chardev=c,,name={NAME}"),
    "the name before the last one is empty": ("-device", f"virtserialport,name={NAME},name="),
    "another device": ("-device", f"virtserialport-x,name={NAME}"),
    "another device behind": ("-device", f"{WORDS},driver=isa-debugcon"),
    "a blank before the key": ("-device", f"virtserialport, name={NAME}"),
    "cut JSON": ("-device", f'{{"driver": "virtserialport", "name": "{NAME}"'),
    "a list": ("-device", f'[{{"driver": "virtserialport", "name": "{NAME}"}}]'),
    "a number as name": ("-device", '{"driver": "virtserialport", "name": 1}'),
    "half of a character as name": ("-device", '{"driver": "virtserialport", "name": "\\ud800"}'),
    "deep JSON": ("-device", '{"virtserialport":' + "[" * 5000),
}


@pytest.mark.parametrize("arguments", ONE_PORT.values(), ids=ONE_PORT)
def test_a_port_is_read_as_qemu_reads_it(arguments):
    assert [port.name for port in ports(*arguments)] == [NAME]


@pytest.mark.parametrize("arguments", NO_PORT.values(), ids=NO_PORT)
def test_what_is_no_port_or_cannot_be_read_is_none(arguments):
    assert ports(*arguments) == ()


def test_an_override_of_a_device_is_no_port():
    override = f"""<qemu:override><qemu:device alias='channel0'><qemu:frontend>
    <qemu:property name='name' type='string' value='{NAME}'/>
    </qemu:frontend></qemu:device></qemu:override>"""
    assert Domain.parse(domain("-S", start=START + override).encode()).commandline_ports == ()


CHARDEV = "socket,id=c,path=/run/a.sock,server=on,wait=off"
TO_TAKE_AWAY = {
    "its character device": (("-S", "-chardev", CHARDEV, "-device", WORDS), f"-chardev {CHARDEV} -device {WORDS}"),
    "a character device behind": (("-device", WORDS, "-chardev", CHARDEV), f"-device {WORDS} -chardev {CHARDEV}"),
    "one that others use stays": (("-chardev", CHARDEV, "-mon", "chardev=c", "-device", WORDS), f"-device {WORDS}"),
    "one of libvirt's stays": (("-device", WORDS), f"-device {WORDS}"),
    "a long one is cut": (
        ("-device", f"{WORDS},id={'i' * 500}"),
        f"-device {WORDS},id={'i' * (200 - len(WORDS) - 4)}...",
    ),
}


@pytest.mark.parametrize(("arguments", "written"), TO_TAKE_AWAY.values(), ids=TO_TAKE_AWAY)
def test_the_arguments_to_take_away_are_named(arguments, written):
    [port] = ports(*arguments)
    assert port.written == written
    assert port.chardev == "c"


@pytest.mark.parametrize(
    ("value", "names"),
    [
        ("virtserialport,chardev={{ c }},name=org.example.a", [NAME]),
        ("virtserialport,chardev=c,name={{ name }}", []),
        ("virtserialport,chardev=c,name={% if a %}x{% endif %}", []),
    ],
)
def test_a_name_that_a_template_fills_in_is_not_known(value, names):
    document = read_document(domain("-device", value).encode(), "a.xml.j2")
    assert [port.name for port in Domain.of(document).commandline_ports] == names


@pytest.mark.parametrize(
    "arguments",
    [
        ("-device", WORDS) * 10_000,
        ("-chardev", CHARDEV, "-device", WORDS) * 5_000,
        ("-device", "{'virtserialport" + "\\'" * 60_000),
        ("-device", "virtserialport" + "," * 1_000_000),
    ],
    ids=["many ports", "many character devices", "quotes without end", "commas"],
)
def test_a_hostile_command_line_takes_little_time(arguments):
    data = domain(*arguments).encode()
    start = time.monotonic()
    _ = Domain.parse(data).commandline_ports
    assert time.monotonic() - start < 5
