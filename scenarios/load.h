/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios/load.h - a scenario file to a const config struct, along the models' field rows.
 *
 *     scn_open   file + its `extends` chain  -> tree          (once)
 *     scn_bind   tree + patches + rows       -> config        (once per option, future, point)
 *     scn_load   both                                         (one scenario, with --set)
 *
 *     struct scn_errors errors = {0};
 *     struct scn_scenario scenario;
 *     struct mdl_config config;
 *     status = scn_load(&(struct scn_request){.path = path, .arena = arena, .rows = mdl_rows,
 *                       .sets = sets, .set_count = n, .check = mdl_check, .want_inputs = true},
 *                       &config, &scenario, &errors);
 *
 * Units    as the rows say (sim/field.h). Absent keys take `fallback`: REAL, INT, BOOL, ENUM,
 *          DURATION (s), DATE (days) and DIST (a constant); other kinds are empty. A GROUP that is
 *          absent and not required takes the defaults of its rows, required ones too.
 * Keys     the loader itself knows `aifsim: 1`, `extends`, `sources`, `profiles` at the root,
 *          and lets `expect` through (experiments/expect.h reads it);
 *          `source`, `quality`, `note` in every mapping; `title` and `description` in the items of
 *          MAP and LIST, and `description` at the root. A row of the same name goes first.
 *          A scalar item of a LIST stands for {FIRST ROW: scalar}.
 * Names    entities, sources, profiles: [A-Za-z0-9][A-Za-z0-9_-]{0,63}. A REF below the same
 *          entity as its target may leave out that entity's name (`replaces: booster`).
 * Files    `table: FILE.csv` in a MAP at the root makes every row an entry (column `key`, the
 * others named by the path of a field, `submit.load`); what the scenario writes goes on top.
 *          `{file: FILE.csv, column: NAME}` stands for the list of a profile or of hourly values.
 *          Both are looked up below the top file's folder, then below `data`.
 * Text     `name title description note source question` take free text (4096 bytes, no control or
 * bidi characters); other TEXT rows take letters, digits and " ._/+:-{}=,*%()@~". Memory everything
 * that comes out lives in the arenas passed in and is read-only afterwards. Errors   up to 20 at
 * once, each with its place, sorted; the config is not to be used then. Threads  none shared;
 * scn_bind may run in many threads on one tree, each with its own arena. Cost     1,000
 * communities: 8 ms, with inputs 18 ms (test_load.c prints it); n log n.
 */
#ifndef SCN_LOAD_H
#define SCN_LOAD_H

#include "scenarios/patch.h"
#include "scenarios/yaml_reader.h"
#include "sim/field.h"

enum {
    SCN_EXTENDS_DEPTH_MAX = 16,
    SCN_FILES_MAX = 256,      /* files of one extends chain, counted as often as they are read */
    SCN_ENTITIES_MAX = 20000, /* items of all MAPs and LISTs */
    SCN_LAW_TABLES_MAX = 100  /* gamma, beta and mixture: 100 KiB and some ms each */
};

/* Rules across keys. It calls report(ctx, "sites.lumi.power", "...") for each breach and returns
 * the status (SIM_OK and no report: all well). The report finds file:line:column by the path,
 * the nearest existing ancestor when the key was defaulted, and writes `path: message`. */
typedef void scn_report_fn(void *ctx, const char *path, const char *fmt, ...) SIM_PRINTF(3, 4);
typedef enum sim_status scn_check_fn(const void *config, scn_report_fn *report, void *ctx);

/* A scenario or part that is compiled in; scenarios/builtin.h has those that are shipped. */
struct scn_builtin {
    const char *name; /* a path: "europe/parts/network.yaml" */
    const char *text;
    size_t bytes;
};

struct scn_request {
    /* what to read */
    const char *path; /* a file or builtin:NAME; with `text`, its name in messages */
    const char *text; /* or: read from memory (extends then only by builtin:) */
    size_t text_bytes;
    const char *data; /* folder where files are looked up that are not below the scenario's;
                         NULL: there is none */
    const struct scn_builtin
        *builtins; /* up to a row without name; NULL: builtin:NAME is refused */

    /* how to change it: first the patches, then the sets */
    const struct scn_patch *patches;
    size_t patch_count;
    const char *const *sets; /* "PATH=VALUE" of --set */
    size_t set_count;

    /* how to bind it */
    const struct sim_field *rows;
    const char *const *other_keys; /* NULL-terminated: root keys that somebody else reads */
    scn_check_fn *check;           /* or NULL; only called when everything is bound */
    bool want_inputs;              /* fill inputs and canonical */
    struct sim_arena *arena;
};

struct scn_tree {
    struct scn_node *root;   /* extends merged in; a map */
    const char *path;        /* of the top file as given */
    const char *folder;      /* of the top file, "." when the path has none; NULL: no file */
    size_t file_count;       /* top file first, then parts in the order read */
    const char *const *file; /* [file_count] */
};

struct scn_scenario {
    struct scn_tree tree;
    struct scn_node *root;          /* patched: for those who read other_keys */
    const struct sim_input *inputs; /* [input_count], scenario order */
    size_t input_count;
    const char *canonical; /* one `path: value unit` a line, sorted by path; see sim_input. Names
                              that do not stand in their sorted order, which decides ties and
                              which uniform means what, have a line too: `sites: lumi, bsc` */
};

/* Reads path or text and merges what it extends. Uses path .. builtins, rows (may be NULL)
 * and arena of the request. */
SIM_NODISCARD enum sim_status scn_open(const struct scn_request *request, struct scn_tree *tree,
                                       struct scn_errors *errors);

/* Patches the tree and binds it. Uses patches .. arena of the request; config is overwritten
 * along the rows, the rest of it is left alone (zero it before). */
SIM_NODISCARD enum sim_status scn_bind(const struct scn_request *request,
                                       const struct scn_tree *tree, void *config,
                                       struct scn_scenario *scenario, struct scn_errors *errors);

SIM_NODISCARD enum sim_status scn_load(const struct scn_request *request, void *config,
                                       struct scn_scenario *scenario, struct scn_errors *errors);

/* Opens a regular file below a folder for reading; no `..` and no symbolic link leads out. */
SIM_NODISCARD enum sim_status scn_open_below(const char *folder, const char *relative, int *fd,
                                             struct sim_error *err);

/* The same for a file that `from`, a file of the scenario below `folder`, names (folder NULL: from
 * memory): beside `from`, else below `data` (NULL: none); label = its name for messages. */
SIM_NODISCARD enum sim_status scn_open_data(const char *folder, const char *from, const char *data,
                                            const char *name, int *fd, char *label,
                                            size_t label_bytes, struct sim_error *err);

/* Opens what a person names: a regular file, or what the shell hands over open already
 * (/dev/stdin, /dev/fd/N); `what` is for the message: "the log". Another FIFO or a device is
 * refused and never waited for. */
SIM_NODISCARD enum sim_status scn_open_named(const char *path, const char *what, int *fd,
                                             struct sim_error *err);

/* The row that is meant by NAME of builtin:NAME: its path, or the end of its path behind a '/';
 * ".yaml" may be left out. The first that fits, NULL when none does. */
const struct scn_builtin *scn_builtin_find(const struct scn_builtin *builtins, const char *name);

/* What to write for a row: its path without folders and ".yaml" ("seven-2026"), or with as many
 * as it takes to mean that row. */
void scn_builtin_short(const struct scn_builtin *builtins, const struct scn_builtin *row, char *out,
                       size_t bytes);

/* Does every mapping take this key (source, quality, note)? */
bool scn_is_reserved(const char *key);

/* Is text an entity's key? */
bool scn_is_entity_key(const char *text);

/* The candidate nearest to text by edit distance (insert, delete, replace, swap), or NULL when
 * none is near enough to be meant. */
const char *scn_nearest(const char *text, const char *const *candidates, size_t count);

#endif /* SCN_LOAD_H */
