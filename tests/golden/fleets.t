# SPDX-License-Identifier: GPL-3.0-or-later
# Radio cells, and devices that record without end.

# airtime and rate shared, a backlog by day, the age of a record: closed forms, every sharing proved
$ aifsim run builtin:cell-two-rates --quiet --no-plots --verify -o cells | sed -n '/^fleet/,$p'
> fleet    near: 1.08 TB recorded, 0.216 TB delivered
>          up to 864 GB wait; data are 9.63 h old on average
> fleet    far: 1.08 TB recorded, 0.0540 TB delivered
>          up to 1.03 TB wait; data are 11.4 h old on average
> fleet    near-even: 1.08 TB recorded, 0.0864 TB delivered
>          up to 994 GB wait; data are 11.1 h old on average
> fleet    far-even: 1.08 TB recorded, 0.0864 TB delivered
>          up to 994 GB wait; data are 11.1 h old on average
> fleet    meters: 0.432 TB recorded, 0.432 TB delivered
>          up to 108 GB wait; data are 2.25 h old on average
> fleet    probe: 0.00864 TB recorded, 0.00864 TB delivered
>          data are 6.02 s old on average, 20.2 % past their deadline
>
> Expected
> met     fleet.delivered{fleet=near}                    0.216 TB, expected 0.21599 to 0.21601 TB
> met     fleet.delivered{fleet=far}                     0.0540 TB, expected 0.05399 to 0.05401 TB
> met     backlog.max{fleet=near}                        864 000 000 000 B, expected 8.6399e+11 to 8.6401e+11 B
> met     backlog.max{fleet=far}                         1 030 000 000 000 B, expected 1.02599e+12 to 1.02601e+12 B
> met     fleet.delivered{fleet=near-even}               0.0864 TB, expected 0.08639 to 0.08641 TB
> met     fleet.delivered{fleet=far-even}                0.0864 TB, expected 0.08639 to 0.08641 TB
> met     backlog.max{fleet=meters}                      108 000 000 000 B, expected 1.07999e+11 to 1.08001e+11 B
> met     backlog.mean{fleet=meters}                     40 500 000 000 B, expected 4.0499e+10 to 4.0501e+10 B
> met     fleet.delivered{fleet=meters}                  0.432 TB, expected 0.43199 to 0.43201 TB
> met     age.mean{fleet=probe}                          6.02 s, expected 6.019 to 6.021 s
> met     age.p95{fleet=probe}                           10.6 s, expected 10.4 to 10.7 s
> met     age.over_deadline{fleet=probe}                 20.2 %, expected 20.19 to 20.21 %
> met     age.mean{fleet=meters}                         8100 s, expected 8100 to 8101 s
>
> verified read again from the disk: the digest is the same
> results  cells/result.h5
> digest   <...>
& aifsim: warning: builtin:cell-two-rates: network.cells.fair: devices and members ask for 1250 % of the airtime up that its other users leave; what waits grows for as long as that lasts
& aifsim: warning: builtin:cell-two-rates: network.cells.even: devices and members ask for 1250 % of the airtime up that its other users leave; what waits grows for as long as that lasts
& aifsim: warning: builtin:cell-two-rates: network.cells.busy: at 0 h devices and members ask for 200 % of the airtime up that its other users leave, 80 % on average; data wait then

# the hourly means of what the meters have waiting: it rises for 12 h and is gone after 6
$ h5dump -d /replications/0000/series/backlog -s 0,4 -c 24,1 -y cells/result.h5 | grep -E '^ *[0-9.e+]+,?$' | tr -d ' \n'; echo
> 4.5e+09,1.35e+10,2.25e+10,3.15e+10,4.05e+10,4.95e+10,5.85e+10,6.75e+10,7.65e+10,8.55e+10,9.45e+10,1.035e+11,9.9e+10,8.1e+10,6.3e+10,4.5e+10,2.7e+10,9e+09,0,0,0,0,0,0

# devices that become more, coverage that leads to all of them; the same with one thread and two
< grow.yaml
| aifsim: 1
| extends: builtin:cell-two-rates
| horizon: {end: 2026-03-01}
| network: {cells: {busy: {coverage: 50 %, targets: {full: {date: 2026-01-25, coverage: 100 %}}}}}
| fleets: {meters: {growth: 20 %/yr, hours: [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1]}}
$ for j in 1 2; do aifsim run grow.yaml --quiet --no-plots -r 3 -j $j -o j$j 2>missed.txt | tail -n 1; done | uniq | wc -l
> 1
$ grep -E '^fleet.*fleet=meters' j1/summary.csv | cut -d, -f1-5
> fleet.generated,,fleet=meters,TB,24.083150788763
> fleet.delivered,,fleet=meters,TB,21.807962790995
> fleet.lost,,fleet=meters,TB,2.275187997769
> fleet.uncovered,,fleet=meters,1,0.09447219002717899

# what devices out of coverage record is lost
$ aifsim run builtin:cell-two-rates --quiet --no-plots -o half --set network.cells.busy.coverage=0.5 >half.txt 2>&1; grep -E '^fleet.*fleet=meters' half/summary.csv | cut -d, -f1-5
> fleet.generated,,fleet=meters,TB,0.432
> fleet.delivered,,fleet=meters,TB,0.216
> fleet.lost,,fleet=meters,TB,0.216
> fleet.uncovered,,fleet=meters,1,0.5

# what full buffers lose; without any job there is no table of waits, and no machine that leads
$ aifsim run builtin:cell-two-rates --quiet -o small --set 'fleets.near.buffer=1 GB' 2>/dev/null >small.txt; grep -A1 'fleet    near:' small.txt; grep -c '^Use and waiting' small.txt; grep -ho 'No machine [a-z ]*' small/plots/use-map.gp
> fleet    near: 1.08 TB recorded, 0.216 TB delivered
>          up to 10.0 GB wait; 854 GB lost to full buffers; data are 64.9 min old on average
> 0
> No machine is in use

# mistakes have their places
< wrong.yaml
| aifsim: 1
| extends: builtin:cell-two-rates
| network: {hubs: {far: {}}, cells: {busy: {up: 3}}}
| fleets:
|   new: {cell: unknown, to: desk}
$ aifsim check wrong.yaml
& wrong.yaml:3:47: error: network.cells.busy.up: '3' is not a data rate, the unit is missing; write for example '3 Gbit/s'
& wrong.yaml:5:3: error: fleets.new: the required key 'devices' is missing; write for example 'devices: 120'
& wrong.yaml:5:3: error: fleets.new: the required key 'record' is missing; write for example 'record: {size: 2 MB, every: 10 s}'
& wrong.yaml:5:15: error: fleets.new.cell: 'unknown' is not one of network.cells; known are busy, even, fair
! exit 2
< odd.yaml
| aifsim: 1
| extends: builtin:cell-two-rates
| network: {cells: {even: {at: nowhere}}}
| fleets:
|   near: {line: wire, at: mast}
|   far: {at: mast}
|   meters: {record: {size: 1 TB, every: 1 ms}, devices: 1000000}
|   probe: {radio: 1 Mbit/s, country: ZZ}
|   lines: {line: wire, devices: 1, to: desk, record: {size: 1 kB, every: 1 s}}
|   none: {devices: 1, to: desk, record: {size: 1 kB, every: 1 s}}
$ aifsim check odd.yaml
& odd.yaml:3:30: error: network.cells.even.at: 'nowhere' is neither a hub of the network nor a site
& odd.yaml:6:13: error: fleets.far.at: goes with a line; a cell has a place of its own
& odd.yaml:8:18: error: fleets.probe.radio: goes with a cell; a line has a rate of its own
& odd.yaml:8:37: error: fleets.probe.country: 'ZZ' is not the two-letter code (ISO 3166-1, in capitals) of a state in or around the EU; write for example 'IT'
& odd.yaml:9:3: error: fleets.lines.at: is missing: the hub or site where the lines end
& odd.yaml:10:3: error: fleets.none.cell: give either a cell or a line, over which the devices send
& builtin:textbook/cell-two-rates.yaml:46:16: error: fleets.near.cell: give either a cell or a line, over which the devices send
& builtin:textbook/cell-two-rates.yaml:46:52: error: fleets.near.radio: goes with a cell; a line has a rate of its own
& builtin:textbook/cell-two-rates.yaml:50:48: error: fleets.meters.record: 1e+09 TB/s of all devices are too much; at most 100 TB/s
! exit 2
< cut.yaml
| aifsim: 1
| extends: builtin:cell-two-rates
| network: {hubs: {far: {}}}
| fleets: {probe: {at: far}}
$ aifsim check cut.yaml
& builtin:textbook/cell-two-rates.yaml:51:37: error: fleets.probe.to: no link leads from 'far' to the site 'desk'
! exit 2
