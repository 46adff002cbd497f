# SPDX-License-Identifier: GPL-3.0-or-later
# Tables beside a scenario: communities, profiles, carbon by hour; defaults of the country.

< base.yaml
| aifsim: 1
| name: base
| horizon: {start: 2026-01-01, end: 2026-01-08}
| sites:
|   desk:
|     country: FI
|     partitions:
|       machine: {nodes: 10, policy: easy, power: {idle: 1 kW, busy: 1 kW}}
| profiles:
|   surf: {file: hours.csv, column: weight}
| classes:
|   work: {nodes: 1, run: {triangular: [1 h, 2 h, 3 h]}}
| communities:
|   table: communities.csv
|   team: {members: 7}

< communities.csv
| key,country,kind,members,submit.rate,submit.hours,submit.home.desk.machine,submit.classes.work,source
| team,FI,sme,3,12 /d,surf,100 %,100 %,"Register, 2025"
| lab,EE,academia,,24 /d,,100 %,100 %,

< hours.csv
| hour,weight
| 0,1
| 1,0
| 2,0
| 3,0
| 4,0
| 5,0
| 6,0
| 7,1
| 8,2
| 9,3
| 10,3
| 11,3
| 12,2
| 13,3
| 14,3
| 15,3
| 16,2
| 17,1
| 18,1
| 19,1
| 20,1
| 21,1
| 22,1
| 23,1

$ aifsim check base.yaml
> base.yaml: valid, 2026-01-01 to 2026-01-08
> 1 site, 1 partition, 1 class, 2 sources of jobs
>
>   offered load                      users background   together     target         jobs
>   desk.machine                     30.0 %      0.0 %     30.0 %          -          252

# a mistake in a cell, in a column, in a row
$ sed -i 's/,sme,/,smee,/; s/24 .d/24/' communities.csv; aifsim check base.yaml
& communities.csv:2:9: error: communities.team.kind: 'smee' is not one of sme, startup, industry, academia, public, training or background; did you mean 'sme'?
& communities.csv:3:18: error: communities.lab.submit.rate: '24' is not a rate, the unit is missing; write for example '24 /d'
! exit 2
$ sed -i 's/,smee,/,sme,/; s/,24,/,24 \/d,/; s/members/membres/; s/submit.rate/submit.rat/' communities.csv; aifsim check base.yaml
& communities.csv:1:18: error: communities: the column 'membres' names no key of its entries; did you mean 'members'?
& communities.csv:1:26: error: communities: the column 'submit.rat' names no key of its entries; did you mean 'rate'?
! exit 2
$ sed -i 's/membres/members/; s/submit.rat,/submit.rate,/; s/^lab/team/' communities.csv; aifsim check base.yaml
& communities.csv:3:1: error: communities: the key 'team' stands in line 2 already
! exit 2
$ sed -i '3s/^team/lab/; 3s/24 .d/1,5 \/d/' communities.csv; aifsim check base.yaml
& communities.csv:3:1: error: 10 cells stand here, but the header names 9 columns; put text with commas in quotes, and write a decimal point, not a comma
! exit 2

# a file that is not there, and one that lies elsewhere
$ sed -i '3s/1,5 .d/24 \/d/' communities.csv; mkdir data; mv hours.csv data; aifsim check base.yaml
& base.yaml:10:16: error: cannot open 'hours.csv': No such file or directory; it is looked up beside the file that names it, and below DIR with --data DIR
! exit 2
$ aifsim check base.yaml --data data | tail -n 1
>   desk.machine                     30.0 %      0.0 %     30.0 %          -          252
$ aifsim check base.yaml --data data --set profiles.surf.file=../../etc/passwd
& --set: error: '../../etc/passwd' leads out of the scenario's folder; what is read lies below it
! exit 2
$ aifsim check base.yaml --data data --set profiles.surf.column=wieght
& --set: error: profiles.surf: the file has no column 'wieght'; did you mean 'weight'?
! exit 2
$ sed -i 24d data/hours.csv; aifsim check base.yaml --data data
& data/hours.csv:1:6: error: profiles.surf: a profile has 24 numbers (hours of a day), 168 (of a week from Monday) or 12 (months), not 23
! exit 2
$ echo '22,x' >>data/hours.csv; aifsim check base.yaml --data data
& data/hours.csv:25:4: error: profiles.surf: 'x' is not a number; write for example '1.2'
! exit 2

# ten nodes of 1 kW for a week: 1.68 MWh, at the 74.8 EUR/MWh and 68 g/kWh of the country
$ sed -i '$s/x/1/' data/hours.csv; aifsim run base.yaml --data data --quiet --no-plots -o one >out.txt; grep -E '^(energy|cost.energy|carbon.location),,,' one/summary.csv | cut -d, -f1,4-5
> energy,MWh,1.68
> cost.energy,EUR,125.66
> carbon.location,t,0.11424
$ aifsim run base.yaml --data data --quiet --no-plots -o two --set sites.desk.energy.price='100 EUR/MWh' --set 'sites.desk.energy.carbon=[0,0,0,0,0,0,0,0,0,0,0,0,24,0,0,0,0,0,0,0,0,0,0,24]' >out.txt; grep -E '^(energy|cost.energy|carbon.location),,,' two/summary.csv | cut -d, -f1,4-5
> energy,MWh,1.68
> cost.energy,EUR,168
> carbon.location,t,0.00336

# what a part names lies beside the part, and nothing lies outside the scenario's folder
< top.yaml
| aifsim: 1
| name: top
| extends: parts/people.yaml
| horizon: {start: 2026-01-01, end: 2026-01-08}
| sites: {desk: {country: FI, partitions: {machine: {nodes: 10}}}}
| classes: {work: {nodes: 1, run: 2 h}}
| profiles: {early: {file: early.csv}}

$ mkdir parts && printf 'communities: {table: people.csv}\nprofiles: {late: {file: early.csv}, early2: {file: ../early.csv}}\n' >parts/people.yaml && { echo weight; seq 1 24; } >early.csv && { echo weight; seq 24 -1 1; } >parts/early.csv && printf 'key,country,kind,submit.rate,submit.hours,submit.home.desk.machine,submit.classes.work\na,FI,sme,1 /d,early,100 %%,100 %%\nb,FI,sme,1 /d,late,100 %%,100 %%\nc,FI,sme,1 /d,early2,100 %%,100 %%\n' >parts/people.csv; for f in ./top.yaml "$PWD/top.yaml" top.yaml; do aifsim check $f | tail -n 1; done
>   desk.machine                      2.5 %      0.0 %      2.5 %          -         21.0
>   desk.machine                      2.5 %      0.0 %      2.5 %          -         21.0
>   desk.machine                      2.5 %      0.0 %      2.5 %          -         21.0
$ sed -i 's/^12$/x/' parts/early.csv; aifsim check top.yaml
& parts/early.csv:14:1: error: profiles.late: 'x' is not a number; write for example '1.2'
! exit 2
$ sed -i 's/^11$/y/' early.csv; aifsim check ./top.yaml
& parts/early.csv:14:1: error: profiles.late: 'x' is not a number; write for example '1.2'
& early.csv:12:1: error: profiles.early2: 'y' is not a number; write for example '1.2'
& early.csv:12:1: error: profiles.early: 'y' is not a number; write for example '1.2'
! exit 2
$ sed -i 's|[.][.]/early|../../early|' parts/people.yaml; aifsim check top.yaml
& parts/early.csv:14:1: error: profiles.late: 'x' is not a number; write for example '1.2'
& parts/people.yaml:2:52: error: '../../early.csv' leads out of the scenario's folder; what is read lies below it
& early.csv:12:1: error: profiles.early: 'y' is not a number; write for example '1.2'
! exit 2

# files are read before --set changes anything
$ aifsim check base.yaml --data data --set communities.table=other.csv --set extends=top.yaml
& --set: error: extends: names a file, and files are read before a scenario is changed; name it in a scenario that extends this one
& --set: error: communities.table: names a file, and files are read before a scenario is changed; name it in a scenario that extends this one
! exit 2
$ aifsim check base.yaml --data data --set 'communities={table: other.csv}'
& --set: error: communities.table: names a file, and files are read before a scenario is changed; name it in a scenario that extends this one
! exit 2
$ printf 'extends: base.yaml\naifsim: 1\ncommunities: {table: other.csv}\n' >late.yaml; sed 's/^lab/office/; s/24 .d/48 \/d/' communities.csv >other.csv; aifsim check late.yaml --data data | tail -n 2
>   offered load                      users background   together     target         jobs
>   desk.machine                     50.0 %      0.0 %     50.0 %          -          420
