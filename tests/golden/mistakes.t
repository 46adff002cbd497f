# SPDX-License-Identifier: GPL-3.0-or-later
# Mistakes in a scenario: exit 2, each with file:line:column and path, and what would be right.

< base.yaml
| aifsim: 1
| name: base
| horizon: {start: 2026-01-01, end: 2026-01-08}
| sites:
|   desk:
|     country: IS
|     partitions:
|       machine: {nodes: 4, policy: easy, max_walltime: 24 h}
| classes:
|   work: {nodes: {1: 60 %, 2: 40 %}, run: {lognormal: {median: 1 h, sigma: 1}}}
| network:
|   hubs: {north: {lat: 64 deg, lon: -21 deg}}
|   links:
|     line: {from: north, to: desk, capacity: 10 Gbit/s, latency: 5 ms, kind: nren}
| communities:
|   team:
|     country: IS
|     kind: sme
|     submit: {rate: 1 /h, home: {desk.machine: 100 %}, classes: {work: 100 %}}
| broker: {rule: home}

$ aifsim check base.yaml

# a typo in a key
$ sed 's/nodes: 4/nodse: 4/' base.yaml >bad.yaml; aifsim check bad.yaml

# a typo at the root
$ sed 's/^horizon/hrizon/' base.yaml >bad.yaml; aifsim check bad.yaml

# a typo in a value of a closed set
$ sed 's/policy: easy/policy: eazy/' base.yaml >bad.yaml; aifsim check bad.yaml

# a tab for indentation
$ printf 'aifsim: 1\nsites:\n\tdesk: {}\n' >bad.yaml; aifsim check bad.yaml

# a decimal comma
$ sed 's/latency: 5 ms/latency: "1,5 ms"/' base.yaml >bad.yaml; aifsim check bad.yaml

# a unit of another quantity
$ sed 's/10 Gbit\/s/10 GB/' base.yaml >bad.yaml; aifsim check bad.yaml

# no unit
$ sed 's/24 h/24/' base.yaml >bad.yaml; aifsim check bad.yaml

# an unknown unit
$ sed 's/24 h/24 fortnight/' base.yaml >bad.yaml; aifsim check bad.yaml

# a key twice
$ sed 's/country: IS/&\n    country: NO/' base.yaml >bad.yaml; aifsim check bad.yaml

# an alias and an anchor
$ sed 's/name: base/name: \&n base\ntitle: *n/' base.yaml >bad.yaml; aifsim check bad.yaml

# bytes that are no UTF-8
$ printf 'aifsim: 1\nname: "caf\xe9"\n' >bad.yaml; aifsim check bad.yaml

# a NUL
$ printf 'aifsim: 1\nname: "a\0b"\n' >bad.yaml; aifsim check bad.yaml

# a second document
$ sed '$a ---\nname: second' base.yaml >bad.yaml; aifsim check bad.yaml

# a reference to nothing
$ sed 's/classes: {work: 100 %}/classes: {wrok: 100 %}/' base.yaml >bad.yaml; aifsim check bad.yaml

# a home that is not there
$ sed 's/desk.machine: 100/desk.engine: 100/' base.yaml >bad.yaml; aifsim check bad.yaml

# zero nodes
$ sed 's/nodes: 4/nodes: 0/' base.yaml >bad.yaml; aifsim check bad.yaml

# zero capacity of a link
$ sed 's/10 Gbit/0 Gbit/' base.yaml >bad.yaml; aifsim check bad.yaml

# a fraction of a node
$ sed 's/nodes: 4/nodes: 4.5/' base.yaml >bad.yaml; aifsim check bad.yaml

# shares that do not sum to one
$ sed 's/1: 60 %/1: 70 %/' base.yaml >bad.yaml; aifsim check bad.yaml

# a day that does not exist
$ sed 's/2026-01-08/2026-02-30/' base.yaml >bad.yaml; aifsim check bad.yaml

# an end before the start
$ sed 's/end: 2026-01-08/end: 2025-01-08/' base.yaml >bad.yaml; aifsim check bad.yaml

# a needed key that is missing
$ sed '/kind: sme/d' base.yaml >bad.yaml; aifsim check bad.yaml

# a list where a map belongs
$ sed 's/machine: {nodes: 4.*/- nodes: 4/' base.yaml >bad.yaml; aifsim check bad.yaml

# a section without contents
$ sed '/^sites/,/machine/d' base.yaml >bad.yaml; echo 'sites:' >>bad.yaml; aifsim check bad.yaml

# a job that no machine can hold
$ sed 's/1: 60 %, 2: 40 %/8: 100 %/' base.yaml >bad.yaml; aifsim check bad.yaml

# a link to nowhere
$ sed 's/to: desk/to: dask/' base.yaml >bad.yaml; aifsim check bad.yaml

# a number that is no number
$ sed 's/sigma: 1/sigma: .nan/' base.yaml >bad.yaml; aifsim check bad.yaml

# an older or newer format
$ sed 's/aifsim: 1/aifsim: 2/' base.yaml >bad.yaml; aifsim check bad.yaml

# nesting without end
$ { printf 'name: '; head -c 40000 /dev/zero | tr '\0' '['; } >bad.yaml; aifsim check bad.yaml

# a file that extends itself
$ sed '$a extends: bad.yaml' base.yaml >bad.yaml; aifsim check bad.yaml

# extends out of the folder
$ sed '$a extends: ../../../etc/passwd' base.yaml >bad.yaml; aifsim check bad.yaml

# control characters do not reach the terminal
$ printf 'aifsim: 1\nna\033[31mme: x\n' >bad.yaml; aifsim check bad.yaml 2>&1 | grep -c "$(printf '\033')"

# an empty file
$ : >bad.yaml; aifsim check bad.yaml

# a folder
$ mkdir folder.yaml; aifsim check folder.yaml

# several mistakes at once, in the order of the file
$ sed 's/nodes: 4/nodse: 4/; s/24 h/24/; s/10 Gbit/0 Gbit/; s/kind: sme/kind: smee/' base.yaml >bad.yaml; aifsim check bad.yaml

# a mistake in --set
$ aifsim check base.yaml --set sites.desk.partitions.machine.nodse=8
$ aifsim check base.yaml --set sites.desk.partitions.machine.nodes=many
$ aifsim check base.yaml --set nodes
$ aifsim check base.yaml --set sites.desk.partitions.machine.nodes=8 --set 'classes.work.run={exponential: {mean: 2 h}}'

# each file is told of, good ones too
$ sed 's/nodes: 4/nodes: -4/' base.yaml >bad.yaml; aifsim check bad.yaml base.yaml

# more work than the machine can do
$ aifsim check base.yaml --set 'communities.team.submit.rate=100 /h'
