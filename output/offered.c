/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/offered.h"

#include <math.h>
#include <string.h>

#include "output/tables.h"
#include "output/text.h"
#include "models/fleet_offer.h"
#include "sim/calendar.h"
#include "sim/units.h"

static void print_percent(FILE *file, double frac)
{
    if (isnan(frac))
        fprintf(file, " %10s", "-");
    else
        fprintf(file, " %8.1f %%", 100 * frac);
}

static void print_count(FILE *file, double count)
{
    char number[OUT_NUMBER_BYTES];
    const char *text = out_format_number(count, NAN, number);

    fprintf(file, " %*s%s", (int)(12 - out_text_width(text)), "", text);
}

static void print_size(FILE *file, const char *what, size_t count, const char *end)
{
    const char *plural = count == 1 ? "" : what[strlen(what) - 1] == 's' ? "es" : "s";

    fprintf(file, "%zu %s%s%s", count, what, plural, end);
}

static void print_partition(FILE *file, const struct mdl_partition_plan *partition,
                            const struct mdl_offered *offered)
{
    fprintf(file, "  %-28.64s", partition->name);
    print_percent(file, offered->community_frac);
    print_percent(file, offered->background_frac);
    print_percent(file, offered->community_frac + offered->background_frac);
    print_percent(file, partition->config->target_use_frac);
    print_count(file, offered->jobs);
    fputc('\n', file);
}

/* Nothing when nobody owns a share. */
static void print_owners(FILE *file, const struct mdl_owner_offer *owner, size_t count)
{
    if (!count || !owner[0].name)
        return;
    fprintf(file, "\n  %-28s %12s %12s %8s\n", "owners of shares", "offered", "asked", "ratio");
    for (size_t i = 0; i < count; i++) {
        fprintf(file, "  %-28.64s", owner[i].name ? owner[i].name : "(no owner named)");
        if (owner[i].name)
            print_count(file, owner[i].offered_h);
        else
            fprintf(file, " %12s", "-");
        print_count(file, owner[i].asked_h);
        if (owner[i].offered_h > 0)
            fprintf(file, " %6.1f %%", 100 * owner[i].asked_h / owner[i].offered_h);
        else
            fprintf(file, " %8s", "-");
        fputs(owner[i].is_nodes ? "  node-h\n" : "  GPU-h\n", file);
    }
}

enum { LINKS_SHOWN = 5 };

/* The links that carry most for their capacity, the busier direction of each. */
static void print_links(FILE *file, const struct mdl_plan *plan,
                        const struct mdl_offered_link *load)
{
    const struct mdl_direction *direction = plan->network.direction;
    size_t count = plan->network.link_count, shown[LINKS_SHOWN], n = 0;

    for (; n < LINKS_SHOWN && n < count; n++) {
        size_t best = SIZE_MAX;

        for (size_t i = 0; i < plan->network.direction_count; i++) {
            bool is_shown = false;

            for (size_t k = 0; k < n; k++)
                is_shown = is_shown || direction[shown[k]].link_index == direction[i].link_index;
            if (!is_shown && load[i].own_frac > 0 &&
                (best == SIZE_MAX || load[i].own_frac > load[best].own_frac))
                best = i;
        }
        if (best == SIZE_MAX)
            break;
        if (n == 0)
            fprintf(file, "\n  %-28s %10s %10s\n", "links with most data", "data", "background");
        fprintf(file, "  %-28.64s %8.*f %% ", plan->network.channel[best].name,
                load[best].own_frac < 0.1 ? 2 : 1, 100 * load[best].own_frac);
        if (load[best].background_frac > 0)
            fprintf(file, "%8.1f %%\n", 100 * load[best].background_frac);
        else
            fprintf(file, "%10s\n", "-");
        shown[n] = best;
    }
}

/* Airtime that devices and members ask for, over what other users of the cells leave; of cells of
 * which something is asked. */
static void print_cells(FILE *file, const struct mdl_plan *plan, const struct mdl_cell_offer *offer)
{
    bool is_first = true;

    for (size_t i = 0; i < plan->fleets.cell_count; i++) {
        const struct mdl_airtime_offer *const way[2] = {&offer[i].up, &offer[i].down};

        for (int d = 0; d < 2; d++) {
            char name[80];

            if (!(way[d]->mean > 0))
                continue;
            if (is_first)
                fprintf(file, "\n  %-28s %10s %10s %10s\n", "airtime of cells", "mean load",
                        "busiest", "at hour");
            is_first = false;
            snprintf(name, sizeof name, "%.64s %s", plan->fleets.cell[i].config->item.key,
                     d ? "down" : "up");
            fprintf(file, "  %-28s %8.1f %% %8.1f %% %10d\n", name, 100 * way[d]->mean,
                    100 * way[d]->busiest, way[d]->hour);
        }
    }
}

/* What is left behind in a year, when that is all that the tier holds if nothing is purged, and
 * what the running jobs ask for of its bandwidth; of tiers of which something is asked. */
static void print_storage(FILE *file, const struct mdl_plan *plan,
                          const struct mdl_tier_offer *offer)
{
    double window_s = (double)(plan->end_ns - plan->start_ns) * 1e-9;
    bool is_first = true;

    for (size_t i = 0; i < plan->storage.tier_count; i++) {
        const struct mdl_storage_config *tier = plan->storage.tier[i].config;
        double per_s = offer[i].left_bytes / window_s;

        if (per_s + offer[i].read_bytes + offer[i].written_bytes <= 0)
            continue;
        if (is_first)
            fprintf(file, "\n  %-28s %12s %12s %12s %10s %10s\n", "storage, TB", "capacity",
                    "left a year", "full in, d", "read", "written");
        is_first = false;
        fprintf(file, "  %-28.64s", plan->storage.tier[i].name);
        print_count(file, tier->capacity_bytes / 1e12);
        print_count(file, per_s * SIM_YEAR_S / 1e12);
        if (per_s > 0)
            print_count(file, tier->capacity_bytes / per_s / SIM_DAY_S);
        else
            fprintf(file, " %12s", "-");
        print_percent(file, offer[i].read_bytes / window_s / tier->read_bytes_per_s);
        print_percent(file, offer[i].written_bytes / window_s / tier->write_bytes_per_s);
        fputc('\n', file);
    }
}

enum sim_status out_print_offered(FILE *file, const struct mdl_plan *plan,
                                  const struct mdl_offered *offered, struct sim_arena *arena,
                                  struct sim_error *err)
{
    struct mdl_offered_link *load =
        sim_arena_alloc(arena, plan->network.direction_count, sizeof *load);
    struct mdl_tier_offer *tier = sim_arena_alloc(arena, plan->storage.tier_count, sizeof *tier);
    struct mdl_cell_offer *cell = sim_arena_alloc(arena, plan->fleets.cell_count, sizeof *cell);
    struct mdl_owner_offer *owner = NULL;
    size_t owner_count = 0;
    char start[11], end[11];

    if (mdl_plan_owners(plan, arena, &owner, &owner_count, err))
        return SIM_ENOMEM;
    if (!load || !tier || !cell)
        return sim_fail(err, SIM_ENOMEM, "no memory for offered loads");
    mdl_plan_offered_links(plan, load);
    sim_date_format(plan->config->start_days, start);
    sim_date_format(plan->config->end_days, end);
    fprintf(file, "%s to %s\n", start, end);
    print_size(file, "site", plan->site_count, ", ");
    print_size(file, "partition", plan->partition_count, ", ");
    print_size(file, "class", plan->class_count, ", ");
    print_size(file, "source", plan->source_count, " of jobs\n\n");
    fprintf(file, "  %-28s %10s %10s %10s %10s %12s\n", "offered load", "users", "background",
            "together", "target", "jobs");
    for (size_t p = 0; p < plan->partition_count; p++)
        print_partition(file, &plan->partition[p], &offered[p]);
    print_owners(file, owner, owner_count);
    print_links(file, plan, load);
    mdl_plan_offered_cells(plan, cell);
    print_cells(file, plan, cell);
    mdl_plan_offered_storage(plan, tier);
    print_storage(file, plan, tier);
    if (fflush(file) != 0 || ferror(file))
        return sim_fail(err, SIM_EIO, "cannot write the offered loads");
    return SIM_OK;
}
