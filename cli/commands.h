/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cli/commands.h - the commands: one row each, one cmd_*.c each.
 *
 * Errors   a command returns the status that becomes the exit code (sim_exit_code); when it has
 *          told the user itself, err stays untouched and main prints nothing more.
 */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include <stddef.h>

#include "cli/options.h"
#include "sim/error.h"

enum { /* bits: which commands take an option */
       CLI_RUN = 1 << 0,
       CLI_CHECK = 1 << 1,
       CLI_REPLAY = 1 << 2,
       CLI_PLOT = 1 << 3,
       CLI_VERSION = 1 << 4,
       CLI_SHOW = 1 << 5,
       CLI_SCHEMA = 1 << 6,
       CLI_EXPLAIN = 1 << 7,
       CLI_COMPLETION = 1 << 8,
       CLI_EXPORT = 1 << 9,
       CLI_FIT = 1 << 10,
       CLI_COMPARE = 1 << 11,
       CLI_REPORT = 1 << 12,
       CLI_ALL = (1 << 13) - 1
};

struct cli_command {
    const char *name;
    unsigned bit;
    const char *operands; /* for people: "SCENARIO..." */
    size_t operand_min, operand_max;
    const char *summary; /* one line */
    const char *about;   /* what it does and leaves behind */
    const char *example;
    enum sim_status (*run)(const struct cli_options *options, struct sim_error *err);
};

extern const struct cli_command cli_commands[]; /* ends with a row without name */

enum sim_status cli_run(const struct cli_options *options, struct sim_error *err);
enum sim_status cli_compare(const struct cli_options *options, struct sim_error *err);
enum sim_status cli_report(const struct cli_options *options, struct sim_error *err);
enum sim_status cli_check(const struct cli_options *options, struct sim_error *err);
enum sim_status cli_replay(const struct cli_options *options, struct sim_error *err);
enum sim_status cli_fit(const struct cli_options *options, struct sim_error *err);
enum sim_status cli_plot(const struct cli_options *options, struct sim_error *err);
enum sim_status cli_show(const struct cli_options *options, struct sim_error *err);
enum sim_status cli_schema(const struct cli_options *options, struct sim_error *err);
enum sim_status cli_explain(const struct cli_options *options, struct sim_error *err);
enum sim_status cli_completion(const struct cli_options *options, struct sim_error *err);
enum sim_status cli_export(const struct cli_options *options, struct sim_error *err);
enum sim_status cli_version(const struct cli_options *options, struct sim_error *err);

struct cli_scenario;

/* What 'check' warns of (overload, machines that close or are never open), on stderr. */
SIM_NODISCARD enum sim_status cli_warn_of_load(const char *path,
                                               const struct cli_scenario *scenario,
                                               struct sim_error *err);

#endif /* CLI_COMMANDS_H */
