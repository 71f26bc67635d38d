"""The environment of what is compared with: its own, so that the product's stays as it is locked."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

VENV = Path("build/bench-venv")
_LOCK = Path("benchmarks/requirements.lock")
_STAMP = VENV / "requirements.lock"
_PANGO = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
"""What WeasyPrint loads."""


def interpreter() -> str:
    """The environment's Python where it was made, else the product's own."""
    python = VENV / "bin/python"
    return str(python) if _STAMP.exists() else sys.executable


def install() -> None:
    """Make the environment, unless it is there: what its lock names, and the product."""
    if _STAMP.exists() and _STAMP.read_bytes() == _LOCK.read_bytes():
        return
    shutil.rmtree(VENV, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", VENV], check=True)
    pip = [VENV / "bin/pip", "--disable-pip-version-check", "--no-input", "--quiet", "install"]
    subprocess.run([*pip, "--no-deps", "--require-hashes", "--requirement", _LOCK], check=True)
    (folder,) = (VENV / "lib").glob("python*/site-packages")
    ours = (sysconfig.get_paths()["purelib"], str(Path.cwd()))
    (folder / "product.pth").write_text("\n".join(ours))
    _install_pango()
    shutil.copyfile(_LOCK, _STAMP)


def _install_pango() -> None:
    found = subprocess.run(
        ["dpkg-query", "--show", *_PANGO], capture_output=True, check=False
    ).returncode
    if found == 0:
        return
    apt = ["apt-get", "install", "--yes", "--no-install-recommends", *_PANGO]
    if subprocess.run(apt, capture_output=True, check=False).returncode:
        print(f"WeasyPrint is left out: it needs {' '.join(_PANGO)}; install them as root")


def usable(name: str) -> bool:
    """Whether a drawer's library can be imported there."""
    module = {"canvas": "reportlab", "desk-app": "desk_app", "fpdf2": "fpdf"}.get(name, name)
    asked = [interpreter(), "-c", f"import {module}"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0
