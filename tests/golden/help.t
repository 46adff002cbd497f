# SPDX-License-Identifier: GPL-3.0-or-later
# Help, version and wrong usage.

$ aifsim --help
$ aifsim run --help
$ aifsim help check
$ aifsim replay -h
$ aifsim plot --help
$ aifsim version
> aifsim <...>
> libraries: <...>HDF5<...>

$ aifsim --version | head -n 1
> aifsim <...>

# ---- wrong usage: exit 2, the nearest name ----
$ aifsim
$ aifsim rnu x.yaml
$ aifsim run
$ aifsim run a.yaml b.yaml
$ aifsim run a.yaml --sead 3
$ aifsim run a.yaml --repl 3
$ aifsim run a.yaml -r zero
$ aifsim run a.yaml --trace everything
$ aifsim check a.yaml --threads 2
$ aifsim run a.yaml -o
$ aifsim plot a.h5 --format bmp
$ aifsim replay a.swf --policy fast
$ aifsim run not-there.yaml
$ aifsim run scenarios/textbook/mm1.yaml --option plan
$ aifsim run scenarios/textbook/mm1.yaml --data .

# ---- what is lost on standard output shows (a full disk) ----
$ aifsim --help >/dev/full
