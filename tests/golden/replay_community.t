# SPDX-License-Identifier: GPL-3.0-or-later
# Logs among the communities of a scenario.

< cluster.csv
| submit,run,gpus,walltime,user,state
| 2024-05-06 08:00:00,3600,8,7200,ann,COMPLETED
| 2024-05-06 08:00:00,600,1,3600,bob,FAILED
| 2024-05-06 09:30:00,90000,4,86400,ann,TIMEOUT
| 2024-05-06 12:00:00,1800,64,3600,cyd,COMPLETED
| 2024-05-06 12:10:00,0,1,3600,cyd,CANCELLED
| 2024-05-20 12:00:00,60,1,3600,bob,COMPLETED

< plan.yaml
| aifsim: 1
| name: A log among others
| horizon: {start: 2026-01-05, end: 2026-01-12}
| accelerators: {H100: {vendor: NVIDIA, memory: 80 GB}}
| classes:
|   training: {gpus: {1: 50 %, 4: 50 %}, run: {lognormal: {median: 1 h, sigma: 1}}}
| sites:
|   a: {country: FI, partitions: {gpu: {nodes: 8, gpus_per_node: 4, allocation: gpu, accelerator: H100}}}
|   b: {country: IT, partitions: {gpu: {nodes: 10, gpus_per_node: 4, accelerator: H100, max_walltime: 12 h}}}
| communities:
|   cluster: {country: IT, kind: academia, replay: {file: cluster.csv, class: training, home: {a.gpu: 60 %, b.gpu: 40 %}}}
|   office: {country: FI, kind: sme, submit: {rate: 100 /d, classes: {training: 100 %}, home: {a.gpu: 100 %}}}

$ aifsim check plan.yaml
> plan.yaml: valid, 2026-01-05 to 2026-01-12
> 2 sites, 2 partitions, 1 class, 2 sources of jobs
>
>   offered load                      users background   together     target         jobs
>   a.gpu                            55.0 %      0.0 %     55.0 %          -          702
>   b.gpu                             0.7 %      0.0 %      0.7 %          -         1.60
& aifsim: communities.cluster: read as csv: submit=submit,run=run,walltime=walltime,gpus=gpus,user=user,state=state
& aifsim: communities.cluster: 5 of 6 jobs of the log kept
& aifsim: communities.cluster: 1 dropped: no run time
& aifsim: communities.cluster: 1 cut at their requested time
& aifsim: communities.cluster: 1 of the jobs lie outside the simulated time
$ aifsim run plan.yaml --trace jobs --no-plots --quiet -r 2 -j 1 -o one | tail -n 1
> digest   8f549c6ed45a66843780b834f9f8f8863706a875167907339d2d5d8bbd4c233c
& aifsim: communities.cluster: read as csv: submit=submit,run=run,walltime=walltime,gpus=gpus,user=user,state=state
& aifsim: communities.cluster: 5 of 6 jobs of the log kept
& aifsim: communities.cluster: 1 dropped: no run time
& aifsim: communities.cluster: 1 cut at their requested time
& aifsim: communities.cluster: 1 of the jobs lie outside the simulated time
$ aifsim run plan.yaml --trace jobs --no-plots --quiet -r 2 -j 2 -o two 2>&1 | tail -n 1
> digest   8f549c6ed45a66843780b834f9f8f8863706a875167907339d2d5d8bbd4c233c
$ cmp one/result.h5 two/result.h5

# a job as it was, its part of the machine by the place it came to
$ aifsim export one --jobs --csv | grep -E '^id|cluster' | sort -n | cut -d, -f 1,2,4,6,7,9,10,11,15,17
> id,community,time_submit_s,time_start_s,time_end_s,nodes,gpus_milli,walltime_s,partition,outcome
> 2,cluster,28800,28800,32400,2,8000,7200,b.gpu,completed
> 3,cluster,28800,28800,29400,1,1000,3600,a.gpu,failed
> 4,cluster,34200,34200,77400,1,4000,43200,b.gpu,timeout
> 5,cluster,43200,52434.91550795,54234.91550795,8,32000,3600,a.gpu,completed

# demand of others is the same with it and without it
$ sed /cluster/d plan.yaml >alone.yaml; aifsim run alone.yaml --trace jobs --no-plots --quiet -o alone >alone.txt; for r in one alone; do aifsim export $r --jobs --csv | grep office | cut -d, -f 1,2,4,10,11 | sort | md5sum; done | uniq | wc -l
> 1

# scaled and moved
$ aifsim run plan.yaml --no-plots --quiet -o moved --set communities.cluster.replay.start=2026-01-07 --set communities.cluster.replay.scale_load=10 --trace jobs >moved.txt
& aifsim: communities.cluster: read as csv: submit=submit,run=run,walltime=walltime,gpus=gpus,user=user,state=state
& aifsim: communities.cluster: 5 of 6 jobs of the log kept
& aifsim: communities.cluster: 1 dropped: no run time
& aifsim: communities.cluster: 1 cut at their requested time
$ aifsim export moved --jobs --csv | grep cluster | cut -d, -f 1,4 | sort -n
> 2,201600
> 3,201600
> 4,202140
> 5,203040
> 7,324000

# what is wrong is told with its place
$ aifsim check plan.yaml --set communities.cluster.replay.file=no.swf
& --set: error: communities.cluster.replay.file: cannot open 'no.swf': No such file or directory; it is looked up beside the file that names it, and below DIR with --data DIR
! exit 2
$ aifsim check plan.yaml --set communities.cluster.replay.file=../no.swf
& --set: error: communities.cluster.replay.file: '../no.swf' leads out of the scenario's folder; what is read lies below it
! exit 2
$ aifsim check plan.yaml --set communities.cluster.replay.columns.run=took
& cluster.csv:1:1: error: there is no column 'took'
! exit 2
$ aifsim check plan.yaml --set communities.cluster.replay.format=swf
& cluster.csv:1:1: error: field 1 is not a number; a job has 18, -1 where unknown
! exit 2
$ aifsim check plan.yaml --set 'communities.office.replay={file: cluster.csv, class: training, home: {a.gpu: 1}}'
& plan.yaml:12:3: error: communities.office: gives more than one of 'submit', 'replay' and 'apply'; make a community of each
! exit 2
$ aifsim check plan.yaml --set communities.cluster.replay.class=trainin
& --set: error: communities.cluster.replay.class: 'trainin' is not one of classes; did you mean 'training'?
! exit 2
$ sed 's/, submit: {.*}/}/' plan.yaml >nothing.yaml; aifsim check nothing.yaml
& nothing.yaml:12:3: error: communities.office: submits nothing; give 'submit' (laws), 'replay' (a log) or 'apply' (projects)
! exit 2
$ echo '; nothing' >empty.swf; aifsim check plan.yaml --set communities.cluster.replay.file=empty.swf
& --set: error: communities.cluster.replay.file: 'empty.swf' holds no job
! exit 2
$ mkdir -p logs; mv cluster.csv logs; aifsim check plan.yaml --data logs | head -n 1
> plan.yaml: valid, 2026-01-05 to 2026-01-12
& aifsim: communities.cluster: read as csv: submit=submit,run=run,walltime=walltime,gpus=gpus,user=user,state=state
& aifsim: communities.cluster: 5 of 6 jobs of the log kept
& aifsim: communities.cluster: 1 dropped: no run time
& aifsim: communities.cluster: 1 cut at their requested time
& aifsim: communities.cluster: 1 of the jobs lie outside the simulated time

# users of a log have limits too: two at a time of ann's three come in, as parts of one GPU
< pods.csv
| submit,run,gpus,user
| 2026-01-05 08:00:00,3600,0.25,ann
| 2026-01-05 08:00:00,3600,0.5,ann
| 2026-01-05 08:00:00,3600,0.5,ann
| 2026-01-05 08:00:00,3600,0.5,bob
| 2026-01-05 08:00:00,3600,0.75,bob

< limits.yaml
| aifsim: 1
| name: A log under limits
| horizon: {start: 2026-01-05, end: 2026-01-12}
| accelerators: {t4: {vendor: NVIDIA}}
| classes: {pod: {run: 1 h}}
| sites:
|   a:
|     country: FI
|     scheduler: {limits: {user: {gpus: 1}}, weights: {fair_share: 100}}
|     partitions: {gpu: {nodes: 1, gpus_per_node: 2, allocation: gpu, slices_per_gpu: 4, accelerator: t4, policy: multifactor}}
| communities:
|   pods: {country: FI, kind: academia, replay: {file: pods.csv, class: pod, home: {a.gpu: 100 %}}}

$ aifsim run limits.yaml --trace jobs --no-plots --quiet -o limits >limits.txt 2>&1; aifsim export limits --jobs --csv | cut -d, -f 1,4,6,7,10 | sort -n
> id,time_submit_s,time_start_s,time_end_s,gpus_milli
> 2,28800,28800,32400,250
> 3,28800,28800,32400,500
> 4,28800,32400,36000,500
> 5,28800,28800,32400,500
> 6,28800,32400,36000,750

# a log may give users any number: they are numbered anew
< far.swf
| 1 0 -1 100 1 -1 -1 1 200 -1 1 2000000000 1 -1 1 -1 -1 -1
| 2 0 -1 100 1 -1 -1 1 200 -1 1 7 1 -1 1 -1 -1 -1
| 3 50 -1 100 1 -1 -1 1 200 -1 1 2000000000 1 -1 1 -1 -1 -1

$ aifsim run limits.yaml --set communities.pods.replay.file=far.swf --set communities.pods.replay.start=2026-01-05 --trace jobs --no-plots --quiet -o far >far.txt 2>&1; aifsim export far --jobs --csv | cut -d, -f 1,4,6,7,10 | sort -n
> id,time_submit_s,time_start_s,time_end_s,gpus_milli
> 1,0,0,100,1000
> 2,0,0,100,1000
> 3,50,100,200,1000
