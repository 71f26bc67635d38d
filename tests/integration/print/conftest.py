"""A real CUPS on the loopback address, with queues whose printer is a folder."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.fixtures.ports import free_port

CUPSD = "/usr/sbin/cupsd"

CONF = """
Listen 127.0.0.1:{port}
LogLevel warn
MaxLogSize 0
Browsing No
DefaultAuthType None
WebInterface No
PreserveJobHistory Yes
PreserveJobFiles No
ErrorPolicy stop-printer
<Location />
  Order allow,deny
  Allow localhost
</Location>
<Policy default>
  JobPrivateAccess all
  JobPrivateValues none
  SubscriptionPrivateAccess all
  SubscriptionPrivateValues none
  <Limit All>
    Order allow,deny
    Allow all
  </Limit>
</Policy>
"""

FILES = """
ServerRoot {root}/etc
ServerBin {root}/bin
StateDir {root}/state
CacheDir {root}/cache
RequestRoot {root}/spool
TempDir {root}/spool/tmp
AccessLog {root}/access_log
ErrorLog {root}/error_log
PageLog {root}/page_log
"""

BACKEND = """#!/bin/sh
# A printer in a folder: a file `empty` in it takes its paper away, a file `broken` breaks it.
[ $# -eq 0 ] && { echo 'direct desk "Unknown" "Folder"'; exit 0; }
folder="${DEVICE_URI#desk:}"
while [ -e "$folder/empty" ]; do echo "STATE: +media-empty-warning" >&2; sleep 0.1; done
echo "STATE: -media-empty-warning" >&2
[ -e "$folder/broken" ] && { echo "ERROR: The fuser is broken" >&2; exit 1; }
cat ${6:+"$6"} > "$folder/$1.pdf"
"""


@dataclass(frozen=True)
class Queues:
    """Two queues, `window7` and `window8` (CUPS's default), that print into `tray`."""

    tray: Path

    def printed(self, job_id: str) -> Path:
        """The sheet that came out for a job."""
        return self.tray / f"{job_id.rpartition('-')[2]}.pdf"


@pytest.fixture(scope="session")
def cups(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Address and folder of a private CUPS."""
    if not Path(CUPSD).exists():
        pytest.skip("cups-daemon is not installed")
    root, port = tmp_path_factory.mktemp("cups"), free_port()
    for name in ("etc", "state", "cache", "spool/tmp", "bin/backend", "tray"):
        (root / name).mkdir(parents=True)
    for name in ("filter", "daemon"):
        (root / "bin" / name).symlink_to(f"/usr/lib/cups/{name}")
    backend = root / "bin/backend/desk"
    backend.write_text(BACKEND)
    backend.chmod(0o700)  # then CUPS runs it as itself, and it may write into the tray
    conf, files = root / "etc/cupsd.conf", root / "etc/cups-files.conf"
    conf.write_text(CONF.format(port=port))
    files.write_text(FILES.format(root=root))
    with (root / "out").open("wb") as out:
        server = subprocess.Popen(
            [CUPSD, "-f", "-c", conf, "-s", files], stdout=out, stderr=subprocess.STDOUT
        )
    try:
        address = f"127.0.0.1:{port}"
        _wait_for(address, server, root)
        yield address, root / "tray"
    finally:
        server.terminate()
        server.wait(10)
        shutil.rmtree(root, ignore_errors=True)


@pytest.fixture
def queues(cups: tuple[str, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Queues]:
    """The queues, empty and in order."""
    address, tray = cups
    monkeypatch.setenv("CUPS_SERVER", address)
    for queue in ("window7", "window8"):
        ask("lpadmin", "-p", queue, "-v", f"desk:{tray}", "-E", "-m", "raw")
    ask("lpadmin", "-d", "window8")
    yield Queues(tray)
    for path in tray.iterdir():
        path.unlink()
    ask("cancel", "-a", "-x")
    for queue in ("window7", "window8"):
        subprocess.run(["lpadmin", "-x", queue], capture_output=True, timeout=10, check=False)


def ask(*command: str) -> None:
    """Run one of CUPS's commands."""
    subprocess.run(command, capture_output=True, timeout=10, check=True)


def _wait_for(address: str, server: subprocess.Popen[bytes], root: Path) -> None:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline and server.poll() is None:
        environment = os.environ | {"CUPS_SERVER": address, "LC_ALL": "C"}
        told = subprocess.run(["lpstat", "-r"], env=environment, capture_output=True, check=False)
        if b"scheduler is running" in told.stdout:
            return
        time.sleep(0.05)
    raise RuntimeError(f"cupsd did not start: {(root / 'out').read_text()}")
