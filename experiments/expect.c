/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/expect.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "experiments/refuse.h"
#include "models/figures/selector.h"
#include "sim/units.h"

enum { ROWS_MAX = 4096 }; /* of one name */

struct reading {
    const struct mdl_figure *row;
    size_t row_count;
    double window_s;
    struct scn_errors *errors;
    enum sim_status status; /* of the first error */
};

#define REFUSE(reading, node, at_key, ...)                                                         \
    exp_refuse((reading)->errors, &(reading)->status, node, at_key, EXP_EXPECT_KEY ": " __VA_ARGS__)

static bool read_value(struct reading *reading, const struct scn_node *node,
                       const struct mdl_figure *row, double *out)
{
    struct sim_error err;

    if (node->kind != SCN_SCALAR || scn_is_empty(node)) {
        REFUSE(reading, node, true, "a value belongs here; write for example 'at_most: 24 h'");
        return false;
    }
    if (mdl_figure_parse(node->text, row, out, &err)) {
        REFUSE(reading, node, false, "%s", err.message);
        return false;
    }
    return true;
}

static void read_between(struct reading *reading, const struct scn_node *node,
                         const struct mdl_figure *row, struct mdl_expectation *out)
{
    if (node->kind != SCN_LIST || node->count != 2) {
        REFUSE(reading, node, true,
               "'between' takes two values; write for example 'between: [80 %%, 90 %%]'");
        return;
    }
    if (read_value(reading, node->first, row, &out->at_least))
        read_value(reading, node->first->next, row, &out->at_most);
}

/* Is this window long enough? */
static bool read_window(struct reading *reading, const struct scn_node *node)
{
    struct sim_error err;
    double least_s = 0;

    if (node->kind != SCN_SCALAR || scn_is_empty(node))
        REFUSE(reading, node, true, "a duration belongs here; write for example 'window: 365 d'");
    else if (sim_unit_parse(node->text, SIM_UNIT_S, &least_s, &err))
        REFUSE(reading, node, false, "%s", err.message);
    return reading->window_s >= least_s;
}

static struct mdl_expectation read_bounds(struct reading *reading, const struct scn_node *map,
                                          const struct mdl_figure *row)
{
    struct mdl_expectation out = {.at_least = NAN, .at_most = NAN};
    bool has_bound = false;

    for (const struct scn_node *child = map->first; child; child = child->next) {
        const char *key = child->key->text;
        char shown[SCN_PRINTABLE_BYTES];

        if (child->refused || scn_is_reserved(key))
            continue;
        if (strcmp(key, "window") == 0) {
            out.is_open = !read_window(reading, child);
            continue;
        }
        has_bound = true;
        if (strcmp(key, "at_most") == 0)
            read_value(reading, child, row, &out.at_most);
        else if (strcmp(key, "at_least") == 0)
            read_value(reading, child, row, &out.at_least);
        else if (strcmp(key, "between") == 0)
            read_between(reading, child, row, &out);
        else
            REFUSE(reading, child, true,
                   "unknown key '%s'; known are at_most, at_least, between, window, source, "
                   "quality, note",
                   scn_printable(key, shown));
    }
    if (!has_bound)
        REFUSE(reading, map, true, "says nothing; write for example '{at_most: 24 h}'");
    if (out.at_least > out.at_most)
        REFUSE(
            reading, map, true,
            "no value is at least the larger and at most the smaller bound; the lower bound comes "
            "first, as in 'between: [80 %%, 90 %%]'");
    return out;
}

/* Rows that a name selects, into index[]; 0 when that was refused. */
static size_t find_rows(struct reading *reading, const struct scn_node *node, size_t *index)
{
    size_t count = 0;
    struct sim_error err;
    enum sim_status status;

    if (node->kind != SCN_MAP) {
        REFUSE(reading, node, true, "a mapping belongs here; write for example '{at_most: 24 h}'");
        return 0;
    }
    status = mdl_selector_find(node->key->text, reading->row, reading->row_count, index, ROWS_MAX,
                               &count, &err);
    if (status)
        REFUSE(reading, node, true, "%s", err.message);
    return status ? 0 : count < ROWS_MAX ? count : ROWS_MAX;
}

/* out NULL: only counts. */
static size_t read_section(struct reading *reading, const struct scn_node *section, size_t *index,
                           struct mdl_expectation *out)
{
    size_t n = 0;

    for (const struct scn_node *node = section->first; node; node = node->next) {
        size_t rows;

        if (node->refused || scn_is_reserved(node->key->text))
            continue;
        rows = find_rows(reading, node, index);
        for (size_t i = 0; i < rows; i++, n++) {
            struct mdl_expectation bounds;

            if (!out && i > 0)
                continue; /* one report of each mistake, not one for each row */
            bounds = read_bounds(reading, node, &reading->row[index[i]]);
            bounds.figure = index[i];
            if (reading->status && out)
                return n;
            if (out)
                out[n] = bounds;
        }
    }
    return n;
}

static enum sim_status no_memory(struct scn_errors *errors)
{
    return scn_errors_add(errors, SIM_ENOMEM, NULL, 0, 0, "no memory for expectations");
}

enum sim_status exp_expect_read(const struct scn_node *root, const struct mdl_figure *row,
                                size_t row_count, int64_t window_ns, struct sim_arena *arena,
                                struct mdl_expectation **out, size_t *count,
                                struct scn_errors *errors)
{
    struct reading reading = {
        .row = row, .row_count = row_count, .window_s = sim_s_from_ns(window_ns), .errors = errors};
    const struct scn_node *section = scn_child(root, EXP_EXPECT_KEY);
    size_t *index;

    *out = NULL;
    *count = 0;
    if (!section || section->refused || scn_is_empty(section))
        return SIM_OK;
    if (section->kind != SCN_MAP) {
        REFUSE(&reading, section, true,
               "a mapping belongs here; write for example '{\"wait.p95{kind=sme}\": {at_most: 24 "
               "h}}'");
        return reading.status;
    }
    index = sim_arena_alloc(arena, ROWS_MAX, sizeof *index);
    if (!index)
        return no_memory(errors);
    *count = read_section(&reading, section, index, NULL);
    *out = sim_arena_alloc(arena, *count + 1, sizeof **out);
    if (!*out)
        return no_memory(errors);
    if (!reading.status)
        read_section(&reading, section, index, *out);
    return reading.status;
}
