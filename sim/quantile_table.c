/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/quantile_table.h"

#include <assert.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "sim/elementary.h"

enum { NODES_MAX = 4096, DEPTH_MAX = 14, CELLS = 224, CELLS_OF_MANY = 16, FEW_STRETCHES = 8 };
static const double edge_z = 7.0;
static const double least_p = 1.279812543885835e-12; /* normal cdf of -7 */
static const double straight_enough = 2e-4;          /* halfway of a cell, off the chord */

struct node {
    double z, y, slope;
};

struct part {
    struct sim_stretch stretch;
    size_t first, count; /* nodes; none on an atom */
};

struct sim_quantile_table {
    size_t count;
    const struct part *part;
    const struct node *node;
};

struct builder {
    sim_inverse_fn *inverse;
    const void *law;
    struct part *part;          /* being filled */
    struct node *node;          /* [NODES_MAX] */
    size_t count, refine_below; /* nodes; beyond, cells stay as wide as they are */
    double tolerance;
};

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* Both ends of a stretch go to infinity, where the cubic has room to follow them: x - x_from on a
 * logarithmic scale, or over x_to - x where the stretch is bounded. */
static double y_of(const struct sim_stretch *stretch, double x)
{
    double above = fmax(x - stretch->x_from, 1e-300);

    return stretch->x_to < INFINITY ? sim_log(above / fmax(stretch->x_to - x, 1e-300))
                                    : sim_log(above);
}

static double x_of(const struct sim_stretch *stretch, double y)
{
    double e, width = stretch->x_to - stretch->x_from;

    if (width < INFINITY) {
        e = sim_exp(-fabs(y));
        return clamp(y < 0.0 ? stretch->x_from + width * (e / (1.0 + e))
                             : stretch->x_to - width * (e / (1.0 + e)),
                     stretch->x_from, stretch->x_to);
    }
    return stretch->x_from + sim_exp(y);
}

static double exact(const struct builder *b, double z)
{
    const struct sim_stretch *stretch = &b->part->stretch;
    double width = stretch->p_to - stretch->p_from;
    double x = b->inverse(b->law, stretch->p_from + sim_normal_cdf(z) * width,
                          1.0 - stretch->p_to + sim_normal_cdf(-z) * width);

    return y_of(stretch, clamp(x, stretch->x_from, stretch->x_to));
}

static void add(struct builder *b, double z, double y)
{
    double last = b->count > b->part->first ? b->node[b->count - 1].y : -INFINITY;

    b->node[b->count++] = (struct node){.z = z, .y = fmax(y, last)};
}

/* Are two y apart by more than the rounding of x? */
static bool is_seen(const struct builder *b, double y, double other)
{
    double x = x_of(&b->part->stretch, y);

    return fabs(x_of(&b->part->stretch, other) - x) > 1e-9 * fabs(x);
}

/* Nodes after `from` up to and with `to`. */
static void refine(struct builder *b, struct node from, struct node to, int depth)
{
    struct node middle = {.z = 0.5 * (from.z + to.z)};

    middle.y = exact(b, middle.z);
    if (depth < DEPTH_MAX && b->count < b->refine_below &&
        fabs(middle.y - 0.5 * (from.y + to.y)) > b->tolerance &&
        is_seen(b, middle.y, 0.5 * (from.y + to.y))) {
        refine(b, from, middle, depth + 1);
        refine(b, middle, to, depth + 1);
        return;
    }
    add(b, to.z, to.y);
}

/* Slopes of the parabola through three neighbours, cut so that the cubic cannot turn. */
static void set_slopes(struct node *node, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t at = i == 0 ? 1 : i + 1 == count ? i - 1 : i;
        double h0 = node[at].z - node[at - 1].z, h1 = node[at + 1].z - node[at].z;
        double d0 = (node[at].y - node[at - 1].y) / h0, d1 = (node[at + 1].y - node[at].y) / h1;
        double slope, most;

        if (i == 0)
            slope = ((2.0 * h0 + h1) * d0 - h0 * d1) / (h0 + h1), most = 3.0 * d0;
        else if (i + 1 == count)
            slope = ((2.0 * h1 + h0) * d1 - h1 * d0) / (h0 + h1), most = 3.0 * d1;
        else
            slope = (h1 * d0 + h0 * d1) / (h0 + h1), most = 3.0 * fmin(d0, d1);
        node[i].slope = clamp(slope, 0.0, most);
    }
}

static void fill(struct builder *b, int cells)
{
    struct node from = {.z = -edge_z}, last = {.z = edge_z}, to;

    b->part->first = b->count;
    from.y = exact(b, from.z);
    last.y = exact(b, last.z);
    b->tolerance = straight_enough * fmin(1.0, (last.y - from.y) * (0.5 / edge_z));
    add(b, from.z, from.y);
    for (int i = 1; i <= cells; i++) {
        to = last;
        if (i < cells) {
            to.z = edge_z * (2.0 * i / cells - 1.0);
            to.y = exact(b, to.z);
        }
        refine(b, from, to, 0);
        from = to;
    }
    b->part->count = b->count - b->part->first;
    set_slopes(b->node + b->part->first, b->part->count);
}

enum sim_status sim_quantile_table_create(const struct sim_stretch *stretch, size_t count,
                                          sim_inverse_fn *inverse, const void *law,
                                          struct sim_arena *arena,
                                          const struct sim_quantile_table **out,
                                          struct sim_error *err)
{
    struct sim_quantile_table *table = sim_arena_alloc(arena, 1, sizeof *table);
    struct part *part = sim_arena_alloc(arena, count, sizeof *part);
    struct node *scratch = malloc(NODES_MAX * sizeof *scratch), *node;
    struct builder b = {.inverse = inverse, .law = law, .node = scratch};
    int cells = count > FEW_STRETCHES ? CELLS_OF_MANY : CELLS;

    assert(count > 0 && count <= SIM_STRETCHES_MAX);
    for (size_t i = 0; table && part && scratch && i < count; i++) {
        b.part = &part[i];
        part[i].stretch = stretch[i];
        b.refine_below = NODES_MAX - (count - i) * ((size_t)cells + 1) - DEPTH_MAX - 1;
        if (stretch[i].x_from < stretch[i].x_to)
            fill(&b, cells);
    }
    node = sim_arena_alloc(arena, b.count, sizeof *node);
    if (table && part && scratch && node) {
        if (b.count)
            memcpy(node, scratch, b.count * sizeof *node);
        *table = (struct sim_quantile_table){.count = count, .part = part, .node = node};
        *out = table;
    }
    free(scratch);
    return table && part && scratch && node
               ? SIM_OK
               : sim_fail(err, SIM_ENOMEM, "no memory for the table of a distribution");
}

static double cubic(const struct node *from, double z)
{
    const struct node *to = from + 1;
    double h = to->z - from->z, t = (z - from->z) / h, s = 1.0 - t;
    double y = from->y * s * s * (1.0 + 2.0 * t) + to->y * t * t * (3.0 - 2.0 * t) +
               h * s * t * (from->slope * s - to->slope * t);

    return clamp(y, from->y, to->y);
}

double sim_quantile_table_at(const struct sim_quantile_table *table, double p)
{
    size_t low = 0, high = table->count - 1;
    const struct part *part;
    const struct node *node;
    double q, y;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (table->part[middle].stretch.p_to >= p)
            high = middle;
        else
            low = middle + 1;
    }
    part = &table->part[low];
    if (part->count == 0)
        return part->stretch.x_from;
    q = (p - part->stretch.p_from) / (part->stretch.p_to - part->stretch.p_from);
    q = clamp(q, least_p, 1.0 - least_p);
    node = &table->node[part->first];
    y = clamp(sim_normal_inverse(q), -edge_z, edge_z);
    low = 0;
    high = part->count - 2;
    while (low < high) { /* first cell whose end is not below */
        size_t middle = (low + high) / 2;

        if (node[middle + 1].z >= y)
            high = middle;
        else
            low = middle + 1;
    }
    y = cubic(&node[low], y);
    return x_of(&part->stretch, y);
}
