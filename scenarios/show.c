/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * First the tree is made over (what stands in it), then it is written (how it looks).
 */
#include "scenarios/show.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/bind.h"

enum { LINE_WIDTH = 100 };

struct shower {
    FILE *file;
    struct scn_show_options options;
    struct scn_reader reader;
    struct scn_errors errors;
    const struct sim_input **input; /* [input_count] by path */
    size_t input_count;
    const char *label; /* file of what is added */
    bool no_memory;
    char path[SCN_PATH_BYTES];
};

/* ---- paths and inputs ---- */

static size_t push(struct shower *shower, const char *name)
{
    size_t mark = strlen(shower->path);

    snprintf(shower->path + mark, SCN_PATH_BYTES - mark, "%s%s", mark ? "." : "", name);
    return mark;
}

static int order_of_inputs(const void *a, const void *b)
{
    return strcmp((*(const struct sim_input *const *)a)->path,
                  (*(const struct sim_input *const *)b)->path);
}

static const struct sim_input *input_here(const struct shower *shower)
{
    struct sim_input key = {.path = shower->path};
    const struct sim_input *wanted = &key;
    const struct sim_input *const *found =
        shower->input_count ? bsearch(&wanted, shower->input, shower->input_count,
                                      sizeof(const struct sim_input *), order_of_inputs)
                            : NULL;

    return found ? *found : NULL;
}

static const struct sim_field *row_named(const struct sim_field *rows, const char *name)
{
    for (const struct sim_field *row = rows; row && row->name; row++)
        if (strcmp(row->name, name) == 0)
            return row;
    return NULL;
}

static bool has_entries(const struct sim_field *row)
{
    return row && (row->kind == SIM_FIELD_MAP || row->kind == SIM_FIELD_LIST);
}

/* ---- what stands in it ---- */

static struct scn_node *add(struct shower *shower, struct scn_node *map, const char *name,
                            enum scn_kind kind)
{
    struct scn_node **link = &map->first;
    const char *text = scn_reader_text(&shower->reader, name, strlen(name));
    struct scn_key *key = text ? scn_reader_key(&shower->reader, text, shower->label) : NULL;
    struct scn_node *child = key ? scn_reader_node(&shower->reader) : NULL;

    if (!child) {
        shower->no_memory = true;
        return NULL;
    }
    *child = (struct scn_node){.key = key, .kind = (uint8_t)kind};
    while (*link)
        link = &(*link)->next;
    *link = child;
    map->count++;
    return child;
}

static void add_scalar(struct shower *shower, struct scn_node *map, const char *name,
                       const char *text, bool is_quoted)
{
    struct scn_node *child = add(shower, map, name, SCN_SCALAR);

    if (!child)
        return;
    child->count = (uint32_t)strlen(text);
    child->text = scn_reader_text(&shower->reader, text, child->count);
    child->quoted = is_quoted;
    shower->no_memory = shower->no_memory || !child->text;
}

static const struct scn_node *first_scalar(const struct scn_node *node)
{
    const struct scn_node *found = node->kind == SCN_SCALAR ? node : NULL;

    for (const struct scn_node *child = found ? NULL : node->first; child && !found;
         child = child->next)
        if (!child->key->text || !scn_is_reserved(child->key->text))
            found = first_scalar(child);
    return found;
}

static bool is_all_of_file(const struct scn_node *node, const char *file)
{
    if (node->kind == SCN_SCALAR)
        return strcmp(scn_file_of(node), file) == 0;
    for (const struct scn_node *child = node->first; child; child = child->next)
        if (!(child->key->text && scn_is_reserved(child->key->text)) &&
            !is_all_of_file(child, file))
            return false;
    return true;
}

/* Would `said` speak for more than it did, if everything stood in one file? */
static bool says_too_much(const struct scn_node *said, const struct scn_node *map)
{
    const struct scn_node *one = said ? first_scalar(said) : NULL;

    return one &&
           !(is_all_of_file(map, scn_file_of(one)) && is_all_of_file(said, scn_file_of(one)));
}

/* A child that is a value to the reader of the file, be it written as a mapping. */
static bool is_value(const struct scn_node *child, const struct sim_field *row)
{
    return child->kind != SCN_MAP || (row->kind != SIM_FIELD_GROUP && !has_entries(row));
}

/* `source: {nodes: page, power: guess}`, of the values that anything is said of. */
static void add_said(struct shower *shower, const struct scn_frame *frame, struct scn_node *map,
                     const struct sim_field *rows, bool is_source)
{
    struct scn_node *said = NULL;

    for (const struct scn_node *child = frame->map->first; child; child = child->next) {
        const struct sim_field *row = child->key->text ? row_named(rows, child->key->text) : NULL;
        const struct scn_node *value = first_scalar(child), *text;

        if (!value || !row || !is_value(child, row))
            continue; /* a title or description needs no source */
        text = scn_said_of(frame, is_source, child->key->text, value);
        if (text && !said)
            said = add(shower, map, is_source ? "source" : "quality", SCN_MAP);
        if (text && said)
            add_scalar(shower, said, child->key->text, text->text, text->quoted);
    }
}

/* A default as it would be written; false: it cannot be (NaN, or nothing). */
static bool default_text(const struct sim_input *input, const struct sim_field *row,
                         char text[SCN_SHOWN_BYTES])
{
    enum sim_unit unit = row->kind == SIM_FIELD_DURATION ? SIM_UNIT_S : row->unit;
    double value, again;

    switch (row->kind) {
    case SIM_FIELD_BOOL:
    case SIM_FIELD_ENUM:
    case SIM_FIELD_DATE:
    case SIM_FIELD_PROFILE:
        snprintf(text, SCN_SHOWN_BYTES, "%s", input->value);
        return *text != '\0';
    case SIM_FIELD_REAL:
    case SIM_FIELD_INT:
    case SIM_FIELD_DURATION:
    case SIM_FIELD_DIST:
    case SIM_FIELD_HOURLY:
        value = strtod(input->value, NULL);
        scn_show_number(value, unit, text);
        if (isfinite(value) && sim_unit_parse(text, unit, &again, NULL) == SIM_OK && again == value)
            return true;
        snprintf(text, SCN_SHOWN_BYTES, "%s %s", input->value, input->unit);
        return isfinite(value) && sim_unit_parse(text, unit, &again, NULL) == SIM_OK &&
               again == value;
    default:
        return false;
    }
}

static void add_defaults(struct shower *shower, struct scn_node *map, const struct sim_field *rows)
{
    for (const struct sim_field *row = rows; row && row->name; row++) {
        size_t mark = push(shower, row->name);
        const struct sim_input *input = input_here(shower);
        char text[SCN_SHOWN_BYTES];

        if (!scn_child(map, row->name) && row->kind == SIM_FIELD_GROUP) {
            struct scn_node group = {.kind = SCN_MAP};

            add_defaults(shower, &group, row->rows);
            if (group.count) {
                struct scn_node *child = add(shower, map, row->name, SCN_MAP);

                if (child) {
                    child->first = group.first;
                    child->count = group.count;
                }
            }
        } else if (!scn_child(map, row->name) && input && default_text(input, row, text)) {
            add_scalar(shower, map, row->name, text, false);
        }
        shower->path[mark] = '\0';
    }
}

static struct scn_node *make_over(struct shower *shower, const struct scn_frame *frame,
                                  const struct sim_field *rows, bool entries, bool by_key);

static struct scn_node *make_child(struct shower *shower, const struct scn_frame *frame,
                                   const struct scn_node *child, const struct sim_field *row,
                                   bool is_entry, const struct sim_field *rows, size_t index,
                                   bool by_key)
{
    struct scn_node *copy = NULL;
    char name[24];
    struct scn_frame inner = {.above = frame, .name = child->key->text, .map = child};
    size_t mark;

    snprintf(name, sizeof name, "%zu", index);
    mark = push(shower, child->key->text ? child->key->text : name);
    if (!inner.name)
        inner.name = "";
    if (is_entry && child->kind == SCN_MAP)
        copy = make_over(shower, &inner, rows, false, by_key);
    else if (row && row->kind == SIM_FIELD_GROUP && child->kind == SCN_MAP)
        copy = make_over(shower, &inner, row->rows, false, by_key);
    else if (has_entries(row) && child->kind != SCN_SCALAR)
        copy = make_over(shower, &inner, row->rows, true, by_key);
    else if ((copy = scn_reader_node(&shower->reader)))
        *copy = *child;
    shower->path[mark] = '\0';
    return copy;
}

/* A copy of frame->map. by_key: sources around it are written out key by key. */
static struct scn_node *make_over(struct shower *shower, const struct scn_frame *frame,
                                  const struct sim_field *rows, bool entries, bool by_key)
{
    struct scn_frame here = *frame;
    const struct scn_node *map = frame->map;
    struct scn_node *copy = scn_reader_node(&shower->reader), **link;
    size_t index = 0;

    if (!copy) {
        shower->no_memory = true;
        return NULL;
    }
    *copy = *map;
    copy->count = 0;
    copy->first = NULL;
    link = &copy->first;
    if (map->kind == SCN_MAP) {
        here.source = scn_child(map, "source");
        here.quality = scn_child(map, "quality");
        by_key = by_key || shower->options.defaults || says_too_much(here.source, map) ||
                 says_too_much(here.quality, map);
    }
    for (const struct scn_node *child = map->first; child; child = child->next, index++) {
        const char *key = child->key->text;
        struct scn_node *made;

        if ((!frame->above && strcmp(key, "extends") == 0) ||
            (by_key && key && (strcmp(key, "source") == 0 || strcmp(key, "quality") == 0)))
            continue;
        made = make_child(shower, &here, child, entries || !key ? NULL : row_named(rows, key),
                          entries && !(key && scn_is_reserved(key)), rows, index, by_key);
        if (!made) {
            shower->no_memory = true;
            return copy;
        }
        made->next = NULL;
        *link = made;
        link = &made->next;
        copy->count++;
    }
    if (shower->options.defaults && !entries)
        add_defaults(shower, copy, rows);
    if (by_key && !entries) {
        add_said(shower, &here, copy, rows, true);
        add_said(shower, &here, copy, rows, false);
    }
    return copy;
}

/* ---- how it looks ---- */

/* May the text stand without quotes, also inside {} and []? Rather too strict. */
static bool is_plain(const char *text)
{
    static const char inside[] = " ._/+-=%*()@~<>'!|;&$^?";
    bool is_first = true;

    if (!*text || text[strlen(text) - 1] == ' ')
        return false;
    for (const char *at = text; *at; at++, is_first = false) {
        bool is_word = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
                       (*at >= '0' && *at <= '9') || *at == '_' || (unsigned char)*at >= 0x80;

        if (is_first && *at == '-' && at[1] >= '0' && at[1] <= '9')
            continue;
        if (!is_word && (is_first || !strchr(inside, *at)))
            return false;
    }
    return true;
}

static void put_scalar(FILE *file, const char *text, bool is_quoted)
{
    if (!is_quoted && is_plain(text)) {
        fputs(text, file);
        return;
    }
    fputc('"', file);
    for (; *text; text++)
        if (*text == '\n')
            fputs("\\n", file);
        else if (*text == '\t')
            fputs("\\t", file);
        else
            fprintf(file, *text == '"' || *text == '\\' ? "\\%c" : "%c", *text);
    fputc('"', file);
}

/* `{a: 1, b: [2, 3]}`; lists are broken where the line is full when column is not 0. */
static void put_flow(FILE *file, const struct scn_node *node, size_t column)
{
    size_t used = column;

    if (node->kind == SCN_SCALAR) {
        put_scalar(file, node->text, node->quoted);
        return;
    }
    fputc(node->kind == SCN_MAP ? '{' : '[', file);
    for (const struct scn_node *child = node->first; child; child = child->next) {
        if (child != node->first)
            fputs(", ", file);
        if (column && node->kind == SCN_LIST && child->kind == SCN_SCALAR) {
            if (used + child->count + 2 > LINE_WIDTH) {
                fprintf(file, "\n%*s", (int)column, "");
                used = column;
            }
            used += child->count + 2;
        }
        if (node->kind == SCN_MAP) {
            put_scalar(file, child->key->text, false);
            fputs(": ", file);
        }
        put_flow(file, child, 0);
    }
    fputc(node->kind == SCN_MAP ? '}' : ']', file);
}

/* Does `key: {...}` fit the line? */
static bool fits(struct shower *shower, const struct scn_node *node, size_t column)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *memory = open_memstream(&text, &bytes);

    if (!memory) {
        shower->no_memory = true;
        return true;
    }
    put_flow(memory, node, 0);
    if (fclose(memory) != 0)
        shower->no_memory = true;
    free(text);
    return column + bytes <= LINE_WIDTH;
}

/* `  # file:line:column · source · quality`, one line whatever a source contains. */
static void put_origin(struct shower *shower, const struct sim_input *input)
{
    const char *const parts[] = {input->origin, input->source, input->quality};

    if (strcmp(input->origin, "default") == 0) {
        fputs("  # default", shower->file);
        return;
    }
    for (size_t i = 0; i < 3; i++) {
        if (!*parts[i])
            continue;
        fputs(i ? " · " : "  # ", shower->file);
        for (const char *at = parts[i]; *at; at++)
            fputc(*at == '\n' || *at == '\t' ? ' ' : *at, shower->file);
    }
}

static void put_children(struct shower *shower, const struct scn_node *node,
                         const struct sim_field *rows, bool entries, size_t indent);

/* What stands behind `key:` or `-`, up to the end of its last line. */
static void put_value(struct shower *shower, const struct scn_node *node,
                      const struct sim_field *row, bool is_entry, const struct sim_field *rows,
                      size_t indent, size_t column)
{
    const struct sim_input *input = shower->options.origin ? input_here(shower) : NULL;
    bool is_section = has_entries(row);
    bool is_flow = node->kind == SCN_SCALAR || (node->count == 0) || input ||
                   (node->kind == SCN_LIST && !is_section && first_scalar(node) == node->first);

    if (!is_flow && !is_section && !(shower->options.origin && node->kind == SCN_MAP))
        is_flow = fits(shower, node, column);
    if (is_flow) {
        fputc(' ', shower->file);
        put_flow(shower->file, node, indent + 2);
        if (input)
            put_origin(shower, input);
        fputc('\n', shower->file);
        return;
    }
    fputc('\n', shower->file);
    put_children(shower, node, is_entry ? rows : row ? row->rows : NULL, is_section, indent + 2);
}

static void put_children(struct shower *shower, const struct scn_node *node,
                         const struct sim_field *rows, bool entries, size_t indent)
{
    size_t index = 0;

    for (const struct scn_node *child = node->first; child; child = child->next, index++) {
        const char *key = child->key->text;
        bool is_reserved = key && scn_is_reserved(key);
        char name[24];
        size_t mark;

        if (indent == 0 && child != node->first && child->kind != SCN_SCALAR)
            fputc('\n', shower->file);
        fprintf(shower->file, "%*s", (int)indent, "");
        if (key)
            put_scalar(shower->file, key, false);
        fputs(key ? ":" : "-", shower->file);
        snprintf(name, sizeof name, "%zu", index);
        mark = push(shower, key ? key : name);
        if (is_reserved) { /* says something of values, is none */
            fputc(' ', shower->file);
            put_flow(shower->file, child, 0);
            fputc('\n', shower->file);
        } else {
            put_value(shower, child, entries || !key ? NULL : row_named(rows, key), entries, rows,
                      indent, indent + strlen(key ? key : "") + 2);
        }
        shower->path[mark] = '\0';
    }
}

enum sim_status scn_show(FILE *file, const struct scn_scenario *scenario,
                         const struct sim_field *rows, struct scn_show_options options,
                         struct sim_arena *arena, struct sim_error *err)
{
    struct shower *shower = calloc(1, sizeof *shower);
    struct scn_frame frame = {.map = scenario->root};
    enum sim_status status = SIM_OK;
    struct scn_node *made = NULL;

    if (!shower)
        return sim_fail(err, SIM_ENOMEM, "no memory for showing a scenario");
    shower->file = file;
    shower->options = options;
    shower->label = "default";
    scn_reader_init(&shower->reader, arena, &shower->errors);
    shower->input = calloc(scenario->input_count + 1, sizeof(const struct sim_input *));
    shower->no_memory = !shower->input;
    for (size_t i = 0; shower->input && i < scenario->input_count; i++)
        shower->input[shower->input_count++] = &scenario->inputs[i];
    if (shower->input)
        qsort(shower->input, shower->input_count, sizeof(const struct sim_input *),
              order_of_inputs);
    if (!shower->no_memory)
        made = make_over(shower, &frame, rows, false, false);
    if (made && !shower->no_memory)
        put_children(shower, made, rows, false, 0);
    if (!made || shower->no_memory)
        status = sim_fail(err, SIM_ENOMEM, "no memory for showing a scenario");
    free(shower->input);
    free(shower);
    return status;
}
