/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/study.h - a comparison as DIR/study.h5 holds it; tables, plots and report read only this.
 *
 * Everything is a flat array; the comment behind each says its shape, in which
 *   o option   w world   r replication   f figure   k key figure   m rule over worlds
 *   i input    c change (a key that an option sets)   b question about break-even
 *   p period of the window (a month, or a week of a short one)
 * World 0 is the scenario as planned; intervals are given there alone. The other worlds (futures,
 * draws of uncertain inputs) give one mean each and are never pooled with replications.
 *
 * Units    a value is in its figure's unit, money in EUR.
 * Memory   out_study_open: one block, freed by out_study_close; else the caller's.
 * Errors   SIM_EIO (disk, damaged file, no study), SIM_ELOCKED, SIM_ENOMEM.
 * Threads  one at a time (HDF5 has one lock).
 */
#ifndef OUTPUT_STUDY_H
#define OUTPUT_STUDY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "output/trace_h5.h"
#include "sim/error.h"

#define OUT_STUDY_FORMAT "aifsim-study"
enum { OUT_STUDY_FORMAT_VERSION = 3, OUT_STUDY_RULES = 5 };

struct out_study {
    const char *version, *name, *question, *command; /* as one would type it again */
    const char *scenario_text;                       /* of the baseline, canonical */
    const char *cost;                                /* figure that prices refer to; "" = none */
    const char *digest;                              /* 64 hex digits; set by write and open */
    uint64_t seed;
    int64_t start_days, end_days;
    double level;       /* of every interval: 0.95 */
    size_t comparisons; /* that Holm's adjustment is over */
    size_t baseline;    /* option */
    size_t option_count, world_count, replication_count, figure_count, key_count, input_count,
        change_count, breakeven_count, period_count;

    const char *const *option_name, *const *option_title, *const *option_description; /* [o] */
    const char *const *world_name;                                                    /* [w] */
    const char *const *world_kind; /* [w]: planned, future or draw */
    const char *const *figure_name, *const *figure_statistic, *const *figure_selector; /* [f] */
    const char *const *figure_unit, *const *figure_method, *const *figure_help;        /* [f] */
    const char *const *figure_better; /* [f]: high, low or "" */
    const char *const *input_path, *const *input_value, *const *input_unit;       /* [i] */
    const char *const *input_source, *const *input_quality, *const *input_origin; /* [i] */
    const char *const *change_option, *const *change_path, *const *change_value;  /* [c] */

    const double *value;   /* [o][w][r][f]; NaN: the item has no such figure */
    const double *bounded; /* [o][w][f]: replications whose value is only a bound from below */

    /* what options are judged in */
    const char *const *key_name;     /* [k]: wait.p95{kind=sme} */
    const double *key_figure;        /* [k]: index of the figure */
    const double *key_matters;       /* [k]: smallest difference that counts */
    const double *key_is_judged;     /* [k]: 1: more or less of it is better */
    const double *key_is_traded_off; /* [k]: 1: one of those the front is over */

    /* as planned, against the baseline, paired by replication */
    const double *mean, *half_width, *used; /* [o][k] */
    const double *bound; /* [o][k]: the mean is at least that, and NaN; NaN: there is a mean */
    const double *difference, *difference_half_width;     /* [o][k], Holm's adjusted interval */
    const double *difference_alone_half_width;            /* [o][k], unadjusted */
    const double *adjusted_p, *relative, *variance_ratio; /* [o][k] */
    const double *sign_share;                             /* [o][k] of worlds */
    const double *is_kept;                                /* [o][k] 1: not told from the best */
    const char *const *verdict;                   /* [o][k]: better, leans worse, open ... */
    const double *is_front, *front_share;         /* [o] */
    const double *price, *price_low, *price_high; /* [o][k] EUR a unit gained; NaN: none */

    /* the value of an input at which option and baseline are equal, as planned; in its unit */
    const char *const *breakeven_option, *const *breakeven_input,
                                             *const *breakeven_figure; /* [b] */
    const char *const *breakeven_unit;                                 /* [b] of the input */
    const char *const *breakeven_answer;         /* [b] once, never, often, along, unknown */
    const double *breakeven_from, *breakeven_to; /* [b] the range looked at */
    const double *breakeven_value, *breakeven_low,
        *breakeven_high;                               /* [b] NaN unless once; along: low, high */
    const double *breakeven_at_from, *breakeven_at_to; /* [b] differences at both ends */

    /* over time, as planned: use of all machines, jobs waiting; half-widths alone, unadjusted */
    const char *const *period_start;            /* [p] "2026-01-01" */
    const double *use, *use_half_width;         /* [o][p] */
    const double *waiting, *waiting_half_width; /* [o][p] */

    /* over the worlds; regret and robustness are NaN in one world */
    const double *world_mean, *regret; /* [k][o][w] */
    const double *robustness;          /* [k][o][m]: out_study_rules */
};

extern const char *const out_study_rules[OUT_STUDY_RULES];

/* Writes DIR/study.h5 and DIR/study.csv under temporary names, reads the file back and renames
 * both. DIR is made when missing (one level). */
SIM_NODISCARD enum sim_status out_study_write(const char *dir, const struct out_study *study,
                                              char digest[OUT_DIGEST_BYTES], struct sim_error *err);

SIM_NODISCARD enum sim_status out_study_open(const char *path, const struct out_study **out,
                                             struct sim_error *err);
void out_study_close(const struct out_study *study); /* one that was opened; NULL is fine */

/* Is the file a study (and no result of a run)? False when it cannot be read, too. */
bool out_study_is_one(const char *path);

/* ---- the cells of the tables ---- */

static inline size_t out_study_at(const struct out_study *study, size_t option, size_t key)
{
    return option * study->key_count + key;
}

static inline size_t out_study_in_world(const struct out_study *study, size_t key, size_t option,
                                        size_t world)
{
    return (key * study->option_count + option) * study->world_count + world;
}

/* Replications of an item whose value of a figure is only a bound from below. */
static inline double out_study_bounds(const struct out_study *study, size_t option, size_t world,
                                      size_t figure)
{
    return study->bounded[(option * study->world_count + world) * study->figure_count + figure];
}

/* The i-th option with the baseline first. */
size_t out_study_nth(const struct out_study *study, size_t i);

/* Of a key figure: is it shown as a percentage (then by 100), in which unit; which way is better.
 */
double out_study_scale(const struct out_study *study, size_t key);
const char *out_study_unit(const struct out_study *study, size_t key);
const char *out_study_better(const struct out_study *study, size_t key);

#endif /* OUTPUT_STUDY_H */
