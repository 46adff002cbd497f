/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/plan.h - what follows from a config and is the same for every replication.
 *
 * Partitions flattened over sites with their capacity by date, the pools that loads refer to,
 * routes, sources of jobs with their rates, the rows of the figures and the tables of the trace.
 * Built once, read by all.
 *
 * Units    ns since the scenario's start date, allocation units, bytes, W.
 * Memory   the scenario's arena.
 * Errors   SIM_ENOMEM; SIM_ESCHEMA, naming the key, for a plan of more than 48 MB or (about) 0.6 s:
 *          both are counted before they are spent. The config has passed mdl_config_check.
 * Cost     O(classes x capacity steps) plus O(sources); pools are shared by equal mixes; 1,000
 *          communities in 50 ms.
 */
#ifndef MODELS_PLAN_H
#define MODELS_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/circuit_plan.h"
#include "models/config.h"
#include "models/data_plan.h"
#include "models/demand/replay.h"
#include "models/demand/source.h"
#include "models/figures/figures.h"
#include "models/fleet_plan.h"
#include "models/key_plan.h"
#include "models/money/energy.h"
#include "models/project_plan.h"
#include "models/records.h"
#include "models/staff_plan.h"
#include "models/storage_plan.h"
#include "models/transport/borders.h"
#include "models/transport/routes.h"

struct mdl_labels {
    const char *path; /* "/labels/partition" */
    size_t count;
    const char *const *text;
};

struct mdl_site_plan {
    const struct mdl_site_config *config;
    struct mdl_tariff tariff;
    int64_t online_ns, offline_ns; /* from the first partition's to the last one's; without any
                                      always */
};

/* How long it was online between two times. */
int64_t mdl_site_online_ns(const struct mdl_site_plan *site, int64_t from_ns, int64_t to_ns);

/* A log that takes the place of the sources: jobs of partition 0, sorted by submit. The run
 * goes on until the last has ended, and that is the window's end. */
struct mdl_replay_plan {
    struct mdl_job *job; /* [count], the work of one world; ids are the log's, users are numbered */
    size_t count;
};

struct mdl_plan {
    const struct mdl_config *config;
    struct sim_calendar calendar;
    int64_t begin_ns, start_ns, end_ns, finish_ns; /* pre-roll, window, follow-up */
    size_t site_count, partition_count, class_count, source_count;
    struct mdl_site_plan *site;
    struct mdl_partition_plan *partition;
    struct mdl_node_power *power;                /* [partition] */
    const struct mdl_class_config *class_config; /* [class_count] */
    struct mdl_network_plan network;
    struct mdl_borders borders;
    struct mdl_storage_plan storage;
    struct mdl_data_plan data;
    struct mdl_fleets_plan fleets;
    struct mdl_projects_plan projects;
    struct mdl_staffs_plan staff;
    struct mdl_circuits_plan circuits;
    struct mdl_keys_plan keys;
    const size_t *rule_of; /* [community] of the network */
    size_t pool_count;
    struct mdl_pool *pool;
    struct mdl_source_plan *source; /* communities, then backgrounds */
    const struct mdl_replay_plan *replay;
    bool is_verified;   /* every sharing of the network is proved fair; false at first */
    bool has_attempts;  /* some partition's jobs may be preempted: their attempts are recorded */
    bool has_transfers; /* jobs or data sets move data */

    struct mdl_figure_groups groups;
    size_t figure_count;
    const struct mdl_figure *figure;

    size_t table_count, series_count, label_count;
    const struct sim_table *const *table;
    const struct sim_series *const *series;
    const struct sim_series *series_of[MDL_SERIES_COUNT]; /* NULL: left out */
    const struct mdl_labels *label;
};

/* replay: NULL, or a log to run instead of the sources. Everything passed in is borrowed.
 * SIM_ESCHEMA: too large to plan; the message is "PATH: why", PATH the key to blame. */
SIM_NODISCARD enum sim_status mdl_plan_create(const struct mdl_config *config,
                                              const struct mdl_replay_plan *replay,
                                              struct sim_arena *arena, struct mdl_plan **out,
                                              struct sim_error *err);

/* Rules that need what follows from the config: routes, widths, derived rates. Returns how many
 * were reported. */
size_t mdl_plan_check(const struct mdl_plan *plan, mdl_report_fn *report, void *context);

/* Offered load of a partition over the window: work that its sources would submit over what its
 * released capacity could do, and the records and real jobs of a year at that rate. */
struct mdl_offered {
    double community_frac, background_frac;
    double relative_frac;       /* of both together, by loads: parts of what machines offer */
    double records, jobs;       /* in the window */
    double released_unit_hours; /* in the window */
};
void mdl_plan_offered(const struct mdl_plan *plan, struct mdl_offered *out /* [partition] */);

/* What an owner of shares has to offer over the window, and what is asked of it: by loads "of"
 * the owner, and by backgrounds that name it. Hours of accelerators, or of nodes of partitions
 * without; the two are never added. The last row without a name: asked of nobody's share. */
struct mdl_owner_offer {
    const char *name; /* NULL: loads and rates on partitions, whoever owns them */
    bool is_nodes;
    double offered_h, asked_h;
};
SIM_NODISCARD enum sim_status mdl_plan_owners(const struct mdl_plan *plan, struct sim_arena *arena,
                                              struct mdl_owner_offer **out, size_t *count,
                                              struct sim_error *err);

/* Bytes that a source's jobs are expected to bring of their own, and to take home, in the window.
 */
void mdl_plan_source_bytes(const struct mdl_plan *plan, size_t source, double bytes[2]);

/* Bits of key that jobs' own transfers under `secure: qkd` are expected to take of a link in the
 * window, at least. */
double mdl_plan_key_bits(const struct mdl_plan *plan, size_t link);

/* Mean load of each direction of a link over the window: bytes that the sources' jobs and the
 * fleets are expected to move, and those of others, which may pass what they get, over what the
 * link could carry. */
struct mdl_offered_link {
    double own_frac, background_frac;
};
void mdl_plan_offered_links(const struct mdl_plan *plan,
                            struct mdl_offered_link *out /* [direction_count] */);

/* What jobs are expected to do with each tier of storage over the window: bytes that they bring and
 * take home, leave behind in the end, read and write as checkpoints while they run; and fleets:
 * bytes that they write to it or read, and those written that stay until they are purged. */
struct mdl_tier_offer {
    double moved_bytes, left_bytes, read_bytes, written_bytes;
};
void mdl_plan_offered_storage(const struct mdl_plan *plan, struct mdl_tier_offer *out /* [tier] */);

/* Of all records expected in the window, those that bring or take home data of their own. */
double mdl_plan_transfer_frac(const struct mdl_plan *plan);

/* Days of the window on which no partition of a source's pool is open, and the records that it
 * would submit then: they are refused. */
struct mdl_closed {
    int64_t days;
    double records;
};
struct mdl_closed mdl_plan_closed(const struct mdl_plan *plan, size_t source);

/* Index of a partition by "site.partition"; SIZE_MAX when there is none. */
size_t mdl_plan_partition(const struct mdl_plan *plan, const char *name);

#endif /* MODELS_PLAN_H */
