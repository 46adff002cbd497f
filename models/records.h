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

struct mdl_transfer_record {
    int64_t id, bytes, tries;
    double time_begin_s, time_end_s;
    int32_t community, from, to, bottleneck;
    uint8_t kind, end;
};

struct mdl_ledger_record {
    int32_t date_days;          /* since 1970-01-01: last day that the entry covers */
    int32_t item, site, funder; /* site -1: of the network */
    int64_t cents;
};

enum mdl_ledger_item { MDL_LEDGER_ENERGY, MDL_LEDGER_STORAGE, MDL_LEDGER_KEYS, MDL_LEDGER_ITEMS };

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
    mdl_projects_table, mdl_transfers_table;

extern const char *const mdl_project_outcome_names[]; /* [MDL_PROJECT_OUTCOMES] */

extern const char *const mdl_outcome_names[];     /* [6], order of enum mdl_outcome */
extern const char *const mdl_attempt_end_names[]; /* [7]: those of outcomes, then preempted */
extern const char *const mdl_ledger_item_names[]; /* [MDL_LEDGER_ITEMS] */
extern const char *const mdl_funder_names[];      /* [1]: operator */

/* What moved data, how that ended; what stands behind the channels where a transfer was held up:
 * its member's own line, and nothing, since it never arrived. */
enum mdl_transfer_kind { MDL_TRANSFER_INPUT, MDL_TRANSFER_OUTPUT, MDL_TRANSFER_COPY };
enum { MDL_OWN_LINE, MDL_NEVER_ARRIVED, MDL_NO_CHANNELS };
extern const char *const mdl_transfer_kind_names[];             /* [3] */
extern const char *const mdl_transfer_end_names[];              /* [2]: arrived, given up */
extern const char *const mdl_no_channel_names[MDL_NO_CHANNELS]; /* behind those of channels */

enum {
    MDL_SERIES_UTILISATION,
    MDL_SERIES_QUEUE,
    MDL_SERIES_QUEUE_UNITS,
    MDL_SERIES_POWER,
    MDL_SERIES_LINK_LOAD,
    MDL_SERIES_LINK_BACKGROUND, /* only where links have some */
    MDL_SERIES_STORAGE_FILL,    /* only where storage fills */
    MDL_SERIES_BACKLOG,         /* this and the next only where there are fleets */
    MDL_SERIES_AGE,
    MDL_SERIES_COUNT
};

/* How many items the hourly series of a world have; 0: the series is left out (NULL), but for
 * those of partitions, sites and links, which always are there. */
struct mdl_series_items {
    size_t partitions, sites, links, backgrounds, tiers, fleets;
};
SIM_NODISCARD enum sim_status mdl_series_create(const struct mdl_series_items *items,
                                                struct sim_arena *arena,
                                                const struct sim_series *out[MDL_SERIES_COUNT],
                                                struct sim_error *err);

#endif /* MODELS_RECORDS_H */
