/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The tree of a scenario along the field rows into structs, with the provenance of every value.
 * Names are looked up in sorted arrays: no hash whose collisions a stranger could choose.
 */
#include "scenarios/bind.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/calendar.h"
#include "sim/nearest.h"
#include "sim/random.h"

enum { KEY_BYTES_MAX = 64, LISTED_MAX = 12 };

/* ---- names ---- */

static bool is_key_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool scn_is_entity_key(const char *text)
{
    size_t bytes = 0;

    if (!is_key_start(text[0]))
        return false;
    for (; text[bytes]; bytes++)
        if (bytes == KEY_BYTES_MAX ||
            !(is_key_start(text[bytes]) || text[bytes] == '_' || text[bytes] == '-'))
            return false;
    return true;
}

bool scn_is_reserved(const char *key)
{
    return strcmp(key, "source") == 0 || strcmp(key, "quality") == 0 || strcmp(key, "note") == 0;
}

const char *scn_nearest(const char *text, const char *const *candidates, size_t count)
{
    return sim_nearest(text, candidates, count);
}

const char *scn_hint(const char *text, const char *const *candidates, size_t count, char *buffer,
                     size_t buffer_bytes)
{
    const char *nearest = scn_nearest(text, candidates, count);
    size_t used = 0;

    buffer[0] = '\0';
    if (nearest) {
        snprintf(buffer, buffer_bytes, "; did you mean '%s'?", nearest);
        return buffer;
    }
    for (size_t i = 0; i < count && used < buffer_bytes; i++) {
        if (i == LISTED_MAX || used + strlen(candidates[i]) + 24 > buffer_bytes) {
            snprintf(buffer + used, buffer_bytes - used, " ...");
            break;
        }
        used += (size_t)snprintf(buffer + used, buffer_bytes - used, "%s%s",
                                 i           ? ", "
                                 : count > 1 ? "; known are "
                                             : "; known is ",
                                 candidates[i]);
    }
    return buffer;
}

/* ---- the binder's tools ---- */

static void refuse(struct scn_binder *binder, const char *file, uint32_t line, uint32_t column,
                   const char *message)
{
    const char *path = binder->path;

    if (strlen(path) > 300) /* leave room for what is wrong */
        path += strlen(path) - 300;
    scn_errors_add(binder->errors, SIM_ESCHEMA, file, line, column, "%s%s%s", path,
                   *path ? ": " : "", message);
}

void scn_binder_refuse(struct scn_binder *binder, const struct scn_node *node, bool at_key,
                       const char *fmt, ...)
{
    bool has_key = at_key && node->key->text && node->key->line;
    char message[768];
    va_list args;

    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    refuse(binder, scn_file_of(node), has_key ? node->key->line : node->line,
           has_key ? node->key->column : node->column, message);
}

bool scn_binder_is_full(const struct scn_binder *binder)
{
    return binder->errors->more || binder->no_memory;
}

static size_t append(char *buffer, const char *separator, const char *name)
{
    size_t mark = strlen(buffer), bytes = strlen(name), gap = mark ? strlen(separator) : 0;

    if (mark + gap + bytes + 1 > SCN_PATH_BYTES)
        return mark;
    memcpy(buffer + mark, separator, gap);
    memcpy(buffer + mark + gap, name, bytes + 1);
    return mark;
}

size_t scn_binder_push(struct scn_binder *binder, const char *name)
{
    return append(binder->path, ".", name);
}

void scn_binder_pop(struct scn_binder *binder, size_t mark)
{
    binder->path[mark] = '\0';
}

void *scn_binder_alloc(struct scn_binder *binder, size_t count, size_t size)
{
    void *memory = sim_arena_alloc(binder->request->arena, count, size);

    if (!memory)
        binder->no_memory = true;
    return memory;
}

const char *scn_binder_text(struct scn_binder *binder, const char *text)
{
    char *copy = *text ? scn_reader_text(&binder->reader, text, strlen(text)) : NULL;

    if (*text && !copy)
        binder->no_memory = true;
    return copy ? copy : "";
}

/* Decimal digits before `end`; where they begin. */
static char *digits_before(char *end, uint64_t value)
{
    do
        *--end = (char)('0' + value % 10);
    while (value /= 10);
    return end;
}

static const char *text_of_number(struct scn_binder *binder, double value)
{
    char text[40], *at = text + sizeof text - 1;

    if (!(fabs(value) < 1e15) || value != floor(value) || (value == 0.0 && signbit(value))) {
        snprintf(text, sizeof text, "%.17g", value);
        return scn_binder_text(binder, text);
    }
    *at = '\0';
    at = digits_before(at, (uint64_t)fabs(value)); /* the same text as %.17g, at a tenth */
    if (value < 0.0)
        *--at = '-';
    return scn_binder_text(binder, at);
}

const char *scn_binder_number(struct scn_binder *binder, double value)
{
    struct scn_number *known;
    uint64_t bits;

    if (!binder->request->want_inputs)
        return "";
    memcpy(&bits, &value, sizeof bits);
    known = &binder->number[bits * 0x9e3779b97f4a7c15 >> 56];
    if (!known->text || memcmp(&known->value, &value, sizeof value) != 0)
        *known = (struct scn_number){value, text_of_number(binder, value)};
    return known->text;
}

/* Room for one more item of a heap array. */
static void *grow(struct scn_binder *binder, void *array, size_t count, size_t *room, size_t size)
{
    void *larger;

    if (count < *room)
        return array;
    larger = realloc(array, (*room ? 2 * *room : 256) * size);
    if (!larger) {
        binder->no_memory = true;
        return NULL;
    }
    *room = *room ? 2 * *room : 256;
    return larger;
}

/* ---- provenance ---- */

static const char *const qualities[] = {"high", "medium", "assumption"};
enum { QUALITIES = sizeof qualities / sizeof *qualities };

static int order_of_sources(const void *a, const void *b)
{
    const struct scn_source *x = a, *y = b;

    return strcmp(x->name, y->name);
}

/* "title, address, date" of one entry. */
static const char *source_text(struct scn_binder *binder, const struct scn_node *entry)
{
    static const char *const parts[] = {"title", "address", "date"};
    char text[3 * SCN_TEXT_BYTES_MAX + 8], hint[256], shown[SCN_PRINTABLE_BYTES];
    size_t used = 0;

    if (entry->kind == SCN_SCALAR)
        return scn_value_text(binder, entry, true) ? scn_binder_text(binder, entry->text) : "";
    if (entry->kind == SCN_LIST) {
        scn_binder_refuse(binder, entry, false,
                          "a source is text or {title: , address: , date: }, not a list");
        return "";
    }
    for (const struct scn_node *child = entry->first; child; child = child->next) {
        bool is_known = scn_is_reserved(child->key->text);

        for (size_t i = 0; i < 3; i++)
            is_known |= strcmp(child->key->text, parts[i]) == 0;
        if (!is_known)
            scn_binder_refuse(binder, child, true, "unknown key '%s'%s",
                              scn_printable(child->key->text, shown),
                              scn_hint(child->key->text, parts, 3, hint, sizeof hint));
    }
    text[0] = '\0';
    for (size_t i = 0; i < 3; i++) {
        const struct scn_node *part = scn_child(entry, parts[i]);

        if (part && scn_value_text(binder, part, true))
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used ? ", " : "",
                                     part->text);
    }
    return scn_binder_text(binder, text);
}

static void read_sources(struct scn_binder *binder, const struct scn_node *sources)
{
    size_t mark = scn_binder_push(binder, "sources");
    char shown[SCN_PRINTABLE_BYTES];

    if (sources->kind != SCN_MAP) {
        if (!sources->refused)
            scn_binder_refuse(binder, sources, false,
                              "a mapping belongs here; write for example {page: {title: , "
                              "address: , date: }}");
    } else {
        binder->source = scn_binder_alloc(binder, sources->count, sizeof *binder->source);
        for (const struct scn_node *entry = sources->first;
             binder->source && entry && !scn_binder_is_full(binder); entry = entry->next) {
            size_t inner;

            if (entry->refused)
                continue;
            if (!scn_is_entity_key(entry->key->text)) {
                scn_binder_refuse(binder, entry, true,
                                  "'%s' is not a name; use letters, digits, '-' and '_', 64 at "
                                  "most",
                                  scn_printable(entry->key->text, shown));
                continue;
            }
            inner = scn_binder_push(binder, entry->key->text);
            binder->source[binder->source_count++] =
                (struct scn_source){.name = scn_binder_text(binder, entry->key->text),
                                    .text = source_text(binder, entry)};
            scn_binder_pop(binder, inner);
        }
        if (binder->source)
            qsort(binder->source, binder->source_count, sizeof *binder->source, order_of_sources);
    }
    scn_binder_pop(binder, mark);
}

static const char *expand_source(struct scn_binder *binder, const char *text)
{
    struct scn_source key = {.name = text};
    const struct scn_source *found =
        binder->source_count
            ? bsearch(&key, binder->source, binder->source_count, sizeof key, order_of_sources)
            : NULL;

    return found ? found->text : scn_binder_text(binder, text);
}

/* `source` and `quality` are a scalar, or a map from key to scalar. */
static void check_provenance(struct scn_binder *binder, const struct scn_node *node, bool is_source)
{
    size_t mark = scn_binder_push(binder, node->key->text);
    const struct scn_node *one = node->kind == SCN_SCALAR ? node : node->first;
    char hint[256], shown[SCN_PRINTABLE_BYTES];

    if (node->kind == SCN_LIST && !node->refused) {
        scn_binder_refuse(binder, node, false, "text belongs here, or a mapping from key to text");
        one = NULL;
    }
    for (; one && !scn_binder_is_full(binder); one = node->kind == SCN_MAP ? one->next : NULL) {
        bool is_known = is_source;

        if (is_source ? !scn_value_text(binder, one, true)
                      : !scn_value_scalar(binder, one, "quality", "'medium'"))
            continue;
        for (size_t i = 0; i < QUALITIES; i++)
            is_known |= strcmp(one->text, qualities[i]) == 0;
        if (!is_known)
            scn_binder_refuse(binder, one, false, "'%s' is not a quality%s",
                              scn_printable(one->text, shown),
                              scn_hint(one->text, qualities, QUALITIES, hint, sizeof hint));
    }
    scn_binder_pop(binder, mark);
}

void scn_frame_open(struct scn_binder *binder, struct scn_frame *frame,
                    const struct scn_frame *above, const char *name, const struct scn_node *map)
{
    *frame = (struct scn_frame){.above = above, .name = name, .map = map};
    if (!map || map->kind != SCN_MAP)
        return;
    for (const struct scn_node *child = map->first; child; child = child->next) {
        const char *key = child->key->text;

        if (child->refused || !scn_is_reserved(key))
            continue;
        if (strcmp(key, "note") == 0) {
            size_t mark = scn_binder_push(binder, key);

            scn_value_text(binder, child, true);
            scn_binder_pop(binder, mark);
            continue;
        }
        check_provenance(binder, child, strcmp(key, "source") == 0);
        if (strcmp(key, "source") == 0)
            frame->source = child;
        else
            frame->quality = child;
    }
    if (frame->source && frame->source->kind == SCN_SCALAR && binder->request->want_inputs)
        frame->source_text = expand_source(binder, frame->source->text);
}

static bool is_same_file(const struct scn_node *a, const struct scn_node *b)
{
    return scn_file_of(a) == scn_file_of(b) || strcmp(scn_file_of(a), scn_file_of(b)) == 0;
}

/* What `said` says of key: its entry in a map, or its scalar. A file speaks for its own values
 * only: a number that an option changes does not keep the source of the number before. */
static const struct scn_node *statement(const struct scn_node *said, const char *key,
                                        const struct scn_node *value)
{
    const struct scn_node *one = said;

    if (said && said->kind == SCN_MAP)
        one = scn_child(said, key);
    return one && one->kind == SCN_SCALAR && is_same_file(one, value) ? one : NULL;
}

const struct scn_node *scn_said_of(const struct scn_frame *frame, bool is_source, const char *key,
                                   const struct scn_node *value)
{
    const struct scn_node *found = NULL;

    for (; frame && !found; key = frame->name ? frame->name : "", frame = frame->above)
        found = statement(is_source ? frame->source : frame->quality, key, value);
    return found;
}

static const char *source_of(struct scn_binder *binder, const struct scn_frame *frame,
                             const char *key, const struct scn_node *value)
{
    for (; frame; key = frame->name ? frame->name : "", frame = frame->above) {
        const struct scn_node *found = statement(frame->source, key, value);

        if (found)
            return found == frame->source && frame->source_text
                       ? frame->source_text
                       : expand_source(binder, found->text);
    }
    return "";
}

static const char *quality_of(struct scn_binder *binder, const struct scn_frame *frame,
                              const char *key, const struct scn_node *value)
{
    for (; frame; key = frame->name ? frame->name : "", frame = frame->above) {
        const struct scn_node *found = statement(frame->quality, key, value);

        for (size_t i = 0; found && i < QUALITIES; i++)
            if (strcmp(found->text, qualities[i]) == 0)
                return qualities[i];
    }
    (void)binder;
    return "";
}

/* "file:line:column" */
static const char *place_text(struct scn_binder *binder, const struct scn_node *node)
{
    char text[SCN_PATH_BYTES], *end = text + sizeof text - 1, *at = end;
    const char *file = scn_file_of(node);
    size_t bytes = strlen(file);

    *at = '\0';
    at = digits_before(at, node->column);
    *--at = ':';
    at = digits_before(at, node->line);
    *--at = ':';
    if (bytes > (size_t)(at - text))
        bytes = (size_t)(at - text);
    memcpy(at - bytes, file, bytes);
    return scn_binder_text(binder, at - bytes);
}

void scn_binder_leaf(struct scn_binder *binder, const struct scn_frame *frame, const char *key,
                     const struct scn_node *node, const char *value, const char *unit)
{
    struct sim_input *grown;

    if (!binder->request->want_inputs)
        return;
    grown = grow(binder, binder->input, binder->input_count, &binder->input_room, sizeof *grown);
    if (!grown)
        return;
    binder->input = grown;
    grown += binder->input_count++;
    *grown = (struct sim_input){.path = scn_binder_text(binder, binder->path),
                                .value = value,
                                .unit = unit,
                                .source = "",
                                .quality = "default",
                                .origin = "default"};
    if (!node)
        return;
    grown->source = source_of(binder, frame, key, node);
    grown->quality = quality_of(binder, frame, key, node);
    grown->origin = scn_file_of(node);
    if (node->line > 0)
        grown->origin = place_text(binder, node);
}

/* The order of a mapping's names, unless it is the sorted one. */
static void note_order(struct scn_binder *binder, const struct scn_node *map)
{
    const char *last = "";
    bool is_sorted = true;
    size_t bytes = 1;
    struct sim_input *grown;
    char *text, *at;

    for (const struct scn_node *child = map->first; child; child = child->next) {
        if (scn_is_reserved(child->key->text))
            continue;
        is_sorted = is_sorted && strcmp(last, child->key->text) <= 0;
        last = child->key->text;
        bytes += strlen(last) + 2;
    }
    if (is_sorted || !binder->request->want_inputs)
        return;
    grown = grow(binder, binder->order, binder->order_count, &binder->order_room, sizeof *grown);
    text = at = grown ? scn_binder_alloc(binder, bytes, 1) : NULL;
    if (grown)
        binder->order = grown;
    if (!text)
        return;
    for (const struct scn_node *child = map->first; child; child = child->next)
        if (!scn_is_reserved(child->key->text))
            at += sprintf(at, "%s%s", at > text ? ", " : "", child->key->text);
    grown[binder->order_count++] = (struct sim_input){
        .path = scn_binder_text(binder, binder->path), .value = text, .unit = "1"};
}

/* ---- references ---- */

static void know_entity(struct scn_binder *binder, const char *pattern, const char *name,
                        void *item)
{
    struct scn_entity *grown =
        grow(binder, binder->entity, binder->entity_count, &binder->entity_room, sizeof *grown);

    if (!grown)
        return;
    binder->entity = grown;
    grown[binder->entity_count++] =
        (struct scn_entity){.pattern = pattern, .name = name, .item = item};
}

/* For target "sites.*.partitions" below sites.it4lia: "it4lia.NAME"; else NULL. */
static const char *local_name(struct scn_binder *binder, const char *target, const char *name)
{
    const char *star = strstr(target, ".*");
    size_t prefix = star ? (size_t)(star - target) + 1 : 0, bytes;
    char local[SCN_PATH_BYTES];

    if (!star || strchr(name, '.') || strchr(star + 2, '*') ||
        strncmp(binder->path, target, prefix) != 0)
        return NULL;
    bytes = strcspn(binder->path + prefix, ".");
    snprintf(local, sizeof local, "%.*s.%s", (int)bytes, binder->path + prefix, name);
    return scn_binder_text(binder, local);
}

static bool is_reference(const char *text)
{
    size_t bytes = 0;

    for (; text[bytes]; bytes++)
        if (!(is_key_start(text[bytes]) || strchr("_-.", text[bytes])) || bytes > 4 * KEY_BYTES_MAX)
            return false;
    return bytes > 0;
}

/* Remembers that *item is to become what `name` names. */
static void await(struct scn_binder *binder, const struct scn_node *node, const char *name,
                  const struct sim_field *row, void **item)
{
    struct scn_pending *grown =
        grow(binder, binder->pending, binder->pending_count, &binder->pending_room, sizeof *grown);

    if (!grown)
        return;
    binder->pending = grown;
    grown[binder->pending_count++] =
        (struct scn_pending){.item = item,
                             .name = name,
                             .local = local_name(binder, row->target, name),
                             .path = scn_binder_text(binder, binder->path),
                             .target = row->target,
                             .other_target = row->other_target,
                             .node = node};
}

static int order_of_entities(const void *a, const void *b)
{
    const struct scn_entity *x = a, *y = b;
    int order = strcmp(x->pattern, y->pattern);

    return order ? order : strcmp(x->name, y->name);
}

static const struct scn_entity *find_entity(const struct scn_binder *binder, const char *pattern,
                                            const char *name)
{
    struct scn_entity key = {.pattern = pattern, .name = name};

    if (!name || !binder->entity_count)
        return NULL;
    return bsearch(&key, binder->entity, binder->entity_count, sizeof key, order_of_entities);
}

static bool is_named(const struct scn_pending *pending, const struct scn_entity *entity)
{
    return strcmp(entity->pattern, pending->target) == 0 ||
           (pending->other_target && strcmp(entity->pattern, pending->other_target) == 0);
}

static void refuse_reference(struct scn_binder *binder, const struct scn_pending *pending)
{
    char shown[SCN_PRINTABLE_BYTES], hint[256], targets[128];
    const char **names = calloc(binder->entity_count + 1, sizeof *names);
    size_t count = 0;

    if (!names) {
        binder->no_memory = true;
        return;
    }
    for (size_t i = 0; i < binder->entity_count; i++)
        if (is_named(pending, &binder->entity[i]))
            names[count++] = binder->entity[i].name;
    if (pending->other_target)
        snprintf(targets, sizeof targets, "%.60s or %.60s", pending->target, pending->other_target);
    else
        snprintf(targets, sizeof targets, "%.120s", pending->target);
    scn_binder_pop(binder, 0);
    scn_binder_push(binder, pending->path);
    scn_printable(pending->name, shown);
    if (count == 0)
        scn_binder_refuse(binder, pending->node, false,
                          "'%s' names one of %s, but the scenario has none", shown, targets);
    else
        scn_binder_refuse(binder, pending->node, false, "'%s' is not one of %s%s", shown, targets,
                          scn_hint(pending->name, names, count, hint, sizeof hint));
    scn_binder_pop(binder, 0);
    free(names);
}

static void resolve(struct scn_binder *binder)
{
    if (binder->entity_count)
        qsort(binder->entity, binder->entity_count, sizeof *binder->entity, order_of_entities);
    for (size_t i = 0; i < binder->pending_count && !scn_binder_is_full(binder); i++) {
        const struct scn_pending *pending = &binder->pending[i];
        const struct scn_entity *found = find_entity(binder, pending->target, pending->name);

        if (!found)
            found = find_entity(binder, pending->target, pending->local);
        if (!found && pending->other_target)
            found = find_entity(binder, pending->other_target, pending->name);
        if (found)
            *pending->item = found->item;
        else
            refuse_reference(binder, pending);
    }
}

/* ---- one field ---- */

static void bind_rows(struct scn_binder *binder, struct scn_frame *frame,
                      const struct sim_field *rows, void *config, bool is_item);

static size_t choice_count(const struct sim_field *row)
{
    size_t count = 0;

    while (row->choices[count])
        count++;
    return count;
}

static void bind_enum(struct scn_binder *binder, const struct scn_frame *frame,
                      const struct sim_field *row, const struct scn_node *node, int *out)
{
    size_t count = choice_count(row);
    char shown[SCN_PRINTABLE_BYTES], list[300], example[96], hint[160] = "";
    const char *nearest;
    size_t used = 0;

    snprintf(example, sizeof example, "'%s'", row->choices[0] ? row->choices[0] : "");
    if (!scn_value_scalar(binder, node, "name", example))
        return;
    for (size_t i = 0; i < count; i++)
        if (strcmp(row->choices[i], node->text) == 0) {
            *out = (int)i;
            scn_binder_leaf(binder, frame, row->name, node, row->choices[i], "1");
            return;
        }
    for (size_t i = 0; i < count && used < sizeof list; i++)
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s",
                                 i == 0          ? ""
                                 : i + 1 < count ? ", "
                                                 : " or ",
                                 row->choices[i]);
    nearest = scn_nearest(node->text, row->choices, count);
    if (nearest)
        snprintf(hint, sizeof hint, "; did you mean '%s'?", nearest);
    scn_binder_refuse(binder, node, false, "'%s' is not one of %s%s",
                      scn_printable(node->text, shown), list, hint);
}

static void bind_bool(struct scn_binder *binder, const struct scn_frame *frame,
                      const struct sim_field *row, const struct scn_node *node, bool *out)
{
    char shown[SCN_PRINTABLE_BYTES];
    bool is_true;

    if (!scn_value_scalar(binder, node, "truth value", "'true' or 'false'"))
        return;
    is_true = strcmp(node->text, "true") == 0;
    if (!is_true && strcmp(node->text, "false") != 0) {
        bool means_true = strcmp(node->text, "yes") == 0 || strcmp(node->text, "on") == 0 ||
                          strcmp(node->text, "True") == 0 || strcmp(node->text, "1") == 0;
        bool means_false = strcmp(node->text, "no") == 0 || strcmp(node->text, "off") == 0 ||
                           strcmp(node->text, "False") == 0 || strcmp(node->text, "0") == 0;

        scn_binder_refuse(binder, node, false, "'%s' is neither true nor false; write %s",
                          scn_printable(node->text, shown),
                          means_true    ? "'true'"
                          : means_false ? "'false'"
                                        : "'true' or 'false'");
        return;
    }
    *out = is_true;
    scn_binder_leaf(binder, frame, row->name, node, is_true ? "true" : "false", "1");
}

/* Digits are read as they are, since a double knows no odd number above 2^53. */
static bool whole_of(const char *text, double value, int64_t *out)
{
    char *end;

    if (text[strspn(text, "-0123456789")] == '\0') {
        errno = 0;
        *out = strtoll(text, &end, 10);
        return errno == 0 && *end == '\0';
    }
    if (value != floor(value) || fabs(value) > 0x1p53)
        return false;
    *out = (int64_t)value;
    return true;
}

static void bind_int(struct scn_binder *binder, const struct scn_frame *frame,
                     const struct sim_field *row, const struct scn_node *node, int64_t *out)
{
    char shown[SCN_PRINTABLE_BYTES], digits[24];
    double value;

    if (!scn_value_number(binder, node, row, row->unit, true, &value))
        return;
    if (!whole_of(node->text, value, out)) {
        scn_binder_refuse(binder, node, false, "'%s' is not a whole number%s",
                          scn_printable(node->text, shown),
                          fabs(value) >= 0x1p63  ? " up to 9223372036854775807"
                          : fabs(value) > 0x1p53 ? " that is exact; write out its digits"
                                                 : "");
        return;
    }
    snprintf(digits, sizeof digits, "%" PRId64, *out);
    scn_binder_leaf(binder, frame, row->name, node, scn_binder_text(binder, digits),
                    sim_unit_symbol(row->unit));
}

static void bind_date(struct scn_binder *binder, const struct scn_frame *frame,
                      const struct sim_field *row, const struct scn_node *node, int64_t *out)
{
    char shown[SCN_PRINTABLE_BYTES], date[16];
    struct sim_error err;

    if (!scn_value_scalar(binder, node, "date", "'2026-12-15'"))
        return;
    if (!scn_is_printable(node->text) || node->count > 40)
        scn_binder_refuse(binder, node, false,
                          "'%s' is not a date; write for example '2026-12-15' or '2026-12'",
                          scn_printable(node->text, shown));
    else if (sim_date_parse(node->text, out, &err) != SIM_OK)
        scn_binder_refuse(binder, node, false, "%s", err.message);
    else {
        sim_date_format(*out, date); /* 2026-12 and 2026-12-01 are one value */
        scn_binder_leaf(binder, frame, row->name, node, scn_binder_text(binder, date), "1");
    }
}

bool scn_is_free_text(const struct sim_field *row)
{
    static const char *const free_text[] = {"name", "title",  "description",
                                            "note", "source", "question"};
    bool is_free = false;

    for (size_t i = 0; i < sizeof free_text / sizeof *free_text; i++)
        is_free |= strcmp(row->name, free_text[i]) == 0;
    return is_free;
}

/* The items of a list as one text, "a, b". NULL: an error was added. */
static const char *join_list(struct scn_binder *binder, const struct scn_node *list)
{
    size_t bytes = 1;
    char *text, *at;

    for (const struct scn_node *item = list->first; item; item = item->next) {
        if (!scn_value_text(binder, item, false))
            return NULL;
        bytes += item->count + 2;
    }
    text = at = scn_binder_alloc(binder, bytes, 1);
    for (const struct scn_node *item = list->first; item && text; item = item->next)
        at += sprintf(at, "%s%s", item == list->first ? "" : ", ", item->text);
    return text;
}

static void bind_text(struct scn_binder *binder, const struct scn_frame *frame,
                      const struct sim_field *row, const struct scn_node *node, const char **out)
{
    if (row->is_list && node->kind == SCN_LIST) {
        const char *joined = join_list(binder, node);

        if (!joined)
            return;
        *out = joined;
    } else if (scn_value_text(binder, node, scn_is_free_text(row))) {
        *out = scn_binder_text(binder, node->text);
    } else {
        return;
    }
    scn_binder_leaf(binder, frame, row->name, node, *out, "1");
}

static void bind_ref(struct scn_binder *binder, const struct scn_frame *frame,
                     const struct sim_field *row, const struct scn_node *node, struct sim_ref *out)
{
    char shown[SCN_PRINTABLE_BYTES];

    *out = (struct sim_ref){0};
    if (!scn_value_scalar(binder, node, "name", row->example ? row->example : "'NAME'"))
        return;
    if (!is_reference(node->text)) {
        scn_binder_refuse(binder, node, false, "'%s' is not a name%s%s",
                          scn_printable(node->text, shown), row->target ? " of one of " : "",
                          row->target ? row->target : "");
        return;
    }
    out->name = scn_binder_text(binder, node->text);
    if (row->target)
        await(binder, node, out->name, row, &out->item);
    scn_binder_leaf(binder, frame, row->name, node, out->name, "1");
}

static void bind_share(struct scn_binder *binder, const struct scn_frame *frame,
                       const struct sim_field *row, const struct scn_node *node, const char *name,
                       struct sim_share *share)
{
    enum sim_unit unit = row->unit == SIM_UNIT_1 ? SIM_UNIT_FRAC : row->unit;
    struct sim_field bounded = *row;
    char shown[SCN_PRINTABLE_BYTES];

    bounded.unit = unit;
    if (row->min == 0.0 && row->max == 0.0)
        bounded.max = 1e300;
    share->part = 1.0;
    if (!is_reference(name) || (!row->target && !scn_is_entity_key(name))) {
        scn_binder_refuse(binder, node, true,
                          "'%s' is not a name; use letters, digits, '-' and "
                          "'_'",
                          scn_printable(name, shown));
        return;
    }
    if (node->key->text && name == node->key->text &&
        !scn_value_number(binder, node, &bounded, unit, true, &share->part))
        return;
    share->name = scn_binder_text(binder, name);
    if (row->target)
        await(binder, node, share->name, row, &share->item);
    scn_binder_leaf(binder, frame, name, node, scn_binder_number(binder, share->part),
                    sim_unit_symbol(unit));
}

/* {a: 70 %, b: 30 %}, or `a` for {a: 100 %}. */
static void bind_shares(struct scn_binder *binder, const struct scn_frame *above,
                        const struct sim_field *row, const struct scn_node *node,
                        struct sim_shares *out)
{
    struct scn_frame frame;
    size_t errors_before = binder->errors->count;
    double sum = 0.0;

    *out = (struct sim_shares){0};
    if (node->kind == SCN_LIST) {
        scn_binder_refuse(binder, node, false,
                          "a list stands where shares belong; write for example {a: 70 %%, b: "
                          "30 %%}");
        return;
    }
    out->share =
        scn_binder_alloc(binder, node->kind == SCN_MAP ? node->count : 1, sizeof *out->share);
    if (!out->share)
        return;
    if (node->kind == SCN_SCALAR) {
        size_t mark;

        if (!scn_value_scalar(binder, node, "name", "{a: 70 %, b: 30 %}"))
            return;
        mark =
            is_reference(node->text) ? scn_binder_push(binder, node->text) : strlen(binder->path);
        bind_share(binder, above, row, node, node->text, &out->share[out->count++]);
        scn_binder_pop(binder, mark);
        return;
    }
    note_order(binder, node);
    scn_frame_open(binder, &frame, above, row->name, node);
    for (const struct scn_node *child = node->first; child && !scn_binder_is_full(binder);
         child = child->next) {
        size_t mark;

        if (scn_is_reserved(child->key->text) || child->refused)
            continue;
        mark = is_reference(child->key->text) ? scn_binder_push(binder, child->key->text)
                                              : strlen(binder->path);
        bind_share(binder, &frame, row, child, child->key->text, &out->share[out->count]);
        sum += out->share[out->count++].part;
        scn_binder_pop(binder, mark);
    }
    if (row->sums_to_one && binder->errors->count == errors_before && fabs(sum - 1.0) > 1e-6)
        scn_binder_refuse(binder, node, true, "the shares sum to %.6g %%, not to 100 %%",
                          sum * 100.0);
}

/* ---- groups, maps, lists ---- */

static void refuse_kind(struct scn_binder *binder, const struct scn_node *node, bool wants_map)
{
    char shown[SCN_PRINTABLE_BYTES];

    if (node->kind == SCN_SCALAR)
        scn_binder_refuse(binder, node, false, "'%s' stands where %s belongs",
                          scn_printable(node->text, shown),
                          wants_map ? "a mapping of keys" : "a list");
    else
        scn_binder_refuse(binder, node, false, "%s stands where %s belongs",
                          node->kind == SCN_LIST ? "a list" : "a mapping",
                          wants_map ? "a mapping of keys" : "a list");
}

static void bind_title(struct scn_binder *binder, const struct scn_frame *frame,
                       const struct scn_node *map, struct sim_item *item)
{
    const struct scn_node *title = scn_child(map, "title");
    size_t mark;

    item->title = item->key;
    if (!title || title->refused)
        return;
    mark = scn_binder_push(binder, "title");
    if (scn_value_text(binder, title, true)) {
        item->title = scn_binder_text(binder, title->text);
        scn_binder_leaf(binder, frame, "title", title, item->title, "1");
    }
    scn_binder_pop(binder, mark);
}

/* `2026-03-01` as {date: 2026-03-01}. */
static const struct scn_node *in_map(struct scn_binder *binder, const struct scn_node *scalar,
                                     const char *name)
{
    struct scn_node *map = scn_reader_node(&binder->reader);
    struct scn_node *child = scn_reader_node(&binder->reader);
    struct scn_key *key = scn_reader_key(&binder->reader, name, scn_file_of(scalar));

    if (!map || !child || !key) {
        binder->no_memory = true;
        return NULL;
    }
    *map = *child = *scalar;
    child->key = key;
    child->next = NULL;
    map->kind = SCN_MAP;
    map->first = child;
    map->count = 1;
    return map;
}

/* The binder stands at the item's path. */
static void bind_item(struct scn_binder *binder, const struct scn_frame *above,
                      const struct sim_field *row, const struct scn_node *node, const char *key,
                      size_t index, void *config)
{
    struct sim_item *item = config;
    struct scn_frame frame;

    *item = (struct sim_item){.key = key,
                              .path = scn_binder_text(binder, binder->path),
                              .title = key,
                              .entity = sim_hash_text(binder->path),
                              .index = index};
    if (node->kind == SCN_SCALAR && row->kind == SIM_FIELD_LIST && !scn_is_empty(node))
        node = in_map(binder, node, row->rows[0].name);
    if (!node)
        return;
    if (scn_is_empty(node)) {
        scn_binder_refuse(binder, node, true,
                          "the section is present but empty; fill it, or delete its key");
        return;
    }
    if (node->kind != SCN_MAP) {
        refuse_kind(binder, node, true);
        return;
    }
    scn_frame_open(binder, &frame, above, key, node);
    bind_title(binder, &frame, node, item);
    bind_rows(binder, &frame, row->rows, config, true);
}

/* Room for the items; false: the scenario is too large. */
static bool allot(struct scn_binder *binder, const struct sim_field *row,
                  const struct scn_node *node, size_t count, struct sim_map *map)
{
    *map = (struct sim_map){.item_bytes = row->item_bytes};
    if (count > binder->entities_left) {
        scn_binder_refuse(binder, node, true, "the scenario has more than %d entities",
                          SCN_ENTITIES_MAX);
        return false;
    }
    binder->entities_left -= count;
    map->items = scn_binder_alloc(binder, count, row->item_bytes);
    return map->items != NULL;
}

static void bind_map(struct scn_binder *binder, const struct scn_frame *above,
                     const struct sim_field *row, const struct scn_node *node, struct sim_map *map)
{
    const char *pattern = scn_binder_text(binder, binder->pattern);
    char shown[SCN_PRINTABLE_BYTES];
    struct scn_frame frame;
    size_t mark_pattern;

    if (node->kind != SCN_MAP) {
        refuse_kind(binder, node, true);
        return;
    }
    if (!allot(binder, row, node, node->count, map))
        return;
    note_order(binder, node);
    scn_frame_open(binder, &frame, above, row->name, node);
    mark_pattern = append(binder->pattern, ".", "*");
    for (const struct scn_node *child = node->first; child && !scn_binder_is_full(binder);
         child = child->next) {
        const char *key = child->key->text;
        size_t mark, mark_scope;
        void *item;

        if (scn_is_reserved(key) || child->refused)
            continue;
        if (!scn_is_entity_key(key)) {
            scn_binder_refuse(binder, child, true,
                              "'%s' is not a name; use letters, digits, '-' and '_', 64 at most, "
                              "and put text for people in 'title'",
                              scn_printable(key, shown));
            continue;
        }
        item = sim_map_at(map, map->count);
        mark = scn_binder_push(binder, key);
        mark_scope = append(binder->scope, ".", key);
        key = scn_binder_text(binder, key);
        know_entity(binder, pattern, mark_scope ? scn_binder_text(binder, binder->scope) : key,
                    item);
        bind_item(binder, &frame, row, child, key, map->count++, item);
        binder->scope[mark_scope] = '\0';
        scn_binder_pop(binder, mark);
    }
    binder->pattern[mark_pattern] = '\0';
}

static void bind_list(struct scn_binder *binder, const struct scn_frame *above,
                      const struct sim_field *row, const struct scn_node *node,
                      struct sim_map *list)
{
    struct scn_frame frame = {.above = above, .name = row->name, .map = node};
    size_t mark_pattern;

    if (node->kind != SCN_LIST) {
        refuse_kind(binder, node, false);
        return;
    }
    if (!allot(binder, row, node, node->count, list))
        return;
    mark_pattern = append(binder->pattern, ".", "*");
    for (const struct scn_node *child = node->first; child && !scn_binder_is_full(binder);
         child = child->next) {
        char number[24];
        size_t mark, mark_scope;

        snprintf(number, sizeof number, "%zu", list->count);
        mark = scn_binder_push(binder, number);
        mark_scope = append(binder->scope, ".", number);
        if (!child->refused)
            bind_item(binder, &frame, row, child, scn_binder_text(binder, number), list->count,
                      sim_map_at(list, list->count));
        list->count++;
        binder->scope[mark_scope] = '\0';
        scn_binder_pop(binder, mark);
    }
    binder->pattern[mark_pattern] = '\0';
}

/* Must a name be given that has no default? Where such a group is absent the model has no such
 * part, and the defaults in it are no inputs. */
static bool needs_a_name(const struct sim_field *rows)
{
    while (rows->name &&
           !(rows->required && (rows->kind == SIM_FIELD_TEXT || rows->kind == SIM_FIELD_REF)))
        rows++;
    return rows->name != NULL;
}

static void bind_group(struct scn_binder *binder, const struct scn_frame *above,
                       const struct sim_field *row, const struct scn_node *node, void *config)
{
    struct scn_frame frame;
    size_t inputs;

    if (node && node->kind != SCN_MAP) {
        refuse_kind(binder, node, true);
        return;
    }
    scn_frame_open(binder, &frame, above, row->name, node);
    inputs = binder->input_count;
    bind_rows(binder, &frame, row->rows, config, false);
    if (!node && needs_a_name(row->rows))
        binder->input_count = inputs;
}

/* ---- defaults ---- */

/* What the row's table says for the text of `lookup_key` in the nearest mapping around. */
static bool look_up(struct scn_binder *binder, const struct scn_frame *frame,
                    const struct sim_field *row, double *out)
{
    const struct scn_node *key = NULL;
    struct sim_found found;

    for (; frame && row->lookup && !key; frame = frame->above)
        key = frame->map && frame->map->kind == SCN_MAP ? scn_child(frame->map, row->lookup_key)
                                                        : NULL;
    if (!key || key->kind != SCN_SCALAR || key->refused || !row->lookup(key->text, &found))
        return false;
    *out = found.value;
    scn_binder_leaf(binder, NULL, row->name, NULL, scn_binder_number(binder, found.value),
                    sim_unit_symbol(row->unit));
    if (binder->request->want_inputs && !binder->no_memory) {
        struct sim_input *input = &binder->input[binder->input_count - 1];

        input->source = found.source;
        input->quality = found.quality;
        input->origin = found.origin;
    }
    return true;
}

static void bind_default(struct scn_binder *binder, const struct scn_frame *frame,
                         const struct sim_field *row, void *out)
{
    const char *unit = sim_unit_symbol(row->unit), *value = NULL;
    char date[16];

    switch (row->kind) {
    case SIM_FIELD_REAL:
        if (look_up(binder, frame, row, out))
            break;
        *(double *)out = row->fallback;
        value = scn_binder_number(binder, row->fallback);
        break;
    case SIM_FIELD_INT:
        *(int64_t *)out = (int64_t)row->fallback;
        value = scn_binder_number(binder, floor(row->fallback));
        break;
    case SIM_FIELD_BOOL:
        *(bool *)out = row->fallback != 0.0;
        value = row->fallback != 0.0 ? "true" : "false";
        unit = "1";
        break;
    case SIM_FIELD_ENUM:
        *(int *)out = (int)row->fallback;
        value = row->fallback >= 0.0 && row->fallback < (double)choice_count(row)
                    ? row->choices[(size_t)row->fallback]
                    : "";
        unit = "1";
        break;
    case SIM_FIELD_DATE:
        *(int64_t *)out = (int64_t)row->fallback;
        if (row->fallback >= 1.0 && row->fallback < 84000.0) { /* to 2199 */
            sim_date_format((int64_t)row->fallback, date);
            value = scn_binder_text(binder, date);
        }
        unit = "1";
        break;
    case SIM_FIELD_DURATION:
        *(int64_t *)out = sim_ns_from_s(row->fallback);
        value = scn_binder_number(binder, row->fallback);
        unit = "s";
        break;
    case SIM_FIELD_DIST:
        *(struct sim_dist *)out =
            (struct sim_dist){.a = row->fallback, .min = -INFINITY, .max = INFINITY};
        if (sim_dist_prepare(out, NULL) != SIM_OK)
            assert(!"the default of a distribution is a finite number");
        value = scn_binder_number(binder, row->fallback);
        break;
    case SIM_FIELD_TEXT:
        *(const char **)out = "";
        break;
    case SIM_FIELD_PROFILE:
        *(struct sim_profile *)out = (struct sim_profile){0};
        value = "flat";
        unit = "1";
        break;
    case SIM_FIELD_HOURLY:
        *(struct sim_hourly *)out = (struct sim_hourly){.mean = row->fallback};
        if (!look_up(binder, frame, row, &((struct sim_hourly *)out)->mean))
            value = scn_binder_number(binder, row->fallback);
        break;
    case SIM_FIELD_REF:
        *(struct sim_ref *)out = (struct sim_ref){0};
        break;
    case SIM_FIELD_SHARES:
        *(struct sim_shares *)out = (struct sim_shares){0};
        break;
    case SIM_FIELD_MAP:
    case SIM_FIELD_LIST:
        *(struct sim_map *)out = (struct sim_map){.item_bytes = row->item_bytes};
        break;
    case SIM_FIELD_GROUP:
        bind_group(binder, frame, row, NULL, out);
        break;
    case SIM_FIELD_END:
        break;
    }
    if (value)
        scn_binder_leaf(binder, frame, row->name, NULL, value, unit);
}

/* ---- rows ---- */

static void bind_value(struct scn_binder *binder, const struct scn_frame *frame,
                       const struct sim_field *row, const struct scn_node *node, void *out)
{
    double value;

    switch (row->kind) {
    case SIM_FIELD_REAL:
        if (scn_value_number(binder, node, row, row->unit, true, out))
            scn_binder_leaf(binder, frame, row->name, node,
                            scn_binder_number(binder, *(double *)out), sim_unit_symbol(row->unit));
        break;
    case SIM_FIELD_INT:
        bind_int(binder, frame, row, node, out);
        break;
    case SIM_FIELD_BOOL:
        bind_bool(binder, frame, row, node, out);
        break;
    case SIM_FIELD_TEXT:
        bind_text(binder, frame, row, node, out);
        break;
    case SIM_FIELD_ENUM:
        bind_enum(binder, frame, row, node, out);
        break;
    case SIM_FIELD_DATE:
        bind_date(binder, frame, row, node, out);
        break;
    case SIM_FIELD_DURATION:
        if (!scn_value_number(binder, node, row, SIM_UNIT_S, true, &value))
            break;
        *(int64_t *)out = sim_ns_from_s(value);
        scn_binder_leaf(binder, frame, row->name, node, scn_binder_number(binder, value), "s");
        break;
    case SIM_FIELD_DIST:
        scn_value_dist(binder, frame, row, node, out);
        break;
    case SIM_FIELD_PROFILE:
        scn_value_profile(binder, frame, row, node, out);
        break;
    case SIM_FIELD_HOURLY:
        scn_value_hourly(binder, frame, row, node, out);
        break;
    case SIM_FIELD_REF:
        bind_ref(binder, frame, row, node, out);
        break;
    case SIM_FIELD_SHARES:
        bind_shares(binder, frame, row, node, out);
        break;
    case SIM_FIELD_GROUP:
        bind_group(binder, frame, row, node, out);
        break;
    case SIM_FIELD_MAP:
        bind_map(binder, frame, row, node, out);
        break;
    case SIM_FIELD_LIST:
        bind_list(binder, frame, row, node, out);
        break;
    case SIM_FIELD_END:
        break;
    }
}

static void refuse_missing(struct scn_binder *binder, const struct scn_node *map,
                           const struct sim_field *row)
{
    enum sim_unit unit = row->kind == SIM_FIELD_DURATION ? SIM_UNIT_S : row->unit;
    const char *example = row->example;

    if (!example && (row->kind == SIM_FIELD_REAL || row->kind == SIM_FIELD_INT ||
                     row->kind == SIM_FIELD_DURATION || row->kind == SIM_FIELD_DIST ||
                     row->kind == SIM_FIELD_HOURLY))
        example = sim_unit_example(unit);
    if (!example && row->kind == SIM_FIELD_DATE)
        example = "2026-12-15";
    if (!example && row->kind == SIM_FIELD_ENUM)
        example = row->choices[0];
    if (example)
        scn_binder_refuse(binder, map, true,
                          "the required key '%s' is missing; write for example '%s: %s'", row->name,
                          row->name, example);
    else
        scn_binder_refuse(binder, map, true, "the required key '%s' is missing (%s)", row->name,
                          row->help ? row->help : "see 'aifsim schema'");
}

/* Keys that the loader knows, beside the rows. */
static bool is_loaders_key(const struct scn_binder *binder, const char *key, bool is_item,
                           bool is_root)
{
    if (scn_is_reserved(key) || ((is_item || is_root) && strcmp(key, "description") == 0))
        return true;
    if (is_item && strcmp(key, "title") == 0)
        return true;
    if (!is_root)
        return false;
    for (const char *const *other = binder->request->other_keys; other && *other; other++)
        if (strcmp(*other, key) == 0)
            return true;
    return strcmp(key, "aifsim") == 0 || strcmp(key, "sources") == 0 ||
           strcmp(key, "profiles") == 0 || strcmp(key, "extends") == 0 ||
           strcmp(key, "expect") == 0;
}

/* Returns the name that was probably meant, or NULL. */
static const char *refuse_unknown(struct scn_binder *binder, const struct sim_field *rows,
                                  const struct scn_node *child, bool is_root)
{
    const char *names[SCN_ROWS_MAX + 64];
    char shown[SCN_PRINTABLE_BYTES], hint[256];
    size_t count = 0;

    for (const struct sim_field *row = rows; row->name; row++)
        names[count++] = row->name;
    if (is_root) {
        for (const char *const *other = binder->request->other_keys;
             other && *other && count < SCN_ROWS_MAX + 56; other++)
            names[count++] = *other;
        names[count++] = "expect";
        names[count++] = "extends";
        names[count++] = "sources";
        names[count++] = "profiles";
    }
    names[count++] = "source"; /* title and the like are left out where they are all one knows */
    if (child->key->text[0] >= '0' && child->key->text[0] <= '9' &&
        child->key->line == child->line) {
        scn_binder_refuse(binder, child, true,
                          "unknown key '%s'; if it belongs to a decimal comma, write a point",
                          scn_printable(child->key->text, shown));
        return NULL;
    }
    scn_binder_refuse(binder, child, true, "unknown key '%s'%s",
                      scn_printable(child->key->text, shown),
                      scn_hint(child->key->text, names, count, hint, sizeof hint));
    return scn_nearest(child->key->text, names, count);
}

static size_t row_named(const struct sim_field *rows, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (rows[i].name[0] == name[0] && strcmp(rows[i].name, name) == 0)
            return i;
    return count;
}

/* A source (or quality) for a key that is none would never be seen. */
static void check_named_keys(struct scn_binder *binder, const struct scn_node *said,
                             const struct sim_field *rows, size_t row_count)
{
    size_t mark;

    if (!said || said->kind != SCN_MAP || said->refused)
        return;
    mark = scn_binder_push(binder, said->key->text);
    for (const struct scn_node *child = said->first; child && !scn_binder_is_full(binder);
         child = child->next)
        if (!child->refused && row_named(rows, row_count, child->key->text) == row_count)
            refuse_unknown(binder, rows, child, false);
    scn_binder_pop(binder, mark);
}

static void bind_rows(struct scn_binder *binder, struct scn_frame *frame,
                      const struct sim_field *rows, void *config, bool is_item)
{
    const struct scn_node *found[SCN_ROWS_MAX] = {NULL};
    bool is_misspelt[SCN_ROWS_MAX] = {false};
    bool is_root = !frame->above;
    size_t row_count = 0;

    while (rows[row_count].name)
        row_count++;
    assert(row_count <= SCN_ROWS_MAX);
    for (const struct scn_node *child = frame->map ? frame->map->first : NULL;
         child && !scn_binder_is_full(binder); child = child->next) {
        size_t i = row_named(rows, row_count, child->key->text);

        if (i < row_count && found[i] == NULL) {
            found[i] = child;
        } else if (i == row_count && !child->refused &&
                   !is_loaders_key(binder, child->key->text, is_item, is_root)) {
            const char *meant = refuse_unknown(binder, rows, child, is_root);

            i = meant ? row_named(rows, row_count, meant) : row_count;
            if (i < row_count)
                is_misspelt[i] = true; /* one error is enough */
        }
    }
    check_named_keys(binder, frame->source, rows, row_count);
    check_named_keys(binder, frame->quality, rows, row_count);
    for (size_t i = 0; i < row_count && !scn_binder_is_full(binder); i++) {
        const struct sim_field *row = &rows[i];
        void *out = (char *)config + row->offset;
        size_t mark, mark_pattern;

        if (!found[i] && row->required && frame->map && !is_misspelt[i])
            refuse_missing(binder, frame->map, row);
        mark = scn_binder_push(binder, row->name);
        mark_pattern = append(binder->pattern, ".", row->name);
        if (!found[i])
            bind_default(binder, frame, row, out);
        else if (scn_is_empty(found[i]) && !found[i]->refused &&
                 (row->kind == SIM_FIELD_GROUP || row->kind == SIM_FIELD_MAP ||
                  row->kind == SIM_FIELD_LIST))
            scn_binder_refuse(binder, found[i], true,
                              "the section is present but empty; fill it, or delete its key");
        else if (!found[i]->refused)
            bind_value(binder, frame, row, found[i], out);
        scn_binder_pop(binder, mark);
        binder->pattern[mark_pattern] = '\0';
    }
}

/* ---- the whole ---- */

static void report(void *ctx, const char *path, const char *fmt, ...) SIM_PRINTF(3, 4);

static void report(void *ctx, const char *path, const char *fmt, ...)
{
    struct scn_binder *binder = ctx;
    const struct scn_node *node;
    char message[768];
    size_t found;
    va_list args;

    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    node = scn_find(binder->root, path, true, &found);
    scn_binder_pop(binder, 0);
    scn_binder_push(binder, path);
    scn_binder_refuse(binder, node, path[found] != '\0' || node->kind != SCN_SCALAR, "%s", message);
    scn_binder_pop(binder, 0);
}

static int order_of_inputs(const void *a, const void *b)
{
    return strcmp((*(const struct sim_input *const *)a)->path,
                  (*(const struct sim_input *const *)b)->path);
}

static char *put(char *at, const char *text)
{
    size_t bytes = strlen(text);

    memcpy(at, text, bytes);
    return at + bytes;
}

/* `path: value unit` a line, sorted by path. */
static const char *canonical_text(struct scn_binder *binder)
{
    size_t count = binder->input_count + binder->order_count, bytes = 1;
    const struct sim_input **sorted = malloc((count + 1) * sizeof *sorted);
    char *text, *at;

    if (!sorted) {
        binder->no_memory = true;
        return "";
    }
    for (size_t i = 0; i < count; i++) {
        sorted[i] =
            i < binder->input_count ? &binder->input[i] : &binder->order[i - binder->input_count];
        bytes += strlen(sorted[i]->path) + strlen(sorted[i]->value) + strlen(sorted[i]->unit) + 4;
    }
    qsort(sorted, count, sizeof *sorted, order_of_inputs);
    text = at = scn_binder_alloc(binder, bytes, 1);
    for (size_t i = 0; text && i < count; i++) {
        at = put(at, sorted[i]->path);
        at = put(at, ": ");
        for (const char *value = sorted[i]->value; *value; value++)
            *at++ = *value == '\n' || *value == '\t' ? ' ' : *value; /* one line each */
        if (strcmp(sorted[i]->unit, "1") != 0) {
            at = put(at, " ");
            at = put(at, sorted[i]->unit);
        }
        at = put(at, "\n");
    }
    free(sorted);
    return text ? text : "";
}

static void finish(struct scn_binder *binder, struct scn_scenario *scenario)
{
    struct sim_input *inputs = scn_binder_alloc(binder, binder->input_count, sizeof *binder->input);

    if (!inputs)
        return;
    if (binder->input_count)
        memcpy(inputs, binder->input, binder->input_count * sizeof *inputs);
    scenario->inputs = inputs;
    scenario->input_count = binder->input_count;
    scenario->canonical = canonical_text(binder);
}

/* Sections that somebody else reads must at least be there. */
static void check_other_sections(struct scn_binder *binder)
{
    static const char *const own[] = {"extends", "sources", "profiles", "expect", NULL};
    const char *const *lists[] = {own, binder->request->other_keys};

    for (size_t i = 0; i < 2; i++)
        for (const char *const *key = lists[i]; key && *key; key++) {
            const struct scn_node *node = scn_child(binder->root, *key);
            size_t mark;

            if (!node || node->refused || !scn_is_empty(node))
                continue;
            mark = scn_binder_push(binder, *key);
            scn_binder_refuse(binder, node, true,
                              "the section is present but empty; fill it, or delete its key");
            scn_binder_pop(binder, mark);
        }
}

static void bind_tree(struct scn_binder *binder, void *config)
{
    const struct sim_field *rows = binder->request->rows;
    const struct scn_node *sources = scn_child(binder->root, "sources");
    const struct scn_node *profiles = scn_child(binder->root, "profiles");
    struct scn_frame frame;

    check_other_sections(binder);
    if (sources && !scn_is_empty(sources))
        read_sources(binder, sources);
    scn_read_profiles(binder, profiles && !scn_is_empty(profiles) ? profiles : NULL);
    scn_frame_open(binder, &frame, NULL, NULL, binder->root);
    bind_rows(binder, &frame, rows, config, false);
    resolve(binder);
}

enum sim_status scn_bind(const struct scn_request *request, const struct scn_tree *tree,
                         void *config, struct scn_scenario *scenario, struct scn_errors *errors)
{
    struct scn_binder *binder = calloc(1, sizeof *binder);
    struct scn_node *root;
    enum sim_status status = SIM_OK, checked;

    *scenario = (struct scn_scenario){.tree = *tree, .canonical = ""};
    if (!binder)
        return scn_errors_add(errors, SIM_ENOMEM, tree->path, 0, 0, "out of memory");
    binder->request = request;
    binder->errors = errors;
    binder->entities_left = SCN_ENTITIES_MAX;
    binder->tables_left = SCN_LAW_TABLES_MAX;
    scn_reader_init(&binder->reader, request->arena, errors);
    status = scn_patches_of(request, &binder->reader, tree->root, &root);
    if (status == SIM_ENOMEM || !root)
        goto done;
    binder->folder = tree->folder;
    binder->root = scenario->root = root;
    status = scn_check_version(errors, root, true);
    if (status != SIM_OK)
        goto done;
    bind_tree(binder, config);
    if (errors->count == 0 && !binder->no_memory && request->check) {
        checked = request->check(config, report, binder);
        if (checked != SIM_OK && errors->count == 0)
            scn_errors_add(errors, checked, tree->path, 0, 0, "%s", sim_status_text(checked));
    }
    if (errors->count == 0 && !binder->no_memory && request->want_inputs)
        finish(binder, scenario);
    if (binder->no_memory)
        scn_errors_add(errors, SIM_ENOMEM, tree->path, 0, 0,
                       "out of memory while reading the scenario");
done:
    if (errors->count)
        status = binder->no_memory ? SIM_ENOMEM : errors->error[0].status;
    free(binder->input);
    free(binder->order);
    free(binder->entity);
    free(binder->pending);
    free(binder);
    scn_errors_sort(errors);
    return status;
}
