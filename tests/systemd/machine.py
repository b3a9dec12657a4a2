"""A real systemd as PID 1 of namespaces of its own: this machine's /usr, and of the rest only what is laid out."""

import asyncio
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from select import select

from tests.fakes.mosquitto import until

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
FOLDER = ROOT / "systemd"
SYSTEMD = Path("/usr/lib/systemd/systemd")
USER = 990
"""clova-gateway's, in there."""
TREE = "/opt/clova-gateway/current"
BOOT_SECONDS = 20.0

FILES = {
    "etc/passwd": "root:x:0:0:root:/root:/bin/sh\n"
    f"clova-gateway:x:{USER}:{USER}::/nonexistent:/usr/sbin/nologin\n"
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
    "etc/group": f"root:x:0:\nclova-gateway:x:{USER}:\nnogroup:x:65534:\n",
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
    "etc/hosts": "127.0.0.1 localhost\n",
    "etc/machine-id": "",
    "etc/systemd/system/test.target": "[Unit]\nRequires=basic.target\nAfter=basic.target\n",
}
LAUNCHER = f"""#!/bin/sh
export PYTHONPATH={TREE}:/opt/packages LD_LIBRARY_PATH=/opt/python/lib PYTHONDONTWRITEBYTECODE=1
exec /opt/python/bin/python{sys.version_info.major}.{sys.version_info.minor} -m gateway "$@"
"""
"""Where scripts/install puts the real one, which may name a folder that ProtectHome= hides."""


def drop_in(name: str) -> str:
    """A drop-in with everything in it uncommented."""
    return re.sub(r"^#(?=[A-Z][A-Za-z]+=)", "", (FOLDER / "drop-ins" / name).read_text("utf-8"), flags=re.MULTILINE)


def as_root() -> tuple[str, ...] | None:
    """What goes before a command that needs root; None if there is no way."""
    if os.geteuid() == 0:
        return ()
    if shutil.which("sudo") and _works("sudo", "-n", "true"):
        return ("sudo", "-n")
    return None


def why_not() -> str:
    """Why no systemd can be booted here; empty if one can."""
    root = as_root()
    if root is None:
        return "needs root, or sudo without a password"
    for program in ("unshare", "nsenter", "systemctl", "journalctl", "pivot_root"):
        if not (shutil.which(program) or Path("/usr/sbin", program).exists()):
            return f"{program} is not installed"
    if not SYSTEMD.exists() or not Path("/bin").is_symlink():
        return "there is no systemd in this machine's /usr"
    if not _works(
        *root, "unshare", "--mount", "--pid", "--net", "--cgroup", "--fork", "mount", "-t", "tmpfs", "a", "/mnt"
    ):
        return "this machine lets nobody make namespaces and mount in them"
    if not _works(
        *root, "sh", "-c", "for d in /sys/fs/cgroup /sys/fs/cgroup/systemd; do [ ! -d $d ] || test -w $d; done"
    ):
        return "the control groups of this machine cannot be written to"
    return ""


def _works(*argv: str) -> bool:
    return subprocess.run(argv, capture_output=True, check=False, timeout=20).returncode == 0


class Machine:
    """One booted systemd. `folder` is empty; what `lay` puts into it is there from the boot on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._root = as_root() or ()
        self._process: subprocess.Popen[str] | None = None
        self._pid = ""
        (folder / "root").mkdir()
        for place, text in FILES.items():
            self.lay(place, text)
        self.lay(f"{TREE}/.venv/bin/clova-gateway", LAUNCHER, 0o755)
        binds = {sys.base_prefix: "/opt/python", sysconfig.get_path("purelib"): "/opt/packages"}
        binds[str(ROOT / "gateway")] = f"{TREE}/gateway"
        (folder / "bind").write_text("".join(f"{source} {target}\n" for source, target in binds.items()))

    def lay(self, place: str, text: str, mode: int = 0o644) -> None:
        """A file of root's that is to be there from the boot on."""
        path = self._folder / "files" / place.lstrip("/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(mode)

    async def boot(self) -> None:
        """Boot it, and wait until all that it starts with has started."""
        await asyncio.to_thread(self._begin)
        try:
            await until(lambda: self.run("systemctl", "is-active", "test.target").returncode == 0, BOOT_SECONDS)
        except TimeoutError:
            raise AssertionError(f"it does not boot: {self.console()}") from None

    def _begin(self) -> None:
        argv = [*self._root, "bash", str(HERE / "machine.sh"), str(self._folder)]
        self._process = subprocess.Popen(
            argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )  # a session of its own: it has to clean up when we are killed
        assert self._process.stdout is not None
        assert select([self._process.stdout], [], [], BOOT_SECONDS)[0], self.console()
        self._pid = self._process.stdout.readline().strip()
        assert self._pid, self.console()

    def console(self) -> str:
        """What systemd has said as it began."""
        path = self._folder / "console"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def run(self, *argv: str, given: str | None = None, user: int = 0) -> subprocess.CompletedProcess[str]:
        """Run a command in there, to its end."""
        enter = ["nsenter", "-t", self._pid, "--mount", "--pid", "--net", "--ipc", "--uts", "--cgroup"]
        who = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups"] if user else []
        return subprocess.run(
            [*self._root, *enter, *who, *argv],
            capture_output=True,
            text=True,
            check=False,
            timeout=40,
            input=given or "",
        )

    def does(self, *argv: str, given: str | None = None, user: int = 0) -> str:
        """What a command prints that must succeed."""
        done = self.run(*argv, given=given, user=user)
        assert done.returncode == 0, f"{argv}: {done.stdout}{done.stderr}{self.journal()}"
        return done.stdout

    def write(self, place: str, text: str, mode: int = 0o644) -> None:
        """Put a file of root's there now."""
        self.does("sh", "-c", f'mkdir -p "$(dirname {place})" && cat >{place} && chmod {mode:o} {place}', given=text)

    def journal(self, unit: str = "clova-gateway", since: str = "") -> str:
        """What the service has said; `since` is what `mark` gave."""
        self.run("journalctl", "--sync")
        after = [f"--after-cursor={since}"] if since else []
        return self.run("journalctl", "-u", unit, "-o", "cat", "--no-pager", *after).stdout

    def mark(self) -> str:
        """Where the journal ends."""
        told = self.does("journalctl", "-n", "0", "--show-cursor", "--no-pager")
        return told.partition("-- cursor: ")[2].strip()

    def shows(self, unit: str, *names: str) -> dict[str, str]:
        """Properties of a unit."""
        told = self.does("systemctl", "show", unit, "--property", ",".join(names))
        return dict(line.split("=", 1) for line in told.splitlines())

    def halt(self) -> None:
        """End it and all that runs in it."""
        if self._process is not None:
            self._process.communicate(timeout=20)
            self._process = None
