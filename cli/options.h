/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cli/options.h - what was asked for on the command line, and the help made from the same table.
 *
 * One row per option (long and short name, argument, help, which commands take it) drives
 * parsing, the refusal of what a command does not take, and `--help`. Options may stand
 * anywhere, also before the command; `--` ends them.
 *
 * Memory   texts are borrowed from argv; cli_options_release frees the two lists.
 * Errors   SIM_EUSAGE with a message that names the nearest option or command; SIM_ENOMEM.
 * Threads  none: getopt_long keeps its state in globals.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "output/gnuplot.h"
#include "output/trace_h5.h"
#include "sim/error.h"

struct cli_command;

enum cli_plot_as { CLI_PLOT_FILES, CLI_PLOT_TEXT };

struct cli_options {
    const struct cli_command *command; /* NULL: none was named */
    bool help, version;
    int argc; /* as typed, for run.log */
    char **argv;
    size_t operand_count;
    const char **operand; /* without the command */

    const char *output;    /* -o; NULL: the command's default */
    uint64_t replications; /* 0: as the scenario says */
    uint64_t threads;      /* 0: one per processor */
    bool has_seed;
    uint64_t seed;
    size_t set_count;
    const char **set; /* PATH=VALUE, in the order given */
    const char *option, *data;
    int trace;              /* enum out_trace_level; -1: the command's default */
    int trace_replications; /* 0: the first, 1: all */
    bool quiet, no_plots, verify;
    uint64_t nodes;
    int policy;  /* index in mdl_policies; -1: the command's default */
    int format;  /* enum out_format */
    int plot_as; /* enum cli_plot_as */
    bool origin, defaults;
    bool json, markdown;
    bool csv, figures, jobs, ledger;  /* of an export */
    const char *series, *replication; /* NULL: none */
};

SIM_NODISCARD enum sim_status cli_options_parse(int argc, char **argv, struct cli_options *options,
                                                struct sim_error *err);
void cli_options_release(struct cli_options *options);

/* A row of the table, for completion and the test of the manual page. */
struct cli_option_about {
    const char *name;
    char letter;          /* 0: none */
    const char *argument; /* "DIR"; NULL for a flag */
    const char *const *choices;
    unsigned commands; /* bits of those that take it */
    const char *help;
};
bool cli_option_about(size_t i, struct cli_option_about *out); /* false after the last */

/* What is there (command NULL), or one command with its options and an example. */
void cli_help(FILE *file, const struct cli_command *command);

#endif /* CLI_OPTIONS_H */
