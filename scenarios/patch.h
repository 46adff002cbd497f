/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios/patch.h - whatever changes a scenario, as one list applied in one order.
 *
 * Extends chain, options, futures, draws, sweep points and --set are all patches: a path and a
 * node. Maps merge, lists and scalars are replaced, the later wins; every node keeps its own
 * place. What is one value to its user is replaced as a whole: shares that make up a whole, values
 * by hour, and a distribution, unless both have the same family ({lognormal: {sigma: 2}} then
 * changes sigma only). `~` (or `null`) removes a key that was given before: an entity is gone, a
 * value has its default again.
 *
 * Paths    segments by '.'; `*` matches every existing key of one level (or item of a list);
 *          a number picks an existing item of a list. Missing maps are made on the way, so that
 *          a key nobody knows is refused by the binding like any other.
 * Memory   the base tree is never changed: the patched one shares what it did not touch.
 * Cost     O(children along the path) a patch; a merge O(n log n).
 */
#ifndef SCN_PATCH_H
#define SCN_PATCH_H

#include "scenarios/yaml_reader.h"
#include "sim/field.h"

struct scn_patch {
    const char *path;            /* "" or NULL: `node` is a map merged at the root */
    const struct scn_node *node; /* with its file:line:column */
    const char *label;           /* who asks, for messages: "--set", "option links-first" */
};

/* "PATH=VALUE", VALUE a YAML value as it would stand in a file ("12 MW", "{min: 20, max: 40}").
 * Its nodes have the file "--set" and no line. */
SIM_NODISCARD enum sim_status scn_patch_from_set(struct scn_reader *reader, const char *text,
                                                 struct scn_patch *out);

/* *out = base with `over` merged into it. rows may be NULL. */
SIM_NODISCARD enum sim_status scn_merge(struct scn_reader *reader, const struct scn_node *base,
                                        const struct scn_node *over, const struct sim_field *rows,
                                        struct scn_node **out);

/* *out = root with the patches applied in order; errors name the patch and go on. */
SIM_NODISCARD enum sim_status scn_patch_apply(struct scn_reader *reader,
                                              const struct scn_node *root,
                                              const struct scn_patch *patches, size_t count,
                                              const struct sim_field *rows, struct scn_node **out);

#endif /* SCN_PATCH_H */
