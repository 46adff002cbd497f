# SPDX-License-Identifier: GPL-3.0-or-later
# Storage that fills, and jobs that read from it.

# four readers' worth of bandwidth: processor sharing, as M/M/4 says
$ aifsim run scenarios/textbook/reading.yaml -r 2 --set horizon.end=2030-01-01 --quiet --no-plots -o reading | sed -n '/^Expected/,/^$/p'
> Expected
> met     io.slowdown.mean{class=reader}                 1.51 ±0.03, expected 1.49 to 1.53
> met     inside.mean{partition=desk.machine}            4.51 ±0.09, expected 4.46 to 4.6
> met     utilisation{partition=desk.machine}            11.3 ±0.2 %, expected 11.1 to 11.5 %
>

# the purge keeps the fill below its level, and nobody waits
$ aifsim run scenarios/textbook/purge.yaml --quiet --no-plots -o purge | sed -n '/^Expected/,$p'
> Expected
> met     storage.fill.max{tier=desk.scratch}            80.0 %, expected at most 80 %
> met     storage.fill.mean{tier=desk.scratch}           80.0 %, expected at least 79.9 %
> met     storage.purged{tier=desk.scratch}              3620 ±110 TB, expected 3550 to 3750 TB
> met     storage.full_wait{tier=desk.scratch}           0, expected at most 0
>
> results  purge/result.h5
> digest   <...>
$ h5ls -r purge/result.h5 | grep -E 'tier|storage'
> /labels/tier             Dataset {1}
> /replications/0000/series/storage_fill Dataset {8760, 1}

# without it the tier is full on day 50
$ aifsim run scenarios/textbook/purge.yaml --set sites.desk.storage.scratch.purge='~' -r 1 --quiet --no-plots -o full | sed -n '/^Expected/,/^$/p'
> Expected
> missed  storage.fill.max{tier=desk.scratch}            100 %, expected at most 80 %
> met     storage.fill.mean{tier=desk.scratch}           100 %, expected at least 79.9 %
> missed  storage.purged{tier=desk.scratch}              0 TB, expected 3550 to 3750 TB
> missed  storage.full_wait{tier=desk.scratch}           3650, expected at most 0
>
& aifsim: error: 3 of 4 expectations were missed

# the summary tells of it, and of what was purged; nothing where no tier fills
$ for p in '{from: 80 %, untouched: 30 d}' '~'; do aifsim run scenarios/textbook/purge.yaml --set horizon.end=2026-04-01 --set "sites.desk.storage.scratch.purge=$p" -r 1 --quiet --no-plots 2>/dev/null -o told | sed -n '/^storage/,/^$/p'; done; aifsim run scenarios/textbook/reading.yaml -r 1 --set horizon.end=2027-01-01 --quiet --no-plots -o told 2>/dev/null | grep -c ^storage
> storage  fullest desk.scratch: 80.0 % on average, 80.0 % at most; 868 TB purged in all tiers
>
> storage  fullest desk.scratch: 100 % on average, 100 % at most
>          868 inputs and outputs waited for room (1 180 000 h together)
>
> 0
! exit 1

# what is asked of storage
$ aifsim check scenarios/textbook/reading.yaml scenarios/textbook/purge.yaml
> scenarios/textbook/reading.yaml: valid, 2026-01-01 to 2036-01-01
> 1 site, 1 partition, 1 class, 1 source of jobs
>
>   offered load                      users background   together     target         jobs
>   desk.machine                      7.5 %      0.0 %      7.5 %          -      263 000
>
>   storage, TB                      capacity  left a year   full in, d       read    written
>   desk.scratch                         1000            0            -     75.0 %      0.0 %
>
> scenarios/textbook/purge.yaml: valid, 2026-01-01 to 2027-01-01
> 1 site, 1 partition, 1 class, 1 source of jobs
>
>   offered load                      users background   together     target         jobs
>   desk.machine                      1.0 %      0.0 %      1.0 %          -         3650
>
>   storage, TB                      capacity  left a year   full in, d       read    written
>   desk.scratch                          500         3650         50.0      0.0 %      0.0 %

# a quota that binds purges what its community left long ago, all but the last terabyte of what
# the jobs left at 10 GB each, and nobody waits
< quota.yaml
| aifsim: 1
| name: "a full quota"
| horizon: {start: 2026-01-01, end: 2026-07-01}
| sites:
|   desk:
|     country: IS
|     storage: {scratch: {capacity: 100 TB, read: 10 GB/s, write: 10 GB/s, quota: {lab: 1 TB}, purge: {untouched: 10 d}}}
|     partitions: {machine: {nodes: 100, policy: fcfs}}
| classes: {move: {run: 1 h, walltime: exact, leaves: 10 GB}}
| communities:
|   lab: {country: IS, kind: academia, submit: {rate: 4 /d, users: 2, home: {desk.machine: 100 %}, classes: {move: 100 %}}}
$ aifsim run quota.yaml --quiet --no-plots -o quota >/dev/null; grep -E '^(jobs.submitted|jobs.ended|storage.full_wait|storage.purged),,,|^storage.fill,max,tier' quota/summary.csv
> jobs.submitted,,,1,691,,1,flow,,,,
> jobs.ended,,,1,691,,1,flow,,,,
> storage.fill,max,tier=desk.scratch,1,0.01,,1,flow,,,,
> storage.full_wait,,,1,0,,1,flow,,,,
> storage.purged,,,TB,5.91,,1,flow,,,,

# without a purge all jobs after the hundredth wait for ever
$ aifsim run quota.yaml --set sites.desk.storage.scratch.purge='~' --quiet --no-plots -o waits >/dev/null; grep -E '^storage.(quota_wait|purged),,,|^storage.fill,max,tier' waits/summary.csv
> storage.fill,max,tier=desk.scratch,1,0.01,,1,flow,,,,
> storage.quota_wait,,,1,591,,1,flow,,,,
> storage.purged,,,TB,0,,1,flow,,,,

# a full quota below holds up the drain of its own community alone: a terabyte of the lab's is
# there with all that the others left, and the rest of the lab's (and 10 GB on the way) above
< drain.yaml
| aifsim: 1
| name: "a drain"
| horizon: {start: 2026-01-01, end: 2026-07-01}
| sites:
|   desk:
|     country: IS
|     storage:
|       scratch: {capacity: 1 PB, read: 10 GB/s, write: 10 GB/s, quota: {lab: 1 TB}}
|       fast: {kind: burst, capacity: 20 TB, read: 10 GB/s, write: 10 GB/s, drains_to: scratch}
|     partitions: {machine: {nodes: 100, policy: fcfs}}
| classes: {move: {run: 1 h, walltime: exact, leaves: 10 GB}}
| communities:
|   lab: {country: IS, kind: academia, submit: {rate: 4 /d, users: 2, home: {desk.machine: 100 %}, classes: {move: 100 %}}}
|   big: {country: IS, kind: sme, submit: {rate: 40 /d, users: 2, home: {desk.machine: 100 %}, classes: {move: 100 %}}}
$ aifsim run drain.yaml --quiet --no-plots -o drain >/dev/null; grep -E '^(jobs.ended,,(kind.*)?,1|storage.fill,max|storage.full_wait,,)' drain/summary.csv
> jobs.ended,,,1,7959,,1,flow,,,,
> jobs.ended,,kind=sme,1,7268,,1,flow,,,,
> jobs.ended,,kind=academia,1,691,,1,flow,,,,
> storage.fill,max,tier=desk.scratch,1,0.07368,,1,flow,,,,
> storage.fill,max,tier=desk.fast,1,0.296,,1,flow,,,,
> storage.full_wait,,,1,0,,1,flow,,,,
> storage.full_wait,,tier=desk.scratch,1,0,,1,flow,,,,
> storage.full_wait,,tier=desk.fast,1,0,,1,flow,,,,

# the same from several threads
$ aifsim run scenarios/textbook/purge.yaml -j 1 --quiet --no-plots -o one | grep digest >one.txt; aifsim run scenarios/textbook/purge.yaml -j 3 --quiet --no-plots -o three | grep digest | diff one.txt -

# mistakes
< wrong.yaml
| aifsim: 1
| name: "wrong storage"
| horizon: {start: 2026-01-01, end: 2026-02-01}
| classes: {x: {run: 1 h, checkpoint: {bytes: 1 GB}}}
| sites:
|   a:
|     country: DE
|     storage:
|       fast: {kind: burst, capacity: 1 TB, read: 1 GB/s, write: 1 GB/s, drains_to: slow}
|     partitions: {p: {nodes: 1}}
|   b:
|     country: DE
|     storage:
|       main: {capacity: 1 TB, read: 1 GB/s, write: 1 GB/s, clearance: 5 d, drains_to: tape, quota: {v: 1 TB}}
|       tape: {kind: archive, capacity: 1 TB, read: 1 GB/s, write: 1 GB/s, purge: {from: 80 %}}
|     partitions: {p: {nodes: 1}}
| communities: {u: {country: DE, kind: sme, submit: {rate: 1 /h, home: {a.p: 100 %}, classes: {x: 100 %}}}}
$ aifsim check wrong.yaml
& wrong.yaml:14:103: error: sites.b.storage.main.quota.v: 'v' is not one of communities; known is u
& wrong.yaml:15:74: error: sites.b.storage.tape.purge: the required key 'untouched' is missing; write for example 'untouched: 60 d'
! exit 2
$ sed -i 's/purge: {from: 80 %}/files_per_s: 10/; s/, quota: {v: 1 TB}//; s/files_per_s: 10}/files_per_s: 10 \/s}/' wrong.yaml; aifsim check wrong.yaml
& wrong.yaml:4:25: error: classes.x.checkpoint: checkpoints of so many bytes need `every`; write for example 'every: 1 h'
& wrong.yaml:8:5: error: sites.a.storage: no tier is of kind scratch or project, so data could not arrive
& wrong.yaml:9:83: error: sites.a.storage.fast.drains_to: the site 'a' has no storage 'slow'
& wrong.yaml:14:70: error: sites.b.storage.main.clearance: users are cleared for a secure tier; write 'secure: true'
& wrong.yaml:14:86: error: sites.b.storage.main.drains_to: only a tier of kind burst drains
! exit 2
