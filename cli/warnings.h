/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cli/warnings.h - what is valid in a scenario, but hardly meant.
 */
#ifndef CLI_WARNINGS_H
#define CLI_WARNINGS_H

#include "models/plan.h"

/* A line on standard error for each; path is the scenario's, offered [partition]. */
void cli_warn_of_plan(const char *path, const struct mdl_plan *plan,
                      const struct mdl_offered *offered);

#endif /* CLI_WARNINGS_H */
