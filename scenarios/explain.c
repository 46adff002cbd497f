/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/explain.h"

#include <string.h>

#include "models/figures/figures.h"
#include "scenarios/load.h"

static const char *full_name(const struct mdl_figure_about *figure, char buffer[96])
{
    snprintf(buffer, 96, "%s%s%s", figure->name, *figure->statistic ? "." : "", figure->statistic);
    return buffer;
}

static void put_figure(FILE *file, const struct mdl_figure_about *figure)
{
    static const char *const better[] = {"neither", "more", "less"};
    char name[96];

    fprintf(file, "%s\n\n  %s\n\n  kind      figure of a run, %s\n  unit      %s\n  better    %s\n",
            full_name(figure, name), figure->help, figure->method,
            figure->is_share ? "%, stored as 0 to 1" : figure->unit, better[figure->better]);
    if (*figure->plot)
        fprintf(file, "  plot      %s\n", figure->plot);
    fputs("  by        ", file);
    if (figure->has_total)
        fputs("all", file);
    for (size_t i = 0; i < figure->group_count; i++) {
        const char *comma = strchr(figure->group[i], ',');

        fprintf(file, "%s%.*s%s%s", i || figure->has_total ? ", " : "",
                (int)strcspn(figure->group[i], ","), figure->group[i], comma ? " with " : "",
                comma ? comma + 1 : "");
    }
    if (figure->group_count)
        fprintf(file, "\n  example   %s{%s=NAME%s%s}", name, figure->group[0],
                *figure->fixed ? "," : "", figure->fixed);
    putc('\n', file);
}

/* The figures called `name`, with or without statistic; a selector in braces is left out. */
static size_t put_figures(FILE *file, const char *typed, bool is_first)
{
    char name[96], full[96];
    struct mdl_figure_about figure;
    size_t count = 0;

    snprintf(name, sizeof name, "%.*s", (int)strcspn(typed, "{"), typed);
    for (size_t i = 0; mdl_figure_about(i, &figure); i++) {
        if (strcmp(name, figure.name) != 0 && strcmp(name, full_name(&figure, full)) != 0)
            continue;
        if (count++ || !is_first)
            putc('\n', file);
        put_figure(file, &figure);
    }
    return count;
}

static void put_keys(FILE *file, const struct scn_reference *reference, const size_t *found,
                     size_t count, bool is_first)
{
    if (!is_first)
        putc('\n', file);
    if (count == 1) {
        scn_reference_explain(file, reference, found[0]);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        char kind[SCN_ABOUT_BYTES];
        const struct scn_key_about *key = &reference->key[found[i]];

        fprintf(file, "%s\n    %s: %s\n", key->path, scn_about_kind(key->row, kind),
                key->row->help);
    }
}

static enum sim_status unknown(const struct scn_reference *reference, const char *name,
                               struct sim_arena *arena, struct sim_error *err)
{
    enum { FIGURES_MAX = 256 };
    const char **known =
        sim_arena_alloc(arena, 2 * reference->count + 2 * FIGURES_MAX, sizeof *known);
    const char *nearest, *last = strrchr(name, '.');
    struct mdl_figure_about figure;
    size_t count = 0;

    if (!known)
        return sim_fail(err, SIM_ENOMEM, "no memory for the list of keys");
    for (size_t i = 0; i < reference->count; i++) {
        known[count++] = reference->key[i].path;
        known[count++] = reference->key[i].row->name;
    }
    for (size_t i = 0; i < FIGURES_MAX && mdl_figure_about(i, &figure); i++) {
        char *full = sim_arena_alloc(arena, 96, 1);

        if (!full)
            return sim_fail(err, SIM_ENOMEM, "no memory for the list of figures");
        known[count++] = full_name(&figure, full);
        known[count++] = figure.name;
    }
    nearest = scn_nearest(name, known, count);
    if (!nearest && last)
        nearest = scn_nearest(last + 1, known, count);
    if (nearest)
        return sim_fail(err, SIM_EUSAGE,
                        "'%.200s' is neither a key of a scenario nor a figure; did you mean '%s'?",
                        name, nearest);
    return sim_fail(err, SIM_EUSAGE,
                    "'%.200s' is neither a key of a scenario nor a figure; 'aifsim schema' lists "
                    "the keys",
                    name);
}

enum sim_status scn_explain(FILE *file, const struct scn_reference *reference, const char *name,
                            bool is_first, struct sim_arena *arena, struct sim_error *err)
{
    size_t *found = sim_arena_alloc(arena, reference->count, sizeof *found), count;

    if (!found)
        return sim_fail(err, SIM_ENOMEM, "no memory for the list of keys");
    count = scn_reference_find(reference, name, found);
    if (count)
        put_keys(file, reference, found, count, is_first);
    if (put_figures(file, name, is_first && !count) + count)
        return SIM_OK;
    return unknown(reference, name, arena, err);
}
