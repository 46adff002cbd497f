/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/plot.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "output/map.h"
#include "output/tables.h"

enum { ROWS_MAX = 12, LABEL_POINTS = 14 };

static const double WIDEST = 11.0, NARROWEST = 0.8;

struct node { /* a hub or a site */
    const char *key;
    bool is_site, is_used;
    double x_km, y_km;
};

struct flow { /* a link, both ways together */
    char key[80];
    size_t from, to; /* nodes */
    double moved_tb; /* by transfers and fleets */
    double load;     /* of the fuller direction, background included */
};

struct flows {
    const struct out_plot *plot;
    struct node node[2 * OUT_PLOT_ITEMS_MAX];
    struct flow flow[2 * OUT_PLOT_ITEMS_MAX];
    size_t node_count, flow_count, left_out;
    double most_tb, all_tb;
};

/* ---- what there is ---- */

/* A place by its key, as a hub or a site; SIZE_MAX: it is not on the map. */
static size_t node_of(struct flows *flows, const char *key)
{
    struct node node = {.key = key};
    char path[200];

    for (size_t i = 0; i < flows->node_count; i++)
        if (strcmp(flows->node[i].key, key) == 0)
            return i;
    for (int is_site = 0; is_site < 2; is_site++) {
        snprintf(path, sizeof path, "%s.%.100s%s", is_site ? "sites" : "network.hubs", key,
                 is_site ? ".place" : "");
        if (!out_map_find(flows->plot, path, &node.x_km, &node.y_km))
            continue;
        node.is_site = is_site;
        flows->node[flows->node_count] = node;
        return flows->node_count++;
    }
    return SIZE_MAX;
}

static const char *end_of(const struct out_plot *plot, const char *link, const char *which)
{
    char path[200];
    const char *key;

    snprintf(path, sizeof path, "network.links.%.100s.%s", link, which);
    key = out_summary_input(plot->summary, path);
    return key ? key : "";
}

/* The link of a direction "a-b >"; NULL: it is not on the map. */
static struct flow *flow_of(struct flows *flows, const char *direction)
{
    struct flow flow = {.load = 0.0};

    snprintf(flow.key, sizeof flow.key, "%.*s", (int)strcspn(direction, " "), direction);
    for (size_t i = 0; i < flows->flow_count; i++)
        if (strcmp(flows->flow[i].key, flow.key) == 0)
            return &flows->flow[i];
    flow.from = node_of(flows, end_of(flows->plot, flow.key, "from"));
    flow.to = node_of(flows, end_of(flows->plot, flow.key, "to"));
    if (flow.from == SIZE_MAX || flow.to == SIZE_MAX)
        return NULL;
    flows->flow[flows->flow_count] = flow;
    return &flows->flow[flows->flow_count++];
}

static void find_flows(struct flows *flows)
{
    const char *direction[OUT_PLOT_ITEMS_MAX];
    const struct out_summary *summary = flows->plot->summary;
    size_t count = out_summary_items(summary, "link", direction, OUT_PLOT_ITEMS_MAX);

    for (size_t i = 0; i < count && i < OUT_PLOT_ITEMS_MAX; i++) {
        const struct out_figure *moved =
            out_summary_find_by(summary, "link.moved", "link", direction[i]);
        const struct out_figure *load =
            out_summary_find_by(summary, "link.load.mean", "link", direction[i]);
        struct flow *flow = moved ? flow_of(flows, direction[i]) : NULL;

        flows->left_out += moved && !flow && moved->mean > 0.0;
        if (!flow || !(moved->mean >= 0.0))
            continue;
        flow->moved_tb += moved->mean;
        flow->load = load && load->mean > flow->load ? load->mean : flow->load;
        flows->most_tb = fmax(flows->most_tb, flow->moved_tb);
        flows->all_tb += moved->mean;
        flows->node[flow->from].is_used = flows->node[flow->to].is_used = true;
    }
}

/* ---- the map ---- */

static double width_of(const struct flows *flows, double moved_tb)
{
    return NARROWEST + (WIDEST - NARROWEST) * moved_tb / flows->most_tb;
}

/* Thin ones last would hide behind thick ones: they are drawn on top. */
static void add_lines(struct out_text *script, const struct flows *flows, const size_t *order)
{
    for (size_t k = 0; k < flows->flow_count; k++) {
        const struct flow *flow = &flows->flow[order[k]];
        const struct node *from = &flows->node[flow->from], *to = &flows->node[flow->to];

        out_text_add(script, "$flow%zu << EOD\n%g %g %g\n%g %g %g\nEOD\n", k, from->x_km,
                     from->y_km, 100.0 * flow->load, to->x_km, to->y_km, 100.0 * flow->load);
    }
}

static void plot_lines(struct out_text *script, const struct flows *flows, const size_t *order)
{
    for (size_t k = 0; k < flows->flow_count; k++) {
        double width = width_of(flows, flows->flow[order[k]].moved_tb);

        out_text_add(script,
                     ", $flow%zu using 1:2 with lines linecolor rgb '#000000' linewidth %.3g, "
                     "$flow%zu using 1:2:3 with lines linecolor palette linewidth %.3g",
                     k, width + 1.4, k, width);
    }
}

static void add_nodes(struct out_text *script, const struct flows *flows, bool is_site)
{
    out_text_add(script, "$%s << EOD\n", is_site ? "sites" : "hubs");
    for (size_t i = 0; i < flows->node_count; i++)
        if (flows->node[i].is_site == is_site && flows->node[i].is_used)
            out_text_add(script, "%g %g\n", flows->node[i].x_km, flows->node[i].y_km);
    out_text_add(script, "NaN NaN\nEOD\n");
}

struct box {
    double left, right, low, high;
};

/* Where the words of a node stand beside it, in km, by letters of 9 points at the map's scale. */
static struct box box_of(const struct node *node, int corner)
{
    static const double LETTER = 58.0, HEIGHT = 110.0, AWAY = 28.0;
    double letters = fmin(out_page_letters(node->key), LABEL_POINTS);
    double width = LETTER * letters, x = node->x_km + AWAY, y = node->y_km + 0.7 * HEIGHT;

    if (corner & 1)
        x = node->x_km - AWAY - width;
    if (corner & 2)
        y = node->y_km - 0.7 * HEIGHT;
    return (struct box){x, x + width, y - HEIGHT / 2.0, y + HEIGHT / 2.0};
}

static bool is_free(const struct flows *flows, const struct box *taken, size_t count,
                    const struct box *box)
{
    for (size_t i = 0; i < count; i++)
        if (box->left < taken[i].right && taken[i].left < box->right && box->low < taken[i].high &&
            taken[i].low < box->high)
            return false;
    for (size_t i = 0; i < flows->node_count; i++)
        if (flows->node[i].is_used && flows->node[i].x_km > box->left &&
            flows->node[i].x_km < box->right && flows->node[i].y_km > box->low &&
            flows->node[i].y_km < box->high)
            return false;
    return true;
}

/* How much of the links lies below a box, in steps of a fiftieth of each. */
static int covered(const struct flows *flows, const struct box *box)
{
    int count = 0;

    for (size_t k = 0; k < flows->flow_count; k++) {
        const struct node *from = &flows->node[flows->flow[k].from];
        const struct node *to = &flows->node[flows->flow[k].to];

        for (int i = 0; i <= 50; i++) {
            double x = from->x_km + i / 50.0 * (to->x_km - from->x_km);
            double y = from->y_km + i / 50.0 * (to->y_km - from->y_km);

            count += x > box->left && x < box->right && y > box->low && y < box->high;
        }
    }
    return count;
}

/* At the free corner that hides least; a hub without a free one goes without its name. */
static void add_label(struct out_text *script, const struct flows *flows, size_t n,
                      struct box *taken, size_t *count)
{
    const struct node *node = &flows->node[n];
    int best = node->is_site ? 0 : -1, least = INT_MAX;
    struct box box;

    for (int corner = 0; corner < 4; corner++) {
        box = box_of(node, corner);
        if (!is_free(flows, taken, *count, &box) || covered(flows, &box) >= least)
            continue;
        least = covered(flows, &box);
        best = corner;
    }
    if (best < 0)
        return;
    box = box_of(node, best);
    taken[(*count)++] = box;
    out_text_add(script, "set label %zu ", n + 1);
    out_page_quote(script, node->key, LABEL_POINTS);
    out_text_add(script, " at %g,%g %s front boxed font ',9' textcolor rgb '%s'\n",
                 best & 1 ? box.right : box.left, (box.low + box.high) / 2.0,
                 best & 1 ? "right" : "left", node->is_site ? OUT_BLACK : OUT_GREY);
}

static void add_labels(struct out_text *script, const struct flows *flows)
{
    struct box taken[2 * OUT_PLOT_ITEMS_MAX];
    size_t count = 0;

    for (int is_site = 1; is_site >= 0; is_site--)
        for (size_t i = 0; i < flows->node_count; i++)
            if (flows->node[i].is_used && flows->node[i].is_site == is_site)
                add_label(script, flows, i, taken, &count);
}

/* ---- beside the map ---- */

static void add_table(struct out_plot *plot, const struct flows *flows, const size_t *order,
                      double unit, const char *unit_name)
{
    struct out_text *script = &plot->script;
    const double top = 0.86, step = 0.038;
    char number[OUT_NUMBER_BYTES];

    out_text_add(script,
                 "set label 801 '%s' at screen 0.895,%g right front textcolor rgb '" OUT_GREY "'\n"
                 "set label 802 'load, %%' at screen 0.985,%g right front textcolor rgb '" OUT_GREY
                 "'\n",
                 unit_name, top, top);
    for (size_t k = 0; k < flows->flow_count && k < ROWS_MAX; k++) {
        const struct flow *flow = &flows->flow[order[k]];
        double y = top - step * (double)(k + 1);

        out_text_add(script, "set label %zu ", 820 + k);
        out_page_quote(script, flow->key, 22);
        out_text_add(script, " at screen 0.645,%g left front\n", y);
        out_text_add(script, "set label %zu '%s' at screen 0.895,%g right front\n", 840 + k,
                     out_format_number(flow->moved_tb / unit, NAN, number), y);
        out_text_add(script, "set label %zu '%s' at screen 0.985,%g right front\n", 860 + k,
                     out_format_number(100.0 * flow->load, NAN, number), y);
    }
}

/* Widths of the largest flow, half and a tenth of it. */
static void add_widths(struct out_plot *plot, const struct flows *flows, double unit,
                       const char *unit_name)
{
    static const double part[] = {1.0, 0.5, 0.1};
    char number[OUT_NUMBER_BYTES];

    for (size_t i = 0; i < 3; i++) {
        double x = 0.655 + 0.11 * (double)i, tb = part[i] * flows->most_tb;

        out_text_add(&plot->script,
                     "set arrow %zu from screen %g,0.285 to screen %g,0.285 nohead front linewidth "
                     "%.3g linecolor rgb '#575d6d'\n"
                     "set label %zu '%s %s' at screen %g,0.245 left front\n",
                     i + 1, x, x + 0.07, width_of(flows, tb), 880 + i,
                     out_format_number(tb / unit, NAN, number), unit_name, x);
    }
}

static void set_words(struct out_plot *plot, const struct flows *flows, size_t first, double unit,
                      const char *unit_name)
{
    char number[OUT_NUMBER_BYTES], name[4 * 40 + 1], text[400], outside[80] = "";

    out_shorten(flows->flow[first].key, name, 40);
    snprintf(plot->title, sizeof plot->title, "%s carries the most data: %s %s, both ways together",
             name, out_format_number(flows->most_tb / unit, NAN, number), unit_name);
    if (flows->left_out)
        snprintf(outside, sizeof outside, " %zu directions of links are not on the map.",
                 flows->left_out);
    snprintf(text, sizeof text,
             "Width of a link: data of transfers and fleets; colour: mean load of its fuller "
             "direction, traffic of others included.%s " OUT_MAP_WORDS,
             outside);
    out_plot_caption(plot, text);
}

static void draw(struct out_plot *plot, struct flows *flows)
{
    struct out_text *script = &plot->script;
    size_t order[2 * OUT_PLOT_ITEMS_MAX];
    double key[2 * OUT_PLOT_ITEMS_MAX];
    bool is_large = flows->most_tb >= 2000.0;
    double unit = is_large ? 1000.0 : 1.0;
    const char *unit_name = is_large ? "PB" : "TB";

    for (size_t i = 0; i < flows->flow_count; i++) {
        order[i] = i;
        key[i] = flows->flow[i].moved_tb;
    }
    out_plot_sort(order, flows->flow_count, key, true);
    set_words(plot, flows, order[0], unit, unit_name);
    out_plot_frame(plot, 1.2, 1.4);
    out_plot_palette(script);
    out_map_begin(script);
    add_lines(script, flows, order);
    add_nodes(script, flows, false);
    add_nodes(script, flows, true);
    out_text_add(script, "set style textbox opaque noborder margins 0.2,0.2 fillcolor rgb "
                         "'#ffffff'\n");
    add_labels(script, flows);
    add_table(plot, flows, order, unit, unit_name);
    add_widths(plot, flows, unit, unit_name);
    out_text_add(script,
                 "set cbrange [0:100]\nset cbtics 0,25,100 scale 0\n"
                 "set label 898 'mean load, %%' at screen 0.655,0.175 left front textcolor rgb "
                 "'" OUT_GREY "'\n"
                 "set label 899 'data, both ways' at screen 0.655,0.325 left front textcolor rgb "
                 "'" OUT_GREY "'\n"
                 "set colorbox horizontal user origin screen 0.655,0.13 size screen 0.32,0.022 "
                 "noborder\n");
    out_map_land(script);
    plot_lines(script, flows, order);
    out_text_add(script,
                 ", $hubs using 1:2 with points pointtype 7 pointsize 0.5 linecolor rgb "
                 "'#000000', $sites using 1:2 with points pointtype 5 pointsize 1 linecolor "
                 "rgb '" OUT_VERMILLION "'\n");
}

enum sim_status out_plot_flows(struct out_plot *plot, bool *is_drawn, struct sim_error *err)
{
    struct flows flows = {.plot = plot};

    (void)err;
    find_flows(&flows);
    *is_drawn = flows.most_tb > 0.0;
    if (*is_drawn)
        draw(plot, &flows);
    return SIM_OK;
}
