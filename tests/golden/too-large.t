# SPDX-License-Identifier: GPL-3.0-or-later
# Scenarios that are small as files and huge as plans: refused by name, within little time and memory.

< head.yaml
| aifsim: 1
| name: absurd
| horizon: {start: 2026-01-01, end: 2080-01-01}
| sites:
|   a: {country: DE, partitions: {p: {nodes: 90000, online: 2026-01-02, ramp: 11000 d}}}

# a ramp of thirty years times three thousand classes
$ { cat head.yaml; echo classes:; seq -f '  c%.0f: {run: 1 h}' 3000; echo 'communities: {u: {country: DE, kind: sme, submit: {rate: 1 /d, home: {a.p: 100 %}, classes: {c1: 100 %}}}}'; } >big.yaml; ulimit -v 200000; timeout 5 aifsim check big.yaml
& big.yaml:5:33: error: sites.a.partitions.p: the scenario is too large to plan: classes of jobs, on every step of the ramps, would take more than 48 MB in all; make them fewer
! exit 2

# laws that have to be integrated on every one of those steps
$ { cat head.yaml; echo classes:; seq -f '  c%.0f: {run: 1 h, nodes: {lognormal: {median: 2, sigma: 1}}}' 30; echo 'communities: {u: {country: DE, kind: sme, submit: {rate: 1 /d, home: {a.p: 100 %}, classes: {c1: 100 %}}}}'; } >big.yaml; ulimit -v 200000; timeout 5 aifsim check big.yaml
& big.yaml:5:33: error: sites.a.partitions.p: the scenario is too large to plan: classes of jobs, on every step of the ramps, would take too long to work out; make them fewer
! exit 2

# a thousand communities, each with its own hundred thousand users
$ { sed 's/, online.*/}}}/; s/2080/2027/' head.yaml; echo 'classes: {c: {run: 1 h}}'; echo communities:; seq 99001 100000 | sed 's|.*|  u&: {country: DE, kind: sme, submit: {rate: 0.01 /d, home: {a.p: 100 %}, classes: {c: 100 %}, users: &}}|'; } >big.yaml; ulimit -v 200000; timeout 5 aifsim check big.yaml
& big.yaml:68:3: error: communities.u99061: the scenario is too large to plan: a table of submit.users would take more than 48 MB in all; make them fewer
! exit 2

# ten thousand communities on every day of half a century
$ { sed 's/, online.*/}}}/' head.yaml; echo 'classes: {c: {run: 1 h}}'; echo communities:; seq -f '  u%.0f: {country: DE, kind: sme, submit: {rate: 0.01 /d, home: {a.p: 100 %%}, classes: {c: 100 %%}}}' 10000; } >big.yaml; ulimit -v 200000; timeout 5 aifsim check big.yaml
& big.yaml:3:1: error: horizon: the scenario is too large to plan: the demand of every source on every day would take too long to work out; make them fewer
! exit 2

# communities whose mixes all differ, on every step of hundreds of ramps
$ { sed -n 1,2p head.yaml; echo 'horizon: {start: 2026-01-01, end: 2027-01-01}'; echo 'sites:'; echo '  a:'; echo '    country: DE'; echo '    partitions:'; seq -f '      p%.0f: {nodes: 300, online: 2026-01-02, ramp: 300 d, shares: {eurohpc: {part: 50 %%}}}' 300; echo 'classes: {c: {run: 1 h}, d: {run: 2 h}}'; echo communities:; for i in $(seq 100 200); do echo "  u$i: {country: DE, kind: sme, submit: {load: 0.01 % of eurohpc, mix: {c: 0.$i, d: 0.$((1000 - i))}}}"; done; } >big.yaml; ulimit -v 200000; timeout 5 aifsim check big.yaml
& big.yaml:310:3: error: communities.u100: the scenario is too large to plan: places for its jobs, on every step of their ramps, would take more than 48 MB in all; make them fewer
! exit 2

# a network of thousands of places
$ { sed 's/, online.*/}}}/' head.yaml; echo 'classes: {c: {run: 1 h}}'; echo network:; echo '  hubs:'; seq -f '    h%.0f: {lat: 1 deg, lon: 1 deg}' 3000; echo '  links:'; seq -f '    l%.0f: {from: h1, to: a, capacity: 1 Gbit/s, latency: 1 ms, kind: nren}' 3000; echo 'communities: {u: {country: DE, kind: sme, submit: {rate: 1 /d, home: {a.p: 100 %}, classes: {c: 100 %}}}}'; } >big.yaml; ulimit -v 200000; timeout 5 aifsim check big.yaml
& big.yaml:7:1: error: network: the scenario is too large to plan: routes between places would take more than 48 MB in all; make them fewer
! exit 2

# thousands of laws that are tables
$ { sed 's/, online.*/}}}/' head.yaml; echo 'classes:'; seq -f '  c%.0f: {run: {gamma: {shape: 2, mean: 1 h}}}' 101; echo 'communities: {u: {country: DE, kind: sme, submit: {rate: 1 /d, home: {a.p: 100 %}, classes: {c1: 100 %}}}}'; } >big.yaml; ulimit -v 200000; timeout 5 aifsim check big.yaml
& big.yaml:107:16: error: classes.c101.run.gamma: the scenario has more than 100 gamma, beta and mixture distributions, each of which is a large table
! exit 2
