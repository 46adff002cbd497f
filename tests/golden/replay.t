# SPDX-License-Identifier: GPL-3.0-or-later
# Logs of real machines. T1_hand is worked out by hand in tests/data/schedules.

$ aifsim replay tests/data/schedules/T1_hand.swf --nodes 4 --policy easy --quiet --no-plots -o easy
$ h5dump -d /replications/0000/jobs/id -y -w 0 easy/result.h5 | sed -n '/DATA {/,/}/p'
$ h5dump -d /replications/0000/jobs/time_start_s -y -w 0 easy/result.h5 | sed -n '/DATA {/,/}/p'
$ aifsim replay tests/data/schedules/T1_hand.swf --nodes 4 --policy fcfs --quiet --no-plots -o fcfs | tail -n 1
$ h5dump -d /replications/0000/jobs/time_start_s -y -w 0 fcfs/result.h5 | sed -n '/DATA {/,/}/p'

# what is dropped and cut is counted
< raw.swf
| ; MaxProcs: 8
| 1 0 -1 100 4 -1 -1 4 200 -1 1 1 1 -1 1 -1 -1 -1
| 2 10 -1 0 4 -1 -1 4 200 -1 1 1 1 -1 1 -1 -1 -1
| 3 20 -1 100 16 -1 -1 16 200 -1 1 1 1 -1 1 -1 -1 -1
| 4 30 -1 300 4 -1 -1 4 200 -1 1 1 1 -1 1 -1 -1 -1
| 5 25 -1 100 2 -1 -1 -1 -1 -1 1 1 1 -1 1 -1 -1 -1

$ aifsim replay raw.swf --quiet --no-plots -o raw | tail -n 2

# a bad line has its number
$ printf '1 0 -1 100 4 -1 -1 4 200 -1 1 1 1 -1 1 -1 -1 -1\n2 10 x\n' >bad.swf; aifsim replay bad.swf --nodes 4
$ printf '1 0 -1 100 4 -1 -1 4 200 -1 1 1 1 -1 1 -1 -1 -1\n' >short.swf; aifsim replay short.swf
$ aifsim replay short.swf --nodes 2
$ aifsim replay missing.swf --nodes 2
