/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/records.h - the tables and series that a run leaves behind, column by column.
 *
 * The descriptions here are what ends up in the result file (docs/output.md).
 */
#ifndef MODELS_RECORDS_H
#define MODELS_RECORDS_H

#include <stddef.h>
#include <stdint.h>

#include "models/compute/job.h"
#include "models/demand/project.h"
#include "sim/arena.h"
#include "sim/trace.h"

struct mdl_job_record {
    int64_t id;
    double time_submit_s, time_eligible_s, time_start_s, time_end_s, time_done_s, energy_j;
    int64_t gpus_milli, walltime_s;
    int32_t community, project, nodes, attempts, bundle;
    int32_t site, partition, job_class;
    uint8_t outcome;
};

struct mdl_attempt_record {
    int64_t id;
    double time_start_s, time_end_s;
    int32_t community, site, partition, attempt;
    uint8_t end;
};

/* How an attempt ended: an outcome of the job, or this. */
enum { MDL_ATTEMPT_PREEMPTED = MDL_OUTCOME_ABANDONED + 1 };

struct mdl_ledger_record {
    int32_t date_days; /* since 1970-01-01: last day that the entry covers */
    int32_t item, site, funder;
    int64_t cents;
};

struct mdl_project_record {
    int64_t number, jobs;
    double time_draft_s, time_submit_s, time_cutoff_s, time_decision_s, time_begin_s,
        time_first_job_s, time_end_s;
    int64_t stage_ns[MDL_STAGES][MDL_PARTS];
    int64_t asked_mgpuh, awarded_mgpuh, used_mgpuh, lost_mgpuh, returned_mgpuh, expired_mgpuh,
        overdrawn_mgpuh;
    int32_t community, access_mode, member, round, site, partition;
    uint8_t outcome;
};

extern const struct sim_table mdl_jobs_table, mdl_attempts_table, mdl_ledger_table,
    mdl_projects_table;

extern const char *const mdl_project_outcome_names[]; /* [MDL_PROJECT_OUTCOMES] */

extern const char *const mdl_outcome_names[];     /* [6], order of enum mdl_outcome */
extern const char *const mdl_attempt_end_names[]; /* [7]: those of outcomes, then preempted */
extern const char *const mdl_ledger_item_names[]; /* [1]: energy */
extern const char *const mdl_funder_names[];      /* [1]: operator */

enum {
    MDL_SERIES_UTILISATION,
    MDL_SERIES_QUEUE,
    MDL_SERIES_QUEUE_UNITS,
    MDL_SERIES_POWER,
    MDL_SERIES_LINK_LOAD,
    MDL_SERIES_STORAGE_FILL, /* only where storage fills */
    MDL_SERIES_BACKLOG,      /* only where there are fleets; then the last */
    MDL_SERIES_COUNT
};

/* The hourly series of a world with so many partitions, sites, links (each direction), tiers that
 * fill and fleets; those of no tiers, or of no fleets, are left out. */
SIM_NODISCARD enum sim_status mdl_series_create(size_t partition_count, size_t site_count,
                                                size_t link_count, size_t tier_count,
                                                size_t fleet_count, struct sim_arena *arena,
                                                const struct sim_series *const **out,
                                                struct sim_error *err);

#endif /* MODELS_RECORDS_H */
