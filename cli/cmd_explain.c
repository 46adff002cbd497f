/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "models/figures/figures.h"
#include "models/config.h"
#include "scenarios/load.h"
#include "scenarios/reference.h"

static const char *full_name(const struct mdl_figure_about *figure, char buffer[96])
{
    snprintf(buffer, 96, "%s%s%s", figure->name, *figure->statistic ? "." : "", figure->statistic);
    return buffer;
}

static void put_figure(const struct mdl_figure_about *figure)
{
    static const char *const better[] = {"neither", "more", "less"};
    char name[96];

    printf("%s\n\n  %s\n\n  kind      figure of a run, %s\n  unit      %s\n  better    %s\n",
           full_name(figure, name), figure->help, figure->method,
           figure->is_share ? "%, stored as 0 to 1" : figure->unit, better[figure->better]);
    if (*figure->plot)
        printf("  plot      %s\n", figure->plot);
    fputs("  by        ", stdout);
    if (figure->has_total)
        fputs("all", stdout);
    for (size_t i = 0; i < figure->group_count; i++) {
        const char *comma = strchr(figure->group[i], ',');

        printf("%s%.*s%s%s", i || figure->has_total ? ", " : "",
               (int)strcspn(figure->group[i], ","), figure->group[i], comma ? " with " : "",
               comma ? comma + 1 : "");
    }
    if (figure->group_count)
        printf("\n  example   %s{%s=NAME%s%s}", name, figure->group[0], *figure->fixed ? "," : "",
               figure->fixed);
    putchar('\n');
}

/* The figures called `name`, with or without statistic; a selector in braces is left out. */
static size_t put_figures(const char *typed, bool is_first)
{
    char name[96], full[96];
    struct mdl_figure_about figure;
    size_t count = 0;

    snprintf(name, sizeof name, "%.*s", (int)strcspn(typed, "{"), typed);
    for (size_t i = 0; mdl_figure_about(i, &figure); i++) {
        if (strcmp(name, figure.name) != 0 && strcmp(name, full_name(&figure, full)) != 0)
            continue;
        if (count++ || !is_first)
            putchar('\n');
        put_figure(&figure);
    }
    return count;
}

static void put_keys(const struct scn_reference *reference, const size_t *found, size_t count,
                     bool is_first)
{
    if (!is_first)
        putchar('\n');
    if (count == 1) {
        scn_reference_explain(stdout, reference, found[0]);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        char kind[SCN_ABOUT_BYTES];
        const struct scn_key_about *key = &reference->key[found[i]];

        printf("%s\n    %s: %s\n", key->path, scn_about_kind(key->row, kind), key->row->help);
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

static enum sim_status explain(const struct cli_options *options, struct sim_arena *arena,
                               struct sim_error *err)
{
    struct scn_reference reference;
    enum sim_status status = scn_reference_create(mdl_config_fields, arena, &reference, err);
    size_t *found = status ? NULL : sim_arena_alloc(arena, reference.count, sizeof *found);

    if (!status && !found)
        status = sim_fail(err, SIM_ENOMEM, "no memory for the list of keys");
    for (size_t i = 0; !status && i < options->operand_count; i++) {
        const char *name = options->operand[i];
        size_t count = scn_reference_find(&reference, name, found);

        if (count)
            put_keys(&reference, found, count, i == 0);
        if (!(put_figures(name, i == 0 && !count) + count))
            status = unknown(&reference, name, arena, err);
    }
    return status;
}

enum sim_status cli_explain(const struct cli_options *options, struct sim_error *err)
{
    struct sim_arena *arena = sim_arena_create(0);
    enum sim_status status = arena ? explain(options, arena, err)
                                   : sim_fail(err, SIM_ENOMEM, "no memory for the list of keys");

    sim_arena_destroy(arena);
    return status;
}
