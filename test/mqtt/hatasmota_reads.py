"""Home Assistant's client library reads a discovery: `config` and `sensors` as
two lines on stdin, what it makes of them as JSON on stdout. Runs in the
environment build/hatasmota (scripts/setup.sh)."""
import json
import sys

from hatasmota.discovery import (TasmotaDiscoveryMsg, get_sensor_entities,
                                 get_status_sensor_entities, get_switch_entities,
                                 get_triggers)

config = TasmotaDiscoveryMsg(json.loads(sys.stdin.readline()))
sensors = json.loads(sys.stdin.readline())
relays = [entity for entity, _ in get_switch_entities(config) if entity]
print(json.dumps({
    "commands": [f"{relay.command_topic}POWER{relay.idx + 1}" for relay in relays],
    "state": [relay.state_topic for relay in relays],
    "result": [relay.result_topic for relay in relays],
    "poll": [relay.poll_topic for relay in relays],
    "will": [relay.availability_topic for relay in relays],
    "names": [relay.friendly_name for relay in relays],
    "sensors": len(get_sensor_entities(sensors, config)),
    "status": len(get_status_sensor_entities(config)),
    "triggers": len(get_triggers(config)),
}))
