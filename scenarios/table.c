/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Tables beside a scenario. `communities: {table: communities.csv}`: every row of the file becomes
 * a mapping as if it stood in the scenario, each value a scalar with the place of its cell, so that
 * the field rows check it like any other. What stands in the scenario is merged over it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenarios/bind.h"
#include "scenarios/csv.h"

enum { LABEL_BYTES = 2200, SEGMENTS_MAX = 16 };

enum sim_status scn_open_csv(struct scn_reader *reader, const struct scn_request *request,
                             const char *folder, const struct scn_node *name, struct scn_csv *out)
{
    char label[LABEL_BYTES], shown[SCN_PRINTABLE_BYTES];
    struct sim_error err;
    enum sim_status status;
    char *text = NULL;
    size_t bytes;

    if (name->kind != SCN_SCALAR || scn_is_empty(name))
        return scn_errors_add(reader->errors, SIM_ESCHEMA, scn_file_of(name), name->line,
                              name->column,
                              "the name of a CSV file belongs here; write for example "
                              "'communities.csv'");
    status = scn_read_data(request, folder, scn_file_of(name), name->text, &text, &bytes, label,
                           sizeof label, &err);
    if (status != SIM_OK)
        return scn_errors_add(reader->errors, status == SIM_ENOMEM ? status : SIM_ESCHEMA,
                              scn_file_of(name), name->line, name->column, "%s", err.message);
    if (!scn_is_printable(label))
        snprintf(label, sizeof label, "%s", scn_printable(name->text, shown));
    status = scn_csv_read(reader, label, text, bytes, out);
    free(text);
    return status;
}

/* ---- headers ---- */

struct table {
    struct scn_reader *reader;
    struct scn_csv csv;
    const struct sim_field *row; /* the map that the rows go into */
    size_t key;                  /* column of the keys */
};

static const struct sim_field *row_named(const struct sim_field *rows, const char *name,
                                         size_t bytes)
{
    for (; rows->name; rows++)
        if (strlen(rows->name) == bytes && strncmp(rows->name, name, bytes) == 0)
            return rows;
    return NULL;
}

static enum sim_status refuse_column(const struct table *table, const struct scn_cell *head,
                                     const char *what)
{
    char shown[SCN_PRINTABLE_BYTES];

    return scn_errors_add(table->reader->errors, SIM_ESCHEMA, table->csv.file, head->line,
                          head->column, "%s: the column '%s' %s", table->row->name,
                          scn_printable(head->text, shown), what);
}

/* rows: where the segment that begins at `at` should be a key. */
static enum sim_status refuse_segment(const struct table *table, const struct scn_cell *head,
                                      const struct sim_field *rows, const char *at)
{
    const char *names[SCN_ROWS_MAX + 4];
    char segment[SCN_PRINTABLE_BYTES], hint[256], what[512];
    size_t count = 0;

    snprintf(segment, sizeof segment, "%.*s", (int)strcspn(at, "."), at);
    for (; rows->name && count < SCN_ROWS_MAX; rows++)
        names[count++] = rows->name;
    if (at == head->text)
        names[count++] = "key";
    snprintf(what, sizeof what, "names no key of its entries%s",
             scn_hint(segment, names, count, hint, sizeof hint));
    return refuse_column(table, head, what);
}

/* Does the header's path lead to a value? */
static enum sim_status check_column(const struct table *table, const struct scn_cell *head)
{
    const struct sim_field *rows = table->row->rows;
    const char *at = head->text;

    if (strcmp(at, "key") == 0 || strcmp(at, "title") == 0 || strcmp(at, "description") == 0)
        return SIM_OK;
    for (;;) {
        size_t bytes = strcspn(at, ".");
        const struct sim_field *row = row_named(rows, at, bytes);

        if (!row && at[bytes] == '\0' && scn_is_reserved(at))
            return SIM_OK;
        if (!row)
            return refuse_segment(table, head, rows, at);
        if (row->kind == SIM_FIELD_GROUP && at[bytes] == '.') {
            rows = row->rows;
            at += bytes + 1;
            continue;
        }
        if (row->kind == SIM_FIELD_GROUP)
            return refuse_column(table, head, "is a section; name one of its keys after a point");
        if (row->kind == SIM_FIELD_MAP || row->kind == SIM_FIELD_LIST)
            return refuse_column(table, head, "holds entries of its own, which no table can give");
        if (at[bytes] == '.' && (at[bytes + 1] == '\0' ||
                                 (row->kind != SIM_FIELD_SHARES && row->kind != SIM_FIELD_DIST)))
            return refuse_column(table, head, "goes on behind a key that has one value");
        return SIM_OK;
    }
}

static enum sim_status check_head(struct table *table)
{
    enum sim_status status = SIM_OK;

    for (size_t i = 0; i < table->csv.columns; i++) {
        enum sim_status one = check_column(table, &table->csv.head[i]);

        status = status == SIM_OK ? one : status;
    }
    table->key = scn_csv_column(&table->csv, "key");
    if (status == SIM_OK && table->key == SIZE_MAX)
        status = scn_errors_add(
            table->reader->errors, SIM_ESCHEMA, table->csv.file, table->csv.head[0].line, 1,
            "%s: the column 'key' is missing; it names the entry of each row", table->row->name);
    return status;
}

/* ---- rows ---- */

/* A node behind the last child of map; its key has no place, so that errors go to the node. */
static struct scn_node *append(const struct table *table, struct scn_node *map, const char *name,
                               size_t bytes, const struct scn_cell *cell)
{
    const char *text = scn_reader_text(table->reader, name, bytes);
    struct scn_key *key = text ? scn_reader_key(table->reader, text, table->csv.file) : NULL;
    struct scn_node *node = key ? scn_reader_node(table->reader) : NULL;
    struct scn_node **link = &map->first;

    if (!node)
        return NULL;
    while (*link)
        link = &(*link)->next;
    *node =
        (struct scn_node){.key = key, .kind = SCN_MAP, .line = cell->line, .column = cell->column};
    *link = node;
    map->count++;
    return node;
}

/* Puts a cell at its path below the entry. Behind a key with shares the rest is one name. */
static bool put_cell(const struct table *table, struct scn_node *entry, const char *path,
                     const struct scn_cell *cell)
{
    const struct sim_field *rows = table->row->rows;
    struct scn_node *map = entry, *node;

    for (bool is_whole = false;;) {
        size_t bytes = is_whole ? strlen(path) : strcspn(path, ".");
        const struct sim_field *row = rows ? row_named(rows, path, bytes) : NULL;
        char name[SCN_TEXT_BYTES_MAX + 1];

        snprintf(name, sizeof name, "%.*s", (int)bytes, path);
        node = scn_child(map, name);
        if (!node)
            node = append(table, map, path, bytes, cell);
        if (!node)
            return false;
        path += bytes + (path[bytes] == '.');
        if (*path == '\0')
            break;
        map = node;
        rows = row && row->kind == SIM_FIELD_GROUP ? row->rows : NULL;
        is_whole = row && row->kind == SIM_FIELD_SHARES;
    }
    if (node->kind == SCN_MAP && node->first) /* a column for `x` and one for `x.y` */
        return true;
    node->kind = SCN_SCALAR;
    node->text = cell->text;
    node->count = (uint32_t)strlen(cell->text);
    node->quoted = true;
    return true;
}

static bool put_row(const struct table *table, struct scn_node *map, size_t row)
{
    const struct scn_cell *name = scn_csv_at(&table->csv, row, table->key);
    struct scn_node *entry = append(table, map, name->text, strlen(name->text), name);
    struct scn_key *key;

    if (!entry)
        return false;
    key = (struct scn_key *)(uintptr_t)entry->key; /* made just now */
    key->line = name->line;
    key->column = name->column;
    for (size_t i = 0; i < table->csv.columns; i++) {
        const struct scn_cell *cell = scn_csv_at(&table->csv, row, i);

        if (i != table->key && *cell->text &&
            !put_cell(table, entry, table->csv.head[i].text, cell))
            return false;
    }
    return true;
}

struct named {
    const struct scn_cell *cell;
};

static int order_of_names(const void *a, const void *b)
{
    const struct named *x = a, *y = b;
    int order = strcmp(x->cell->text, y->cell->text);

    return order ? order : (x->cell->line > y->cell->line) - (x->cell->line < y->cell->line);
}

static enum sim_status check_keys(const struct table *table)
{
    struct named *named = malloc(table->csv.rows * sizeof *named);
    enum sim_status status = SIM_OK;
    char shown[SCN_PRINTABLE_BYTES];

    if (!named)
        return scn_errors_add(table->reader->errors, SIM_ENOMEM, table->csv.file, 0, 0,
                              "out of memory while reading the table");
    for (size_t i = 0; i < table->csv.rows; i++)
        named[i].cell = scn_csv_at(&table->csv, i, table->key);
    qsort(named, table->csv.rows, sizeof *named, order_of_names);
    for (size_t i = 1; i < table->csv.rows; i++)
        if (strcmp(named[i].cell->text, named[i - 1].cell->text) == 0)
            status =
                scn_errors_add(table->reader->errors, SIM_ESCHEMA, table->csv.file,
                               named[i].cell->line, named[i].cell->column,
                               "%s: the key '%s' stands in line %u already", table->row->name,
                               scn_printable(named[i].cell->text, shown), named[i - 1].cell->line);
    free(named);
    return status;
}

/* *out = a root with the section alone, filled from the table. */
static enum sim_status read_table(struct table *table, const struct scn_node *root,
                                  const struct scn_node *section, struct scn_node *out)
{
    struct scn_node *map = scn_reader_node(table->reader);
    struct scn_node *last = NULL;
    enum sim_status status = check_head(table);

    if (status == SIM_OK)
        status = check_keys(table);
    if (status != SIM_OK)
        return status;
    if (!map)
        return SIM_ENOMEM;
    *map = (struct scn_node){
        .key = section->key, .kind = SCN_MAP, .line = section->line, .column = section->column};
    for (size_t i = 0; i < table->csv.rows; i++) {
        struct scn_node one = {.kind = SCN_MAP}; /* appending to a long list would be quadratic */

        if (!put_row(table, &one, i))
            return scn_errors_add(table->reader->errors, SIM_ENOMEM, table->csv.file, 0, 0,
                                  "out of memory while reading the table");
        if (last)
            last->next = one.first;
        else
            map->first = one.first;
        last = one.first;
        map->count++;
    }
    *out = (struct scn_node){.key = root->key,
                             .kind = SCN_MAP,
                             .first = map,
                             .count = 1,
                             .line = root->line,
                             .column = root->column};
    return SIM_OK;
}

/* Takes `table` out of a section whose children are its own. */
static void unlink_table(struct scn_node *section)
{
    for (struct scn_node **link = &section->first; *link; link = &(*link)->next)
        if (strcmp((*link)->key->text, "table") == 0 && (*link)->kind == SCN_SCALAR) {
            *link = (*link)->next;
            section->count--;
            return;
        }
}

static enum sim_status expand(struct scn_reader *reader, const struct scn_request *request,
                              const char *folder, const struct sim_field *row,
                              const struct scn_node *file, struct scn_node **root)
{
    struct table table = {.reader = reader, .row = row};
    struct scn_node base = {.key = (*root)->key, .kind = SCN_MAP}, *merged;
    enum sim_status status = scn_open_csv(reader, request, folder, file, &table.csv);

    if (status == SIM_OK)
        status = read_table(&table, *root, scn_child(*root, row->name), &base);
    if (status == SIM_ENOMEM)
        return status;
    if (scn_merge(reader, &base, *root, request->rows, &merged) != SIM_OK)
        return SIM_ENOMEM;
    if (status == SIM_OK)
        unlink_table(scn_child(merged, row->name));
    else /* what its entries lack now would only be noise */
        scn_child(merged, row->name)->refused = true;
    *root = merged;
    return status;
}

enum sim_status scn_expand_tables(struct scn_reader *reader, const struct scn_request *request,
                                  const char *folder, struct scn_node **root)
{
    enum sim_status status = SIM_OK, one;

    if (!request->rows || (*root)->kind != SCN_MAP)
        return SIM_OK;
    for (const struct sim_field *row = request->rows; row->name; row++) {
        const struct scn_node *section, *file;

        section = row->kind == SIM_FIELD_MAP ? scn_child(*root, row->name) : NULL;
        file = section && section->kind == SCN_MAP && !section->refused
                   ? scn_child(section, "table")
                   : NULL;
        if (!file || file->kind != SCN_SCALAR)
            continue;
        one = expand(reader, request, folder, row, file, root);
        if (one == SIM_ENOMEM)
            return one;
        status = status == SIM_OK ? one : status;
    }
    return status;
}
