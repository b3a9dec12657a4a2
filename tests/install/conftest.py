"""One machine, on which the tests of test_install.py happen one after the other, and what is built once for all."""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.fakes.mosquitto import PROGRAM
from tests.install.hub import HERE, Hub, built, tree, unpacked, wheelhouse, why_not

OWNERS = {"gateway.yaml": "mqtt: {password: hunter2}\n", "mqtt_password": "hunter2\n", "tunnel_key": "hunter2\n"}
"""What an owner has put into config/ of a clone, and what must never leave it."""


@pytest.fixture(scope="session")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This tree, as an owner has it who has tried it out in place."""
    copy = tree(tmp_path_factory.mktemp("clone"))
    for name, text in OWNERS.items():
        (copy / "config" / name).write_text(text)
    return copy


@pytest.fixture(scope="session")
def sdist(clone: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive."""
    return built("sdist", clone, tmp_path_factory.mktemp("dist") / "sdist")


@pytest.fixture(scope="session")
def source(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source archive, unpacked."""
    return unpacked(sdist, tmp_path_factory.mktemp("source"))


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A machine with a broker and a few devices, on which nothing is installed yet."""
    why = why_not()
    if why:
        pytest.skip(why)
    folder = tmp_path_factory.mktemp("hub")
    hub = Hub(folder / "machine", wheelhouse(folder / "wheels"))
    (folder / "mosquitto.conf").write_text("listener 1884 127.0.0.1\nallow_anonymous true\nuser root\n")
    hub.write(Path("/etc/mosquitto/conf.d/home.conf"), "listener 1884 127.0.0.1\nallow_anonymous true\n")
    started = []
    try:
        broker = [PROGRAM, "-c", str(folder / "mosquitto.conf")]
        started.append(subprocess.Popen(hub.inside(*broker), stderr=subprocess.PIPE, text=True))
        assert started[0].stderr is not None
        assert any("running" in line for line in started[0].stderr)
        home = hub.inside(sys.executable, str(HERE / "lamp.py"), "1884")
        started.append(subprocess.Popen(home, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        assert started[1].stdout is not None
        assert started[1].stdout.readline() == "home\n"
        yield hub
    finally:
        hub.close()
        for process in reversed(started):
            process.kill()
            process.communicate()


Version = Callable[[str], Path]


@pytest.fixture(scope="module")
def version(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Version:
    """Makes the source tree of another version: `good`, `refuses` (the configuration) or `starts not`."""

    def make(sort: str) -> Path:
        other = tmp_path_factory.mktemp("other") / "tree"
        shutil.copytree(source, other, ignore=shutil.ignore_patterns("gateway", "tests", "*.egg-info"))
        (other / "gateway" / "cli").mkdir(parents=True)
        (other / "gateway" / "__init__.py").touch()
        stub = (HERE / "stub.py").read_text().replace('SORT = "good"', f"SORT = {sort!r}")
        (other / "gateway" / "cli" / "__init__.py").write_text(stub)
        project = other / "pyproject.toml"
        project.write_text(re.sub('(?m)^version = ".*"', 'version = "9.9.9"', project.read_text()))
        lock = (other / "requirements" / "run.txt").read_text()
        one = re.search(r"(?ms)^ifaddr==.*?(?=^\w)", lock)
        assert one is not None
        (other / "requirements" / "run.txt").write_text(one[0])
        return other

    return make
