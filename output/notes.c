/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/notes.h"

#include <math.h>

#include "output/tables.h"
#include "output/text.h"

enum { ITEMS_MAX = 512, SHOWN = 12, CIRCUITS_SHOWN = 8 };

static const double CENSORED = 0.01; /* share of records from which waits are bounds */
static const double FULL = 0.8;      /* fill of a tier from which it is told */
static const double BYTES_MIN = 1e3; /* less is not told */

static double mean_of(const struct out_summary *summary, const char *figure, const char *key,
                      const char *item)
{
    const struct out_figure *row = key ? out_summary_find_by(summary, figure, key, item)
                                       : out_summary_find(summary, figure, "");

    return row ? row->mean : NAN;
}

static const char *number(double value, char buffer[OUT_NUMBER_BYTES])
{
    return out_format_number(value, NAN, buffer);
}

struct unit {
    double size;
    const char *name;
};

/* The amount in the largest unit that it reaches `least` of; units from large to small. */
static const char *amount(double value, const struct unit *unit, double least, char *text,
                          size_t bytes)
{
    char digits[OUT_NUMBER_BYTES];

    while (unit->size > 1 && value < least * unit->size)
        unit++;
    snprintf(text, bytes, "%s %s", number(value / unit->size, digits), unit->name);
    return text;
}

static const char *amount_of_bytes(double value, char *text, size_t bytes)
{
    static const struct unit unit[] = {{1e15, "PB"}, {1e12, "TB"}, {1e9, "GB"},
                                       {1e6, "MB"},  {1e3, "kB"},  {1, "B"}};

    return amount(value, unit, 1, text, bytes);
}

static const char *amount_of_time(double seconds, char *text, size_t bytes)
{
    static const struct unit unit[] = {{86400, "d"}, {3600, "h"}, {60, "min"}, {1, "s"}};

    return amount(seconds, unit, 2, text, bytes);
}

/* The item of a key of which a figure is the largest; NULL where none is above 0. */
static const char *first_item(const struct out_summary *summary, const char *figure,
                              const char *key, double *most)
{
    const char *item[ITEMS_MAX], *best = NULL;
    size_t count = out_summary_items(summary, key, item, ITEMS_MAX);

    *most = 0;
    for (size_t i = 0; i < count && i < ITEMS_MAX; i++) {
        double here = mean_of(summary, figure, key, item[i]);

        if (here > *most) {
            *most = here;
            best = item[i];
        }
    }
    return best;
}

static void print_data(FILE *file, const struct out_summary *summary)
{
    double in = mean_of(summary, "data.in", NULL, NULL), load, others;
    double out = mean_of(summary, "data.out", NULL, NULL);
    double stage_h = mean_of(summary, "stage_in.mean", NULL, NULL);
    const char *link = first_item(summary, "link.load.mean", "link", &load);
    char text[OUT_NUMBER_BYTES], name[4 * 64 + 1];

    if (!(in > 0 || out > 0))
        return;
    fprintf(file, "\ndata     %s TB brought, ", number(in, text));
    fprintf(file, "%s TB taken home", number(out, text));
    if (isfinite(stage_h))
        fprintf(file, "; input takes %s h on average", number(stage_h, text));
    fputc('\n', file);
    if (!link)
        return;
    out_clean(link, name, 64);
    fprintf(file, "         fullest link %s: %s %% on average", name, number(100 * load, text));
    others = mean_of(summary, "link.load.background", "link", link);
    if (others > 0)
        fprintf(file, ", %s %% by others", number(100 * others, text));
    fputc('\n', file);
}

/* What limited transfers when they ended. */
static void print_held_up(FILE *file, const struct out_summary *summary)
{
    static const char *const at[][2] = {{"at=line", "their own lines"},
                                        {"at=link", "links"},
                                        {"at=site", "transfer nodes and storage"},
                                        {"at=cell", "full radio cells"}};
    const char *before = "         held up", *link;
    char text[OUT_NUMBER_BYTES], name[4 * 64 + 1];
    double count;

    for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
        const struct out_figure *row =
            out_summary_find(summary, "transfer.bottleneck.share", at[i][0]);

        if (!row || !(row->mean > 0))
            continue;
        fprintf(file, "%s %s %% by %s", before, number(100 * row->mean, text), at[i][1]);
        before = ",";
        link = i == 1 ? first_item(summary, "transfer.bottleneck.count", "link", &count) : NULL;
        if (link)
            fprintf(file, ", most by %s", out_shorten(link, name, 64));
    }
    if (*before == ',')
        fputc('\n', file);
}

/* What outages of links did to transfers. */
static void print_outages(FILE *file, const struct out_summary *summary)
{
    static const char *const what[][2] = {{"transfers.rerouted", "were rerouted"},
                                          {"transfers.retried", "were tried again"},
                                          {"transfers.given_up", "were given up"}};
    const char *before = "         outages of links: of all transfers";
    char text[OUT_NUMBER_BYTES];

    for (size_t i = 0; i < sizeof what / sizeof *what; i++) {
        double count = mean_of(summary, what[i][0], NULL, NULL);

        if (!(count > 0))
            continue;
        fprintf(file, "%s %s %s", before, number(count, text), what[i][1]);
        before = ",";
    }
    if (*before == ',')
        fputc('\n', file);
}

static void print_keys(FILE *file, const struct out_summary *summary)
{
    double waited = mean_of(summary, "key.waited", NULL, NULL), load;
    double wait_h = mean_of(summary, "key.wait.mean", NULL, NULL);
    const char *hop = first_item(summary, "key.load", "hop", &load);
    char text[OUT_NUMBER_BYTES], name[4 * 64 + 1];

    if (!isfinite(waited))
        return;
    fprintf(file, "keys     %s %% of the transfers under quantum keys waited for them",
            number(100 * waited, text));
    if (wait_h > 0)
        fprintf(file, ", %s h on average over all", number(wait_h, text));
    if (hop) {
        fprintf(file, "; most used on %s", out_shorten(hop, name, 64));
        fprintf(file, ", %s %% of what it makes", number(100 * load, text));
    }
    fputc('\n', file);
}

static void print_circuits(FILE *file, const struct out_summary *summary)
{
    const char *item[ITEMS_MAX];
    size_t count = out_summary_items(summary, "circuit", item, ITEMS_MAX);
    char text[OUT_NUMBER_BYTES], name[4 * 64 + 1];

    for (size_t i = 0; i < count && i < CIRCUITS_SHOWN; i++) {
        double use = mean_of(summary, "circuit.use", "circuit", item[i]);
        double down = mean_of(summary, "circuit.down", "circuit", item[i]);

        fprintf(file, "circuit  %s: booked for %s h", out_shorten(item[i], name, 64),
                number(mean_of(summary, "circuit.booked", "circuit", item[i]), text));
        if (isfinite(use))
            fprintf(file, ", %s %% of it used", number(100 * use, text));
        if (down > 0)
            fprintf(file, ", down for %s %%", number(100 * down, text));
        fputc('\n', file);
    }
    if (count > CIRCUITS_SHOWN)
        fprintf(file, "         and %zu more: summary.csv\n", count - CIRCUITS_SHOWN);
}

/* Writes that waited, for whatever reason, and those of them that waited for a quota. */
static void print_storage_waits(FILE *file, const struct out_summary *summary, double waited)
{
    double hours = mean_of(summary, "storage.full_wait.hours", NULL, NULL);
    double quota = mean_of(summary, "storage.quota_wait", NULL, NULL);
    double quota_hours = mean_of(summary, "storage.quota_wait.hours", NULL, NULL);
    char text[OUT_NUMBER_BYTES];

    fprintf(file, "         %s inputs and outputs waited for room", number(waited, text));
    fprintf(file, " (%s h together)", number(hours, text));
    if (quota > 0) {
        fprintf(file, ", %s of them for a quota", number(quota, text));
        fprintf(file, " (%s h)", number(quota_hours, text));
    }
    fputc('\n', file);
}

/* Only where a tier fills: most scenarios have storage that never matters. */
static void print_storage(FILE *file, const struct out_summary *summary)
{
    double most, waited = mean_of(summary, "storage.full_wait", NULL, NULL);
    double purged = mean_of(summary, "storage.purged", NULL, NULL);
    const char *tier = first_item(summary, "storage.fill.max", "tier", &most);
    char text[OUT_NUMBER_BYTES], name[4 * 64 + 1];

    if (!tier || !(most >= FULL || waited > 0 || purged > 0))
        return;
    fprintf(file, "\nstorage  fullest %s: %s %% on average", out_shorten(tier, name, 64),
            number(100 * mean_of(summary, "storage.fill.mean", "tier", tier), text));
    fprintf(file, ", %s %% at most", number(100 * most, text));
    if (purged > 0)
        fprintf(file, "; %s TB purged in all tiers", number(purged, text));
    fputc('\n', file);
    if (waited > 0)
        print_storage_waits(file, summary, waited);
}

/* What waits on the devices of a fleet, and how late it comes. */
static void print_fleet_delay(FILE *file, const struct out_summary *summary, const char *fleet)
{
    double age = mean_of(summary, "age.mean", "fleet", fleet);
    double over = mean_of(summary, "age.over_deadline", "fleet", fleet);
    double backlog = mean_of(summary, "backlog.max", "fleet", fleet);
    double overflowed = mean_of(summary, "fleet.overflowed", "fleet", fleet);
    const char *before = "         ";
    char text[OUT_NUMBER_BYTES + 8];

    if (backlog >= BYTES_MIN) {
        fprintf(file, "%sup to %s wait", before, amount_of_bytes(backlog, text, sizeof text));
        before = "; ";
    }
    if (overflowed > 0) {
        fprintf(file, "%s%s lost to full buffers", before,
                amount_of_bytes(1e12 * overflowed, text, sizeof text));
        before = "; ";
    }
    if (isfinite(age)) {
        fprintf(file, "%sdata are %s old on average", before,
                amount_of_time(age, text, sizeof text));
        before = ", ";
    }
    if (isfinite(over)) {
        fprintf(file, "%s%s %% past their deadline", before, number(100 * over, text));
        before = ", ";
    }
    if (*before != ' ')
        fputc('\n', file);
}

static void print_fleet(FILE *file, const struct out_summary *summary, const char *fleet)
{
    double uncovered = mean_of(summary, "fleet.uncovered", "fleet", fleet);
    char text[OUT_NUMBER_BYTES], name[4 * 64 + 1];

    out_clean(out_summary_title(summary, fleet), name, 64);
    fprintf(file, "fleet    %s: %s TB recorded, ", name,
            number(mean_of(summary, "fleet.generated", "fleet", fleet), text));
    fprintf(file, "%s TB delivered",
            number(mean_of(summary, "fleet.delivered", "fleet", fleet), text));
    if (uncovered > 0)
        fprintf(file, ", %s %% of devices out of coverage", number(100 * uncovered, text));
    fputc('\n', file);
    print_fleet_delay(file, summary, fleet);
}

static void print_pool(FILE *file, const struct out_summary *summary, const char *pool)
{
    double load = mean_of(summary, "staff.load", "pool", pool);
    double vacant = mean_of(summary, "staff.vacant", "pool", pool);
    double wait = mean_of(summary, "task_wait.mean", "pool", pool);
    char text[OUT_NUMBER_BYTES], name[4 * 64 + 1];

    out_clean(pool, name, 64);
    fprintf(file, "staff    %s: tasks take %s %% of the hours present", name,
            number(100 * load, text));
    if (vacant > 0)
        fprintf(file, "; %s %% of the posts are vacant", number(100 * vacant, text));
    if (isfinite(wait))
        fprintf(file, "; tasks wait %s d on average", number(wait, text));
    fputc('\n', file);
}

static void print_course(FILE *file, const struct out_summary *summary, const char *course)
{
    double wait = mean_of(summary, "training.wait", "course", course);
    char text[OUT_NUMBER_BYTES], name[4 * 64 + 1];

    out_clean(out_summary_title(summary, course), name, 64);
    fprintf(file, "course   %s: %s persons completed it", name,
            number(mean_of(summary, "training.persons", "course", course), text));
    if (wait > 0)
        fprintf(file, "; cohorts wait %s d for trainers", number(wait, text));
    fputc('\n', file);
}

/* A paragraph with a line, or lines, for each item. */
static void print_each(FILE *file, const struct out_summary *summary, const char *key,
                       void (*print)(FILE *file, const struct out_summary *summary,
                                     const char *item))
{
    const char *item[ITEMS_MAX];
    size_t count = out_summary_items(summary, key, item, ITEMS_MAX);

    if (count)
        fputc('\n', file);
    for (size_t i = 0; i < count && i < SHOWN; i++)
        print(file, summary, item[i]);
    if (count > SHOWN)
        fprintf(file, "         and %zu more: summary.csv\n", count - SHOWN);
}

/* Demand that was not served as it came. */
static void print_unserved(FILE *file, const struct out_summary *summary)
{
    static const struct {
        const char *figure, *selector, *what;
    } all[] = {{"refused", "reason=no_capacity", "refused, since nothing was open for them"},
               {"stranded", "", "stranded at partitions that were taken offline"},
               {"deferred", "", "held back by their users' queue_limit"}};
    const char *before = "demand  ";
    char text[OUT_NUMBER_BYTES];

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        const struct out_figure *row = out_summary_find(summary, all[i].figure, all[i].selector);

        if (!row || !(row->mean > 0))
            continue;
        fprintf(file, "%s %s records %s\n", before, number(row->mean, text), all[i].what);
        before = "        ";
    }
}

static void print_censored(FILE *file, const struct out_summary *summary)
{
    const char *item[ITEMS_MAX];
    size_t count = out_summary_items(summary, "partition", item, ITEMS_MAX);
    char text[OUT_NUMBER_BYTES], name[4 * 64 + 1];

    for (size_t i = 0; i < count && i < ITEMS_MAX; i++) {
        double share = mean_of(summary, "wait.censored", "partition", item[i]);

        if (!(share > CENSORED))
            continue;
        out_clean(out_summary_title(summary, item[i]), name, 64);
        fprintf(
            file,
            "note     %s: %s %% of the jobs had not started at the end; its waits allow for that\n",
            name, number(100 * share, text));
    }
}

static void print_bundles(FILE *file, const struct out_summary *summary)
{
    double jobs = mean_of(summary, "jobs.submitted", NULL, NULL);
    double records = mean_of(summary, "records.submitted", NULL, NULL);
    char text[OUT_NUMBER_BYTES];

    if (jobs > 1.001 * records)
        fprintf(file,
                "note     short jobs of one array are simulated together, %s to a record on "
                "average; waits are of records\n",
                number(jobs / records, text));
}

enum sim_status out_print_notes(FILE *file, const struct out_summary *summary,
                                struct sim_error *err)
{
    print_data(file, summary);
    print_held_up(file, summary);
    print_outages(file, summary);
    print_keys(file, summary);
    print_circuits(file, summary);
    print_storage(file, summary);
    print_each(file, summary, "fleet", print_fleet);
    print_each(file, summary, "pool", print_pool);
    print_each(file, summary, "course", print_course);
    print_unserved(file, summary);
    print_censored(file, summary);
    print_bundles(file, summary);
    if (fflush(file) != 0 || ferror(file))
        return sim_fail(err, SIM_EIO, "writing the notes failed");
    return SIM_OK;
}
