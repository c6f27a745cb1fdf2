"""How a Python peer is driven: names in the argument, then one load for each line of the input.

The modules are imported and the types are made before "ready"; only the load is timed.
"""

import json
import sys
import time


def names():
    """The names to load: parameters and secrets. A secret is a document with one key, its field."""
    asked = json.loads(sys.argv[1])
    return asked["parameters"], asked["secrets"]


def field(name):
    return name.rpartition("/")[2]


def serve(load):
    """Answers with the seconds, and the value of each field as proof."""
    print("ready", flush=True)
    for _ in sys.stdin:
        start = time.perf_counter()
        values = load()
        seconds = time.perf_counter() - start
        print(json.dumps({"seconds": seconds, "values": values}), flush=True)
