/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiments/expect.h - the `expect:` section of a scenario.
 *
 *     expect:
 *       "wait.p95{kind=sme}": {at_most: 24 h}
 *       "utilisation{partition=lumi.lumi_g}": {between: [82 %, 88 %]}
 *
 * A figure's name (models/figures/selector.h) and one or more of at_most, at_least, between;
 * `window` is the shortest window over which that is expected: in a shorter one it stays open.
 * `source`, `quality` and `note` may stand beside them. A name that selects several rows means
 * each.
 *
 * Memory   the arena's.
 * Errors   into scn_errors, each with its place; the status is that of the first. SIM_ENOMEM.
 */
#ifndef EXPERIMENTS_EXPECT_H
#define EXPERIMENTS_EXPECT_H

#include "models/figures/expectation.h"
#include "scenarios/load.h"

#define EXP_EXPECT_KEY "expect"

/* root: the scenario's tree. *out stays NULL when it has no such section. */
SIM_NODISCARD enum sim_status exp_expect_read(const struct scn_node *root,
                                              const struct mdl_figure *row, size_t row_count,
                                              int64_t window_ns, struct sim_arena *arena,
                                              struct mdl_expectation **out, size_t *count,
                                              struct scn_errors *errors);

#endif /* EXPERIMENTS_EXPECT_H */
