/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios/show.h - a scenario as resolved, as one YAML file that can be loaded again.
 *
 * What it extends is merged in, patches and --set are applied; values stand as they were written
 * (units and all) in the order of the files. Loaded again it has the same canonical text. A
 * `source` or `quality` that would then speak for a value of another file or a default, which it
 * did not before, is written out key by key.
 *
 *   origin     behind each value `# file:line:column`, its source and its quality
 *   defaults   also the values that nobody gave
 *
 * Memory   a copy of the tree in the arena.
 * Errors   SIM_ENOMEM. What fails to be written shows in ferror(file).
 */
#ifndef SCN_SHOW_H
#define SCN_SHOW_H

#include <stdbool.h>
#include <stdio.h>

#include "scenarios/load.h"

struct scn_show_options {
    bool origin, defaults;
};

/* scenario: bound with want_inputs along rows, without errors. */
SIM_NODISCARD enum sim_status scn_show(FILE *file, const struct scn_scenario *scenario,
                                       const struct sim_field *rows,
                                       struct scn_show_options options, struct sim_arena *arena,
                                       struct sim_error *err);

#endif /* SCN_SHOW_H */
