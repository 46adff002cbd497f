/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/support/scenario.h - from YAML and `--set` texts to a plan, as the program does it, and
 * the figures of its replications, in process.
 *
 * Memory   everything in one arena of the scenario; scenario_release frees it, also after a
 *          failure.
 * Errors   the status; what is wrong stands in scenario->error (the first mistake of a scenario).
 *          scenario_must_* print it and abort: for scenarios that are known to be good.
 */
#ifndef TESTS_SUPPORT_SCENARIO_H
#define TESTS_SUPPORT_SCENARIO_H

#include <stddef.h>
#include <stdint.h>

#include "models/plan.h"
#include "models/world.h"
#include "scenarios/load.h"
#include "sim/trace.h"

struct scenario {
    struct mdl_config config; /* first: the check of the loader finds the rest by it */
    struct scn_scenario loaded;
    struct mdl_plan *plan;
    struct sim_arena *arena;
    struct sim_error error;
};

/* path, or text named path; sets as "PATH=VALUE". limit_bytes bounds the arena (0: none). */
struct scenario_source {
    const char *path, *text;
    const char *const *sets;
    size_t set_count, limit_bytes;
};

enum sim_status scenario_load(const struct scenario_source *source, struct scenario *out);
void scenario_must_load(const struct scenario_source *source, struct scenario *out);
void scenario_release(struct scenario *scenario);

/* Index of the row "wait", "mean", "partition=desk.machine"; aborts when there is none. */
size_t scenario_figure(const struct mdl_plan *plan, const char *name, const char *statistic,
                       const char *selector);

/* One replication on this thread; value[figure_count]. */
enum sim_status scenario_replicate(const struct mdl_plan *plan, uint64_t seed, uint32_t replication,
                                   size_t limit_bytes, struct sim_trace *trace, double *value,
                                   struct sim_error *err);

/* ---- the rows of the job table, kept ---- */

struct job_rows { /* hand &rows->trace to a replication; the series are dropped */
    struct sim_trace trace;
    struct mdl_job_record *row; /* [count], in the order of leaving */
    size_t count, capacity;
    int64_t ledger_cents[MDL_LEDGER_ITEMS]; /* sums of the ledger's rows */
};

void job_rows_init(struct job_rows *rows);
void job_rows_release(struct job_rows *rows);

/* Rows by community, then id. */
void job_rows_sort(struct job_rows *rows);

#endif /* TESTS_SUPPORT_SCENARIO_H */
