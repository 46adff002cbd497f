/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/packed.h - EASY backfilling, and first come, first served, on nodes that jobs
 * share.
 *
 * The rules are those of policy multifactor with one promise and no scheduler (multifactor.h), job
 * by job; the queue is searched by width instead of being walked.
 *
 * Memory   the simulation's arena; what is set is borrowed.
 * Errors   SIM_ENOMEM.
 * Cost     a pass O(1) questions to the nodes for each width that waits and for each job that
 *          starts past the head, by each of these widths; where cores or memory are counted, or
 *          widths above 16 units share a bucket (waiting.h), one for each job looked at.
 */
#ifndef MODELS_COMPUTE_PACKED_H
#define MODELS_COMPUTE_PACKED_H

#include "models/compute/partition.h"
#include "models/compute/room.h"

/* Before the first job comes, of a partition under mdl_policy_packed: its nodes, as many as it will
 * ever have, of which its capacity is online now. need[class] is borrowed. is_fcfs: nothing passes
 * the head. */
SIM_NODISCARD enum sim_status mdl_packed_set_nodes(struct mdl_partition *partition,
                                                   const struct mdl_node_shape *shape,
                                                   uint32_t node_count, const struct mdl_need *need,
                                                   bool is_fcfs, struct sim_error *err);

#endif /* MODELS_COMPUTE_PACKED_H */
