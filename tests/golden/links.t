# SPDX-License-Identifier: GPL-3.0-or-later
# What links carry: loads of five minutes, borders, transfers one by one, their pictures.

# The link is full for ten minutes of every hour, from 45 s past the hour on: one of twelve samples is
# above 90 %, the mean of no hour is. A fleet of 1 MB/s comes over the other border.
< bursts.yaml
| aifsim: 1
| name: "Ten minutes of every hour"
| horizon: {start: 2026-01-01, end: 2026-01-11, preroll: 1 d}
| seed: 20241210
| sites:
|   paris: {country: FR, place: {lat: 48.9 deg, lon: 2.4 deg}, partitions: {machine: {nodes: 10, policy: fcfs}}}
| network:
|   hubs: {bonn: {country: DE, lat: 50.7 deg, lon: 7.1 deg}, turin: {country: IT, lat: 45.1 deg, lon: 7.7 deg}}
|   links:
|     rhine: {from: bonn, to: paris, capacity: 1.5 Gbit/s, latency: 0 s, background: {load: 20 %}}
|     alps: {from: turin, to: paris, capacity: 1 Gbit/s, latency: 0 s}
|   access: {wide: {up: 100 Gbit/s, down: 100 Gbit/s}}
| classes:
|   move: {run: 50 min, walltime: exact, transfer: 100 %, input: 90 GB}
| communities:
|   firm:
|     {country: DE, kind: sme, at: bonn, access: {wide: 100 %}, members: 1,
|      submit: {rate: 2000 /d, users: 1, queue_limit: 1, home: {paris.machine: 100 %}, classes: {move: 100 %}}}
| fleets:
|   meters: {at: turin, line: wide, to: paris, devices: 10, record: {size: 1 MB, every: 10 s}}
| broker: {rule: home}
$ aifsim run bursts.yaml --quiet --trace full --verify -o bursts 2>log.txt | sed -n '/^data/,/^fleet/p'
> data     21.6 TB brought, 0 TB taken home; input takes 0.167 h on average
>          fullest link rhine >: 33.3 % on average, 20.0 % by others
>          held up 100 % by links, most by rhine >
>
> fleet    meters: 0.864 TB recorded, 0.864 TB delivered

$ grep -E '^(link.load.*rhine >|link.moved.*>|border|data.crossed)' bursts/summary.csv | cut -d, -f1-5 | sed -E 's/(,[0-9]*[.][0-9]{4})[0-9]+$/\1/'
> link.load,mean,link=rhine >,1,0.3333
> link.load,p95,link=rhine >,1,1
> link.load,above_90,link=rhine >,1,0.0833
> link.load,background,link=rhine >,1,0.1999
> link.load,own_mean,link=rhine >,1,0.1333
> link.load,own_p95,link=rhine >,1,0.7966
> link.load,own_above_90,link=rhine >,1,0
> link.moved,,link=rhine >,TB,21.6
> link.moved,,link=alps >,TB,0.8640
> border.crossed,,,TB,22.464
> border.crossed,,border=DE-FR,TB,21.6
> border.crossed,,border=FR-DE,TB,0
> border.crossed,,border=IT-FR,TB,0.8640
> border.crossed,,border=FR-IT,TB,0
> data.crossed,,zone=national,TB,0
> data.crossed,,zone=eu,TB,22.464
> data.crossed,,zone=outside,TB,0

# hours of the link, and of others on it
$ for s in link_load link_background; do aifsim export bursts --csv --series $s | sed -n '2,3p' | cut -d, -f1-2; done
> 2026-01-01T00:00Z,0.33333334
> 2026-01-01T01:00Z,0.33333334
> 2026-01-01T00:00Z,0.2
> 2026-01-01T01:00Z,0.2

# transfers, by their columns
$ for c in id from to tries bottleneck kind end bytes; do echo $c $(h5dump -y -d /replications/0000/transfers/$c -s 0 -c 2 bursts/result.h5 | sed -n '/DATA {/,/}/p' | sed -n 2p); done
> id 24, 25
> from 0, 0
> to 2, 2
> tries 1, 1
> bottleneck 0, 0
> kind 0, 0
> end 0, 0
> bytes 90000000000, 90000000000
$ h5dump -y -w 1 -d /labels/channel bursts/result.h5 | grep '"' | sed 's/\\000//g' | sed 1,2d
>       "rhine >",
>       "rhine <",
>       "alps >",
>       "alps <",
>       "own line",
>       "never arrived"
>    ATTRIBUTE "description" {
>          "what the codes stand for, from 0"
>    ATTRIBUTE "units" {
>          "1"

# they are no part of what is kept otherwise
$ aifsim run bursts.yaml --quiet --no-plots --trace jobs -o short >log.txt 2>&1; h5ls short/result.h5/replications/0000 | cut -d' ' -f1
> jobs
> ledger
> series

# what is drawn
$ for p in flows links fleets; do sed -n "s/^set label 1001 '\(.*\)' at screen.*/\1/p" bursts/plots/$p.gp; ls bursts/plots/$p.svg; done
> rhine carries the most data: 21.6 TB, both ways together
> bursts/plots/flows.svg
> The fullest link is rhine >: 33.3 % on average, 20.0 % by others
> bursts/plots/links.svg
> What waits to be sent, and how old data are
> bursts/plots/fleets.svg
$ aifsim run builtin:purge --quiet -o purge >log.txt 2>&1; ls purge/plots/storage.svg; grep -c 'dashtype (12,4)' purge/plots/storage.gp
> purge/plots/storage.svg
> 1
$ aifsim report purge -o purge.html >log.txt 2>&1; grep -o 'By tier of storage</summary>' purge.html
> By tier of storage</summary>
