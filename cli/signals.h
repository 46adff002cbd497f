/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cli/signals.h - SIGINT, SIGTERM and SIGHUP end the program, or raise a flag.
 *
 * At first they end it at once. Between cli_signals_hold and cli_signals_release, while there is
 * something to lose, the first one asks for an orderly stop (what was finished is kept); another
 * one, at least a second later, ends the process at once. SIGPIPE is ignored: a reader that went
 * away is a failed write, told by exit code 3, and does not cost the results. SIGXFSZ likewise
 * (`ulimit -f`).
 */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include <stdatomic.h>

void cli_signals_catch(void);

void cli_signals_hold(void);
void cli_signals_release(void);

/* The file to remove when a signal ends the program at once; NULL: none any more. Borrowed. */
void cli_signals_remove(const char *path);

/* 0, or the number of the signal that came. For `stop` of experiments/replications.h. */
const atomic_int *cli_signals_stop(void);

#endif /* CLI_SIGNALS_H */
