/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios/reference.h - every key that a scenario can have, told from the field rows.
 *
 *     status = scn_reference_create(mdl_config_fields, arena, &reference, err);
 *     scn_reference_tree(file, &reference);                       `aifsim schema`
 *     scn_reference_schema(file, &reference);                     `aifsim schema --json`
 *     scn_reference_markdown(file, &reference);                   scenarios/README.md
 *     n = scn_reference_find(&reference, "ramp", found);          `aifsim explain ramp`
 *
 * Paths     "sites.*.partitions.*.ramp": `*` stands for the name of an entity. The loader's own
 *           keys follow those of the rows: "extends", "sources.*.title"; then those of every
 *           entity ("*.title") and of every mapping ("**.source").
 * Memory    the reference lives in the arena; rows are borrowed.
 * Errors    SIM_ENOMEM. What fails to be written shows in ferror(file).
 */
#ifndef SCN_REFERENCE_H
#define SCN_REFERENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "sim/arena.h"
#include "sim/error.h"
#include "sim/field.h"

struct scn_key_about {
    const char *path;
    const struct sim_field *row;
    size_t depth; /* mappings around it, entities included */
};

struct scn_reference {
    const struct sim_field *rows;
    size_t count;
    const struct scn_key_about *key; /* [count] in the order of the rows, parents first */
};

/* Keys that the loader knows beside the rows: at the root, in every entity, in every mapping. */
extern const struct sim_field scn_root_rows[], scn_entity_rows[], scn_mapping_rows[];

SIM_NODISCARD enum sim_status scn_reference_create(const struct sim_field *rows,
                                                   struct sim_arena *arena,
                                                   struct scn_reference *out,
                                                   struct sim_error *err);

void scn_reference_tree(FILE *file, const struct scn_reference *reference);
void scn_reference_markdown(FILE *file, const struct scn_reference *reference);
void scn_reference_schema(FILE *file, const struct scn_reference *reference); /* json_schema.c */

/* Indices of the keys that `name` means, into found[count]: a path with or without its stars or
 * with names in their place ("sites.lumi.partitions.ramp"), else the end of paths ("ramp"). */
size_t scn_reference_find(const struct scn_reference *reference, const char *name, size_t *found);

/* All about one key: meaning, unit, range, default, example, who refers to it. */
void scn_reference_explain(FILE *file, const struct scn_reference *reference, size_t i);

/* The kind of a value in words, its range, and its default ("" = none). Return buffer. */
enum { SCN_ABOUT_BYTES = 400 };
const char *scn_about_kind(const struct sim_field *row, char buffer[SCN_ABOUT_BYTES]);
const char *scn_about_range(const struct sim_field *row, char buffer[SCN_ABOUT_BYTES]);
const char *scn_about_default(const struct sim_field *row, char buffer[SCN_ABOUT_BYTES]);
/* As it would stand behind `key: `; "" for mappings without an example. */
const char *scn_about_example(const struct sim_field *row, char buffer[SCN_ABOUT_BYTES]);

#endif /* SCN_REFERENCE_H */
