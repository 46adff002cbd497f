/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Copy on write: a node whose children are ours is marked `owned`; copies of children start
 * without the mark, so a tree that was patched once can be the base of the next.
 */
#include "scenarios/patch.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/bind.h"

enum { FEW = 16, PATH_BYTES_MAX = 1024, PATH_SEGMENTS_MAX = 32 };

/* What the rows say of a node: its children are keys of `rows`, or items described by them. */
struct shape {
    const struct sim_field *rows;
    bool has_items, is_distribution;
    bool is_whole; /* replaced together: what is left out is gone */
};

static struct shape shape_below(struct shape shape, const char *key)
{
    if (!shape.rows)
        return (struct shape){0};
    if (shape.has_items)
        return (struct shape){.rows = shape.rows};
    for (const struct sim_field *row = shape.rows; row->name; row++) {
        if (!key || strcmp(row->name, key) != 0)
            continue;
        return (struct shape){.rows = row->rows,
                              .has_items =
                                  row->kind == SIM_FIELD_MAP || row->kind == SIM_FIELD_LIST,
                              .is_distribution = row->kind == SIM_FIELD_DIST,
                              .is_whole = row->is_whole || row->kind == SIM_FIELD_HOURLY ||
                                          (row->kind == SIM_FIELD_SHARES && row->sums_to_one)};
    }
    return (struct shape){0};
}

static enum sim_status no_memory(struct scn_reader *reader)
{
    return scn_errors_add(reader->errors, SIM_ENOMEM, NULL, 0, 0,
                          "out of memory while changing the scenario");
}

/* Makes the children of node ours. */
static bool own(struct scn_reader *reader, struct scn_node *node)
{
    struct scn_node **link = &node->first;

    if (node->owned)
        return true;
    for (const struct scn_node *child = node->first; child; child = child->next) {
        struct scn_node *copy = scn_reader_node(reader);

        if (!copy)
            return false;
        *copy = *child;
        copy->owned = false;
        *link = copy;
        link = &copy->next;
    }
    node->owned = true;
    return true;
}

/* node takes the content of over; its place in the list of siblings stays. */
static bool replace(struct scn_reader *reader, struct scn_node *node, const struct scn_node *over)
{
    struct scn_node *next = node->next;
    const struct scn_key *key = over->key;

    if (!key->text && node->key->text) { /* over is the root of a value */
        struct scn_key *named = scn_reader_key(reader, node->key->text, key->file);

        if (!named)
            return false;
        named->line = over->line;
        named->column = over->column;
        key = named;
    }
    *node = *over;
    node->key = key;
    node->next = next;
    node->owned = false;
    return true;
}

static bool is_same_family(const struct scn_node *a, const struct scn_node *b)
{
    return a->count == 1 && b->count == 1 && a->first->kind == SCN_MAP &&
           b->first->kind == SCN_MAP && strcmp(a->first->key->text, b->first->key->text) == 0;
}

static int order_by_key(const void *a, const void *b)
{
    const struct scn_node *x = *(struct scn_node *const *)a, *y = *(struct scn_node *const *)b;

    return strcmp(x->key->text, y->key->text);
}

static struct scn_node *find_sorted(struct scn_node **sorted, size_t count, const char *key)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = strcmp(sorted[middle]->key->text, key);

        if (order == 0)
            return sorted[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

/* The children of a map by key; NULL with *count 0 when a linear search is as good. */
static bool sort_children(const struct scn_node *map, const struct scn_node *over,
                          struct scn_node ***sorted, size_t *count)
{
    *sorted = NULL;
    *count = 0;
    if (map->count <= FEW || over->count == 1)
        return true;
    *sorted = malloc(map->count * sizeof **sorted);
    if (!*sorted)
        return false;
    for (struct scn_node *child = map->first; child; child = child->next)
        if (!child->refused) /* a duplicate must not hide the first */
            (*sorted)[(*count)++] = child;
    qsort(*sorted, *count, sizeof **sorted, order_by_key);
    return true;
}

static void detach(struct scn_node *map, const struct scn_node *child)
{
    struct scn_node **link = &map->first;

    while (*link && *link != child)
        link = &(*link)->next;
    if (!*link)
        return; /* twice in one patch, which is an error already */
    *link = child->next;
    map->count--;
}

static struct scn_node *last_of(struct scn_node *map)
{
    struct scn_node *last = map->first;

    while (last && last->next)
        last = last->next;
    return last;
}

/* A key of the rows that is not given has its default anyhow; another name was misspelt. */
static bool may_be_absent(struct shape shape, const char *key)
{
    if (!shape.rows || shape.has_items)
        return false;
    for (const struct sim_field *row = shape.rows; row->name; row++)
        if (strcmp(row->name, key) == 0)
            return true;
    return scn_is_reserved(key);
}

static void refuse_removal(struct scn_reader *reader, const struct scn_node *over)
{
    char shown[SCN_PRINTABLE_BYTES];

    scn_errors_add(reader->errors, SIM_ESCHEMA, scn_file_of(over), over->line, over->column,
                   "'%s: %s' would remove what is not there", scn_printable(over->key->text, shown),
                   over->text);
}

/* A copy of the child behind the last of the map's. */
static bool append_copy(struct scn_reader *reader, struct scn_node *map, struct scn_node **last,
                        const struct scn_node *child)
{
    struct scn_node *copy = scn_reader_node(reader);

    if (!copy)
        return false;
    *copy = *child;
    copy->next = NULL;
    copy->owned = false;
    *(*last ? &(*last)->next : &map->first) = copy;
    *last = copy;
    map->count++;
    return true;
}

static bool merge(struct scn_reader *reader, struct scn_node *node, const struct scn_node *over,
                  struct shape shape)
{
    struct scn_node **sorted, *last = NULL;
    size_t count;
    bool done = true;

    if (over->refused) {
        node->refused = true;
        return true;
    }
    if (node->kind != SCN_MAP || over->kind != SCN_MAP || shape.is_whole ||
        (shape.is_distribution && !is_same_family(node, over)))
        return replace(reader, node, over);
    if (!own(reader, node) || !sort_children(node, over, &sorted, &count))
        return false;
    last = last_of(node);
    for (const struct scn_node *child = over->first; child && done; child = child->next) {
        const char *key = child->key->text;
        struct scn_node *old = sorted ? find_sorted(sorted, count, key) : scn_child(node, key);

        if (scn_is_null(child) && old) {
            detach(node, old);
            last = last_of(node);
        } else if (scn_is_null(child)) {
            if (!may_be_absent(shape, key))
                refuse_removal(reader, child);
        } else if (old) {
            done = merge(reader, old, child, shape_below(shape, key));
        } else {
            done = append_copy(reader, node, &last, child);
        }
    }
    free(sorted);
    return done;
}

/* A copy of the root, children shared: what is done to it leaves the base alone. */
static struct scn_node *copy_of(struct scn_reader *reader, const struct scn_node *root)
{
    struct scn_node *copy = scn_reader_node(reader);

    if (copy) {
        *copy = *root;
        copy->owned = false;
    }
    return copy;
}

enum sim_status scn_merge(struct scn_reader *reader, const struct scn_node *base,
                          const struct scn_node *over, const struct sim_field *rows,
                          struct scn_node **out)
{
    *out = copy_of(reader, base);
    if (!*out || !merge(reader, *out, over, (struct shape){.rows = rows}))
        return no_memory(reader);
    return SIM_OK;
}

/* ---- paths ---- */

struct patching {
    struct scn_reader *reader;
    const struct scn_patch *patch;
    const char *path;
    bool no_memory;
};

/* `done` bytes of the path stand for the node that is not as it should be. */
static void refuse(struct patching *patching, const char *at, const char *what)
{
    const struct scn_node *node = patching->patch->node;
    char path[PATH_BYTES_MAX + 1], shown[SCN_PRINTABLE_BYTES], whole[SCN_PRINTABLE_BYTES];
    size_t bytes = (size_t)(at - patching->path);

    memcpy(path, patching->path, bytes);
    path[bytes] = '\0';
    if (bytes && path[bytes - 1] == '.')
        path[bytes - 1] = '\0';
    scn_errors_add(patching->reader->errors, SIM_ESCHEMA, scn_file_of(node), node->line,
                   node->column, "%s: '%s' %s, so %s cannot set it",
                   scn_printable(patching->path, whole),
                   path[0] ? scn_printable(path, shown) : "the scenario", what,
                   patching->patch->label ? patching->patch->label : "the patch");
}

static struct scn_node *append_child(struct patching *patching, struct scn_node *map,
                                     const char *name, size_t bytes)
{
    const struct scn_node *value = patching->patch->node;
    const char *text = scn_reader_text(patching->reader, name, bytes);
    struct scn_key *key = text ? scn_reader_key(patching->reader, text, scn_file_of(value)) : NULL;
    struct scn_node *child = key ? scn_reader_node(patching->reader) : NULL;
    struct scn_node **link = &map->first;

    if (!child)
        return NULL;
    key->line = value->line;
    key->column = value->column;
    *child = (struct scn_node){
        .key = key, .kind = SCN_MAP, .line = value->line, .column = value->column, .owned = true};
    while (*link)
        link = &(*link)->next;
    *link = child;
    map->count++;
    return child;
}

/* Takes the last segment of the path out of its map. */
static void remove_at(struct patching *patching, struct scn_node *map, const char *key,
                      struct shape shape)
{
    struct scn_node *child = scn_child(map, key);

    if (map->kind == SCN_LIST) {
        refuse(patching, key, "is a list, which is replaced as a whole");
    } else if (strcmp(key, "*") == 0) {
        map->first = NULL;
        map->count = 0;
    } else if (child) {
        detach(map, child);
    } else if (!may_be_absent(shape, key)) {
        refuse(patching, key + strlen(key), "is not there");
    }
}

static void apply(struct patching *patching, struct scn_node *node, const char *at,
                  struct shape shape)
{
    size_t bytes = strcspn(at, ".");
    const char *rest = at + bytes + (at[bytes] == '.');
    struct scn_node *child;
    char key[PATH_BYTES_MAX + 1];

    if (*at == '\0') {
        if (!merge(patching->reader, node, patching->patch->node, shape))
            patching->no_memory = true;
        return;
    }
    if (node->kind == SCN_SCALAR) {
        refuse(patching, at, "is no mapping");
        return;
    }
    if (!own(patching->reader, node)) {
        patching->no_memory = true;
        return;
    }
    if (!*rest && scn_is_null(patching->patch->node)) {
        remove_at(patching, node, at, shape);
        return;
    }
    if (bytes == 1 && *at == '*') {
        if (node->count == 0)
            refuse(patching, at, "has no keys that '*' could match");
        for (child = node->first; child; child = child->next)
            if (!child->key->text || !scn_is_reserved(child->key->text))
                apply(patching, child, rest, shape_below(shape, child->key->text));
        return;
    }
    memcpy(key, at, bytes);
    key[bytes] = '\0';
    child = scn_find(node, key, false, NULL);
    if (!child && node->kind == SCN_LIST) {
        refuse(patching, at, "is a list without this item");
        return;
    }
    if (!child && scn_is_null(patching->patch->node)) { /* nothing to remove it from */
        if (!may_be_absent(shape, key))
            refuse(patching, at + bytes, "is not there");
        return;
    }
    if (!child && !(child = append_child(patching, node, at, bytes))) {
        patching->no_memory = true;
        return;
    }
    apply(patching, child, rest, shape_below(shape, node->kind == SCN_MAP ? key : NULL));
}

static bool is_path(const char *path)
{
    size_t segments = 1, bytes = strlen(path);

    for (const char *at = path; *at; at++)
        segments += *at == '.';
    return bytes > 0 && bytes <= PATH_BYTES_MAX && segments <= PATH_SEGMENTS_MAX &&
           path[0] != '.' && path[bytes - 1] != '.' && !strstr(path, "..");
}

enum sim_status scn_patch_apply(struct scn_reader *reader, const struct scn_node *root,
                                const struct scn_patch *patches, size_t count,
                                const struct sim_field *rows, struct scn_node **out)
{
    size_t errors_before = reader->errors->count;

    *out = copy_of(reader, root);
    if (!*out)
        return no_memory(reader);
    for (size_t i = 0; i < count; i++) {
        const char *path = patches[i].path ? patches[i].path : "";
        struct patching patching = {.reader = reader, .patch = &patches[i], .path = path};
        char shown[SCN_PRINTABLE_BYTES];

        if (*path && !is_path(path)) {
            scn_errors_add(reader->errors, SIM_ESCHEMA, scn_file_of(patches[i].node),
                           patches[i].node->line, patches[i].node->column,
                           "'%s' is not a path; write for example 'sites.lumi.power'",
                           scn_printable(path, shown));
            continue;
        }
        if (!*path && patches[i].node->kind != SCN_MAP) {
            scn_errors_add(reader->errors, SIM_ESCHEMA, scn_file_of(patches[i].node),
                           patches[i].node->line, patches[i].node->column,
                           "%s: an override is a mapping of keys",
                           patches[i].label ? patches[i].label : "patch");
            continue;
        }
        apply(&patching, *out, path, (struct shape){.rows = rows});
        if (patching.no_memory)
            return no_memory(reader);
    }
    return reader->errors->count > errors_before ? reader->errors->error[errors_before].status
           : reader->errors->more                ? SIM_ESCHEMA
                                                 : SIM_OK;
}

/* ---- --set ---- */

/* The keys of a tree that was just read are nobody else's yet, so they may still be changed. */
static void forget_places(struct scn_node *node)
{
    struct scn_key *key = (struct scn_key *)(uintptr_t)node->key;

    key->line = key->column = 0;
    node->line = node->column = 0;
    if (node->kind != SCN_SCALAR)
        for (struct scn_node *child = node->first; child; child = child->next)
            forget_places(child);
}

enum sim_status scn_patch_from_set(struct scn_reader *reader, const char *text,
                                   struct scn_patch *out)
{
    static const char label[] = "--set";
    const char *equals = strchr(text, '=');
    struct scn_errors *errors = reader->errors;
    size_t errors_before = errors->count, bytes = equals ? (size_t)(equals - text) : 0;
    char shown[SCN_PRINTABLE_BYTES];
    struct scn_node *node;
    enum sim_status status;
    char *path;

    if (!equals || !equals[1])
        return scn_errors_add(errors, SIM_EUSAGE, label, 0, 0,
                              "'%s' is not PATH=VALUE; write for example 'seed=7'",
                              scn_printable(text, shown));
    path = scn_reader_text(reader, text, bytes);
    if (!path)
        return no_memory(reader);
    if (!is_path(path))
        return scn_errors_add(errors, SIM_EUSAGE, label, 0, 0,
                              "'%s' is not a path; write for example 'sites.lumi.power'",
                              scn_printable(path, shown));
    status = scn_read_memory(reader, label, equals + 1, strlen(equals + 1), &node);
    for (size_t i = errors_before; i < errors->count; i++) {
        struct sim_error *err = &errors->error[i];
        char message[sizeof err->message];

        memcpy(message, err->message, sizeof message); /* places in an argument help nobody */
        snprintf(err->message, sizeof err->message, "'%s': %.500s", scn_printable(text, shown),
                 message);
        err->line = err->column = 0;
    }
    if (status != SIM_OK)
        return status;
    forget_places(node);
    *out = (struct scn_patch){.path = path, .node = node, .label = label};
    return SIM_OK;
}
