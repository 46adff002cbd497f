/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiments/analysis.h - what a comparison says: differences, verdicts, who is left, regret.
 *
 * Everything is judged in key figures: those that `matters` names, in its order, else a standard
 * list as far as the scenario has them. Differences to the baseline are paired over replications
 * in the world as planned; Holm's family is all options but the baseline times all key figures.
 * The other worlds (futures, draws) say in which share of them a sign holds, and give the table of
 * regrets; they never enter an interval.
 *
 *     matters: {"wait.p95{kind=sme}": 2 h, cost.energy: 100000 EUR}
 *
 * Memory   the arena's.
 * Errors   matters: into scn_errors, each with its place. SIM_ENOMEM.
 * Threads  one; the same bytes for the same values.
 */
#ifndef EXPERIMENTS_ANALYSIS_H
#define EXPERIMENTS_ANALYSIS_H

#include "experiments/compare.h"
#include "experiments/direction.h"
#include "experiments/paired.h"
#include "experiments/regret.h"

#define EXP_LEVEL 0.95
enum { EXP_KEYS_MAX = 32, EXP_RESAMPLES = 2000, EXP_PARETO_FIGURES_MAX = 4 };

struct exp_key {      /* a figure that options are judged in */
    size_t figure;    /* row of the comparison */
    double matters;   /* smallest difference that counts, in the figure's unit; 0: any */
    bool is_declared; /* by `matters` */
    bool is_judged;   /* more or less of it is better; else its differences are only shown */
    enum exp_direction direction;
};

struct exp_judgement {       /* of an option in a key figure */
    double mean, half_width; /* as planned; NaN where only a bound is known */
    double bound;            /* then: the mean is at least this; else NaN */
    size_t n;                /* replications that have it */
    struct exp_difference difference;
    double sign_share; /* of all worlds; 1 where there is one */
    enum exp_verdict verdict;
    bool is_kept; /* cannot be told from the best */
};

struct exp_price { /* what a unit gained costs: difference of cost over difference of the figure */
    double ratio, low, high; /* EUR a unit gained; NaN where nothing is gained or saved for sure */
};

struct exp_track_mean { /* over replications; half_width NaN below two that have it */
    double mean, half_width;
};

struct exp_analysis {
    size_t option_count, world_count, key_count;
    const struct exp_key *key;
    struct exp_judgement *judgement; /* [option][key] */
    size_t comparisons;              /* of Holm's family */
    /* the first key figures that are judged, at most EXP_PARETO_FIGURES_MAX */
    size_t pareto_count, pareto_key[EXP_PARETO_FIGURES_MAX];
    bool *is_front;      /* [option] */
    double *front_share; /* [option]: of resamples */
    /* one world: no regret, and the tables are NULL */
    double *mean;                      /* [key][option][world] */
    double *regret;                    /* [key][option][world] */
    struct exp_robustness *robustness; /* [key][option] */
    struct exp_track_mean *track;      /* [option][period][EXP_TRACKS], as planned */
    size_t cost_figure;                /* row of the cost that prices refer to; SIZE_MAX: none */
    struct exp_price *price;           /* [option][key]; NULL without a cost */
};

/* Reads `matters` against the rows of a comparison; key[EXP_KEYS_MAX]. */
SIM_NODISCARD enum sim_status exp_keys_read(const struct scn_node *root,
                                            const struct mdl_figure *figure, size_t figure_count,
                                            struct exp_key *key, size_t *count,
                                            struct scn_errors *errors);

SIM_NODISCARD enum sim_status exp_analyse(const struct exp_comparison *comparison,
                                          const struct exp_key *key, size_t key_count,
                                          struct sim_arena *arena, struct exp_analysis **out,
                                          struct sim_error *err);

#endif /* EXPERIMENTS_ANALYSIS_H */
