#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_schema.py AIFSIM - the JSON Schema against the shipped scenarios, and against mistakes.

What an editor does: YAML 1.2 (where NO is a text and a date too) to values, then the schema. The
last line is "N passed, N failed, N skipped"; all is skipped without jsonschema and PyYAML.
"""
import json
import pathlib
import re
import subprocess
import sys

try:
    import jsonschema
    import yaml
except ImportError as missing:
    print(f"skip script/test_schema.py: {missing}")
    print("0 passed, 0 failed, 1 skipped")
    sys.exit(0)

ROOT = pathlib.Path(__file__).resolve().parents[2]


class Yaml12(yaml.SafeLoader):
    """The core schema of YAML 1.2."""


Yaml12.yaml_implicit_resolvers = {}
for tag, pattern, first in (
        ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
        ("int", r"[-+]?[0-9]+", "-+0123456789"),
        ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+.0123456789"),
        ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""])):
    Yaml12.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^({pattern})$"),
                                 list(first))
Yaml12.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(node.value))
Yaml12.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(node.value))


def keys_as_text(value):
    if isinstance(value, dict):
        return {str(key): keys_as_text(item) for key, item in value.items()}
    if isinstance(value, list):
        return [keys_as_text(item) for item in value]
    return value


def read(text):
    return keys_as_text(yaml.load(text, Yaml12))


GOOD = """
aifsim: 1
name: small
seed: 9223372036854775807
horizon: {start: 2026-01-01, end: 2026-12, preroll: 14 d}
sources: {page: {title: a page, date: 2026-03-01}, guess: a guess}
profiles: {night: [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}
sites:
  source: page
  a:
    country: NO
    partitions: {p: {nodes: 4, power: {idle: 0.6 kW, busy: 2 kW}, source: {nodes: page}, quality: high}}
classes:
  c: {run: {lognormal: {median: 3 h, sigma: 1.6, max: 48 h}}, nodes: {1: 60 %, 2: 0.4}, input: 20 GB}
  d: {run: {empirical: {0 %: 1 s, 100 %: 2 h}}, nodes: {choice: [1, 2]}, input: {1 GB: 0.5, 2 GB: 50 %}}
question: Does a larger machine help?
overrides: {more: {sites: {a: {partitions: {p: {nodes: 8}}}}}}
baseline: plan
options: {plan: {}, larger: {title: A larger machine, apply: [more]}, same: {apply: more}}
matters: {"wait.p95{kind=sme}": 2 h}
futures: {growth: {low: {seed: 3}, usual: {}}}
breakeven: [{input: sites.a.partitions.p.nodes, between: [3, 9], figure: wait.mean, option: larger}]
uncertain: {draws: 4, sites.*.partitions.*.nodes: {uniform: [3, 9]}}
communities:
  u: {country: DE, kind: sme, submit: {load: 44 % of a.p, mix: {c: 70 %, d: 0.3}, hours: night}}
"""

# What a file says that removes what the one below it says: every kind of value that a key takes.
REMOVES = """
aifsim: 1
extends: below.yaml
seed: ~
horizon: {preroll: ~}
sites: {a: {country: null, partitions: {p: ~, q: {policy: ~, power: ~, online: ~, shares: ~}}}, b: ~}
classes: {c: {run: ~, nodes: {lognormal: {median: 2, sigma: 1, max: ~}}}, d: null}
communities: {u: {submit: {load: ~, mix: ~, hours: ~, season: ~}}}
broker: ~
"""

# What stands in GOOD, and what makes it wrong.
MISTAKES = {
    "an unknown key": ("nodes: 4", "nodse: 4"),
    "an unknown key at the root": ("name: small", "nam: small"),
    "an unknown key of an option": ("{title: A larger", "{titel: A larger"),
    "futures that are a list": ("futures: {growth: {low: {seed: 3}, usual: {}}}", "futures: [low]"),
    "an unknown key of a horizon": ("preroll: 14 d", "prerol: 14 d"),
    "a wrong unit": ("idle: 0.6 kW", "idle: 0.6 kWh"),
    "a missing unit": ("idle: 0.6 kW", "idle: 0.6"),
    "no space before the unit": ("idle: 0.6 kW", "idle: 0.6kW"),
    "a decimal comma": ("sigma: 1.6", "sigma: '1,6'"),
    "a fraction of a node": ("nodes: 4", "nodes: 4.5"),
    "a seed that is too large": ("9223372036854775807", "9223372036854775808"),
    "a count out of range": ("nodes: 4", "nodes: 0"),
    "a name that is none of the choices": ("kind: sme", "kind: smes"),
    "a date that is none": ("start: 2026-01-01", "start: 1 January 2026"),
    "a distribution that is none": ("lognormal:", "lognormale:"),
    "a parameter that is none": ("sigma: 1.6", "sigm: 1.6"),
    "a unit in a table": ("1: 60 %", "1 h: 60 %"),
    "a share that is none": ("c: 70 %", "c: 70 d"),
    "an entity with a bad name": ("  a:", "  a b:"),
    "a quality that is none": ("quality: high", "quality: low"),
    "a list for a mapping": ("partitions: {p:", "partitions: [p, {p:"),
    "a version to come": ("aifsim: 1", "aifsim: 2"),
    "nothing for a weight of an hour": ("[1, 1, 1, 1, 1, 1, 0,", "[1, 1, 1, 1, 1, ~, 0,"),
    "nothing for a share": ("c: 70 %, d: 0.3", "c: 70 %, d: ~"),
    "a profile of three hours": ("[1, 1, 1, 1, 1, 1, 0, 0, 0,", "[1, 1, 1] #"),
}


def main():
    schema = json.loads(subprocess.run([sys.argv[1], "schema", "--json"], check=True,
                                       capture_output=True, text=True).stdout)
    jsonschema.Draft7Validator.check_schema(schema)
    validator = jsonschema.Draft7Validator(schema)
    passed, failed = 0, 0

    def judge(name, good):
        nonlocal passed, failed
        passed, failed = passed + good, failed + (not good)
        if not good:
            print(f"FAIL script/test_schema.py: {name}")

    for path in sorted((ROOT / "scenarios").rglob("*.yaml")):
        errors = list(validator.iter_errors(read(path.read_text())))
        judge(path.relative_to(ROOT), not errors)
        for error in errors[:3]:
            print("    " + "/".join(map(str, error.absolute_path)) + ": " + error.message[:200])
    judge("a good scenario", not list(validator.iter_errors(read(GOOD))))
    judge("a file that removes", not list(validator.iter_errors(read(REMOVES))))
    for name, (good, bad) in MISTAKES.items():
        text = GOOD.replace(good, bad, 1)
        if "[p, {p:" in bad:
            text = text.replace("quality: high}}", "quality: high}}]", 1)
        if "#" in bad:
            text = text.replace("[1, 1, 1] #", "[1, 1, 1]} #", 1)
        judge(name, text != GOOD and bool(list(validator.iter_errors(read(text)))))
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main())
