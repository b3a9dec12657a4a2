"""A machine to install on: this one, whose /etc, /opt, /var/lib, /run and network are not its own."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OPT, ETC, STATE = Path("/opt/clova-gateway"), Path("/etc/clova-gateway"), Path("/var/lib/clova-gateway")
UNIT = Path("/etc/systemd/system/clova-gateway.service")
PYTHON = "/usr/bin/python3"
LAID_OVER = ("/etc", "/opt", "/var/lib", "/usr/local")
MADE = """
set -e
mount -t tmpfs -o size=1g,mode=755 none "$1"
for one in {laid}; do
    mkdir -p "$1/$one/upper" "$1/$one/work"
    mount -t overlay overlay -o "lowerdir=$one,upperdir=$1/$one/upper,workdir=$1/$one/work" "$one"
done
mount -t tmpfs -o mode=755 none /run
mkdir -p /run/systemd/system /run/bin
cp "$2" /run/bin/systemctl
chmod 755 /run/bin/systemctl
ip link set lo up
echo made
read -r _
"""


def why_not() -> str:
    """Why nothing can be installed here; empty if it can."""
    if os.geteuid() != 0:
        return "needs root, for a machine of its own (unshare, overlay)"
    if any(shutil.which(one) is None for one in ("unshare", "nsenter", "setpriv", "ip")):
        return "needs unshare, nsenter, setpriv and ip (util-linux, iproute2)"
    if subprocess.run([PYTHON, "-c", "import ensurepip, venv"], capture_output=True, check=False).returncode != 0:
        return "needs the system's own Python with venv: apt install python3-venv"
    if (OPT / "current").exists():
        return "clova-gateway is installed on this machine"
    return ""


class Hub:
    """Such a machine. Commands run in it by `run`; it is gone with `close`."""

    def __init__(self, folder: Path, wheels: Path) -> None:
        folder.mkdir()
        script = MADE.format(laid=" ".join(LAID_OVER))
        argv = ["unshare", "-m", "-n", "--propagation", "private", "sh", "-c", script, "hub", str(folder)]
        self._holder = subprocess.Popen(
            [*argv, str(HERE / "systemctl.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._holder.stdout is not None
        assert self._holder.stdout.readline() == "made\n"
        path = "/run/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"  # as root has it on Debian
        self.environment = {"PATH": path, "HOME": "/root", "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(wheels)}

    def inside(self, *argv: str) -> list[str]:
        """A command's words, to be run in there."""
        return ["nsenter", f"--target={self._holder.pid}", "--mount", "--net", "--", *argv]

    def run(self, *argv: str, given: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        """Run a command to its end."""
        environment = {**self.environment, **(given or {})}
        return subprocess.run(
            self.inside(*argv), env=environment, capture_output=True, text=True, check=False, timeout=120, cwd="/"
        )

    def does(self, *argv: str) -> str:
        """What a command prints that must succeed."""
        done = self.run(*argv)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def install(self, source: Path, *words: str, given: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Run scripts/install of a source tree; its status, and all that it said."""
        done = self.run(str(source / "scripts" / "install"), *words, given=given)
        return done.returncode, done.stdout + done.stderr

    def gateway(self, *words: str) -> str:
        """What the installed program prints to root."""
        return self.does("clova-gateway", *words)

    def listing(self, *places: Path) -> set[str]:
        """Each file there: mode, owner, group, time, path, and where it leads."""
        form = "%M %u %g %T@ %p %l\n"
        return set(self.does("find", *map(str, places), "-printf", form).splitlines())

    def journal(self) -> str:
        """What the service has logged."""
        return self.does("cat", "/run/fake-systemd/journal")

    def pid(self) -> str:
        """The service's process; empty if it does not run."""
        return self.run("cat", "/run/fake-systemd/pid").stdout

    def write(self, file: Path, text: str) -> None:
        """Put text in the place of a file's, as its owner would, who keeps its mode."""
        subprocess.run(self.inside("sh", "-c", 'cat >"$1"', "-", str(file)), input=text, text=True, check=True)

    def close(self) -> None:
        """End all that runs in there."""
        self.run("systemctl", "stop", "clova-gateway")
        assert self._holder.stdin is not None
        assert self._holder.stdout is not None
        self._holder.stdin.close()
        self._holder.wait(10)
        self._holder.stdout.close()


PASSED_OVER = shutil.ignore_patterns(
    *(".git", ".venv", ".*cache*", ".coverage*", ".hypothesis", "__pycache__", "*.egg-info", "build", "dist")
)


def tree(folder: Path) -> Path:
    """A copy of this tree, without what is made from it."""
    copy = folder / "tree"
    shutil.copytree(ROOT, copy, ignore=PASSED_OVER)
    return copy


def built(sort: str, tree: Path, folder: Path) -> Path:
    """The `sdist` or `wheel` of a tree."""
    code = f"import sys; from setuptools import build_meta; print(build_meta.build_{sort}(sys.argv[1]))"
    folder.mkdir(exist_ok=True)
    argv = [sys.executable, "-c", code, str(folder)]
    done = subprocess.run(argv, cwd=tree, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / done.stdout.splitlines()[-1]


def unpacked(archive: Path, folder: Path) -> Path:
    """The source tree of an sdist."""
    subprocess.run(["tar", "-xf", str(archive), "-C", str(folder)], check=True)
    (found,) = folder.iterdir()
    return found


def wheelhouse(folder: Path) -> Path:
    """All wheels of the lock for the system's Python, so that nothing is fetched while installing."""
    pip: Sequence[str] = (sys.executable, "-m", "pip", "--python", PYTHON, "download")
    locks = [word for name in ("run", "build") for word in ("-r", str(ROOT / "requirements" / f"{name}.txt"))]
    subprocess.run([*pip, "--quiet", "--no-deps", "--require-hashes", "--dest", str(folder), *locks], check=True)
    return folder
