# SPDX-License-Identifier: GPL-3.0-or-later
# Data on their way: shares of links, others on them, failures, rules.

# max-min shares with their closed forms; every sharing proved
$ aifsim run builtin:parking-lot --quiet --no-plots --verify -o lot | sed -n '/^data/,$p'
> data     3760 TB brought, 0 TB taken home; input takes 0.0480 h on average
>          fullest link one-two >: 100 % on average
>          held up 100 % by links, most by one-two >
> demand   168 000 records held back by their users' queue_limit
>
> Expected
> met     stage_in.mean{kind=academia}                   0.0797 h, expected 0.0792 to 0.0808 h
> met     stage_in.mean{kind=industry}                   0.0797 h, expected 0.0792 to 0.0808 h
> met     stage_in.mean{kind=sme}                        0.0267 h, expected 0.0264 to 0.027 h
> met     stage_in.mean{kind=startup}                    0.0267 h, expected 0.0264 to 0.027 h
> met     link.load.mean{link=one-two >}                 100 %, expected 99 to 100.01 %
> met     transfer.bottleneck.share{at=link}             100 %, expected 100 to 100 %
>
> verified read again from the disk: the digest is the same
> results  lot/result.h5
> digest   <...>

$ aifsim run builtin:dumbbell --quiet --no-plots -o bell | sed -n '/^data/,$p'
> data     1210 TB brought, 0 TB taken home; input takes 0.150 h on average
>          fullest link neck >: 100 % on average, 20.0 % by others
>          held up 49.9 % by their own lines, 50.1 % by links, most by neck >
> demand   56 000 records held back by their users' queue_limit
>
> Expected
> met     stage_in.mean{kind=sme}                        0.200 h, expected 0.1999 to 0.2001 h
> met     stage_in.mean{kind=academia}                   0.0996 h, expected 0.099 to 0.1001 h
> met     link.load.mean{link=neck >}                    100 %, expected 99 to 100.01 %
> met     link.load.background{link=neck >}              20.0 %, expected 19.99 to 20.01 %
> met     transfer.bottleneck.share{at=line}             49.9 %, expected 49 to 51 %
> met     access.below.up{threshold=1 Gbit/s}            0 %, expected 0 to 0 %
>
> results  bell/result.h5
> digest   <...>

# a link that fails: the middle ones have no other way and wait
$ aifsim run builtin:parking-lot --quiet --no-plots --verify -o down --set 'network.links.one-two.windows.work={start: 2026-01-03, duration: 12 h, every: 7 d}' >down.txt 2>&1; grep -E '^(transfers|link.load,mean.*one-two >)' down/summary.csv | cut -d, -f1-6
> link.load,mean,link=one-two >,1,0.9285714285716075,
> transfers,arrived,,1,41126,
> transfers,failed,,1,0,
> transfers,retried,,1,0,
> transfers,rerouted,,1,0,
> transfers,given_up,,1,0,

# killed, tried again, given up after the fifth
$ aifsim run builtin:parking-lot --quiet --no-plots --verify -o kill --set 'network.links.one-two.failures={mtbf: 2 d, mttr: 1 h}' --set network.on_failure=kill --set network.retry.tries=5 >kill.txt 2>&1; grep outages kill.txt; grep -E '^transfers' kill/summary.csv | cut -d, -f1-6
>          outages of links: of all transfers 572 were tried again, 112 were given up
> transfers,arrived,,1,41469,
> transfers,failed,,1,684,
> transfers,retried,,1,572,
> transfers,rerouted,,1,0,
> transfers,given_up,,1,112,

# the same with one thread and two
$ for j in 1 2; do aifsim run builtin:parking-lot --quiet --no-plots -r 3 -j $j -o j$j --set 'network.links.one-two.failures={mtbf: 2 d, mttr: 1 h}' --set network.on_failure=resume 2>missed.txt | tail -n 1; done | uniq | wc -l
> 1

# mistakes have their places
< wrong.yaml
| aifsim: 1
| extends: scenarios/textbook/dumbbell.yaml
| name: "with mistakes"
| network:
|   hubs: {east: {country: DE}, west: {country: XX}}
|   links:
|     neck: {windows: {work: {start: 2026-01-03, duration: 2 d, every: 1 d}}}
|   routes:
|     over: {from: west, to: east, via: neck}
$ aifsim check wrong.yaml
& wrong.yaml:5:47: error: network.hubs.west.country: 'XX' is not the two-letter code (ISO 3166-1, in capitals) of a state in or around the EU; write for example 'IT'
& wrong.yaml:7:70: error: network.links.neck.windows.work.every: must be longer than the duration, 48 h
& wrong.yaml:9:5: error: network.routes.over: leads from hub to hub; one of its ends is a site
! exit 2
< wrong2.yaml
| aifsim: 1
| extends: scenarios/textbook/dumbbell.yaml
| name: "with mistakes"
| network:
|   hubs: {east: {country: DE}}
|   routes:
|     over: {from: west, to: desk, via: "east-desk, neck"}
| communities:
|   firms: {residency: eu}
|   institutes: {secure: true}
$ aifsim check wrong2.yaml
& wrong2.yaml:7:39: error: network.routes.over.via: its links do not lead from 'west' to 'desk' one after the other; write keys of network.links in their order, separated by commas
& scenarios/textbook/dumbbell.yaml:45:34: error: communities.firms.at: no way within the EU leads from 'west' to the site 'desk' and back; hubs without a country are outside
& scenarios/textbook/dumbbell.yaml:48:39: error: communities.institutes.at: no way over secure links leads from 'west' to the site 'desk' and back
! exit 2

# a reserved circuit: half of the time four of ten Gbit/s for one
$ aifsim run builtin:circuit --quiet --no-plots --verify -o lane | sed -n '/^circuit/p;/^Expected/,/^$/p'
> circuit  mornings: booked for 168 h, 100 % of it used
> Expected
> met     link.load.mean{link=neck >}                    100 %, expected 99.9 to 100.01 %
> met     circuit.booked{circuit=mornings}               168 h, expected 168 to 168 h
> met     circuit.use{circuit=mornings}                  100 %, expected 99.9 to 100.01 %
> met     circuit.carried{circuit=mornings}              302 TB, expected 302.1 to 302.41 TB
> met     circuit.transfers{circuit=mornings}            22 400, expected 22380 to 22410
> met     stage_in.mean{kind=academia}                   0.00923 h, expected 0.00922 to 0.00924 h
>

$ for j in 1 2; do aifsim run builtin:circuit --quiet --no-plots -r 3 -j $j -o lane$j --set 'network.links.neck.failures={mtbf: 2 d, mttr: 1 h}' 2>missed.txt | tail -n 1; done | uniq | wc -l
> 1

$ grep -E '^circuit.(down|transfers)' lane1/summary.csv | cut -d, -f1-5
> circuit.transfers,,circuit=mornings,1,22162.666666666668
> circuit.down,,circuit=mornings,1,0.010569444893137126

# background that its hours lift above the link, and keys that are not made
< scarce.yaml
| aifsim: 1
| extends: scenarios/textbook/quantum-keys.yaml
| network: {links: {first: {keys: {rate: 0.1 bit/s}, background: {load: 50 %, hours: office}}}}
$ aifsim check scarce.yaml | head -n 1
> scarce.yaml: valid, 2026-01-01 to 2028-01-01
& aifsim: warning: scarce.yaml: network.links.first.background: at 14 h it asks for 144 % of the link's capacity and gets at most 99 %, on average 45.7 % instead of 50.3 %
& aifsim: warning: scarce.yaml: network.links.first.keys: transfers ask for 800 % of the keys that it makes; its store lasts for 0.00423 d, then ever more of them wait

# background makes way within the hour: what circuits and transfers leave it fills, in each five minutes
$ aifsim run builtin:circuit --quiet --no-plots --verify -o halves --set 'network.links.neck.background={load: 80 %}' --set network.circuits.mornings.capacity='8 Gbit/s' --set network.circuits.mornings.duration='30 min' --set network.circuits.mornings.every='1 h' >halves.txt 2>&1; grep -E '^link.(load,(mean|above_90)|background).*>' halves/summary.csv | cut -d, -f1-5
> link.load,mean,link=neck >,1,0.9999703723544974
> link.load,above_90,link=neck >,1,1

# what does not fit is refused, with its link and time
< full.yaml
| aifsim: 1
| extends: scenarios/textbook/circuit.yaml
| network:
|   circuits:
|     evenings: {from: west, to: desk, capacity: 7 Gbit/s, start: 2026-01-02, at: 10 h, duration: 4 h, every: 1 d, for: institute}

$ aifsim check full.yaml
& full.yaml:5:48: error: network.circuits.evenings.capacity: 7 Gbit/s is not admitted: 'neck' has 6 Gbit/s left on 2026-01-02 at 10 h; write at most that, or another time
! exit 2

$ aifsim check builtin:circuit --set 'network.links.neck.windows.work={start: 2026-01-03, at: 3 h, duration: 1 h}'
& builtin:textbook/circuit.yaml:34:48: error: network.circuits.mornings.capacity: is not admitted: planned work takes 'neck' down on 2026-01-03, within its booking
! exit 2

< typos.yaml
| aifsim: 1
| extends: scenarios/textbook/circuit.yaml
| network:
|   circuits:
|     a: {from: west, to: desk, capacity: 1 Gbit/s, for: "institute, frims"}
|     b: {from: wset, to: desk, capacity: 1 Gbit/s}
|     c: {from: west, to: desk, capacity: 1 Gbit/s, every: 1 h}
|     d: {from: west, to: desk, capacity: 1 Gbit/s, via: kneck}

$ aifsim check typos.yaml
& typos.yaml:5:56: error: network.circuits.a.for: 'frims' is not a community; write their keys, separated by commas
& typos.yaml:6:15: error: network.circuits.b.from: 'wset' is neither a hub of the network nor a site
& typos.yaml:7:58: error: network.circuits.c.every: needs 'duration': how long each booking lasts
! exit 2

# circuits and ways that nothing takes
< idle.yaml
| aifsim: 1
| extends: scenarios/textbook/circuit.yaml
| network:
|   hubs: {mid: {}}
|   links:
|     far: {from: west, to: mid, capacity: 10 Gbit/s}
|     on: {from: mid, to: desk, capacity: 10 Gbit/s, secure: true, keys: {rate: 1 kbit/s}}
|   routes: {r: {from: west, to: desk, via: neck}}
|   circuits:
|     a: {from: west, to: mid, capacity: 1 Gbit/s}
|     b: {from: west, to: desk, capacity: 1 Gbit/s, start: 2027-01-10}
| communities: {firms: {secure: qkd}}
$ aifsim check idle.yaml --set network.links.far.keys.rate='1 kbit/s'
> idle.yaml: valid, 2026-01-01 to 2026-01-15
> 1 site, 1 partition, 1 class, 2 sources of jobs
>
>   offered load                      users background   together     target         jobs
>   desk.machine                      0.0 %      0.0 %      0.0 %          -      392 000
>
>   links with most data               data background
>   far >                           250.0 %          -
>   on >                            250.0 %          -
>   neck >                          100.0 %          -
& aifsim: warning: idle.yaml: network.circuits.a: carries nothing: neither of its ends is a site, and data go from or to sites
& aifsim: warning: idle.yaml: network.circuits.b: carries nothing: it is not booked at any time of the run
& aifsim: warning: idle.yaml: network.routes.r: is not taken by 'firms', whose residency or security forbids one of its links

$ aifsim check builtin:circuit --set 'network.circuits.mornings.for=","'
& --set: error: network.circuits.mornings.for: names no community; leave it out for all of them
! exit 2
$ aifsim check builtin:circuit --set network.circuits.mornings.for='firms, firms'
& --set: error: network.circuits.mornings.for: names 'firms' twice; write each community once
! exit 2
$ aifsim check builtin:quantum-keys --set network.links.second.keys.rate='0.0000001 bit/s'
& --set: error: network.links.second.keys.rate: is less than 0.000001 bit/s, the smallest rate
! exit 2

# keys as a queue, and what they cost in the ledger
$ aifsim run builtin:quantum-keys --quiet --no-plots --verify --trace jobs -o keys | sed -n '/^keys/p;/^Expected/,/^$/p'
> keys     79.9 % of the transfers under quantum keys waited for them, 0.140 h on average over all; most used on first, 79.9 % of what it makes
> Expected
> met     key.wait.mean                                  0.140 ±0.001 h, expected 0.138 to 0.1465 h
> met     key.waited                                     79.9 ±0.1 %, expected 79.3 to 80.7 %
> met     key.load{hop=first}                            79.9 ±0.2 %, expected 79 to 81 %
> met     cost.keys                                      300 000 EUR, expected 299700 to 300300 EUR
> met     stage_in.mean                                  0.140 ±0.001 h, expected 0.138 to 0.1465 h
>

$ aifsim export keys --ledger --csv | grep -c ',keys,'
> 24

$ aifsim check builtin:quantum-keys --set network.keys.every='1 s' --set network.links.second.keys.cost='5 EUR/km/yr'
& builtin:textbook/quantum-keys.yaml:32:27: error: network.links.first.keys.rate: is used up by the link's encryptors, which take 256 bit/s by network.keys.every; write more
& builtin:textbook/quantum-keys.yaml:33:57: error: network.links.second.keys.length: is missing: its cost goes by length, and not both its ends have lat and lon; write for example '480 km'
! exit 2

$ aifsim check builtin:quantum-keys --set network.links.second.keys.rate='0 bit/s' --set communities.institute.secure=quantum
& --set: error: communities.institute.secure: 'quantum' is not one of false, true or qkd
! exit 2

# a circuit over the links that a transfer is on already takes no more of their keys
< lane-keys.yaml
| aifsim: 1
| name: "a circuit under keys"
| horizon: {start: 2026-01-01, end: 2026-01-15, preroll: 1 d}
| seed: 1
| replications: {min: 1, max: 1}
| sites:
|   desk: {country: IS, partitions: {machine: {nodes: 100, policy: fcfs}}}
| network:
|   hubs: {west: {}}
|   links:
|     a: {from: west, to: desk, capacity: 1 Gbit/s, keys: {rate: 0.05 bit/s, store: 512 bit}}
|   circuits:
|     z: {from: west, to: desk, capacity: 0.99 Gbit/s, start: 2025-12-31, duration: 10 min, every: 20 min}
|   keys: {bits: 256 bit, per: 10 TB}
|   access: {wide: {up: 100 Gbit/s, down: 100 Gbit/s}}
| classes:
|   move: {run: 1 ms, walltime: exact, transfer: 100 %, input: 1 TB}
| communities:
|   institute:
|     {country: IS, kind: academia, at: west, access: {wide: 100 %}, members: 1, secure: qkd,
|      submit: {rate: 5 /d, users: 5, home: {desk.machine: 100 %}, classes: {move: 100 %}}}
| broker: {rule: home}

$ aifsim run lane-keys.yaml --quiet --no-plots --verify -o lane-keys 2>/dev/null | grep verified
> verified read again from the disk: the digest is the same
$ grep -E '^(key.(used|waited),,,|jobs.ended,,,)' lane-keys/summary.csv | cut -d, -f1-5
> jobs.ended,,,1,63
> key.used,,,Mbit,0.016128
> key.waited,,,1,0
