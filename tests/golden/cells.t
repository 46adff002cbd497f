# SPDX-License-Identifier: GPL-3.0-or-later
# Members of communities on radio cells; bursts, buffers and hand-overs; what fleets bring to storage.

# closed forms, every sharing proved
$ aifsim run builtin:bursts --quiet --no-plots --verify -o bursts | grep -E '^(met|missed)'
> met     backlog.mean{fleet=single}                     81 100 000 B, expected 7.7e+07 to 8.3e+07 B
> met     fleet.overflowed{fleet=finite}                 1.26 TB, expected 1.22 to 1.29 TB
> met     backlog.mean{fleet=ten}                        22 800 000 B, expected 2.2e+07 to 2.39e+07 B
> met     backlog.mean{fleet=choir}                      72 000 000 B, expected 7.199e+07 to 7.201e+07 B
> met     backlog.mean{fleet=choir-full}                 48 000 000 B, expected 4.799e+07 to 4.801e+07 B
> met     fleet.overflowed{fleet=choir-full}             3.46 TB, expected 3.4559 to 3.4561 TB
> met     fleet.delivered{fleet=choir-full}              17.3 TB, expected 17.2799 to 17.2801 TB
> met     backlog.max{fleet=choir-full}                  120 000 000 B, expected 1.1999e+08 to 1.2001e+08 B
> met     age.mean{fleet=choir-full}                     15.0 s, expected 14.99 to 15.06 s
> met     age.mean{fleet=rover}                          5.30 s, expected 5.3 to 5.302 s
> met     age.over_deadline{fleet=rover}                 1.33 %, expected 1.332 to 1.335 %
$ aifsim run builtin:cell-members --quiet --no-plots --verify -o members | grep -E '^(met|missed)'
> met     stage_in.mean{kind=sme}                        0.00622 h, expected 0.0061 to 0.0064 h
> met     stage_in.mean{kind=startup}                    0.0154 h, expected 0.0142 to 0.0164 h
> met     stage_in.mean{kind=industry}                   0.00278 h, expected 0.002777 to 0.002778 h
> met     access.below.up{threshold=30 Mbit/s}           43.8 %, expected 43.74 to 43.76 %
> met     access.below.up{threshold=100 Mbit/s}          100 %, expected 99.99 to 100.01 %
> met     access.below.up{kind=public,threshold=30 Mbit/s} 50.0 %, expected 49.99 to 50.01 %
> met     transfer.uncovered{went=nowhere}               14 600, expected 13800 to 15000

# with one thread and two
$ for j in 1 2; do aifsim run builtin:bursts --quiet --no-plots -r 3 -j $j -o b$j 2>missed.txt | tail -n 1; done | uniq | wc -l
> 1

# what waits is held up by cells, or by own radios
$ grep -E '^(transfer.bottleneck,share|transfer.uncovered)' members/summary.csv | cut -d, -f1-5
> transfer.bottleneck,share,at=line,1,0.2833951140050072
> transfer.bottleneck,share,at=link,1,0
> transfer.bottleneck,share,at=site,1,0
> transfer.bottleneck,share,at=cell,1,0.7166048859949927
> transfer.uncovered,,went=other,1,9633
> transfer.uncovered,,went=nowhere,1,14577

# offered loads: airtime, links, storage; too much is warned of
< store.yaml
| aifsim: 1
| extends: builtin:cell-two-rates
| horizon: {end: 2026-01-15}
| sites:
|   desk:
|     storage:
|       scratch: {capacity: 3 TB, read: 1 GB/s, write: 1 GB/s, purge: {untouched: 3 d}}
|       archive: {kind: archive, capacity: 3 TB, read: 1 GB/s, write: 1 MB/s}
| fleets:
|   probe: {keep: 2 d, tier: archive}
$ aifsim check store.yaml
> store.yaml: valid, 2026-01-05 to 2026-01-15
> 1 site, 1 partition, 1 class, 0 sources of jobs
>
>   offered load                      users background   together     target         jobs
>   desk.machine                      0.0 %      0.0 %      0.0 %          -            0
>
>   links with most data               data background
>   mast-desk >                      4.41 %          -
>
>   airtime of cells              mean load    busiest    at hour
>   fair up                        1250.0 %   1250.0 %          0
>   even up                        1250.0 %   1250.0 %          0
>   busy up                          80.0 %    200.0 %          0
>
>   storage, TB                      capacity  left a year   full in, d       read    written
>   desk.scratch                         3.00         1740        0.631      0.0 %      5.5 %
>   desk.archive                         3.00            0            -      0.0 %     10.0 %
& aifsim: warning: store.yaml: network.cells.fair: devices and members ask for 1250 % of the airtime up that its other users leave; what waits grows for as long as that lasts
& aifsim: warning: store.yaml: network.cells.even: devices and members ask for 1250 % of the airtime up that its other users leave; what waits grows for as long as that lasts
& aifsim: warning: store.yaml: network.cells.busy: at 0 h devices and members ask for 200 % of the airtime up that its other users leave, 80 % on average; data wait then
$ aifsim check builtin:cell-members | sed -n '/^  links with/,$p'
>   links with most data               data background
>   mast-desk >                      0.05 %          -
>
>   airtime of cells              mean load    busiest    at hour
>   one up                           55.6 %     55.6 %          0
>   many up                           0.0 %      0.0 %          0
>   few up                            0.0 %      0.0 %          0
>   busy up                           0.0 %      0.0 %          0

# a full tier stops them; data kept for 2 d go then, the others wait for the purge
$ aifsim run store.yaml --quiet --no-plots --verify -o store 2>missed.txt >out.txt; grep -E '^(storage.fill,m|storage.purged|fleet.blocked)' store/summary.csv | cut -d, -f1-5
> storage.fill,mean,,1,0.4131493333333333
> storage.fill,mean,tier=desk.scratch,1,0.8211266666666667
> storage.fill,mean,tier=desk.archive,1,0.005172
> storage.fill,max,tier=desk.scratch,1,1
> storage.fill,max,tier=desk.archive,1,0.00576
> storage.purged,,,TB,4.87365
> storage.purged,,tier=desk.scratch,TB,4.87365
> storage.purged,,tier=desk.archive,TB,0
> fleet.blocked,,fleet=near,h,16
> fleet.blocked,,fleet=far,h,23
> fleet.blocked,,fleet=near-even,h,23
> fleet.blocked,,fleet=far-even,h,23
> fleet.blocked,,fleet=meters,h,37
> fleet.blocked,,fleet=probe,h,0

# mistakes have their places
< wrong.yaml
| aifsim: 1
| extends: builtin:cell-members
| network: {hubs: {far: {}}, cells: {few: {at: far}}, access: {many: {up: 1 Gbit/s, down: 1 Gbit/s}}}
| communities: {crowd: {access: {many: 50 %, unknown: 50 %}}}
$ aifsim check wrong.yaml
& wrong.yaml:4:53: error: communities.crowd.access.unknown: 'unknown' is not one of network.access or network.cells; known are many, wire, busy, few, many, one
! exit 2
< twice.yaml
| aifsim: 1
| extends: builtin:cell-members
| network: {hubs: {far: {}}, cells: {few: {at: far}}, access: {many: {up: 1 Gbit/s, down: 1 Gbit/s}}}
$ aifsim check twice.yaml
& builtin:textbook/cell-members.yaml:40:78: error: communities.edge.access.many: is a line of network.access and a kind of network.cells; give one of them another name
& builtin:textbook/cell-members.yaml:42:67: error: communities.cut-off.access.few: its cells stand at 'far', the community at 'mast'; name cells of its own place
! exit 2
< odd.yaml
| aifsim: 1
| extends: builtin:bursts
| sites: {desk: {storage: {fast: {kind: burst, capacity: 1 TB, read: 1 GB/s, write: 1 GB/s, drains_to: disk}, disk: {capacity: 1 TB, read: 1 GB/s, write: 1 GB/s}}}}
| fleets:
|   single: {handover: {every: 1 s, gap: 10 ms}, tier: nowhere}
|   ten: {tier: fast}
|   rover: {handover: {every: 2 s, gap: 2 s}, direction: down, keep: 1 d}
$ aifsim check odd.yaml
& odd.yaml:5:12: error: fleets.single.handover: goes with a cell; a line has no other to change to
& odd.yaml:5:54: error: fleets.single.tier: the site 'desk' has no storage 'nowhere'
& odd.yaml:6:15: error: fleets.ten.tier: a burst tier holds what is on its way to another; name one of another kind
& odd.yaml:7:68: error: fleets.rover.keep: goes with data that come to the site
& builtin:textbook/bursts.yaml:46:81: error: fleets.rover.handover: the gap is as long as the time between two; make it shorter
! exit 2
< none.yaml
| aifsim: 1
| extends: builtin:bursts
| fleets: {ten: {keep: 1 d, burst: {on: 10 s, off: 0 s}}}
$ aifsim check none.yaml
& none.yaml:3:50: error: fleets.ten.burst.off: '0 s' is out of range; write 1 s to 1e+08 s, for example '40 min'
! exit 2
$ aifsim check builtin:bursts --set "fleets.ten.keep=1 d" | tail -n 1
& --set: error: fleets.ten.keep: the site 'desk' has no storage that could keep data
