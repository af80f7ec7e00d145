"""Asks libvirt's QEMU driver what it does with a value or name that it does not know: refuse the domain, drop it,
keep it.

Each question is a document that the driver defines as it is, with one thing changed. The answer is noted for the
place, and nothing of the document: ``disk/target@bus`` for a value, ``os`` for a text, ``cpu/topology@*`` and
``features/*`` for an attribute and an element that nothing has, ``disk[file]@rawio`` for an attribute that belongs to
other kinds of disk.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from itertools import islice
from pathlib import Path
from typing import Any

from lxml import etree

HERE = Path(__file__).resolve().parent
NOBODY = 65534
# No value of libvirt's, and no number.
STRANGE = "chanfix"
NEGATIVE = "-1"
# A place is asked about so often at most until an answer tells something.
_TRIES = 6
# Stands between a place and the kind of its element that was asked about.
_OF_KIND = "\0"
_SAMPLES = {
    "hex": "0x1",
    "integer": "1",
    "mac": "52:54:00:12:34:56",
    "number": "1",
    "uuid": "3e3fce45-4f53-4fa7-bb32-11f34168b82b",
}


class Driver:
    """The driver in a process of its own, on this machine or below another root, started again when it has crashed."""

    def __init__(self, root: str) -> None:
        self._root = root
        self._child: subprocess.Popen[str] | None = None
        # What libvirt finds out about QEMU stays there for the next process.
        self._folder = Path(tempfile.mkdtemp(prefix="vocabulary-", dir=f"{root.rstrip('/')}/var/tmp"))
        (self._folder / "etc").mkdir()
        (self._folder / "etc" / "qemu.conf").write_text('stdio_handler = "file"\n')
        if os.geteuid() == 0:
            for path in (self._folder, *self._folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY)

    def stored(self, document: etree._Element) -> etree._Element | None:
        """Return what libvirt would store of a document, None if it refuses it."""
        for _ in range(2):
            if self._child is None:
                self._child = self._start()
            assert self._child.stdin is not None
            assert self._child.stdout is not None
            try:
                print(json.dumps(etree.tostring(document, encoding="unicode")), file=self._child.stdin, flush=True)
                answer = self._child.stdout.readline()
            except BrokenPipeError:
                answer = ""
            if answer:
                text = json.loads(answer)
                return None if text is None else etree.fromstring(text)
            self._end()
        return None

    def close(self) -> None:
        """End the process and remove its folder."""
        self._end()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _end(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def _start(self) -> subprocess.Popen[str]:
        child = (HERE / "driver.py").read_text()
        command = [sys.executable, "-c", child, f"/var/tmp/{self._folder.name}"]
        if self._root != "/":
            command[0] = "/usr/bin/python3"
            inside = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"'
            command = ["unshare", "-mn", "sh", "-c", inside, self._root, *command]
        return subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )


def ask(documents: Sequence[Path], vocabulary: Mapping[str, Any], roots: Sequence[str]) -> dict[str, str]:
    """Return for each place of a value what the drivers below some roots do with a strange one there.

    ``refused`` is what all of them refuse, for all kinds of the element that were asked about, ``dropped`` what all of
    them drop, ``kept`` what one of them keeps. A place of which they say different things is left out.
    """
    found: dict[str, set[str]] = {}
    for root in roots:
        for place, answer in _ask_one(documents, vocabulary, root).items():
            found.setdefault(place.partition(_OF_KIND)[0], set()).add(answer)
    one_answer = {place: "kept" if "kept" in answers else "".join(answers) for place, answers in sorted(found.items())}
    return {place: answer for place, answer in one_answer.items() if len(found[place]) == 1 or answer == "kept"}


def _ask_one(documents: Sequence[Path], vocabulary: Mapping[str, Any], root: str) -> dict[str, str]:
    asking = _Asking(vocabulary, Driver(root))
    for path in documents:
        try:
            tree = etree.parse(path).getroot()
        except etree.XMLSyntaxError:
            continue
        if tree.tag == "domain" and tree.get("type"):
            asking.ask(tree)
    print(f"{root}: {len(asking.answers)} answers", file=sys.stderr)
    asking.driver.close()
    return asking.answers


class _Asking:
    def __init__(self, vocabulary: Mapping[str, Any], driver: Driver) -> None:
        self._contexts = vocabulary["contexts"]
        self._values = vocabulary["values"]
        self._tries: dict[str, int] = {}
        self.answers: dict[str, str] = {}
        self.driver = driver

    def ask(self, tree: etree._Element) -> None:
        """Ask about all places in a document about which nobody knows yet."""
        values = [question for question in self._questions(tree, "domain") if self._is_open(question[0])]
        names = [question for question in self._names(tree, "domain") if self._is_open(question[0])]
        if not (values or names) or self.driver.stored(tree) is None:
            return
        for place, element, attribute, known in values:
            if self._is_open(place):
                self._tries[place] = self._tries.get(place, 0) + 1
                self._ask_about(tree, place, element, attribute, known)
        for place, element, name, value in names:
            if self._is_open(place):
                self.answers[place] = self._answer(tree, element, name, value)

    def _names(self, element: etree._Element, here: str) -> Iterator[tuple[str, etree._Element, str | None, str]]:
        """Yield the places of an element and of all below it, each with a name that it does not have there."""
        context = self._contexts[here]
        variant = {}
        yield f"{here}@*", element, STRANGE, "1"
        if not element.text or not element.text.strip():
            yield f"{here}/*", element, None, f"<{STRANGE}/>"
        if "by" in context:
            kind = element.get(context["by"], "")
            variant = context["variants"].get(kind, {})
            own = {*context.get("attributes", ()), *variant.get("attributes", ())}
            for other in context["variants"].values() if kind in context["variants"] else ():
                for name, values in other.get("attributes", {}).items():
                    if name not in own and name not in element.attrib:
                        yield f"{here}[{kind}]@{name}", element, name, _sample(self._values[values])
        elements = {**context.get("elements", {}), **variant.get("elements", {})}
        for child in element.iterchildren(etree.Element):
            if child.tag in elements:
                yield from self._names(child, elements[child.tag])

    def _is_open(self, place: str) -> bool:
        return place not in self.answers and self._tries.get(place, 0) < _TRIES

    def _questions(
        self, element: etree._Element, here: str
    ) -> Iterator[tuple[str, etree._Element, str | None, Mapping[str, Any]]]:
        """Yield the places of an element and of all below it, with the entries of their values."""
        context = self._contexts[here]
        kind = element.get(context["by"], "") if "by" in context else ""
        variant = context["variants"].get(kind, {}) if "by" in context else {}
        for name, values in {**context.get("attributes", {}), **variant.get("attributes", {})}.items():
            if not name.startswith("{") and self._values[values].get("kinds") != ["text"]:
                yield f"{here}@{name}{_OF_KIND}{kind}", element, name, self._values[values]
        if "text" in context and self._values[context["text"]].get("kinds") != ["text"] and element.text:
            yield f"{here}{_OF_KIND}{kind}", element, None, self._values[context["text"]]
        elements = {**context.get("elements", {}), **variant.get("elements", {})}
        for child in element.iterchildren(etree.Element):
            if child.tag in elements:
                yield from self._questions(child, elements[child.tag])

    def _ask_about(
        self,
        tree: etree._Element,
        place: str,
        element: etree._Element,
        attribute: str | None,
        values: Mapping[str, Any],
    ) -> None:
        written = element.text if attribute is None else element.get(attribute)
        samples = [written] if written else [*values.get("values", ()), *map(_SAMPLES.get, values.get("kinds", ()))][:4]
        for sample in samples:
            # A value that is not stored does not matter there, and what becomes of another one tells nothing.
            if sample and self._is_stored(tree, element, attribute, sample):
                self.answers[place] = self._answer(tree, element, attribute, STRANGE)
                if self.answers[place] == "refused" and "number" in values.get("kinds", ()):
                    self.answers[place.replace(_OF_KIND, f" {NEGATIVE}{_OF_KIND}")] = self._answer(
                        tree, element, attribute, NEGATIVE
                    )
                return

    def _answer(self, tree: etree._Element, element: etree._Element, attribute: str | None, value: str) -> str:
        stored, before = self.driver.stored(_with(tree, element, attribute, value)), self.driver.stored(tree)
        if stored is None or before is None:
            return "refused"
        held = [_count(one, element.tag, attribute, value) for one in (before, stored)]
        return "kept" if held[0] < held[1] else "dropped"

    def _is_stored(self, tree: etree._Element, element: etree._Element, attribute: str | None, value: str) -> bool:
        stored = self.driver.stored(_with(tree, element, attribute, value))
        return stored is not None and _count(stored, element.tag, attribute, value) > 0


def _with(tree: etree._Element, element: etree._Element, attribute: str | None, value: str) -> etree._Element:
    """Return a copy of a tree with one value changed."""
    number = next(number for number, one in enumerate(tree.iter()) if one is element)
    copy = deepcopy(tree)
    changed = next(islice(copy.iter(), number, None))
    if value.startswith("<"):
        changed.append(etree.fromstring(value))
    elif attribute is None:
        changed.text = value
    else:
        changed.set(attribute, value)
    return copy


def _sample(values: Mapping[str, Any]) -> str:
    """Return a value that is right where these are."""
    samples = [*values.get("values", ()), *(_SAMPLES.get(kind, "/run/chanfix") for kind in values.get("kinds", ()))]
    return samples[0]


def _count(tree: etree._Element, tag: str, attribute: str | None, value: str) -> int:
    """Count the elements of that tag with that value in a tree; libvirt writes numbers in its own way."""
    if value.startswith("<"):
        return sum(1 for _ in tree.iter(STRANGE))
    found = (element.text if attribute is None else element.get(attribute) for element in tree.iter(tag))
    return sum(one is not None and _plain(one) == _plain(value) for one in found)


def _plain(value: str) -> str:
    try:
        return str(int(value.strip(), 0))
    except ValueError:
        return value.strip().casefold()
