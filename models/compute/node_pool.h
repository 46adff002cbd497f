/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/node_pool.h - equal nodes that jobs share: accelerators, cores and memory, given
 * by best fit.
 *
 * A request for less than a node comes from one node; a wider one takes whole idle nodes and the
 * rest from one more. Best fit: the node on which the fewest accelerators that nobody uses would
 * be left over; of several the one of the lowest number. So nodes fill up one after the other and
 * idle ones are kept for wide jobs.
 *
 * An accelerator may have `slices`. A request for fewer slices than it has lies on one accelerator
 * (of those in use the one with the fewest free slices that is large enough, before an unused one);
 * a larger request takes whole accelerators.
 *
 * The nodes 0 .. online - 1 take jobs. A node that is no longer online drains: its jobs keep it,
 * and what they give back is not given again.
 *
 * Units    units: slices of accelerators (accelerators where slices = 1); memory in bytes.
 * Memory   one block of the arena, fixed at creation; grants belong to the caller.
 * Errors   create: SIM_ENOMEM. The rest cannot fail.
 * Cost     fits, take and give_back O(log nodes) per node where cores and memory do not bind,
 *          plus O(accelerators of a node) where slices > 1; nodes whose accelerators would do but
 *          whose cores or memory do not are looked at one by one. copy: a memcpy of the block.
 * Source   best fit: Johnson et al., SIAM J. Comput. 3 (1974) 299, doi:10.1137/0203025.
 */
#ifndef MODELS_COMPUTE_NODE_POOL_H
#define MODELS_COMPUTE_NODE_POOL_H

#include <stdbool.h>
#include <stdint.h>

#include "sim/arena.h"
#include "sim/error.h"

enum { MDL_NODE_GPUS_MAX = 64, MDL_GPU_SLICES_MAX = 1000 };

struct mdl_node_shape {    /* all nodes are alike */
    uint32_t gpus, slices; /* 1 .. MDL_NODE_GPUS_MAX, 1 .. MDL_GPU_SLICES_MAX */
    uint32_t cores;        /* of a node; 0: cores are not counted */
    uint64_t memory_bytes; /* of a node; 0: memory is not counted */
};

/* units >= 1; where it is no multiple of `slices` it is less than one accelerator. Cores and
 * memory are those of the part that lies on a shared node, at most a node's; whole nodes come with
 * all they have. */
struct mdl_node_request {
    uint32_t units;
    uint32_t cores;
    uint64_t memory_bytes;
};

#define MDL_NODE_NONE UINT32_MAX

struct mdl_node_grant {    /* what a job holds */
    uint32_t whole;        /* the first of its whole nodes; the pool links the others */
    uint32_t part;         /* the node it shares */
    uint64_t accelerators; /* of `part`, where slices > 1: bit i = number i */
};

struct mdl_node_pool;

/* node_count: the most nodes that will ever be online; at the beginning none is. */
SIM_NODISCARD enum sim_status mdl_node_pool_create(struct sim_arena *arena,
                                                   const struct mdl_node_shape *shape,
                                                   uint32_t node_count, struct mdl_node_pool **out,
                                                   struct sim_error *err);

/* Nodes come online or drain, the highest numbers first to go. online <= node_count. */
void mdl_node_pool_set_online(struct mdl_node_pool *pool, uint32_t online);

/* Whether `take` would find room. */
bool mdl_node_pool_fits(const struct mdl_node_pool *pool, const struct mdl_node_request *request);

/* By best fit; false, and nothing has changed, when there is no room. */
SIM_NODISCARD bool mdl_node_pool_take(struct mdl_node_pool *pool,
                                      const struct mdl_node_request *request,
                                      struct mdl_node_grant *grant);

/* The same request and what it was granted. */
void mdl_node_pool_give_back(struct mdl_node_pool *pool, const struct mdl_node_request *request,
                             const struct mdl_node_grant *grant);

/* ---- what-if: a copy of the pool in which running jobs end and others begin ---- */

/* Makes `copy`, created with the same shape and node_count, equal to `pool`. Grants of `pool` may
 * be given back to the copy. */
void mdl_node_pool_copy(struct mdl_node_pool *copy, const struct mdl_node_pool *pool);

/* Takes in `copy` what `pool` has granted after it was copied; it must be free there. */
void mdl_node_pool_take_same(struct mdl_node_pool *copy, const struct mdl_node_pool *pool,
                             const struct mdl_node_request *request,
                             const struct mdl_node_grant *grant);

/* Whether `later`, a copy in which no less is free than in `pool`, still takes `promised` when what
 * `pool` would grant now is taken from it, too. False when `pool` has no room. O(1) nodes. */
bool mdl_node_pool_fits_beside(struct mdl_node_pool *later, const struct mdl_node_pool *pool,
                               const struct mdl_node_request *promised,
                               const struct mdl_node_request *now);

/* ---- what others read ---- */

/* Units that nobody holds on nodes that are online. When these are enough for a job that does not
 * fit, they are fragmented. */
uint64_t mdl_node_pool_free_units(const struct mdl_node_pool *pool);
uint32_t mdl_node_pool_idle_nodes(const struct mdl_node_pool *pool); /* online, and nothing taken */

#endif /* MODELS_COMPUTE_NODE_POOL_H */
