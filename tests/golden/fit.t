# SPDX-License-Identifier: GPL-3.0-or-later
# A community fitted to a log. The log is our own: what was simulated is fitted.

< plan.yaml
| aifsim: 1
| name: Drawn
| horizon: {start: 2026-01-05, end: 2026-03-02}
| accelerators: {H100: {vendor: NVIDIA, memory: 80 GB}}
| classes:
|   small: {gpus: {1: 100 %}, run: {lognormal: {median: 20 min, sigma: 1, max: 24 h}}, walltime: round,
|           overestimate: {lognormal: {median: 2, sigma: 0.7, min: 1}}, limit: 24 h, outcome: {failed: 20 %}}
|   large: {gpus: {8: 60 %, 16: 40 %}, run: {lognormal: {median: 2 h, sigma: 1, max: 24 h}}, limit: 24 h}
| sites: {a: {country: IS, partitions: {gpu: {nodes: 100, gpus_per_node: 8, allocation: gpu, accelerator: H100}}}}
| communities:
|   lab: {country: IS, kind: academia, submit: {rate: 300 /d, hours: office, batch: 2, classes: {small: 80 %, large: 20 %}, home: {a.gpu: 100 %}}}

$ aifsim run plan.yaml --trace jobs --no-plots --quiet -o run | tail -n 1 | cut -c 1-6
> digest
$ aifsim export run --jobs --csv -o jobs.csv
$ aifsim fit jobs.csv --no-plots -o fit --columns id=id,submit=time_submit_s,start=time_start_s,end=time_end_s,gpus=gpus_milli:milli,walltime=walltime_s,state=outcome >fit.txt
& aifsim: read as csv: id=id,submit=time_submit_s,start=time_start_s,end=time_end_s,walltime=walltime_s,gpus=gpus_milli:milli,state=outcome
& aifsim: 16505 of 16509 jobs of the log kept
& aifsim: 4 dropped: no run time
& aifsim: 16173 sorted by submit
$ sed -n '/^aifsim/,$p' fit/community.yaml | sed 's/[0-9.]* \(s\|%\|.d\)\>/N \1/g; s/: [0-9.]\{4,\}/: N/g; s/max: N s/max: N s/' | cut -c 1-90
> aifsim: 1
> name: Fitted to jobs
> horizon: {start: N-01-03, end: N-02-28, preroll: 7 d}
>
> classes:
>   jobs-1:
>     gpus: {1: N %}
>     nodes: {1: N %}
>     run: {lognormal: {median: N s, sigma: N}, max: N s}
>     walltime: round
>     overestimate: {lognormal: {median: N, sigma: N, min: 1}}
>     limit: N s
>     outcome: {failed: N %, cancelled: N %}
>     source: "Fitted to jobs"
>   jobs-2-to-8:
>     gpus: {8: N %}
>     nodes: {8: N %}
>     run: {lognormal: {median: N s, sigma: N}, max: N s}
>     source: "Fitted to jobs"
>   jobs-from-9:
>     gpus: {16: N %}
>     nodes: {16: N %}
>     run: {mixture: [{lognormal: {median: N s, sigma: N}, weight: N}, {lognormal: {median: 
>     source: "Fitted to jobs"
>
> sites:
>   log: {country: IS, partitions: {machine: {nodes: 125, policy: easy}}}
>
> communities:
>   jobs:
>     country: IS
>     kind: academia
>     submit:
>       rate: N /d
>       batch: N
>       home: {log.machine: 100 %}
>       classes: {jobs-1: N %, jobs-2-to-8: N %, jobs-from-9: N %}
$ aifsim check fit/community.yaml
> fit/community.yaml: valid, 2000-01-03 to 2000-02-28
> 1 site, 1 partition, 3 classes, 1 source of jobs
>
>   offered load                      users background   together     target         jobs
>   log.machine                      69.7 %      0.0 %     69.7 %          -       16 500

# what was drawn comes back to within a tenth
$ awk '/lognormal/ && $1 != "*" || /mixture/ {next} /run, s/ {n++; d = $4 / $7; if (d < 0.9 || d > 1.1) print "mean", $0} END {print n, "classes"}' fit.txt
> 3 classes

# figures in the asked format
$ aifsim fit jobs.csv -o two --format png --columns id=id,submit=time_submit_s,start=time_start_s,end=time_end_s,gpus=gpus_milli:milli,walltime=walltime_s,state=outcome >two.txt 2>&1
$ ls two; cmp two/community.yaml fit/community.yaml
> community.yaml
> fit.gp
> fit.png

$ head -n 20 jobs.csv >few.csv; aifsim fit few.csv --log-format csv
& aifsim: read as csv: id=id,submit=time_submit_s,start=time_start_s,end=time_end_s,walltime=walltime_s,gpus=nodes,state=outcome
& aifsim: 19 of 19 jobs of the log kept
& aifsim: 10 sorted by submit
& aifsim: error: 19 jobs are too few to fit laws to; at least 50
! exit 2
$ aifsim fit missing.csv
& missing.csv: error: cannot open the log: No such file or directory
! exit 3
