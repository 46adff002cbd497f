# SPDX-License-Identifier: GPL-3.0-or-later
# Data sets that are brought to sites, and stay there for a time.

# a cache for two of three: King's formula
$ aifsim run scenarios/textbook/replicas.yaml --quiet --no-plots -o two | sed -n '/^Expected/,/^$/p'
> Expected
> met     dataset.staged                                 1320 ±40, expected 1290 to 1360
> met     dataset.refused{reason=zone}                   18 400 ±100, expected 18000 to 18520
> met     data.crossed{zone=eu}                          1320 ±40 TB, expected 1290 to 1360 TB
> met     data.crossed{zone=national}                    0 TB, expected at most 0 TB
>

# a cache for all: each is brought once
$ aifsim run scenarios/textbook/replicas.yaml --set sites.desk.storage.scratch.cache.capacity='3 TB' -r 1 --quiet --no-plots -o three | sed -n '/dataset.staged/p'
> missed  dataset.staged                                 0, expected 1290 to 1360
& aifsim: error: 2 of 4 expectations were missed

# without the replica it comes from the home; each job its own
$ aifsim run scenarios/textbook/replicas.yaml --set horizon.end=2027-01-01 --set communities.readers.staging=per_job --set datasets.images.replicas='~' -r 1 --quiet --no-plots -o own | sed -n '/data.crossed/p'
> missed  data.crossed{zone=eu}                          287 TB, expected 1290 to 1360 TB
> missed  data.crossed{zone=national}                    413 TB, expected at most 0 TB
& aifsim: error: 4 of 4 expectations were missed

# the same from several threads
$ for j in 1 3; do aifsim run builtin:replicas --set horizon.end=2027-01-01 -j $j --quiet --no-plots -o j$j 2>missed.txt | tail -n 1; done | uniq | wc -l
> 1

# mistakes
< wrong.yaml
| aifsim: 1
| extends: scenarios/textbook/replicas.yaml
| name: "wrong data"
| datasets:
|   images: {class: personal, replicas: "lyon, beyond"}
|   sounds: {home: bremen}
|   texts: {size: 2 PB}
|   records: {home: beyond}
| communities: {readers: {datasets: {images: 70 %}}}
$ aifsim check wrong.yaml
& scenarios/textbook/replicas.yaml:46:3: error: datasets.texts: the data sets that lie at 'lyon' take 2002 TB; 'sites.lyon.storage.scratch' has 1000 TB
& scenarios/textbook/replicas.yaml:56:5: error: communities.readers.datasets: the parts add up to 110 %, more than all jobs
& wrong.yaml:5:39: error: datasets.images.replicas: 'beyond' is outside of the zone that the data may be in
& wrong.yaml:6:18: error: datasets.sounds.home: 'bremen' is neither a hub of the network nor a site
& wrong.yaml:8:19: error: datasets.records.home: is outside of the zone that the data may be in; give another home, or another 'residency'
! exit 2
< wrong2.yaml
| aifsim: 1
| extends: scenarios/textbook/replicas.yaml
| name: "no way for a secret"
| datasets: {records: {class: trade_secret}}
| communities: {clinics: {submit: {home: {beyond.machine: 100 %}}}}
$ aifsim check wrong2.yaml
& scenarios/textbook/replicas.yaml:63:5: error: communities.clinics.datasets: 'records' may go to none of the community's sites: no way that its data may take leads there
! exit 2
