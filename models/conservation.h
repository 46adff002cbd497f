/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/conservation.h - what must hold at the end of every run, checked in integers.
 *
 * Each check compares a total that a model kept with one counted another way, and reports both
 * numbers when they differ.
 *
 * Errors   SIM_EINVARIANT.
 */
#ifndef MODELS_CONSERVATION_H
#define MODELS_CONSERVATION_H

#include "models/compute/capacity.h"
#include "models/demand/source.h"
#include "models/figures/figures.h"
#include "models/money/energy.h"
#include "models/records.h"
#include "models/transport/storage.h"

/* Node-time of a partition from begin_ns to now_ns: released and installed as the plan's steps
 * say plus what drains, busy and draining = held by jobs, job by job, released - busy = lost by
 * cause, and busy <= released <= installed. */
SIM_NODISCARD enum sim_status mdl_check_node_time(const struct mdl_partition_plan *partition,
                                                  int64_t begin_ns, int64_t now_ns,
                                                  const struct mdl_partition_flows *kept,
                                                  sim_i128 held_unit_ns,
                                                  sim_i128 held_retired_unit_ns,
                                                  struct sim_error *err);

/* Busy and installed unit-time: the hours of the window, one by one = the window. */
SIM_NODISCARD enum sim_status mdl_check_hours(const char *partition, sim_i128 busy_unit_ns,
                                              sim_i128 installed_unit_ns,
                                              const struct mdl_partition_flows *window,
                                              struct sim_error *err);

/* Jobs of a source: drawn = submitted + held + refused, submitted = left + inside. */
SIM_NODISCARD enum sim_status mdl_check_jobs(const char *path,
                                             const struct mdl_source_counts *counts, uint64_t left,
                                             uint64_t inside, struct sim_error *err);

/* Applications: begun = ended + inside; hours, in thousandths: held by the jobs of projects that
 * have left = charged to projects. */
SIM_NODISCARD enum sim_status mdl_check_projects(uint64_t begun, uint64_t ended, uint64_t inside,
                                                 sim_i128 held_mgpuh, sim_i128 charged_mgpuh,
                                                 struct sim_error *err);

/* A tier: written = deleted + purged + moved + there; there = counted owner by owner; and never
 * more than its capacity. */
SIM_NODISCARD enum sim_status mdl_check_storage(const char *name, uint64_t capacity,
                                                const struct mdl_tier_state *state,
                                                sim_i128 counted, struct sim_error *err);

/* Bytes: begun = left, arrived or not, + under way. what: which bytes. */
SIM_NODISCARD enum sim_status mdl_check_bytes(const char *what, sim_i128 begun, sim_i128 left,
                                              sim_i128 inside, struct sim_error *err);

/* What was posted for a tier, rounded each time, is what it costs. */
SIM_NODISCARD enum sim_status mdl_check_storage_cost(const char *name, int64_t cents,
                                                     double due_cents, size_t postings,
                                                     struct sim_error *err);

/* The books of a site: what its ledger holds, and what that must follow from. */
struct mdl_books {
    const char *path; /* of the site */
    const struct mdl_ledger_record *row;
    size_t row_count;
    int64_t cents;                         /* the figure of the site's cost */
    int64_t first_due_days, last_due_days; /* days since 1970 on which rows may fall due */
    double facility_j;                     /* of the window */
    const struct mdl_tariff *tariff;
};

/* A row for each month's last day that falls due, and for the last day; the rows sum to the figure,
 * and to the energy of the window at the tariff, but for half a cent a row. */
SIM_NODISCARD enum sim_status mdl_check_books(const struct mdl_books *books, struct sim_error *err);

#endif /* MODELS_CONSERVATION_H */
