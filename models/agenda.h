/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/agenda.h - subjects that wait for a time each, handed over then; of several at one time
 * the one that was put down first.
 *
 * Memory   the simulation's arena; grows with the most that ever wait together.
 * Errors   create: SIM_ENOMEM; add aborts the run with SIM_ENOMEM.
 * Cost     add, remove, hand over O(log n).
 */
#ifndef MODELS_AGENDA_H
#define MODELS_AGENDA_H

#include "models/compute/winners.h"
#include "sim/sim.h"

typedef void mdl_agenda_fn(void *context, void *subject);

#define MDL_AGENDA_NONE UINT32_MAX

struct mdl_agenda {
    struct sim *sim;
    mdl_agenda_fn *due;
    void *context;
    struct sim_timer timer;
    struct mdl_winners times; /* {time, order | entry} */
    void **subject;           /* [entry]; NULL: free */
    uint32_t *free_entry;     /* [capacity - count]: the last is used next */
    uint32_t count;
    uint64_t next_order;
};

SIM_NODISCARD enum sim_status mdl_agenda_init(struct mdl_agenda *agenda, struct sim *sim,
                                              mdl_agenda_fn *due, void *context,
                                              struct sim_error *err);

/* Returns the entry, which is free again when `due` is called. time_ns >= now. */
uint32_t mdl_agenda_add(struct mdl_agenda *agenda, int64_t time_ns, void *subject);
void mdl_agenda_remove(struct mdl_agenda *agenda, uint32_t entry);

void mdl_agenda_each(const struct mdl_agenda *agenda, void (*visit)(void *context, void *subject),
                     void *context);

#endif /* MODELS_AGENDA_H */
