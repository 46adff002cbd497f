/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A figure is one line of the table `definitions`: its name, what it may be grouped by, and a
 * function of the group's tallies. Rows are definitions times groups, in this order. */
#include "models/figures/figures.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/figures/cohort.h"
#include "models/figures/tallies.h"
#include "sim/units.h"

const char *const mdl_size_names[MDL_SIZE_CLASSES] = {"1", "2-8", "9-64", "65-512", ">512"};
static const char *const group_keys[MDL_GROUP_TYPES] = {
    "",     "site",  "partition",      "kind",         "class",   "country", "size",
    "link", "share", "partition,kind", "kind,country", "tier",    "fleet",   "border",
    "mode", "pool",  "course",         "quota",        "circuit", "hop"};

/* Of lines of access: what counts as fast, and as gigabit, in the EU's statistics. */
enum { THRESHOLDS = 3 };
static const double threshold_bytes_per_s[THRESHOLDS] = {30e6 / 8, 100e6 / 8, 1e9 / 8};

struct view { /* a group when figures are computed */
    const struct mdl_tally *tally;
    double parts_per_gpu;
    struct mdl_partition_flows flows; /* sums over GPU partitions, in parts of GPUs; of a CPU
                                         partition alone in as many parts of nodes */
    double installed_h100e_ns, released_h100e_ns, window_ns;
    double dependence_chip;
    int64_t cost_cents;
    const struct mdl_link_flows *link;
    struct mdl_tier_flows tier; /* sums over tiers */
    const struct mdl_transfer_flows *transfers;
    const struct mdl_data_flows *data;
    const struct mdl_fleet_use *fleet;
    const struct mdl_cohort_sums *cohort; /* NULL: nobody applies, or not in such a group */
    const struct mdl_circuit_flows *circuit;
    const struct mdl_key_flows *keys;
    const struct mdl_border_flows *borders;
    double border_bytes;
    const struct mdl_staff_use *staff;
    const struct mdl_course_counts *course;
    const struct mdl_call_flows *call;
    const struct mdl_quota_flows *quota;
    double members, members_below[2][THRESHOLDS]; /* of the group; whose line up, down is below */
};

struct mdl_figures {
    const struct mdl_figure_groups *groups;
    struct sim_arena *arena;
    struct mdl_tallies *tallies;
    struct mdl_cohort *cohort; /* NULL: nobody applies */
};

static const double NS_PER_H = 3.6e12;
enum { N_SHARE = 10, N_MEDIAN = 20, N_P95 = 100, N_P99 = 500 };

/* ---- values ---- */

static double ratio(double a, double b)
{
    return b > 0 ? a / b : NAN;
}

/* Of sums in parts of GPUs. */
static double hours(const struct view *v, double part_ns)
{
    return part_ns / (NS_PER_H * v->parts_per_gpu);
}

static double utilisation(const struct view *v, double arg)
{
    (void)arg;
    return ratio((double)v->flows.busy_unit_ns, (double)v->flows.released_unit_ns);
}

static double utilisation_of_installed(const struct view *v, double arg)
{
    (void)arg;
    return ratio((double)v->flows.busy_unit_ns, (double)v->flows.installed_unit_ns);
}

static double availability(const struct view *v, double arg)
{
    (void)arg;
    return ratio((double)v->flows.released_unit_ns, (double)v->flows.installed_unit_ns);
}

static double capacity_installed(const struct view *v, double arg)
{
    (void)arg;
    return hours(v, (double)v->flows.installed_unit_ns);
}

static double capacity_available(const struct view *v, double arg)
{
    (void)arg;
    return hours(v, (double)v->flows.released_unit_ns);
}

static double capacity_installed_h100e(const struct view *v, double arg)
{
    (void)arg;
    return v->installed_h100e_ns / NS_PER_H;
}

static double capacity_available_h100e(const struct view *v, double arg)
{
    (void)arg;
    return v->released_h100e_ns / NS_PER_H;
}

static double capacity_lost(const struct view *v, double cause)
{
    return hours(v, (double)v->flows.lost_unit_ns[(int)cause]);
}

static double capacity_lost_share(const struct view *v, double cause)
{
    return ratio((double)v->flows.lost_unit_ns[(int)cause], (double)v->flows.installed_unit_ns);
}

static double gpu_hours(const struct view *v, double arg)
{
    (void)arg;
    return hours(v, (double)v->tally->gpu_ns);
}

static double h100e_hours(const struct view *v, double arg)
{
    (void)arg;
    return v->tally->h100e_ns / NS_PER_H;
}

static double node_hours(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tally->node_ns / NS_PER_H;
}

/* with_cancelled: 0 or 1. */
static double useful_gpu_ns(const struct view *v, double with_cancelled)
{
    const struct mdl_tally *t = v->tally;

    return (double)(t->gpu_ns - t->lost_gpu_ns - (with_cancelled > 0 ? 0 : t->cancelled_gpu_ns));
}

static double useful_h100e_ns(const struct view *v, double with_cancelled)
{
    const struct mdl_tally *t = v->tally;

    return t->h100e_ns - t->lost_h100e_ns - (with_cancelled > 0 ? 0 : t->cancelled_h100e_ns);
}

static double gpu_hours_useful(const struct view *v, double with_cancelled)
{
    return hours(v, useful_gpu_ns(v, with_cancelled));
}

static double gpu_hours_yield(const struct view *v, double with_cancelled)
{
    return ratio(useful_gpu_ns(v, with_cancelled), (double)v->tally->gpu_ns);
}

static double h100e_hours_useful(const struct view *v, double with_cancelled)
{
    return useful_h100e_ns(v, with_cancelled) / NS_PER_H;
}

static double h100e_hours_yield(const struct view *v, double with_cancelled)
{
    return ratio(useful_h100e_ns(v, with_cancelled), v->tally->h100e_ns);
}

static double jobs_submitted(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tally->jobs_submitted;
}

static double jobs_ended(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tally->jobs_ended;
}

static double records_submitted(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tally->records_submitted;
}

static double records_ended(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tally->records_ended;
}

static double wait_mean(const struct view *v, double arg)
{
    (void)arg;
    if (v->tally->queued < N_SHARE)
        return NAN;
    return (double)v->tally->wait_ns / (double)v->tally->queued / NS_PER_H;
}

static double wait_weighted(const struct view *v, double arg)
{
    (void)arg;
    return v->tally->queued < N_SHARE ? NAN : ratio(v->tally->weighted_wait, v->tally->weight);
}

static bool is_enough(const struct mdl_times *times, double q)
{
    uint64_t least = q > 0.95 ? N_P99 : q > 0.5 ? N_P95 : N_MEDIAN;
    uint64_t censored = times->censored ? times->censored->count : 0;

    return times->ended && times->ended->count + censored >= least;
}

static double quantile(const struct mdl_times *times, double q)
{
    return is_enough(times, q) ? sim_sketch_survival_quantile(times->ended, times->censored, q)
                               : NAN;
}

/* Where the quantile of enough times does not exist, it lies beyond all of them. */
static double last(const struct mdl_times *times, double q)
{
    if (!is_enough(times, q))
        return NAN;
    return times->censored ? fmax(sim_sketch_last(times->ended), sim_sketch_last(times->censored))
                           : sim_sketch_last(times->ended);
}

static double wait_quantile(const struct view *v, double q)
{
    return quantile(&v->tally->wait_h, q);
}

static double wait_last(const struct view *v, double q)
{
    return last(&v->tally->wait_h, q);
}

static double slowdown_mean(const struct view *v, double arg)
{
    (void)arg;
    return v->tally->started < N_SHARE ? NAN : v->tally->slowdown / (double)v->tally->started;
}

static double slowdown_quantile(const struct view *v, double q)
{
    return quantile(&v->tally->slow, q);
}

static double share_of_cohort(const struct mdl_tally *t, uint64_t count)
{
    return t->cohort < N_SHARE ? NAN : (double)count / (double)t->cohort;
}

static double wait_any(const struct view *v, double arg)
{
    (void)arg;
    return share_of_cohort(v->tally, v->tally->waited);
}

static double wait_censored(const struct view *v, double arg)
{
    (void)arg;
    return share_of_cohort(v->tally, v->tally->cohort - v->tally->started);
}

static double abandoned(const struct view *v, double arg)
{
    (void)arg;
    return share_of_cohort(v->tally, v->tally->abandoned);
}

static double job_lead_mean(const struct view *v, double arg)
{
    (void)arg;
    if (v->tally->done < N_SHARE)
        return NAN;
    return (double)v->tally->lead_ns / (double)v->tally->done / NS_PER_H;
}

static double stage_in_mean(const struct view *v, double arg)
{
    (void)arg;
    if (v->tally->staged < N_SHARE)
        return NAN;
    return (double)v->tally->stage_ns / (double)v->tally->staged / NS_PER_H;
}

static double data_in(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tally->in_bytes / 1e12;
}

static double data_out(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tally->out_bytes / 1e12;
}

static double queue_mean(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->flows.waiting_ns / v->window_ns;
}

static double inside_mean(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->flows.inside_ns / v->window_ns;
}

static double energy(const struct view *v, double arg)
{
    (void)arg;
    return v->flows.facility_j / 3.6e9;
}

static double carbon(const struct view *v, double arg)
{
    (void)arg;
    return v->flows.carbon_g / 1e6;
}

static double carbon_per_useful(const struct view *v, double with_cancelled)
{
    return ratio(v->flows.carbon_g, useful_h100e_ns(v, with_cancelled) / NS_PER_H);
}

static double cost_energy(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->cost_cents / 100;
}

/* is_own: 1 without what else is on the link. */
static const struct mdl_link_load *load_of(const struct view *v, double is_own)
{
    return is_own > 0 ? &v->link->own : &v->link->all;
}

static double link_load(const struct view *v, double is_own)
{
    return load_of(v, is_own)->mean_frac;
}

static double link_background(const struct view *v, double arg)
{
    (void)arg;
    return v->link->all.mean_frac - v->link->own.mean_frac;
}

/* The sketch may be 1 % above what was ever seen. */
static double link_load_p95(const struct view *v, double is_own)
{
    const struct sim_sketch *sketch = load_of(v, is_own)->sketch;

    if (!sketch || v->link->samples < N_P95)
        return NAN;
    return fmin(sim_sketch_quantile(sketch, 0.95) * MDL_LINK_SKETCH_FRAC, 1);
}

static double link_above(const struct view *v, double is_own)
{
    if (v->link->samples < N_SHARE)
        return NAN;
    return (double)load_of(v, is_own)->above_90 / (double)v->link->samples;
}

static double link_moved(const struct view *v, double arg)
{
    (void)arg;
    return v->link->moved_bytes / 1e12;
}

static double border_crossed(const struct view *v, double arg)
{
    (void)arg;
    return v->border_bytes / 1e12;
}

static double link_held_up(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->link->held_up;
}

static double link_held_up_tb(const struct view *v, double arg)
{
    (void)arg;
    return v->link->held_up_bytes / 1e12;
}

/* of: enum fleet_bytes */
enum fleet_bytes { GENERATED, DELIVERED, LOST, OVERFLOWED };

static double fleet_tb(const struct view *v, double of)
{
    const struct mdl_fleet_bytes *bytes = &v->fleet->bytes;

    return (double)(of == GENERATED   ? bytes->generated
                    : of == DELIVERED ? bytes->delivered
                    : of == LOST      ? bytes->lost
                                      : bytes->overflowed) /
           1e12;
}

static double fleet_blocked(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->fleet->blocked_hours;
}

static double fleet_uncovered(const struct view *v, double arg)
{
    (void)arg;
    return v->fleet->devices > 0 ? 1 - v->fleet->covered / v->fleet->devices : NAN;
}

static double backlog_mean(const struct view *v, double arg)
{
    (void)arg;
    return ratio(v->fleet->backlog_s, v->window_ns / 1e9);
}

static double backlog_max(const struct view *v, double arg)
{
    (void)arg;
    return v->fleet->samples ? v->fleet->backlog_max : NAN;
}

/* is_age: of ages, else of backlogs. */
static double fleet_quantile(const struct view *v, double is_age)
{
    const struct sim_sketch *sketch = is_age > 0 ? v->fleet->age : v->fleet->backlog;

    if (!sketch || v->fleet->samples < N_P95)
        return NAN;
    return sim_sketch_quantile(sketch, 0.95) * (is_age > 0 ? 1 : MDL_BACKLOG_SKETCH_BYTES);
}

static double age_mean(const struct view *v, double arg)
{
    (void)arg;
    return v->fleet->samples < N_SHARE ? NAN : ratio(v->fleet->age_s, v->fleet->covered);
}

static double age_over_deadline(const struct view *v, double arg)
{
    (void)arg;
    return v->fleet->samples < N_SHARE || !v->fleet->has_deadline
               ? NAN
               : ratio(v->fleet->over_deadline, v->fleet->devices);
}

/* ---- staff ---- */

static double staff_h(sim_i128 part_ns)
{
    return (double)part_ns / MDL_STAFF_PART / NS_PER_H;
}

static double staff_load(const struct view *v, double arg)
{
    (void)arg;
    return ratio((double)v->staff->hours.worked, (double)v->staff->hours.present);
}

static double staff_worked(const struct view *v, double arg)
{
    (void)arg;
    return staff_h(v->staff->hours.worked);
}

static double staff_present(const struct view *v, double arg)
{
    (void)arg;
    return staff_h(v->staff->hours.present);
}

static double staff_vacant(const struct view *v, double arg)
{
    (void)arg;
    return ratio((double)v->staff->hours.vacant,
                 (double)(v->staff->hours.vacant + v->staff->hours.present));
}

static double task_wait_mean(const struct view *v, double arg)
{
    (void)arg;
    return v->staff->begun < N_SHARE ? NAN
                                     : v->staff->wait_s_sum / SIM_DAY_S / (double)v->staff->begun;
}

static double task_wait_p95(const struct view *v, double arg)
{
    (void)arg;
    if (!v->staff->wait || v->staff->begun < N_P95)
        return NAN;
    return sim_sketch_quantile(v->staff->wait, 0.95) / SIM_DAY_S;
}

static double failed(const struct view *v, double arg)
{
    const struct mdl_tally *t = v->tally;

    (void)arg;
    return t->records_ended < N_SHARE ? NAN : (double)t->jobs_failed / (double)t->jobs_ended;
}

static double training_persons(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->course->persons;
}

static double training_wait(const struct view *v, double arg)
{
    (void)arg;
    return ratio((double)v->course->waited_ns / (1e9 * SIM_DAY_S), (double)v->course->held);
}

static double transfer_share(const struct view *v, double arg)
{
    (void)arg;
    return v->tally->done < N_SHARE ? NAN
                                    : ratio((double)v->tally->moving_ns, (double)v->tally->lead_ns);
}

/* at: enum place_of_bottleneck */
enum place_of_bottleneck { AT_LINE, AT_LINK, AT_SITE, AT_CELL };

static double held_up_share(const struct view *v, double at)
{
    const struct mdl_transfer_flows *t = v->transfers;
    uint64_t count = at == AT_LINE   ? t->held_up_by_line
                     : at == AT_LINK ? t->held_up_by_link
                     : at == AT_CELL ? t->held_up_by_cell
                                     : t->held_up_by_site;

    return t->arrived < N_SHARE ? NAN : (double)count / (double)t->arrived;
}

static double transfers_arrived(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->transfers->arrived;
}

static double transfers_failed(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->transfers->failed;
}

static double transfers_retried(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->transfers->retried;
}

static double transfers_rerouted(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->transfers->rerouted;
}

static double transfers_given_up(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->transfers->given_up;
}

static double data_asked(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->data->asked;
}

static double data_found(const struct view *v, double arg)
{
    (void)arg;
    return v->data->asked < N_SHARE ? NAN : (double)v->data->found / (double)v->data->asked;
}

static double data_staged(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->data->staged;
}

static double data_staged_tb(const struct view *v, double arg)
{
    (void)arg;
    return v->data->staged_bytes / 1e12;
}

static double data_evicted(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->data->evicted;
}

static double data_refused(const struct view *v, double reason)
{
    return (double)v->data->refused[(int)reason];
}

static double data_crossed(const struct view *v, double zone)
{
    return v->borders->zone_bytes[(int)zone] / 1e12;
}

static double transfer_uncovered(const struct view *v, double has_other)
{
    return (double)(has_other > 0 ? v->transfers->uncovered : v->transfers->unreached);
}

static double access_below_up(const struct view *v, double threshold)
{
    return ratio(v->members_below[0][(int)threshold], v->members);
}

static double access_below_down(const struct view *v, double threshold)
{
    return ratio(v->members_below[1][(int)threshold], v->members);
}

static double circuit_booked(const struct view *v, double arg)
{
    (void)arg;
    return v->circuit->booked_s / SIM_HOUR_S;
}

static double circuit_down(const struct view *v, double arg)
{
    (void)arg;
    return ratio(v->circuit->down_s, v->circuit->booked_s);
}

/* The direction that carries more is what the circuit was booked for. */
static double circuit_use(const struct view *v, double arg)
{
    (void)arg;
    return ratio(fmax(v->circuit->bytes[0], v->circuit->bytes[1]),
                 v->circuit->capacity_bytes_per_s * v->circuit->booked_s);
}

static double circuit_carried(const struct view *v, double arg)
{
    (void)arg;
    return (v->circuit->bytes[0] + v->circuit->bytes[1]) / 1e12;
}

static double circuit_transfers(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->circuit->transfers;
}

static double key_used(const struct view *v, double arg)
{
    (void)arg;
    return v->keys->used_bits / 1e6;
}

static double key_load(const struct view *v, double arg)
{
    (void)arg;
    return ratio(v->keys->used_bits, v->keys->made_bits);
}

static double key_wait(const struct view *v, double arg)
{
    (void)arg;
    return v->keys->granted < N_SHARE ? NAN
                                      : v->keys->wait_s / (double)v->keys->granted / SIM_HOUR_S;
}

static double key_waited(const struct view *v, double arg)
{
    (void)arg;
    return v->keys->asked < N_SHARE ? NAN : (double)v->keys->waited / (double)v->keys->asked;
}

static double key_cost(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->keys->cost_cents / 100;
}

static double storage_fill(const struct view *v, double arg)
{
    (void)arg;
    return ratio((double)v->tier.fill_byte_ns / v->window_ns, v->tier.capacity_bytes);
}

static double storage_fill_max(const struct view *v, double arg)
{
    (void)arg;
    return ratio((double)v->tier.fill_max_bytes, v->tier.capacity_bytes);
}

/* The sketch may be 1 % above what was ever seen. */
static double storage_fill_quantile(const struct view *v, double q)
{
    if (!v->tier.hourly || v->tier.hourly->count < N_P95)
        return NAN;
    return fmin(sim_sketch_quantile(v->tier.hourly, q) * MDL_LINK_SKETCH_FRAC,
                storage_fill_max(v, 0));
}

static double storage_full_wait(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tier.waited;
}

static double storage_full_wait_hours(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tier.waiting_ns / NS_PER_H;
}

static double storage_quota_wait(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tier.quota_waited;
}

static double storage_quota_wait_hours(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tier.quota_waiting_ns / NS_PER_H;
}

static double storage_purged(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tier.purged_bytes / 1e12;
}

static double storage_cost(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tier.cost_cents / 100;
}

static double io_slowdown(const struct view *v, double arg)
{
    (void)arg;
    return ratio(v->tally->io_held, v->tally->io_work);
}

static double io_lost(const struct view *v, double arg)
{
    (void)arg;
    return hours(v, (double)v->tally->io_lost_gpu_ns);
}

static double spill_cross_border(const struct view *v, double arg)
{
    (void)arg;
    return ratio(v->tally->abroad_h100e_ns, v->tally->brokered_h100e_ns);
}

static double dependence_chip(const struct view *v, double arg)
{
    (void)arg;
    return v->dependence_chip;
}

static double preemptions(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tally->preemptions;
}

static double preemption_lost(const struct view *v, double arg)
{
    (void)arg;
    return hours(v, (double)v->tally->preempted_gpu_ns);
}

static double deferred(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tally->unserved.deferred;
}

static double refused(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tally->unserved.refused;
}

static double refused_by_zone(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tally->unserved.outside;
}

static double refused_by_storage(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tally->unserved.no_enclave;
}

static double stranded(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tally->unserved.stranded;
}

/* ---- applications and projects ---- */

static double cohort_share(const struct view *v, uint64_t part, uint64_t of)
{
    (void)v;
    return of < N_SHARE ? NAN : (double)part / (double)of;
}

static double applications(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->cohort->applications;
}

static double awards(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->cohort->awarded;
}

static double withdrawn(const struct view *v, double arg)
{
    (void)arg;
    return cohort_share(v, v->cohort->withdrawn, v->cohort->applications);
}

static double success(const struct view *v, double arg)
{
    (void)arg;
    return cohort_share(v, v->cohort->awarded, v->cohort->decided);
}

static double success_funded(const struct view *v, double arg)
{
    (void)arg;
    return ratio((double)v->cohort->given_mgpuh, (double)v->cohort->asked_mgpuh);
}

static double days(double s)
{
    return s / SIM_DAY_S;
}

static double lead_mean(const struct view *v, double arg)
{
    (void)arg;
    return v->cohort->reached < N_SHARE ? NAN
                                        : days(v->cohort->lead_s / (double)v->cohort->reached);
}

/* arg: 0 = p50, 1 = p95 */
static double lead_quantile(const struct view *v, double arg)
{
    return v->cohort->reached < (arg > 0 ? N_P95 : N_MEDIAN)
               ? NAN
               : days(v->cohort->lead_quantile_s[(int)arg]);
}

static double lead_never(const struct view *v, double arg)
{
    (void)arg;
    return v->cohort->applications < N_SHARE ? NAN : v->cohort->never_frac;
}

static double decision_quantile(const struct view *v, double arg)
{
    return v->cohort->decided < (arg > 0 ? N_P95 : N_MEDIAN)
               ? NAN
               : days(v->cohort->decision_quantile_s[(int)arg]);
}

enum { ALL_PARTS = 8 };

/* arg: stage, plus so many times the part + 1; 0 there: all parts. */
static double lead_stage(const struct view *v, double arg)
{
    const sim_i128 *part = v->cohort->stage_ns[(int)arg % ALL_PARTS];
    int which = (int)arg / ALL_PARTS;
    double ns = which ? (double)part[which - 1] : (double)(part[0] + part[1] + part[2]);

    return v->cohort->reached < N_SHARE ? NAN : days(ns / 1e9 / (double)v->cohort->reached);
}

static double served_within(const struct view *v, double arg)
{
    return cohort_share(v, v->cohort->within[(int)arg], v->cohort->watched);
}

static double served_projects(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->cohort->projects_served;
}

static double served_members(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->cohort->members_served;
}

enum award_part { AWARD_USED, AWARD_LOST, AWARD_RETURNED, AWARD_EXPIRED };

static double award_part(const struct view *v, double arg)
{
    const sim_i128 part[] = {v->cohort->used_mgpuh, v->cohort->lost_mgpuh,
                             v->cohort->returned_mgpuh, v->cohort->expired_mgpuh};

    return ratio((double)part[(int)arg], (double)v->cohort->awarded_mgpuh);
}

static double award_hours(const struct view *v, double arg)
{
    return (double)(arg > 0 ? v->cohort->given_mgpuh : v->cohort->asked_mgpuh) / 1000;
}

static double oversubscription(const struct view *v, double arg)
{
    (void)arg;
    return ratio((double)v->call->asked_mgpuh, v->call->offered_mgpuh);
}

static double quota_used(const struct view *v, double arg)
{
    (void)arg;
    return ratio((double)v->quota->awarded, v->quota->call.offered_mgpuh);
}

static double quota_blocked(const struct view *v, double arg)
{
    (void)arg;
    return ratio((double)v->quota->blocked_ns, v->window_ns);
}

enum quota_hours { QUOTA_IDLE, QUOTA_RELEASED, QUOTA_LOST };

static double quota_hours(const struct view *v, double which)
{
    const int64_t mgpuh[] = {v->quota->idle, v->quota->released, v->quota->lost};

    return (double)mgpuh[(int)which] / 1000;
}

/* ---- definitions ---- */

#define BIT(type) (1u << MDL_GROUP_##type)
#define PLACES    (BIT(ALL) | BIT(SITE) | BIT(PARTITION))
#define USERS     (BIT(KIND) | BIT(CLASS))
#define PAIRS     (BIT(KIND_PARTITION) | BIT(KIND_COUNTRY))
#define WAITS     (PLACES | USERS | BIT(COUNTRY) | BIT(SIZE) | PAIRS)
#define SLOW      (PLACES | USERS | BIT(COUNTRY) | BIT(SIZE) | BIT(KIND_PARTITION))
#define PROJECTS  (BIT(ALL) | BIT(KIND) | BIT(COUNTRY) | BIT(MODE))
#define HOURS     (PLACES | USERS | BIT(COUNTRY) | BIT(SHARE) | PAIRS)

/* Of the lead time, what a stage takes, and parts of it. */
#define STAGE_ROWS(stage, selected, words)                                                         \
    {"lead_time.stage",                                                                            \
     "mean",                                                                                       \
     "d",                                                                                          \
     "cohort",                                                                                     \
     BIT(ALL) | BIT(MODE),                                                                         \
     MDL_BETTER_LOW,                                                                               \
     lead_stage,                                                                                   \
     stage,                                                                                        \
     .help = words ", of those who got to their first job; stages add up to lead_time.mean",       \
     .fixed = selected,                                                                            \
     .needs = MDL_NEEDS_PROJECTS},                                                                 \
        {"lead_time.stage",                                                                        \
         "worked",                                                                                 \
         "d",                                                                                      \
         "cohort",                                                                                 \
         BIT(ALL) | BIT(MODE),                                                                     \
         MDL_BETTER_LOW,                                                                           \
         lead_stage,                                                                               \
         stage + ALL_PARTS * (1 + MDL_PART_WORKED),                                                \
         .help = "of that, worked on",                                                             \
         .fixed = selected,                                                                        \
         .needs = MDL_NEEDS_PROJECTS},                                                             \
        {"lead_time.stage",                                                                        \
         "resource",                                                                               \
         "d",                                                                                      \
         "cohort",                                                                                 \
         BIT(ALL) | BIT(MODE),                                                                     \
         MDL_BETTER_LOW,                                                                           \
         lead_stage,                                                                               \
         stage + ALL_PARTS * (1 + MDL_PART_RESOURCE),                                              \
         .help = "of that, waiting for a person, a machine or hours",                              \
         .fixed = selected,                                                                        \
         .needs = MDL_NEEDS_PROJECTS},                                                             \
    {                                                                                              \
        "lead_time.stage", "date", "d", "cohort", BIT(ALL) | BIT(MODE), MDL_BETTER_LOW,            \
            lead_stage, stage + ALL_PARTS *(1 + MDL_PART_DATE),                                    \
            .help = "of that, waiting for a date", .fixed = selected, .needs = MDL_NEEDS_PROJECTS  \
    }

static const struct definition {
    const char *name, *statistic, *unit, *method;
    unsigned groups;
    enum mdl_better better;
    double (*value)(const struct view *view, double arg);
    double arg;
    const char *help;
    const char *fixed, *plot; /* NULL: none */
    bool is_share;
    unsigned needs; /* of enum mdl_figure_need: there are no rows without */
    double (*bound)(const struct view *view, double arg); /* for a value that is NaN; NULL: none */
} definitions[] = {
    {"utilisation", "", "1", "flow", PLACES | BIT(SHARE), MDL_BETTER_HIGH, utilisation, 0,
     .help = "allocated over available accelerator time (node time on partitions without; sites, "
             "owners "
             "and the total: accelerators only)",
     .plot = "use-map", .is_share = true},
    {"utilisation", "of_installed", "1", "flow", PLACES | BIT(SHARE), MDL_BETTER_HIGH,
     utilisation_of_installed, 0,
     .help = "allocated over installed accelerator time: what is not released yet counts as idle",
     .plot = "use-map", .is_share = true},
    {"capacity.installed", "", "GPU-h", "flow", PLACES | BIT(SHARE), MDL_BETTER_NEITHER,
     capacity_installed, 0,
     .help = "accelerators from online (acceptance) to offline, or until what still runs then has "
             "ended, times hours (node-h on partitions without)"},
    {"capacity.installed", "h100e", "H100e-h", "flow", PLACES | BIT(SHARE), MDL_BETTER_NEITHER,
     capacity_installed_h100e, 0,
     .help = "the same, each hour times the worth of the accelerator for any class"},
    {"capacity.available", "", "GPU-h", "flow", PLACES | BIT(SHARE), MDL_BETTER_HIGH,
     capacity_available, 0, .help = "installed capacity less what the ramp has not released"},
    {"capacity.available", "h100e", "H100e-h", "flow", PLACES | BIT(SHARE), MDL_BETTER_HIGH,
     capacity_available_h100e, 0,
     .help = "the same, each hour times the worth of the accelerator for any class"},
    {"availability", "", "1", "flow", PLACES | BIT(SHARE), MDL_BETTER_HIGH, availability, 0,
     .help = "available over installed capacity", .is_share = true},
    {"capacity.lost", "", "GPU-h", "flow", PLACES, MDL_BETTER_LOW, capacity_lost,
     MDL_LOST_MAINTENANCE, .help = "available and kept free by a reservation for nobody",
     .fixed = "cause=maintenance", .needs = MDL_NEEDS_RESERVATIONS},
    {"capacity.lost", "", "GPU-h", "flow", PLACES, MDL_BETTER_LOW, capacity_lost,
     MDL_LOST_RESERVED_IDLE,
     .help = "available and kept free by a reservation whose members do not use it",
     .fixed = "cause=reserved_idle", .needs = MDL_NEEDS_RESERVATIONS},
    {"capacity.lost", "", "GPU-h", "flow", PLACES, MDL_BETTER_LOW, capacity_lost,
     MDL_LOST_FRAGMENTED,
     .help = "available and free, and enough for the head of the queue, but not on the nodes where "
             "it could use it",
     .fixed = "cause=fragmented", .needs = MDL_NEEDS_SHARED_NODES},
    {"capacity.lost", "", "GPU-h", "flow", PLACES, MDL_BETTER_LOW, capacity_lost, MDL_LOST_BLOCKED,
     .help = "available and free while the head of the queue waits for more; the causes add up to "
             "available less allocated, exactly but for jobs that outlive a retirement",
     .fixed = "cause=blocked"},
    {"capacity.lost", "", "GPU-h", "flow", PLACES, MDL_BETTER_NEITHER, capacity_lost,
     MDL_LOST_NO_DEMAND,
     .help =
         "available and free while nobody waits; the causes add up to available less allocated, "
         "exactly but for jobs that outlive a retirement",
     .fixed = "cause=no_demand"},
    {"capacity.lost", "of_installed", "1", "flow", PLACES, MDL_BETTER_LOW, capacity_lost_share,
     MDL_LOST_MAINTENANCE, .help = "the same over installed capacity", .fixed = "cause=maintenance",
     .is_share = true, .needs = MDL_NEEDS_RESERVATIONS},
    {"capacity.lost", "of_installed", "1", "flow", PLACES, MDL_BETTER_LOW, capacity_lost_share,
     MDL_LOST_RESERVED_IDLE, .help = "the same over installed capacity",
     .fixed = "cause=reserved_idle", .is_share = true, .needs = MDL_NEEDS_RESERVATIONS},
    {"capacity.lost", "of_installed", "1", "flow", PLACES, MDL_BETTER_LOW, capacity_lost_share,
     MDL_LOST_FRAGMENTED, .help = "the same over installed capacity", .fixed = "cause=fragmented",
     .is_share = true, .needs = MDL_NEEDS_SHARED_NODES},
    {"capacity.lost", "of_installed", "1", "flow", PLACES, MDL_BETTER_LOW, capacity_lost_share,
     MDL_LOST_BLOCKED, .help = "the same over installed capacity", .fixed = "cause=blocked",
     .is_share = true},
    {"capacity.lost", "of_installed", "1", "flow", PLACES, MDL_BETTER_NEITHER, capacity_lost_share,
     MDL_LOST_NO_DEMAND, .help = "the same over installed capacity", .fixed = "cause=no_demand",
     .is_share = true},
    {"gpu_hours.allocated", "", "GPU-h", "flow", HOURS, MDL_BETTER_HIGH, gpu_hours, 0,
     .help = "accelerator time held by jobs in the window, background included, native hours"},
    {"h100e_hours.allocated", "", "H100e-h", "flow", HOURS, MDL_BETTER_HIGH, h100e_hours, 0,
     .help = "the same, each hour times the accelerator's worth for the job's class",
     .plot = "europe"},
    {"gpu_hours.useful", "", "GPU-h", "flow", PLACES | USERS | BIT(COUNTRY) | BIT(SHARE),
     MDL_BETTER_HIGH, gpu_hours_useful, 0,
     .help =
         "allocated less jobs that failed, were cancelled or ran into their walltime (there are no "
         "checkpoints), less accelerators held but not asked for"},
    {"gpu_hours.useful", "with_cancelled", "GPU-h", "flow",
     PLACES | USERS | BIT(COUNTRY) | BIT(SHARE), MDL_BETTER_HIGH, gpu_hours_useful, 1,
     .help = "the same, but hours of cancelled jobs count as useful"},
    {"gpu_hours.yield", "", "1", "flow", PLACES | USERS | BIT(COUNTRY) | BIT(SHARE),
     MDL_BETTER_HIGH, gpu_hours_yield, 0, .help = "useful over allocated hours", .is_share = true},
    {"gpu_hours.yield", "with_cancelled", "1", "flow", PLACES | USERS | BIT(COUNTRY) | BIT(SHARE),
     MDL_BETTER_HIGH, gpu_hours_yield, 1,
     .help = "the same, but hours of cancelled jobs count as useful", .is_share = true},
    {"h100e_hours.useful", "", "H100e-h", "flow", PLACES | USERS | BIT(COUNTRY) | BIT(SHARE),
     MDL_BETTER_HIGH, h100e_hours_useful, 0, .help = "useful hours, each times its worth"},
    {"h100e_hours.useful", "with_cancelled", "H100e-h", "flow",
     PLACES | USERS | BIT(COUNTRY) | BIT(SHARE), MDL_BETTER_HIGH, h100e_hours_useful, 1,
     .help = "the same, but hours of cancelled jobs count as useful"},
    {"h100e_hours.yield", "", "1", "flow", PLACES | USERS | BIT(COUNTRY) | BIT(SHARE),
     MDL_BETTER_HIGH, h100e_hours_yield, 0, .help = "useful over allocated H100e-hours",
     .is_share = true},
    {"h100e_hours.yield", "with_cancelled", "1", "flow", PLACES | USERS | BIT(COUNTRY) | BIT(SHARE),
     MDL_BETTER_HIGH, h100e_hours_yield, 1,
     .help = "the same, but hours of cancelled jobs count as useful", .is_share = true},
    {"node_hours.allocated", "", "node-h", "flow", BIT(PARTITION) | BIT(ALL), MDL_BETTER_HIGH,
     node_hours, 0, .help = "node time held by jobs on partitions without accelerators"},
    {"jobs.submitted", "", "1", "flow", PLACES | USERS, MDL_BETTER_NEITHER, jobs_submitted, 0,
     .help = "real jobs submitted in the window (records times their bundle)"},
    {"jobs.ended", "", "1", "flow", PLACES | USERS, MDL_BETTER_HIGH, jobs_ended, 0,
     .help = "real jobs that gave their nodes back in the window"},
    {"records.submitted", "", "1", "flow", PLACES | USERS, MDL_BETTER_NEITHER, records_submitted, 0,
     .help = "job records submitted in the window"},
    {"records.ended", "", "1", "flow", PLACES | USERS, MDL_BETTER_NEITHER, records_ended, 0,
     .help = "job records that gave their nodes back in the window"},
    {"preemptions", "", "1", "flow", PLACES | USERS, MDL_BETTER_LOW, preemptions, 0,
     .help = "attempts of records that lost their nodes to others in the window",
     .needs = MDL_NEEDS_PREEMPTION},
    {"preemptions", "lost", "GPU-h", "flow", PLACES | USERS, MDL_BETTER_LOW, preemption_lost, 0,
     .help = "accelerator time whose work preemption undid, and of restarts from checkpoints",
     .needs = MDL_NEEDS_PREEMPTION},
    {"wait", "mean", "h", "cohort", WAITS, MDL_BETTER_LOW, wait_mean, 0,
     .help =
         "start less eligible, records submitted in the window whose input was there; a record "
         "stands "
         "for its bundle; who still waits at the end counts with the wait so far, so a bound from "
         "below",
     .plot = "waits"},
    {"wait", "p50", "h", "cohort, sketch 1 %", WAITS, MDL_BETTER_LOW, wait_quantile, 0.5,
     .help = "half of the records waited no longer; who still waits at the end is censored "
             "(Kaplan-Meier), "
             "and a quantile beyond the last wait seen is shown as larger than that",
     .plot = "waits", .bound = wait_last},
    {"wait", "p90", "h", "cohort, sketch 1 %", WAITS, MDL_BETTER_LOW, wait_quantile, 0.9,
     .help = "90 % of records waited no longer", .plot = "waits", .bound = wait_last},
    {"wait", "p95", "h", "cohort, sketch 1 %", WAITS, MDL_BETTER_LOW, wait_quantile, 0.95,
     .help = "95 % of records waited no longer", .plot = "waits", .bound = wait_last},
    {"wait", "p99", "h", "cohort, sketch 1 %", WAITS, MDL_BETTER_LOW, wait_quantile, 0.99,
     .help = "99 % of records waited no longer", .plot = "waits", .bound = wait_last},
    {"wait", "weighted", "h", "cohort", WAITS, MDL_BETTER_LOW, wait_weighted, 0,
     .help =
         "mean wait, each record weighted by the GPU-h that it runs, or would run if it has not "
         "started, not by the walltime it asks for (node-h on a partition without accelerators)",
     .plot = "waits"},
    {"wait.any", "", "1", "cohort", PLACES | USERS, MDL_BETTER_LOW, wait_any, 0,
     .help = "share of records that waited at all", .is_share = true},
    {"wait.censored", "", "1", "cohort", WAITS, MDL_BETTER_LOW, wait_censored, 0,
     .help = "share of records that had not started when the run ended", .is_share = true},
    {"abandoned", "", "1", "cohort", WAITS, MDL_BETTER_LOW, abandoned, 0,
     .help = "share of records that left the queue because they had not started within their "
             "patience; they count as not started",
     .is_share = true, .needs = MDL_NEEDS_PATIENCE},
    {"slowdown", "mean", "1", "cohort", SLOW, MDL_BETTER_LOW, slowdown_mean, 0,
     .help =
         "(wait + run) over run, at least 1, runs below 10 min taken as 10 min, started records"},
    {"slowdown", "p95", "1", "cohort, sketch 1 %", SLOW, MDL_BETTER_LOW, slowdown_quantile, 0.95,
     .help = "95 % of started records had no higher one"},
    {"job_lead", "mean", "h", "cohort", PLACES | USERS, MDL_BETTER_LOW, job_lead_mean, 0,
     .help = "from submission until the output is home, records that got there"},
    {"queue", "mean", "1", "flow", PLACES, MDL_BETTER_LOW, queue_mean, 0,
     .help = "records waiting, time-weighted", .plot = "queue"},
    {"inside", "mean", "1", "flow", PLACES, MDL_BETTER_NEITHER, inside_mean, 0,
     .help = "records waiting or running, time-weighted"},
    {"stage_in", "mean", "h", "cohort", BIT(ALL) | USERS, MDL_BETTER_LOW, stage_in_mean, 0,
     .help = "eligible less submit, records that bring input"},
    {"data.in", "", "TB", "flow", BIT(ALL) | BIT(SITE) | BIT(KIND), MDL_BETTER_NEITHER, data_in, 0,
     .help = "input of records submitted in the window"},
    {"data.out", "", "TB", "flow", BIT(ALL) | BIT(SITE) | BIT(KIND), MDL_BETTER_NEITHER, data_out,
     0, .help = "output of records that ended in the window"},
    {"link.load", "mean", "1", "flow", BIT(LINK), MDL_BETTER_LOW, link_load, 0,
     .help = "bytes moved over capacity times the window, background included; a link that is down "
             "keeps its capacity here",
     .plot = "links", .is_share = true},
    {"link.load", "p95", "1", "flow, sketch 1 %", BIT(LINK), MDL_BETTER_LOW, link_load_p95, 0,
     .help = "95 % of the means of 5 min were no higher", .plot = "links", .is_share = true},
    {"link.load", "above_90", "1", "flow", BIT(LINK), MDL_BETTER_LOW, link_above, 0,
     .help = "share of the time: means of 5 min above 90 %", .plot = "links", .is_share = true},
    {"link.load", "background", "1", "flow", BIT(LINK), MDL_BETTER_NEITHER, link_background, 0,
     .help = "of the mean, the traffic of others", .is_share = true, .needs = MDL_NEEDS_BACKGROUND},
    {"link.load", "own_mean", "1", "flow", BIT(LINK), MDL_BETTER_NEITHER, link_load, 1,
     .help = "of the mean, what is simulated", .is_share = true, .needs = MDL_NEEDS_BACKGROUND},
    {"link.load", "own_p95", "1", "flow, sketch 1 %", BIT(LINK), MDL_BETTER_NEITHER, link_load_p95,
     1, .help = "95 % of the means of 5 min without background were no higher", .is_share = true,
     .needs = MDL_NEEDS_BACKGROUND},
    {"link.load", "own_above_90", "1", "flow", BIT(LINK), MDL_BETTER_NEITHER, link_above, 1,
     .help = "share of the time: means of 5 min without background above 90 %", .is_share = true,
     .needs = MDL_NEEDS_BACKGROUND},
    {"link.moved", "", "TB", "flow", BIT(LINK), MDL_BETTER_NEITHER, link_moved, 0,
     .help = "bytes of transfers and fleets that crossed it in the window, without background",
     .plot = "flows", .needs = MDL_NEEDS_MOVEMENT},
    {"border.crossed", "", "TB", "flow", BIT(ALL) | BIT(BORDER), MDL_BETTER_NEITHER, border_crossed,
     0,
     .help =
         "bytes on links that lead from one state into another (DE-FR: from Germany to France), "
         "transfers, copies of data sets and fleets; what crosses several borders counts at "
         "each",
     .needs = MDL_NEEDS_BORDERS},
    {"transfers", "arrived", "1", "flow", BIT(ALL), MDL_BETTER_NEITHER, transfers_arrived, 0,
     .help = "inputs and outputs that arrived in the window", .needs = MDL_NEEDS_TRANSFERS},
    {"transfers", "failed", "1", "flow", BIT(ALL), MDL_BETTER_LOW, transfers_failed, 0,
     .help = "tries that a link's failure ended in the window", .needs = MDL_NEEDS_OUTAGES},
    {"transfers", "retried", "1", "flow", BIT(ALL), MDL_BETTER_LOW, transfers_retried, 0,
     .help = "tries in the window after one that failed", .needs = MDL_NEEDS_OUTAGES},
    {"transfers", "rerouted", "1", "flow", BIT(ALL), MDL_BETTER_NEITHER, transfers_rerouted, 0,
     .help = "changes of way while under way in the window", .needs = MDL_NEEDS_OUTAGES},
    {"transfers", "given_up", "1", "flow", BIT(ALL), MDL_BETTER_LOW, transfers_given_up, 0,
     .help = "transfers whose last try failed in the window", .needs = MDL_NEEDS_OUTAGES},
    {"transfer.share", "", "1", "cohort", BIT(ALL) | USERS, MDL_BETTER_LOW, transfer_share, 0,
     .help = "time that input and output are on their way over the time from submission until the "
             "output is home, summed over records that got there",
     .is_share = true, .needs = MDL_NEEDS_TRANSFERS},
    {"transfer.bottleneck", "count", "1", "flow", BIT(LINK), MDL_BETTER_LOW, link_held_up, 0,
     .help = "transfers that arrived in the window and that this link held up at their end",
     .needs = MDL_NEEDS_TRANSFERS},
    {"transfer.bottleneck", "data", "TB", "flow", BIT(LINK), MDL_BETTER_LOW, link_held_up_tb, 0,
     .help = "bytes that flowed while this link held them up", .needs = MDL_NEEDS_TRANSFERS},
    {"transfer.bottleneck", "share", "1", "flow", BIT(ALL), MDL_BETTER_NEITHER, held_up_share,
     AT_LINE, .help = "share of transfers that the member's own line held up at their end",
     .is_share = true, .fixed = "at=line", .needs = MDL_NEEDS_TRANSFERS},
    {"transfer.bottleneck", "share", "1", "flow", BIT(ALL), MDL_BETTER_NEITHER, held_up_share,
     AT_LINK, .help = "share of transfers that a link held up at their end", .is_share = true,
     .fixed = "at=link", .needs = MDL_NEEDS_TRANSFERS},
    {"transfer.bottleneck", "share", "1", "flow", BIT(ALL), MDL_BETTER_NEITHER, held_up_share,
     AT_SITE,
     .help = "share of transfers that transfer nodes or storage of the site held up at their end",
     .is_share = true, .fixed = "at=site", .needs = MDL_NEEDS_TRANSFERS},
    {"transfer.bottleneck", "share", "1", "flow", BIT(ALL), MDL_BETTER_NEITHER, held_up_share,
     AT_CELL, .help = "share of transfers that the full airtime of a cell held up at their end",
     .is_share = true, .fixed = "at=cell", .needs = MDL_NEEDS_RADIOS},
    {"transfer.uncovered", "", "1", "flow", BIT(ALL), MDL_BETTER_LOW, transfer_uncovered, 1,
     .help = "transfers of members whom their cell did not reach, and that took the next access of "
             "the mix",
     .fixed = "went=other", .needs = MDL_NEEDS_RADIOS},
    {"transfer.uncovered", "", "1", "flow", BIT(ALL), MDL_BETTER_LOW, transfer_uncovered, 0,
     .help = "transfers that were given up at once since nothing of the mix reached the member",
     .fixed = "went=nowhere", .needs = MDL_NEEDS_RADIOS},
    {"access.below", "up", "1", "exact", BIT(ALL) | BIT(KIND) | BIT(COUNTRY), MDL_BETTER_LOW,
     access_below_up, 0, .help = "share of members whose own line gives less into the network",
     .is_share = true, .fixed = "threshold=30 Mbit/s", .needs = MDL_NEEDS_TRANSFERS},
    {"access.below", "up", "1", "exact", BIT(ALL) | BIT(KIND) | BIT(COUNTRY), MDL_BETTER_LOW,
     access_below_up, 1, .help = "share of members whose own line gives less into the network",
     .is_share = true, .fixed = "threshold=100 Mbit/s", .needs = MDL_NEEDS_TRANSFERS},
    {"access.below", "up", "1", "exact", BIT(ALL) | BIT(KIND) | BIT(COUNTRY), MDL_BETTER_LOW,
     access_below_up, 2, .help = "share of members whose own line gives less into the network",
     .is_share = true, .fixed = "threshold=1 Gbit/s", .needs = MDL_NEEDS_TRANSFERS},
    {"access.below", "down", "1", "exact", BIT(ALL) | BIT(KIND), MDL_BETTER_LOW, access_below_down,
     0, .help = "share of members whose own line gives less from the network", .is_share = true,
     .fixed = "threshold=30 Mbit/s", .needs = MDL_NEEDS_TRANSFERS},
    {"access.below", "down", "1", "exact", BIT(ALL) | BIT(KIND), MDL_BETTER_LOW, access_below_down,
     1, .help = "share of members whose own line gives less from the network", .is_share = true,
     .fixed = "threshold=100 Mbit/s", .needs = MDL_NEEDS_TRANSFERS},
    {"access.below", "down", "1", "exact", BIT(ALL) | BIT(KIND), MDL_BETTER_LOW, access_below_down,
     2, .help = "share of members whose own line gives less from the network", .is_share = true,
     .fixed = "threshold=1 Gbit/s", .needs = MDL_NEEDS_TRANSFERS},
    {"storage.fill", "mean", "1", "flow", BIT(ALL) | BIT(TIER), MDL_BETTER_LOW, storage_fill, 0,
     .help = "data stored over capacity, time-weighted", .plot = "storage", .is_share = true,
     .needs = MDL_NEEDS_STORAGE},
    {"storage.fill", "p95", "1", "flow, sketch 1 %", BIT(TIER), MDL_BETTER_LOW,
     storage_fill_quantile, 0.95, .help = "95 % of the means of hours were no higher",
     .is_share = true, .needs = MDL_NEEDS_STORAGE},
    {"storage.fill", "max", "1", "flow", BIT(TIER), MDL_BETTER_LOW, storage_fill_max, 0,
     .help = "the highest at any moment", .plot = "storage", .is_share = true,
     .needs = MDL_NEEDS_STORAGE},
    {"storage.full_wait", "", "1", "flow", BIT(ALL) | BIT(TIER), MDL_BETTER_LOW, storage_full_wait,
     0,
     .help = "inputs and outputs of records for which there was no room, or no quota, when they "
             "came, and which waited for it",
     .needs = MDL_NEEDS_STORAGE},
    {"storage.full_wait", "hours", "h", "flow", BIT(ALL) | BIT(TIER), MDL_BETTER_LOW,
     storage_full_wait_hours, 0, .help = "how long they waited in the window, all together",
     .needs = MDL_NEEDS_STORAGE},
    {"storage.quota_wait", "", "1", "flow", BIT(ALL) | BIT(TIER), MDL_BETTER_LOW,
     storage_quota_wait, 0,
     .help = "those of them that waited at first for the quota of their user or community",
     .needs = MDL_NEEDS_STORAGE | MDL_NEEDS_STORAGE_QUOTAS},
    {"storage.quota_wait", "hours", "h", "flow", BIT(ALL) | BIT(TIER), MDL_BETTER_LOW,
     storage_quota_wait_hours, 0, .help = "time that they waited for a quota, summed",
     .needs = MDL_NEEDS_STORAGE | MDL_NEEDS_STORAGE_QUOTAS},
    {"storage.purged", "", "TB", "flow", BIT(ALL) | BIT(TIER), MDL_BETTER_LOW, storage_purged, 0,
     .help = "data that was purged to make room", .needs = MDL_NEEDS_STORAGE},
    {"cost.storage", "", "EUR", "flow", BIT(ALL) | BIT(TIER), MDL_BETTER_LOW, storage_cost, 0,
     .help =
         "capacity times its cost, used or not, while the site is online; posted monthly in cents",
     .needs = MDL_NEEDS_STORAGE},
    {"io.slowdown", "mean", "1", "flow", PLACES | USERS, MDL_BETTER_LOW, io_slowdown, 0,
     .help = "accelerator time (node time, where there are none) held by records that read or "
             "write checkpoints while they run, over what their work takes with all the bandwidth "
             "that it asks for; records that ended in the window",
     .needs = MDL_NEEDS_IO},
    {"io.slowdown", "lost", "GPU-h", "flow", PLACES | USERS, MDL_BETTER_LOW, io_lost, 0,
     .help = "accelerator time held by them beyond that", .needs = MDL_NEEDS_IO},
    {"dataset.asked", "", "1", "flow", BIT(ALL), MDL_BETTER_NEITHER, data_asked, 0,
     .help = "records that came and read a data set", .needs = MDL_NEEDS_DATASETS},
    {"dataset.found", "", "1", "flow", BIT(ALL), MDL_BETTER_HIGH, data_found, 0,
     .help = "share of them that found a copy at their site", .is_share = true,
     .needs = MDL_NEEDS_DATASETS},
    {"dataset.staged", "", "1", "flow", BIT(ALL), MDL_BETTER_LOW, data_staged, 0,
     .help = "copies that were brought to a site for a community", .needs = MDL_NEEDS_DATASETS},
    {"dataset.staged", "data", "TB", "flow", BIT(ALL), MDL_BETTER_LOW, data_staged_tb, 0,
     .help = "the bytes of those", .needs = MDL_NEEDS_DATASETS},
    {"dataset.evicted", "", "1", "flow", BIT(ALL), MDL_BETTER_LOW, data_evicted, 0,
     .help = "copies that left because the cache of their site was full",
     .needs = MDL_NEEDS_DATASETS},
    {"dataset.refused", "", "1", "flow", BIT(ALL), MDL_BETTER_LOW, data_refused, MDL_DATA_OUTSIDE,
     .help = "records abandoned because their site lies outside of the zone of their data",
     .fixed = "reason=zone", .needs = MDL_NEEDS_DATASETS},
    {"dataset.refused", "", "1", "flow", BIT(ALL), MDL_BETTER_LOW, data_refused, MDL_DATA_NO_WAY,
     .help = "records abandoned because no way that their data may take leads to their site",
     .fixed = "reason=way", .needs = MDL_NEEDS_DATASETS},
    {"dataset.refused", "", "1", "flow", BIT(ALL), MDL_BETTER_LOW, data_refused,
     MDL_DATA_NO_ENCLAVE,
     .help = "records abandoned because their data needs secure storage and their site has none",
     .fixed = "reason=secure_storage", .needs = MDL_NEEDS_DATASETS | MDL_NEEDS_DATA_CLASSES},
    {"data.crossed", "", "TB", "flow", BIT(ALL), MDL_BETTER_NEITHER, data_crossed,
     MDL_DATA_NATIONAL,
     .help = "payload that arrived, of transfers, copies of data sets and fleets: within a state",
     .fixed = "zone=national", .needs = MDL_NEEDS_MOVEMENT},
    {"data.crossed", "", "TB", "flow", BIT(ALL), MDL_BETTER_NEITHER, data_crossed, MDL_DATA_EU,
     .help = "payload that arrived: between states of the EU", .fixed = "zone=eu",
     .needs = MDL_NEEDS_MOVEMENT},
    {"data.crossed", "", "TB", "flow", BIT(ALL), MDL_BETTER_NEITHER, data_crossed, MDL_DATA_BEYOND,
     .help = "payload that arrived: from or to a place outside of the EU, or a hub without a "
             "country",
     .fixed = "zone=outside", .needs = MDL_NEEDS_MOVEMENT},
    {"circuit.booked", "", "h", "flow", BIT(CIRCUIT), MDL_BETTER_NEITHER, circuit_booked, 0,
     .help = "time of the window that the circuit is booked"},
    {"circuit.use", "", "1", "flow", BIT(CIRCUIT), MDL_BETTER_HIGH, circuit_use, 0,
     .help = "bytes moved over it in its fuller direction over capacity times the time booked",
     .is_share = true},
    {"circuit.carried", "", "TB", "flow", BIT(CIRCUIT), MDL_BETTER_NEITHER, circuit_carried, 0,
     .help = "bytes moved over it, both directions"},
    {"circuit.transfers", "", "1", "flow", BIT(CIRCUIT), MDL_BETTER_NEITHER, circuit_transfers, 0,
     .help = "transfers that arrived over it"},
    {"circuit.down", "", "1", "flow", BIT(CIRCUIT), MDL_BETTER_LOW, circuit_down, 0,
     .help = "share of the time booked during which a link of its way was down", .is_share = true},
    {"key.used", "", "Mbit", "flow", BIT(ALL) | BIT(HOP), MDL_BETTER_NEITHER, key_used, 0,
     .help = "key that transfers took, of every link of their way, when they asked",
     .needs = MDL_NEEDS_KEYS},
    {"key.load", "", "1", "flow", BIT(HOP), MDL_BETTER_LOW, key_load, 0,
     .help = "key that transfers took of what the link made, its encryptors served",
     .is_share = true, .needs = MDL_NEEDS_KEYS},
    {"key.wait", "mean", "h", "flow", BIT(ALL), MDL_BETTER_LOW, key_wait, 0,
     .help = "time from asking for keys until those of all links of the way are there, tries of "
             "transfers that got them in the window",
     .needs = MDL_NEEDS_KEYS},
    {"key.waited", "", "1", "flow", BIT(ALL), MDL_BETTER_LOW, key_waited, 0,
     .help = "share of tries of transfers under `secure: qkd` that had to wait for keys",
     .is_share = true, .needs = MDL_NEEDS_KEYS},
    {"cost.keys", "", "EUR", "flow", BIT(ALL) | BIT(HOP), MDL_BETTER_LOW, key_cost, 0,
     .help =
         "links with keys by their length, and their trusted nodes, used or not; posted monthly "
         "in cents",
     .needs = MDL_NEEDS_KEYS},
    {"fleet.generated", "", "TB", "flow", BIT(FLEET), MDL_BETTER_NEITHER, fleet_tb, GENERATED,
     .help = "data that the fleet's devices recorded in the window, covered or not"},
    {"fleet.delivered", "", "TB", "flow", BIT(FLEET), MDL_BETTER_HIGH, fleet_tb, DELIVERED,
     .help = "data that reached the other end in the window"},
    {"fleet.lost", "", "TB", "flow", BIT(FLEET), MDL_BETTER_LOW, fleet_tb, LOST,
     .help = "data recorded by devices out of coverage"},
    {"fleet.blocked", "", "h", "flow", BIT(FLEET), MDL_BETTER_LOW, fleet_blocked, 0,
     .help = "hours in which the fleet sent nothing because there was no room for its data on the "
             "storage of the site",
     .needs = MDL_NEEDS_STORAGE},
    {"fleet.overflowed", "", "TB", "flow", BIT(FLEET), MDL_BETTER_LOW, fleet_tb, OVERFLOWED,
     .help = "data lost because the buffers of the devices were full", .needs = MDL_NEEDS_BUFFERS},
    {"fleet.uncovered", "", "1", "flow, samples", BIT(FLEET), MDL_BETTER_LOW, fleet_uncovered, 0,
     .help = "share of the devices at work that no cell reaches", .is_share = true},
    {"backlog", "mean", "B", "flow", BIT(FLEET), MDL_BETTER_LOW, backlog_mean, 0,
     .help = "data recorded that wait to be sent, time-weighted", .plot = "fleets"},
    {"backlog", "p95", "B", "flow, sketch 1 %", BIT(FLEET), MDL_BETTER_LOW, fleet_quantile, 0,
     .help = "95 % of the samples, one every 5 min, were no higher"},
    {"backlog", "max", "B", "flow, samples", BIT(FLEET), MDL_BETTER_LOW, backlog_max, 0,
     .help = "the largest of the samples"},
    {"age", "mean", "s", "flow, samples", BIT(FLEET), MDL_BETTER_LOW, age_mean, 0,
     .help = "age of information: now less the time stamp of a device's newest record that is "
             "complete at the other end, mean over time and covered devices at work",
     .plot = "fleets"},
    {"age", "p95", "s", "flow, sketch 1 %", BIT(FLEET), MDL_BETTER_LOW, fleet_quantile, 1,
     .help = "95 % of devices and times had no higher one"},
    {"age", "over_deadline", "1", "flow, samples", BIT(FLEET), MDL_BETTER_LOW, age_over_deadline, 0,
     .help = "share of devices at work, over time, whose age was past their deadline; those out of "
             "coverage among them",
     .is_share = true},
    {"staff", "load", "1", "flow", BIT(POOL), MDL_BETTER_NEITHER, staff_load, 0,
     .help = "hours worked on tasks over hours present (working hours of the filled posts, less "
             "absence)",
     .is_share = true},
    {"staff", "worked", "h", "flow", BIT(POOL), MDL_BETTER_NEITHER, staff_worked, 0,
     .help = "hours worked on tasks"},
    {"staff", "present", "h", "flow", BIT(POOL), MDL_BETTER_NEITHER, staff_present, 0,
     .help = "hours that the pool's people were there"},
    {"staff", "vacant", "1", "flow", BIT(POOL), MDL_BETTER_LOW, staff_vacant, 0,
     .help = "share of the posts' hours for want of a person", .is_share = true},
    {"task_wait", "mean", "d", "flow", BIT(POOL), MDL_BETTER_LOW, task_wait_mean, 0,
     .help = "wait of tasks for a person, nights and weekends in between, of those begun"},
    {"task_wait", "p95", "d", "flow, sketch 1 %", BIT(POOL), MDL_BETTER_LOW, task_wait_p95, 0,
     .help = "95 % of the tasks begun had waited no longer"},
    {"failed", "", "1", "flow", PLACES | USERS, MDL_BETTER_LOW, failed, 0,
     .help = "share of the jobs that ended that failed; courses make it less", .is_share = true,
     .needs = MDL_NEEDS_COURSES},
    {"training", "persons", "1", "flow", BIT(COURSE), MDL_BETTER_HIGH, training_persons, 0,
     .help = "persons who completed the course"},
    {"training", "wait", "d", "flow", BIT(COURSE), MDL_BETTER_LOW, training_wait, 0,
     .help = "wait of cohorts for trainers, mean of those held"},
    {"spill", "cross_border", "1", "flow", BIT(ALL) | BIT(SITE) | BIT(KIND), MDL_BETTER_NEITHER,
     spill_cross_border, 0,
     .help = "H100e-h of communities used at a site of another state than the users' over all of "
             "communities",
     .is_share = true},
    {"dependence", "chip", "1", "flow", BIT(ALL), MDL_BETTER_LOW, dependence_chip, 0,
     .help = "Herfindahl index over vendors of accelerators, weighted by H100e-h allocated: 1 = "
             "all from "
             "one"},
    {"energy", "", "MWh", "flow", PLACES, MDL_BETTER_LOW, energy, 0,
     .help = "facility energy (IT times PUE), idle nodes included", .plot = "energy"},
    {"cost.energy", "", "EUR", "flow", BIT(ALL) | BIT(SITE), MDL_BETTER_LOW, cost_energy, 0,
     .help = "electricity, posted monthly in cents"},
    {"carbon.location", "", "t", "flow", PLACES, MDL_BETTER_LOW, carbon, 0,
     .help = "facility energy times the intensity of the grid, hour by hour where it is given so",
     .plot = "energy"},
    {"carbon.location", "per_useful", "g/H100e-h", "flow", PLACES, MDL_BETTER_LOW,
     carbon_per_useful, 0,
     .help = "the same over h100e_hours.useful: idle energy is shared by the useful hours"},
    {"deferred", "", "1", "flow", BIT(ALL) | BIT(KIND), MDL_BETTER_LOW, deferred, 0,
     .help = "records held back by their users in the window"},
    {"refused", "", "1", "flow", BIT(ALL) | BIT(KIND), MDL_BETTER_LOW, refused, 0,
     .help = "records in the window for which no partition was open",
     .fixed = "reason=no_capacity"},
    {"refused", "", "1", "flow", BIT(ALL) | BIT(KIND), MDL_BETTER_LOW, refused_by_zone, 0,
     .help = "records abandoned because the class of their community's data keeps it from their "
             "site's country",
     .fixed = "reason=zone", .needs = MDL_NEEDS_DATA_CLASSES},
    {"refused", "", "1", "flow", BIT(ALL) | BIT(KIND), MDL_BETTER_LOW, refused_by_storage, 0,
     .help = "records abandoned because the class of their community's data needs secure storage "
             "and their site has none",
     .fixed = "reason=secure_storage", .needs = MDL_NEEDS_DATA_CLASSES},
    {"stranded", "", "1", "cohort", BIT(ALL) | BIT(KIND), MDL_BETTER_LOW, stranded, 0,
     .help = "records that wait at the end for a partition that was taken offline"},
    {"applications", "", "1", "cohort", PROJECTS, MDL_BETTER_NEITHER, applications, 0,
     .help = "applications submitted in the window", .needs = MDL_NEEDS_PROJECTS},
    {"awards", "", "1", "cohort", PROJECTS, MDL_BETTER_HIGH, awards, 0, .help = "of those, awarded",
     .needs = MDL_NEEDS_PROJECTS},
    {"success", "", "1", "cohort", PROJECTS, MDL_BETTER_HIGH, success, 0,
     .help = "awards over applications with a decision; who withdraws before is left out",
     .is_share = true, .needs = MDL_NEEDS_PROJECTS},
    {"success", "funded", "1", "cohort", PROJECTS, MDL_BETTER_HIGH, success_funded, 0,
     .help = "GPU-h awarded over GPU-h asked for, of applications with a decision",
     .is_share = true, .needs = MDL_NEEDS_PROJECTS},
    {"withdrawn", "", "1", "cohort", PROJECTS, MDL_BETTER_LOW, withdrawn, 0,
     .help = "share of applications whose patience was at an end before their project began",
     .is_share = true, .needs = MDL_NEEDS_PROJECTS},
    {"award.hours", "asked", "GPU-h", "cohort", PROJECTS, MDL_BETTER_NEITHER, award_hours, 0,
     .help = "hours that applications with a decision asked for (node-h on partitions without "
             "accelerators)",
     .needs = MDL_NEEDS_PROJECTS},
    {"award.hours", "given", "GPU-h", "cohort", PROJECTS, MDL_BETTER_HIGH, award_hours, 1,
     .help = "of those, awarded", .needs = MDL_NEEDS_PROJECTS},
    {"lead_time", "mean", "d", "cohort", PROJECTS, MDL_BETTER_LOW, lead_mean, 0,
     .help = "from the submission of an application to the start of its first job that ran for 10 "
             "min or more, calendar days, of those that got there before the run ended",
     .needs = MDL_NEEDS_PROJECTS},
    {"lead_time", "p50", "d", "cohort, Aalen-Johansen", PROJECTS, MDL_BETTER_LOW, lead_quantile, 0,
     .help = "half of those who get there got there in that time; rejection and withdrawal compete "
             "with it, who is on the way when the run ends is censored",
     .needs = MDL_NEEDS_PROJECTS},
    {"lead_time", "p95", "d", "cohort, Aalen-Johansen", PROJECTS, MDL_BETTER_LOW, lead_quantile, 1,
     .help = "95 % of those who get there got there in that time", .needs = MDL_NEEDS_PROJECTS},
    {"lead_time", "never", "1", "cohort, Aalen-Johansen", PROJECTS, MDL_BETTER_LOW, lead_never, 0,
     .help = "share of applications that do not get there", .is_share = true,
     .needs = MDL_NEEDS_PROJECTS},
    STAGE_ROWS(MDL_STAGE_CUTOFF, "stage=cutoff", "until applications are collected"),
    STAGE_ROWS(MDL_STAGE_REVIEW, "stage=review", "until the decision"),
    STAGE_ROWS(MDL_STAGE_QUOTA, "stage=quota", "until there are hours for it"),
    STAGE_ROWS(MDL_STAGE_ONBOARDING, "stage=onboarding", "until its accounts are ready"),
    STAGE_ROWS(MDL_STAGE_DATA, "stage=data", "until its data are there"),
    STAGE_ROWS(MDL_STAGE_QUEUE, "stage=queue", "until its first job of 10 min or more starts"),
    {"decision_time", "p50", "d", "cohort, Aalen-Johansen", PROJECTS, MDL_BETTER_LOW,
     decision_quantile, 0, .help = "half of the decisions came that long after the submission",
     .needs = MDL_NEEDS_PROJECTS},
    {"decision_time", "p95", "d", "cohort, Aalen-Johansen", PROJECTS, MDL_BETTER_LOW,
     decision_quantile, 1, .help = "95 % of the decisions came in that time",
     .needs = MDL_NEEDS_PROJECTS},
    {"served", "members", "1", "flow", BIT(ALL) | BIT(KIND) | BIT(COUNTRY), MDL_BETTER_HIGH,
     served_members, 0,
     .help = "members with a project that ended in the window and used a tenth of its award or "
             "more, each once",
     .needs = MDL_NEEDS_PROJECTS},
    {"served", "projects", "1", "flow", PROJECTS, MDL_BETTER_HIGH, served_projects, 0,
     .help = "projects that ended in the window and used a tenth of their award or more",
     .needs = MDL_NEEDS_PROJECTS},
    {"served.within", "", "1", "cohort", PROJECTS, MDL_BETTER_HIGH, served_within, 0,
     .help = "share of applications, of those whose end is known, with a first job within 30 d",
     .fixed = "days=30", .is_share = true, .needs = MDL_NEEDS_PROJECTS},
    {"served.within", "", "1", "cohort", PROJECTS, MDL_BETTER_HIGH, served_within, 1,
     .help = "share of applications, of those whose end is known, with a first job within 90 d",
     .fixed = "days=90", .is_share = true, .needs = MDL_NEEDS_PROJECTS},
    {"award.used", "", "1", "flow", PROJECTS, MDL_BETTER_HIGH, award_part, AWARD_USED,
     .help = "hours held by jobs over hours awarded, projects that ended in the window; used, "
             "lost, returned and expired add up to 1",
     .is_share = true, .needs = MDL_NEEDS_PROJECTS},
    {"award.used", "lost", "1", "flow", PROJECTS, MDL_BETTER_LOW, award_part, AWARD_LOST,
     .help = "of the award, held by attempts that were preempted in vain", .is_share = true,
     .needs = MDL_NEEDS_PROJECTS},
    {"award.used", "returned", "1", "flow", PROJECTS, MDL_BETTER_NEITHER, award_part,
     AWARD_RETURNED, .help = "of the award, given or taken back before its time was over",
     .is_share = true, .needs = MDL_NEEDS_PROJECTS},
    {"award.used", "expired", "1", "flow", PROJECTS, MDL_BETTER_LOW, award_part, AWARD_EXPIRED,
     .help = "of the award, left when its time was over", .is_share = true,
     .needs = MDL_NEEDS_PROJECTS},
    {"oversubscription", "", "1", "flow", BIT(MODE) | BIT(QUOTA), MDL_BETTER_NEITHER,
     oversubscription, 0,
     .help =
         "GPU-h asked by applications that are good enough, over those offered: by the pools of "
         "a mode at its cut-offs, or by a quota as its part of the owner's hours",
     .needs = MDL_NEEDS_PROJECTS},
    {"quota.used", "", "1", "flow", BIT(QUOTA), MDL_BETTER_NEITHER, quota_used, 0,
     .help =
         "GPU-h awarded over the quota's part of the owner's hours of the window; above 1 where "
         "hours were carried over or received",
     .is_share = true, .needs = MDL_NEEDS_PROJECTS},
    {"quota.blocked", "", "1", "flow", BIT(QUOTA), MDL_BETTER_LOW, quota_blocked, 0,
     .help =
         "share of the time in which the quota kept an application waiting that was good enough",
     .is_share = true, .needs = MDL_NEEDS_PROJECTS},
    {"quota.idle", "", "GPU-h", "flow", BIT(QUOTA), MDL_BETTER_LOW, quota_hours, QUOTA_IDLE,
     .help = "accelerator time that the quota's machines were free in that time",
     .needs = MDL_NEEDS_PROJECTS},
    {"quota.released", "", "GPU-h", "flow", BIT(QUOTA), MDL_BETTER_NEITHER, quota_hours,
     QUOTA_RELEASED, .help = "hours that were left and went to other quotas",
     .needs = MDL_NEEDS_PROJECTS},
    {"quota.lost", "", "GPU-h", "flow", BIT(QUOTA), MDL_BETTER_LOW, quota_hours, QUOTA_LOST,
     .help = "hours that were left and could not be given any more", .needs = MDL_NEEDS_PROJECTS},
};
enum { DEFINITIONS = sizeof definitions / sizeof *definitions };

bool mdl_figure_about(size_t i, struct mdl_figure_about *out)
{
    const struct definition *definition = &definitions[i];

    if (i >= DEFINITIONS)
        return false;
    *out = (struct mdl_figure_about){.name = definition->name,
                                     .statistic = definition->statistic,
                                     .unit = definition->unit,
                                     .method = definition->method,
                                     .help = definition->help,
                                     .fixed = definition->fixed ? definition->fixed : "",
                                     .plot = definition->plot ? definition->plot : "",
                                     .better = definition->better,
                                     .is_share = definition->is_share,
                                     .has_total = definition->groups & BIT(ALL)};
    for (size_t type = 0; type < MDL_GROUP_TYPES; type++) {
        if (definition->groups >> type & 1 && type != MDL_GROUP_ALL)
            out->group[out->group_count++] = group_keys[type];
    }
    return true;
}

/* ---- rows ---- */

/* Groups that a definition has rows for: those that it names, and for quantiles those of them that
 * keep sketches. */
static unsigned groups_of(const struct definition *definition, const struct mdl_sketches *sketches,
                          unsigned met)
{
    unsigned groups = definition->needs & ~met ? 0 : definition->groups;

    for (int type = 0; type < MDL_GROUP_TYPES; type++) {
        bool is_without = (definition->value == wait_quantile && !sketches->wait[type]) ||
                          (definition->value == slowdown_quantile && !sketches->slow[type]) ||
                          (definition->value == link_load_p95 && !sketches->wait[type]) ||
                          (definition->value == fleet_quantile && !sketches->slow[type]) ||
                          (definition->value == task_wait_p95 && !sketches->wait[type]);

        groups &= is_without ? ~(1u << type) : ~0u;
    }
    return groups;
}

/* "partition=lumi.lumi_g,kind=sme,cause=blocked" */
static const char *selector(struct sim_arena *arena, const struct mdl_figure_groups *groups,
                            enum mdl_group_type type, size_t index, const char *fixed)
{
    const struct mdl_group_pair *pair = groups->pair[type] ? &groups->pair[type][index] : NULL;
    const char *one = groups->name[type] ? groups->name[type][index] : "", *two = "";
    size_t bytes;
    char *text;

    if (pair) {
        one = groups->name[MDL_GROUP_KIND][pair->kind];
        if (type == MDL_GROUP_KIND_PARTITION) {
            two = one;
            one = groups->name[MDL_GROUP_PARTITION][pair->other];
        } else {
            two = groups->name[MDL_GROUP_COUNTRY][pair->other];
        }
    }
    bytes = strlen(one) + strlen(two) + (fixed ? strlen(fixed) : 0) + 64;
    text = sim_arena_alloc(arena, bytes, 1);
    if (!text)
        return NULL;
    if (pair)
        snprintf(text, bytes,
                 type == MDL_GROUP_KIND_PARTITION ? "partition=%s,kind=%s" : "kind=%s,country=%s",
                 one, two);
    else if (type != MDL_GROUP_ALL)
        snprintf(text, bytes, "%s=%s", group_keys[type], one);
    if (fixed)
        snprintf(text + strlen(text), bytes - strlen(text), "%s%s", *text ? "," : "", fixed);
    return text;
}

/* Partitions without accelerators are counted in nodes. */
static const char *unit_of(const struct definition *definition,
                           const struct mdl_figure_groups *groups, size_t type, size_t index)
{
    if (type == MDL_GROUP_PARTITION && !groups->parts_per_unit[index] &&
        strncmp(definition->name, "capacity.", 9) == 0 && strcmp(definition->unit, "GPU-h") == 0)
        return "node-h";
    return definition->unit;
}

static struct mdl_figure row_of(const struct definition *definition,
                                const struct mdl_figure_groups *groups, enum mdl_group_type type,
                                size_t index, struct sim_arena *arena)
{
    return (struct mdl_figure){.name = definition->name,
                               .statistic = definition->statistic,
                               .selector = selector(arena, groups, type, index, definition->fixed),
                               .unit = unit_of(definition, groups, type, index),
                               .method = definition->method,
                               .plot = definition->plot ? definition->plot : "",
                               .help = definition->help,
                               .better = definition->better,
                               .is_share = definition->is_share};
}

/* Goes through all rows in their order. */
struct cursor {
    const struct mdl_figure_groups *groups;
    struct mdl_sketches sketches;
    size_t definition, index;
    int type; /* -1: before the first */
};

static struct cursor first_row(const struct mdl_figure_groups *groups)
{
    return (struct cursor){.groups = groups, .sketches = mdl_tallies_sketches(groups), .type = -1};
}

static bool next_row(struct cursor *at)
{
    if (at->type >= 0 && ++at->index < at->groups->count[at->type])
        return true;
    at->index = 0;
    for (; at->definition < DEFINITIONS; at->definition++, at->type = -1) {
        unsigned groups =
            groups_of(&definitions[at->definition], &at->sketches, at->groups->needs_met);

        while (++at->type < MDL_GROUP_TYPES) {
            if (groups >> at->type & 1 && at->groups->count[at->type])
                return true;
        }
    }
    return false;
}

enum sim_status mdl_figures_rows(const struct mdl_figure_groups *groups, struct sim_arena *arena,
                                 const struct mdl_figure **out, size_t *count,
                                 struct sim_error *err)
{
    struct mdl_figure *row;
    size_t rows = 0, n = 0;

    for (struct cursor at = first_row(groups); next_row(&at);)
        rows++;
    row = sim_arena_alloc(arena, rows, sizeof *row);
    if (!row)
        return sim_fail(err, SIM_ENOMEM, "no memory for the figures");
    for (struct cursor at = first_row(groups); next_row(&at);) {
        row[n] = row_of(&definitions[at.definition], groups, (enum mdl_group_type)at.type, at.index,
                        arena);
        if (!row[n++].selector)
            return sim_fail(err, SIM_ENOMEM, "no memory for the figures");
    }
    *out = row;
    *count = n;
    return SIM_OK;
}

bool mdl_figures_keep_fleets(const struct mdl_figure_groups *groups)
{
    return mdl_tallies_sketches(groups).slow[MDL_GROUP_FLEET];
}

bool mdl_figures_keep_tasks(const struct mdl_figure_groups *groups)
{
    return mdl_tallies_sketches(groups).wait[MDL_GROUP_POOL];
}

bool mdl_figures_keep_loads(const struct mdl_figure_groups *groups)
{
    return mdl_tallies_sketches(groups).wait[MDL_GROUP_LINK];
}

/* ---- one replication ---- */

enum sim_status mdl_figures_create(const struct mdl_figure_groups *groups, struct sim_arena *arena,
                                   struct mdl_figures **out, struct sim_error *err)
{
    struct mdl_figures *figures = sim_arena_alloc(arena, 1, sizeof *figures);

    if (!figures)
        return sim_fail(err, SIM_ENOMEM, "no memory for the figures");
    figures->groups = groups;
    figures->arena = arena;
    *out = figures;
    if (groups->needs_met & MDL_NEEDS_PROJECTS) {
        enum sim_status status = mdl_cohort_create(groups, arena, &figures->cohort, err);

        if (status)
            return status;
    }
    return mdl_tallies_create(groups, arena, &figures->tallies, err);
}

bool mdl_figures_case_left(struct mdl_figures *figures, const struct mdl_cohort_case *of)
{
    return mdl_cohort_add(figures->cohort, of);
}

void mdl_figures_job_submitted(struct mdl_figures *figures, const struct mdl_job *job)
{
    mdl_tallies_submitted(figures->tallies, job);
}

void mdl_figures_job_left(struct mdl_figures *figures, const struct mdl_job *job, int64_t done_ns,
                          int64_t now_ns)
{
    mdl_tallies_left(figures->tallies, job, done_ns, now_ns);
}

void mdl_figures_job_preempted(struct mdl_figures *figures, const struct mdl_job *job,
                               int64_t lost_ns, int64_t now_ns)
{
    mdl_tallies_preempted(figures->tallies, job, lost_ns, now_ns);
}

/* ---- the end of a replication ---- */

/* units_per: what one unit counts; 0 leaves capacity and use out of the sum. */
static void add_flows(struct mdl_partition_flows *into, const struct mdl_partition_flows *from,
                      uint32_t units_per)
{
    into->busy_unit_ns += from->busy_unit_ns * units_per;
    into->released_unit_ns += from->released_unit_ns * units_per;
    into->installed_unit_ns += from->installed_unit_ns * units_per;
    for (int cause = 0; cause < MDL_LOST_CAUSES; cause++)
        into->lost_unit_ns[cause] += from->lost_unit_ns[cause] * units_per;
    into->waiting_ns += from->waiting_ns;
    into->inside_ns += from->inside_ns;
    into->facility_j += from->facility_j;
    into->carbon_g += from->carbon_g;
}

/* H100e-hours of capacity: of accelerators alone. */
static void add_worth(struct view *view, const struct mdl_figures *figures,
                      const struct mdl_window_flows *flows, size_t partition, double part)
{
    const struct mdl_partition_flows *from = &flows->partition[partition];
    const struct mdl_figure_groups *groups = figures->groups;
    double worth = part * groups->parts_per_unit[partition] * groups->worth_any[partition] /
                   groups->parts_per_gpu;

    view->installed_h100e_ns += worth * (double)from->installed_unit_ns;
    view->released_h100e_ns += worth * (double)from->released_unit_ns;
}

static void view_partition(struct view *view, const struct mdl_figures *figures,
                           const struct mdl_window_flows *flows, size_t partition)
{
    uint32_t per_unit = figures->groups->parts_per_unit[partition];

    add_flows(&view->flows, &flows->partition[partition],
              per_unit ? per_unit : figures->groups->parts_per_gpu);
    add_worth(view, figures, flows, partition, 1);
}

/* Sums over the partitions of a site, or of all sites (SIZE_MAX). */
static void view_places(struct view *view, const struct mdl_figures *figures,
                        const struct mdl_window_flows *flows, size_t site)
{
    const struct mdl_figure_groups *groups = figures->groups;

    for (size_t p = 0; p < groups->count[MDL_GROUP_PARTITION]; p++) {
        if (site == SIZE_MAX || groups->site_of[p] == site) {
            add_flows(&view->flows, &flows->partition[p], groups->parts_per_unit[p]);
            add_worth(view, figures, flows, p, 1);
        }
    }
    for (size_t s = 0; s < groups->count[MDL_GROUP_SITE]; s++) {
        if (site == SIZE_MAX || site == s)
            view->cost_cents += flows->site[s].cost_cents;
    }
}

/* An owner's part of the accelerators, and what sources used of it. */
static void view_share(struct view *view, const struct mdl_figures *figures,
                       const struct mdl_window_flows *flows, size_t share)
{
    const struct mdl_figure_groups *groups = figures->groups;

    for (size_t p = 0; p < groups->count[MDL_GROUP_PARTITION]; p++) {
        double part = groups->owned[share][p];
        double parts = part * groups->parts_per_unit[p];

        view->flows.installed_unit_ns +=
            (sim_i128)((double)flows->partition[p].installed_unit_ns * parts);
        view->flows.released_unit_ns +=
            (sim_i128)((double)flows->partition[p].released_unit_ns * parts);
        add_worth(view, figures, flows, p, part);
    }
    view->flows.busy_unit_ns = view->tally->gpu_ns;
}

/* Sum of squared shares of the vendors. */
static double herfindahl(const struct mdl_figures *figures)
{
    const struct mdl_figure_groups *groups = figures->groups;
    double all = 0, squares = 0;

    for (size_t vendor = 0; vendor < groups->vendor_count; vendor++) {
        double of_vendor = 0;

        for (size_t p = 0; p < groups->count[MDL_GROUP_PARTITION]; p++) {
            if (groups->vendor_of[p] == vendor)
                of_vendor += mdl_tallies_at(figures->tallies, MDL_GROUP_PARTITION, p)->h100e_ns;
        }
        all += of_vendor;
        squares += of_vendor * of_vendor;
    }
    return ratio(squares, all * all);
}

/* Members of a kind, of a country, or (SIZE_MAX) of all. */
static void view_access(struct view *view, const struct mdl_figure_groups *groups, size_t kind,
                        size_t country)
{
    for (size_t i = 0; i < groups->access_count; i++) {
        const struct mdl_access_part *part = &groups->access[i];

        if ((kind != SIZE_MAX && groups->kind_of[part->source] != kind) ||
            (country != SIZE_MAX && groups->country_of[part->source] != country))
            continue;
        view->members += part->members;
        for (int t = 0; t < THRESHOLDS; t++) {
            if (part->up_bytes_per_s < threshold_bytes_per_s[t])
                view->members_below[0][t] += part->members;
            if (part->down_bytes_per_s < threshold_bytes_per_s[t])
                view->members_below[1][t] += part->members;
        }
    }
}

static void view_storage(struct view *view, const struct mdl_figure_groups *groups,
                         const struct mdl_window_flows *flows)
{
    for (size_t i = 0; i < groups->count[MDL_GROUP_TIER]; i++) {
        const struct mdl_tier_flows *tier = &flows->tier[i];

        view->tier.capacity_bytes += tier->capacity_bytes;
        view->tier.cost_cents += tier->cost_cents;
        view->tier.fill_byte_ns += tier->fill_byte_ns;
        view->tier.waiting_ns += tier->waiting_ns;
        view->tier.waited += tier->waited;
        view->tier.quota_waiting_ns += tier->quota_waiting_ns;
        view->tier.quota_waited += tier->quota_waited;
        view->tier.purged_bytes += tier->purged_bytes;
    }
}

static struct view view_of(const struct mdl_figures *figures, const struct mdl_window_flows *flows,
                           enum mdl_group_type type, size_t index)
{
    struct view view = {.tally = mdl_tallies_at(figures->tallies, type, index),
                        .parts_per_gpu = figures->groups->parts_per_gpu,
                        .window_ns = (double)flows->window_ns};

    if (type == MDL_GROUP_ALL) {
        view_places(&view, figures, flows, SIZE_MAX);
        view.dependence_chip = herfindahl(figures);
        view_storage(&view, figures->groups, flows);
        view.transfers = &flows->transfers;
        view.data = &flows->data;
        view.keys = &flows->keys;
        view.borders = flows->borders;
        for (size_t i = 0; i < figures->groups->count[MDL_GROUP_BORDER]; i++)
            view.border_bytes += flows->borders->crossed_bytes[i];
        view_access(&view, figures->groups, SIZE_MAX, SIZE_MAX);
    } else if (type == MDL_GROUP_KIND) {
        view_access(&view, figures->groups, index, SIZE_MAX);
    } else if (type == MDL_GROUP_COUNTRY) {
        view_access(&view, figures->groups, SIZE_MAX, index);
    } else if (type == MDL_GROUP_SITE) {
        view_places(&view, figures, flows, index);
    } else if (type == MDL_GROUP_PARTITION) {
        view_partition(&view, figures, flows, index);
    } else if (type == MDL_GROUP_SHARE) {
        view_share(&view, figures, flows, index);
    } else if (type == MDL_GROUP_FLEET) {
        view.fleet = &flows->fleet[index];
    } else if (type == MDL_GROUP_POOL) {
        view.staff = &flows->staff[index];
    } else if (type == MDL_GROUP_COURSE) {
        view.course = &flows->course[index];
    } else if (type == MDL_GROUP_MODE) {
        view.call = &flows->mode[index];
    } else if (type == MDL_GROUP_QUOTA) {
        view.quota = &flows->quota[index];
        view.call = &view.quota->call;
    } else if (type == MDL_GROUP_CIRCUIT) {
        view.circuit = &flows->circuit[index];
    } else if (type == MDL_GROUP_HOP) {
        view.keys = &flows->hop[index];
    } else if (type == MDL_GROUP_LINK) {
        view.link = &flows->link[index];
    } else if (type == MDL_GROUP_BORDER) {
        view.border_bytes = flows->borders->crossed_bytes[index];
    } else if (type == MDL_GROUP_TIER) {
        view.tier = flows->tier[index];
    }
    return view;
}

/* Of all groups of a type. */
static enum sim_status view_cohort(const struct mdl_figures *figures, enum mdl_group_type type,
                                   struct view *view, struct sim_error *err)
{
    size_t count = figures->groups->count[type];
    struct mdl_cohort_sums *sums = sim_arena_alloc(figures->arena, count, sizeof *sums);
    enum sim_status status = SIM_OK;

    if (!sums)
        return sim_fail(err, SIM_ENOMEM, "no memory for the figures of projects");
    for (size_t i = 0; i < count && !status; i++) {
        status = mdl_cohort_sum_up(figures->cohort, type, i, &sums[i], err);
        view[i].cohort = &sums[i];
    }
    return status;
}

static double value_of(const struct definition *definition, const struct view *view,
                       uint8_t *beyond)
{
    double value = definition->value(view, definition->arg);

    if (!beyond || !definition->bound || !isnan(value))
        return value;
    value = definition->bound(view, definition->arg);
    *beyond = !isnan(value);
    return value;
}

enum sim_status mdl_figures_fill(struct mdl_figures *figures, const struct mdl_window_flows *flows,
                                 double *value, uint8_t *beyond, struct sim_error *err)
{
    const struct mdl_figure_groups *groups = figures->groups;
    struct view *view[MDL_GROUP_TYPES];
    enum sim_status status = mdl_tallies_sum_up(figures->tallies, flows->unserved, err);

    for (int type = 0; !status && type < MDL_GROUP_TYPES; type++) {
        view[type] = sim_arena_alloc(figures->arena, groups->count[type], sizeof **view);
        if (!view[type])
            return sim_fail(err, SIM_ENOMEM, "no memory for the figures");
        for (size_t i = 0; i < groups->count[type]; i++)
            view[type][i] = view_of(figures, flows, (enum mdl_group_type)type, i);
        if (figures->cohort && PROJECTS >> type & 1)
            status = view_cohort(figures, (enum mdl_group_type)type, view[type], err);
    }
    if (status)
        return status;
    for (struct cursor at = first_row(groups); next_row(&at); beyond += beyond != NULL)
        *value++ = value_of(&definitions[at.definition], &view[at.type][at.index], beyond);
    return SIM_OK;
}
