/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/offered.h - what a plan is asked to do, before anything is simulated: its size, the load
 * offered to each partition, what owners of shares have and are asked for, the links with most
 * data.
 *
 * Units    loads in per cent of what is open over the window, hours of GPUs (nodes), jobs.
 * Memory   tables in the arena; plan and offered are borrowed.
 * Errors   SIM_ENOMEM, SIM_EIO (the stream).
 */
#ifndef OUTPUT_OFFERED_H
#define OUTPUT_OFFERED_H

#include <stdio.h>

#include "models/plan.h"
#include "sim/arena.h"
#include "sim/error.h"

/* offered: [partition], by mdl_plan_offered. */
SIM_NODISCARD enum sim_status out_print_offered(FILE *file, const struct mdl_plan *plan,
                                                const struct mdl_offered *offered,
                                                struct sim_arena *arena, struct sim_error *err);

#endif /* OUTPUT_OFFERED_H */
