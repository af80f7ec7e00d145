"""What is published: built once, installed outside the checkout, without libvirt-python."""

import difflib
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

import chanfix
from chanfix import resources

CHECKOUT = Path(__file__).resolve().parents[1]
DATA = sorted(
    str(path.relative_to(CHECKOUT)) for name in ("schemas", "templates") for path in CHECKOUT.glob(f"{name}/**/*.*")
)
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in {"PYTHONPATH", "VIRTUAL_ENV"}}


def run(*command: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(word) for word in command],
        cwd=cwd,
        env=ENVIRONMENT | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def must(*command: object, cwd: Path, **environment: str) -> str:
    done = run(*command, cwd=cwd, **environment)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def dist(tmp_path_factory):
    """The source distribution, and the wheel built from it."""
    out = tmp_path_factory.mktemp("dist")
    must(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, CHECKOUT, cwd=out)
    return out


@pytest.fixture(scope="session")
def wheel(dist):
    [wheel] = dist.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def installed(wheel, tmp_path_factory):
    """The ``bin`` folder of a virtual environment with the wheel and what it requires, and no more."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=True)
    must(sys.executable, "-m", "pip", "--python", folder / "bin/python", "install", "--quiet", wheel, cwd=folder)
    return folder / "bin"


@pytest.fixture(scope="session")
def offline(wheel, tmp_path_factory):
    """Settings that let uv and pipx install the wheel without an index: each would take certificates and mirrors of its
    own, where pip alone is set up on this machine.
    """
    folder = str(tmp_path_factory.mktemp("requirements"))
    must(sys.executable, "-m", "pip", "download", "--quiet", "--dest", folder, wheel, cwd=folder)
    return {"PIP_NO_INDEX": "1", "PIP_FIND_LINKS": folder, "UV_OFFLINE": "1", "UV_FIND_LINKS": folder}


@pytest.fixture(scope="session")
def installers(tmp_path_factory):
    """The ``bin`` folder of a virtual environment with uv and pipx."""
    folder = tmp_path_factory.mktemp("installers")
    venv.create(folder, symlinks=True)
    done = run(sys.executable, "-m", "pip", "--python", folder / "bin/python", "install", "uv", "pipx", cwd=folder)
    if done.returncode:
        pytest.skip(f"uv and pipx cannot be had: {done.stderr.strip()[-200:]}")
    return folder / "bin"


def test_wheel_holds_the_package_and_its_data_and_nothing_else(wheel):
    stem = f"chanfix-{chanfix.__version__}"
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.split("/")[0] for name in names} == {"chanfix", f"{stem}.data", f"{stem}.dist-info"}
    assert [name for name in names if ".data/" in name] == [f"{stem}.data/data/share/man/man1/chanfix.1"]
    assert [name for name in DATA if f"chanfix/{name}" not in names] == []
    assert "chanfix/py.typed" in names


def test_source_distribution_holds_what_it_takes_to_build_and_test_it(dist):
    [sdist] = dist.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"LICENSE", "README.md", "pyproject.toml", "scripts/test", "tests/test_wheel.py", *DATA} <= names
    assert {name for name in names if name.split("/")[0] in {".ci", ".git", ".venv", "dist"}} == set()


def test_checkout_reads_the_folders_beside_the_package():
    assert resources.folder("schemas") == str(CHECKOUT / "schemas")


def test_wheel_reads_the_folders_inside_the_package(installed, tmp_path):
    code = "from chanfix import resources; print(resources.folder('schemas'))"
    folder = Path(must(installed / "python", "-c", code, cwd=tmp_path).strip())
    assert (folder / "virtio-serial.rng").is_file()
    assert folder.parts[-3:] == ("site-packages", "chanfix", "schemas")
    assert folder.is_relative_to(installed.parent)


def test_folder_of_somebody_else_beside_the_package_is_not_taken(tmp_path):
    shutil.copytree(CHECKOUT / "chanfix", tmp_path / "chanfix", ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "schemas").mkdir()
    code = "from chanfix import resources; resources.folder('schemas')"
    done = run(sys.executable, "-c", code, cwd=tmp_path)
    assert "the folder 'schemas' of this installation is missing" in done.stderr


def test_wheel_renders_the_channel(installed, tmp_path):
    code = "from chanfix.domain.element import render_channel as channel; print(channel('org.qemu.guest_agent.0').tag)"
    assert must(installed / "python", "-c", code, cwd=tmp_path) == "channel\n"


def test_wheel_brings_the_command(installed, tmp_path):
    assert must(installed / "chanfix", "--version", cwd=tmp_path) == f"chanfix {chanfix.__version__}\n"


def test_package_is_a_program_too(installed, tmp_path):
    assert must(installed / "python", "-m", "chanfix", "--version", cwd=tmp_path) == f"chanfix {chanfix.__version__}\n"


@pytest.mark.parametrize("command", ["uv tool install --no-config --python {python} {wheel}", "pipx install {wheel}"])
def test_wheel_is_a_tool_of_its_own(command, installers, offline, wheel, tmp_path):
    program, *arguments = command.format(python=sys.executable, wheel=wheel).split()
    folders = {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("CACHE", "CONFIG", "DATA", "STATE")}
    home = {"HOME": str(tmp_path), "XDG_BIN_HOME": str(tmp_path / ".local/bin"), **folders, **offline}
    must(installers / program, *arguments, cwd=tmp_path, **home)
    told = must(tmp_path / ".local/bin/chanfix", "--version", cwd=tmp_path, **home)
    assert told == f"chanfix {chanfix.__version__}\n"


def test_wheel_adds_the_channel_to_a_file(installed, tmp_path):
    before = (CHECKOUT / "examples/guest.xml").read_text()
    (tmp_path / "guest.xml").write_text(before)
    must(installed / "chanfix", "add", "guest.xml", cwd=tmp_path)
    after = (tmp_path / "guest.xml").read_text()
    added = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if not line.startswith(" ")]
    assert added == [
        "+     <channel type='unix'>",
        "+       <target type='virtio' name='org.qemu.guest_agent.0'/>",
        "+     </channel>",
    ]


def test_language_server_without_its_extra_names_it(installed, tmp_path):
    done = run(installed / "chanfix", "lsp", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        "chanfix: the Python package 'pygls' is not installed, which the language server needs\n"
        "  hint: pip install 'chanfix[lsp]'\n"
    )


def test_connection_without_libvirt_names_what_to_install(installed, tmp_path):
    done = run(installed / "chanfix", "--connect", "test:///default", "add", "test", cwd=tmp_path)
    assert done.returncode == 3
    for name in ("chanfix[libvirt]", "libvirt-dev", "python3-dev", "libvirt-devel", "python3-devel", "gcc"):
        assert name in done.stderr
