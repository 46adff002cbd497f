/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/commands.h"

const struct cli_command cli_commands[] = {
    {.name = "run",
     .bit = CLI_RUN,
     .operands = "SCENARIO",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "simulate a scenario and write its results",
     .about = "Simulates a scenario, some replications of it side by side, and writes\n"
              "DIR/result.h5 (figures, series, rows of jobs), DIR/summary.csv and .json, and\n"
              "figures in DIR/plots. The same scenario and seed give the same bytes on any number\n"
              "of threads; the digest printed at the end tells. Stopped by Ctrl-C, it keeps the\n"
              "replications that were finished. In place of a file, builtin:NAME is a scenario\n"
              "that is compiled in; 'aifsim run builtin:' tells which.",
     .example = "aifsim run builtin:seven-2026 -r 4 --set horizon.end=2026-04-01",
     .run = cli_run},
    {.name = "compare",
     .bit = CLI_COMPARE,
     .operands = "SCENARIO",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "every option of a scenario in every future, with differences",
     .about =
         "Runs every option of a scenario as planned, in each of its futures and with each draw\n"
         "of its uncertain inputs, all under the same random numbers, and writes DIR/study.h5,\n"
         "DIR/study.csv and figures in DIR/plots. Tables tell the differences to the baseline\n"
         "with intervals that allow for how many there are, what cannot be told apart, what\n"
         "each option loses in the worst future, and what a unit gained costs.",
     .example = "aifsim compare builtin:mm1-compare -r 20",
     .run = cli_compare},
    {.name = "report",
     .bit = CLI_REPORT,
     .operands = "RESULT",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "a study or a run as one page that reads without this program",
     .about =
         "Writes one HTML file from a study.h5 or a result.h5 (or the folder that holds one):\n"
         "question and answer of a comparison, or the summary of a run; tables, figures,\n"
         "assumptions with their sources, and how to make it again. Nothing is loaded from\n"
         "elsewhere; it prints well.",
     .example = "aifsim report results/mm1-compare -o report.html",
     .run = cli_report},
    {.name = "check",
     .bit = CLI_CHECK,
     .operands = "SCENARIO...",
     .operand_min = 1,
     .operand_max = 1000000,
     .summary = "load scenarios, tell every mistake, show offered load",
     .about =
         "Reads scenarios as 'run' would, without running them. Mistakes are told all at once\n"
         "with file:line:column, and the exit code is 2. When there are none, a table shows\n"
         "how much work comes to each partition for what it can do: above 100 % its queue\n"
         "grows for as long as the scenario lasts. Another one shows what each owner of shares\n"
         "offers and is asked for. The links that carry most are shown too.",
     .example = "aifsim check builtin:seven-2026",
     .run = cli_check},
    {.name = "show",
     .bit = CLI_SHOW,
     .operands = "SCENARIO",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "the scenario as resolved, with the place of every value",
     .about =
         "Prints the scenario as it is understood: what it extends merged in, every --set\n"
         "applied, values as they were written. What is printed is a scenario again, with the\n"
         "same results.",
     .example = "aifsim show scenarios/europe/seven-2026.yaml --origin",
     .run = cli_show},
    {.name = "schema",
     .bit = CLI_SCHEMA,
     .operands = "",
     .summary = "every key that a scenario can have",
     .about =
         "Prints the keys of a scenario as a tree: kind, range, default, meaning. With --json\n"
         "as a JSON Schema (draft 7), by which an editor completes and checks a scenario;\n"
         "README.md shows how.",
     .example = "aifsim schema --json > aifsim.schema.json",
     .run = cli_schema},
    {.name = "explain",
     .bit = CLI_EXPLAIN,
     .operands = "KEY...",
     .operand_min = 1,
     .operand_max = 1000000,
     .summary = "what a key of a scenario, or a figure, means",
     .about =
         "Tells meaning, units, range, default and an example of a key, and which other keys\n"
         "name it. A key is a path ('sites.*.partitions.*.ramp', also without the stars or with\n"
         "names in their place) or its end ('ramp'). Figures are explained too ('wait.p95').",
     .example = "aifsim explain sites.*.partitions.ramp",
     .run = cli_explain},
    {.name = "replay",
     .bit = CLI_REPLAY,
     .operands = "LOG",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "run the log of a real machine under a policy",
     .about =
         "Reads a log in the Standard Workload Format or a table (CSV) whose columns are told by\n"
         "--columns, by the name of a known format, or guessed from its header; optionally\n"
         "gzipped. Cleans it, and runs its jobs on one machine of N interchangeable processors.\n"
         "What was dropped or cut is counted by reason on standard error and kept in the\n"
         "result's /inputs. In the results, the id of a job is its number in the log (of a table\n"
         "without one, its line), and the row of a job tells when it started. A processor is a\n"
         "node without GPUs, power and price, at a site in UTC (country IS): GPU-hours, energy "
         "and\n"
         "cost are 0. For those, replay the log as a community of a scenario with a machine of "
         "its\n"
         "own ('replay' in 'aifsim schema').",
     .example = "aifsim replay tests/data/schedules/T1_hand.swf --nodes 4 --policy easy",
     .run = cli_replay},
    {.name = "fit",
     .bit = CLI_FIT,
     .operands = "LOG",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "a community fitted to the log of a real machine",
     .about =
         "Reads a log as 'replay' does and fits laws to it: run times (lognormal, Weibull, gamma\n"
         "or a mixture, by AIC, cut at the longest request), widths, requested times, outcomes,\n"
         "rhythm of the week, batches, users. Writes DIR/community.yaml, a scenario that can be\n"
         "run, DIR/part.yaml, its community for a scenario of one's own to extend, and\n"
         "DIR/fit.svg, log against model; how well the laws fit stands in the scenario's\n"
         "comments and on standard output.",
     .example = "aifsim fit cluster.swf.gz -o results/cluster",
     .run = cli_fit},
    {.name = "plot",
     .bit = CLI_PLOT,
     .operands = "RESULT...",
     .operand_min = 1,
     .operand_max = 1000000,
     .summary = "draw the figures of results",
     .about =
         "Draws the standard figures from nothing but result files (or the folders that hold a\n"
         "result.h5 or study.h5). The gnuplot script of each figure is kept beside it. Where no "
         "display is\n"
         "at hand, --plot=text shows the main ones in the terminal.",
     .example = "aifsim plot results/seven-2026 --format pdf",
     .run = cli_plot},
    {.name = "completion",
     .bit = CLI_COMPLETION,
     .operands = "bash|zsh",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "completion of commands, options and keys for a shell",
     .about =
         "Prints a script by which the shell completes commands, options, their values, files\n"
         "and keys of scenarios. 'make install' puts it where the shells look; without that:\n"
         "  bash   source <(aifsim completion bash)\n"
         "  zsh    source <(aifsim completion zsh), after compinit\n"
         "'aifsim completion keys' lists what 'explain' knows.",
     .example = "aifsim completion bash",
     .run = cli_completion},
    {.name = "export",
     .bit = CLI_EXPORT,
     .operands = "RESULT",
     .operand_min = 1,
     .operand_max = 1,
     .summary = "a result's figures, jobs, ledger or series as CSV or JSON",
     .about =
         "Writes one part of a result (or of the folder that holds a result.h5) as text, row by\n"
         "row in bounded memory: the figures, or with --jobs the table of jobs, --ledger the\n"
         "money, --series one hourly series, of the first replication. Codes become names;\n"
         "NaN is an empty field, in JSON null. Text that a spreadsheet would take for a\n"
         "formula gets an apostrophe in CSV.",
     .example = "aifsim export results/seven-2026 --csv --series utilisation -o use.csv",
     .run = cli_export},
    {.name = "version",
     .bit = CLI_VERSION,
     .operands = "",
     .summary = "version of the program and of its libraries",
     .about = "Prints the version of the program and of the libraries it was built with.",
     .example = "aifsim version",
     .run = cli_version},
    {.name = NULL},
};
