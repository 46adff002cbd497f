/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/access_plan.h - members of communities by what their access gives them.
 *
 * A line gives its rate. A cell gives the radio rate of a member times the airtime that others
 * leave, mean over the window; it reaches as many as it covers, mean over the window, and the
 * others have the next entry of the mix that reaches them, else nothing.
 *
 * Units    bytes/s; members may be parts of one.
 * Memory   the scenario's arena.
 * Errors   SIM_ENOMEM.
 */
#ifndef MODELS_ACCESS_PLAN_H
#define MODELS_ACCESS_PLAN_H

#include "models/demand/source.h"
#include "models/figures/figures.h"

struct mdl_access_span { /* the window */
    const struct sim_calendar *calendar;
    int64_t begin_ns, end_ns;
};

SIM_NODISCARD enum sim_status mdl_access_parts(const struct mdl_source_plan *source, size_t count,
                                               const struct mdl_access_span *span,
                                               struct sim_arena *arena,
                                               const struct mdl_access_part **out,
                                               size_t *part_count, struct sim_error *err);

#endif /* MODELS_ACCESS_PLAN_H */
