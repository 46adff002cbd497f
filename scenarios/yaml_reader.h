/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios/yaml_reader.h - YAML text to a bounded tree whose every node knows its place.
 *
 * The only door to libyaml. Its events (never its document API) become nodes of three kinds:
 * scalar, map, list. Scalars stay text: what they mean is for the field rows to say. Refused,
 * each with place and remedy: anchors, aliases, merge keys, tags, directives, duplicate and
 * non-scalar keys, tabs as indentation, a second document, NUL, UTF-16, broken UTF-8.
 *
 * Limits   4 MiB a file and 8 MiB a load, depth 64, 1e6 nodes a load, 4096 bytes a scalar.
 * Places   line and column count from 1, columns in characters.
 * Memory   nodes and text live in the reader's arena, 40 bytes a node; trees may share nodes.
 * Errors   collected in struct scn_errors, at most SCN_ERRORS_MAX; reading goes on where it can.
 *          A function that returns a status returns that of the first error it added.
 * Threads  no shared state; one reader, one thread.
 * Cost     about 15 MB/s (libyaml).
 */
#ifndef SCN_YAML_READER_H
#define SCN_YAML_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/arena.h"
#include "sim/error.h"

enum {
    SCN_ERRORS_MAX = 20,
    SCN_FILE_BYTES_MAX = 4 << 20,
    SCN_LOAD_BYTES_MAX = 8 << 20,
    SCN_DEPTH_MAX = 64,
    SCN_NODES_MAX = 1000000,
    SCN_TEXT_BYTES_MAX = 4096,
    SCN_FOREIGN_MAX = 80, /* characters of foreign text in a message */
    SCN_PRINTABLE_BYTES = 4 * SCN_FOREIGN_MAX + 8
};

/* ---- errors ---- */
struct scn_errors { /* zero it before use */
    size_t count;
    bool more; /* there were more than fit */
    struct sim_error error[SCN_ERRORS_MAX];
};

/* Adds one, returns its status. Line 0: no place in a file. */
enum sim_status scn_errors_add(struct scn_errors *errors, enum sim_status status, const char *file,
                               uint32_t line, uint32_t column, const char *fmt, ...)
    SIM_PRINTF(6, 7);

/* By file (in the order of first appearance), line, column; stable. */
void scn_errors_sort(struct scn_errors *errors);

/* `file:line:column: error: message` into buffer, cut at its size. Returns buffer. */
const char *scn_error_format(const struct sim_error *err, char *buffer, size_t buffer_bytes);

/* Text of strangers for a message: at most SCN_FOREIGN_MAX characters, control, bidi and
 * invisible characters as \xNN by byte, a cut marked by "...". Returns buffer. */
const char *scn_printable(const char *text, char buffer[SCN_PRINTABLE_BYTES]);

/* Is the text UTF-8 without such characters (so that it may be shown as it is)? */
bool scn_is_printable(const char *text);

/* ---- the tree ---- */
enum scn_kind { SCN_SCALAR, SCN_MAP, SCN_LIST };

struct scn_key {
    const char *text; /* NULL: a list's item or the root */
    const char *file;
    uint32_t line, column;
};

struct scn_node {
    const struct scn_key *key; /* never NULL; the items of a file's lists share one */
    union {
        const char *text;       /* SCN_SCALAR: NUL-terminated UTF-8 */
        struct scn_node *first; /* SCN_MAP, SCN_LIST: children in file order */
    };
    struct scn_node *next;
    uint32_t count; /* children, or bytes of text */
    uint32_t line, column;
    uint8_t kind; /* enum scn_kind */
    bool quoted;  /* scalar in '...' or "..." or a block */
    bool refused; /* an error was reported for it already (an alias, say) */
    bool owned;   /* its children belong to one patched tree (patch.c) */
};

static inline const char *scn_file_of(const struct scn_node *node)
{
    return node->key->file;
}

/* A plain scalar without text: `key:` with nothing behind it. */
static inline bool scn_is_empty(const struct scn_node *node)
{
    return node->kind == SCN_SCALAR && !node->quoted && node->count == 0;
}

/* `~` or `null`: in a patch, what was said before is removed. */
bool scn_is_null(const struct scn_node *node);

/* The child of a map, or NULL. Linear in the children. */
struct scn_node *scn_child(const struct scn_node *map, const char *key);

/* The node at "sites.lumi.power"; *found_bytes (or NULL) = how much of the path exists. Returns
 * the deepest node that exists when `nearest`, else NULL unless all of it does. */
struct scn_node *scn_find(const struct scn_node *root, const char *path, bool nearest,
                          size_t *found_bytes);

/* ---- reading ---- */
struct scn_reader {
    struct sim_arena *arena;
    struct scn_errors *errors;
    size_t nodes_left, bytes_left;
    struct scn_node *nodes; /* the rest of a block of nodes */
    size_t nodes_ready;
    char *text;
    size_t text_ready;
};

void scn_reader_init(struct scn_reader *reader, struct sim_arena *arena, struct scn_errors *errors);

/* Reads one document. `name` is copied; it stands in messages. After errors
 * that one can read on from (duplicate keys, aliases, tags) *root is set all the same; it is NULL
 * after the others (syntax, encoding, limits). */
SIM_NODISCARD enum sim_status scn_read_memory(struct scn_reader *reader, const char *name,
                                              const char *text, size_t bytes,
                                              struct scn_node **root);

/* Pieces for those who build nodes themselves (a draw, a sweep point). NULL: no memory or limit.
 * The place of such a node is `label` without a line. */
struct scn_node *scn_reader_node(struct scn_reader *reader); /* zeroed */
struct scn_key *scn_reader_key(struct scn_reader *reader, const char *text, const char *file);
char *scn_reader_text(struct scn_reader *reader, const char *text, size_t bytes);
struct scn_node *scn_reader_scalar(struct scn_reader *reader, const char *text, const char *label);

#endif /* SCN_YAML_READER_H */
