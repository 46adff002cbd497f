# SPDX-License-Identifier: GPL-3.0-or-later
# Help, version and wrong usage.

$ aifsim --help
> aifsim simulates European AI factories: sites, machines, networks and users in,
> waits, use, energy and carbon out.
>
> Usage: aifsim COMMAND ...
>
>   run        SCENARIO    simulate a scenario and write its results
>   compare    SCENARIO    every option of a scenario in every future, with differences
>   report     RESULT      a study or a run as one page that reads without this program
>   check      SCENARIO... load scenarios, tell every mistake, show offered load
>   show       SCENARIO    the scenario as resolved, with the place of every value
>   schema                 every key that a scenario can have
>   explain    KEY...      what a key of a scenario, or a figure, means
>   replay     LOG         run the log of a real machine under a policy
>   fit        LOG         a community fitted to the log of a real machine
>   plot       RESULT...   draw the figures of results
>   completion bash|zsh    completion of commands, options and keys for a shell
>   export     RESULT      a result's figures, jobs, ledger or series as CSV or JSON
>   version                version of the program and of its libraries
>
> 'aifsim COMMAND --help' tells about one; options may stand anywhere.
> Exit codes: 0 done, 1 a check failed, 2 usage or scenario, 3 input or output,
> 4 a tool is missing or failed, 5 memory or a limit, 6 the output is in use,
> 8 an invariant broke, 128+n stopped by signal n.
>
> Example: aifsim run builtin:seven-2026
$ aifsim run --help
> Usage: aifsim run SCENARIO [OPTION]...
>
> Simulates a scenario, some replications of it side by side, and writes
> DIR/result.h5 (figures, series, rows of jobs), DIR/summary.csv and .json, and
> figures in DIR/plots. The same scenario and seed give the same bytes on any number
> of threads; the digest printed at the end tells. Stopped by Ctrl-C, it keeps the
> replications that were finished. In place of a file, builtin:NAME is a scenario
> that is compiled in; 'aifsim run builtin:' tells which.
>
>   -o, --output DIR               where results go; made when missing
>                                  (run, replay, compare, fit: results/NAME; plot: the plots folder
>                                  beside the result; export: a file, standard output when not given;
>                                  report: a file, report.html beside it when not given)
>   -r, --replications N           independent repetitions (default: the scenario's replications.min)
>   -j, --threads N                replications at a time (default: one per processor);
>                                  results do not depend on it
>       --seed S                   seed of all draws, instead of the scenario's
>       --set PATH=VALUE           change one value, checked like the file; may be repeated
>                                  (replay: of sites.log.scheduler, with --policy multifactor)
>       --option NAME              one of the scenario's options
>       --data DIR                 where logs and tables are looked up
>       --trace LEVEL              what is kept beside the figures (default: summary; replay: jobs)
>                                  none     the figures only
>                                  summary  and hourly series
>                                  jobs     and a row for each job, project and ledger entry
>                                  full     and every other table the models of the scenario write
>                                           (attempts, flows, failures: where a model keeps them)
>       --trace-replications WHICH first (default) or all: whose series and rows are kept
>   -f, --format F                 of figures: svg (default), png or pdf
>       --plot HOW                 files (default), or text: a preview on standard output, as wide
>                                  as the terminal (80 columns without one); no gnuplot, no files
>       --no-plots                 do not draw figures
>       --verify                   read the result again from the disk when all is done and compute
>                                  its digest anew; prove every sharing of the network fair while it
>                                  runs (conservation is checked at the end of every run, and the
>                                  file is read back before it gets its name, in any case);
>                                  plot, export: read all of the result first, not just what is needed
>   -q, --quiet                    no progress on standard error
>   -h, --help                     this text
>
> Example: aifsim run builtin:seven-2026 -r 4 --set horizon.end=2026-04-01
$ aifsim help check
> Usage: aifsim check SCENARIO... [OPTION]...
>
> Reads scenarios as 'run' would, without running them. Mistakes are told all at once
> with file:line:column, and the exit code is 2. When there are none, a table shows
> how much work comes to each partition for what it can do: above 100 % its queue
> grows for as long as the scenario lasts. Another one shows what each owner of shares
> offers and is asked for. The links that carry most are shown too.
>
>       --seed S                   seed of all draws, instead of the scenario's
>       --set PATH=VALUE           change one value, checked like the file; may be repeated
>                                  (replay: of sites.log.scheduler, with --policy multifactor)
>       --option NAME              one of the scenario's options
>       --data DIR                 where logs and tables are looked up
>   -h, --help                     this text
>
> Example: aifsim check builtin:seven-2026
$ aifsim replay -h
> Usage: aifsim replay LOG [OPTION]...
>
> Reads a log in the Standard Workload Format or a table (CSV) whose columns are told by
> --columns, by the name of a known format, or guessed from its header; optionally
> gzipped. Cleans it, and runs its jobs on one machine of N interchangeable processors.
> What was dropped or cut is counted by reason on standard error and kept in the
> result's /inputs. In the results, the id of a job is its number in the log (of a table
> without one, its line), and the row of a job tells when it started. A processor is a
> node without GPUs, power and price, at a site in UTC (country IS): GPU-hours, energy and
> cost are 0. For those, replay the log as a community of a scenario with a machine of its
> own ('replay' in 'aifsim schema').
>
>   -o, --output DIR               where results go; made when missing
>                                  (run, replay, compare, fit: results/NAME; plot: the plots folder
>                                  beside the result; export: a file, standard output when not given;
>                                  report: a file, report.html beside it when not given)
>       --seed S                   seed of all draws, instead of the scenario's
>       --set PATH=VALUE           change one value, checked like the file; may be repeated
>                                  (replay: of sites.log.scheduler, with --policy multifactor)
>       --data DIR                 where logs and tables are looked up
>   -n, --nodes N                  processors of the machine (default: what the log's header says)
>   -p, --policy P                 fcfs, easy (default), conservative, conservative-rebuild or
>                                  multifactor (rules: --set 'sites.log.scheduler={reserve: 1}')
>       --log-format F             auto (default: by its first line), swf, csv, or a table that is
>                                  known by name: philly, alibaba, surf
>       --columns MAP              what the columns of a table are, with units behind their names:
>                                  submit=when,run=duration:ms,gpus=devices; also id, start, end,
>                                  walltime, part, user, state
>       --scale-load X             divide the gaps between submits by X
>       --scale-time X             multiply run times and requested times by X
>       --scale-width X            multiply the processors of every job by X, rounded up
>                                  (1000 and --nodes in thousandths: exact parts of a GPU)
>       --trace LEVEL              what is kept beside the figures (default: summary; replay: jobs)
>                                  none     the figures only
>                                  summary  and hourly series
>                                  jobs     and a row for each job, project and ledger entry
>                                  full     and every other table the models of the scenario write
>                                           (attempts, flows, failures: where a model keeps them)
>   -f, --format F                 of figures: svg (default), png or pdf
>       --plot HOW                 files (default), or text: a preview on standard output, as wide
>                                  as the terminal (80 columns without one); no gnuplot, no files
>       --no-plots                 do not draw figures
>       --verify                   read the result again from the disk when all is done and compute
>                                  its digest anew; prove every sharing of the network fair while it
>                                  runs (conservation is checked at the end of every run, and the
>                                  file is read back before it gets its name, in any case);
>                                  plot, export: read all of the result first, not just what is needed
>   -q, --quiet                    no progress on standard error
>   -h, --help                     this text
>
> Example: aifsim replay tests/data/schedules/T1_hand.swf --nodes 4 --policy easy
$ aifsim plot --help
> Usage: aifsim plot RESULT... [OPTION]...
>
> Draws the standard figures from nothing but result files (or the folders that hold a
> result.h5 or study.h5). The gnuplot script of each figure is kept beside it. Where no display is
> at hand, --plot=text shows the main ones in the terminal.
>
>   -o, --output DIR               where results go; made when missing
>                                  (run, replay, compare, fit: results/NAME; plot: the plots folder
>                                  beside the result; export: a file, standard output when not given;
>                                  report: a file, report.html beside it when not given)
>   -f, --format F                 of figures: svg (default), png or pdf
>       --plot HOW                 files (default), or text: a preview on standard output, as wide
>                                  as the terminal (80 columns without one); no gnuplot, no files
>       --verify                   read the result again from the disk when all is done and compute
>                                  its digest anew; prove every sharing of the network fair while it
>                                  runs (conservation is checked at the end of every run, and the
>                                  file is read back before it gets its name, in any case);
>                                  plot, export: read all of the result first, not just what is needed
>   -h, --help                     this text
>
> Example: aifsim plot results/seven-2026 --format pdf
$ aifsim version
> aifsim <...>
> libraries: <...>HDF5<...>

$ aifsim --version | head -n 1
> aifsim <...>

# ---- wrong usage: exit 2, the nearest name ----
$ aifsim
& aifsim simulates European AI factories: sites, machines, networks and users in,
& waits, use, energy and carbon out.
&
& Usage: aifsim COMMAND ...
&
&   run        SCENARIO    simulate a scenario and write its results
&   compare    SCENARIO    every option of a scenario in every future, with differences
&   report     RESULT      a study or a run as one page that reads without this program
&   check      SCENARIO... load scenarios, tell every mistake, show offered load
&   show       SCENARIO    the scenario as resolved, with the place of every value
&   schema                 every key that a scenario can have
&   explain    KEY...      what a key of a scenario, or a figure, means
&   replay     LOG         run the log of a real machine under a policy
&   fit        LOG         a community fitted to the log of a real machine
&   plot       RESULT...   draw the figures of results
&   completion bash|zsh    completion of commands, options and keys for a shell
&   export     RESULT      a result's figures, jobs, ledger or series as CSV or JSON
&   version                version of the program and of its libraries
&
& 'aifsim COMMAND --help' tells about one; options may stand anywhere.
& Exit codes: 0 done, 1 a check failed, 2 usage or scenario, 3 input or output,
& 4 a tool is missing or failed, 5 memory or a limit, 6 the output is in use,
& 8 an invariant broke, 128+n stopped by signal n.
&
& Example: aifsim run builtin:seven-2026
& aifsim: error: no command given
! exit 2
$ aifsim rnu x.yaml
& aifsim: error: unknown command 'rnu'; did you mean 'run'?
! exit 2
$ aifsim run
& aifsim: error: 'aifsim run' needs SCENARIO; for example: aifsim run builtin:seven-2026 -r 4 --set horizon.end=2026-04-01
! exit 2
$ aifsim run a.yaml b.yaml
& aifsim: error: 'aifsim run' does not know what to do with 'b.yaml'
! exit 2
$ aifsim run a.yaml --sead 3
& aifsim: error: unknown option '--sead'; did you mean '--seed'?
! exit 2
$ aifsim run a.yaml --repl 3
& aifsim: error: unknown option '--repl'; did you mean '--replications'?
! exit 2
$ aifsim run a.yaml -r zero
& aifsim: error: --replications: 'zero' is not a whole number from 1 to 100000
! exit 2
$ aifsim run a.yaml --trace everything
& aifsim: error: --trace: 'everything' is none of none, summary, jobs, full
! exit 2
$ aifsim check a.yaml --threads 2
& aifsim: error: 'aifsim check' does not take '--threads'
! exit 2
$ aifsim run a.yaml -o
& aifsim: error: option '-o' needs an argument
! exit 2
$ aifsim plot a.h5 --format bmp
& aifsim: error: --format: 'bmp' is none of svg, png, pdf
! exit 2
$ aifsim replay a.swf --policy fast
& aifsim: error: --policy: 'fast' is none of fcfs, easy, conservative, conservative-rebuild, multifactor
! exit 2
$ aifsim run not-there.yaml
& not-there.yaml: error: cannot open the scenario: No such file or directory
! exit 3
$ aifsim run scenarios/textbook/mm1.yaml --option plan
& aifsim: error: --option 'plan': the scenario has no options
! exit 2

# ---- what is lost on standard output shows (a full disk) ----
$ aifsim --help >/dev/full
& aifsim: error: writing to standard output failed: No space left on device
! exit 3
