/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios/bind.h - what the files of this folder share; nobody else includes it.
 *
 * A binder walks the tree along the rows. `path` is where it stands ("sites.lumi.power"); a frame
 * is one mapping on the way, with the provenance (source, quality) it gives to what is in it.
 */
#ifndef SCN_BIND_H
#define SCN_BIND_H

#include "scenarios/load.h"

enum { SCN_PATH_BYTES = 4096, SCN_ROWS_MAX = 160 };

struct scn_frame {
    const struct scn_frame *above;
    const char *name;                        /* key of this mapping in the one above */
    const struct scn_node *map;              /* NULL: absent, everything takes its default */
    const struct scn_node *source, *quality; /* or NULL */
    const char *source_text;                 /* of a scalar source, expanded */
};

struct scn_source { /* an entry of `sources:` */
    const char *name, *text;
};

struct scn_entity {      /* what a reference can name */
    const char *pattern; /* "sites.*.partitions" */
    const char *name;    /* "lumi.lumi_g" */
    void *item;
};

struct scn_pending { /* a reference to resolve when everything is bound */
    void **item;
    const char *name, *local, *path;   /* local: with the entity above, or NULL */
    const char *target, *other_target; /* the second may be NULL */
    const struct scn_node *node;
};

struct scn_column { /* of a CSV file, read once */
    struct scn_column *next;
    const char *from, *file, *name; /* the scenario's file that names the CSV file */
    const struct scn_node *list;    /* NULL: its error is reported already */
};

struct scn_known_profile { /* read once, used by many */
    struct scn_known_profile *next;
    const char *name;
    struct sim_profile profile;
    const char *text; /* for /inputs */
    bool is_broken;   /* its error is reported already */
};

struct scn_number { /* its text, written once for the many places that have it */
    double value;
    const char *text;
};

enum { SCN_NUMBERS = 256 };

struct scn_binder {
    const struct scn_request *request;
    struct scn_reader reader; /* text of results, on the request's arena */
    struct scn_errors *errors;
    const struct scn_node *root;
    const char *folder; /* of the scenario; NULL from memory */
    bool no_memory;

    char path[SCN_PATH_BYTES], pattern[SCN_PATH_BYTES], scope[SCN_PATH_BYTES];
    size_t entities_left, tables_left;
    struct scn_known_profile *known_profiles;
    struct scn_column *columns;
    struct scn_number number[SCN_NUMBERS]; /* by hash; the latest wins */

    struct scn_source *source;
    size_t source_count;
    struct sim_input *input;
    size_t input_count, input_room;
    struct sim_input *order; /* of names, for the canonical text alone */
    size_t order_count, order_room;
    struct scn_entity *entity;
    size_t entity_count, entity_room;
    struct scn_pending *pending;
    size_t pending_count, pending_room;
};

/* ---- bind.c ---- */

/* `path: message` at the node's place; the node's key when at_key. */
void scn_binder_refuse(struct scn_binder *binder, const struct scn_node *node, bool at_key,
                       const char *fmt, ...) SIM_PRINTF(4, 5);
bool scn_binder_is_full(const struct scn_binder *binder); /* no use in going on */

/* path += name; gives what to hand to pop. */
size_t scn_binder_push(struct scn_binder *binder, const char *name);
void scn_binder_pop(struct scn_binder *binder, size_t mark);

/* Reads source, quality and note of a mapping (NULL: absent). */
void scn_frame_open(struct scn_binder *binder, struct scn_frame *frame,
                    const struct scn_frame *above, const char *name, const struct scn_node *map);

/* One row of /inputs at the binder's path. node NULL: a default. */
void scn_binder_leaf(struct scn_binder *binder, const struct scn_frame *frame, const char *key,
                     const struct scn_node *node, const char *value, const char *unit);

const char *scn_binder_text(struct scn_binder *binder, const char *text); /* a copy, or "" */
const char *scn_binder_number(struct scn_binder *binder, double value);   /* %.17g */
void *scn_binder_alloc(struct scn_binder *binder, size_t count, size_t size);

/* "; did you mean 'x'?" or, when nothing is near, "; known are a, b, c" into buffer. */
const char *scn_hint(const char *text, const char *const *candidates, size_t count, char *buffer,
                     size_t buffer_bytes);

/* ---- values.c: a node to a value; false: an error was added (or memory ran out) ---- */
bool scn_value_scalar(struct scn_binder *binder, const struct scn_node *node, const char *words,
                      const char *example);
bool scn_value_number(struct scn_binder *binder, const struct scn_node *node,
                      const struct sim_field *row, enum sim_unit unit, bool in_range, double *out);
bool scn_value_text(struct scn_binder *binder, const struct scn_node *node, bool is_free);
bool scn_value_dist(struct scn_binder *binder, const struct scn_frame *frame,
                    const struct sim_field *row, const struct scn_node *node, struct sim_dist *out);
/* flat, office and the entries of `profiles:` (NULL: there are none). Before scn_value_profile. */
void scn_read_profiles(struct scn_binder *binder, const struct scn_node *profiles);
bool scn_value_profile(struct scn_binder *binder, const struct scn_frame *frame,
                       const struct sim_field *row, const struct scn_node *node,
                       struct sim_profile *out);
bool scn_value_hourly(struct scn_binder *binder, const struct scn_frame *frame,
                      const struct sim_field *row, const struct scn_node *node,
                      struct sim_hourly *out);

/* ---- table.c ---- */
struct scn_csv;

/* Opens the file that a scalar names; errors at its place, or in the file. */
SIM_NODISCARD enum sim_status scn_open_csv(struct scn_reader *reader,
                                           const struct scn_request *request, const char *folder,
                                           const struct scn_node *name, struct scn_csv *out);

/* *root = the tree with the tables of its sections read into it. After errors that can be told
 * the tree is whole all the same. */
SIM_NODISCARD enum sim_status scn_expand_tables(struct scn_reader *reader,
                                                const struct scn_request *request,
                                                const char *folder, struct scn_node **root);

/* ---- what the reference tells of values (values.c, bind.c) ---- */
enum { SCN_SHOWN_BYTES = 64, SCN_RANGE_BYTES = 160 };

const char *scn_show_number(double value, enum sim_unit unit,
                            char buffer[SCN_SHOWN_BYTES]); /* 2e9 W as "2 GW" */
/* "1 W to 2 GW", "at least 1 s"; "" when everything is allowed. */
const char *scn_show_range(const struct sim_field *row, enum sim_unit unit,
                           char buffer[SCN_RANGE_BYTES]);

enum { SCN_PARAMETERS_MAX = 4 };

struct scn_dist_form { /* {lognormal: {median: 3 h, sigma: 1.6}} */
    const char *name;
    bool can_be_cut;  /* takes min and max inside; beside the name, all do */
    bool takes_list;  /* of the parameters in their order */
    bool takes_scale; /* instead of the mean */
    size_t parameter_count;
    const char *parameter[SCN_PARAMETERS_MAX];
    bool is_pure[SCN_PARAMETERS_MAX]; /* without unit */
};
bool scn_dist_form(size_t i, struct scn_dist_form *out); /* false after the last */

bool scn_is_free_text(const struct sim_field *row); /* for people: any printable text */

/* What the `source` (or `quality`) of the mappings around says of the value under key, or NULL. */
const struct scn_node *scn_said_of(const struct scn_frame *frame, bool is_source, const char *key,
                                   const struct scn_node *value);

/* ---- load.c ---- */

/* The bytes of a file that `from` names, to be freed, and its name for messages: beside `from`, a
 * file of the scenario in `folder` (NULL: none) or below it, else in request->data. */
SIM_NODISCARD enum sim_status scn_read_data(const struct scn_request *request, const char *folder,
                                            const char *from, const char *name, char **text,
                                            size_t *bytes, char *label, size_t label_bytes,
                                            struct sim_error *err);

SIM_NODISCARD enum sim_status scn_check_version(struct scn_errors *errors,
                                                const struct scn_node *root, bool required);

/* *root = base with the request's patches and sets applied; NULL when that cannot be done. */
SIM_NODISCARD enum sim_status scn_patches_of(const struct scn_request *request,
                                             struct scn_reader *reader, const struct scn_node *base,
                                             struct scn_node **root);

/* What scn_open_below does where openat2 is missing: every link is refused. `relative` is
 * normalised already. */
int scn_open_walking(int folder_fd, const char *relative);

#endif /* SCN_BIND_H */
