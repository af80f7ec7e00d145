"""What the pages of the source and path rules say that libvirt and QEMU do, shown on libvirt's own QEMU driver."""

import pytest
from path_claims import NO_RECONNECT, PATHS, READS, SOURCES, STARTS, channel_of, read

from chanfix.domain.path.generated import is_dropped
from chanfix.domain.path.kinds import MAX_BYTES
from chanfix.domain.path.sockets import listens

pytestmark = pytest.mark.embed


def test_define_drops_what_we_say_that_this_version_drops(driver):
    files = {
        f"path-{number}": driver.file(
            f"path-{number}", channel_of(path.format(D=driver.socket_folder, R=driver.root), port=port)
        )
        for number, (path, port) in enumerate(PATHS)
    }
    said = driver.ask({name: [f"define {file}", f"dumpxml --inactive {name}"] for name, file in files.items()})
    version = driver.version
    for name, file in files.items():
        assert "<channel" in said[name]
        assert ("<source " not in said[name]) is is_dropped(read(file), version), (file.read_text(), said[name])


def test_reconnect_is_refused_where_we_say_that_qemu_listens(driver):
    folder = driver.socket_folder
    files = {name: driver.file(f"reconnect-{name}", xml.format(D=folder)) for name, xml in SOURCES.items()}
    said = driver.ask({name: [f"define {file}"] for name, file in files.items()})
    version = driver.version
    for name, file in files.items():
        assert (NO_RECONNECT in said[name]) is listens(read(file), version), said[name]


@pytest.mark.parametrize(("xml", "words"), READS.values(), ids=READS)
def test_define_reads_the_source_as_the_pages_say(driver, xml, words):
    file = driver.file("defined", xml.format(D=driver.socket_folder))
    said = driver.ask({"defined": [f"define {file}", "dumpxml --inactive defined", "undefine defined"]})
    assert words in said["defined"]


def test_start_goes_as_the_pages_say(driver):
    root = str(driver.root)
    fill = {"R": root, "D": str(driver.socket_folder), "fits": "a" * (MAX_BYTES - len(root) - 1)}
    files = {name: driver.file(name, xml.format(**fill)) for name, (xml, _) in STARTS.items()}
    said = driver.ask({name: [f"define {file}", f"start {name}", f"destroy {name}"] for name, file in files.items()})
    assert {name: said[name] for name, (_, words) in STARTS.items() if words.format(**fill) not in said[name]} == {}


def test_second_domain_takes_the_socket_and_the_first_removes_it(driver):
    socket = driver.root / "shared.sock"
    files = [driver.file(name, channel_of(socket)) for name in ("one", "two")]
    script = [*(f"define {file}" for file in files), "start one", "start two", "destroy one", "domstate two"]
    try:
        said = driver.ask({"shared": script})["shared"]
        assert said.count("started") == 2
        assert "running" in said
        assert not socket.exists()
    finally:
        driver.ask({"over": ["destroy one", "destroy two"]})
