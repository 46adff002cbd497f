# SPDX-License-Identifier: GPL-3.0-or-later
# A textbook scenario from run to result.

$ aifsim run scenarios/textbook/easy-small.yaml -r 3 -j 1 --quiet --no-plots -o one
$ ls one

# the same bytes on two threads, and again
$ aifsim run scenarios/textbook/easy-small.yaml -r 3 -j 2 --quiet --no-plots -o two >two.txt; cmp one/result.h5 two/result.h5 && cmp one/summary.csv two/summary.csv && tail -n 1 two.txt

# another seed, other bytes
$ aifsim run scenarios/textbook/easy-small.yaml -r 3 --seed 1 --quiet --no-plots -o three >three.txt; cmp -s one/result.h5 three/result.h5; echo $?
> 1

# rows of jobs, verified, with a folder that has to be made
$ aifsim run scenarios/textbook/easy-small.yaml -r 2 --trace jobs --trace-replications all --verify --quiet --no-plots -o a/b/c | tail -n 3
$ h5dump -H -d /replications/0001/jobs/time_start_s a/b/c/result.h5 | grep -c DATASPACE
> 1

# a damaged file is noticed
$ cp a/b/c/result.h5 damaged.h5; printf 'x' | dd of=damaged.h5 bs=1 seek=4 conv=notrunc status=none; aifsim plot damaged.h5

# figures, then figures in another format
$ aifsim run scenarios/textbook/easy-small.yaml -r 2 --quiet -o drawn | tail -n 4
$ ls drawn/plots | grep -c svg
$ aifsim plot drawn --format png -o png

# gnuplot missing: a message and exit 4; the results are there
$ mkdir none; ln -s "$(command -v aifsim)" none/aifsim; PATH=$PWD/none aifsim run scenarios/textbook/easy-small.yaml -r 1 --quiet -o no-gnuplot >no-gnuplot.txt; code=$?; ls no-gnuplot; exit $code

# everything that there is to keep
$ aifsim run scenarios/textbook/easy-small.yaml -r 1 --trace full --quiet --no-plots -o full | tail -n 2

# no folder there, and none to be made
$ : >file; aifsim run scenarios/textbook/easy-small.yaml -r 1 --quiet --no-plots -o file/out

# a reader that goes away does not cost the results
$ aifsim run scenarios/textbook/easy-small.yaml -r 1 --quiet --no-plots -o kept | true; ls kept/result.h5

# stopped by a signal before anything was finished: 128 + 15, no result
$ timeout -s TERM 1 aifsim run scenarios/textbook/mm1.yaml --quiet --no-plots -r 100000 -j 1 -o stopped --set horizon.end=2126-01-01 >/dev/null; code=$?; ls stopped; exit $code
