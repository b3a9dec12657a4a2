"""What `doctor` says of the way in: every break that the probe can name, the tunnel, its keys, the certificate."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from gateway.config import load
from gateway.doctor.finding import Case, Finding, Level
from gateway.doctor.reach_words import ALIKE, ROWS
from gateway.doctor.reasons import told
from gateway.doctor.way import reach_key, way_in
from gateway.doctor.words import WORDS
from gateway.links import probe_judge
from gateway.links.probe_pages import PAGES
from gateway.links.probe_reach import Hop
from gateway.links.tunnel_server import SshServer, Stopped
from gateway.links.tunnel_ssh import read_keys
from tests.fakes.sshd import new_key

URL = "https://home.my.net"
UP = {"state": "up", "hop": "", "detail": "", "rtt_seconds": 0.0841, "warnings": [], "checked_at": 5.0}
LINE = {"port": 8800, "is_up": True, "since": 1_760_000_000.0, "why": ""}
WELL: dict[str, Any] = {
    "reach": UP,
    "lines": [],
    "certificate": None,
    "refusals": {},
    "drops": {},
    "connections": 0,
    "tunnel": "off",
}


def case(folder: Path, text: str = "", **way: Any) -> Case:
    """A gateway whose way in is so; without `way`, it cannot be asked."""
    file = folder / "gateway.yaml"
    file.write_text(f'public: {{url: "{URL}"}}\n{text}', encoding="utf-8")
    return Case(load(file), file, way=WELL | way) if way else Case(load(file), file, "no gateway is running")


async def found(one: Case) -> dict[str, Finding]:
    findings = [finding async for finding in way_in(one)]
    assert all(finding.what(language) for finding in findings for language in WORDS)
    return {finding.key: finding for finding in findings}


def down(hop: str, detail: str) -> dict[str, Any]:
    return UP | {"state": "down", "hop": hop, "detail": detail, "rtt_seconds": None, "certificate_days": None}


# --- The words ---


def named() -> set[str]:
    """The details that the probe can come to, as they stand in its text."""
    text = "".join(file.read_text(encoding="utf-8") for file in Path(probe_judge.__file__).parent.glob("probe*.py"))
    return set(re.findall(r'"(\w+)"', text)) | {str(status) for status in range(400, 600)}


def test_every_hop_has_words_and_no_words_are_of_a_break_that_there_is_not() -> None:
    hops = {f"reach_{hop}".replace("-", "_"): hop for hop in Hop if hop is not Hop.NONE}
    assert set(hops) <= set(ROWS)
    for key in set(ROWS) - set(hops):
        hop = max((one for one in hops if key.startswith(f"{one}_")), key=len)
        assert key.removeprefix(f"{hop}_") in named(), key
    assert set(ALIKE) | set(ALIKE.values()) <= named()


@pytest.mark.parametrize(
    ("hop", "detail", "key"),
    [
        ("tls", "expired", "reach_tls_expired"),
        ("tls", "wrong_name", "reach_tls_wrong_name"),
        ("tls", "self_signed", "reach_tls_unknown_authority"),
        ("tls", "revoked", "reach_tls"),
        ("bot-check", "cloudflare", "reach_bot_check_cloudflare"),
        ("bot-check", "akamai", "reach_bot_check"),
        ("proxy", "502", "reach_proxy_502"),
        ("proxy", "503", "reach_proxy_502"),
        ("proxy", "530", "reach_proxy_no_tunnel"),
        ("proxy", "521", "reach_proxy"),
        ("relay", "refused", "reach_relay_refused"),
        ("relay", "timeout", "reach_relay"),
        ("dns", "no_such_name", "reach_dns"),
        ("tunnel", "502", "reach_tunnel"),
        ("gateway", "421", "reach_gateway_421"),
        ("foreign", "404", "reach_foreign"),
    ],
)
async def test_a_break_has_one_thing_to_do(tmp_path: Path, hop: str, detail: str, key: str) -> None:
    finding = (await found(case(tmp_path, reach=down(hop, detail))))[reach_key(hop, detail)]
    assert (finding.key, finding.level) == (key, Level.FAILURE)
    for language in WORDS:
        assert finding.remedy(language)
        assert "{" not in finding.what(language) + finding.remedy(language)


def test_pages_that_are_told_by_name_are_named() -> None:
    for page in PAGES:
        assert reach_key(page.hop, page.detail) in ROWS


# --- What the running gateway says ---


async def test_a_way_that_is_well(tmp_path: Path) -> None:
    said = await found(case(tmp_path, reach=UP | {"certificate_days": 61}))
    assert {key: one.level for key, one in said.items()} == {
        "no_tunnel": Level.OK,
        "reach_up": Level.OK,
        "certificate": Level.OK,
    }
    assert said["reach_up"].what("en") == f"{URL} leads to this gateway, which answers there in 84 ms"


@pytest.mark.parametrize(
    ("reach", "key"),
    [
        (UP | {"state": "unknown", "checked_at": None}, "reach_unasked"),
        (UP | {"state": "unknown", "hop": "relay", "detail": "timeout"}, "reach_unknown"),
        (UP | {"warnings": ["asked_inside"]}, "reach_inside"),
    ],
)
async def test_what_cannot_be_told_from_here_is_no_failure(tmp_path: Path, reach: dict[str, Any], key: str) -> None:
    said = await found(case(tmp_path, reach=reach))
    assert said[key].level is Level.WARNING
    assert "reach_up" not in said


@pytest.mark.parametrize(
    ("days", "own", "key", "level"),
    [
        (14, None, "certificate", Level.OK),
        (13, None, "certificate_ends", Level.WARNING),
        (0, None, "certificate_ends", Level.WARNING),
        (None, {"days_left": 3, "problem": ""}, "certificate_ends", Level.WARNING),
        (3, {"days_left": 3, "problem": "it expires in 3 days"}, "certificate_problem", Level.WARNING),
    ],
)
async def test_the_certificate(
    tmp_path: Path, days: int | None, own: dict[str, Any] | None, key: str, level: Level
) -> None:
    said = await found(case(tmp_path, reach=UP | {"certificate_days": days}, certificate=own))
    assert [one for one in said if one.startswith("certificate")] == [key]
    assert said[key].level is level


async def test_the_clock(tmp_path: Path) -> None:
    said = await found(case(tmp_path, reach=UP | {"warnings": ["clock_off"], "clock_off_seconds": -3600.0}))
    assert "3600" in said["clock_off"].what("ko")


AWAY = LINE | {"port": 8810, "is_up": False, "why": "the relay fell silent"}


@pytest.mark.parametrize(
    ("lines", "levels"),
    [
        ([LINE, LINE], {"line_up": Level.OK}),
        ([LINE, AWAY], {"line_up": Level.OK, "line_down": Level.WARNING}),
        ([AWAY], {"line_down": Level.FAILURE}),
        ([AWAY | {"why": "connecting"}], {"line_down": Level.WARNING}),
        ([LINE | {"port": None}], {"program_up": Level.OK}),
        ([AWAY | {"port": None, "why": "frpc ended with status 1"}], {"program_down": Level.FAILURE}),
    ],
)
async def test_each_line(tmp_path: Path, lines: list[dict[str, Any]], levels: dict[str, Level]) -> None:
    said = await found(case(tmp_path, lines=lines))
    assert {key: one.level for key, one in said.items() if key.startswith(("line", "program"))} == levels


async def test_a_relay_that_writes_another_host(tmp_path: Path) -> None:
    refusals = {"404": 7, "421": 2}
    assert "host_rewritten" not in await found(case(tmp_path, refusals=refusals))
    said = await found(case(tmp_path, refusals=refusals, lines=[LINE]))
    assert "proxy_set_header Host $host" in said["host_rewritten"].remedy("ja")


async def test_a_gateway_of_before(tmp_path: Path) -> None:
    file = case(tmp_path).file
    assert file is not None
    assert set(await found(Case(load(file), file))) == {"no_tunnel"}


@pytest.mark.parametrize("url", ["", "https://home.example.com"])
async def test_an_address_that_nobody_has(tmp_path: Path, url: str) -> None:
    one = case(tmp_path)
    assert one.file is not None
    one.file.write_text(f'public: {{url: "{url}"}}', encoding="utf-8")
    said = await found(Case(load(one.file), one.file, way=WELL | {"reach": down("dns", "no_such_name")}))
    assert said["example_url" if url else "no_url"].level is Level.WARNING
    assert "reach_dns" not in said


async def test_http_is_warned_of(tmp_path: Path) -> None:
    one = case(tmp_path)
    assert one.file is not None
    one.file.write_text('public: {url: "http://home.my.net"}', encoding="utf-8")
    assert "no_https" in await found(Case(load(one.file), one.file, way=WELL))


# --- The tunnel ---


def made(folder: Path) -> SshServer:
    """The files of a tunnel, and how the file names them."""
    key, host = new_key(), new_key()
    (folder / "tunnel_key").write_bytes(key.export_private_key())
    (folder / "tunnel_key").chmod(0o600)
    (folder / "known_hosts").write_bytes(b"vps.my.net " + host.export_public_key())
    return SshServer("vps.my.net", 22, "me", folder / "tunnel_key", folder / "known_hosts", (8800,))


SSH = "tunnel: {ssh: {host: vps.my.net, user: me, key_file: tunnel_key, known_hosts: known_hosts}}"


async def test_the_fingerprints_are_shown(tmp_path: Path) -> None:
    keys = read_keys(made(tmp_path))
    said = (await found(case(tmp_path, SSH)))["tunnel_keys"]
    assert said.level is Level.OK
    for key in (keys.own, keys.pinned[0][0]):
        assert key.get_fingerprint() in said.what("ko")
        assert key.get_fingerprint().startswith("SHA256:")


async def test_a_relay_that_is_not_in_known_hosts(tmp_path: Path) -> None:
    made(tmp_path).known_hosts.write_text("another.my.net ssh-ed25519 AAAA\n", encoding="utf-8")
    said = (await found(case(tmp_path, SSH)))["tunnel_keys_bad"]
    assert said.level is Level.FAILURE
    for language in WORDS:
        assert "ssh-keyscan -p 22 vps.my.net > known_hosts" in said.what(language)
    assert "has no host key" not in said.what("ko")


def test_the_reasons_of_a_tunnel_s_files_have_words(tmp_path: Path) -> None:
    server = made(tmp_path)
    server.key_file.chmod(0o604)
    whys = [stopped(server)]
    server.key_file.chmod(0o600)
    server.key_file.write_bytes(new_key().export_private_key(passphrase="hush"))
    whys.append(stopped(server))
    server.key_file.write_text("no key", encoding="utf-8")
    whys.append(stopped(server))
    server = made(tmp_path)
    server.known_hosts.write_text("vps.my.net\n", encoding="utf-8")
    whys.append(stopped(server))
    server.known_hosts.unlink()
    whys.append(stopped(server))
    for why in whys:
        korean, japanese = told(why, "ko"), told(why, "ja")
        assert re.search("[가-힣]", korean), why
        assert re.search("[ぁ-ん]", japanese), why
        assert not re.search("the key file|cannot be read|others may", korean), korean
        assert str(tmp_path) in korean


def stopped(server: SshServer) -> str:
    with pytest.raises(Stopped) as caught:
        read_keys(server)
    return str(caught.value)


async def test_a_program(tmp_path: Path) -> None:
    said = await found(case(tmp_path, "tunnel: {command: [sh, -c, x]}"))
    assert said["program"].values == {"program": shutil.which("sh")}
    said = await found(case(tmp_path, "tunnel: {command: [no-such-program-of-ours]}"))
    assert said["program_missing"].level is Level.FAILURE
