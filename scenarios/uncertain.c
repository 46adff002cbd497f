/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/uncertain.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/bind.h"
#include "sim/random.h"

enum { PATH_BYTES = 1024, PURPOSE_UNCERTAIN = 1, DRAWS_REPLICATION = UINT32_MAX };

/* ---- which key a path means ---- */

static const struct sim_field *row_named(const struct sim_field *rows, const char *name,
                                         size_t bytes)
{
    for (; rows && rows->name; rows++)
        if (strlen(rows->name) == bytes && memcmp(rows->name, name, bytes) == 0)
            return rows;
    return NULL;
}

/* "lognormal.median" of a distribution: its unit. */
static bool parameter_unit(const struct sim_field *row, const char *at, enum sim_unit *unit)
{
    size_t bytes = strcspn(at, ".");
    const char *parameter = at[bytes] ? at + bytes + 1 : "";
    struct scn_dist_form form;

    for (size_t i = 0; scn_dist_form(i, &form); i++) {
        if (strlen(form.name) != bytes || memcmp(form.name, at, bytes) != 0)
            continue;
        for (size_t p = 0; p < form.parameter_count; p++) {
            if (strcmp(form.parameter[p], parameter) != 0)
                continue;
            *unit = form.is_pure[p] ? SIM_UNIT_1 : row->unit;
            return true;
        }
    }
    return false;
}

/* The row that the path ends at, and the unit of what stands there; NULL: none that is a number. */
static const struct sim_field *row_at(const struct sim_field *rows, const char *path,
                                      enum sim_unit *unit)
{
    const struct sim_field *row = NULL;

    for (const char *at = path; *at;) {
        size_t bytes = strcspn(at, ".");

        row = row_named(rows, at, bytes);
        if (!row)
            return NULL;
        at += bytes + (at[bytes] == '.');
        if (*at && (row->kind == SIM_FIELD_MAP || row->kind == SIM_FIELD_LIST)) {
            bytes = strcspn(at, ".");
            at += bytes + (at[bytes] == '.');
        } else if (*at && row->kind == SIM_FIELD_DIST) {
            return parameter_unit(row, at, unit) ? row : NULL;
        } else if (*at && row->kind == SIM_FIELD_SHARES) {
            *unit = row->unit;
            return strchr(at, '.') ? NULL : row;
        }
        rows = row->rows;
    }
    if (!row)
        return NULL;
    *unit = row->unit;
    return row->kind == SIM_FIELD_REAL || row->kind == SIM_FIELD_INT ||
                   row->kind == SIM_FIELD_DURATION || row->kind == SIM_FIELD_HOURLY ||
                   row->kind == SIM_FIELD_DIST
               ? row
               : NULL;
}

/* ---- reading ---- */

static enum sim_status refuse(struct scn_errors *errors, const struct scn_node *node,
                              const char *section, const char *path, const char *what)
{
    char shown[SCN_PRINTABLE_BYTES];

    return scn_errors_add(errors, SIM_ESCHEMA, scn_file_of(node), node->key->line,
                          node->key->column, "%s.%s: %s", section, scn_printable(path, shown),
                          what);
}

/* The law without `each`, which is ours. */
static struct scn_node *law_of(struct scn_reader *reader, const struct scn_node *node,
                               struct scn_uncertain *out, struct scn_errors *errors)
{
    struct scn_node *law = scn_reader_node(reader), **link;

    if (!law)
        return NULL;
    *law = *node;
    if (node->kind != SCN_MAP)
        return law;
    link = &law->first;
    law->count = 0;
    for (const struct scn_node *child = node->first; child; child = child->next) {
        struct scn_node *copy;

        if (strcmp(child->key->text, "each") == 0) {
            out->is_each = child->kind == SCN_SCALAR && strcmp(child->text, "true") == 0;
            if (!out->is_each && (child->kind != SCN_SCALAR || strcmp(child->text, "false") != 0))
                refuse(errors, child, "uncertain", out->path, "'each' is true or false");
            continue;
        }
        copy = scn_reader_node(reader);
        if (!copy)
            return NULL;
        *copy = *child;
        *link = copy;
        link = &copy->next;
        law->count++;
    }
    *link = NULL;
    return law;
}

enum sim_status scn_uncertain_read(const struct scn_request *request, const struct scn_tree *tree,
                                   const char *section, const char *path,
                                   const struct scn_node *node, struct scn_uncertain *out,
                                   struct scn_errors *errors)
{
    size_t errors_before = errors->count;
    struct scn_binder *binder;
    struct sim_field row;
    const struct sim_field *key;
    struct scn_frame frame = {.map = tree->root};
    struct scn_node *law;

    *out = (struct scn_uncertain){.path = path, .node = node};
    key = row_at(request->rows, path, &out->unit);
    if (!key)
        return refuse(errors, node, section, path,
                      "there is no such key, or it is no number; write a path like "
                      "'communities.*.submit.growth'");
    out->is_whole = key->kind == SIM_FIELD_INT;
    binder = calloc(1, sizeof *binder);
    if (!binder)
        return scn_errors_add(errors, SIM_ENOMEM, tree->path, 0, 0, "out of memory");
    binder->request = request;
    binder->errors = errors;
    binder->root = tree->root;
    binder->folder = tree->folder;
    scn_reader_init(&binder->reader, request->arena, errors);
    law = law_of(&binder->reader, node, out, errors);
    row = *key;
    row.unit = out->unit;
    if (key->kind == SIM_FIELD_DIST && strcmp(key->name, path + strlen(path) - strlen(key->name)))
        row.min = row.max = 0; /* a parameter may lie outside the range of what is drawn */
    scn_binder_push(binder, section);
    scn_binder_push(binder, path);
    if (!law || binder->no_memory ||
        (!scn_value_dist(binder, &frame, &row, law, &out->law) && binder->no_memory))
        scn_errors_add(errors, SIM_ENOMEM, tree->path, 0, 0, "out of memory");
    free(binder->input);
    free(binder);
    return errors->count > errors_before ? errors->error[errors_before].status
           : errors->more                ? SIM_ESCHEMA
                                         : SIM_OK;
}

/* ---- drawing ---- */

/* The spelling of the unit that stands for one of the inside unit; "" for bare numbers. */
static const char *unit_spelling(enum sim_unit unit)
{
    const char *spelling;
    char one[64];
    double value;

    if (sim_unit_may_be_bare(unit))
        return "";
    for (size_t i = 0; (spelling = sim_unit_spelling(unit, i)); i++) {
        snprintf(one, sizeof one, "1 %s", spelling);
        if (sim_unit_parse(one, unit, &value, NULL) == SIM_OK && value == 1)
            return spelling;
    }
    return sim_unit_symbol(unit);
}

struct drawing {
    struct scn_reader *reader;
    const struct scn_uncertain *input;
    uint64_t key, draw;
    struct scn_patch *patch;
    size_t count, room;
    bool no_memory;
};

/* As a scenario would write it, in the unit of the key. */
static struct scn_node *value_node(struct scn_reader *reader, const struct scn_uncertain *input,
                                   double value, const char *file)
{
    const char *unit = unit_spelling(input->unit);
    char text[96];

    if (input->is_whole)
        snprintf(text, sizeof text, "%.0f", value);
    else
        snprintf(text, sizeof text, "%.17g%s%s", value, *unit ? " " : "", unit);
    return scn_reader_scalar(reader, text, file);
}

static void add_patch(struct drawing *drawing, const char *path)
{
    double u = sim_uniform_at(drawing->key, sim_hash_text(path), PURPOSE_UNCERTAIN, drawing->draw);
    double value = sim_dist_at(&drawing->input->law, u);
    struct scn_node *node;
    char *kept;

    if (drawing->count == drawing->room) {
        size_t room = drawing->room ? 2 * drawing->room : 16;
        struct scn_patch *more =
            sim_arena_resize(drawing->reader->arena, drawing->patch, room, sizeof *more);

        if (!more) {
            drawing->no_memory = true;
            return;
        }
        drawing->patch = more;
        drawing->room = room;
    }
    node = value_node(drawing->reader, drawing->input, value, "uncertain");
    kept = scn_reader_text(drawing->reader, path, strlen(path));
    if (!node || !kept) {
        drawing->no_memory = true;
        return;
    }
    drawing->patch[drawing->count++] =
        (struct scn_patch){.path = kept, .node = node, .label = "uncertain"};
}

/* Every path that the rest of the pattern matches below node gets a value of its own. */
static void expand(struct drawing *drawing, const struct scn_node *node, const char *rest,
                   char path[PATH_BYTES])
{
    size_t mark = strlen(path), bytes = strcspn(rest, ".");
    const char *next = rest + bytes + (rest[bytes] == '.');

    if (!*rest) {
        add_patch(drawing, path);
        return;
    }
    if (bytes == 1 && *rest == '*') {
        for (const struct scn_node *child = node && node->kind == SCN_MAP ? node->first : NULL;
             child; child = child->next) {
            if (scn_is_reserved(child->key->text))
                continue;
            snprintf(path + mark, PATH_BYTES - mark, "%s%s", mark ? "." : "", child->key->text);
            expand(drawing, child, next, path);
            path[mark] = '\0';
        }
        return;
    }
    snprintf(path + mark, PATH_BYTES - mark, "%s%.*s", mark ? "." : "", (int)bytes, rest);
    expand(drawing, node ? scn_find(node, path + mark + (mark > 0), false, NULL) : NULL, next,
           path);
    path[mark] = '\0';
}

enum sim_status scn_uncertain_draw(struct scn_reader *reader, const struct scn_node *root,
                                   const struct scn_uncertain *inputs, size_t count, uint64_t seed,
                                   uint64_t draw, const struct scn_patch **out, size_t *out_count)
{
    struct drawing drawing = {
        .reader = reader, .key = sim_draw_key(seed, DRAWS_REPLICATION), .draw = draw};

    for (size_t i = 0; i < count; i++) {
        char path[PATH_BYTES] = "";

        drawing.input = &inputs[i];
        if (inputs[i].is_each)
            expand(&drawing, root, inputs[i].path, path);
        else
            add_patch(&drawing, inputs[i].path);
    }
    if (drawing.no_memory)
        return scn_errors_add(reader->errors, SIM_ENOMEM, NULL, 0, 0,
                              "out of memory while drawing uncertain inputs");
    *out = drawing.patch;
    *out_count = drawing.count;
    return SIM_OK;
}

enum sim_status scn_uncertain_set(struct scn_reader *reader, const struct scn_uncertain *input,
                                  double value, struct scn_patch *out)
{
    *out = (struct scn_patch){.path = input->path,
                              .node = value_node(reader, input, value, "breakeven"),
                              .label = "breakeven"};
    return out->node ? SIM_OK
                     : scn_errors_add(reader->errors, SIM_ENOMEM, NULL, 0, 0,
                                      "out of memory while an input is set");
}
