# SPDX-License-Identifier: GPL-3.0-or-later
# Data that needs secure storage: where it goes, who waits for what, what it costs.

< enclave.yaml
| aifsim: 1
| name: "enclaves"
| horizon: {start: 2026-01-01, end: 2026-04-01, preroll: 0 d}
| seed: 1
| replications: {min: 1, max: 1}
| sites:
|   safe:
|     country: DE
|     storage:
|       scratch: {capacity: 100 TB, read: 10 GB/s, write: 10 GB/s}
|       enclave: {kind: project, capacity: 20 TB, read: 1 GB/s, write: 1 GB/s, secure: true, clearance: 5 d, cost: 60 EUR/TB/yr, secure_cost: 90 EUR/TB/yr}
|     partitions: {machine: {nodes: 40, policy: fcfs}}
|   plain:
|     country: DE
|     storage: {scratch: {capacity: 100 TB, read: 10 GB/s, write: 10 GB/s}}
|     partitions: {machine: {nodes: 40, policy: fcfs}}
|   abroad:
|     country: FR
|     storage: {vault: {kind: project, capacity: 20 TB, read: 1 GB/s, write: 1 GB/s, secure: true}}
|     partitions: {machine: {nodes: 40, policy: fcfs}}
| network:
|   hubs: {hamburg: {country: DE}}
|   links:
|     a: {from: hamburg, to: safe, capacity: 100 Gbit/s, latency: 5 ms}
|     b: {from: hamburg, to: plain, capacity: 100 Gbit/s, latency: 5 ms}
|     c: {from: hamburg, to: abroad, capacity: 100 Gbit/s, latency: 5 ms}
|   access: {fibre: {up: 10 Gbit/s, down: 10 Gbit/s}}
| data_classes:
|   health: {zone: national, secure_storage: true}
| datasets:
|   scans: {size: 5 TB, home: hamburg, class: health}
|   texts: {size: 1 TB, home: hamburg}
| classes:
|   reader: {run: 1 h, walltime: exact, overestimate: 2, leaves: 1 GB}
|   writer: {run: 1 h, walltime: exact, overestimate: 2, transfer: 100 %, input: 10 GB, output: 10 GB, leaves: 1 GB}
| communities:
|   clinics:
|     country: DE
|     kind: public
|     datasets: {scans: 100 %}
|     submit: {rate: 30 /d, users: 2, zipf: 0, home: {safe.machine: 50 %, plain.machine: 25 %, abroad.machine: 25 %}, classes: {reader: 100 %}}
|   hospital:
|     country: DE
|     kind: public
|     data_class: health
|     at: hamburg
|     access: {fibre: 100 %}
|     submit: {rate: 30 /d, users: 1, home: {safe.machine: 50 %, plain.machine: 25 %, abroad.machine: 25 %}, classes: {writer: 100 %}}
|   others:
|     country: DE
|     kind: academia
|     datasets: {texts: 100 %}
|     submit: {rate: 30 /d, home: {safe.machine: 50 %, plain.machine: 50 %}, classes: {reader: 100 %}}
| broker: {rule: home}
$ aifsim run enclave.yaml --quiet --no-plots --trace jobs --verify -o o 2>/dev/null | grep verified
> verified read again from the disk: the digest is the same
$ grep -E '^(dataset.refused|refused,.*reason=(zone|secure)|cost.storage)' o/summary.csv | cut -d, -f1-6
> cost.storage,,,EUR,739.22,
> cost.storage,,tier=safe.scratch,EUR,0,
> cost.storage,,tier=safe.enclave,EUR,739.22,
> cost.storage,,tier=plain.scratch,EUR,0,
> cost.storage,,tier=abroad.vault,EUR,0,
> dataset.refused,,reason=zone,1,656,
> dataset.refused,,reason=way,1,0,
> dataset.refused,,reason=secure_storage,1,731,
> refused,,reason=zone,1,693,
> refused,,"kind=academia,reason=zone",1,0
> refused,,"kind=public,reason=zone",1,693
> refused,,reason=secure_storage,1,673,
> refused,,"kind=academia,reason=secure_storage",1,0
> refused,,"kind=public,reason=secure_storage",1,673

# the first jobs of a user wait for its clearance: with their own data, and before a copy is staged
$ aifsim export o/result.h5 --jobs --csv | awk -F, '$14 == "safe" && !seen[$2]++ {print $2, int($5 / 864) / 100 " d"}' | sort
> clinics 5.22 d
> hospital 5.09 d
> others 0 d
$ aifsim export o/result.h5 --ledger --csv | grep storage
> 20484,storage,safe,operator,25462
> 20512,storage,safe,operator,22998
> 20543,storage,safe,operator,25462

# a quota of a user
$ aifsim run enclave.yaml --set 'sites.safe.storage.enclave.quota_per_user={hospital: 40 GB}' --quiet --no-plots -o q 2>/dev/null >/dev/null; grep -E '^storage.(full|quota)_wait,,tier=safe' q/summary.csv | cut -d, -f1-5
> storage.full_wait,,tier=safe.scratch,1,0
> storage.full_wait,,tier=safe.enclave,1,1454
> storage.quota_wait,,tier=safe.scratch,1,0
> storage.quota_wait,,tier=safe.enclave,1,1454

# mistakes
$ sed 's/hamburg, class: health/safe, class: health/; s/secure: true, clearance: 5 d, //; s/zone: national/zone: state/' enclave.yaml > wrong.yaml; aifsim check wrong.yaml
& wrong.yaml:29:18: error: data_classes.health.zone: 'state' is not one of by_class, any, eu or national
! exit 2
$ sed -i 's/zone: state/zone: national/' wrong.yaml; aifsim check wrong.yaml
& wrong.yaml:11:111: error: sites.safe.storage.enclave.secure_cost: is paid for a secure tier; write 'secure: true'
& wrong.yaml:31:29: error: datasets.scans.home: the class of its data needs secure storage and 'safe' has none; write 'secure: true' at a tier of it
! exit 2
$ sed -i 's/home: safe, class: health/home: hamburg/; s/, secure_cost: 90 EUR.TB.yr//' wrong.yaml; aifsim check wrong.yaml
& wrong.yaml:45:17: error: communities.hospital.data_class: its data may go to none of the community's sites: they lie outside of the zone of its data
! exit 2
