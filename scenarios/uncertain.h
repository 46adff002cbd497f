/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * scenarios/uncertain.h - inputs that are not known: a law for each, and patches for a draw.
 *
 *     uncertain:
 *       communities.*.submit.growth: {triangular: [5 %/yr, 20 %/yr, 60 %/yr]}
 *       sites.lumi.energy.price: {uniform: [60 EUR/MWh, 140 EUR/MWh], each: true}
 *
 * A path may hold `*`; all that it matches take one value, or each its own with `each: true`.
 * What can be uncertain is a number with or without a unit, or a parameter of a distribution
 * (classes.training.run.lognormal.median). A draw is a patch like any other.
 *
 * Draws    value = law at a uniform addressed by (seed, hash of the path, index of the draw), so
 *          draws do not depend on how many there are, on options or on other inputs.
 * Units    the key's; a value is written "%.17g UNIT" and read back as the scenario's own.
 * Memory   the request's arena.
 * Errors   into scn_errors, each with its place; the status is that of the first.
 */
#ifndef SCN_UNCERTAIN_H
#define SCN_UNCERTAIN_H

#include "scenarios/load.h"
#include "scenarios/patch.h"

enum { SCN_UNCERTAIN_MAX = 256 };

struct scn_uncertain {
    const char *path;
    const struct scn_node *node; /* where it stands in the scenario */
    struct sim_dist law;
    enum sim_unit unit;
    bool is_whole; /* rounded to the nearest whole number */
    bool is_each;
};

/* One input: node is its law. The rows say whether there is such a key and in which unit. Messages
 * begin with the section: "uncertain". */
SIM_NODISCARD enum sim_status scn_uncertain_read(const struct scn_request *request,
                                                 const struct scn_tree *tree, const char *section,
                                                 const char *path, const struct scn_node *node,
                                                 struct scn_uncertain *out,
                                                 struct scn_errors *errors);

/* The patches of one draw, in the order of the inputs, into *out (the reader's arena). */
SIM_NODISCARD enum sim_status scn_uncertain_draw(struct scn_reader *reader,
                                                 const struct scn_node *root,
                                                 const struct scn_uncertain *inputs, size_t count,
                                                 uint64_t seed, uint64_t draw,
                                                 const struct scn_patch **out, size_t *out_count);

/* The input set to a value in the unit of its key, all that its path matches alike. */
SIM_NODISCARD enum sim_status scn_uncertain_set(struct scn_reader *reader,
                                                const struct scn_uncertain *input, double value,
                                                struct scn_patch *out);

#endif /* SCN_UNCERTAIN_H */
