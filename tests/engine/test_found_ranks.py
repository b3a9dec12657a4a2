"""An error is never outweighed by what was believed before, and a bridge's word for a group is no echo."""

from dataclasses import replace

import pytest

from gateway.home import traits
from gateway.home.commands import Set
from gateway.home.device import Proof, Slot
from gateway.home.problems import Failed
from tests.clockwork import timeless
from tests.engine.test_found_proofs import ON_OFF, TURN_ON, answers, attended, relay, valve
from tests.homes import House, Says

ERROR = {"error": {"code": -103, "message": "overpower"}}


@timeless
async def test_an_error_outweighs_that_it_was_on_before() -> None:
    house = House(replace(relay(), availability=attended("all").registry.wiring("dev").availability))
    for topic, payload in (("bridge", "online"), ("dev/availability", "online"), ("dev/status", '{"output": true}')):
        house.hear(topic, payload)
    house.reactions["dev/rpc"] = answers(ERROR)
    with pytest.raises(Failed):
        await house.do(TURN_ON)


@timeless
async def test_an_error_outweighs_patience() -> None:
    wiring = relay()
    house = House(replace(wiring, sleepy=True, patient=True))
    house.reactions["dev/rpc"] = answers(ERROR)
    with pytest.raises(Failed):
        await house.do(TURN_ON)
    assert valve(patient=True).patient


@timeless
async def test_a_report_of_the_asked_value_outweighs_an_error() -> None:
    house = House(relay())
    house.reactions["dev/rpc"] = lambda payload: [
        Says("dev/status", '{"output": true}', 0.01),
        *(replace(said, after=0.02) for said in answers(ERROR)(payload)),
    ]
    assert (await house.do(TURN_ON)).proof is Proof.ECHO


@timeless
async def test_what_a_bridge_says_of_a_group_has_a_rank_of_its_own() -> None:
    house = House(replace(relay(), is_group=True))
    house.reactions["dev/rpc"] = lambda _: [Says("dev/status", '{"output": true}')]
    outcome = await house.do(Set(Slot(traits.ON_OFF), True))
    assert (outcome.proof, outcome.after) == (Proof.BRIDGED, {ON_OFF: True})
