"""Judges what came of asking: whose answer it is, and at which hop of the way it broke off."""

import errno
import hmac
import re
import socket
import ssl
from collections.abc import Callable
from email.utils import parsedate_to_datetime

import aiohttp

from gateway.links.probe_ask import Answer
from gateway.links.probe_pages import page_of
from gateway.links.probe_reach import Finding, Hop, printable
from gateway.links.probe_way import NO_SUCH_NAME, Evidence, Way

OURS = "clova-gateway"
"""How our door calls itself in `Server`."""
OUR_WORDS = re.compile(rb"ok( [A-Za-z0-9_-]{43}=?)?\s*")

EDGE = {
    502: "has no connection to us",
    503: "sees nobody behind it",
    504: "gets no answer from us",
    521: "is refused by us",
    522: "gets no connection to us in time",
    523: "finds no way to us",
    524: "gets no answer from us in time",
    525: "gets no TLS with us",
    526: "refuses the certificate behind it",
    530: "has no tunnel to us",
}

TLS = {
    9: ("not_yet_valid", "the certificate does not count yet: is this machine's clock right?"),
    10: ("expired", "the certificate has expired: the relay does not renew it, or this machine's clock is wrong"),
    18: ("self_signed", "the certificate is signed by itself: CLOVA does not trust it"),
    19: ("unknown_authority", "the certificate's authority is not known: CLOVA does not trust it"),
    20: ("unknown_authority", "the certificate's authority is not known, or the relay does not send its chain"),
    21: ("unknown_authority", "the relay does not send the chain of its certificate"),
    23: ("revoked", "the certificate was revoked"),
    62: ("wrong_name", "the certificate is for another name"),
    64: ("wrong_name", "the certificate is not for this address"),
}
"""By OpenSSL's code of what was wrong (X509_V_ERR_*)."""


def judge(answer: Answer, proof: Callable[[str], str]) -> Finding:
    """Whose answer it is. Only the proof of its own nonce is ours."""
    hop, detail, why = _judge(answer, proof(answer.nonce))
    return Finding(hop, detail, why, answer.rtt_seconds, _clock_off(answer))


def _judge(answer: Answer, proof: str) -> tuple[Hop, str, str]:
    if answer.status == 200 and hmac.compare_digest(answer.body.strip(), f"ok {proof}".encode()):
        return Hop.NONE, "", ""
    page = page_of(answer.status, answer.headers, answer.body)
    if page is not None:
        return page.hop, page.detail, page.says
    if answer.is_cut:
        return Hop.PROXY, "cut", "half an answer came, and then the connection broke off"
    if _is_ours(answer):
        return _gateway(answer)
    return _stranger(answer)


def _is_ours(answer: Answer) -> bool:
    named = answer.headers.get("Server", "").startswith(OURS)
    return named or (answer.status == 200 and OUR_WORDS.fullmatch(answer.body) is not None)


def _gateway(answer: Answer) -> tuple[Hop, str, str]:
    if answer.status == 200:
        return Hop.LOOP, "another", "another gateway answers at this name: one that still runs, or on another machine"
    why = f"the gateway's door answers {answer.status}"
    if answer.status == 421:
        why += ": the relay changes the Host header"
    return Hop.GATEWAY, str(answer.status), why


def _stranger(answer: Answer) -> tuple[Hop, str, str]:
    server = printable(answer.headers.get("Server", ""), 40)
    who = f"who answers ({server})" if server else "who answers"
    if answer.status >= 500:
        does = EDGE.get(answer.status, "is not well, or we are not behind it")
        return Hop.PROXY, str(answer.status), f"{who} {does} ({answer.status})"
    if 300 <= answer.status < 400:
        to = printable(answer.headers.get("Location", "nowhere"))
        return Hop.FOREIGN, "redirect", f"{who} sends the caller to {to}: CLOVA does not follow; is `public.url` right?"
    return Hop.FOREIGN, str(answer.status), f"another server is at our name: {who} does not pass requests on to us"


def _clock_off(answer: Answer) -> float | None:
    """How far we are ahead of the answer's Date, which has whole seconds; None where there is none."""
    try:
        theirs = parsedate_to_datetime(answer.headers.get("Date", "")).timestamp()
    except (ValueError, TypeError, OverflowError):
        return None
    off = answer.at - answer.rtt_seconds / 2 - theirs
    known_to = 1.0 + answer.rtt_seconds / 2  # the way there and the way back need not be alike
    return 0.0 if abs(off) <= known_to else round(off)


def judge_error(error: BaseException, is_sent: bool) -> Finding | None:
    """What an error of asking says by itself; None where only the way can tell."""
    if isinstance(error, aiohttp.ClientConnectorCertificateError | ssl.SSLCertVerificationError):
        return _certificate(error)
    if isinstance(error, aiohttp.ClientConnectorSSLError | ssl.SSLError):
        return Finding(Hop.TLS, "no_tls", "no TLS with who answers at our name")
    if not is_sent:
        return None
    if isinstance(error, aiohttp.ClientResponseError | aiohttp.ClientPayloadError):
        return Finding(Hop.FOREIGN, "no_http", "what answers at our name does not speak HTTP")
    return Finding(Hop.PROXY, "closed", "the relay took the request and closed the connection without an answer")


def _certificate(error: BaseException) -> Finding:
    refused = getattr(error, "certificate_error", error)
    code = getattr(refused, "verify_code", 0)
    detail, why = TLS.get(code, ("refused", "the certificate was refused"))
    message = printable(getattr(refused, "verify_message", "") or "")
    return Finding(Hop.TLS, detail, f"{why} ({message})" if message else why)


def judge_silence(is_sent: bool) -> Finding | None:
    """What it means that no answer came in time; None where only the way can tell."""
    if not is_sent:
        return None
    return Finding(Hop.PROXY, "silent", "the relay took the request, and no answer came in time")


def judge_way(way: Way, evidence: Evidence, is_line_up: bool) -> Finding:
    """At which hop the way ends. What was tried counts more than a line, which may hang unnoticed."""
    if not way.addresses:
        return _nameless(way, evidence, is_line_up)
    if not way.is_connected:
        return _unconnected(way, evidence, is_line_up)
    if not way.is_secured:
        detail = "handshake_broke" if way.error else "handshake_hangs"
        what = "was broken off" if way.error else "hangs"
        return Finding(Hop.TLS, detail, f"the relay takes connections, but the TLS handshake {what}")
    return Finding(Hop.RELAY, "slow", "the relay is there, but no request got through it in time")


def _nameless(way: Way, evidence: Evidence, is_line_up: bool) -> Finding:
    hangs, code = way.error is None, way.error.errno if way.error else None
    met = [one for one in (evidence.is_relay_met, evidence.is_known_met) if one is not None]
    is_there = any(met) if met else is_line_up
    if not is_there:
        if evidence.has_route is False:
            return Finding(Hop.INTERNET, "no_route", "this machine has no route to the Internet")
        if met and (hangs or code != socket.EAI_NONAME):
            return Finding(Hop.INTERNET, "away", "neither the resolver nor the relay answers: the Internet is away")
    if code in NO_SUCH_NAME:
        return Finding(Hop.DNS, "no_such_name", "the public name has no address")
    what = "does not answer" if hangs else "could not find the public name"
    return Finding(Hop.DNS, "no_answer", f"the resolver {what}" + ("" if is_there else " (is there Internet?)"))


def _unconnected(way: Way, evidence: Evidence, is_line_up: bool) -> Finding:
    code = way.error.errno if way.error else None
    is_there = is_line_up if evidence.is_relay_met is None else evidence.is_relay_met
    if code == errno.ECONNREFUSED:
        return Finding(Hop.RELAY, "refused", "the machine at the public address refuses the connection")
    if not is_there and evidence.has_route is False:
        return Finding(Hop.INTERNET, "no_route", "this machine has no route to the Internet")
    if not is_there and evidence.is_answered is False:
        return Finding(Hop.INTERNET, "away", "neither the relay nor the resolver answers: the Internet is away")
    if code in (errno.ENETUNREACH, errno.EHOSTUNREACH):
        return Finding(Hop.RELAY, "unreachable", "there is no way to the public address")
    return Finding(Hop.RELAY, "timeout", "the machine at the public address does not answer in time")
