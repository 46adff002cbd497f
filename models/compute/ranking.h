/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/ranking.h - the queue of policy multifactor: by priority, highest first, ties in
 * order of entering.
 *
 * One array, sorted, with the jobs that have come since at its end: a job may enter while a pass
 * walks, and is put in its place before the next one. What a walk needs of a job stands beside the
 * pointer.
 *
 * Memory   the simulation's arena, grown by doubling; jobs are borrowed.
 * Errors   push returns false without memory, and has changed nothing.
 * Cost     push O(1) amortised; settle O(n) moves for a few newcomers, O(n log n) when the order
 *          has changed altogether; take_out and close O(1) and O(n).
 */
#ifndef MODELS_COMPUTE_RANKING_H
#define MODELS_COMPUTE_RANKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/compute/job.h"
#include "sim/arena.h"

struct mdl_ranked {
    double priority;
    uint64_t order;
    struct mdl_job *job; /* NULL: has left */
    uint32_t width;
};

struct mdl_ranking {
    struct sim_arena *arena;
    struct mdl_ranked *at; /* [count + newcomers] */
    size_t count;          /* in order */
    size_t newcomers;
    size_t capacity;
    size_t left; /* of count: NULL */
    size_t first_left;
    uint64_t next_order;
    uint32_t width_least; /* no waiting job is narrower */
    size_t gone;          /* since it was last that of a job */
};

void mdl_ranking_init(struct mdl_ranking *ranking, struct sim_arena *arena);

/* A job that comes for the first time gets its order; one that comes back keeps it. */
SIM_NODISCARD bool mdl_ranking_push(struct mdl_ranking *ranking, struct mdl_job *job,
                                    bool comes_back);

/* Puts the newcomers (is_all: everything) in order by the priorities they have now. */
void mdl_ranking_settle(struct mdl_ranking *ranking, bool is_all);

/* The i-th job leaves, its place stays until the ranks are closed. */
void mdl_ranking_take_out(struct mdl_ranking *ranking, size_t i);
void mdl_ranking_close(struct mdl_ranking *ranking);

/* A job leaves between passes. O(n). */
void mdl_ranking_remove(struct mdl_ranking *ranking, const struct mdl_job *job);

static inline size_t mdl_ranking_jobs(const struct mdl_ranking *ranking)
{
    return ranking->count + ranking->newcomers - ranking->left;
}

#endif /* MODELS_COMPUTE_RANKING_H */
