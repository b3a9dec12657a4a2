"""The inputs of a seed: each made by its number alone, but for what the gateway itself has given out lately."""

from dataclasses import dataclass
from random import Random

from tests.fuzz import known, linking, odd, spoken, wire
from tests.fuzz.linking import Asked, Pocket

JSON = (b"Content-Type", b"application/json;charset-UTF-8")


@dataclass(frozen=True, slots=True)
class Input:
    """The bytes of one input, and which door they are for (0 or 1)."""

    number: int
    kind: str
    door: int
    raw: bytes
    is_whole: bool
    """Whether it is one request that must have one answer; otherwise what comes of it is its own affair."""
    may_be_heard: bool = False
    """Whether CLOVA has signed it."""


class Maker:
    """Makes them."""

    def __init__(self, seed: int) -> None:
        self.pockets = (Pocket(), Pocket())
        """By door."""
        self._seed = seed
        self._lots = Random()

    def make(self, number: int) -> Input:
        """One input."""
        lots = self._lots
        lots.seed(self._seed << 40 | number)
        chance, door = lots.random(), lots.randrange(2)
        if chance < 0.28:
            return Input(number, "signed", door, self._signed(number, door), True, True)
        if chance < 0.40:
            return Input(number, "unsigned", door, self._unsigned(number, door), True)
        if chance < 0.72:
            asked = self._asked(door)
            return Input(number, asked.path, door, wire.request(asked), True)
        good = [self._good(number, door) for _ in range(2)]
        return Input(number, "broken", door, wire.broken(lots, good), False)

    def question(self, door: int) -> Input:
        """A person's browser, sent by CLOVA: nothing is wrong."""
        return _sound(linking.sound_question(), door)

    def form(self, door: int) -> Input:
        """The person signs in: nothing is wrong."""
        return _sound(linking.sound_form(self.pockets[door]), door)

    def _good(self, number: int, door: int) -> bytes:
        chance = self._lots.random()
        if chance < 0.3:
            return self._signed(number, door)
        return self._unsigned(number, door) if chance < 0.4 else wire.request(self._asked(door))

    def _asked(self, door: int) -> Asked:
        lots, pocket = self._lots, self.pockets[door]
        chance = lots.random()
        if chance < 0.35:
            return linking.asking(lots)
        if chance < 0.55:
            return linking.signing_in(lots, pocket)
        if chance < 0.8:
            return linking.exchanging(lots, pocket)
        return linking.revoking(lots, pocket) if chance < 0.9 else linking.telling(lots)

    def _signed(self, number: int, door: int) -> bytes:
        body = self._message(number, door)
        return self._spoken(body, [spoken.sign(body)])

    def _unsigned(self, number: int, door: int) -> bytes:
        body = self._message(number, door)
        return self._spoken(body, spoken.signatures(self._lots, body))

    def _message(self, number: int, door: int) -> bytes:
        lots = self._lots
        name, payload = lots.choice(spoken.corpus(known.REGIONS[door]))
        message_id = f"{self._seed}-{number}" if lots.random() < 0.9 else lots.choice(("again", "", odd.text(lots)))
        return spoken.body(lots, name, payload, self._token(door), message_id)

    def _token(self, door: int) -> str:
        chance = self._lots.random()
        if chance < 0.04:
            return odd.text(self._lots)
        if chance < 0.05:
            return known.EXPIRED
        given = self.pockets[door].access
        return self._lots.choice(given if given and chance < 0.07 else spoken.TOKENS)

    def _spoken(self, body: bytes, signatures: list[bytes]) -> bytes:
        headers = [JSON] if self._lots.random() < 0.95 else []
        headers += [(b"SignatureCEK", one) for one in signatures]
        headers += linking.odd_headers(self._lots) if self._lots.random() < 0.1 else ()
        return wire.request(Asked(b"POST", "/clova/home", b"", tuple(headers), body))


def _sound(asked: Asked, door: int) -> Input:
    return Input(0, asked.path, door, wire.request(asked), True)


def honest(number: int, door: int) -> Input:
    """What a family says, and what must go on being answered."""
    name = "TurnOnRequest" if number % 2 else "TurnOffRequest"
    region = known.REGIONS[door]
    payload = {"appliance": {"applianceId": known.LIGHTS[region]}}
    body = spoken.sound(name, payload, known.HONEST, f"honest-{number}")
    headers = (JSON, (b"SignatureCEK", spoken.sign(body)))
    raw = wire.request(Asked(b"POST", "/clova/home", b"", headers, body))
    return Input(number, "honest", door, raw, True, True)
