/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cli/command_line.h - the command that makes a result again, for its reports.
 *
 * What decides the result stands in it; where the result goes, the number of threads, plots and
 * progress do not, so that equal runs stay equal byte by byte.
 */
#ifndef CLI_COMMAND_LINE_H
#define CLI_COMMAND_LINE_H

#include "cli/options.h"
#include "sim/arena.h"

/* "aifsim run plan.yaml -r 4", for a shell, from the arena; NULL: no memory. */
const char *cli_command_again(const struct cli_options *options, struct sim_arena *arena);

#endif /* CLI_COMMAND_LINE_H */
