"""Writes the questions for ``answers.py``, records the answers, and makes docs/libvirt-says.md of the records."""

import json
import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[3] / "tests"
sys.path.insert(0, str(TESTS))
sys.path.insert(0, str(TESTS / "lint"))

import libvirt_answers  # noqa: E402


def main(command: str, path: str = "") -> None:
    """Write the questions to a file, take the answers from one, or write the page."""
    if command == "questions":
        Path(path).write_text(json.dumps([question.asked for question in libvirt_answers.questions()]))
    elif command == "record":
        libvirt_answers.record(json.loads(Path(path).read_text()))
    else:
        libvirt_answers.PAGE.write_text(libvirt_answers.page())


if __name__ == "__main__":
    main(*sys.argv[1:])
