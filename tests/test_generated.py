"""What is made from the code is what the code says: `docs/tools/generate.py --check`."""

import os
import subprocess
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent


def test_nothing_that_is_generated_is_stale():
    command = [sys.executable, "docs/tools/generate.py", "--check"]
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT)}
    run = subprocess.run(command, cwd=CHECKOUT, env=environment, capture_output=True, text=True)
    assert (run.returncode, run.stdout + run.stderr) == (0, "")
