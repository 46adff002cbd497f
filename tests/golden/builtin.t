# SPDX-License-Identifier: GPL-3.0-or-later
# Scenarios that are compiled in: builtin:NAME in place of a file, and for extends.
#
# the same result as from the file, and from here on there are no files
$ aifsim run scenarios/textbook/easy-small.yaml --quiet --no-plots -r 2 | tail -n 2 >file
$ rm -r scenarios
$ aifsim run builtin:easy-small --quiet --no-plots -r 2 | tail -n 2 | diff file -
$ head -n 1 file
> results  results/easy-small/result.h5

$ aifsim check builtin:seven-2026 | head -n 2
> builtin:seven-2026: valid, 2026-01-01 to 2027-01-01
> 7 sites, 17 partitions, 7 classes, 129 sources of jobs
& aifsim: warning: builtin:seven-2026: 58 % of the jobs of class training do not fit mimer.mimer_ai (wider than 18 GPUs for one job) and are drawn anew among its narrower ones; so it is in 4 more cases of class and machine
$ aifsim check builtin:europe/seven-2026.yaml builtin:mm1 | grep valid
> builtin:europe/seven-2026.yaml: valid, 2026-01-01 to 2027-01-01
> builtin:mm1: valid, 2026-01-01 to 2046-01-01
& aifsim: warning: builtin:europe/seven-2026.yaml: 58 % of the jobs of class training do not fit mimer.mimer_ai (wider than 18 GPUs for one job) and are drawn anew among its narrower ones; so it is in 4 more cases of class and machine

# what there is
$ aifsim run builtin:
& aifsim: error: 'builtin:' is not built in
& aifsim: builtin:5g-iot           5G and fibre access for devices
& aifsim: builtin:backbone-upgrade Upgrade of the backbone
& aifsim: builtin:caps             Caps of the access modes, 2026
& aifsim: builtin:centre-qos       A centre with shares, a fast lane and a service day
& aifsim: builtin:machines-links-staff Nodes, links or staff at Barcelona
& aifsim: builtin:secured-transport Residency and secured transport
& aifsim: builtin:seven-2026       Seven AI factories, 2026
& aifsim: builtin:staff            People on the way to the first job, 2026
& aifsim: builtin:storage-growth   Storage at Pharos
& aifsim: builtin:arrays-chains    Arrays and chains
& aifsim: builtin:bursts           Bursts, buffers and hand-overs of devices
& aifsim: builtin:cell-members     Members of communities on radio cells
& aifsim: builtin:cell-two-rates   Cells: two radio rates, a backlog by day, the age of a record
& aifsim: builtin:circuit          Circuit: a part of a link for one, half of the time
& aifsim: builtin:dumbbell         Dumbbell: one link, lines that limit, others on it
& aifsim: builtin:easy-small       EASY on sixteen nodes
& aifsim: builtin:fair-share       Fair share, two to one
& aifsim: builtin:md1              M/D/1: every job takes one hour, load 0.9
& aifsim: builtin:mg1-erlang       M/E2/1: service in two stages, load 0.9
& aifsim: builtin:mg1-hyper        M/H2/1: most jobs short, a few long, load 0.8
& aifsim: builtin:mm1-compare      One fast server or two slow ones
& aifsim: builtin:mm1              M/M/1: one server, load 0.9
& aifsim: builtin:mmc              M/M/4: one queue, four servers, load 0.75
& aifsim: builtin:packing          GPUs of shared nodes
& aifsim: builtin:parking-lot      Parking lot: three links in a row
& aifsim: builtin:patience         M/M/2+M: users who give up
& aifsim: builtin:people           Staff and courses
& aifsim: builtin:preemption       M/M/1 with three priorities, preemptive
& aifsim: builtin:priority         M/M/1 with three priorities
& aifsim: builtin:project-life     The life of projects
& aifsim: builtin:purge            Purge from 80 %
& aifsim: builtin:quantum-keys     Quantum keys: a store of one key is M/D/1
& aifsim: builtin:quota-loss       Erlang B by a quota
& aifsim: builtin:reading          Four readers' worth of storage
& aifsim: builtin:replicas         Three data sets, room for two
& aifsim: builtin:reservations     Maintenance and a course
& aifsim: builtin:slices           Slices of a GPU
& aifsim: parts for 'extends: builtin:NAME': <...>
! exit 2
$ aifsim check builtin:sevn-2026 2>&1 | head -n 1
> aifsim: error: 'builtin:sevn-2026' is not built in; did you mean 'builtin:seven-2026'?

# a scenario of one's own on top, with a part of it replaced
< mine.yaml
| aifsim: 1
| extends: builtin:easy-small
| name: twice the desk
| sites: {desk: {partitions: {machine: {nodes: 32}}}}
$ aifsim check mine.yaml
> mine.yaml: valid, 2026-01-05 to 2026-02-02
> 1 site, 1 partition, 3 classes, 1 source of jobs
>
>   offered load                      users background   together     target         jobs
>   desk.machine                     80.0 %      0.0 %     80.0 %          -         5550

# mistakes in it tell of the part; a part alone is no scenario
$ aifsim check builtin:easy-small --set sites.desk.partitions.machine.nodse=8
& --set: error: sites.desk.partitions.machine: unknown key 'nodse'; did you mean 'nodes'?
! exit 2
$ aifsim check builtin:machines 2>&1 | head -n 1
> builtin:europe/parts/machines.yaml:26:1: error: the required key 'name' is missing; write for example 'name: Seven AI factories, 2026'
$ sed 's/easy-small/easy_small/' mine.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:2:10: error: extends: 'builtin:easy_small' is not built in; did you mean 'builtin:easy-small'?
! exit 2
$ sed 's/builtin:easy-small/textbook\/easy-small.yaml/' mine.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:2:10: error: extends: cannot open 'textbook/easy-small.yaml': No such file or directory; did you mean 'builtin:easy-small'?
! exit 2

# a copy without its parts, and a built-in scenario without 'builtin:'
$ printf 'aifsim: 1\nextends: [parts/network.yaml]\n' >mine.yaml; aifsim check mine.yaml
& mine.yaml:2:11: error: extends: cannot open 'parts/network.yaml': No such file or directory; did you mean 'builtin:network'?
! exit 2
$ aifsim run easy-small
& easy-small: error: cannot open the scenario: No such file or directory
& aifsim: did you mean 'builtin:easy-small'?
! exit 3

# offered is what the scenario says, near its target; far from it is warned of
$ aifsim check builtin:machines-links-staff | grep mn5_ai
>   bsc.mn5_ai                       40.9 %     39.2 %     80.1 %     80.0 %      890 000
$ aifsim check builtin:machines-links-staff --set communities.academia-it.submit.rate='385 /d' | grep mn5_ai
>   bsc.mn5_ai                       29.3 %     39.2 %     68.5 %     80.0 %      831 000
& aifsim: warning: builtin:machines-links-staff: bsc.mn5_ai is offered 68.5 % of what it can do, its target_use is 80.0 %; see the rates and loads on it
$ aifsim check builtin:machines-links-staff --set sites.bsc.partitions.mn5_ai.target_use=~ | grep mn5_ai
>   bsc.mn5_ai                       40.9 %     39.2 %     80.1 %          -      890 000
