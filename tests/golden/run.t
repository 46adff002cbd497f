# SPDX-License-Identifier: GPL-3.0-or-later
# A textbook scenario from run to result.

$ aifsim run scenarios/textbook/easy-small.yaml -r 3 -j 1 --quiet --no-plots -o one
> EASY on sixteen nodes
> 2026-01-05 to 2026-02-02 · 3 replications · seed 20241210
> ± is the half-width of the 95 % interval of the mean
>
> Use and waiting    in use           jobs       wait p50       wait p95
>                         %                             h              h
> -----------------------------------------------------------------------------
> all sites               -           2790 ±70        0.6 ±1.8         8 ±14
> desk                    -           2790 ±70        0.6 ±1.8         8 ±14
>   machine              79 ±17       2790 ±70        0.6 ±1.8         8 ±14
>
> Hours and energy  GPU-hours    H100e-hours         energy    energy cost            CO2
>                      GPU-h        H100e-h            MWh            EUR              t
> ---------------------------------------------------------------------------------------------
> all sites                0              0              0              0              0
> desk                     0              0              0              0              0
>   machine                0              0              0              -              0
>
> By kind of user      jobs       wait p50       wait p90       wait p95    H100e-hours
>                                        h              h              h        H100e-h
> --------------------------------------------------------------------------------------------
> academia             2790 ±70        0.6 ±1.8       5.8 ±9.6         8 ±14          0
>
> jobs     that ended in this time; in use: GPUs held by jobs, nodes where there are no GPUs
> wait     p95: 95 % of the jobs start within it, once their input is at the site; p50: half
> H100e    GPU-hours as hours of one NVIDIA H100, which makes unlike GPUs comparable
> -        no such figure here, or too few jobs for it
>
> results  one/result.h5
> digest   5e537ab81cf44a2ed0c98a5c656abe728364dc5e80a475cbc8d82b9bbf4c9d9e
$ ls one
> result.h5
> run.log
> summary.csv
> summary.json

# the same bytes on two threads, and again
$ aifsim run scenarios/textbook/easy-small.yaml -r 3 -j 2 --quiet --no-plots -o two >two.txt; cmp one/result.h5 two/result.h5 && cmp one/summary.csv two/summary.csv && tail -n 1 two.txt
> digest   5e537ab81cf44a2ed0c98a5c656abe728364dc5e80a475cbc8d82b9bbf4c9d9e

# another seed, other bytes
$ aifsim run scenarios/textbook/easy-small.yaml -r 3 --seed 1 --quiet --no-plots -o three >three.txt; cmp -s one/result.h5 three/result.h5; echo $?
> 1

# rows of jobs, verified, with a folder that has to be made
$ aifsim run scenarios/textbook/easy-small.yaml -r 2 --trace jobs --trace-replications all --verify --quiet --no-plots -o a/b/c | tail -n 3
> verified read again from the disk: the digest is the same
> results  a/b/c/result.h5
> digest   <...>
$ h5ls a/b/c/result.h5/replications
> 0000                     Group
> 0001                     Group

# a damaged file is noticed
$ cp a/b/c/result.h5 damaged.h5; printf 'x' | dd of=damaged.h5 bs=1 seek=4 conv=notrunc status=none; aifsim plot damaged.h5
& aifsim: error: 'damaged.h5' is not a result of aifsim: it is no HDF5 file
! exit 3

# figures, then figures in another format
$ aifsim run scenarios/textbook/easy-small.yaml -r 2 --quiet -o drawn | tail -n 3
> plots    drawn/plots (4 figures)
> results  drawn/result.h5
> digest   <...>
$ ls drawn/plots | grep -c svg
> 4
$ aifsim plot drawn --format png -o png
> plots    png (4 figures)

$ aifsim run scenarios/textbook/easy-small.yaml -r 1 --quiet -o pdf --format pdf >pdf.txt; ls pdf/plots | grep -c pdf
> 4

# in the terminal, without gnuplot: as wide as 80 columns where there is none
$ PATH=/nonexistent build/release/aifsim plot drawn --plot=text
> EASY on sixteen nodes
>
> Share in use                         %  2026-01-05                    2026-02-02
> desk.machine                    82 ±51  ▆▆██▇▆▆▆▅▄▇█████▇▅▆████▇████████████▆▇█▇
>
> Jobs waiting                      mean  2026-01-05                    2026-02-02
> desk.machine                      15.5  ▁▁▂▄▁▁▁▁▁▁▁▂▂▃▅▃▁▁▁▁▁▃▁▁▄▃▃▃███▅▄▃▃▂▁▁▂▁
>                                         █ is 65.6
>
> 95 % start within                    h
> academia                        10 ±62  ████████████████████████████████████████
$ aifsim run builtin:easy-small -r 1 --quiet -o text --plot=text --set horizon.end=2026-01-07 | tail -n 13 | head -n 9; ls text
>
> Share in use                         %  2026-01-05                    2026-01-07
> desk.machine                      79.8  █▇█▅▆▂▅▇▇█▆▂▇▇▇▇▁▂▆▄▆▆██████▇███████████
>
> Jobs waiting                      mean  2026-01-05                    2026-01-07
> desk.machine                      3.82  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▂▁▁▁▁▁▁▁▃▂▂▄▆▃▂▄▆▆▄▅▄██▆▄▄
>                                         █ is 15.8
>
> 95 % start within                    h
> result.h5
> run.log
> summary.csv
> summary.json

# gnuplot missing: a message and exit 4; the results are there
$ mkdir none; ln -s "$(command -v aifsim)" none/aifsim; PATH=$PWD/none aifsim run scenarios/textbook/easy-small.yaml -r 1 --quiet -o no-gnuplot >no-gnuplot.txt; code=$?; ls no-gnuplot; exit $code
> plots
> result.h5
> run.log
> summary.csv
> summary.json
& aifsim: error: gnuplot is not installed, or not on the PATH
! exit 4

# everything that there is to keep
$ aifsim run scenarios/textbook/easy-small.yaml -r 1 --trace full --quiet --no-plots -o full | tail -n 2
> results  full/result.h5
> digest   <...>
& aifsim: --trace full: the models of this scenario write no tables beyond 'jobs'

# no folder there, and none to be made
$ : >file; aifsim run scenarios/textbook/easy-small.yaml -r 1 --quiet --no-plots -o file/out
& aifsim: error: 'file' is there and is not a folder
! exit 3

# a reader that goes away does not cost the results, and the loss shows
$ aifsim run scenarios/textbook/easy-small.yaml -r 1 --quiet --no-plots -o kept 2>/dev/null | true; echo "${PIPESTATUS[0]}"; ls kept/result.h5
> 3
> kept/result.h5

# stopped by a signal: 128 + 15; what was finished is kept, as if fewer replications had been asked
$ timeout --preserve-status -s TERM 2 aifsim run scenarios/textbook/mm1.yaml --quiet --no-plots -r 5000 -j 1 -o stopped >stopped.txt
& aifsim: error: interrupted; <...> of 5000 replications were finished and are kept, in 'stopped/result.partial.h5'
! exit 143
$ n=$(sed -n 's/.* \([0-9]*\) of 5000 replications.*/\1/p' stopped.txt); aifsim run scenarios/textbook/mm1.yaml --quiet --no-plots -r "${n:-1}" -o short >short.txt; cmp stopped/summary.partial.csv short/summary.csv && echo same
> same

# ... and before anything was finished: no result
$ timeout --preserve-status -s INT 0.5 aifsim run scenarios/europe/seven-2026.yaml --quiet --no-plots -r 1 -o nothing; code=$?; ls nothing; exit $code
> run.log
& aifsim: warning: scenarios/europe/seven-2026.yaml: 58 % of the jobs of class training do not fit mimer.mimer_ai (wider than 18 GPUs for one job) and are drawn anew among its narrower ones; so it is in 4 more cases of class and machine
& aifsim: error: interrupted before a replication was finished; no result was written
! exit 130

# killed: no result; the next run removes what was left
$ (aifsim run scenarios/europe/seven-2026.yaml --quiet --no-plots -r 1 -o killed & pid=$!; until [ -e killed/.aifsim.lock ]; do sleep 0.05; done; kill -9 $pid; wait $pid) 2>/dev/null; echo $?; aifsim run scenarios/textbook/easy-small.yaml -r 1 --quiet --no-plots -o killed >/dev/null; ls -A killed
> 137
> result.h5
> run.log
> summary.csv
> summary.json

# two runs into one folder: the second one is refused
$ aifsim run scenarios/europe/seven-2026.yaml --quiet --no-plots -r 1 -o shared >/dev/null 2>&1 & until [ -e shared/.aifsim.lock ]; do sleep 0.05; done; aifsim run scenarios/textbook/mm1.yaml -r 1 --quiet --no-plots -o shared; code=$?; kill %1; wait; exit $code
& aifsim: error: another process is writing to 'shared'
! exit 6

# so is one who draws where another process draws, or wipes plots
$ aifsim run scenarios/textbook/easy-small.yaml -r 1 --quiet -o drawn >/dev/null; (flock 9; aifsim plot drawn) 9>drawn/plots/.aifsim.lock
& aifsim: error: another process is writing to 'drawn/plots'
! exit 6
$ (flock 9; aifsim run scenarios/textbook/easy-small.yaml -r 1 --quiet -o drawn) 9>drawn/plots/.aifsim.lock | tail -n 2; echo ${PIPESTATUS[0]}
> results  drawn/result.h5
> digest   <...>
> 6
& aifsim: error: another process is writing to 'drawn/plots'
$ mkdir drawn/plots/.plot-abcdef; aifsim plot drawn --verify; ls -A drawn/plots | grep -e lock -e plot-
> plots    drawn/plots (4 figures)
! exit 1

# a disk that is full is told with the file it is full at
$ trap '' XFSZ; ulimit -f 20; aifsim run scenarios/textbook/easy-small.yaml -r 1 --trace none --quiet --no-plots -o small
& aifsim: error: cannot write 'small/.run-<...>/result.h5': File too large
! exit 3
$ trap '' XFSZ; ulimit -f 4; aifsim run scenarios/textbook/easy-small.yaml -r 1 --trace jobs --quiet --no-plots -o small
& aifsim: error: cannot write '<...>/small/.run-<...>/0000.spill': File too large
! exit 3
$ mkdir -p elsewhere/use-map.svg; aifsim plot drawn -o elsewhere
& aifsim: error: cannot rename to '<...>/elsewhere/use-map.svg': Is a directory
! exit 3
$ trap '' XFSZ; ulimit -f 1; aifsim export drawn --json -o figures.json; ls figures.json*
& aifsim: error: cannot write 'figures.json': File too large
& ls: cannot access 'figures.json*': No such file or directory
! exit 2

# Jobs that a user holds back are inside too: a demand that nothing can serve ends the run.
< flood.yaml
| aifsim: 1
| name: flood
| horizon: {start: 2026-01-01, end: 2027-01-01}
| sites: {desk: {country: IS, partitions: {machine: {nodes: 4, policy: easy}}}}
| classes: {work: {nodes: 1, run: 1 h}}
| communities:
|   team:
|     country: IS
|     kind: sme
|     submit: {rate: 4e6 /d, users: 2, queue_limit: 3, home: {desk.machine: 100 %}, classes: {work: 100 %}}

$ aifsim run flood.yaml --quiet
& aifsim: warning: flood.yaml: desk.machine is offered 4166667 % of what it can do; its queue grows for as long as that lasts
& aifsim: error: desk.machine: more than 2000000 jobs are inside: held back by 'queue_limit' or in arrays and chains, on their way with their data, waiting or running
! exit 5

# Demand that finds nothing open is told beforehand and in the summary.
< closed.yaml
| aifsim: 1
| name: closed
| horizon: {start: 2026-01-01, end: 2026-03-01}
| replications: {min: 1, max: 1}
| sites:
|   a:
|     country: FI
|     partitions:
|       early: {nodes: 8, policy: easy, offline: 2026-01-20}
|       late: {nodes: 10, policy: easy, online: 2026-02-10}
|       never: {nodes: 4, policy: easy, online: 2026-04-01}
| classes: {c: {nodes: 1, run: 10 h}}
| communities:
|   x:
|     country: FI
|     kind: sme
|     submit: {rate: 20 /d, users: 3, queue_limit: 4, classes: {c: 100 %}, home: {a.early: 50 %, a.late: 50 %}}

$ aifsim check closed.yaml >/dev/null
& aifsim: warning: closed.yaml: communities.x: no partition that it uses is open on 21 of 59 days; about 420 records are refused then
& aifsim: warning: closed.yaml: a.never opens on 2026-04-01, after the window
& aifsim: warning: closed.yaml: a.early is offered 104 % of what it can do; its queue grows for as long as that lasts
& aifsim: warning: closed.yaml: a.early goes offline on 2026-01-20; what waits there on that day never starts

$ aifsim run closed.yaml --quiet --no-plots | grep -A2 ^demand
> demand   454 records refused, since nothing was open for them
>          4.00 records stranded at partitions that were taken offline
>          474 records held back by their users' queue_limit
& aifsim: warning: closed.yaml: communities.x: no partition that it uses is open on 21 of 59 days; about 420 records are refused then
& aifsim: warning: closed.yaml: a.never opens on 2026-04-01, after the window
& aifsim: warning: closed.yaml: a.early is offered 104 % of what it can do; its queue grows for as long as that lasts
& aifsim: warning: closed.yaml: a.early goes offline on 2026-01-20; what waits there on that day never starts

# standard output that takes nothing costs neither result nor plots
$ aifsim run scenarios/textbook/easy-small.yaml -r 1 --quiet -o full >/dev/full; echo $?; ls full/plots | grep -c svg
> 3
> 4
& aifsim: error: writing to standard output failed: No space left on device
$ aifsim run scenarios/textbook/easy-small.yaml -r 1 --quiet -o gone | true; echo ${PIPESTATUS[0]}; ls gone/plots | grep -c svg
> 3
> 4

# a run warns of what 'check' warns of
$ aifsim run scenarios/textbook/mm1.yaml -r 1 --quiet --no-plots --set 'communities.visitors.submit.rate=2 /h' --set horizon.end=2026-01-12 -o over >over.txt
& aifsim: warning: scenarios/textbook/mm1.yaml: desk.machine is offered 200 % of what it can do; its queue grows for as long as that lasts

# ten replications tell whether the window begins with a start-up; nothing is left out
$ aifsim run builtin:mm1 -r 12 --quiet --no-plots --set horizon.end=2026-09-01 -o warm | grep '^start'
> start    no start-up shows in the jobs waiting (MSER-5)
$ aifsim run builtin:mm1 -r 10 --quiet --no-plots --set horizon.end=2026-09-01 -o slow | grep '^start'
> start    MSER-5 would leave out 1965 h, with 8.81 jobs waiting, 7.34 after them: no more than chance
$ aifsim run builtin:mm1 -r 12 --quiet --no-plots --set horizon.end=2026-09-01 --set 'horizon.preroll=0 d' -o cold | grep '^start'
> start    MSER-5 would leave out 60 h, with 3.09 jobs waiting, 7.88 after them: horizon.preroll is too short, or demand changes
$ aifsim run builtin:mm1 -r 9 --quiet --no-plots --set horizon.end=2026-09-01 -o few | grep '^start'
! exit 1

# a reader that has enough is no error to tell, but the exit code shows it
$ set -o pipefail; aifsim show builtin:seven-2026 | (exec <&-; sleep 0.3); echo ${PIPESTATUS[0]}
> 3
