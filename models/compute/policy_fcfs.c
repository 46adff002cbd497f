/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * First come, first served: start the head while it fits, never pass it. */
#include "models/compute/partition_private.h"

static void pass(struct mdl_partition *partition)
{
    (void)mdl_partition_start_heads(partition);
}

/* Behind a head that waits nothing starts; after an end or a change there is a pass anyway. */
static bool wants_pass(const struct mdl_partition *partition, const struct mdl_job *job)
{
    return partition->waiting.count == 1 && job->width <= partition->free;
}

const struct mdl_policy mdl_policy_fcfs = {
    .name = "fcfs",
    .help = "first come, first served: the head starts when it fits, nothing passes it",
    .pass = pass,
    .wants_pass = wants_pass,
};
