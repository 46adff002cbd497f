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
& aifsim: 1 dropped: more processors than the machine has
& aifsim: 1 cut at their requested time
& aifsim: 1 without a requested time: the run time taken
& aifsim: 1 without requested processors: the allocated ones taken
& aifsim: 2 sorted by submit

# a bad line has its number
$ printf '1 0 -1 100 4 -1 -1 4 200 -1 1 1 1 -1 1 -1 -1 -1\n2 10 x\n' >bad.swf; aifsim replay bad.swf --nodes 4
& bad.swf:2:6: error: field 3 is not a number; a job has 18, -1 where unknown
! exit 2
$ printf '1 0 -1 100 4 -1 -1 4 200 -1 1 1 1 -1 1 -1 -1 -1\n' >short.swf; aifsim replay short.swf
& aifsim: 1 of 1 jobs of the log kept
& aifsim: error: how many processors? the log does not say, and its widest job takes 4; write for example --nodes 100
! exit 2
$ aifsim replay short.swf --nodes 2
& aifsim: 0 of 1 jobs of the log kept
& aifsim: 1 dropped: more processors than the machine has
& aifsim: error: no job of 'short.swf' can run on 2 processors
! exit 2
$ aifsim replay missing.swf --nodes 2
& missing.swf: error: cannot open the log: No such file or directory
! exit 3

# a table: known by its header, by a map, or by the usual names
< philly.csv
| timestamp,duration,num_gpus,gpu_time,cluster
| 2017-10-09 07:01:55,66.0,1,66.0,11cb48
| 2017-10-09 06:13:03,2951.0,8,23608.0,6214e9

$ aifsim replay philly.csv --nodes 8 --quiet --no-plots -o philly | sed -n 2p
> 2017-10-09 to 2017-10-10 · 1 replication · seed 1
& aifsim: read as philly: submit=timestamp,run=duration,gpus=num_gpus,user=cluster
& aifsim: 2 of 2 jobs of the log kept
& aifsim: 2 without a requested time: the run time taken
& aifsim: 2 sorted by submit
$ h5dump -A 0 -d /replications/0000/jobs/time_start_s -y -w 0 philly/result.h5 | sed -n '/DATA {/,/}/p'
>    DATA {
>       0, 2951
>    }
$ aifsim replay philly.csv --nodes 4 --scale-width 0.5 --scale-load 2 --scale-time 2 --quiet --no-plots -o half | sed -n 2p
> 2017-10-09 to 2017-10-10 · 1 replication · seed 1
& aifsim: read as philly: submit=timestamp,run=duration,gpus=num_gpus,user=cluster
& aifsim: 2 of 2 jobs of the log kept
& aifsim: 2 without a requested time: the run time taken
& aifsim: 1 with a part of a processor: rounded up to whole ones where there are no slices
& aifsim: 2 sorted by submit
$ h5dump -A 0 -d /replications/0000/jobs/time_end_s -y -w 0 half/result.h5 | sed -n '/DATA {/,/}/p'
>    DATA {
>       5902, 6034
>    }
$ for d in path value; do h5dump -A 0 -d /inputs/$d -y -w 90 half/result.h5 | grep '^ *"' | tail -n 14 | sed 's/\\000//g'; done
>       "log.format",
>       "log.columns",
>       "log.jobs.read",
>       "log.jobs.kept",
>       "log.jobs.no_run",
>       "log.jobs.no_submit",
>       "log.jobs.no_width",
>       "log.jobs.too_wide",
>       "log.jobs.clamped",
>       "log.jobs.without_request",
>       "log.jobs.width_from_used",
>       "log.jobs.rounded_width",
>       "log.jobs.renumbered",
>       "log.jobs.moved"
>       "philly",
>       "submit=timestamp,run=duration,gpus=num_gpus,user=cluster",
>       "2",
>       "2",
>       "0",
>       "0",
>       "0",
>       "0",
>       "0",
>       "2",
>       "0",
>       "1",
>       "0",
>       "2"
$ printf 'when;took;n\n0;2;3\n5;1.5;0.25\n' >own.csv; aifsim replay own.csv --nodes 4 --quiet --no-plots -o own --columns submit=when,run=took:min,gpus=n | sed -n 2p
> 2000-01-01 to 2000-01-02 · 1 replication · seed 1
& aifsim: read as csv: submit=when,run=took:min,gpus=n
& aifsim: 2 of 2 jobs of the log kept
& aifsim: 2 without a requested time: the run time taken
& aifsim: 1 with a part of a processor: rounded up to whole ones where there are no slices
$ aifsim replay own.csv --nodes 4
& own.csv:1:1: error: which columns tell submit, run (or start and end) and gpus? the header's names do not say; write for example --columns submit=when,run=duration:ms,gpus=devices
! exit 2
$ aifsim replay own.csv --nodes 4 --columns submit=when,run=tok,gpus=n
& own.csv:1:1: error: there is no column 'tok'; did you mean 'took'?
! exit 2
$ aifsim replay own.csv --nodes 4 --columns submit=when,took
& aifsim: error: --columns: 'took' is not NAME=COLUMN; write for example submit=submit_time,run=duration:ms,gpus=num_gpus
! exit 2
$ aifsim replay own.csv --nodes 4 --columns sumbit=when
& aifsim: error: --columns: 'sumbit' is none of id, submit, start, end, run, walltime, gpus, part, user, state
! exit 2
$ aifsim replay philly.csv --nodes 4 --log-format surf
& philly.csv:1:1: error: there is no column 'id'
! exit 2
$ aifsim replay philly.csv --scale-load 0
& aifsim: error: --scale-load: '0' is not a number above 0, at most 1e6; write for example 1.2
! exit 2
$ aifsim replay philly.csv
& aifsim: read as philly: submit=timestamp,run=duration,gpus=num_gpus,user=cluster
& aifsim: 2 of 2 jobs of the log kept
& aifsim: 2 without a requested time: the run time taken
& aifsim: 2 sorted by submit
& aifsim: error: how many processors? the log does not say, and its widest job takes 8; write for example --nodes 100
! exit 2
$ printf 'submit,run,gpus\n0,2,3\n5,soon,1\n' >cell.csv; aifsim replay cell.csv --nodes 4
& cell.csv:3:3: error: 'soon' is not a length of time; write seconds or for example 02:30:00
! exit 2
$ printf 'submit,run,gpus\n0,2,3\n5,2:00,1\n' >cell.csv; aifsim replay cell.csv --nodes 4 --columns submit=submit,run=run:h,gpus=gpus
& cell.csv:3:3: error: '2:00' is not a number, which a column with a unit holds; 02:30:00 needs none
! exit 2

# ids that are no numbers are replaced, and counted
$ printf 'id,submit,run,gpus\njob-a,0,60,3\n7,5,60,1\n' >named.csv; aifsim replay named.csv --nodes 4 --quiet --no-plots -o named >named.txt; h5dump -A 0 -d /replications/0000/jobs/id -y -w 0 named/result.h5 | sed -n '/DATA {/,/}/p'
>    DATA {
>       2, 7
>    }
& aifsim: read as csv: id=id,submit=submit,run=run,gpus=gpus
& aifsim: 2 of 2 jobs of the log kept
& aifsim: 2 without a requested time: the run time taken
& aifsim: 1 with an id that is no number: the number of its line taken

# who held what, when: units by first fit in order of start
$ aifsim replay tests/data/schedules/T1_hand.swf --nodes 4 --quiet -o gantt 2>&1 | grep plots
> plots    gantt/plots (4 figures)
$ sed -n '/^.bars/,/^EOD/p' gantt/plots/gantt.gp
> $bars << EOD
> 5 1.5 0 10 0 3 5682409 1
> 6 3.5 2 10 3 4 15113984 3
> 12.5 2 10 15 0 4 40563 2
> 19.5 0.5 15 24 0 1 13400487 4
> EOD

# A scheduler without weights that promises to one job is EASY; the rules of a log's scheduler can be set.
$ for p in easy 'multifactor --set sites.log.scheduler={reserve:\ 1}'; do eval aifsim replay tests/data/schedules/T5_lcg300.swf --nodes 16 --quiet --no-plots -o set --policy $p >set.txt 2>&1; aifsim export set --csv --jobs | cut -d, -f1,6 | cksum; done
> 610198613 2553
> 610198613 2553
$ for set in 'scheduler.limits={user: {jobs: 1}}' 'scheduler.weights={fair_share: 1}' 'scheduler.weights={age: 1, size: 2}'; do aifsim replay tests/data/schedules/T5_lcg300.swf --nodes 16 --quiet --no-plots -o set --policy multifactor --set "sites.log.$set" >set.txt 2>&1; aifsim export set --csv --jobs | cut -d, -f1,6 | cksum; done
> 467283576 2734
> 3582932767 2552
> 82252771 2557
$ aifsim replay tests/data/schedules/T1_hand.swf --nodes 4 --policy multifactor --set sites.log.scheduler.weights.fare=1
& aifsim: 4 of 4 jobs of the log kept
& --set: error: sites.log.scheduler.weights: unknown key 'fare'; did you mean 'age'?
! exit 2
$ aifsim replay tests/data/schedules/T1_hand.swf --nodes 4 --policy multifactor --set seed=7
& aifsim: error: --set 'seed=7': in a replay only 'sites.log.scheduler' can be set; write for example --set 'sites.log.scheduler={reserve: 1, depth: 100}'
! exit 2
$ aifsim replay tests/data/schedules/T1_hand.swf --nodes 4 --set sites.log.scheduler.reserve=1
& aifsim: error: --set 'sites.log.scheduler.reserve=1': only policy multifactor has a scheduler; add --policy multifactor
! exit 2
