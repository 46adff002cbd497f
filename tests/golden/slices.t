# SPDX-License-Identifier: GPL-3.0-or-later
# Parts of GPUs, of classes and of logs.

< pods.csv
| submit,run,gpus,user
| 2026-01-05 08:00:00,3600,0.25,ann
| 2026-01-05 08:00:00,3600,0.5,bob
| 2026-01-05 08:00:00,3600,0.3,cyd
| 2026-01-05 08:00:00,3600,0.25,cyd
| 2026-01-05 08:00:00,3600,2,dan
| 2026-01-05 08:00:00,1800,1.5,dan

< pods.yaml
| aifsim: 1
| name: Pods on one node
| horizon: {start: 2026-01-05, end: 2026-01-12}
| accelerators: {t4: {vendor: NVIDIA}}
| classes:
|   pod: {run: 1 h}
| sites:
|   a: {country: FI, partitions: {gpu: {nodes: 1, gpus_per_node: 2, allocation: gpu, slices_per_gpu: 4, accelerator: t4}}}
| communities:
|   pods: {country: FI, kind: academia, replay: {file: pods.csv, class: pod, home: {a.gpu: 100 %}}}

# 0.3 takes two quarters; 1.5 GPUs are two
$ aifsim run pods.yaml --trace jobs --no-plots --quiet -o pods >pods.txt
& aifsim: communities.pods: read as csv: submit=submit,run=run,gpus=gpus,user=user
& aifsim: communities.pods: 6 of 6 jobs of the log kept
& aifsim: communities.pods: 6 without a requested time: the run time taken
& aifsim: communities.pods: 5 with a part of a processor: rounded up to whole ones where there are no slices
$ aifsim export pods --jobs --csv | cut -d, -f 1,4,6,7,9,10,17 | sort -n
> id,time_submit_s,time_start_s,time_end_s,nodes,gpus_milli,outcome
> 2,28800,28800,32400,1,250,completed
> 3,28800,28800,32400,1,500,completed
> 4,28800,28800,32400,1,500,completed
> 5,28800,28800,32400,1,250,completed
> 6,28800,32400,36000,1,2000,completed
> 7,28800,36000,37800,1,2000,completed
$ grep -E '^(gpu_hours.allocated|capacity.installed),,partition' pods/summary.csv | cut -d, -f 1-5
> capacity.installed,,partition=a.gpu,GPU-h,336
> gpu_hours.allocated,,partition=a.gpu,GPU-h,4.5

# where a GPU is given whole
$ sed 's/slices_per_gpu: 4, //' pods.yaml >whole.yaml; aifsim run whole.yaml --trace jobs --no-plots --quiet -o whole >whole.txt 2>&1
$ aifsim export whole --jobs --csv | cut -d, -f 1,4,6,7,9,10,17 | sort -n
> id,time_submit_s,time_start_s,time_end_s,nodes,gpus_milli,outcome
> 2,28800,28800,32400,1,1000,completed
> 3,28800,28800,32400,1,1000,completed
> 4,28800,32400,36000,1,1000,completed
> 5,28800,32400,36000,1,1000,completed
> 6,28800,36000,39600,1,2000,completed
> 7,28800,39600,41400,1,2000,completed

# theory
$ aifsim run scenarios/textbook/slices.yaml --no-plots --quiet -o theory | grep -E '^(met|missed)'
> met     abandoned{class=eighth}                        4.23 ±0.05 %, expected 4.1 to 4.35 %
> met     abandoned{class=half}                          31.8 ±0.2 %, expected 31.6 to 32.2 %
> met     utilisation{partition=desk.machine}            40.9 ±0.1 %, expected 40.7 to 41.2 %
