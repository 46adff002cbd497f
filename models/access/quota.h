/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/access/quota.h - caps on what access modes may give together.
 *
 * A quota names modes and is a part of an owner's hours (`at_most: 30 %`, `of: eurohpc`), of its
 * whole fleet or of each machine alone. It counts either
 *   hours    that are awarded, within windows of the calendar: a window grants at_most x the
 *            owner's part x the GPU-hours released in it; what is left is carried over for so many
 *            windows, the oldest first, then released to other quotas or lost; or
 *   running  projects: each holds its award over its duration, as mean GPUs, while it is open, and
 *            all of them at most at_most x the owner's part x the GPUs released now.
 * A quota of a fleet counts machines with accelerators alone; one of each machine also counts nodes
 * of those without. With a `purpose`, only machines of that purpose grant and count.
 *
 * Integers throughout: granted + received = awarded + released + lost + left, of each quota.
 *
 * Units    milli-GPU-h and milli-GPUs (nodes on partitions without); ns.
 * Memory   plan: the scenario's arena; state: the simulation's.
 * Errors   SIM_ENOMEM; SIM_ESCHEMA from mdl_quota_window_parse.
 * Cost     O(quotas) per claim, O(quotas x partitions) per window.
 */
#ifndef MODELS_ACCESS_QUOTA_H
#define MODELS_ACCESS_QUOTA_H

#include <stdbool.h>

#include "models/access/access_mode.h"
#include "sim/sim.h"

enum mdl_quota_scope { MDL_QUOTA_FLEET, MDL_QUOTA_MACHINE };
enum mdl_quota_counts { MDL_QUOTA_HOURS, MDL_QUOTA_RUNNING };
enum mdl_quota_full { MDL_QUOTA_WAIT, MDL_QUOTA_REFUSE };
enum mdl_quota_purpose { MDL_QUOTA_ANY_PURPOSE, MDL_QUOTA_GENERAL, MDL_QUOTA_AI };

enum { MDL_QUOTA_CARRY_MAX = 120 };

struct mdl_quota_config {
    struct sim_item item;
    const char *modes; /* "playground, fast_lane" */
    const char *of;    /* owner of shares */
    double at_most_frac;
    int over, counts, full, purpose; /* enums above */
    const char *window;              /* "1 yr" */
    int64_t carry_over;              /* windows */
    const char *released_to;         /* quotas */
};

extern const struct sim_field mdl_quota_fields[];

/* Whole months that a year is made of, or whole years. */
SIM_NODISCARD enum sim_status mdl_quota_window_parse(const char *text, int64_t *months,
                                                     struct sim_error *err);

struct mdl_quota_plan {
    const struct mdl_quota_config *config;
    int64_t months;     /* of a window; 0: counts what runs */
    const bool *covers; /* [mode] */
    const double *part; /* [partition] at_most x part of the owner; 0: not counted */
    size_t cell_count;  /* 1, or one per partition */
    size_t target_count;
    const size_t *target; /* [target_count] quotas that get what is released */
};

struct mdl_quotas_plan {
    size_t count, partition_count;
    const struct mdl_quota_plan *quota;
    const struct mdl_partition_plan *partition;
    const struct sim_calendar *calendar;
    int64_t begin_ns; /* nothing is granted for the time before */
};

/* quotas: of struct mdl_quota_config, checked. */
SIM_NODISCARD enum sim_status mdl_quotas_plan_init(
    struct mdl_quotas_plan *plan, const struct sim_map *quotas, const struct sim_map *modes,
    const struct mdl_partition_plan *partition, size_t partition_count,
    const struct sim_calendar *calendar, int64_t begin_ns, struct sim_arena *arena,
    struct sim_error *err);

/* What a quota is of all its machines between two times, milli-GPU-h: at_most x the owner's part x
 * the hours released. */
double mdl_quota_limit_mgpuh(const struct mdl_quotas_plan *plan, size_t quota, int64_t from_ns,
                             int64_t to_ns);

/* ---- one world ---- */

struct mdl_claim { /* of a project */
    size_t mode, partition;
    int64_t mgpuh, duration_ns;
};

struct mdl_quota_use { /* since the beginning, of all cells */
    int64_t granted, received, awarded, released, lost, left; /* of one that counts hours */
    int64_t running, running_max;                             /* milli-GPUs; of the other */
    int64_t blocked_ns; /* while an eligible application waited for it */
    int64_t idle_mgpuh; /* of its machines in that time */
};

struct mdl_quotas;

struct mdl_quotas_world {
    void (*opened)(void *context); /* a window has begun; NULL: nobody waits */
    /* GPU time that the quota's machines were idle until now, milli-GPU-h; NULL: not counted. */
    int64_t (*idle_mgpuh)(void *context, size_t quota);
    void *context;
};

SIM_NODISCARD enum sim_status mdl_quotas_create(struct sim *sim, const struct mdl_quotas_plan *plan,
                                                const struct mdl_quotas_world *world,
                                                struct mdl_quotas **out, struct sim_error *err);

size_t mdl_quotas_count(const struct mdl_quotas *quotas);

/* Whether a quota counts a claim and has no room for it; and the first that does so, in scenario
 * order; SIZE_MAX: there is room in all. */
bool mdl_quotas_lack_room(const struct mdl_quotas *quotas, size_t quota,
                          const struct mdl_claim *claim);
size_t mdl_quotas_without_room(const struct mdl_quotas *quotas, const struct mdl_claim *claim);

/* The claim is larger than a quota ever has room for, as things are now: than all the windows that
 * it may hold together; or a quota without room refuses. */
bool mdl_quotas_refuse(const struct mdl_quotas *quotas, const struct mdl_claim *claim);

/* There is room; and the project has closed. */
void mdl_quotas_take(struct mdl_quotas *quotas, const struct mdl_claim *claim);
void mdl_quotas_give_back(struct mdl_quotas *quotas, const struct mdl_claim *claim);

/* Whether the quota keeps somebody waiting from now on. */
void mdl_quotas_set_blocked(struct mdl_quotas *quotas, size_t quota, bool is_blocked);

/* With the time that it blocks now. */
struct mdl_quota_use mdl_quotas_use(const struct mdl_quotas *quotas, size_t quota);

/* The equations above, exactly. Returns the index of a quota that breaks them; SIZE_MAX: none. */
size_t mdl_quotas_unbalanced(const struct mdl_quotas *quotas);

#endif /* MODELS_ACCESS_QUOTA_H */
