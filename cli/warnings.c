/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/warnings.h"

#include <math.h>

#include "cli/messages.h"
#include "output/tables.h"
#include "sim/calendar.h"

static const double TRANSFERS_MOST = 0.2;
static const double TARGET_NEAR =
    0.03; /* from there on the target does not say what is simulated */

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
            "%.200s: %.0f %% of the jobs bring or take home data of their own, of real ones "
            "at most a fifth; see `transfer` of classes",
            path, 100 * frac);
}

/* More than there is, or far from the use that the partition's owner expects. */
static void warn_of_offered(const char *path, const struct mdl_partition_plan *partition,
                            const struct mdl_offered *offered)
{
    double load = offered->community_frac + offered->background_frac;
    double target = partition->config->target_use_frac;

    if (load > 1)
        cli_warning("%.200s: %.64s is offered %.0f %% of what it can do; its queue grows "
                    "for as long as that lasts",
                    path, partition->name, 100 * load);
    else if (fabs(load - target) > TARGET_NEAR && offered->released_unit_hours > 0)
        cli_warning("%.200s: %.64s is offered %.1f %% of what it can do, its target_use is "
                    "%.1f %%; see the rates and loads on it",
                    path, partition->name, 100 * load, 100 * target);
}

void cli_warn_of_plan(const char *path, const struct mdl_plan *plan,
                      const struct mdl_offered *offered)
{
    warn_of_closed(path, plan);
    warn_of_absent(path, plan, offered);
    warn_of_transfers(path, plan);
    for (size_t p = 0; p < plan->partition_count; p++) {
        warn_of_offered(path, &plan->partition[p], &offered[p]);
        warn_of_retirement(path, &plan->partition[p], &offered[p]);
    }
}
