/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/access_plan.h"

#include <math.h>

struct parts {
    const struct mdl_access_span *span;
    struct mdl_access_part *part;
    size_t count;
};

static size_t parts_at_most(const struct mdl_source_plan *source)
{
    size_t most = 1;

    for (size_t i = 0; i < source->line_count; i++) {
        const struct mdl_cell_plan *cell = source->access[i].cell;

        most += cell ? cell->radio_count : 1;
    }
    return most * source->line_count;
}

static void add(struct parts *parts, uint32_t source, double members, double up, double down)
{
    if (members > 0)
        parts->part[parts->count++] = (struct mdl_access_part){source, members, up, down};
}

/* Members on a cell, by their radio rates. */
static void add_radios(struct parts *parts, uint32_t source, const struct mdl_cell_plan *cell,
                       double airtime, double members)
{
    double before = 0;

    for (size_t i = 0; i < cell->radio_count; i++) {
        const struct mdl_radio_plan *radio = &cell->radio[i];

        add(parts, source, members * (radio->cumulated - before), airtime * radio->up_bytes_per_s,
            airtime * radio->down_bytes_per_s);
        before = radio->cumulated;
    }
}

/* Those whose own entry is `own`. The draw of coverage is one for all cells: whom one that covers
 * so many does not reach, another reaches by what it covers beyond. */
static void add_entry(struct parts *parts, const struct mdl_source_plan *source, uint32_t index,
                      size_t own)
{
    double before = own ? source->line_cumulated[own - 1] : 0, covered = 0;
    double members = (double)source->community->members * (source->line_cumulated[own] - before);

    for (size_t i = 0; i < source->line_count && covered < 1; i++) {
        const struct mdl_access_plan *access = &source->access[(own + i) % source->line_count];

        if (access->line) {
            add(parts, index, members * (1 - covered), access->line->up_bytes_per_s,
                access->line->down_bytes_per_s);
            return;
        }
        struct mdl_cell_means means =
            mdl_cell_means(access->cell->config, access->cell->zone, parts->span->calendar,
                           parts->span->begin_ns, parts->span->end_ns);

        add_radios(parts, index, access->cell, means.airtime,
                   members * fmax(0, means.coverage - covered));
        covered = fmax(covered, means.coverage);
    }
    add(parts, index, members * (1 - covered), 0, 0);
}

enum sim_status mdl_access_parts(const struct mdl_source_plan *source, size_t count,
                                 const struct mdl_access_span *span, struct sim_arena *arena,
                                 const struct mdl_access_part **out, size_t *part_count,
                                 struct sim_error *err)
{
    struct parts parts = {.span = span};
    size_t most = 0;

    for (size_t s = 0; s < count; s++)
        most += parts_at_most(&source[s]);
    parts.part = sim_arena_alloc(arena, most, sizeof *parts.part);
    if (!parts.part)
        return sim_fail(err, SIM_ENOMEM, "no memory for the members' access");
    for (size_t s = 0; s < count; s++)
        for (size_t i = 0; i < source[s].line_count; i++)
            add_entry(&parts, &source[s], (uint32_t)s, i);
    *out = parts.part;
    *part_count = parts.count;
    return SIM_OK;
}
