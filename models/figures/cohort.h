/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/figures/cohort.h - the applications of the window, followed to their first job, and the
 * awards that end in it.
 *
 * How long it takes to the first job is known of those who get there. Who is rejected or withdraws
 * never does: a competing end; who is on the way when the run ends is censored. The share that got
 * there by a time is Aalen and Johansen's estimate of the cumulative incidence, which is Kaplan and
 * Meier's where nothing competes; quantiles are those of who gets there: the smallest time at which
 * the estimate has reached that part of what it reaches in the end.
 *
 * Units    ns; milli-GPU-h.
 * Memory   the simulation's arena: 48 bytes per application of the window, and a cell per community
 *          and access mode.
 * Errors   SIM_ENOMEM.
 * Cost     O(1) per application; at the end O(n log n) + O(n) per group.
 * Source   Aalen & Johansen, Scand. J. Statist. 5 (1978), 141-150; Putter, Fiocco & Geskus,
 *          Statist. Med. 26 (2007), 2389-2430.
 */
#ifndef MODELS_FIGURES_COHORT_H
#define MODELS_FIGURES_COHORT_H

#include "models/demand/project.h"
#include "models/figures/figures.h"

/* How something ended that was waited for. */
enum mdl_ending { MDL_ENDING_REACHED, MDL_ENDING_COMPETING, MDL_ENDING_CENSORED };

struct mdl_until {
    int64_t time_ns; /* until then */
    uint8_t ending;  /* enum mdl_ending */
};

/* of[count] ascending in time; those that ended before those that were censored at one time. The
 * share that reached it by time_ns, all in all when that is SIM_NEVER; NaN when empty. */
double mdl_incidence(const struct mdl_until *of, size_t count, int64_t time_ns);

/* The smallest time by which the q-th part of those who reach it have, ns; SIM_NEVER when nobody
 * does. */
int64_t mdl_incidence_quantile(const struct mdl_until *of, size_t count, double q);

/* An application that has ended, or is inside when the run ends. */
struct mdl_cohort_case {
    uint32_t source, access_mode;
    uint8_t outcome;                           /* enum mdl_project_outcome */
    bool is_awarded, is_served, is_new_member; /* the last: nobody of it was served before */
    int64_t submitted_ns, decided_ns, first_job_ns, now_ns; /* MDL_TIME_UNSET where not reached */
    int64_t asked_mgpuh;
    const struct mdl_project_hours *hours;
    const int64_t (*stage_ns)[MDL_PARTS]; /* [MDL_STAGES] */
};

struct mdl_cohort;

SIM_NODISCARD enum sim_status mdl_cohort_create(const struct mdl_figure_groups *groups,
                                                struct sim_arena *arena, struct mdl_cohort **out,
                                                struct sim_error *err);
/* false: no memory. */
bool mdl_cohort_add(struct mdl_cohort *cohort, const struct mdl_cohort_case *of);

/* What a group comes to. */
struct mdl_cohort_sums {
    /* of the cohort: submitted in the window */
    uint64_t applications, decided, awarded, withdrawn, reached, watched; /* the last: ended */
    uint64_t within[2];                                                   /* reached in 30, 90 d */
    double lead_s;                                                        /* sum over the reached */
    double lead_quantile_s[2], decision_quantile_s[2];                    /* p50, p95 */
    double never_frac;                        /* of those whose end is known */
    sim_i128 stage_ns[MDL_STAGES][MDL_PARTS]; /* of the reached */
    sim_i128 asked_mgpuh, given_mgpuh;        /* of those decided */
    /* flows: projects that ended in the window */
    uint64_t projects_served, members_served;
    sim_i128 awarded_mgpuh, used_mgpuh, lost_mgpuh, returned_mgpuh, expired_mgpuh;
};
enum { MDL_WITHIN_SHORT_DAYS = 30, MDL_WITHIN_LONG_DAYS = 90 };

/* Once all have been added; type: ALL, KIND, COUNTRY or MODE. */
SIM_NODISCARD enum sim_status mdl_cohort_sum_up(struct mdl_cohort *cohort, enum mdl_group_type type,
                                                size_t index, struct mdl_cohort_sums *out,
                                                struct sim_error *err);

#endif /* MODELS_FIGURES_COHORT_H */
