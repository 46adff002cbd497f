/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cli/signals.h - SIGINT, SIGTERM and SIGHUP raise a flag that the simulation looks at.
 *
 * The first signal asks for an orderly stop (what was finished is kept); another one, at least a
 * second later, ends the process at once. SIGPIPE is ignored: a reader that went away is a failed
 * write, told by exit code 3, and does not cost the results. SIGXFSZ likewise (`ulimit -f`).
 */
#ifndef CLI_SIGNALS_H
#define CLI_SIGNALS_H

#include <stdatomic.h>

void cli_signals_catch(void);

/* 0, or the number of the signal that came. For `stop` of experiments/replications.h. */
const atomic_int *cli_signals_stop(void);

#endif /* CLI_SIGNALS_H */
