/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cli/messages.h - what is said on standard error.
 *
 *   europe/plan.yaml:41:14: error: sites.lumi.power: '12 MB' is not a power; ...
 *   aifsim: error: cannot write 'results/x': No space left on device
 *
 * Words of a scenario, a file name or an argument never reach the terminal raw: control, bidi
 * and broken bytes are shown as \xNN. Colour marks `error:` and `warning:` alone, on a terminal,
 * unless NO_COLOR is set (https://no-color.org) or TERM is "dumb".
 */
#ifndef CLI_MESSAGES_H
#define CLI_MESSAGES_H

#include <stddef.h>
#include <stdio.h>

#include "sim/error.h"

void cli_error(const struct sim_error *err);
void cli_warning(const char *fmt, ...) SIM_PRINTF(1, 2);
void cli_note(const char *fmt, ...) SIM_PRINTF(1, 2); /* one plain line */

/* Columns of the terminal that standard output is; 80 when it is none or does not tell. */
size_t cli_terminal_columns(void);

/* text with what is unsafe to show as \xNN. */
void cli_put_safe(FILE *file, const char *text);

#endif /* CLI_MESSAGES_H */
