# SPDX-License-Identifier: GPL-3.0-or-later
# Parts of a result as text.

$ aifsim run scenarios/textbook/easy-small.yaml -r 2 --trace jobs --no-plots --quiet -o one >one.txt

# the figures: what lies beside the result
$ aifsim export one --csv | cmp - one/summary.csv; aifsim export one/result.h5 --json --figures | cmp - one/summary.json

# jobs, one by one, with names for codes
$ aifsim export one --csv --jobs -o jobs.csv; sed -n 1,2p jobs.csv; wc -l <jobs.csv; stat -c %A jobs.csv
> id,community,project,time_submit_s,time_eligible_s,time_start_s,time_end_s,time_done_s,nodes,gpus_milli,walltime_s,attempts,bundle,site,partition,class,outcome,energy_j
> 660,team,-1,-10559.598038383,-10559.598038383,-10559.598038383,118.090126548,118.090126548,6,0,86400,1,1,desk,desk.machine,middle,completed,0
> 3480
> -rw-r--r--
$ aifsim export one --json --jobs | python3 -c 'import json, sys; rows = json.load(sys.stdin)["rows"]; print(len(rows), rows[0]["site"], rows[-1]["outcome"], rows[-1]["time_done_s"])'
> 3479 desk inside None
$ aifsim export one --csv --ledger
> date_days,item,site,funder,cents
> 20484,energy,desk,operator,0
> 20485,energy,desk,operator,0

# series, hour by hour
$ aifsim export one --csv --series queue -o queue.csv; sed -n 1,2p queue.csv; tail -n 1 queue.csv
> time,desk.machine
> 2026-01-05T00:00Z,1.2249879
> 2026-02-01T23:00Z,0.15556122
$ aifsim export one --json --series utilisation | python3 -c 'import json, sys; s = json.load(sys.stdin); print(s["unit"], s["items"], len(s["rows"]))'
> 1 ['desk.machine'] 672

# another replication, and all of them
$ aifsim run scenarios/textbook/easy-small.yaml -r 2 --trace jobs --trace-replications all --no-plots --quiet -o both >both.txt; aifsim export both --csv --jobs --replication 1 -o 1.csv; aifsim export both --csv --jobs -o 0.csv; aifsim export both --csv --jobs --replication all | cmp - <(sed '1s/^/replication,/; 2,$s/^/0,/' 0.csv; sed '1d; s/^/1,/' 1.csv)
$ aifsim export both --json --jobs --replication all | python3 -c 'import json, sys; r = json.load(sys.stdin)["rows"]; print(r[0]["replication"], r[-1]["replication"], len(r))'; cat 0.csv 1.csv | grep -vc ^id
> 0 1 6937
> 6937
$ aifsim export both --csv --series queue --replication all | sed -n '1,2p;$p'; aifsim export both --json --series queue --replication all | python3 -c 'import json, sys; print(json.load(sys.stdin)["rows"][-1][:2])'
> replication,time,desk.machine
> 0,2026-01-05T00:00Z,1.2249879
> 1,2026-02-01T23:00Z,0
> [1, '2026-02-01T23:00Z']
$ aifsim export one --csv --jobs --replication 1
& aifsim: error: --replication 1: the result holds rows of 1 (numbers from 0); run with --trace-replications all
! exit 2
$ aifsim export both --csv --jobs --replication some
& aifsim: error: --replication: 'some' is neither a number from 0 nor all
! exit 2
$ aifsim export both --csv --replication 1
& aifsim: error: --replication goes with --jobs, --ledger or --series; figures are of all
! exit 2

# usage
$ aifsim export one
& aifsim: error: export as --csv or as --json: name one of them
! exit 2
$ aifsim export one --csv --jobs --ledger
& aifsim: error: one of --figures, --jobs, --ledger and --series NAME at a time
! exit 2
$ aifsim export one --csv --series utilization
& aifsim: error: there is no series 'utilization'; did you mean 'utilisation'?
! exit 2
$ aifsim export one --csv --series x/y
& aifsim: error: there is no series 'x/y'; there are link_load, power, queue, queue_units, utilisation
! exit 2
$ aifsim export one --csv -o /dev/null
& aifsim: error: '/dev/null' is there and is not a regular file
! exit 3

# never over what is read, by whatever name
$ ln -s one other; ln one/result.h5 linked.h5; cp -r one kept
$ for name in one/result.h5 other/summary.csv ./one//run.log linked.h5 one/result.partial.h5; do aifsim export one --csv -o $name; echo $?; done
> 2
> 2
> 2
> 2
> 2
& aifsim: error: -o 'one/result.h5' would replace a part of the result that is read; choose another name
& aifsim: error: -o 'other/summary.csv' would replace a part of the result that is read; choose another name
& aifsim: error: -o './one//run.log' would replace a part of the result that is read; choose another name
& aifsim: error: -o 'linked.h5' would replace a part of the result that is read; choose another name
& aifsim: error: -o 'one/result.partial.h5' would replace a part of the result that is read; choose another name
$ diff -r one kept; aifsim export one --csv -o one/figures.csv; rm one/figures.csv linked.h5 other

# what is not there
$ mkdir cut; cp one/result.h5 cut/result.partial.h5; aifsim export cut --csv
& aifsim: error: no 'cut/result.h5': its run was cut short; name 'cut/result.partial.h5' to read what was finished
! exit 3
$ aifsim export missing --csv
& aifsim: error: cannot read 'missing': No such file or directory
! exit 3
$ aifsim run scenarios/textbook/easy-small.yaml -r 1 --trace none --no-plots --quiet -o none >none.txt; aifsim export none --csv --jobs
& aifsim: error: 'none/result.h5' holds no table 'jobs'; run with --trace jobs
! exit 3
$ aifsim export none --csv --series queue
& aifsim: error: 'none/result.h5' holds no series; run with --trace summary
! exit 3
