/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim/replicate.h - independent tasks on threads, results by index; the only user of pthread.
 *
 * Tasks 0..count-1 are handed out in order to `threads` workers; what each computes may depend
 * on its index alone, so any number of threads gives the same results. The calling thread waits
 * and calls tick about five times a second.
 *
 * Errors   the failure with the lowest index is returned; after a failure no new task is begun.
 */
#ifndef SIM_REPLICATE_H
#define SIM_REPLICATE_H

#include <stddef.h>

#include "sim/error.h"

struct sim_replicate {
    size_t count;
    size_t threads; /* 0: as many as there are processors */
    enum sim_status (*task)(void *context, size_t index, struct sim_error *err);
    void (*tick)(void *context); /* may be NULL */
    void *context;
};

SIM_NODISCARD enum sim_status sim_replicate(const struct sim_replicate *work,
                                            struct sim_error *err);

size_t sim_processor_count(void);

#endif /* SIM_REPLICATE_H */
