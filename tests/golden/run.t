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
> digest   03b1fe255a578e29d1e57c12cf0f5ec8f1c378ea8b74fd736cc64c1ac0b9f913
$ ls one
> result.h5
> run.log
> summary.csv
> summary.json

# the same bytes on two threads, and again
$ aifsim run scenarios/textbook/easy-small.yaml -r 3 -j 2 --quiet --no-plots -o two >two.txt; cmp one/result.h5 two/result.h5 && cmp one/summary.csv two/summary.csv && tail -n 1 two.txt
> digest   03b1fe255a578e29d1e57c12cf0f5ec8f1c378ea8b74fd736cc64c1ac0b9f913

# another seed, other bytes
$ aifsim run scenarios/textbook/easy-small.yaml -r 3 --seed 1 --quiet --no-plots -o three >three.txt; cmp -s one/result.h5 three/result.h5; echo $?
> 1

# seeds that no double tells apart, in the file, by --set and by --seed
$ cp scenarios/textbook/mm1.yaml . && sed -i 's/^seed: .*/seed: 9007199254740993/' mm1.yaml && for how in "mm1.yaml" "scenarios/textbook/mm1.yaml --seed 9007199254740993" "scenarios/textbook/mm1.yaml --set seed=9007199254740993" "mm1.yaml --seed 9007199254740992"; do aifsim run $how -r 1 --quiet --no-plots -o seed >seed.txt; h5dump -d /summary/figures/mean seed/result.h5 | cksum; done | uniq -c | sed 's/^ *//;s/ .*//'
> 3
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
& aifsim: error: cannot open as HDF5 'damaged.h5': file signature not found
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
$ ls stopped; sed -n 3p stopped.txt; grep complete stopped/summary.partial.json
> result.partial.h5
> run.log
> summary.partial.csv
> summary.partial.json
> PARTIAL: the run was cut short; the figures are of the replications that ended
>   "complete": false,
$ h5dump -a meta/complete -a meta/replications_asked stopped/result.partial.h5 | grep '(0)'
>    (0): 0
>    (0): 5000
$ n=$(sed -n 's/.* \([0-9]*\) of 5000 replications.*/\1/p' stopped.txt); echo "$n" >n; aifsim run scenarios/textbook/mm1.yaml --quiet --no-plots -r "$n" -o short >short.txt; cmp <(tail -n 1 short.txt) <(tail -n 1 stopped.txt) && cmp stopped/summary.partial.csv short/summary.csv
# ... an earlier result stays, and the next whole one takes the partial one away
$ timeout --preserve-status -s TERM 1 aifsim run scenarios/textbook/mm1.yaml --quiet --no-plots -r 5000 -j 1 -o short >/dev/null 2>&1; ls short; aifsim run scenarios/textbook/mm1.yaml --quiet --no-plots -r "$(cat n)" -o short | cmp - short.txt && ls short
> result.h5
> result.partial.h5
> run.log
> summary.csv
> summary.json
> summary.partial.csv
> summary.partial.json
> result.h5
> run.log
> summary.csv
> summary.json

# ... and before anything was finished: no result
$ timeout --preserve-status -s INT 0.5 aifsim run scenarios/europe/seven-2026.yaml --quiet --no-plots -r 1 -o nothing; code=$?; ls nothing; exit $code
> run.log
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
& aifsim: error: another run is writing to 'shared'
! exit 6

# a new result takes the plots of the earlier one away, and nothing else
$ aifsim run builtin:easy-small -r 1 --quiet -o again >/dev/null; touch again/plots/mine.svg; aifsim run builtin:easy-small -r 1 --quiet --no-plots -o again >/dev/null; ls again/plots
> mine.svg

# a signal while a scenario is read or figures are drawn ends the program at once, and leaves nothing half done
$ sleep 10 | aifsim check /dev/stdin & sleep 0.3; pid=$(pgrep -P $$ -x aifsim); kill -TERM "$pid"; wait "$pid"; echo $?
> 143
$ mkdir slow; printf '#!/bin/sh\nexec sleep 10\n' >slow/gnuplot; chmod +x slow/gnuplot; PATH=$PWD/slow:$PATH timeout --preserve-status -s INT -k 5 1 aifsim run builtin:easy-small -r 1 --quiet -o drawing >/dev/null; code=$?; ls -A drawing drawing/plots; exit $code
> drawing:
> plots
> result.h5
> run.log
> summary.csv
> summary.json
>
> drawing/plots:
& aifsim: error: interrupted while drawing; results are kept
! exit 130
$ mkfifo exported; aifsim run builtin:easy-small -r 1 --quiet --no-plots --trace jobs -o rows >/dev/null; timeout -k 2 -s TERM 5 aifsim export rows --csv --jobs -o exported
& aifsim: error: 'exported' is there and is not a regular file
! exit 3

# no FIFO and no device is waited for
$ mkfifo fifo; timeout -k 1 5 aifsim check fifo
& fifo: error: cannot open the scenario: not a regular file; a pipe can be read as /dev/stdin
! exit 3
$ timeout -k 1 5 aifsim replay /dev/zero --nodes 4
& /dev/zero: error: cannot open the log: not a regular file; a pipe can be read as /dev/stdin
! exit 3
$ timeout -k 1 5 aifsim export fifo --csv
& aifsim: error: cannot read 'fifo': not a regular file
! exit 3
$ cat scenarios/textbook/mm1.yaml | aifsim check /dev/stdin | head -n 1
> /dev/stdin: valid, <...>
