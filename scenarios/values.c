/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a value is comes from its row, never from the look of the text: `country: NO` is Norway.
 */
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/bind.h"
#include "scenarios/csv.h"
#include "sim/calendar.h"
#include "sim/random.h"

enum { VALUE_BYTES_MAX = 60, TABLE_MAX = 4096, PROFILES_MAX = 200, PARTS_MAX = 16 };
static const double LEAST_PART = 1e-3; /* of one, where parts are counted */

/* Weights by hour of day (local) times day of week, both of mean 1, of the KTH-SP2 log 1996,
 * Parallel Workloads Archive: a machine that people at their desks submit to. */
static const double office_hour[24] = {0.42, 0.39, 0.25, 0.13, 0.08, 0.06, 0.09, 0.24,
                                       0.79, 1.59, 1.91, 1.94, 1.58, 1.94, 2.21, 2.07,
                                       2.12, 1.71, 1.29, 0.81, 0.64, 0.62, 0.61, 0.50};
static const double office_day[7] = {1.10, 1.24, 1.29, 1.30, 1.10, 0.43, 0.55};

static const char *kind_text(const struct scn_node *node)
{
    return node->kind == SCN_MAP ? "a mapping" : node->kind == SCN_LIST ? "a list" : "a value";
}

bool scn_value_scalar(struct scn_binder *binder, const struct scn_node *node, const char *words,
                      const char *example)
{
    if (node->refused)
        return false;
    if (node->kind != SCN_SCALAR) {
        scn_binder_refuse(binder, node, false,
                          "%s stands where %s %s belongs; write for example %s", kind_text(node),
                          strchr("aeiou", words[0]) ? "an" : "a", words, example);
        return false;
    }
    if (scn_is_null(node)) {
        scn_binder_refuse(binder, node, true,
                          "'%s' removes what a file that this one extends says, but none says "
                          "anything; write for example %s, or delete the key",
                          node->text, example);
        return false;
    }
    if (scn_is_empty(node)) {
        scn_binder_refuse(binder, node, true,
                          "the key has no value; write for example %s, or delete the key", example);
        return false;
    }
    return true;
}

/* ---- numbers ---- */

const char *scn_show_number(double value, enum sim_unit unit, char buffer[SCN_SHOWN_BYTES])
{
    static const struct {
        double size;
        const char *prefix;
    } scale[] = {{1e15, "P"}, {1e12, "T"}, {1e9, "G"}, {1e6, "M"}, {1e3, "k"}, {1.0, ""}};
    static const struct {
        double size;
        const char *name;
    } time[] = {{SIM_YEAR_S, "yr"}, {SIM_DAY_S, "d"}, {SIM_HOUR_S, "h"}, {60.0, "min"}, {1.0, "s"}};
    size_t i = 0;

    switch (unit) {
    case SIM_UNIT_W:
    case SIM_UNIT_BYTES:
    case SIM_UNIT_BYTES_PER_S:
    case SIM_UNIT_EUR:
        for (i = unit == SIM_UNIT_W || unit == SIM_UNIT_EUR ? 2 : 0;
             scale[i].size > 1.0 && fabs(value) < scale[i].size; i++)
            ;
        snprintf(buffer, SCN_SHOWN_BYTES, "%.6g %s%s", value / scale[i].size, scale[i].prefix,
                 sim_unit_symbol(unit));
        break;
    case SIM_UNIT_S:
        for (; time[i].size > 1.0 && fmod(value, time[i].size) != 0.0; i++)
            ;
        snprintf(buffer, SCN_SHOWN_BYTES, "%.6g %s", value / time[i].size,
                 value == 0.0 ? "s" : time[i].name);
        break;
    case SIM_UNIT_FRAC:
        snprintf(buffer, SCN_SHOWN_BYTES, "%.6g %%", value * 100.0);
        break;
    case SIM_UNIT_GROWTH:
        snprintf(buffer, SCN_SHOWN_BYTES, "%.6g %%/yr", value * 100.0);
        break;
    case SIM_UNIT_PER_S:
        snprintf(buffer, SCN_SHOWN_BYTES, "%.6g /d", value * SIM_DAY_S);
        break;
    case SIM_UNIT_GPU_S:
        snprintf(buffer, SCN_SHOWN_BYTES, "%.6g GPU-h", value / SIM_HOUR_S);
        break;
    case SIM_UNIT_NODE_S:
        snprintf(buffer, SCN_SHOWN_BYTES, "%.6g node-h", value / SIM_HOUR_S);
        break;
    case SIM_UNIT_GPU_FRAC:
        snprintf(buffer, SCN_SHOWN_BYTES, "%.6g GPU-h/yr", value * SIM_YEAR_S / SIM_HOUR_S);
        break;
    case SIM_UNIT_1:
    case SIM_UNIT_COUNT:
        if (value >= SIM_WHOLE_MAX && value < 1e300)
            snprintf(buffer, SCN_SHOWN_BYTES, "%" PRId64, INT64_MAX);
        else
            snprintf(buffer, SCN_SHOWN_BYTES, "%.10g", value);
        break;
    default:
        snprintf(buffer, SCN_SHOWN_BYTES, "%.6g %s", value, sim_unit_symbol(unit));
    }
    return buffer;
}

static const char *example_of(const struct sim_field *row, enum sim_unit unit)
{
    return row && row->example && row->unit == unit ? row->example : sim_unit_example(unit);
}

static bool is_within(const struct sim_field *row, double value)
{
    return (row->min == 0.0 && row->max == 0.0) || (value >= row->min && value <= row->max);
}

const char *scn_show_range(const struct sim_field *row, enum sim_unit unit,
                           char buffer[SCN_RANGE_BYTES])
{
    char low[SCN_SHOWN_BYTES], high[SCN_SHOWN_BYTES];

    scn_show_number(row->min, unit, low);
    scn_show_number(row->max, unit, high);
    if (row->min == 0.0 && row->max == 0.0)
        buffer[0] = '\0';
    else if (row->max >= 1e300)
        snprintf(buffer, SCN_RANGE_BYTES, "at least %s", low);
    else if (row->min <= -1e300)
        snprintf(buffer, SCN_RANGE_BYTES, "at most %s", high);
    else
        snprintf(buffer, SCN_RANGE_BYTES, "%s to %s", low, high);
    return buffer;
}

static void refuse_range(struct scn_binder *binder, const struct scn_node *node, const char *text,
                         const struct sim_field *row, enum sim_unit unit)
{
    char shown[SCN_PRINTABLE_BYTES], range[SCN_RANGE_BYTES], hint[128];
    const char *example = example_of(row, unit);
    double value;

    hint[0] = '\0';
    if (sim_unit_parse(example, unit, &value, NULL) == SIM_OK && is_within(row, value))
        snprintf(hint, sizeof hint, ", for example '%s'", example);
    scn_binder_refuse(binder, node, false, "'%s' is out of range; write %s%s",
                      scn_printable(text, shown), scn_show_range(row, unit, range), hint);
}

/* text may be a key (of a table) as well as node's own. */
static bool number_of(struct scn_binder *binder, const struct scn_node *node, const char *text,
                      const struct sim_field *row, enum sim_unit unit, bool in_range, double *out)
{
    char shown[SCN_PRINTABLE_BYTES];
    struct sim_error err;

    if (strlen(text) > VALUE_BYTES_MAX || !scn_is_printable(text)) {
        scn_binder_refuse(binder, node, false, "'%s' is not a %s; write for example '%s'",
                          scn_printable(text, shown), sim_unit_words(unit), example_of(row, unit));
        return false;
    }
    if (sim_unit_parse(text, unit, out, &err) != SIM_OK) {
        if (strstr(err.message, "write"))
            scn_binder_refuse(binder, node, false, "%s", err.message);
        else
            scn_binder_refuse(binder, node, false, "%s; write for example '%s'", err.message,
                              example_of(row, unit));
        return false;
    }
    if (in_range && !is_within(row, *out)) {
        refuse_range(binder, node, text, row, unit);
        return false;
    }
    return true;
}

/* What nearly every node is, and scn_value_scalar need not be asked about. */
static bool is_value(const struct scn_node *node)
{
    return node->kind == SCN_SCALAR && !node->refused && !scn_is_empty(node) && !scn_is_null(node);
}

bool scn_value_number(struct scn_binder *binder, const struct scn_node *node,
                      const struct sim_field *row, enum sim_unit unit, bool in_range, double *out)
{
    char example[96];

    if (!is_value(node)) {
        snprintf(example, sizeof example, "'%s'", example_of(row, unit));
        if (!scn_value_scalar(binder, node, sim_unit_words(unit), example))
            return false;
    }
    return number_of(binder, node, node->text, row, unit, in_range, out);
}

/* ---- text ---- */

bool scn_value_text(struct scn_binder *binder, const struct scn_node *node, bool is_free)
{
    static const char plain[] = " ._/+:-{}=,*%()@~";
    char shown[SCN_PRINTABLE_BYTES];

    if (!scn_value_scalar(binder, node, "text", "\"...\""))
        return false;
    for (const char *at = node->text; *at; at++) {
        bool is_word =
            (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') || (*at >= '0' && *at <= '9');

        if (is_free || is_word || strchr(plain, *at))
            continue;
        scn_binder_refuse(binder, node, false,
                          "'%s' is not a plain name; use letters, digits and \"%s\"",
                          scn_printable(node->text, shown), plain);
        return false;
    }
    if (is_free) {
        char *line = strdup(node->text); /* line breaks are fine in text for people */
        bool is_fine;

        if (!line) {
            binder->no_memory = true;
            return false;
        }
        for (char *at = line; *at; at++)
            *at = *at == '\n' || *at == '\t' ? ' ' : *at;
        is_fine = scn_is_printable(line);
        free(line);
        if (!is_fine) {
            scn_binder_refuse(binder, node, false,
                              "'%s' contains control or direction characters; delete them",
                              scn_printable(node->text, shown));
            return false;
        }
    }
    return true;
}

/* ---- distributions ---- */

struct parameter {
    const char *name;
    bool is_pure; /* without unit */
};

static const struct family {
    const char *name;
    enum sim_dist_kind kind;
    bool can_be_cut; /* takes min and max inside; beside the name, every distribution does */
    struct parameter parameter[4];
    const char *example;
} families[] = {
    {"uniform", SIM_DIST_UNIFORM, false, {{"min", false}, {"max", false}}, "{min: , max: }"},
    {"exponential", SIM_DIST_EXPONENTIAL, true, {{"mean", false}}, "{mean: }"},
    {"lognormal",
     SIM_DIST_LOGNORMAL,
     true,
     {{"median", false}, {"sigma", true}},
     "{median: , sigma: }"},
    {"weibull", SIM_DIST_WEIBULL, true, {{"shape", true}, {"scale", false}}, "{shape: , scale: }"},
    {"pareto",
     SIM_DIST_PARETO,
     false,
     {{"alpha", true}, {"min", false}, {"max", false}},
     "{alpha: , min: , max: }"},
    {"erlang", SIM_DIST_ERLANG, true, {{"stages", true}, {"mean", false}}, "{stages: , mean: }"},
    {"hyperexponential",
     SIM_DIST_HYPEREXPONENTIAL,
     true,
     {{"mean", false}, {"cv2", true}},
     "{mean: , cv2: }"},
    {"gamma", SIM_DIST_GAMMA, true, {{"shape", true}, {"mean", false}}, "{shape: , mean: }"},
    {"triangular",
     SIM_DIST_TRIANGULAR,
     true,
     {{"low", false}, {"mode", false}, {"high", false}},
     "[LOW, MODE, HIGH]"},
    {"beta",
     SIM_DIST_BETA,
     true,
     {{"alpha", true}, {"beta", true}, {"low", false}, {"high", false}},
     "{alpha: , beta: , low: , high: }"},
};
enum { FAMILIES = sizeof families / sizeof *families };

/* Where all parameters are values of the key, they may stand in a list. */
static bool takes_list(const struct family *family)
{
    return family->kind == SIM_DIST_UNIFORM || family->kind == SIM_DIST_TRIANGULAR;
}

/* Of a bounded law the parameters (those with a unit) are values that can be drawn; a mean or a
 * median may lie outside the key's range, which cuts the law. */
static bool has_values(const struct family *family)
{
    return takes_list(family) || family->kind == SIM_DIST_PARETO || family->kind == SIM_DIST_BETA;
}

static const char *const family_names[] = {
    "constant",         "uniform",   "exponential", "lognormal", "weibull",    "pareto", "erlang",
    "hyperexponential", "empirical", "choice",      "gamma",     "triangular", "beta",   "mixture"};
enum { FAMILY_NAMES = sizeof family_names / sizeof *family_names };

bool scn_dist_form(size_t i, struct scn_dist_form *out)
{
    if (i >= FAMILIES)
        return false;
    *out = (struct scn_dist_form){.name = families[i].name,
                                  .can_be_cut = families[i].can_be_cut,
                                  .takes_list = takes_list(&families[i]),
                                  .takes_scale = families[i].kind == SIM_DIST_GAMMA};
    for (; out->parameter_count < SCN_PARAMETERS_MAX &&
           families[i].parameter[out->parameter_count].name;
         out->parameter_count++) {
        out->parameter[out->parameter_count] = families[i].parameter[out->parameter_count].name;
        out->is_pure[out->parameter_count] = families[i].parameter[out->parameter_count].is_pure;
    }
    return true;
}

static const struct family *family_of(const char *name)
{
    for (size_t i = 0; i < FAMILIES; i++)
        if (strcmp(families[i].name, name) == 0)
            return &families[i];
    return NULL;
}

static bool is_kind(struct scn_binder *binder, const struct scn_node *node, enum scn_kind kind,
                    const char *example)
{
    char shown[SCN_PRINTABLE_BYTES];

    if (node->refused)
        return false;
    if (node->kind == kind)
        return true;
    scn_binder_refuse(binder, node, false, "'%s' stands where %s belongs; write for example %s",
                      node->kind == SCN_SCALAR ? scn_printable(node->text, shown) : kind_text(node),
                      kind == SCN_MAP ? "a mapping" : "a list", example);
    return false;
}

static bool prepare(struct scn_binder *binder, const struct scn_node *node, struct sim_dist *dist)
{
    struct sim_error err;
    enum sim_status status;

    if (dist->kind == SIM_DIST_GAMMA || dist->kind == SIM_DIST_BETA ||
        dist->kind == SIM_DIST_MIXTURE) {
        if (binder->tables_left == 0) {
            scn_binder_refuse(binder, node, true,
                              "the scenario has more than %d gamma, beta and mixture "
                              "distributions, each of which is a large table",
                              SCN_LAW_TABLES_MAX);
            return false;
        }
        binder->tables_left--;
    }
    status = sim_dist_prepare(dist, &err);
    if (status == SIM_OK)
        return true;
    if (status == SIM_ENOMEM) {
        binder->no_memory = true;
        return false;
    }
    scn_binder_refuse(binder, node, false, "%s", err.message);
    return false;
}

static bool parameter_of(struct scn_binder *binder, const struct scn_frame *frame,
                         const struct sim_field *row, const struct scn_node *node, bool is_pure,
                         bool in_range, double *out)
{
    enum sim_unit unit = is_pure ? SIM_UNIT_1 : row->unit;
    size_t mark = scn_binder_push(binder, node->key->text);
    bool done = scn_value_number(binder, node, row, unit, in_range, out);

    if (done)
        scn_binder_leaf(binder, frame, node->key->text, node, scn_binder_number(binder, *out),
                        sim_unit_symbol(unit));
    scn_binder_pop(binder, mark);
    return done;
}

/* [5, 20, 60]: the parameters in their order. */
static bool dist_of_list(struct scn_binder *binder, const struct scn_frame *frame,
                         const struct sim_field *row, const struct scn_node *node,
                         const struct family *family, struct sim_dist *out)
{
    double *const target[] = {&out->a, &out->b, &out->c, &out->d};
    size_t wanted = 0;
    bool done = true;

    while (wanted < 4 && family->parameter[wanted].name)
        wanted++;
    if (node->count != wanted) {
        scn_binder_refuse(binder, node, false, "%zu numbers belong here, not %u; write {%s: %s}",
                          wanted, node->count, family->name, family->example);
        return false;
    }
    out->kind = family->kind;
    wanted = 0;
    for (const struct scn_node *child = node->first; child; child = child->next, wanted++) {
        const char *name = family->parameter[wanted].name;
        size_t mark = scn_binder_push(binder, name);

        if (scn_value_number(binder, child, row, row->unit, true, target[wanted]))
            scn_binder_leaf(binder, frame, name, child, scn_binder_number(binder, *target[wanted]),
                            sim_unit_symbol(row->unit));
        else
            done = false;
        scn_binder_pop(binder, mark);
    }
    return done && prepare(binder, node, out);
}

/* gamma takes its scale (mean / shape) instead of its mean. */
static bool settle_scale(struct scn_binder *binder, const struct scn_node *node, bool has_mean,
                         double scale, struct sim_dist *out)
{
    if (has_mean) {
        scn_binder_refuse(binder, node, true, "'mean' and 'scale' stand here; keep one of them");
        return false;
    }
    out->b = out->a * scale;
    return true;
}

/* {median: 3 h, sigma: 1.6} */
static bool dist_of_family(struct scn_binder *binder, const struct scn_frame *outer,
                           const struct sim_field *row, const struct scn_node *node,
                           const struct family *family, struct sim_dist *out)
{
    const char *known[7] = {NULL};
    double *target[7] = {&out->a, &out->b, &out->c, &out->d, NULL, NULL, NULL}, scale = 0.0;
    bool seen[7] = {false}, is_pure[7] = {false}, done = true;
    bool has_cuts = out->min > -INFINITY || out->max < INFINITY;
    size_t wanted = 0, count;
    struct scn_frame frame;
    char hint[256], shown[SCN_PRINTABLE_BYTES];

    if (node->kind == SCN_LIST && takes_list(family)) {
        scn_frame_open(binder, &frame, outer, family->name, NULL);
        return dist_of_list(binder, &frame, row, node, family, out);
    }
    if (!is_kind(binder, node, SCN_MAP, family->example))
        return false;
    for (; wanted < 4 && family->parameter[wanted].name; wanted++) {
        known[wanted] = family->parameter[wanted].name;
        is_pure[wanted] = family->parameter[wanted].is_pure;
    }
    count = wanted;
    if (family->can_be_cut && !has_cuts) {
        known[count] = "min", target[count++] = &out->min;
        known[count] = "max", target[count++] = &out->max;
    }
    if (family->kind == SIM_DIST_GAMMA)
        known[count] = "scale", target[count++] = &scale;
    out->kind = family->kind;
    scn_frame_open(binder, &frame, outer, family->name, node);
    for (const struct scn_node *child = node->first; child; child = child->next) {
        size_t i = 0;

        if (scn_is_reserved(child->key->text))
            continue;
        while (i < count && strcmp(known[i], child->key->text) != 0)
            i++;
        if (i < count) {
            bool is_edge = target[i] == &out->min || target[i] == &out->max;

            seen[i] = true;
            done &= parameter_of(binder, &frame, row, child, is_pure[i],
                                 !is_pure[i] && (has_values(family) || is_edge), target[i]);
            continue;
        }
        scn_binder_refuse(binder, child, true, "unknown key '%s'%s",
                          scn_printable(child->key->text, shown),
                          scn_hint(child->key->text, known, count, hint, sizeof hint));
        done = false;
    }
    if (family->kind == SIM_DIST_GAMMA && seen[count - 1]) {
        done &= settle_scale(binder, node, seen[1], scale, out);
        seen[1] = true;
    }
    for (size_t i = 0; i < wanted; i++) {
        if (seen[i])
            continue;
        scn_binder_refuse(binder, node, true, "'%s' is missing; write {%s: %s}", known[i],
                          family->name, family->example);
        done = false;
    }
    return done && prepare(binder, node, out);
}

/* ---- tables ---- */

struct entry {
    double at, weight; /* value and weight; of quantiles: probability and value */
    size_t index;
};

static int order_of_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

/* "{8: 0.6, 32: 0.4}" or "[1, 2]" (without weights). */
static const char *table_text(struct scn_binder *binder, const struct entry *entry, size_t count,
                              bool has_weights)
{
    size_t room = count * 56 + 8, used = 0;
    char *text = scn_binder_alloc(binder, room, 1);

    if (!text)
        return "";
    for (size_t i = 0; i < count; i++) {
        used += (size_t)snprintf(text + used, room - used, "%s",
                                 i             ? ", "
                                 : has_weights ? "{"
                                               : "[");
        used += (size_t)snprintf(text + used, room - used, "%.17g", entry[i].at);
        if (has_weights)
            used += (size_t)snprintf(text + used, room - used, ": %.17g", entry[i].weight);
    }
    snprintf(text + used, room - used, "%s", has_weights ? "}" : "]");
    return text;
}

/* Sorted entries with weights that sum to 1 -> value[], cumulated[]; equal values become one. */
static bool fill_table(struct scn_binder *binder, const struct entry *entry, size_t count,
                       struct sim_dist *out)
{
    double *value = scn_binder_alloc(binder, count, sizeof *value);
    double *cumulated = scn_binder_alloc(binder, count, sizeof *cumulated);
    double sum = 0.0;

    if (!value || !cumulated)
        return false;
    out->count = 0;
    for (size_t i = 0; i < count; i++) {
        if (entry[i].weight == 0.0)
            continue;
        if (out->count == 0 || value[out->count - 1] != entry[i].at)
            value[out->count++] = entry[i].at;
        sum += entry[i].weight;
        cumulated[out->count - 1] = sum;
    }
    for (size_t i = 0; i < out->count; i++)
        cumulated[i] = i + 1 == out->count ? 1.0 : fmin(cumulated[i] / sum, 1.0);
    out->value = value;
    out->cumulated = cumulated;
    return true;
}

static struct entry *entries_create(struct scn_binder *binder, const struct scn_node *node)
{
    if (node->count == 0 || node->count > TABLE_MAX) {
        scn_binder_refuse(binder, node, true, "a table has 1 to %d entries, not %u", TABLE_MAX,
                          node->count);
        return NULL;
    }
    return scn_binder_alloc(binder, node->count, sizeof(struct entry));
}

/* [1, 2, 4]: equally likely. */
static bool dist_of_choice(struct scn_binder *binder, const struct scn_frame *frame,
                           const struct sim_field *row, const struct scn_node *node,
                           struct sim_dist *out)
{
    struct entry *entry;
    size_t count = 0;

    if (!is_kind(binder, node, SCN_LIST, "{choice: [1, 2, 4]}"))
        return false;
    entry = entries_create(binder, node);
    if (!entry)
        return false;
    for (const struct scn_node *child = node->first; child; child = child->next, count++) {
        if (!scn_value_number(binder, child, row, row->unit, true, &entry[count].at))
            return false;
        entry[count].weight = 1.0;
        entry[count].index = count;
    }
    qsort(entry, count, sizeof *entry, order_of_entries);
    out->kind = SIM_DIST_CHOICE;
    scn_binder_leaf(binder, frame, "choice", node, table_text(binder, entry, count, false),
                    sim_unit_symbol(row->unit));
    return fill_table(binder, entry, count, out) && prepare(binder, node, out);
}

/* Keys that may stand beside the name of a distribution. */
static bool is_beside(const char *key)
{
    return strcmp(key, "min") == 0 || strcmp(key, "max") == 0 || strcmp(key, "weight") == 0;
}

/* {8: 60 %, 32: 40 %}: value and weight. */
static bool dist_of_weights(struct scn_binder *binder, const struct scn_frame *frame,
                            const struct sim_field *row, const struct scn_node *node,
                            struct sim_dist *out)
{
    static const struct sim_field any = {.unit = SIM_UNIT_FRAC, .min = 0.0, .max = 1.0};
    struct entry *entry = entries_create(binder, node);
    size_t count = 0;
    double sum = 0.0;

    if (!entry)
        return false;
    for (const struct scn_node *child = node->first; child; child = child->next) {
        if (scn_is_reserved(child->key->text) || is_beside(child->key->text))
            continue;
        if (!number_of(binder, child, child->key->text, row, row->unit, true, &entry[count].at) ||
            !scn_value_number(binder, child, &any, SIM_UNIT_FRAC, true, &entry[count].weight))
            return false;
        sum += entry[count].weight;
        entry[count].index = count;
        count++;
    }
    if (fabs(sum - 1.0) > 1e-6) {
        scn_binder_refuse(binder, node, true, "the weights sum to %.6g %%, not to 100 %%",
                          sum * 100.0);
        return false;
    }
    qsort(entry, count, sizeof *entry, order_of_entries);
    out->kind = SIM_DIST_CHOICE;
    scn_binder_leaf(binder, frame, frame->name, node, table_text(binder, entry, count, true),
                    sim_unit_symbol(row->unit));
    return fill_table(binder, entry, count, out) && prepare(binder, node, out);
}

/* {0 %: 1 s, 50 %: 2 min, 100 %: 1 h}: quantiles, linear in between. */
static bool dist_of_quantiles(struct scn_binder *binder, const struct scn_frame *outer,
                              const struct sim_field *row, const struct scn_node *node,
                              struct sim_dist *out)
{
    static const struct sim_field any = {.unit = SIM_UNIT_FRAC, .min = 0.0, .max = 1.0};
    static const char example[] = "{0 %: , 50 %: , 100 %: }";
    struct scn_frame frame;
    struct entry *entry;
    double *value, *cumulated;
    size_t count = 0;

    if (!is_kind(binder, node, SCN_MAP, example))
        return false;
    scn_frame_open(binder, &frame, outer, "empirical", node);
    entry = entries_create(binder, node);
    if (!entry)
        return false;
    for (const struct scn_node *child = node->first; child; child = child->next) {
        if (scn_is_reserved(child->key->text))
            continue;
        if (!number_of(binder, child, child->key->text, &any, SIM_UNIT_FRAC, true,
                       &entry[count].at) ||
            !scn_value_number(binder, child, row, row->unit, true, &entry[count].weight))
            return false;
        entry[count].index = count;
        count++;
    }
    qsort(entry, count, sizeof *entry, order_of_entries); /* by probability */
    for (size_t i = 1; i < count; i++)
        if (entry[i].at == entry[i - 1].at || entry[i].weight < entry[i - 1].weight) {
            scn_binder_refuse(binder, node, true, "the quantiles do not ascend at %.6g %%",
                              entry[i].at * 100.0);
            return false;
        }
    if (count < 2 || entry[0].at != 0.0 || entry[count - 1].at != 1.0) {
        scn_binder_refuse(binder, node, true,
                          "the quantiles must reach from 0 %% to 100 %%; write %s", example);
        return false;
    }
    value = scn_binder_alloc(binder, count, sizeof *value);
    cumulated = scn_binder_alloc(binder, count, sizeof *cumulated);
    if (!value || !cumulated)
        return false;
    for (size_t i = 0; i < count; i++) {
        value[i] = entry[i].weight;
        cumulated[i] = entry[i].at;
    }
    out->kind = SIM_DIST_EMPIRICAL;
    out->count = count;
    out->value = value;
    out->cumulated = cumulated;
    scn_binder_leaf(binder, &frame, "empirical", node, table_text(binder, entry, count, true),
                    sim_unit_symbol(row->unit));
    return prepare(binder, node, out);
}

/* The one key of the mapping that says which distribution it is. */
static const struct scn_node *form_of(struct scn_binder *binder, const struct scn_node *node)
{
    const struct scn_node *form = NULL;
    char one[SCN_PRINTABLE_BYTES], two[SCN_PRINTABLE_BYTES], hint[256];

    for (const struct scn_node *child = node->first; child; child = child->next) {
        const char *key = child->key->text;

        if (scn_is_reserved(key) || child->refused || is_beside(key))
            continue;
        if ((key[0] >= '0' && key[0] <= '9') || key[0] == '-' || key[0] == '.') {
            if (!form) /* a table of weights is all numbers: its first key speaks for it */
                return child;
        }
        if (form) {
            scn_binder_refuse(binder, child, true, "'%s' and '%s' stand here; keep one of them",
                              scn_printable(form->key->text, one), scn_printable(key, two));
            return NULL;
        }
        form = child;
    }
    if (!form) {
        scn_binder_refuse(binder, node, false,
                          "an empty distribution; write a value, or {lognormal: {median: , "
                          "sigma: }} or another");
        return NULL;
    }
    for (size_t i = 0; i < FAMILY_NAMES; i++)
        if (strcmp(form->key->text, family_names[i]) == 0)
            return form;
    scn_binder_refuse(binder, form, true, "'%s' is not a distribution%s",
                      scn_printable(form->key->text, one),
                      scn_hint(form->key->text, family_names, FAMILY_NAMES, hint, sizeof hint));
    return NULL;
}

static bool dist_of_constant(struct scn_binder *binder, const struct scn_frame *frame,
                             const char *key, const struct sim_field *row,
                             const struct scn_node *node, struct sim_dist *out)
{
    if (!scn_value_number(binder, node, row, row->unit, true, &out->a))
        return false;
    out->kind = SIM_DIST_CONSTANT;
    scn_binder_leaf(binder, frame, key, node, scn_binder_number(binder, out->a),
                    sim_unit_symbol(row->unit));
    return prepare(binder, node, out);
}

/* min and max beside the name; weight belongs to the parts of a mixture alone. */
static bool cut(struct scn_binder *binder, const struct scn_frame *frame,
                const struct sim_field *row, const struct scn_node *node, bool is_part,
                struct sim_dist *out)
{
    bool done = true;

    for (const struct scn_node *child = node->first; child; child = child->next) {
        const char *key = child->key->text;

        if (child->refused || !is_beside(key) || (is_part && strcmp(key, "weight") == 0))
            continue;
        if (strcmp(key, "weight") == 0) {
            scn_binder_refuse(binder, child, true,
                              "'weight' belongs to the parts of a mixture; write {mixture: "
                              "[{weight: 70 %%, ...}, ...]}");
            return false;
        }
        done &= parameter_of(binder, frame, row, child, false, true,
                             strcmp(key, "min") == 0 ? &out->min : &out->max);
    }
    return done;
}

/* What is counted comes whole: only laws that fall between are rounded. */
static bool keep_whole(struct scn_binder *binder, const struct sim_field *row,
                       const struct scn_node *node, const struct sim_dist *dist)
{
    const bool is_table = dist->kind == SIM_DIST_CHOICE;
    const double *value = is_table ? dist->value : &dist->a;
    size_t count = is_table ? dist->count : dist->kind == SIM_DIST_CONSTANT;

    for (size_t i = 0; row->unit == SIM_UNIT_COUNT && i < count; i++)
        if (value[i] != floor(value[i]) && !(row->has_parts && value[i] < 1)) {
            scn_binder_refuse(binder, node, true,
                              "%g is no whole number; parts of one are not supported%s, write for "
                              "example %.0f",
                              value[i], row->has_parts ? " above 1" : "", ceil(value[i]));
            return false;
        }
    return true;
}

static bool value_dist(struct scn_binder *binder, const struct scn_frame *frame,
                       const struct sim_field *row, const struct scn_node *node, bool is_part,
                       struct sim_dist *out);

static const char mixture_example[] =
    "{mixture: [{weight: 70 %, lognormal: {median: , sigma: }}, {weight: 30 %, constant: }]}";

/* The binder stands at the part's path. */
static bool part_of_mixture(struct scn_binder *binder, const struct scn_frame *outer,
                            const struct sim_field *row, const struct scn_node *node,
                            const char *name, double *weight, struct sim_dist *out)
{
    static const struct sim_field any = {.unit = SIM_UNIT_FRAC, .min = 0.0, .max = 1.0};
    struct sim_field named = *row;
    const struct scn_node *weighted;
    struct scn_frame frame;
    size_t mark;
    bool done;

    named.name = name;
    if (!is_kind(binder, node, SCN_MAP, mixture_example))
        return false;
    scn_frame_open(binder, &frame, outer, name, node);
    weighted = scn_child(node, "weight");
    if (!weighted) {
        scn_binder_refuse(binder, node, false, "'weight' is missing; write %s", mixture_example);
        return false;
    }
    mark = scn_binder_push(binder, "weight");
    done = scn_value_number(binder, weighted, &any, SIM_UNIT_FRAC, true, weight);
    if (done)
        scn_binder_leaf(binder, &frame, "weight", weighted, scn_binder_number(binder, *weight),
                        "1");
    scn_binder_pop(binder, mark);
    return value_dist(binder, outer, &named, node, true, out) &&
           keep_whole(binder, row, node, out) && done;
}

/* [{weight: 70 %, lognormal: {...}}, {weight: 30 %, constant: 1 h}] */
static bool dist_of_mixture(struct scn_binder *binder, const struct scn_frame *outer,
                            const struct sim_field *row, const struct scn_node *node,
                            struct sim_dist *out)
{
    struct sim_dist *part;
    struct scn_frame frame;
    double *weight, sum = 0.0;
    size_t count = 0;
    bool done = true;

    if (!is_kind(binder, node, SCN_LIST, mixture_example))
        return false;
    if (node->count < 1 || node->count > PARTS_MAX) {
        scn_binder_refuse(binder, node, false, "a mixture has 1 to %d parts, not %u", PARTS_MAX,
                          node->count);
        return false;
    }
    part = scn_binder_alloc(binder, node->count, sizeof *part);
    weight = scn_binder_alloc(binder, node->count, sizeof *weight);
    if (!part || !weight)
        return false;
    scn_frame_open(binder, &frame, outer, "mixture", NULL);
    for (const struct scn_node *child = node->first; child; child = child->next, count++) {
        char number[24];
        size_t mark;

        snprintf(number, sizeof number, "%zu", count);
        mark = scn_binder_push(binder, number);
        done &= part_of_mixture(binder, &frame, row, child, number, &weight[count], &part[count]);
        scn_binder_pop(binder, mark);
        sum += weight[count];
    }
    if (done && fabs(sum - 1.0) > 1e-6) {
        scn_binder_refuse(binder, node, false, "the weights sum to %.6g %%, not to 100 %%",
                          sum * 100.0);
        return false;
    }
    out->kind = SIM_DIST_MIXTURE;
    out->count = count;
    out->part = part;
    out->weight = weight;
    return done && prepare(binder, node, out);
}

/* The range of values that are listed one by one. */
static struct sim_field with_parts(const struct sim_field *row)
{
    struct sim_field listed = *row;

    if (row->has_parts)
        listed.min = LEAST_PART;
    return listed;
}

static bool value_dist(struct scn_binder *binder, const struct scn_frame *frame,
                       const struct sim_field *row, const struct scn_node *node, bool is_part,
                       struct sim_dist *out)
{
    const struct family *family;
    const struct scn_node *form;
    const struct sim_field listed = is_part ? *row : with_parts(row);
    struct scn_frame inner;
    const char *key;
    size_t mark;
    bool done;

    *out = (struct sim_dist){.min = -INFINITY, .max = INFINITY, .arena = binder->request->arena};
    if (node->refused)
        return false;
    if (node->kind == SCN_SCALAR)
        return dist_of_constant(binder, frame, row->name, &listed, node, out);
    if (!is_kind(binder, node, SCN_MAP, "{choice: [1, 2, 4]}"))
        return false;
    scn_frame_open(binder, &inner, frame, row->name, node);
    form = form_of(binder, node);
    if (!form || !cut(binder, &inner, row, node, is_part, out))
        return false;
    key = form->key->text;
    if (strcmp(key, "constant") == 0)
        return dist_of_constant(binder, &inner, key, &listed, form, out);
    family = family_of(key);
    if (!family && strcmp(key, "choice") != 0 && strcmp(key, "empirical") != 0 &&
        strcmp(key, "mixture") != 0)
        return dist_of_weights(binder, &inner, &listed, node, out);
    if (is_part && strcmp(key, "mixture") == 0) {
        scn_binder_refuse(binder, form, true,
                          "a part of a mixture is no mixture itself; write its "
                          "parts into the outer one");
        return false;
    }
    mark = scn_binder_push(binder, key);
    done = family                        ? dist_of_family(binder, &inner, row, form, family, out)
           : strcmp(key, "choice") == 0  ? dist_of_choice(binder, &inner, &listed, form, out)
           : strcmp(key, "mixture") == 0 ? dist_of_mixture(binder, &inner, row, form, out)
                                         : dist_of_quantiles(binder, &inner, row, form, out);
    scn_binder_pop(binder, mark);
    return done;
}

/* What can be drawn keeps to the key's range, and its mean with it. */
static bool keep_within(struct scn_binder *binder, const struct sim_field *row,
                        const struct scn_node *node, struct sim_dist *out)
{
    bool is_listed = out->kind == SIM_DIST_CHOICE || out->kind == SIM_DIST_CONSTANT;
    double min = is_listed ? with_parts(row).min : row->min;
    char range[SCN_RANGE_BYTES];

    if (row->min == 0.0 && row->max == 0.0)
        return true;
    if (sim_dist_narrow(out, min > -1e300 ? min : -INFINITY, row->max < 1e300 ? row->max : INFINITY,
                        NULL) == SIM_OK)
        return true;
    scn_binder_refuse(binder, node, false,
                      "(nearly) nothing of this distribution is in range; its values are %s",
                      scn_show_range(row, row->unit, range));
    return false;
}

bool scn_value_dist(struct scn_binder *binder, const struct scn_frame *frame,
                    const struct sim_field *row, const struct scn_node *node, struct sim_dist *out)
{
    return value_dist(binder, frame, row, node, false, out) && keep_whole(binder, row, node, out) &&
           keep_within(binder, row, node, out);
}

/* ---- columns of CSV files ---- */

enum { YEAR_HOURS = 8760, LEAP_YEAR_HOURS = 8784 };

/* The cells of a column as the list that could stand in their place. */
static struct scn_node *list_of_cells(struct scn_binder *binder, const struct scn_csv *csv,
                                      size_t column)
{
    struct scn_key *key = scn_reader_key(&binder->reader, NULL, csv->file);
    struct scn_node *list = key ? scn_reader_node(&binder->reader) : NULL;
    struct scn_node **link = list ? &list->first : NULL;

    if (list)
        *list = (struct scn_node){.key = key,
                                  .kind = SCN_LIST,
                                  .line = csv->head[column].line,
                                  .column = csv->head[column].column,
                                  .count = (uint32_t)csv->rows};
    for (size_t i = 0; list && i < csv->rows; i++) {
        const struct scn_cell *cell = scn_csv_at(csv, i, column);
        struct scn_node *node = scn_reader_node(&binder->reader);

        if (!node) {
            list = NULL;
            break;
        }
        *node = (struct scn_node){.key = key,
                                  .text = cell->text,
                                  .count = (uint32_t)strlen(cell->text),
                                  .line = cell->line,
                                  .column = cell->column};
        *link = node;
        link = &node->next;
    }
    if (!list)
        binder->no_memory = true;
    return list;
}

static const struct scn_node *read_column(struct scn_binder *binder, const struct scn_node *file,
                                          const struct scn_node *column)
{
    const char *names[SCN_CSV_COLUMNS_MAX];
    char shown[SCN_PRINTABLE_BYTES], hint[256];
    struct scn_csv csv;
    size_t index = 0;

    if (scn_open_csv(&binder->reader, binder->request, binder->folder, file, &csv) != SIM_OK)
        return NULL;
    if (!column && csv.columns > 1) {
        scn_binder_refuse(binder, file, false, "the file has %zu columns; name one by 'column'",
                          csv.columns);
        return NULL;
    }
    if (column)
        index = scn_csv_column(&csv, column->text);
    if (index < csv.columns)
        return list_of_cells(binder, &csv, index);
    for (size_t i = 0; i < csv.columns; i++)
        names[i] = csv.head[i].text;
    scn_binder_refuse(binder, column, false, "the file has no column '%s'%s",
                      scn_printable(column->text, shown),
                      scn_hint(column->text, names, csv.columns, hint, sizeof hint));
    return NULL;
}

/* {file: hours.csv, column: weight}; a column that is used twice is read once. */
static const struct scn_node *column_of(struct scn_binder *binder, const struct scn_node *map)
{
    const struct scn_node *file = scn_child(map, "file"), *column = scn_child(map, "column");
    const char *name = column && column->kind == SCN_SCALAR ? column->text : "";
    struct scn_column *known;

    if (!scn_value_scalar(binder, file, "file", "'hours.csv'") ||
        (column && !scn_value_scalar(binder, column, "column", "'weight'")))
        return NULL;
    for (known = binder->columns; known; known = known->next)
        if (strcmp(known->file, file->text) == 0 && strcmp(known->name, name) == 0 &&
            strcmp(known->from, scn_file_of(file)) == 0)
            return known->list;
    known = scn_binder_alloc(binder, 1, sizeof *known);
    if (!known)
        return NULL;
    *known = (struct scn_column){.next = binder->columns,
                                 .from = scn_file_of(file),
                                 .file = file->text,
                                 .name = name,
                                 .list = read_column(binder, file, column)};
    binder->columns = known;
    return known->list;
}

/* Keys of a map that no one knows. */
static bool only_knows(struct scn_binder *binder, const struct scn_node *map,
                       const char *const *known, size_t count)
{
    char shown[SCN_PRINTABLE_BYTES], hint[256];
    bool done = true;

    for (const struct scn_node *child = map->first; child; child = child->next) {
        bool is_known = scn_is_reserved(child->key->text);

        for (size_t i = 0; i < count; i++)
            is_known |= strcmp(known[i], child->key->text) == 0;
        if (is_known)
            continue;
        scn_binder_refuse(binder, child, true, "unknown key '%s'%s",
                          scn_printable(child->key->text, shown),
                          scn_hint(child->key->text, known, count, hint, sizeof hint));
        done = false;
    }
    return done;
}

/* ---- profiles ---- */

/* Days of the months over four years, in quarters of a day. */
static const double month_days[12] = {31, 28.25, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

static bool normalise(struct scn_binder *binder, const struct scn_node *node,
                      const struct entry *entry, size_t count, struct sim_profile *out)
{
    double *weight = scn_binder_alloc(binder, count, sizeof *weight);
    double sum = 0.0, whole = 0.0;

    if (!weight)
        return false;
    for (size_t i = 0; i < count; i++) {
        double part = count == 12 ? month_days[i] : 1.0;

        sum += entry[i].at * part;
        whole += part;
    }
    if (!(sum > 0.0) || sum > DBL_MAX / 1e6) {
        scn_binder_refuse(binder, node, false, "%s",
                          sum > 0.0 ? "the weights of a profile are too large"
                                    : "the weights of a profile are all 0");
        return false;
    }
    for (size_t i = 0; i < count; i++)
        weight[i] = entry[i].at * whole / sum;
    *out = (struct sim_profile){.count = count, .weight = weight};
    return true;
}

/* 24 or 168 numbers for hours, 12 for months; of either kind where `profiles` gives it a name. */
enum profile_use { USE_HOURS, USE_MONTHS, USE_EITHER };

static bool has_length(enum profile_use use, size_t count)
{
    return (use != USE_MONTHS && (count == 24 || count == 168)) ||
           (use != USE_HOURS && count == 12);
}

static const char *lengths(enum profile_use use)
{
    return use == USE_MONTHS  ? "12 numbers (months, from January)"
           : use == USE_HOURS ? "24 numbers (hours of a day) or 168 (of a week from Monday)"
                              : "24 numbers (hours of a day), 168 (of a week from Monday) or 12 "
                                "(months)";
}

static bool profile_of_list(struct scn_binder *binder, const struct scn_node *node,
                            enum profile_use use, struct sim_profile *out, const char **text)
{
    static const struct sim_field any = {.unit = SIM_UNIT_1, .min = 0.0, .max = 1e300};
    struct entry entry[168];
    size_t count = 0;

    if (!has_length(use, node->count)) {
        scn_binder_refuse(binder, node, false, "a profile has %s, not %u", lengths(use),
                          node->count);
        return false;
    }
    for (const struct scn_node *child = node->first; child; child = child->next, count++)
        if (!scn_value_number(binder, child, &any, SIM_UNIT_1, true, &entry[count].at))
            return false;
    *text = table_text(binder, entry, count, false);
    return normalise(binder, node, entry, count, out);
}

static bool profile_office(struct scn_binder *binder, const struct scn_node *node,
                           struct sim_profile *out)
{
    struct entry entry[168];

    for (size_t i = 0; i < 168; i++)
        entry[i].at = office_day[i / 24] * office_hour[i % 24];
    return normalise(binder, node, entry, 168, out);
}

static const struct scn_node *list_of(struct scn_binder *binder, const struct scn_node *node)
{
    static const char *const known[] = {"weights", "file", "column"};
    const struct scn_node *list = node->kind == SCN_MAP ? scn_child(node, "weights") : node;

    if (node->refused)
        return NULL;
    if (node->kind == SCN_MAP && !only_knows(binder, node, known, 3))
        return NULL;
    if (node->kind == SCN_MAP && !list && scn_child(node, "file"))
        return column_of(binder, node);
    if (list && list->kind == SCN_LIST)
        return list;
    scn_binder_refuse(binder, node, false,
                      "a profile is a list of 24 or 168 numbers (12 for months), {weights: "
                      "[...]}, or {file: hours.csv, column: weight}");
    return NULL;
}

static struct scn_known_profile *know_profile(struct scn_binder *binder, const char *name)
{
    struct scn_known_profile *known = scn_binder_alloc(binder, 1, sizeof *known);

    if (!known)
        return NULL;
    known->name = known->text = name;
    known->next = binder->known_profiles;
    binder->known_profiles = known;
    return known;
}

void scn_read_profiles(struct scn_binder *binder, const struct scn_node *profiles)
{
    struct scn_known_profile *known = know_profile(binder, "flat");
    size_t mark = scn_binder_push(binder, "profiles");
    char shown[SCN_PRINTABLE_BYTES];

    known = known ? know_profile(binder, "office") : NULL;
    if (known && !profile_office(binder, binder->root, &known->profile))
        known = NULL;
    if (known && profiles && is_kind(binder, profiles, SCN_MAP, "{night: [...]}")) {
        if (profiles->count > PROFILES_MAX)
            scn_binder_refuse(binder, profiles, true, "there are more than %d profiles",
                              PROFILES_MAX);
        else
            for (const struct scn_node *entry = profiles->first; entry; entry = entry->next) {
                const struct scn_node *list;
                size_t inner;

                if (scn_is_reserved(entry->key->text) || entry->refused)
                    continue;
                if (!scn_is_entity_key(entry->key->text)) {
                    scn_binder_refuse(binder, entry, true,
                                      "'%s' is not a name; use letters, "
                                      "digits, '-' and '_', 64 at most",
                                      scn_printable(entry->key->text, shown));
                    continue;
                }
                inner = scn_binder_push(binder, entry->key->text);
                known = know_profile(binder, scn_binder_text(binder, entry->key->text));
                list = known ? list_of(binder, entry) : NULL;
                if (known && (!list || !profile_of_list(binder, list, USE_EITHER, &known->profile,
                                                        &known->text)))
                    known->is_broken = true;
                scn_binder_pop(binder, inner);
            }
    }
    scn_binder_pop(binder, mark);
}

/* A name: flat, office, or of an entry of `profiles:`. NULL: an error was reported. */
static struct scn_known_profile *named_profile(struct scn_binder *binder,
                                               const struct scn_node *node)
{
    const char *names[PROFILES_MAX + 2];
    char shown[SCN_PRINTABLE_BYTES], hint[256];
    size_t count = 0;

    for (struct scn_known_profile *known = binder->known_profiles; known; known = known->next) {
        if (strcmp(known->name, node->text) == 0)
            return known->is_broken ? NULL : known;
        names[count++] = known->name;
    }
    scn_binder_refuse(binder, node, false, "'%s' is not a profile%s",
                      scn_printable(node->text, shown),
                      scn_hint(node->text, names, count, hint, sizeof hint));
    return NULL;
}

bool scn_value_profile(struct scn_binder *binder, const struct scn_frame *frame,
                       const struct sim_field *row, const struct scn_node *node,
                       struct sim_profile *out)
{
    enum profile_use use = row->profile_count == 12 ? USE_MONTHS : USE_HOURS;
    const struct scn_node *list;
    struct scn_known_profile *known;
    const char *text;

    if (node->refused)
        return false;
    if (node->kind == SCN_SCALAR) {
        known = scn_value_scalar(binder, node, "profile", use == USE_MONTHS ? "'flat'" : "'office'")
                    ? named_profile(binder, node)
                    : NULL;
        if (!known)
            return false;
        if (known->profile.count && !has_length(use, known->profile.count)) {
            scn_binder_refuse(binder, node, false, "'%s' has %zu numbers; here belong %s",
                              known->name, known->profile.count, lengths(use));
            return false;
        }
        *out = known->profile;
        text = known->text;
    } else {
        list = list_of(binder, node);
        if (!list || !profile_of_list(binder, list, use, out, &text))
            return false;
    }
    scn_binder_leaf(binder, frame, row->name, node, text, "1");
    return true;
}

/* ---- values by hour ---- */

/* A number with its unit, or a bare one in the row's unit, as tables have it. */
static bool hourly_number(struct scn_binder *binder, const struct scn_node *node,
                          const struct sim_field *row, double *out)
{
    struct sim_field bare = *row;
    const char *text = node->kind == SCN_SCALAR ? node->text : "";
    size_t bytes = strlen(text);

    bare.example = NULL;
    if (bytes && text[bytes - 1] >= '0' && text[bytes - 1] <= '9') {
        bare.unit = SIM_UNIT_1;
        return scn_value_number(binder, node, &bare, SIM_UNIT_1, true, out);
    }
    return scn_value_number(binder, node, row, row->unit, true, out);
}

/* What /inputs and the canonical text say of many values: how many, their mean, what they hash
 * to. */
static const char *hourly_text(struct scn_binder *binder, const struct sim_hourly *hourly,
                               const char *values)
{
    char text[128];

    if (hourly->count <= 168)
        return values;
    snprintf(text, sizeof text, "[%zu values, mean %.17g, hash %016llx]", hourly->count,
             hourly->mean, (unsigned long long)sim_hash_text(values));
    return scn_binder_text(binder, text);
}

static bool hourly_of_list(struct scn_binder *binder, const struct scn_frame *frame,
                           const struct sim_field *row, const struct scn_node *node,
                           const struct scn_node *list, int64_t year, struct sim_hourly *out)
{
    size_t count = list->count, i = 0;
    struct entry *entry;
    double *value, sum = 0.0;

    if (count != 24 && count != 168 && count != YEAR_HOURS && count != LEAP_YEAR_HOURS) {
        scn_binder_refuse(binder, list, false,
                          "24 values (hours of a day), 168 (of a week from Monday) or 8760 or "
                          "8784 (of a year, UTC) belong here, not %zu",
                          count);
        return false;
    }
    if (year &&
        count != (sim_date_is_valid((struct sim_date){(int)year, 2, 29}) ? (size_t)LEAP_YEAR_HOURS
                                                                         : (size_t)YEAR_HOURS)) {
        scn_binder_refuse(binder, list, false, "%zu values are not those of the hours of %d", count,
                          (int)year);
        return false;
    }
    value = scn_binder_alloc(binder, count, sizeof *value);
    entry = value ? scn_binder_alloc(binder, count, sizeof *entry) : NULL;
    if (!entry)
        return false;
    for (const struct scn_node *child = list->first; child; child = child->next, i++) {
        if (!hourly_number(binder, child, row, &value[i]))
            return false;
        entry[i].at = value[i];
        sum += value[i];
    }
    *out = (struct sim_hourly){
        .count = count, .value = value, .mean = sum / (double)count, .year = year};
    if (binder->request->want_inputs)
        scn_binder_leaf(binder, frame, row->name, node,
                        hourly_text(binder, out, table_text(binder, entry, count, false)),
                        sim_unit_symbol(row->unit));
    return true;
}

bool scn_value_hourly(struct scn_binder *binder, const struct scn_frame *frame,
                      const struct sim_field *row, const struct scn_node *node,
                      struct sim_hourly *out)
{
    static const char *const known[] = {"file", "column", "year"};
    static const struct sim_field years = {.unit = SIM_UNIT_COUNT, .min = 1970, .max = 2200};
    const struct scn_node *list, *year;
    struct scn_frame inner;
    double number = 0.0;

    *out = (struct sim_hourly){0};
    if (node->refused)
        return false;
    if (node->kind == SCN_SCALAR) {
        if (!scn_value_number(binder, node, row, row->unit, true, &out->mean))
            return false;
        scn_binder_leaf(binder, frame, row->name, node, scn_binder_number(binder, out->mean),
                        sim_unit_symbol(row->unit));
        return true;
    }
    if (node->kind == SCN_LIST)
        return hourly_of_list(binder, frame, row, node, node, 0, out);
    if (!only_knows(binder, node, known, 3))
        return false;
    if (!scn_child(node, "file")) {
        scn_binder_refuse(binder, node, true,
                          "'file' is missing; write for example {file: carbon.csv, column: FI}");
        return false;
    }
    scn_frame_open(binder, &inner, frame, row->name, node);
    list = column_of(binder, node);
    year = scn_child(node, "year");
    if (!list || (year && !scn_value_number(binder, year, &years, SIM_UNIT_COUNT, true, &number)))
        return false;
    if (number != floor(number)) {
        scn_binder_refuse(binder, year, false, "'%s' is not a year", year->text);
        return false;
    }
    return hourly_of_list(binder, &inner, row, scn_child(node, "file"), list, (int64_t)number, out);
}
