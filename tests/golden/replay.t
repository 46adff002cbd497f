# SPDX-License-Identifier: GPL-3.0-or-later
# Logs of real machines. T1_hand is worked out by hand in tests/data/schedules.

$ aifsim replay tests/data/schedules/T1_hand.swf --nodes 4 --policy easy --quiet --no-plots -o easy
> Replay of a log
> 2000-01-01 to 2000-01-02 · 1 replication · seed 1
>
> Use and waiting        in use        jobs    wait p50    wait p95
>                             %                       h           h
> -----------------------------------------------------------------
> all sites                   -        4.00           -           -
> log                         -        4.00           -           -
>   machine                69.8        4.00           -           -
>
> Hours and energy     GPU-hours H100e-hours      energy energy cost         CO2
>                          GPU-h     H100e-h         MWh         EUR           t
> ------------------------------------------------------------------------------
> all sites                    0           0           0           0           0
> log                          0           0           0           0           0
>   machine                    0           0           0           -           0
>
> By kind of user          jobs    wait p50    wait p90    wait p95 H100e-hours
>                                         h           h           h     H100e-h
> -----------------------------------------------------------------------------
> academia                 4.00           -           -           -           0
>
> jobs     that ended in this time; in use: GPUs held by jobs, nodes where there are no GPUs
> wait     p95: 95 % of the jobs start within it, once their input is at the site; p50: half
> H100e    GPU-hours as hours of one NVIDIA H100, which makes unlike GPUs comparable
> -        no such figure here, or too few jobs for it
>
> results  easy/result.h5
> digest   <...>
& aifsim: 4 of 4 jobs of the log kept
$ h5dump -A 0 -d /replications/0000/jobs/id -y -w 0 easy/result.h5 | sed -n '/DATA {/,/}/p'
>    DATA {
>       1, 3, 2, 4
>    }
$ h5dump -A 0 -d /replications/0000/jobs/time_start_s -y -w 0 easy/result.h5 | sed -n '/DATA {/,/}/p'
>    DATA {
>       0, 2, 10, 15
>    }
$ aifsim replay tests/data/schedules/T1_hand.swf --nodes 4 --policy fcfs --quiet --no-plots -o fcfs | tail -n 1
> digest   <...>
& aifsim: 4 of 4 jobs of the log kept
$ h5dump -A 0 -d /replications/0000/jobs/time_start_s -y -w 0 fcfs/result.h5 | sed -n '/DATA {/,/}/p'
>    DATA {
>       0, 10, 15, 15
>    }

# what is dropped and cut is counted
< raw.swf
| ; MaxProcs: 8
| 1 0 -1 100 4 -1 -1 4 200 -1 1 1 1 -1 1 -1 -1 -1
| 2 10 -1 0 4 -1 -1 4 200 -1 1 1 1 -1 1 -1 -1 -1
| 3 20 -1 100 16 -1 -1 16 200 -1 1 1 1 -1 1 -1 -1 -1
| 4 30 -1 300 4 -1 -1 4 200 -1 1 1 1 -1 1 -1 -1 -1
| 5 25 -1 100 2 -1 -1 -1 -1 -1 1 1 1 -1 1 -1 -1 -1

$ aifsim replay raw.swf --quiet --no-plots -o raw | tail -n 2
> results  raw/result.h5
> digest   <...>
& aifsim: 3 of 5 jobs of the log kept
& aifsim: 1 dropped: no run time
& aifsim: 1 dropped: processors unknown, none, or more than 8
& aifsim: 1 cut at their requested time
& aifsim: 1 without a requested time: the run time taken
& aifsim: 1 without requested processors: the allocated ones taken
& aifsim: 2 sorted by submit

# a bad line has its number
$ printf '1 0 -1 100 4 -1 -1 4 200 -1 1 1 1 -1 1 -1 -1 -1\n2 10 x\n' >bad.swf; aifsim replay bad.swf --nodes 4
& bad.swf:2:6: error: field 3 is not a number; a job has 18, -1 where unknown
! exit 2
$ printf '1 0 -1 100 4 -1 -1 4 200 -1 1 1 1 -1 1 -1 -1 -1\n' >short.swf; aifsim replay short.swf
& aifsim: error: how many processors? the log does not say; write for example --nodes 100
! exit 2
$ aifsim replay short.swf --nodes 2
& aifsim: 0 of 1 jobs of the log kept
& aifsim: 1 dropped: processors unknown, none, or more than 2
& aifsim: error: no job of 'short.swf' can run on 2 processors
! exit 2
$ aifsim replay missing.swf --nodes 2
& missing.swf: error: cannot open the log: No such file or directory
! exit 3
