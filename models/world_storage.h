/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/world_storage.h - the storage of a world: tiers with the data of its jobs, and what
 * running jobs read and write. Only the world's own files read it.
 */
#ifndef MODELS_WORLD_STORAGE_H
#define MODELS_WORLD_STORAGE_H

#include "models/agenda.h"
#include "models/storage_plan.h"
#include "models/transport/cargo.h"
#include "models/world_private.h"

/* ---- tiers ---- */

struct mdl_drain { /* of a tier's oldest data into another */
    struct mdl_cargo cargo;
    struct mdl_world_tier *from;
    bool is_busy;
    uint32_t account; /* of the tier that it leaves */
    uint64_t bytes;
};

struct mdl_world_tier {
    struct mdl_world *world;
    const struct mdl_tier_plan *plan;
    struct mdl_tier *tier;
    struct mdl_drain drain;
    struct mdl_agenda clearance; /* jobs whose users are not cleared yet */
    int64_t **cleared_ns;        /* [source][user], MDL_TIME_UNSET: has not asked */
    size_t *cleared_count;       /* [source] */
    /* integrals and counts at the window's start, and when the last hour ended */
    sim_i128 fill_at_start, waiting_at_start, quota_waiting_at_start, purged_at_start, fill_at_hour;
    uint64_t waited_at_start, quota_waited_at_start;
    int64_t cents; /* posted */
};

/* ---- running jobs ---- */

enum { MDL_IO_READ, MDL_IO_WRITE, MDL_IO_DIRECTIONS };

struct mdl_io { /* of a partition's small jobs together */
    struct mdl_cargo cargo;
    size_t partition;
    const struct mdl_route *route;
    struct mdl_flow *flow; /* NULL: nobody asks */
    int64_t bytes_per_s;   /* asked for */
    uint32_t streams;      /* jobs that ask */
};

struct mdl_io_list { /* of partitions, for this instant */
    size_t *partition, count;
    bool *is_in; /* [partition] */
    struct sim_timer timer;
};

struct mdl_burst { /* of a large job that writes checkpoints */
    struct mdl_cargo cargo;
    struct mdl_world *world;
    struct mdl_burst *next; /* of the partition */
    struct mdl_job *job;
    struct mdl_flow *flow; /* NULL: it computes */
    uint32_t entry;        /* of the agenda; MDL_AGENDA_NONE: it writes */
    uint64_t bytes;
    bool is_on_burst_tier; /* what it writes now */
};

struct mdl_world_storage {
    struct mdl_world_tier *tier;            /* [tier] */
    struct mdl_tier_flows *window;          /* [tier], filled at the window's end */
    struct sim_sketch *hourly;              /* [tier] means of hours, in MDL_LINK_SKETCH_FRAC */
    struct mdl_io (*io)[MDL_IO_DIRECTIONS]; /* [partition] */
    struct mdl_io_list asking, stale;       /* jobs began or ended; rates may have changed */
    struct mdl_burst **bursts;              /* [partition] */
    struct sim_pool burst_pool;
    struct mdl_agenda checkpoints;
    struct mdl_flow_hooks io_hooks, burst_hooks, drain_hooks;
};

/* ---- world_storage.c for world_io.c and world_data.c ---- */

/* The tier of a site for data, that which needs secure storage or other; NULL: none that fills. */
struct mdl_world_tier *mdl_world_tier_at(const struct mdl_world *world, size_t site,
                                         bool into_enclave);
/* What a job leaves and writes goes to the burst tier, unless its data needs a secure one. */
struct mdl_world_tier *mdl_world_fast_tier(struct mdl_world *world, const struct mdl_job *job);

struct mdl_world_tier *mdl_world_burst_tier(struct mdl_world *world, size_t site); /* or NULL */
bool mdl_world_is_protected(const struct mdl_world *world, const struct mdl_job *job);
uint32_t mdl_world_nobody(const struct mdl_world *world); /* owner of checkpoints */
/* What was held becomes data that nobody holds; a tier that drains begins to. */
void mdl_world_leave_behind(struct mdl_world_tier *tier, uint32_t account, uint64_t bytes);

SIM_NODISCARD enum sim_status mdl_world_create_io(struct mdl_world *world, struct sim_error *err);

#endif /* MODELS_WORLD_STORAGE_H */
