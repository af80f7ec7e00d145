"""The real template engines, each asked by name to render a text with several sets of values.

An engine of another language is one process for all its texts, which gets and gives lines of JSON. One that is not
there skips the test with the package that holds it.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from .terraform import render as render_terraform

__all__ = ["ENGINES", "RefusedError", "render"]

HERE = Path(__file__).parent
Values = dict[str, Any]
Render = Callable[[str, list[Values]], list[str]]


class RefusedError(Exception):
    """An engine does not take a text."""


def _missing(program: str, package: str) -> None:
    pytest.skip(f"{program} is missing: install {package}")


def _process(command: list[str], program: str, package: str, **environment: str) -> Render:
    """Start an engine that answers each line of JSON with one."""
    if shutil.which(command[0]) is None:
        _missing(command[0], package)
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ | environment
    )

    def ask(text: str, values: list[Values]) -> list[str]:
        try:
            process.stdin.write(json.dumps({"text": text, "values": values}).encode() + b"\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = b""
        if not line:
            raise ChildProcessError(process.stderr.read().decode())
        answer = json.loads(line)
        if "error" in answer:
            raise RefusedError(answer["error"])
        return answer["rendered"]

    try:
        ask("", [{}])
    except (ChildProcessError, RefusedError):
        process.communicate()
        _missing(program, package)
    return ask


def _in_python(module: str, compiler: Callable[[Any], Callable[[str], Callable[[Values], str]]]) -> Render:
    compile_text = compiler(pytest.importorskip(module, reason=f"{module} is missing: it is in the group 'dev'"))

    def ask(text: str, values: list[Values]) -> list[str]:
        try:
            template = compile_text(text)
            return [template(one) for one in values]
        except Exception as error:
            raise RefusedError(f"{type(error).__name__}: {error}") from error

    return ask


def _jinja(jinja2):
    environment = jinja2.Environment(extensions=["jinja2.ext.loopcontrols"])
    return lambda text: environment.from_string(text).render


def _django(django):
    from django.template import Context, Engine

    engine = Engine()
    return lambda text: lambda values: engine.from_string(text).render(Context(values))


def _liquid(liquid):
    return lambda text: lambda values: liquid.Template(text).render(**values)


def _mako(mako):
    from mako.template import Template

    return lambda text: lambda values: Template(text).render(**values)


def _airspeed(airspeed):
    return lambda text: airspeed.Template(text).merge


def _chevron(chevron):
    return lambda text: lambda values: chevron.render(text, values)


def _go() -> Render:
    if shutil.which("gccgo") is None and shutil.which("go") is None:
        _missing("Go", "gccgo or golang-go")
    program = str(Path(os.environ["HOME"]) / "render-go")
    source = str(HERE / "render.go")
    compiler = ["gccgo", "-o"] if shutil.which("gccgo") else ["go", "build", "-o"]
    subprocess.run([*compiler, program, source], check=True)
    return _process([program], "Go", "gccgo")


def _node(kind: str, package: str) -> Render:
    path = "/usr/share/nodejs:/usr/share/javascript"
    return _process(["node", str(HERE / "render.js"), kind], kind, f"nodejs and {package}", NODE_PATH=path)


def _php(kind: str, package: str) -> Render:
    return _process(["php", str(HERE / "render.php"), kind, os.environ["HOME"]], kind, package)


ENGINES: dict[str, Callable[[], Render]] = {
    "jinja": lambda: _in_python("jinja2", _jinja),
    "django": lambda: _in_python("django", _django),
    "liquid": lambda: _in_python("liquid", _liquid),
    "twig": lambda: _php("twig", "php-cli and php-twig"),
    "erb": lambda: _process(["ruby", str(HERE / "render.rb")], "ERB", "ruby"),
    "ejs": lambda: _node("ejs", "node-ejs"),
    "go": _go,
    "handlebars": lambda: _node("handlebars", "libjs-handlebars"),
    "mustache": lambda: _in_python("chevron", _chevron),
    "mako": lambda: _in_python("mako", _mako),
    "terraform": lambda: render_terraform,
    "template_toolkit": lambda: _process(["perl", str(HERE / "render.pl")], "Template Toolkit", "libtemplate-perl"),
    "smarty": lambda: _php("smarty", "php-cli and smarty4"),
    "velocity": lambda: _in_python("airspeed", _airspeed),
    "php": lambda: _php("php", "php-cli"),
}
"""How each engine is made ready; each skips the test where it is not there."""


@cache
def _ready(name: str) -> Render | str:
    try:
        return ENGINES[name]()
    except pytest.skip.Exception as reason:
        return str(reason)


def render(name: str, text: str, values: list[Values]) -> list[str]:
    """Return what an engine makes of a text with each set of values. Raises ``RefusedError``."""
    engine = _ready(name)
    if isinstance(engine, str):
        pytest.skip(engine)
    # Some engines leave names of their own in the values.
    return engine(text, deepcopy(values))
