/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/warnings.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/messages.h"
#include "models/barred.h"
#include "models/circuit_plan.h"
#include "models/fleet_offer.h"
#include "models/link_offer.h"
#include "models/transport/link_state.h"
#include "output/tables.h"
#include "sim/calendar.h"
#include "sim/units.h"

static const double TRANSFERS_MOST = 0.2;
static const double CUT_MOST = 0.1;    /* of a class, on one machine */
static const double CUT_CHANGE = 0.01; /* of a class, between options */
static const double HOURS_CHANGE = 0.001;
static const double CLIP_LEAST = 0.001; /* of a link's background */
static const double TARGET_NEAR = 0.03; /* of what a machine can do */

/* Demand that comes when nothing is open for it. */
static void warn_of_closed(const char *path, const struct mdl_plan *plan)
{
    for (size_t s = 0; s < plan->source_count; s++) {
        struct mdl_closed closed = mdl_plan_closed(plan, s);
        char number[OUT_NUMBER_BYTES];

        if (closed.records > 0)
            cli_warning("%.200s: %.200s: no partition that it uses is open on %lld of %lld days; "
                        "about %s records are refused then",
                        path, plan->source[s].item->path, (long long)closed.days,
                        (long long)(plan->end_ns / SIM_DAY_NS),
                        out_format_number(closed.records, NAN, number));
    }
}

/* Less than one in ten thousand is the far end of a law. */
static void warn_of_barred(const char *path, const struct mdl_plan *plan)
{
    for (size_t s = 0; s < plan->source_count; s++) {
        struct mdl_barred barred = mdl_barred_of(plan, s);

        if (barred.part >= 1e-4)
            cli_warning(
                "%.200s: %.200s: %.3g %% of its jobs of class %.64s on %.64s are wider than "
                "a limit or quota lets run (%s: %.6g); they never start",
                path, plan->source[s].item->path, 100 * barred.part, barred.job_class->item.key,
                barred.partition->name, barred.partition->gpus_per_unit ? "GPUs" : "nodes",
                barred.limit);
    }
}

static void warn_of_retirement(const char *path, const struct mdl_partition_plan *partition,
                               const struct mdl_offered *offered)
{
    char date[11];

    if (mdl_capacity_retired_ns(partition) == SIM_NEVER || !(offered->records > 0))
        return;
    sim_date_format(partition->config->offline_days, date);
    cli_warning("%.200s: %.64s goes offline on %s; what waits there on that day never starts", path,
                partition->name, date);
}

/* Opens when the window has ended. */
static bool is_late(const struct mdl_plan *plan, size_t p)
{
    int64_t online_days = plan->partition[p].config->online_days;

    return online_days != MDL_DATE_NONE &&
           sim_calendar_ns(&plan->calendar, online_days) >= plan->end_ns;
}

static void warn_of_late(const char *path, const struct mdl_partition_plan *first, size_t count)
{
    char date[11];

    if (count == 0)
        return;
    sim_date_format(first->config->online_days, date);
    if (count == 1)
        cli_warning("%.200s: %.64s opens on %s, after the window", path, first->name, date);
    else
        cli_warning("%.200s: %zu partitions open after the window only, %.64s the first, on %s",
                    path, count, first->name, date);
}

static void warn_of_absent(const char *path, const struct mdl_plan *plan,
                           const struct mdl_offered *offered)
{
    const struct mdl_partition_plan *first = NULL, *first_late = NULL;
    size_t count = 0, late_count = 0;

    for (size_t p = plan->partition_count; p-- > 0;) {
        const struct mdl_partition_plan *here = &plan->partition[p];

        if (offered[p].released_unit_hours > 0)
            continue;
        if (!is_late(plan, p)) {
            count++;
            first = here;
            continue;
        }
        late_count++;
        if (!first_late || here->config->online_days <= first_late->config->online_days)
            first_late = here;
    }
    warn_of_late(path, first_late, late_count);
    if (count == 1)
        cli_warning("%.200s: %.64s is not open on any day of the window", path, first->name);
    else if (count)
        cli_warning("%.200s: %zu partitions are not open on any day of the window, %.64s the first",
                    path, count, first->name);
}

/* What a job finds at the site is staged once; transfers of every job's own are few. */
static void warn_of_transfers(const char *path, const struct mdl_plan *plan)
{
    double frac = plan->storage.is_used ? mdl_plan_transfer_frac(plan) : 0;

    if (frac > TRANSFERS_MOST)
        cli_warning(
            "%.200s: %.0f %% of the jobs bring or take home data of their own; on real machines at "
            "most a fifth do, the others find their data at the site; `transfer` of classes sets "
            "the share",
            path, 100 * frac);
}

/* The class that loses most, and how many more there are. */
static void warn_of_cuts(const char *path, const struct mdl_plan *plan, struct sim_arena *arena)
{
    struct mdl_cut *cut =
        sim_arena_alloc(arena, plan->partition_count * plan->class_count + 1, sizeof *cut);
    size_t count = cut ? mdl_plan_cuts(plan, CUT_MOST, cut, arena) : 0, most = 0;
    char more[80] = "";

    if (count == 0 || count == SIZE_MAX)
        return;
    for (size_t i = 1; i < count; i++)
        if (cut[i].frac > cut[most].frac)
            most = i;
    if (count > 1)
        snprintf(more, sizeof more, "; so it is in %zu more cases of class and machine", count - 1);
    cli_warning("%.200s: %.3g %% of the jobs of class %.64s do not fit %.64s (wider than %.0f %s "
                "for one job) and are drawn anew among its narrower ones%s",
                path, 100 * cut[most].frac, cut[most].job_class, cut[most].partition,
                cut[most].most, cut[most].is_nodes ? "nodes" : "GPUs", more);
}

static const struct mdl_cut *find_cut(const struct exp_machines *machines,
                                      const struct mdl_cut *like)
{
    for (size_t i = 0; i < machines->cut_count; i++)
        if (strcmp(machines->cut[i].job_class, like->job_class) == 0 &&
            strcmp(machines->cut[i].partition, like->partition) == 0)
            return &machines->cut[i];
    return NULL;
}

static const struct mdl_followed *find_machine(const struct exp_machines *machines,
                                               const char *partition)
{
    for (size_t p = 0; p < machines->count; p++)
        if (strcmp(machines->followed[p].partition, partition) == 0)
            return &machines->followed[p];
    return NULL;
}

/* The largest cut of `one` that `other`, which has the machine too, makes less of; NULL: none. */
static const struct mdl_cut *largest_change(const struct exp_machines *one,
                                            const struct exp_machines *other, double *other_frac)
{
    const struct mdl_cut *best = NULL;
    double most = CUT_CHANGE;

    for (size_t i = 0; i < one->cut_count; i++) {
        const struct mdl_cut *there = find_cut(other, &one->cut[i]);
        double change = one->cut[i].frac - (there ? there->frac : 0);

        if (!(change > most) || !find_machine(other, one->cut[i].partition))
            continue;
        most = change;
        best = &one->cut[i];
        *other_frac = there ? there->frac : 0;
    }
    return best;
}

static void warn_of_other_jobs(const char *path, const struct exp_machines *machines,
                               const char *name, const struct exp_machines *base,
                               const char *base_name)
{
    double there = 0, here = 0;
    const struct mdl_cut *less = largest_change(base, machines, &there);
    const struct mdl_cut *more = largest_change(machines, base, &here);

    if (less && (!more || less->frac - there >= more->frac - here))
        here = less->frac;
    else if (more) {
        there = more->frac;
        less = more;
    } else
        return;
    cli_warning(
        "%.200s: %.64s runs other jobs than %.64s: of class %.64s, %.3g %% are too wide for "
        "%.64s in %.64s, %.3g %% in %.64s; to compare like with like, let none be wider "
        "than fits every option",
        path, name, base_name, less->job_class, 100 * here, less->partition, base_name, 100 * there,
        name);
}

struct grown { /* machines whose node-hours an option changes */
    const char *first;
    size_t count;
    double asked_h, relative_h;
};

static bool is_same(double a, double b)
{
    return fabs(a - b) <= HOURS_CHANGE * fmax(a, b);
}

/* Machines of `one`, those of `other` alone left out unless is_alone. */
static void add_grown(struct grown *grown, const struct exp_machines *one,
                      const struct exp_machines *other, bool is_alone)
{
    for (size_t p = 0; p < one->count; p++) {
        const struct mdl_followed *here = &one->followed[p];
        const struct mdl_followed *there = find_machine(other, here->partition);
        double hours = there ? there->released_h : 0, asked = there ? there->asked_h : 0;

        if ((is_alone && there) || is_same(here->released_h, hours) ||
            is_same(here->asked_h, asked)) /* the option itself holds demand */
            continue;
        if (!grown->count++)
            grown->first = here->partition;
        grown->asked_h += here->asked_h;
        grown->relative_h += here->relative_h;
    }
}

static void warn_of_following(const char *path, const struct exp_machines *machines,
                              const char *name, const struct exp_machines *base)
{
    struct grown grown = {.count = 0};
    char more[32] = "";

    add_grown(&grown, machines, base, false);
    add_grown(&grown, base, machines, true);
    if (!(grown.relative_h > HOURS_CHANGE * grown.asked_h))
        return;
    if (grown.count > 1)
        snprintf(more, sizeof more, " and %zu more", grown.count - 1);
    cli_warning("%.200s: %.64s changes what %.64s%s offers, and demand follows the machine: "
                "%.0f %% of the load there is written as a part of it; to hold demand, write "
                "`rate` instead of `load`",
                path, name, grown.first, more, 100 * grown.relative_h / grown.asked_h);
}

void cli_warn_of_options(const char *path, const struct exp_comparison *comparison)
{
    const struct exp_study *study = comparison->study;
    const struct exp_machines *base = &comparison->machines[study->baseline];

    for (size_t o = 0; o < study->option_count; o++) {
        const struct exp_machines *machines = &comparison->machines[o];

        if (o == study->baseline)
            continue;
        warn_of_other_jobs(path, machines, study->option[o].name, base,
                           study->option[study->baseline].name);
        warn_of_following(path, machines, study->option[o].name, base);
    }
}

/* More than there is, or far from the use that the partition's owner expects where the scenario has
 * jobs at all. */
static void warn_of_offered(const char *path, const struct mdl_partition_plan *partition,
                            const struct mdl_offered *offered, bool is_asked)
{
    double load = offered->community_frac + offered->background_frac;
    double target = partition->config->target_use_frac;

    if (load > 1)
        cli_warning("%.200s: %.64s is offered %.0f %% of what it can do; its queue grows "
                    "for as long as that lasts",
                    path, partition->name, 100 * load);
    else if (is_asked && fabs(load - target) > TARGET_NEAR && offered->released_unit_hours > 0)
        cli_warning("%.200s: %.64s is offered %.1f %% of what it can do, its target_use is "
                    "%.1f %%; see the rates and loads on it",
                    path, partition->name, 100 * load, 100 * target);
}

static void warn_of_airtime(const char *path, const struct mdl_cell_plan *cell, const char *way,
                            const struct mdl_airtime_offer *offer)
{
    const char *key = cell->config->item.path;

    if (offer->mean > 1)
        cli_warning("%.200s: %.100s: devices and members ask for %.0f %% of the airtime %s that "
                    "its other users leave; what waits grows for as long as that lasts",
                    path, key, 100 * offer->mean, way);
    else if (offer->busiest > 1)
        cli_warning("%.200s: %.100s: at %d h devices and members ask for %.0f %% of the airtime "
                    "%s that its other users leave, %.0f %% on average; data wait then",
                    path, key, offer->hour, 100 * offer->busiest, way, 100 * offer->mean);
}

static void warn_of_cells(const char *path, const struct mdl_plan *plan, struct sim_arena *arena)
{
    struct mdl_cell_offer *offer =
        sim_arena_alloc(arena, plan->fleets.cell_count + 1, sizeof *offer);

    if (!offer)
        return;
    mdl_plan_offered_cells(plan, offer);
    for (size_t i = 0; i < plan->fleets.cell_count; i++) {
        warn_of_airtime(path, &plan->fleets.cell[i], "up", &offer[i].up);
        warn_of_airtime(path, &plan->fleets.cell[i], "down", &offer[i].down);
    }
}

/* The link that loses most, and how many more there are. */
static void warn_of_clips(const char *path, const struct mdl_plan *plan)
{
    const struct mdl_link_config *worst = NULL;
    struct mdl_clip most = {.asked = 0};
    char more[48] = "";
    size_t count = 0;

    for (size_t i = 0; i < plan->network.link_count; i++) {
        const struct mdl_link_config *link = sim_map_at(&plan->network.config->links, i);
        struct mdl_clip clip = {.asked = 0};

        if (mdl_link_has_background(link))
            clip = mdl_link_clip(plan, i);
        if (!(clip.asked - clip.kept > CLIP_LEAST * clip.asked))
            continue;
        count++;
        if (worst && clip.asked - clip.kept <= most.asked - most.kept)
            continue;
        worst = link;
        most = clip;
    }
    if (!worst)
        return;
    if (count > 1)
        snprintf(more, sizeof more, "; so it is on %zu more link%s", count - 1,
                 count > 2 ? "s" : "");
    cli_warning("%.200s: %.100s.background: at %d h it asks for %.0f %% of the link's capacity and "
                "gets at most %.0f %%, on average %.1f %% instead of %.1f %%%s",
                path, worst->item.path, most.hour, 100 * most.busiest,
                100 * MDL_BACKGROUND_MOST_FRAC, 100 * most.kept, 100 * most.asked, more);
}

static void warn_of_keys(const char *path, const struct mdl_plan *plan, size_t link)
{
    const struct mdl_link_config *config = sim_map_at(&plan->network.config->links, link);
    struct mdl_key_offer offer = mdl_link_key_offer(plan, link);

    if (offer.load > 1)
        cli_warning("%.200s: %.100s.keys: transfers ask for %.3g %% of the keys that it makes; its "
                    "store lasts for %.3g d, then ever more of them wait",
                    path, config->item.path, 100 * offer.load, offer.store_s / SIM_DAY_S);
}

static void warn_of_links(const char *path, const struct mdl_plan *plan)
{
    warn_of_clips(path, plan);
    for (size_t i = 0; i < plan->keys.count && !plan->replay; i++)
        warn_of_keys(path, plan, plan->keys.link[i]);
}

static void warn_of_circuits(const char *path, const struct mdl_plan *plan)
{
    static const char *const why[] = {
        [MDL_CIRCUIT_NEVER_BOOKED] = "it is not booked at any time of the run",
        [MDL_CIRCUIT_BETWEEN_HUBS] = "neither of its ends is a site, and data go from or to sites",
        [MDL_CIRCUIT_FORBIDDEN] =
            "the residency or security of all communities that it is for forbids its way"};

    for (size_t i = 0; i < plan->circuits.count; i++) {
        enum mdl_circuit_idle idle = mdl_circuit_why_idle(
            &plan->circuits, i, plan->config->communities.count, plan->rule_of);

        if (idle != MDL_CIRCUIT_USABLE)
            cli_warning("%.200s: %.200s: carries nothing: %s", path,
                        plan->circuits.circuit[i].config->item.path, why[idle]);
    }
}

/* Is there a way given that the rule of a community at one of its ends forbids? */
static bool is_forbidden(const struct mdl_plan *plan, const struct mdl_path_config *given,
                         const struct mdl_community_config *community, uint32_t *direction)
{
    size_t count = mdl_network_follow(&plan->network, given, direction);
    size_t rule = plan->rule_of[community->item.index];

    if (!community->at ||
        (strcmp(given->from, community->at) != 0 && strcmp(given->to, community->at) != 0))
        return false;
    for (size_t i = 0; count != SIZE_MAX && i < count; i++)
        if (!mdl_network_may_cross(&plan->network, rule, direction[i]))
            return true;
    return false;
}

static void warn_of_routes(const char *path, const struct mdl_plan *plan, struct sim_arena *arena)
{
    const struct sim_map *routes = &plan->config->network.routes;
    const struct sim_map *communities = &plan->config->communities;
    uint32_t *direction = sim_arena_alloc(arena, plan->network.link_count + 1, sizeof *direction);

    for (size_t i = 0; direction && !plan->replay && i < routes->count; i++) {
        const struct mdl_path_config *given = sim_map_at(routes, i);

        for (size_t k = 0; k < communities->count; k++) {
            const struct mdl_community_config *community = sim_map_at(communities, k);

            if (is_forbidden(plan, given, community, direction))
                cli_warning("%.200s: %.200s: is not taken by '%.64s', whose residency or security "
                            "forbids one of its links",
                            path, given->item.path, community->item.key);
        }
    }
}

void cli_warn_of_plan(const char *path, const struct mdl_plan *plan,
                      const struct mdl_offered *offered, struct sim_arena *arena)
{
    warn_of_closed(path, plan);
    warn_of_absent(path, plan, offered);
    warn_of_barred(path, plan);
    warn_of_transfers(path, plan);
    warn_of_cuts(path, plan, arena);
    warn_of_cells(path, plan, arena);
    warn_of_links(path, plan);
    warn_of_circuits(path, plan);
    warn_of_routes(path, plan, arena);
    for (size_t p = 0; p < plan->partition_count; p++) {
        warn_of_offered(path, &plan->partition[p], &offered[p], plan->source_count > 0);
        warn_of_retirement(path, &plan->partition[p], &offered[p]);
    }
}
