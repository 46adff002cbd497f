# SPDX-License-Identifier: GPL-3.0-or-later
# What the program tells about keys, figures and scenarios.

# a key by the end of its path; several of them; a figure; both
$ aifsim explain energy.pue
> sites.*.energy.pue
>
>   facility power over IT power, yearly mean
>
>   kind      number
>   range     1 to 3
>   default   1
>   example   pue: 1.1
$ aifsim explain walltime
> classes.*.walltime
>     one of exact, round: what users ask for: exact = run time x overestimate; round = the next usual value above (5 min, 10 min, 30 min, 1 h, 2 h, 3 h, 4 h, ...)
> communities.*.replay.columns.walltime
>     text: requested time; the run time when not given
$ aifsim explain kind
> sites.*.storage.*.kind
>     one of scratch, project, burst, archive: scratch, project = where data arrives and is read (the first such tier of the site); burst = fast tier that takes what jobs write and drains; archive = only drained to
> network.links.*.kind
>     one of 5g, fibre, nren, backbone, lan: what it is
> network.access.*.kind
>     one of 5g, fibre, nren, backbone, lan: what it is
> communities.*.kind
>     one of sme, startup, industry, academia, public, training, background: kind of users
$ aifsim explain wait.p95{kind=sme}
> wait.p95
>
>   95 % of records waited no longer
>
>   kind      figure of a run, cohort, sketch 1 %
>   unit      h
>   better    less
>   plot      waits
>   by        all, site, partition, kind, class, country, size, partition with kind, kind with country
>   example   wait.p95{site=NAME}
$ aifsim explain sites.lumi.partitions.lumi_g.power horizon.start
> sites.*.partitions.*.power
>
>   power of one node
>
>   kind      mapping
>   keys
>     idle            power of a node that runs nothing
>     busy            power of a node whose accelerators all work
>
> horizon.start
>
>   first day of the window in which figures are counted; clock 0 is its 00:00 UTC
>
>   kind      date
>   range     1970 to 2200
>   default   none: the key is required
>   example   start: 2026-01-01

# what is not known
$ aifsim explain sites.*.partitions.*.rampp
& aifsim: error: 'sites.*.partitions.*.rampp' is neither a key of a scenario nor a figure; did you mean 'sites.*.partitions.*.ramp'?
! exit 2
$ aifsim explain wait.p96
& aifsim: error: 'wait.p96' is neither a key of a scenario nor a figure; did you mean 'wait.p90'?
! exit 2
$ aifsim explain qqqqqqqqq
& aifsim: error: 'qqqqqqqqq' is neither a key of a scenario nor a figure; 'aifsim schema' lists the keys
! exit 2

# the schema
$ aifsim schema | sed -n 1,12p
> aifsim                     whole number, 1 to 1, required
>                            version of the scenario format
> name                       text, required
>                            name of the scenario, for people
> title                      text
>                            longer title
> description                text
>                            what it is about
> horizon                    mapping, required
>                            the time that is simulated
>   start                    date, 1970 to 2200, required
>                            first day of the window in which figures are counted; clock 0 is its
$ aifsim schema --json | sed -n 1,8p
> {
>   "$schema": "http://json-schema.org/draft-07/schema#",
>   "title": "aifsim scenario, format 1",
>   "type": "object",
>   "properties": {
>     "aifsim": {
>       "description": "version of the scenario format (whole number, 1 to 1, required); for example: 1",
>       "type": ["integer", "null"],
$ aifsim schema --json | python3 -c 'import json, sys; s = json.load(sys.stdin); print(s["properties"]["sites"]["patternProperties"].popitem()[1]["properties"]["country"])'
> {'description': 'two-letter code of the state; sets the local time (text, required); for example: IT', 'type': ['string', 'number', 'boolean', 'null'], 'pattern': '^[A-Za-z0-9 ._/+:{}=,*%()@~-]*$'}
$ aifsim schema --json --markdown
& aifsim: error: --json and --markdown: keep one of them
! exit 2

# a scenario as resolved can be loaded again, and is the same
$ aifsim show scenarios/textbook/mm1.yaml
> aifsim: 1
> name: "M/M/1: one server, load 0.9"
>
> horizon: {start: 2026-01-01, end: 2046-01-01, preroll: 365 d}
> seed: 20241210
>
> replications: {min: 32, max: 32}
>
> sites:
>   desk: {country: IS, partitions: {machine: {nodes: 1, policy: fcfs}}}
>
> classes:
>   work: {run: {exponential: {mean: 1 h}}, walltime: exact}
>
> communities:
>   visitors:
>     country: IS
>     kind: academia
>     submit: {rate: 0.9 /h, home: {desk.machine: 100 %}, classes: {work: 100 %}}
>
> broker: {rule: home}
$ aifsim show scenarios/europe/seven-2026.yaml --set horizon.end=2026-02-01 > shown.yaml && aifsim show shown.yaml | cmp - shown.yaml && aifsim check shown.yaml | sed -n 1,2p
> shown.yaml: valid, 2026-01-01 to 2026-02-01
> 7 sites, 17 partitions, 7 classes, 129 sources of jobs
& aifsim: warning: shown.yaml: 7 partitions open after the window only, bsc.mn5_ai the first, on 2026-07-01
$ aifsim check scenarios/europe/seven-2026.yaml --set horizon.end=2026-02-01 | tail -n +4 > a; aifsim check shown.yaml | tail -n +4 | cmp - a
& aifsim: warning: scenarios/europe/seven-2026.yaml: 7 partitions open after the window only, bsc.mn5_ai the first, on 2026-07-01
& aifsim: warning: shown.yaml: 7 partitions open after the window only, bsc.mn5_ai the first, on 2026-07-01
$ aifsim show scenarios/textbook/mm1.yaml --defaults --origin --set horizon.followup='2 d'
> aifsim: 1  # scenarios/textbook/mm1.yaml:14:9
> name: "M/M/1: one server, load 0.9"  # scenarios/textbook/mm1.yaml:15:7
>
> horizon:
>   start: 2026-01-01  # scenarios/textbook/mm1.yaml:16:18
>   end: 2046-01-01  # scenarios/textbook/mm1.yaml:16:35
>   preroll: 365 d  # scenarios/textbook/mm1.yaml:16:56
>   followup: 2 d  # --set
> seed: 20241210  # scenarios/textbook/mm1.yaml:17:7
>
> replications:
>   min: 32  # scenarios/textbook/mm1.yaml:18:21
>   max: 32  # scenarios/textbook/mm1.yaml:18:30
>
> sites:
>   desk:
>     country: IS  # scenarios/textbook/mm1.yaml:21:19
>     partitions:
>       machine:
>         nodes: 1  # scenarios/textbook/mm1.yaml:21:53
>         policy: fcfs  # scenarios/textbook/mm1.yaml:21:64
>         gpus_per_node: 0  # default
>         slices_per_gpu: 0  # default
>         allocation: node  # default
>         cores_per_node: 0  # default
>         memory_per_node: 0 B  # default
>         packing: best_fit  # default
>         purpose: general  # default
>         ramp: 0 s  # default
>         widest: 100 %  # default
>         max_walltime: 0 s  # default
>         power:
>           idle: 0 W  # default
>           busy: 0 W  # default
>         priority: 0  # default
>     transfer_nodes: 0 B/s  # default
>     energy:
>       pue: 1  # default
>     scheduler:
>       weights:
>         age: 0  # default
>         size: 0  # default
>         partition: 0  # default
>         qos: 0  # default
>         fair_share: 0  # default
>       age_max: 7 d  # default
>       half_life: 7 d  # default
>       recalculate: 5 min  # default
>       depth: 500  # default
>       reserve: 10  # default
>       window: 0 s  # default
>       limits:
>         user:
>           jobs: 0  # default
>           gpus: 0  # default
>           gpu_hours: 0  # default
>         project:
>           jobs: 0  # default
>           gpus: 0  # default
>           gpu_hours: 0  # default
>     staff:
>       review: 0 FTE  # default
>       support: 0 FTE  # default
>       training: 0 FTE  # default
>       vacancy: 0 %  # default
>       absent: 0 %  # default
>       hiring: 0 s  # default
>       attrition: 0 %/yr  # default
>
> classes:
>   work:
>     run:
>       exponential:
>         mean: 1 h  # scenarios/textbook/mm1.yaml:24:36
>     walltime: exact  # scenarios/textbook/mm1.yaml:24:53
>     gpus: 1  # default
>     nodes: 1  # default
>     cores: 0  # default
>     memory: 0 B  # default
>     overestimate: 1  # default
>     overestimate_slope: 0  # default
>     limit: 0 s  # default
>     over_limit: kill  # default
>     patience: 1e+09 s  # default
>     transfer: 100 %  # default
>     input: 0 B  # default
>     output: 0 B  # default
>     outcome:
>       failed: 0 %  # default
>       cancelled: 0 %  # default
>     bundle: 1  # default
>     array: 1  # default
>     at_once: 0  # default
>     array_gap: 0 s  # default
>     chain: 1  # default
>     checkpoint:
>       every: 0 s  # default
>       cost: 0 s  # default
>       bytes: 0 B  # default
>     reads: 0 B/s  # default
>     leaves: 0 B  # default
>     files: 0  # default
>
> communities:
>   visitors:
>     country: IS  # scenarios/textbook/mm1.yaml:28:23
>     kind: academia  # scenarios/textbook/mm1.yaml:28:33
>     submit:
>       rate: 0.9 /h  # scenarios/textbook/mm1.yaml:28:58
>       home:
>         desk.machine: 100 %  # scenarios/textbook/mm1.yaml:28:87
>       classes:
>         work: 100 %  # scenarios/textbook/mm1.yaml:28:111
>       hours: flat  # default
>       season: flat  # default
>       growth: 0 %/yr  # default
>       variation:
>         day: 0 %  # default
>         week: 0 %  # default
>       batch: 1  # default
>       users: 100  # default
>       zipf: 1  # default
>       shares: 1  # default
>       queue_limit: 0  # default
>     members: 1  # default
>     residency: any  # default
>     data_class: open  # default
>     secure: false  # default
>     staging: once  # default
>     replica: nearest  # default
>     apply:
>       rate: 0 /d  # default
>       growth: 0 %/yr  # default
>       hours: flat  # default
>       season: flat  # default
>       again:
>         part: 0 %  # default
>         delay: 0 s  # default
>         tries: 3  # default
>       back:
>         part: 0 %  # default
>         delay: 0 s  # default
>       patience: 0 s  # default
>
> broker:
>   rule: home  # scenarios/textbook/mm1.yaml:30:16
>
> network:
>   keys:
>     bits: 32 B  # default
>     per: 64 GB  # default
>     every: 0 s  # default
>   routing: latency  # default
>   path_factor: 1.5  # default
>   on_failure: reroute  # default
>   retry:
>     first: 1 min  # default
>     factor: 2  # default
>     max: 1 h  # default
>     tries: 0  # default
>     chunk: 1 GB  # default
>   transfer_rate: 0 B/s  # default
>
> data_classes:
>   open:
>     zone: by_class  # default
>     secure_storage: false  # default
>     secure_transport: false  # default
>   personal:
>     zone: by_class  # default
>     secure_storage: false  # default
>     secure_transport: false  # default
>   health:
>     zone: by_class  # default
>     secure_storage: false  # default
>     secure_transport: false  # default
>   trade_secret:
>     zone: by_class  # default
>     secure_storage: false  # default
>     secure_transport: false  # default
>
> spend:
>   ramp: 20 %  # default
>   rush: 1.5  # default
>   rush_after: 80 %  # default
>
> access_point:
>   staff:
>     review: 0 FTE  # default
>     support: 0 FTE  # default
>     training: 0 FTE  # default
>     vacancy: 0 %  # default
>     absent: 0 %  # default
>     hiring: 0 s  # default
>     attrition: 0 %/yr  # default
$ aifsim show scenarios/textbook/mm1.yaml --set nmae=x
& --set: error: unknown key 'nmae'; did you mean 'name'?
! exit 2
$ aifsim show scenarios/textbook/mm1.yaml > /dev/full
& aifsim: error: writing to standard output failed: No space left on device
! exit 3

# completion
$ aifsim completion fish
& aifsim: error: completion: 'fish' is none of bash, zsh, keys
! exit 2
$ aifsim completion keys | grep ramp
> sites.*.partitions.*.ramp
> spend.ramp
