"""What is in a source archive and in a wheel: everything, and nothing of an owner's."""

import os
import re
import shutil
import subprocess
import tarfile
import zipfile
from pathlib import Path

import pytest

from tests.install.conftest import OWNERS
from tests.install.hub import ROOT, built

NOT_PACKED = {".gitignore", ".ci", "setup.cfg"}
LOCKS = ("run", "build", "demo", "dev")


def names(archive: Path) -> set[str]:
    with tarfile.open(archive) as tar:
        return {member.name.partition("/")[2] for member in tar if member.isfile()}


def test_a_source_archive_has_everything(clone: Path, sdist: Path) -> None:
    files = (file.relative_to(clone) for file in clone.rglob("*") if file.is_file() and ".egg-info" not in str(file))
    wanted = {str(file) for file in files if file.parts[0] not in NOT_PACKED and file.name not in OWNERS}
    assert wanted - names(sdist) == set()


def test_nothing_of_an_owner_is_in_it(sdist: Path) -> None:
    assert {f"config/{name}" for name in OWNERS}.isdisjoint(names(sdist))
    with tarfile.open(sdist) as tar:
        for member in tar:
            if member.isfile() and "/config/" in member.name:
                read = tar.extractfile(member)
                assert read is not None
                assert b"hunter2" not in read.read(), member.name


def test_a_wheel_has_the_program_its_pages_and_its_examples(clone: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(built("wheel", clone, tmp_path)) as wheel:
        packed = set(wheel.namelist())
    package = {
        str(file.relative_to(clone))
        for file in (clone / "gateway").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    assert package <= packed
    assert {"gateway/py.typed", "gateway/web/templates/page.html"} <= packed
    beside = {name.partition(".data/data/share/clova-gateway/")[2] for name in packed} - {""}
    assert {"gateway.example.yaml", "systemd/clova-gateway.service", "mosquitto/clova-gateway.conf"} <= beside
    assert {name for name in packed if not name.startswith("gateway/") and ".d" not in name} == set()


def test_what_a_hub_runs_is_what_is_tested() -> None:
    pins = {name: set(pinned(ROOT / "requirements" / f"{name}.txt")) for name in LOCKS}
    assert pins["run"] | pins["build"] <= pins["demo"] & pins["dev"]
    assert {pin.partition("==")[0] for pin in pins["run"]}.isdisjoint({"setuptools", "wheel", "pip", "pytest"})


def pinned(lock: Path) -> list[str]:
    return [line.split()[0] for line in lock.read_text().splitlines() if "==" in line]


@pytest.mark.skipif(shutil.which("shellcheck") is None, reason="shellcheck is not installed")
@pytest.mark.parametrize("script", ["install", "setup", "lock", "capture"])
def test_scripts_are_as_the_shell_wants_them(script: str) -> None:
    done = subprocess.run(
        ["shellcheck", "-x", f"scripts/{script}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("words", [["--help"], ["-h"]])
def test_install_says_what_it_does(words: list[str]) -> None:
    done = subprocess.run([ROOT / "scripts" / "install", *words], capture_output=True, text=True, check=True)
    assert "--uninstall" in done.stdout


WORDS = (ROOT / "scripts" / "install.words").read_text(encoding="utf-8")
SPOKEN = {
    language: dict(re.findall(r"(?m)^ {4}\[(\w+)\]='([^']*)'$", body))
    for language, body in re.findall(r"(?ms)^declare -A words_(\w\w)=\(\n(.*?)\n\)$", WORDS)
}


def test_install_says_all_in_each_language() -> None:
    assert list(SPOKEN) == ["en", "ko", "ja"]
    blanks = {language: {key: text.count("%s") for key, text in words.items()} for language, words in SPOKEN.items()}
    assert blanks["ko"] == blanks["ja"] == blanks["en"]
    assert not [key for key, text in SPOKEN["en"].items() if text in (SPOKEN["ko"][key], SPOKEN["ja"][key])]


@pytest.mark.parametrize("script", ["install", "install.release"])
def test_install_says_nothing_beside_its_words(script: str) -> None:
    text = (ROOT / "scripts" / script).read_text(encoding="utf-8")
    said = re.findall(r"(?m)(?:^|[|&;(\[]|\b(?:then|else)\b) *(?:step|note|did|tell) ([^ ;)\n]+)", text)
    assert said
    assert {key for key in said if not key.startswith(("(", '"$@"'))} <= set(SPOKEN["en"])


@pytest.mark.parametrize("url", ["http://192.168.0.10", "mqtt://u:p@192.168.0.10", "192.168.0.10:99999", "--yes", ""])
@pytest.mark.parametrize(
    ("language", "words"), [("C", "no address"), ("ko", "쓸 수 없는 주소"), ("ja", "使えないアドレス")]
)
def test_an_address_that_is_none_is_refused_before_anything(url: str, language: str, words: str) -> None:
    argv = [str(ROOT / "scripts" / "install"), "--broker", url]
    environment = {"PATH": os.environ["PATH"], "LANG": language}
    done = subprocess.run(argv, capture_output=True, text=True, check=False, env=environment)
    assert (done.returncode, done.stdout) == (1, "")
    assert words in done.stderr
    assert "--broker" in done.stderr


def test_install_knows_no_other_words() -> None:
    done = subprocess.run([ROOT / "scripts" / "install", "--purge"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
