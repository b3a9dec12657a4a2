"""A home in a process of its own: what devices keep at the broker, and a lamp that does what it is told."""

import sys

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

KEPT = {
    "zigbee2mqtt/bridge/state": '{"state":"online"}',
    "tasmota/discovery/A1B2C3D4E5F6/config": "{}",
    "homeassistant/light/porch/config": "{}",
    "homeassistant/sensor/porch/power/config": "{}",
}


def echo(client: Client, _: object, message: MQTTMessage) -> None:
    client.publish("home/lamp", message.payload)


lamp = Client(CallbackAPIVersion.VERSION2)
lamp.on_message = echo
lamp.connect("127.0.0.1", int(sys.argv[1]))
lamp.subscribe("home/lamp/set")
lamp.loop_start()
for topic, payload in KEPT.items():
    lamp.publish(topic, payload, qos=1, retain=True).wait_for_publish(10)
print("home", flush=True)
sys.stdin.read()
lamp.loop_stop()
