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
>   jobs-1-up-to-10min:
>     gpus: {1: N %}
>     nodes: {1: N %}
>     run: {lognormal: {median: N s, sigma: N}, max: N s}
>     walltime: round
>     overestimate: {lognormal: {median: N, sigma: N, min: 1}}
>     limit: N s
>     array: {1: N %, 2: N %, 3: N %, 4: N %, 5: N %}
>     array_gap: {mixture: [{constant: N s, weight: N}, {lognormal: {median: N s, sigma: N},
>     outcome: {failed: N %, cancelled: N %}
>     source: "Fitted to jobs"
>   jobs-1-over-10min:
>     gpus: {1: N %}
>     nodes: {1: N %}
>     run: {lognormal: {median: N s, sigma: N}, min: N s, max: N s}
>     walltime: round
>     overestimate: {lognormal: {median: N, sigma: N, min: 1}}
>     limit: N s
>     array: {1: N %, 2: N %, 3: N %, 4: N %, 5: N %, 6: N %, 7: N %, 9: N %}
>     array_gap: {mixture: [{constant: N s, weight: N}, {lognormal: {median: N s, sigma: N},
>     outcome: {failed: N %, cancelled: N %}
>     source: "Fitted to jobs"
>   jobs-2-to-8-up-to-3h:
>     gpus: {8: N %}
>     nodes: {8: N %}
>     run: {lognormal: {median: N s, sigma: N}, max: N s}
>     array: {1: N %, 2: N %, 3: N %, 4: N %, 5: N %, 6: N %, 7: N %, 9: N %}
>     array_gap: {mixture: [{constant: N s, weight: N}, {lognormal: {median: N s, sigma: N},
>     source: "Fitted to jobs"
>   jobs-2-to-8-over-3h:
>     gpus: {8: N %}
>     nodes: {8: N %}
>     run: {lognormal: {median: N s, sigma: N}, min: N s, max: N s}
>     array: {1: N %, 2: N %, 3: N %, 4: N %, 5: N %, 8: N %}
>     array_gap: {mixture: [{constant: N s, weight: N}, {lognormal: {median: N s, sigma: N},
>     source: "Fitted to jobs"
>   jobs-from-9-up-to-3h:
>     gpus: {16: N %}
>     nodes: {16: N %}
>     run: {lognormal: {median: N s, sigma: N}, max: N s}
>     array: {1: N %, 2: N %, 3: N %, 4: N %, 5: N %, 6: N %, 7: N %}
>     array_gap: {mixture: [{constant: N s, weight: N}, {lognormal: {median: N s, sigma: N},
>     source: "Fitted to jobs"
>   jobs-from-9-over-3h:
>     gpus: {16: N %}
>     nodes: {16: N %}
>     run: {weibull: {shape: N, scale: N s}, min: N s, max: N s}
>     array: {1: N %, 2: N %, 3: N %, 5: N %}
>     array_gap: {mixture: [{constant: N s, weight: N}, {lognormal: {median: N s, sigma: N},
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
>       home: {log.machine: 100 %}
>       classes: {jobs-1-up-to-10min: N %, jobs-1-over-10min: N %, jobs-2-to-8-up-to-3h: N %
>       hours: [0.393, 0.411, 0.322, 0.107, 0.0715, 0.161, 0.143, 0.5, 0.822, 1.86, 1.88, 1.
>               0.536, 0.411, 0.214, 0.375, 0.0536, 0.0715, 0.0357, 0.536, 1.36, 2.29, 2.14,
>               0.411, 0.518, 0.268, 0.179, 0.0357, 0.214, 0.125, 0.554, 1.32, 1.71, 2.57, 2
>               0.697, 0.589, 0.286, 0.125, 0.125, 0.0893, 0.0893, 0.482, 1.3, 1.95, 2.09, 2
>               0.411, 0.518, 0.25, 0.107, 0.143, 0.0715, 0.0715, 0.554, 1.23, 1.98, 1.98, 1
>               0.143, 0.179, 0.0357, 0.0357, 0.0357, 0.0357, 0.0536, 0.179, 0.589, 0.661, 0
>               0.357, 0.107, 0.0536, 0.125, 0.0357, 0, 0.0715, 0.25, 0.804, 0.822, 1.05, 1.
$ aifsim check fit/community.yaml
> fit/community.yaml: valid, 2000-01-03 to 2000-02-28
> 1 site, 1 partition, 6 classes, 1 source of jobs
>
>   offered load                      users background   together     target         jobs
>   log.machine                      69.9 %      0.0 %     69.9 %          -       16 500

# classes and community alone leave the horizon of the scenario that they are added to
< own.yaml
| aifsim: 1
| name: With the users of a log
| extends: [plan.yaml, fit/part.yaml]
$ tail -n 2 fit.txt; aifsim check own.yaml
> scenario fit/community.yaml
> part     fit/part.yaml
& fit/part.yaml:66:5: error: communities.jobs.submit: a rate needs 'home', the partitions that jobs go to; write for example 'home: {SITE.PARTITION: 100 %}'
! exit 2
$ echo 'communities: {jobs: {submit: {home: {a.gpu: 100 %}}}}' >>own.yaml; aifsim check own.yaml | head -n 5
> own.yaml: valid, 2026-01-05 to 2026-03-02
> 1 site, 1 partition, 8 classes, 2 sources of jobs
>
>   offered load                      users background   together     target         jobs
>   a.gpu                            22.4 %      0.0 %     22.4 %          -       33 300
$ sed '/^#/d; /^name\|^horizon\|home:/d; /^sites/,/^$/d' fit/community.yaml >left.txt; sed '/^#/d' fit/part.yaml | diff -B - left.txt

# what was drawn comes back to within a tenth
$ awk '/lognormal/ && $1 != "*" || /mixture/ {next} /run, s/ {n++; d = $4 / $7; if (d < 0.9 || d > 1.1) print "mean", $0} END {print n, "classes"}' fit.txt
> 6 classes

# figures in the asked format
$ aifsim fit jobs.csv -o two --format png --columns id=id,submit=time_submit_s,start=time_start_s,end=time_end_s,gpus=gpus_milli:milli,walltime=walltime_s,state=outcome >two.txt 2>&1
$ ls two; cmp two/community.yaml fit/community.yaml
> community.yaml
> fit.gp
> fit.png
> part.yaml

$ head -n 20 jobs.csv >few.csv; aifsim fit few.csv --log-format csv
& aifsim: read as csv: id=id,submit=time_submit_s,start=time_start_s,end=time_end_s,walltime=walltime_s,gpus=nodes,state=outcome
& aifsim: 19 of 19 jobs of the log kept
& aifsim: 10 sorted by submit
& aifsim: error: 19 jobs are too few to fit laws to; at least 50
! exit 2
$ aifsim fit missing.csv
& missing.csv: error: cannot open the log: No such file or directory
! exit 3
