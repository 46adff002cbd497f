/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/demand/on_off.h - devices that record in bursts.
 *
 * Of so many devices each is on for an exponential time and off for another, independent of the
 * others; or all are on together for a fixed time, off for another, from the beginning on. The part
 * of them that is on is a step function: independent devices one by one while these change less
 * than once in 5 s or are at most 64, else every 5 s (or a sixteenth of the time in which the
 * number forgets its past) to its exact mean and variance, taken as normal.
 *
 * Draws    entity = the fleet's path; purpose and index below, the index by stream.
 * Memory   in the struct; its timer in the simulation's arena.
 * Errors   SIM_ENOMEM at creation.
 * Cost     a change O(log timers).
 * Source   Anick, Mitra & Sondhi, Bell Syst. Tech. J. 61 (1982) 1871-1894 (such sources).
 */
#ifndef MODELS_DEMAND_ON_OFF_H
#define MODELS_DEMAND_ON_OFF_H

#include "sim/sim.h"

struct mdl_on_off_config {
    int64_t on_ns, off_ns; /* means; on 0: devices record all the time */
    bool is_together;
};

/* Part of the devices that is on, mean over time. */
double mdl_on_off_mean(const struct mdl_on_off_config *config);

struct mdl_on_off {
    const struct mdl_on_off_config *config;
    uint64_t entity, index;
    double devices, on; /* the second whole where devices change one by one */
    int64_t step_ns;    /* 0: one by one */
    void (*changed)(void *subject);
    void *subject;
    struct sim_timer timer;
};

/* Begins now; changed is called after each change from then on. entity and stream (below 64) are
 * those of its draws. */
SIM_NODISCARD enum sim_status mdl_on_off_init(struct mdl_on_off *burst, struct sim *sim,
                                              const struct mdl_on_off_config *config,
                                              uint64_t entity, size_t stream, double devices,
                                              void (*changed)(void *subject), void *subject,
                                              struct sim_error *err);

static inline double mdl_on_off_part(const struct mdl_on_off *burst) /* on now */
{
    return burst->on / burst->devices;
}

#endif /* MODELS_DEMAND_ON_OFF_H */
