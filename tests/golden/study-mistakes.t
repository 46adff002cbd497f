# SPDX-License-Identifier: GPL-3.0-or-later
# Every mistake in what a study says has its place.

< mistakes.yaml
| aifsim: 1
| extends: builtin:mm1
| name: mistakes
| question: [what]
| overrides:
|   nodes: {sites: {desk: {partitions: {machine: {nodes: 2}}}}}
|   none: 3
| baseline: plam
| options:
|   plan: {}
|   larger: {apply: [node]}
|   other: {aply: [nodes]}
| futures: {load: high}
| uncertain:
|   draws: 2000
|   communities.*.submit.rat: {uniform: [1 /h, 2 /h]}
|   communities.*.submit.rate: {uniform: [1 MW, 2 MW]}
$ aifsim check mistakes.yaml
& mistakes.yaml:4:1: error: 'question' is text for people, on one line
& mistakes.yaml:7:3: error: overrides.none: a mapping of keys of the scenario belongs here; write for example {sites: {lumi: {partitions: {lumi_g: {nodes: 3000}}}}}
& mistakes.yaml:8:11: error: baseline: 'plam' is not one of `options`; did you mean 'plan'?
& mistakes.yaml:11:20: error: 'node' is not one of `overrides`; did you mean 'nodes'?
& mistakes.yaml:12:11: error: options.other: unknown key 'aply'; known are title, description, apply, source, quality, note; what the option changes stands in `overrides`
& mistakes.yaml:13:11: error: futures.load: a mapping of levels belongs here; write for example {low: {...}, central: {}}
& mistakes.yaml:15:3: error: uncertain.draws: a whole number from 1 to 1000 belongs here
& mistakes.yaml:16:3: error: uncertain.communities.*.submit.rat: there is no such key, or it is no number; write a path like 'communities.*.submit.growth'
& mistakes.yaml:17:41: error: uncertain.communities.*.submit.rate.uniform.min: '1 MW' is not a rate; write for example '1 /d'
& mistakes.yaml:17:47: error: uncertain.communities.*.submit.rate.uniform.max: '2 MW' is not a rate; write for example '2 /d'
! exit 2

# in what is patched in, used or not
< patched.yaml
| aifsim: 1
| extends: builtin:mm1
| name: patched
| overrides:
|   used: {sites: {desk: {partitions: {machine: {ndes: 2}}}}}
|   unused: {broker: {rule: hme}}
| options: {plan: {}, larger: {apply: used}}
| matters: {wait.men: 3 h}
$ aifsim check patched.yaml
& patched.yaml:5:48: error: sites.desk.partitions.machine: unknown key 'ndes'; did you mean 'nodes'?
! exit 2
$ sed -i 's/ndes/nodes/' patched.yaml; aifsim compare patched.yaml
& patched.yaml:6:27: error: broker.rule: 'hme' is not one of home; did you mean 'home'?
! exit 2
$ sed -i 's/hme/home/' patched.yaml; aifsim check patched.yaml
& patched.yaml:8:11: error: matters: there is no figure 'wait.men'; did you mean 'wait.mean'?
! exit 2

# a draw that leaves the range of its key is found before anything runs
< draws.yaml
| aifsim: 1
| extends: builtin:mm1
| name: draws
| uncertain: {draws: 3, sites.desk.partitions.machine.nodes: {uniform: [-2, -1]}}
$ aifsim compare draws.yaml --quiet
& draws.yaml:4:71: error: uncertain.sites.desk.partitions.machine.nodes.uniform.min: '-2' is out of range; write 1 to 1000000, for example '120'
& draws.yaml:4:75: error: uncertain.sites.desk.partitions.machine.nodes.uniform.max: '-1' is out of range; write 1 to 1000000, for example '120'
! exit 2

# an override that is like none: those that there are, and the other mistakes too
$ printf 'aifsim: 1\nextends: builtin:mm1\noverrides: {one: {seed: 1}, two: {seed: 2}}\noptions: {a: {}, b: {apply: [zz]}}\nhorizn: 3\n' >zz.yaml; aifsim check zz.yaml
& zz.yaml:4:30: error: 'zz' is not one of `overrides`: one, two
& zz.yaml:5:1: error: unknown key 'horizn'; did you mean 'horizon'?
! exit 2
