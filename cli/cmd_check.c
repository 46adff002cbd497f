/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/messages.h"
#include "cli/scenario.h"
#include "output/tables.h"
#include "output/text.h"

static void print_percent(double frac)
{
    if (isnan(frac))
        printf(" %10s", "-");
    else
        printf(" %8.1f %%", 100 * frac);
}

static void print_count(double count)
{
    char number[OUT_NUMBER_BYTES];
    const char *text = out_format_number(count, NAN, number);

    printf(" %*s%s", (int)(12 - out_text_width(text)), "", text);
}

static void print_size(const char *what, size_t count, const char *end)
{
    const char *plural = count == 1 ? "" : what[strlen(what) - 1] == 's' ? "es" : "s";

    printf("%zu %s%s%s", count, what, plural, end);
}

static void print_partition(const struct mdl_partition_plan *partition,
                            const struct mdl_offered *offered)
{
    printf("  %-28.64s", partition->name);
    print_percent(offered->community_frac);
    print_percent(offered->background_frac);
    print_percent(offered->community_frac + offered->background_frac);
    print_percent(partition->config->target_use_frac);
    print_count(offered->jobs);
    putchar('\n');
}

/* Nothing when nobody owns a share. */
static void print_owners(const struct mdl_owner_offer *owner, size_t count)
{
    if (!count || !owner[0].name)
        return;
    printf("\n  %-28s %12s %12s %8s\n", "owners of shares", "offered", "asked", "ratio");
    for (size_t i = 0; i < count; i++) {
        printf("  %-28.64s", owner[i].name ? owner[i].name : "(no owner named)");
        if (owner[i].name)
            print_count(owner[i].offered_h);
        else
            printf(" %12s", "-");
        print_count(owner[i].asked_h);
        if (owner[i].offered_h > 0)
            printf(" %6.1f %%", 100 * owner[i].asked_h / owner[i].offered_h);
        else
            printf(" %8s", "-");
        puts(owner[i].is_nodes ? "  node-h" : "  GPU-h");
    }
}

enum { LINKS_SHOWN = 5 };

/* The links that carry most for their capacity, the busier direction of each. */
static void print_links(const struct mdl_plan *plan, const double *load)
{
    size_t count = plan->network.link_count, shown[LINKS_SHOWN], n = 0;

    for (; n < LINKS_SHOWN && n < count; n++) {
        size_t best = SIZE_MAX;

        for (size_t i = 0; i < 2 * count; i++) {
            bool is_shown = false;

            for (size_t k = 0; k < n; k++)
                is_shown = is_shown || shown[k] / 2 == i / 2;
            if (!is_shown && load[i] > 0 && (best == SIZE_MAX || load[i] > load[best]))
                best = i;
        }
        if (best == SIZE_MAX)
            break;
        if (n == 0)
            printf("\n  %-28s %10s\n", "busiest links", "mean load");
        printf("  %-28.64s %8.*f %%\n", plan->network.channel[best].name, load[best] < 0.1 ? 2 : 1,
               100 * load[best]);
        shown[n] = best;
    }
}

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

static void warn_of_absent(const char *path, const struct mdl_plan *plan,
                           const struct mdl_offered *offered)
{
    size_t count = 0, first = 0;

    for (size_t p = plan->partition_count; p-- > 0;) {
        if (offered[p].released_unit_hours > 0)
            continue;
        count++;
        first = p;
    }
    if (count == 1)
        cli_warning("%.200s: %.64s is not open on any day of the window", path,
                    plan->partition[first].name);
    else if (count)
        cli_warning("%.200s: %zu partitions are not open on any day of the window, %.64s the first",
                    path, count, plan->partition[first].name);
}

static void warn(const char *path, const struct mdl_plan *plan, const struct mdl_offered *offered)
{
    warn_of_closed(path, plan);
    warn_of_absent(path, plan, offered);
    for (size_t p = 0; p < plan->partition_count; p++) {
        double load = offered[p].community_frac + offered[p].background_frac;

        if (load > 1)
            cli_warning("%.200s: %.64s is offered %.0f %% of what it can do; its queue grows "
                        "for as long as that lasts",
                        path, plan->partition[p].name, 100 * load);
        warn_of_retirement(path, &plan->partition[p], &offered[p]);
    }
}

static enum sim_status show(const char *path, const struct cli_scenario *scenario,
                            struct sim_error *err)
{
    const struct mdl_plan *plan = scenario->plan;
    struct mdl_offered *offered =
        sim_arena_alloc(scenario->arena, plan->partition_count, sizeof *offered);
    double *load = sim_arena_alloc(scenario->arena, 2 * plan->network.link_count, sizeof *load);
    struct mdl_owner_offer *owner = NULL;
    size_t owner_count = 0;
    char start[11], end[11];

    if (mdl_plan_owners(plan, scenario->arena, &owner, &owner_count, err))
        return SIM_ENOMEM;
    if (!offered || !load)
        return sim_fail(err, SIM_ENOMEM, "no memory for offered loads");
    mdl_plan_offered(plan, offered);
    mdl_plan_offered_links(plan, load);
    sim_date_format(plan->config->start_days, start);
    sim_date_format(plan->config->end_days, end);
    cli_put_safe(stdout, path);
    printf(": valid, %s to %s\n", start, end);
    print_size("site", plan->site_count, ", ");
    print_size("partition", plan->partition_count, ", ");
    print_size("class", plan->class_count, ", ");
    print_size("source", plan->source_count, " of jobs\n\n");
    printf("  %-28s %10s %10s %10s %10s %12s\n", "offered load", "users", "background", "together",
           "target", "jobs");
    for (size_t p = 0; p < plan->partition_count; p++)
        print_partition(&plan->partition[p], &offered[p]);
    print_owners(owner, owner_count);
    print_links(plan, load);
    fflush(stdout);
    warn(path, plan, offered);
    return SIM_OK;
}

static void print_options(const struct exp_study *study, const struct exp_comparison *comparison)
{
    if (study->is_given || comparison->world_count > 1)
        printf("\n  %zu option%s in %zu world%s (%zu draw%s among them), all valid\n",
               study->option_count, study->option_count == 1 ? "" : "s", comparison->world_count,
               comparison->world_count == 1 ? "" : "s",
               study->uncertain_count ? study->draw_count : 0,
               study->uncertain_count && study->draw_count == 1 ? "" : "s");
}

/* Every file is looked at; the first failure gives the exit code. */
enum sim_status cli_check(const struct cli_options *options, struct sim_error *err)
{
    enum sim_status first = SIM_OK;

    for (size_t i = 0; i < options->operand_count; i++) {
        struct sim_error here = {.status = SIM_OK};
        struct exp_compare work = {.threads = 1};
        struct cli_prepared prepared = {.comparison = NULL};
        struct cli_scenario scenario;
        enum sim_status status = cli_scenario_load(options->operand[i], options, &scenario, &here);

        if (!status) /* before anything is said to be valid */
            status = cli_scenario_prepare(&scenario, &work, &prepared, &here);
        if (!status && i > 0)
            putchar('\n');
        if (!status)
            status = show(options->operand[i], &scenario, &here);
        if (!status)
            print_options(&scenario.study, prepared.comparison);
        exp_comparison_release(prepared.comparison);
        cli_scenario_release(&scenario);
        if (here.status && first)
            cli_error(&here);
        else if (here.status)
            *err = here;
        first = first ? first : status;
    }
    return first;
}
