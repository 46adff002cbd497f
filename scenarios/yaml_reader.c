/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Measured with libyaml 0.2.5: its document API is quadratic in nesting and keeps duplicate keys;
 * reading events and stopping at depth 64 refuses a megabyte of '[' in milliseconds. Its marks
 * count from zero and its encoding errors have no place, so the text is checked before it sees it.
 */
#include "scenarios/yaml_reader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

enum { NODE_BLOCK = 1024, TEXT_BLOCK_BYTES = 1 << 15, FEW = 8 };

/* ---- errors ---- */

enum sim_status scn_errors_add(struct scn_errors *errors, enum sim_status status, const char *file,
                               uint32_t line, uint32_t column, const char *fmt, ...)
{
    struct sim_error *err;
    va_list args;

    if (errors->count == SCN_ERRORS_MAX) {
        errors->more = true;
        return status;
    }
    err = &errors->error[errors->count++];
    *err = (struct sim_error){.status = status, .line = (int)line, .column = (int)column};
    snprintf(err->file, sizeof err->file, "%s", file ? file : "");
    va_start(args, fmt);
    vsnprintf(err->message, sizeof err->message, fmt, args);
    va_end(args);
    return status;
}

static size_t rank_of_file(const struct scn_errors *errors, const char *file)
{
    size_t i = 0;

    while (strcmp(errors->error[i].file, file) != 0)
        i++;
    return i;
}

void scn_errors_sort(struct scn_errors *errors)
{
    uint64_t rank[SCN_ERRORS_MAX];

    for (size_t i = 0; i < errors->count; i++)
        rank[i] = rank_of_file(errors, errors->error[i].file);
    for (size_t i = 1; i < errors->count; i++) { /* insertion: stable, and there are 20 at most */
        struct sim_error held = errors->error[i];
        uint64_t held_rank = rank[i];
        size_t j = i;

        for (; j > 0; j--) {
            const struct sim_error *before = &errors->error[j - 1];
            bool in_order = rank[j - 1] != held_rank    ? rank[j - 1] < held_rank
                            : before->line != held.line ? before->line < held.line
                                                        : before->column <= held.column;
            if (in_order)
                break;
            errors->error[j] = *before;
            rank[j] = rank[j - 1];
        }
        errors->error[j] = held;
        rank[j] = held_rank;
    }
}

const char *scn_error_format(const struct sim_error *err, char *buffer, size_t buffer_bytes)
{
    if (err->file[0] && err->line > 0)
        snprintf(buffer, buffer_bytes, "%s:%d:%d: error: %s", err->file, err->line, err->column,
                 err->message);
    else if (err->file[0])
        snprintf(buffer, buffer_bytes, "%s: error: %s", err->file, err->message);
    else
        snprintf(buffer, buffer_bytes, "error: %s", err->message);
    return buffer;
}

/* ---- UTF-8 ---- */

/* Bytes of the character at text (at most left bytes long), 0 when it is not UTF-8. */
static size_t decode(const unsigned char *text, size_t left, uint32_t *code)
{
    static const uint32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};
    size_t bytes = text[0] < 0x80             ? 1
                   : (text[0] & 0xE0) == 0xC0 ? 2
                   : (text[0] & 0xF0) == 0xE0 ? 3
                   : (text[0] & 0xF8) == 0xF0 ? 4
                                              : 0;
    uint32_t value;

    if (bytes == 0 || bytes > left)
        return 0;
    value = bytes == 1 ? text[0] : text[0] & (0x7FU >> bytes);
    for (size_t i = 1; i < bytes; i++) {
        if ((text[i] & 0xC0) != 0x80)
            return 0;
        value = value << 6 | (text[i] & 0x3FU);
    }
    if (value < lowest[bytes] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 0;
    *code = value;
    return bytes;
}

/* Control, bidi and invisible characters, and those that are none. */
static bool is_shown(uint32_t code)
{
    return !(code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0xAD || code == 0x61C ||
             (code >= 0x200B && code <= 0x200F) || (code >= 0x2028 && code <= 0x202E) ||
             (code >= 0x2060 && code <= 0x206F) || code == 0xFEFF ||
             (code >= 0xFDD0 && code <= 0xFDEF) || (code & 0xFFFE) == 0xFFFE ||
             (code >= 0xFFF9 && code <= 0xFFFB) || (code >= 0xE0000 && code <= 0xE007F));
}

const char *scn_printable(const char *text, char buffer[SCN_PRINTABLE_BYTES])
{
    const unsigned char *at = (const unsigned char *)text;
    size_t left = strlen(text), shown = 0, used = 0;

    while (left > 0) {
        uint32_t code;
        size_t bytes = decode(at, left, &code);
        bool plain = bytes > 0 && is_shown(code);
        size_t width = plain ? 1 : 4 * (bytes ? bytes : 1);

        bytes = bytes ? bytes : 1;
        if (shown + width > SCN_FOREIGN_MAX) {
            memcpy(buffer + used, "...", 3);
            used += 3;
            break;
        }
        for (size_t i = 0; i < bytes; i++)
            if (plain)
                buffer[used++] = (char)at[i];
            else
                used += (size_t)snprintf(buffer + used, 5, "\\x%02X", at[i]);
        shown += width;
        at += bytes;
        left -= bytes;
    }
    buffer[used] = '\0';
    return buffer;
}

bool scn_is_printable(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;

    for (size_t left = strlen(text), bytes; left > 0; at += bytes, left -= bytes) {
        uint32_t code;

        bytes = decode(at, left, &code);
        if (bytes == 0 || !is_shown(code))
            return false;
    }
    return true;
}

/* ---- memory ---- */

void scn_reader_init(struct scn_reader *reader, struct sim_arena *arena, struct scn_errors *errors)
{
    *reader = (struct scn_reader){.arena = arena,
                                  .errors = errors,
                                  .nodes_left = SCN_NODES_MAX,
                                  .bytes_left = SCN_LOAD_BYTES_MAX};
}

static void *text_space(struct scn_reader *reader, size_t bytes, size_t align)
{
    size_t skip = (align - (uintptr_t)reader->text % align) % align;
    char *space;

    if (bytes > TEXT_BLOCK_BYTES / 4)
        return sim_arena_alloc(reader->arena, bytes, 1);
    if (bytes + skip > reader->text_ready) {
        reader->text = sim_arena_alloc(reader->arena, TEXT_BLOCK_BYTES, 1);
        if (!reader->text) {
            reader->text_ready = 0;
            return NULL;
        }
        reader->text_ready = TEXT_BLOCK_BYTES;
        skip = 0;
    }
    space = reader->text + skip;
    reader->text += skip + bytes;
    reader->text_ready -= skip + bytes;
    return space;
}

char *scn_reader_text(struct scn_reader *reader, const char *text, size_t bytes)
{
    char *copy = text_space(reader, bytes + 1, 1);

    if (copy) {
        memcpy(copy, text, bytes);
        copy[bytes] = '\0';
    }
    return copy;
}

struct scn_node *scn_reader_node(struct scn_reader *reader)
{
    if (reader->nodes_ready == 0) {
        reader->nodes = sim_arena_alloc(reader->arena, NODE_BLOCK, sizeof *reader->nodes);
        if (!reader->nodes)
            return NULL;
        reader->nodes_ready = NODE_BLOCK;
    }
    reader->nodes_ready--;
    return reader->nodes++;
}

struct scn_key *scn_reader_key(struct scn_reader *reader, const char *text, const char *file)
{
    struct scn_key *key = text_space(reader, sizeof *key, sizeof(void *));

    if (key)
        *key = (struct scn_key){.text = text, .file = file};
    return key;
}

struct scn_node *scn_reader_scalar(struct scn_reader *reader, const char *text, const char *label)
{
    size_t bytes = strlen(text);
    const char *file = scn_reader_text(reader, label, strlen(label));
    struct scn_key *key = file ? scn_reader_key(reader, NULL, file) : NULL;
    struct scn_node *node = key ? scn_reader_node(reader) : NULL;

    if (!node)
        return NULL;
    *node = (struct scn_node){.key = key, .kind = SCN_SCALAR, .count = (uint32_t)bytes};
    node->text = scn_reader_text(reader, text, bytes);
    return node->text ? node : NULL;
}

/* ---- the text before libyaml sees it ---- */

/* As libyaml: the printable characters of YAML 1.1. */
static bool is_allowed(uint32_t code)
{
    if (code < 0xA0)
        return (code >= 0x20 && code < 0x7F) || code == '\t' || code == '\n' || code == '\r' ||
               code == 0x85;
    return code <= 0xFFFD ? code != 0xFEFF : code >= 0x10000;
}

static enum sim_status check_encoding(struct scn_errors *errors, const char *file, const char *text,
                                      size_t bytes)
{
    const unsigned char *at = (const unsigned char *)text, *end = at + bytes;
    uint32_t line = 1, column = 1;

    if (bytes >= 2 && ((at[0] == 0xFF && at[1] == 0xFE) || (at[0] == 0xFE && at[1] == 0xFF)))
        return scn_errors_add(errors, SIM_ESCHEMA, file, 1, 1,
                              "the file is UTF-16; save it as UTF-8");
    while (at < end) {
        uint32_t code = *at;
        size_t width = 1;

        if (code >= 0x80) {
            width = decode(at, (size_t)(end - at), &code);
            if (width == 0)
                return scn_errors_add(errors, SIM_ESCHEMA, file, line, column,
                                      "byte 0x%02X is not UTF-8; save the file as UTF-8", *at);
        }
        if (code == 0)
            return scn_errors_add(errors, SIM_ESCHEMA, file, line, column,
                                  "a NUL byte is not text; if this is UTF-16, save it as UTF-8");
        if (!is_allowed(code))
            return scn_errors_add(errors, SIM_ESCHEMA, file, line, column,
                                  "character U+%04X is not allowed; delete it", code);
        if (code == '\n' || code == 0x85 || code == 0x2028 || code == 0x2029 ||
            (code == '\r' && !(at + 1 < end && at[1] == '\n'))) {
            line++;
            column = 1;
        } else {
            column++;
        }
        at += width;
    }
    return SIM_OK;
}

/* ---- events to nodes ---- */

struct level {
    struct scn_node *node, *last;
    struct scn_key *key; /* in a map: of the value that comes next */
    bool refused;        /* that value was refused with its key */
};

struct parse {
    struct scn_reader *reader;
    struct scn_errors *errors;
    const char *file, *text;
    size_t bytes;
    struct scn_node *root;
    struct scn_key *nameless; /* of the root and of the items of lists */
    size_t depth;
    struct level level[SCN_DEPTH_MAX];
};

static uint32_t line_of(yaml_mark_t mark)
{
    return (uint32_t)mark.line + 1;
}

static uint32_t column_of(yaml_mark_t mark)
{
    return (uint32_t)mark.column + 1;
}

static enum sim_status no_memory(struct parse *parse)
{
    return scn_errors_add(parse->errors, SIM_ENOMEM, parse->file, 0, 0,
                          "out of memory while reading the file");
}

#define REFUSE(parse, mark, ...)                                                                   \
    scn_errors_add((parse)->errors, SIM_ESCHEMA, (parse)->file, line_of(mark), column_of(mark),    \
                   __VA_ARGS__)

static int order_of_keys(const void *a, const void *b)
{
    const struct scn_node *x = *(struct scn_node *const *)a, *y = *(struct scn_node *const *)b;
    int order = strcmp(x->key->text, y->key->text);

    if (order != 0)
        return order;
    if (x->key->line != y->key->line)
        return x->key->line < y->key->line ? -1 : 1;
    return x->key->column < y->key->column ? -1 : x->key->column > y->key->column;
}

static void refuse_duplicate(struct parse *parse, const struct scn_node *first,
                             struct scn_node *second)
{
    char shown[SCN_PRINTABLE_BYTES];

    if (second->refused)
        return;
    second->refused = true;
    scn_errors_add(parse->errors, SIM_ESCHEMA, parse->file, second->key->line, second->key->column,
                   "key '%s' stands twice in one mapping, first at %u:%u; delete one",
                   scn_printable(second->key->text, shown), first->key->line, first->key->column);
}

static enum sim_status check_duplicates(struct parse *parse, const struct scn_node *map)
{
    struct scn_node **sorted;
    size_t count = 0;

    if (map->count <= FEW) {
        for (struct scn_node *a = map->first; a; a = a->next)
            for (struct scn_node *b = a->next; b; b = b->next)
                if (strcmp(a->key->text, b->key->text) == 0)
                    refuse_duplicate(parse, a, b);
        return SIM_OK;
    }
    sorted = malloc(map->count * sizeof *sorted);
    if (!sorted)
        return no_memory(parse);
    for (struct scn_node *child = map->first; child; child = child->next)
        sorted[count++] = child;
    qsort(sorted, count, sizeof *sorted, order_of_keys);
    for (size_t i = 1, first = 0; i < count; i++)
        if (strcmp(sorted[first]->key->text, sorted[i]->key->text) == 0)
            refuse_duplicate(parse, sorted[first], sorted[i]);
        else
            first = i;
    free(sorted);
    return SIM_OK;
}

static enum sim_status count_node(struct parse *parse, yaml_mark_t mark)
{
    if (parse->reader->nodes_left == 0)
        return REFUSE(parse, mark, "more than %d values and keys; split the scenario or shorten it",
                      SCN_NODES_MAX);
    parse->reader->nodes_left--;
    return SIM_OK;
}

/* Anchors and tags: refused, read on. Plain "!" tags are tags too. */
static bool is_decorated(struct parse *parse, const yaml_event_t *event, const yaml_char_t *anchor,
                         const yaml_char_t *tag)
{
    static const char core[] = "tag:yaml.org,2002:";
    char shown[SCN_PRINTABLE_BYTES];
    const char *name = (const char *)tag;
    bool is_core = tag && strncmp(name, core, sizeof core - 1) == 0;

    if (anchor)
        REFUSE(parse, event->start_mark,
               "anchor '&%s' is refused; write the value where it is used, or use 'extends'",
               scn_printable((const char *)anchor, shown));
    if (tag)
        REFUSE(parse, event->start_mark,
               "tag '%s%s' is refused; delete it, the key says what its value is",
               is_core ? "!!" : "", scn_printable(is_core ? name + sizeof core - 1 : name, shown));
    return anchor || tag;
}

/* Hangs a node below the open map or list (or makes it the root). */
static enum sim_status attach(struct parse *parse, const yaml_event_t *event, struct scn_node **out)
{
    struct level *level = parse->depth ? &parse->level[parse->depth - 1] : NULL;
    enum sim_status status = count_node(parse, event->start_mark);
    struct scn_node *node;
    struct scn_key *key;

    if (status != SIM_OK)
        return status;
    key = level && level->key ? level->key : parse->nameless;
    node = scn_reader_node(parse->reader);
    if (!node)
        return no_memory(parse);
    *node = (struct scn_node){
        .key = key, .line = line_of(event->start_mark), .column = column_of(event->start_mark)};
    if (!level) {
        parse->root = node;
    } else {
        node->refused = level->refused;
        level->refused = false;
        if (level->last)
            level->last->next = node;
        else
            level->node->first = node;
        level->last = node;
        level->node->count++;
        level->key = NULL;
    }
    *out = node;
    return SIM_OK;
}

static bool awaits_key(const struct parse *parse)
{
    const struct level *level = parse->depth ? &parse->level[parse->depth - 1] : NULL;

    return level && level->node->kind == SCN_MAP && !level->key;
}

static enum sim_status read_key(struct parse *parse, const yaml_event_t *event)
{
    struct level *level = &parse->level[parse->depth - 1];
    const char *text = (const char *)event->data.scalar.value;
    size_t bytes = event->data.scalar.length;
    bool plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    enum sim_status status = count_node(parse, event->start_mark);

    if (status != SIM_OK)
        return status;
    is_decorated(parse, event, event->data.scalar.anchor, event->data.scalar.tag);
    if (plain && strcmp(text, "<<") == 0) {
        REFUSE(parse, event->start_mark,
               "merge key '<<' is refused; write the keys out, or use 'extends'");
        level->refused = true;
    } else if (bytes == 0) {
        REFUSE(parse, event->start_mark, "a key is empty; write its name before ':'");
        level->refused = true;
    } else if (bytes > SCN_TEXT_BYTES_MAX || strlen(text) != bytes) {
        REFUSE(parse, event->start_mark, "a key is longer than %d bytes or contains NUL",
               SCN_TEXT_BYTES_MAX);
        level->refused = true;
        bytes = 0;
    }
    text = scn_reader_text(parse->reader, text, bytes);
    level->key = text ? scn_reader_key(parse->reader, text, parse->file) : NULL;
    if (!level->key)
        return no_memory(parse);
    level->key->line = line_of(event->start_mark);
    level->key->column = column_of(event->start_mark);
    return SIM_OK;
}

static enum sim_status read_scalar(struct parse *parse, const yaml_event_t *event)
{
    const char *text = (const char *)event->data.scalar.value;
    size_t bytes = event->data.scalar.length;
    struct scn_node *node = NULL;
    enum sim_status status;

    if (awaits_key(parse))
        return read_key(parse, event);
    status = attach(parse, event, &node);
    if (status != SIM_OK)
        return status;
    node->kind = SCN_SCALAR;
    node->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    if (is_decorated(parse, event, event->data.scalar.anchor, event->data.scalar.tag))
        node->refused = true;
    if (bytes > SCN_TEXT_BYTES_MAX || strlen(text) != bytes) { /* "\0" in double quotes */
        REFUSE(parse, event->start_mark, "%s; a value is text of at most %d bytes",
               bytes > SCN_TEXT_BYTES_MAX ? "the value is too long" : "the value contains NUL",
               SCN_TEXT_BYTES_MAX);
        node->refused = true;
        bytes = 0;
    }
    node->count = (uint32_t)bytes;
    node->text = scn_reader_text(parse->reader, text, bytes);
    return node->text ? SIM_OK : no_memory(parse);
}

static enum sim_status read_alias(struct parse *parse, const yaml_event_t *event)
{
    char shown[SCN_PRINTABLE_BYTES];
    struct scn_node *node = NULL;
    enum sim_status status;

    REFUSE(parse, event->start_mark, "alias '*%s' is refused; write the value out, or quote it",
           scn_printable((const char *)event->data.alias.anchor, shown));
    if (awaits_key(parse))
        return SIM_ESCHEMA; /* nothing to go on with */
    status = attach(parse, event, &node);
    if (status == SIM_OK) {
        node->kind = SCN_SCALAR;
        node->text = "";
        node->refused = true;
    }
    return status;
}

static enum sim_status open_level(struct parse *parse, const yaml_event_t *event,
                                  enum scn_kind kind)
{
    struct scn_node *node = NULL;
    enum sim_status status;

    if (awaits_key(parse))
        return REFUSE(parse, event->start_mark,
                      "a key is a mapping or a list; write text, in quotes if it has brackets");
    if (parse->depth == SCN_DEPTH_MAX)
        return REFUSE(parse, event->start_mark, "nested deeper than %d levels", SCN_DEPTH_MAX);
    status = attach(parse, event, &node);
    if (status != SIM_OK)
        return status;
    node->kind = (uint8_t)kind;
    if (kind == SCN_MAP ? is_decorated(parse, event, event->data.mapping_start.anchor,
                                       event->data.mapping_start.tag)
                        : is_decorated(parse, event, event->data.sequence_start.anchor,
                                       event->data.sequence_start.tag))
        node->refused = true;
    parse->level[parse->depth++] = (struct level){.node = node};
    return SIM_OK;
}

static enum sim_status close_level(struct parse *parse)
{
    const struct scn_node *node = parse->level[--parse->depth].node;

    return node->kind == SCN_MAP ? check_duplicates(parse, node) : SIM_OK;
}

static enum sim_status read_event(struct parse *parse, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (parse->root)
            return REFUSE(parse, event->start_mark,
                          "a second document begins here; keep one document a file");
        if (event->data.document_start.version_directive ||
            event->data.document_start.tag_directives.start !=
                event->data.document_start.tag_directives.end)
            return REFUSE(parse, event->start_mark,
                          "directives are refused; delete the lines that start with '%%'");
        return SIM_OK;
    case YAML_SCALAR_EVENT:
        return read_scalar(parse, event);
    case YAML_ALIAS_EVENT:
        return read_alias(parse, event);
    case YAML_SEQUENCE_START_EVENT:
        return open_level(parse, event, SCN_LIST);
    case YAML_MAPPING_START_EVENT:
        return open_level(parse, event, SCN_MAP);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        return close_level(parse);
    default:
        return SIM_OK;
    }
}

/* ---- what libyaml complains about ---- */

static const struct {
    const char *problem, *remedy;
} remedies[] = {
    {"mapping values are not allowed in this context",
     "put a text that contains ': ' in quotes, or check the indentation"},
    {"could not find expected ':'", "a key needs a ':' and a space before its value"},
    {"did not find expected key", "check the indentation of this line and the quotes before it"},
    {"did not find expected '-' indicator", "check the indentation of this line"},
    {"did not find expected ',' or ']'", "close the list with ']' or separate its items by ','"},
    {"did not find expected ',' or '}'", "close the mapping with '}' or separate its keys by ','"},
    {"found character that cannot start any token", "put the text in quotes"},
    {"did not find expected <document start>", "check the indentation of this line"},
    {"did not find expected node content", "write a value, and close every bracket"},
    {"found unexpected end of stream", "close the quotes"},
    {"found unknown escape character", "use '...' or double the backslash"},
    {"block sequence entries are not allowed in this context",
     "begin the list on a line of its own"},
};

static const char *remedy_of(const char *problem)
{
    for (size_t i = 0; i < sizeof remedies / sizeof *remedies; i++)
        if (strcmp(problem, remedies[i].problem) == 0)
            return remedies[i].remedy;
    return NULL;
}

/* The column of a tab in the indentation of a line (counted from 0), or 0. */
static uint32_t tab_column(const struct parse *parse, size_t line)
{
    const char *at = parse->text, *end = at + parse->bytes;

    for (; line > 0 && at < end; at++)
        line -= *at == '\n';
    for (uint32_t column = 1; at < end && (*at == ' ' || *at == '\t'); at++, column++)
        if (*at == '\t')
            return column;
    return 0;
}

static enum sim_status syntax_error(struct parse *parse, const yaml_parser_t *parser)
{
    const char *problem = parser->problem ? parser->problem : "cannot be read as YAML";
    const char *remedy = remedy_of(problem);
    uint32_t column;
    char context[160] = "";

    if (parser->error == YAML_MEMORY_ERROR)
        return no_memory(parse);
    column = tab_column(parse, parser->problem_mark.line);
    if (column > 0 && column <= column_of(parser->problem_mark))
        return scn_errors_add(parse->errors, SIM_ESCHEMA, parse->file,
                              line_of(parser->problem_mark), column,
                              "a tab in the indentation; use spaces");
    if (parser->context && parser->context_mark.line != parser->problem_mark.line)
        snprintf(context, sizeof context, " (%s that began at %u:%u)", parser->context,
                 line_of(parser->context_mark), column_of(parser->context_mark));
    else if (parser->context)
        snprintf(context, sizeof context, " (%s at %u:%u)", parser->context,
                 line_of(parser->context_mark), column_of(parser->context_mark));
    return REFUSE(parse, parser->problem_mark, "%s%s%s%s", problem, context, remedy ? "; " : "",
                  remedy ? remedy : "");
}

static enum sim_status read_events(struct parse *parse)
{
    enum sim_status status = SIM_OK;
    yaml_parser_t parser;

    if (!yaml_parser_initialize(&parser))
        return no_memory(parse);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)parse->text, parse->bytes);
    for (bool ended = false; !ended && status == SIM_OK && !parse->errors->more;) {
        yaml_event_t event;

        if (!yaml_parser_parse(&parser, &event)) {
            status = syntax_error(parse, &parser);
            break;
        }
        ended = event.type == YAML_STREAM_END_EVENT;
        status = read_event(parse, &event);
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    if (status == SIM_OK && parse->errors->more)
        status = SIM_ESCHEMA;
    return status;
}

enum sim_status scn_read_memory(struct scn_reader *reader, const char *name, const char *text,
                                size_t bytes, struct scn_node **root)
{
    struct parse parse = {.reader = reader, .errors = reader->errors, .text = text, .bytes = bytes};
    size_t errors_before = reader->errors->count;
    enum sim_status status;

    *root = NULL;
    parse.file = scn_reader_text(reader, name, strlen(name));
    parse.nameless = parse.file ? scn_reader_key(reader, NULL, parse.file) : NULL;
    if (!parse.nameless)
        return no_memory(&parse);
    if (bytes > SCN_FILE_BYTES_MAX)
        return scn_errors_add(parse.errors, SIM_ESCHEMA, parse.file, 0, 0,
                              "the file has more than %d MiB", SCN_FILE_BYTES_MAX >> 20);
    if (bytes > reader->bytes_left)
        return scn_errors_add(parse.errors, SIM_ESCHEMA, parse.file, 0, 0,
                              "the files of the scenario have more than %d MiB together",
                              SCN_LOAD_BYTES_MAX >> 20);
    reader->bytes_left -= bytes;
    if (bytes >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        parse.text += 3;
        parse.bytes -= 3;
    }
    status = check_encoding(parse.errors, parse.file, parse.text, parse.bytes);
    if (status == SIM_OK)
        status = read_events(&parse);
    if (status != SIM_OK)
        return status;
    if (!parse.root)
        return scn_errors_add(parse.errors, SIM_ESCHEMA, parse.file, 1, 1,
                              "the file is empty; a scenario begins with 'aifsim: 1'");
    *root = parse.root;
    if (reader->errors->count > errors_before)
        return reader->errors->error[errors_before].status;
    return SIM_OK;
}

/* ---- looking up ---- */

static struct scn_node *child_of(const struct scn_node *node, const char *name, size_t bytes)
{
    if (node->kind == SCN_SCALAR)
        return NULL;
    if (node->kind == SCN_LIST) {
        char *end;
        unsigned long index =
            bytes > 0 && name[0] >= '0' && name[0] <= '9' ? strtoul(name, &end, 10) : node->count;
        struct scn_node *child = node->first;

        if (index >= node->count || end != name + bytes)
            return NULL;
        while (index-- > 0)
            child = child->next;
        return child;
    }
    for (struct scn_node *child = node->first; child; child = child->next)
        if (strncmp(child->key->text, name, bytes) == 0 && child->key->text[bytes] == '\0')
            return child;
    return NULL;
}

bool scn_is_null(const struct scn_node *node)
{
    return node->kind == SCN_SCALAR && !node->quoted &&
           (strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0);
}

struct scn_node *scn_child(const struct scn_node *map, const char *key)
{
    return map->kind == SCN_MAP ? child_of(map, key, strlen(key)) : NULL;
}

struct scn_node *scn_find(const struct scn_node *root, const char *path, bool nearest,
                          size_t *found_bytes)
{
    const struct scn_node *node = root;
    const char *at = path;

    if (found_bytes)
        *found_bytes = 0;
    while (*at) {
        size_t bytes = strcspn(at, ".");
        struct scn_node *child = child_of(node, at, bytes);

        if (!child)
            break;
        node = child;
        at += bytes;
        if (found_bytes)
            *found_bytes = (size_t)(at - path);
        at += *at == '.';
    }
    if (*at && !nearest)
        return NULL;
    return (struct scn_node *)(uintptr_t)node;
}
