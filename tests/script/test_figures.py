#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""test_figures.py AIFSIM - lost and useful capacity, waits and slowdowns, computed once more from the job table.

The last line is "N passed, N failed, N skipped".
"""
import csv
import math
import os
import subprocess
import sys
import tempfile

DAY, DAYS = 86400.0, 31
GPUS = {"a.node": 4, "a.gpu": 4, "a.one": 1}  # held with each unit of `nodes`, by partition
TOTAL = {"a.node": 200, "a.gpu": 160, "a.one": 60}
ASKED = {"single": 1, "some": 6, "wide": 32, "widest": 72}  # every job of the class
SIZES = (("1", 1), ("2-8", 8), ("9-64", 64), ("65-512", 512))

PLAN = """
aifsim: 1
name: Figures computed twice
horizon: {start: 2026-01-05, end: 2026-02-05, preroll: 7 d, followup: 30 d}
accelerators: {H100: {vendor: NVIDIA, memory: 80 GB}}
classes:
  single: {gpus: {1: 100 %}, run: {lognormal: {median: 40 min, sigma: 1.2}}, walltime: round, limit: 4 h,
           outcome: {failed: 15 %, cancelled: 20 %}, array: {1: 50 %, 9: 50 %}, array_gap: 3 min}
  some: {gpus: {6: 100 %}, run: {lognormal: {median: 40 min, sigma: 1}}, outcome: {failed: 10 %}}
  wide: {gpus: {32: 100 %}, run: {lognormal: {median: 2 h, sigma: 1}}, limit: 12 h, outcome: {cancelled: 20 %},
         overestimate: {lognormal: {median: 2, sigma: 0.5, min: 1}}}
  widest: {gpus: {72: 100 %}, run: {lognormal: {median: 1 h, sigma: 1}}, limit: 12 h}
sites:
  a:
    country: FI
    partitions:
      node: {nodes: 50, gpus_per_node: 4, accelerator: H100, policy: easy}
      gpu: {nodes: 40, gpus_per_node: 4, allocation: gpu, packing: any, accelerator: H100, policy: fcfs}
      one: {nodes: 60, gpus_per_node: 1, accelerator: H100, policy: conservative}
communities:
  lab: {country: FI, kind: academia, submit: {rate: 900 /d, variation: {day: 40 %}, home: {a.node: 30 %, a.gpu: 50 %,
        a.one: 20 %}, classes: {single: 75 %, some: 20 %, wide: 4 %, widest: 1 %}}}
"""


def job_of(row):
    """Times in s, nan where not reached; held and asked in GPUs."""
    number = lambda key: float(row[key]) if row[key] not in ("", "nan") else math.nan
    held = int(row["gpus_milli"]) / 1000
    return {
        "submit": number("time_submit_s"), "eligible": number("time_eligible_s"), "start": number("time_start_s"),
        "end": number("time_end_s"), "held": held, "asked": min(held, ASKED[row["class"]]),
        "partition": row["partition"], "class": row["class"], "outcome": row["outcome"],
    }


def hours_inside(job):
    if math.isnan(job["start"]):
        return 0
    end = job["end"] if not math.isnan(job["end"]) else math.inf
    return max(0, min(end, DAYS * DAY) - max(job["start"], 0)) / 3600


def lost(jobs, total):
    """GPU-hours free while somebody waits, and while nobody does."""
    events = []
    for job in jobs:
        if not math.isnan(job["eligible"]):
            start = job["start"] if not math.isnan(job["start"]) else math.inf
            end = job["end"] if not math.isnan(job["end"]) else math.inf
            events += [(job["eligible"], 0, 1), (start, job["held"], -1), (end, -job["held"], 0)]
    events = sorted(event for event in events if event[0] < math.inf) + [(math.inf, 0, 0)]
    blocked = no_demand = held = waiting = 0
    before = -math.inf
    for time, units, queue in events:
        free = (total - held) * max(0, min(time, DAYS * DAY) - max(before, 0)) / 3600
        blocked, no_demand = (blocked + free, no_demand) if waiting else (blocked, no_demand + free)
        held, waiting, before = held + units, waiting + queue, time
    return blocked, no_demand


def quantile(values, p, least):
    """Smallest value that p of them do not exceed; None where there are too few."""
    return sorted(values)[max(0, math.ceil(p * len(values) - 1e-9) - 1)] if len(values) >= least else None


def of_waits(jobs, selector):
    wait = [(job["start"] - job["eligible"]) / 3600 for job in jobs]
    run = [job["end"] - job["start"] for job in jobs]
    work = [r * job["held"] for r, job in zip(run, jobs)]
    slow = [max(1, (w * 3600 + r) / max(r, 600)) for w, r in zip(wait, run)]
    mean = lambda values: sum(values) / len(values) if len(values) >= 10 else None
    yield ("wait", "mean", selector), mean(wait), 1e-6
    yield ("wait", "weighted", selector), sum(w * k for w, k in zip(wait, work)) / sum(work), 1e-6
    for p, least in ((50, 20), (90, 100), (95, 100), (99, 500)):
        yield ("wait", f"p{p}", selector), quantile(wait, p / 100, least), 0.0101
    yield ("slowdown", "mean", selector), mean(slow), 1e-6
    yield ("slowdown", "p95", selector), quantile(slow, 0.95, 100), 0.0101


def expected(jobs):
    for partition, total in TOTAL.items():
        here = [job for job in jobs if job["partition"] == partition]
        of = lambda outcomes, key: sum(hours_inside(j) * j[key] for j in here if j["outcome"] in outcomes)
        selector = f"partition={partition}"
        held = sum(hours_inside(job) * job["held"] for job in here)
        yield ("gpu_hours.allocated", "", selector), held, 1e-6
        yield ("utilisation", "", selector), held / (total * 24 * DAYS), 1e-6
        yield ("gpu_hours.useful", "", selector), of(("completed",), "asked"), 1e-6
        yield ("gpu_hours.useful", "with_cancelled", selector), of(("completed", "cancelled"), "asked"), 1e-6
        blocked, no_demand = lost(here, total)
        yield ("capacity.lost", "", selector + ",cause=blocked"), blocked, 1e-6
        yield ("capacity.lost", "", selector + ",cause=no_demand"), no_demand, 1e-6
    cohort = [job for job in jobs if 0 <= job["submit"] < DAYS * DAY]
    yield from of_waits(cohort, "")
    low = 0
    for name, high in SIZES:
        yield from of_waits([job for job in cohort if low < job["held"] <= high], "size=" + name)
        low = high


def main(binary):
    passed = failed = 0
    with tempfile.TemporaryDirectory() as work:
        plan, result, table = (os.path.join(work, name) for name in ("plan.yaml", "run", "jobs.csv"))
        with open(plan, "w", encoding="utf-8") as file:
            file.write(PLAN)
        options = ["-r", "1", "--trace", "jobs", "--no-plots", "--quiet", "-o", result]
        subprocess.run([binary, "run", plan] + options, check=True, stdout=subprocess.DEVNULL)
        subprocess.run([binary, "export", result, "--jobs", "--csv", "-o", table], check=True)
        with open(table, encoding="utf-8") as file:
            jobs = [job_of(row) for row in csv.DictReader(file)]
        with open(os.path.join(result, "summary.csv"), encoding="utf-8") as file:
            figure = {(r["figure"], r["statistic"], r["selector"]): r["value"] for r in csv.DictReader(file)}
    for key, value, tolerance in expected(jobs):
        told = figure.get(key, "")
        near = told == "" if value is None else told != "" and abs(float(told) - value) <= tolerance * value + 1e-9
        passed, failed = passed + near, failed + (not near)
        if not near:
            print(f"FAIL script/test_figures.py: {key}: {told or 'nothing'}, by the job table {value}")
    print(f"{passed} passed, {failed} failed, 0 skipped")
    return failed > 0


if __name__ == "__main__":
    sys.exit(main(os.path.realpath(sys.argv[1])))
