/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cli/log.h - the log that a command names, read as its options say.
 *
 * What was dropped, cut or guessed is told on standard error.
 *
 * Memory   the log and what it refers to live in the arena.
 * Errors   those of scenarios/log_file.h; SIM_EUSAGE for a map that cannot be read.
 */
#ifndef CLI_LOG_H
#define CLI_LOG_H

#include "cli/options.h"
#include "scenarios/log_file.h"

SIM_NODISCARD enum sim_status cli_log_read(const struct cli_options *options,
                                           struct sim_arena *arena, struct mdl_log *log,
                                           struct scn_log_about *about, struct sim_error *err);

/* What became of it, on standard error; whose: the path of a community, or "". */
void cli_log_report(const char *whose, const struct mdl_log *log,
                    const struct scn_log_about *about);

#endif /* CLI_LOG_H */
