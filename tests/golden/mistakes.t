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
> base.yaml: valid, 2026-01-01 to 2026-01-08
> 1 site, 1 partition, 1 class, 1 source of jobs
>
>   offered load                      users background   together     target         jobs
>   desk.machine                     57.5 %      0.0 %     57.5 %          -          168

# a typo in a key
$ sed 's/nodes: 4/nodse: 4/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:8:17: error: sites.desk.partitions.machine: unknown key 'nodse'; did you mean 'nodes'?
! exit 2

# a typo at the root
$ sed 's/^horizon/hrizon/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:3:1: error: unknown key 'hrizon'; did you mean 'horizon'?
! exit 2

# a typo in a value of a closed set
$ sed 's/policy: easy/policy: eazy/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:8:35: error: sites.desk.partitions.machine.policy: 'eazy' is not one of fcfs, easy, conservative, conservative-rebuild or multifactor; did you mean 'easy'?
! exit 2

# a tab for indentation
$ printf 'aifsim: 1\nsites:\n\tdesk: {}\n' >bad.yaml; aifsim check bad.yaml
& bad.yaml:3:1: error: a tab in the indentation; use spaces
! exit 2

# a decimal comma
$ sed 's/latency: 5 ms/latency: "1,5 ms"/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:14:65: error: network.links.line.latency: '1,5' is not a number; write a decimal point, as in '1.5', and no thousands separators
! exit 2

# a unit of another quantity
$ sed 's/10 Gbit\/s/10 GB/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:14:45: error: network.links.line.capacity: '10 GB' is not a data rate; write for example '10 GB/s'
! exit 2

# no unit
$ sed 's/24 h/24/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:8:55: error: sites.desk.partitions.machine.max_walltime: '24' is not a duration, the unit is missing; write for example '24 h'
! exit 2

# an unknown unit
$ sed 's/24 h/24 fortnight/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:8:55: error: sites.desk.partitions.machine.max_walltime: '24 fortnight' is not a duration; write for example '24 h'
! exit 2

# a key twice
$ sed 's/country: IS/&\n    country: NO/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:7:5: error: key 'country' stands twice in one mapping, first at 6:5; delete one
& bad.yaml:19:5: error: key 'country' stands twice in one mapping, first at 18:5; delete one
! exit 2

# an alias and an anchor
$ sed 's/name: base/name: \&n base\ntitle: *n/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:2:7: error: anchor '&n' is refused; write the value where it is used, or use 'extends'
& bad.yaml:3:8: error: alias '*n' is refused; write the value out, or quote it
! exit 2

# bytes that are no UTF-8
$ printf 'aifsim: 1\nname: "caf\xe9"\n' >bad.yaml; aifsim check bad.yaml
& bad.yaml:2:11: error: byte 0xE9 is not UTF-8; save the file as UTF-8
! exit 2

# a NUL
$ printf 'aifsim: 1\nname: "a\0b"\n' >bad.yaml; aifsim check bad.yaml
& bad.yaml:2:9: error: a NUL byte is not text; if this is UTF-16, save it as UTF-8
! exit 2

# a second document
$ sed '$a ---\nname: second' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:21:1: error: a second document begins here; keep one document a file
! exit 2

# a reference to nothing
$ sed 's/classes: {work: 100 %}/classes: {wrok: 100 %}/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:19:71: error: communities.team.submit.classes.wrok: 'wrok' is not one of classes; did you mean 'work'?
! exit 2

# a home that is not there
$ sed 's/desk.machine: 100/desk.engine: 100/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:19:46: error: communities.team.submit.home.desk.engine: 'desk.engine' is not one of sites.*.partitions; known is desk.machine
! exit 2

# zero nodes
$ sed 's/nodes: 4/nodes: 0/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:8:24: error: sites.desk.partitions.machine.nodes: '0' is out of range; write 1 to 1000000, for example '120'
! exit 2

# zero capacity of a link
$ sed 's/10 Gbit/0 Gbit/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:14:45: error: network.links.line.capacity: '0 Gbit/s' is out of range; write 1 B/s to 10 PB/s, for example '800 Gbit/s'
! exit 2

# a fraction of a node
$ sed 's/nodes: 4/nodes: 4.5/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:8:24: error: sites.desk.partitions.machine.nodes: '4.5' is not a whole number
! exit 2

# shares that do not sum to one
$ sed 's/1: 60 %/1: 70 %/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:10:10: error: classes.work.nodes: the weights sum to 110 %, not to 100 %
! exit 2

# a day that does not exist
$ sed 's/2026-01-08/2026-02-30/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:3:35: error: horizon.end: '2026-02-30' is not a date between 1970 and 2200; write for example '2026-12-15' or '2026-12'
! exit 2

# an end before the start
$ sed 's/end: 2026-01-08/end: 2025-01-08/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:3:35: error: horizon.end: must be after horizon.start
! exit 2

# a needed key that is missing
$ sed '/kind: sme/d' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:16:3: error: communities.team: the required key 'kind' is missing; write for example 'kind: sme'
! exit 2

# a list where a map belongs
$ sed 's/machine: {nodes: 4.*/- nodes: 4/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:8:7: error: sites.desk.partitions: a list stands where a mapping of keys belongs
& bad.yaml:19:47: error: communities.team.submit.home.desk.machine: 'desk.machine' names one of sites.*.partitions, but the scenario has none
! exit 2

# a section without contents
$ sed '/^sites/,/machine/d' base.yaml >bad.yaml; echo 'sites:' >>bad.yaml; aifsim check bad.yaml
& bad.yaml:14:47: error: communities.team.submit.home.desk.machine: 'desk.machine' names one of sites.*.partitions, but the scenario has none
& bad.yaml:16:1: error: sites: the section is present but empty; fill it, or delete its key
! exit 2

# a job that no machine can hold
$ sed 's/1: 60 %, 2: 40 %/8: 100 %/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:10:3: error: classes.work: asks for at least 8 nodes; the widest machine has 4
! exit 2

# a link to nowhere
$ sed 's/to: desk/to: dask/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:14:29: error: network.links.line.to: 'dask' is neither a hub of the network nor a site
! exit 2

# a number that is no number
$ sed 's/sigma: 1/sigma: .nan/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:10:75: error: classes.work.run.lognormal.sigma: '.nan' is not a number; only finite decimal numbers are; write for example '1.2'
! exit 2

# an older or newer format
$ sed 's/aifsim: 1/aifsim: 2/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:1:9: error: aifsim: '2' is not a version of the format that aifsim 0.1.0 reads; write 'aifsim: 1', or use the release the scenario was written for
! exit 2

# nesting without end
$ { printf 'name: '; head -c 40000 /dev/zero | tr '\0' '['; } >bad.yaml; aifsim check bad.yaml
& bad.yaml:1:70: error: nested deeper than 64 levels
! exit 2

# a file that extends itself
$ sed '$a extends: bad.yaml' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:21:10: error: extends: 'bad.yaml' extends itself, by way of this file
! exit 2

# extends out of the folder
$ sed '$a extends: ../../../etc/passwd' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:21:10: error: extends: '../../../etc/passwd' leads out of the scenario's folder; what is read lies below it
! exit 2

# control characters do not reach the terminal
$ printf 'aifsim: 1\nna\033[31mme: x\n' >bad.yaml; aifsim check bad.yaml 2>&1 | grep -c "$(printf '\033')"
> 0
! exit 1

# an empty file
$ : >bad.yaml; aifsim check bad.yaml
& bad.yaml:1:1: error: the file is empty; a scenario begins with 'aifsim: 1'
! exit 2

# a folder
$ mkdir folder.yaml; aifsim check folder.yaml
& folder.yaml: error: cannot open the scenario: it is a folder
! exit 3

# several mistakes at once, in the order of the file
$ sed 's/nodes: 4/nodse: 4/; s/24 h/24/; s/10 Gbit/0 Gbit/; s/kind: sme/kind: smee/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:8:17: error: sites.desk.partitions.machine: unknown key 'nodse'; did you mean 'nodes'?
& bad.yaml:8:55: error: sites.desk.partitions.machine.max_walltime: '24' is not a duration, the unit is missing; write for example '24 h'
& bad.yaml:14:45: error: network.links.line.capacity: '0 Gbit/s' is out of range; write 1 B/s to 10 PB/s, for example '800 Gbit/s'
& bad.yaml:18:11: error: communities.team.kind: 'smee' is not one of sme, startup, industry, academia, public, training or background; did you mean 'sme'?
! exit 2

# a mistake in --set
$ aifsim check base.yaml --set sites.desk.partitions.machine.nodse=8
& --set: error: sites.desk.partitions.machine: unknown key 'nodse'; did you mean 'nodes'?
! exit 2
$ aifsim check base.yaml --set sites.desk.partitions.machine.nodes=many
& --set: error: sites.desk.partitions.machine.nodes: 'many' is not a number; write for example '120'
! exit 2
$ aifsim check base.yaml --set nodes
& --set: error: 'nodes' is not PATH=VALUE; write for example 'seed=7'
! exit 2
$ aifsim check base.yaml --set sites.desk.partitions.machine.nodes=8 --set 'classes.work.run={exponential: {mean: 2 h}}'
> base.yaml: valid, 2026-01-01 to 2026-01-08
> 1 site, 1 partition, 1 class, 1 source of jobs
>
>   offered load                      users background   together     target         jobs
>   desk.machine                     35.0 %      0.0 %     35.0 %          -          168

# each file is told of, good ones too
$ sed 's/nodes: 4/nodes: -4/' base.yaml >bad.yaml; aifsim check bad.yaml base.yaml
>
> base.yaml: valid, 2026-01-01 to 2026-01-08
> 1 site, 1 partition, 1 class, 1 source of jobs
>
>   offered load                      users background   together     target         jobs
>   desk.machine                     57.5 %      0.0 %     57.5 %          -          168
& bad.yaml:8:24: error: sites.desk.partitions.machine.nodes: '-4' is out of range; write 1 to 1000000, for example '120'
! exit 2

# more work than the machine can do
$ aifsim check base.yaml --set 'communities.team.submit.rate=100 /h'
> base.yaml: valid, 2026-01-01 to 2026-01-08
> 1 site, 1 partition, 1 class, 1 source of jobs
>
>   offered load                      users background   together     target         jobs
>   desk.machine                   5748.0 %      0.0 %   5748.0 %          -       16 800
& aifsim: warning: base.yaml: desk.machine is offered 5748 % of what it can do; its queue grows for as long as that lasts

# jobs that a limit, or the quota of their owner, never lets run; of an owner that may borrow there are none
$ sed 's/policy: easy/policy: multifactor, shares: {own: {part: 25 %, rule: quota, borrow: true}}/; s/^  team:/&\n    owner: own/' base.yaml >limits.yaml; aifsim check limits.yaml | head -n 1
> limits.yaml: valid, 2026-01-01 to 2026-01-08
$ aifsim check limits.yaml --set sites.desk.scheduler.limits.user.gpus=1 | head -n 1
> limits.yaml: valid, 2026-01-01 to 2026-01-08
& aifsim: warning: limits.yaml: communities.team: 40 % of its jobs of class work on desk.machine are wider than a limit or quota lets run (nodes: 1); they never start
$ aifsim check limits.yaml --set sites.desk.partitions.machine.shares.own.borrow=false | head -n 1
> limits.yaml: valid, 2026-01-01 to 2026-01-08
& aifsim: warning: limits.yaml: communities.team: 40 % of its jobs of class work on desk.machine are wider than a limit or quota lets run (nodes: 1); they never start

# more jobs than anyone could simulate
$ sed 's/rate: 1 \/h/rate: 1000000000 \/d/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:19:20: error: communities.team.submit.rate: '1000000000 /d' is out of range; write 0 /d to 8.64e+08 /d, for example '900 /d'
! exit 2
# no time passes
$ sed 's/end: 2026-01-08/end: 2026-01-01/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:3:35: error: horizon.end: must be after horizon.start
! exit 2
# a load of a partition that is not there
$ sed 's/rate: 1 \/h, home: {desk.machine: 100 %}/load: 50 % of desk.engine/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:19:20: error: communities.team.submit.load: 'desk.engine' is neither a partition (site.partition) nor an owner of shares
! exit 2
# a rate that goes nowhere
$ sed 's/home: {desk.machine: 100 %}, //' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:19:5: error: communities.team.submit: a rate needs 'home', the partitions that jobs go to; write for example 'home: {SITE.PARTITION: 100 %}'
! exit 2
# a share of more than all
$ sed 's/1: 60 %, 2: 40 %/1: 160 %, 2: -60 %/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:10:21: error: classes.work.nodes: '160 %' is out of range; write 0 % to 100 %, for example '30 %'
! exit 2
# a negative duration
$ sed 's/latency: 5 ms/latency: -5 ms/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:14:65: error: network.links.line.latency: '-5 ms' is out of range; write 0 s to 1 min, for example '5 ms'
! exit 2
# a thousands separator
$ sed 's/nodes: 4/nodes: "1,024"/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:8:24: error: sites.desk.partitions.machine.nodes: '1,024' is not a number; write a decimal point, as in '1.5', and no thousands separators
! exit 2
# a merge key and a tag
$ sed 's/country: IS/<<: {country: IS}/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:5:3: error: sites.desk: the required key 'country' is missing; write for example 'country: IT'
& bad.yaml:6:5: error: merge key '<<' is refused; write the keys out, or use 'extends'
& bad.yaml:16:3: error: communities.team: the required key 'country' is missing; write for example 'country: DE'
& bad.yaml:17:5: error: merge key '<<' is refused; write the keys out, or use 'extends'
! exit 2
$ sed 's/nodes: 4/nodes: !!int 4/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:8:24: error: tag '!!int' is refused; delete it, the key says what its value is
! exit 2
# a bracket that stays open, a quote too
$ sed 's/lon: -21 deg}}/lon: -21 deg/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:13:8: error: did not find expected ',' or '}' (while parsing a flow mapping that began at 12:17); close the mapping with '}' or separate its keys by ','
! exit 2
$ sed 's/name: base/name: "base/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:21:1: error: found unexpected end of stream (while scanning a quoted scalar that began at 2:7); close the quotes
! exit 2
# two files that extend each other, and one that is not there
$ printf 'extends: bad.yaml\n' >other.yaml; sed '$a extends: other.yaml' base.yaml >bad.yaml; aifsim check bad.yaml
& other.yaml:1:10: error: extends: 'bad.yaml' extends itself, by way of this file
! exit 2
$ sed '$a extends: [parts/none.yaml, 7]' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:21:11: error: extends: cannot open 'parts/none.yaml': No such file or directory
& bad.yaml:21:28: error: extends: cannot open '7': No such file or directory
! exit 2
# UTF-16
$ printf '\377\376a\0i\0f\0' >bad.yaml; aifsim check bad.yaml
& bad.yaml:1:1: error: the file is UTF-16; save it as UTF-8
! exit 2
# a link from a place to itself
$ sed 's/from: north, to: desk/from: north, to: north/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:14:5: error: network.links.line: joins 'north' to itself
! exit 2
# more than can be told at once
$ { cat base.yaml; for i in $(seq 30); do echo "kay$i: 1"; done; } >bad.yaml; aifsim check bad.yaml 2>&1 | tail -n 2
> bad.yaml:40:1: error: unknown key 'kay20'; known are aifsim, name, title, description, horizon, seed, replications, accelerators, classes, sites, network, data_classes ...
> aifsim: more than 20 mistakes; mend these and check again

# a job that would be a link of two groups
$ sed 's/run: {log/array: 4, chain: 3, run: {log/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:10:54: error: classes.work.chain: of 'array', 'chain' and 'over_limit: chain' a class may have one
! exit 2

# cores where no job shares a node, and at_once without an array
$ sed 's/policy: easy/policy: easy, cores_per_node: 64/; s/run: {log/at_once: 3, run: {log/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:8:7: error: sites.desk.partitions.machine.allocation: cores and memory are divided on shared nodes only; write 'gpu', with 'packing: best_fit'
& bad.yaml:10:46: error: classes.work.at_once: limits the jobs of an array; give 'array' too
! exit 2

# reservations on nodes that jobs share
$ sed 's/policy: easy/policy: multifactor, gpus_per_node: 4, accelerator: a, allocation: gpu, reservations: {day: {start: 2026-01-03, duration: 8 h}}/' base.yaml >bad.yaml; echo 'accelerators: {a: {vendor: x}}' >>bad.yaml; aifsim check bad.yaml
& bad.yaml:8:99: error: sites.desk.partitions.machine.reservations: keep whole nodes; they need 'allocation: node'
! exit 2

# thirty-two runs of 3 h in one job of at most 24 h
$ sed 's/run: .*/run: 3 h, bundle: 32}/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:10:55: error: classes.work.bundle: 32 runs one after the other pass the walltime limit of 24 h on 'desk.machine', which would cut 75 % of their work; write at most 8
! exit 2

# parts of a node
$ sed 's/nodes: {1: 60 %,/nodes: {1.5: 60 %,/; s/run: {log/array: 2.5, run: {log/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:10:10: error: classes.work.nodes: 1.5 is no whole number; parts of one are not supported, write for example 2
& bad.yaml:10:39: error: classes.work.array: 2.5 is no whole number; parts of one are not supported, write for example 3
! exit 2

# parts of a GPU that is given whole, and slices of one that no job shares
$ sed 's/policy: easy/policy: easy, gpus_per_node: 4, accelerator: a/; s/run: {log/gpus: {0.25: 40 %, 1: 60 %}, run: {log/' base.yaml >part.yaml; echo 'accelerators: {a: {vendor: x}}' >>part.yaml; aifsim check part.yaml
& part.yaml:10:37: error: classes.work.gpus: 0.25 of a GPU is asked for, but 'desk.machine' has no slices; write there 'allocation: gpu, slices_per_gpu: 4', or 'slices_per_gpu: 1' to give it a whole one
! exit 2
$ sed 's/accelerator: a/accelerator: a, slices_per_gpu: 7/' part.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:8:91: error: sites.desk.partitions.machine.slices_per_gpu: slices are given one by one; write 'allocation: gpu'
! exit 2
$ sed 's/accelerator: a/accelerator: a, slices_per_gpu: 1/' part.yaml >whole.yaml; aifsim check whole.yaml | head -n 1
> whole.yaml: valid, 2026-01-01 to 2026-01-08
$ sed 's/0.25: 40 %, 1:/0.25: 40 %, 1.5:/' part.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:10:37: error: classes.work.gpus: 1.5 is no whole number; parts of one are not supported above 1, write for example 2
! exit 2

# nor within a mixture
$ sed 's/nodes: {1: 60 %[^}]*}/nodes: {mixture: [{weight: 60 %, constant: 1.5}, {weight: 30 %, choice: [1, 2.5]}, {weight: 10 %, uniform: [1, 4]}]}/' base.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:10:28: error: classes.work.nodes.mixture.0: 1.5 is no whole number; parts of one are not supported, write for example 2
& bad.yaml:10:59: error: classes.work.nodes.mixture.1: 2.5 is no whole number; parts of one are not supported, write for example 3
! exit 2

# bounds that no value can meet
$ { cat base.yaml; echo 'expect: {"utilisation{partition=desk.machine}": {at_least: 99 %, at_most: 1 %}, "wait.mean": {between: [2 h, 1 h]}}'; } >bad.yaml; aifsim check bad.yaml
& bad.yaml:21:10: error: expect: no value is at least the larger and at most the smaller bound; the lower bound comes first, as in 'between: [80 %, 90 %]'
& bad.yaml:21:81: error: expect: no value is at least the larger and at most the smaller bound; the lower bound comes first, as in 'between: [80 %, 90 %]'
! exit 2
