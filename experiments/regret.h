/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiments/regret.h - options judged over futures nobody puts probabilities on.
 *
 * A table of one figure, option by future. Regret is what an option loses against the best option
 * of the same future; never negative. The rules disagree, which is the point: show three or more.
 *
 *   maximin     the value in the option's worst future
 *   regret      its largest regret
 *   hurwicz     optimism * best value + (1 - optimism) * worst value
 *   satisficing share of futures in which the value is good enough
 *   p90 regret  the regret that nine of ten futures stay below (type 1)
 *
 * An option that lacks its value in some future (NaN) has no maximin, regret, Hurwicz or p90
 * regret (NaN) and does not satisfy there; the best of that future is the best of the others.
 *
 * Memory   one double a future in the scratch arena, which the caller gives back.
 * Errors   SIM_ENOMEM.
 * Threads  pure functions.
 * Cost     O(options * futures log futures).
 * Source   McPhail et al., Earth's Future 6 (2018) 169, doi:10.1002/2017EF000649; Savage, J. Am.
 *          Stat. Assoc. 46 (1951) 55; Hurwicz, Cowles Commission paper 370 (1951).
 */
#ifndef EXPERIMENTS_REGRET_H
#define EXPERIMENTS_REGRET_H

#include <stddef.h>

#include "experiments/direction.h"
#include "sim/arena.h"

enum exp_rule {
    EXP_MAXIMIN,
    EXP_MINIMAX_REGRET,
    EXP_HURWICZ,
    EXP_SATISFICING,
    EXP_P90_REGRET,
    EXP_RULES,
};

struct exp_robustness { /* of one option */
    double measure[EXP_RULES];
};

struct exp_regret_table {
    const double *value; /* [options][futures], in the figure's unit */
    size_t options, futures;
    enum exp_direction direction;
    double optimism;    /* 0..1, of Hurwicz */
    double good_enough; /* a value as good as this satisfies; NaN: no such value is given */
};

/* regret[options][futures] and robustness[options]. */
SIM_NODISCARD enum sim_status exp_regret(const struct exp_regret_table *table,
                                         struct sim_arena *scratch, double *regret,
                                         struct exp_robustness *robustness, struct sim_error *err);

/* The option a rule chooses, the first of equal ones; options when none has that measure. */
size_t exp_choose(const struct exp_robustness *robustness, size_t options, enum exp_rule rule,
                  enum exp_direction direction);

#endif /* EXPERIMENTS_REGRET_H */
