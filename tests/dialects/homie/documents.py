"""Homie devices that do not exist, in both versions of the convention."""

import json
from typing import Any

from gateway.dialects.finding import Finding
from gateway.dialects.homie import Homie
from gateway.wire.binding import Wiring

Properties = dict[str, dict[str, Any]]


def node(type: str, **properties: dict[str, Any]) -> dict[str, Any]:
    """A node; `color_temp` stands for color-temp."""
    return {"type": type, "properties": {key.replace("_", "-"): value for key, value in properties.items()}}


def setting(datatype: str, format: str = "", unit: str = "", **other: Any) -> dict[str, Any]:
    return {"datatype": datatype, "format": format, "unit": unit, "settable": True} | other


def reading(datatype: str, unit: str = "", format: str = "", **other: Any) -> dict[str, Any]:
    return {"datatype": datatype, "format": format, "unit": unit} | other


def version_5(nodes: dict[str, Any], id: str = "thing", **other: Any) -> dict[str, str]:
    """Topics and payloads of a device."""
    document = {"homie": "5.0", "version": 1, "name": "Thing", "nodes": nodes} | other
    return {f"homie/5/{id}/$state": "ready", f"homie/5/{id}/$description": json.dumps(document)}


def version_4(nodes: dict[str, Any], id: str = "thing", base: str = "homie", name: str = "Thing") -> dict[str, str]:
    """The same device in attributes."""
    top = f"{base}/{id}"
    said = {f"{top}/$homie": "4.0.0", f"{top}/$name": name, f"{top}/$state": "ready", f"{top}/$nodes": ",".join(nodes)}
    for key, one in nodes.items():
        said |= {f"{top}/{key}/$name": one.get("name", key), f"{top}/{key}/$type": one["type"]}
        said[f"{top}/{key}/$properties"] = ",".join(one["properties"])
        for inner, fields in one["properties"].items():
            said |= {f"{top}/{key}/{inner}/${field}": _spelt(value) for field, value in fields.items() if value != ""}
    return said


def _spelt(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def heard_by(homie: Homie, said: dict[str, str]) -> None:
    for topic, payload in said.items():
        homie.hear(topic, payload.encode())


def findings(said: dict[str, str]) -> list[Finding]:
    homie = Homie()
    heard_by(homie, said)
    return list(homie.findings())


def wired(said: dict[str, str]) -> tuple[Wiring, ...]:
    (finding,) = findings(said)
    return finding.wirings
