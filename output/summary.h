/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * output/summary.h - the figures of a run over its replications: mean, half-width, n.
 *
 * Made either from the values just computed (out_summary_create) or read from a file
 * (output/read_h5.h); tables, plots and the report take it from either.
 *
 * Units    as shown to people, in each row.
 * Memory   out_summary_create borrows from `about`; one block, freed by out_summary_destroy.
 * Source   Student t interval of the mean, 95 %, over replications (sim/stats.h).
 */
#ifndef OUTPUT_SUMMARY_H
#define OUTPUT_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/figures/expectation.h"
#include "models/figures/figures.h"
#include "output/trace_h5.h"
#include "sim/error.h"
#include "sim/field.h"

struct out_figure {
    const char *name, *statistic, *selector, *unit, *method, *plot, *help;
    enum mdl_better better;
    bool is_share;       /* unit "1", shown as % */
    double mean;         /* NaN: no replication has it */
    double half_width;   /* NaN below two replications, and of a lower bound */
    bool is_lower_bound; /* of a replication or more the value is one, so the mean is */
    size_t n;            /* replications that have it */
};

struct out_summary {
    const char *version, *name;
    uint64_t seed;
    int64_t start_days, end_days;
    size_t replication_count, replications_asked; /* fewer than asked: the run was cut short */
    bool is_complete;
    const struct out_figure *figure;
    size_t figure_count;
    const struct mdl_expectation *expect; /* of rows of figure */
    size_t expect_count;
    const double *value;   /* [replication_count][figure_count] */
    const uint8_t *beyond; /* like value: 1 = that is a lower bound */
    const struct sim_input *input;
    size_t input_count;
    const struct out_labels *labels;
    size_t label_count;
};

SIM_NODISCARD enum sim_status out_summary_create(const struct out_about *about, const double *value,
                                                 const uint8_t *beyond, size_t replication_count,
                                                 struct out_summary **out, struct sim_error *err);
void out_summary_destroy(struct out_summary *summary);

/* The row of a figure by its full name ("wait.p95", "energy") and selector ("kind=sme", "" for
 * all); NULL when there is none. Whether a row splits its full name into name and statistic, and
 * where, does not matter. */
const struct out_figure *out_summary_find(const struct out_summary *summary, const char *full_name,
                                          const char *selector);

/* As above for a selector of one key: ("wait.p95", "kind", "sme"). */
const struct out_figure *out_summary_find_by(const struct out_summary *summary,
                                             const char *full_name, const char *key,
                                             const char *item);

/* The items a key takes among selectors of one key, in order of appearance: for "kind" perhaps
 * {"sme", "startup"}. Returns how many; at most `most` are written to item[], which point into
 * the selectors. */
size_t out_summary_items(const struct out_summary *summary, const char *key, const char **item,
                         size_t most);

/* The value of a resolved key ("sites.it4lia.place.lat"); NULL when there is none. */
const char *out_summary_input(const struct out_summary *summary, const char *path);

/* How an expectation of this summary came out. */
enum mdl_verdict out_summary_verdict(const struct out_summary *summary,
                                     const struct mdl_expectation *expect);

const struct out_labels *out_summary_labels(const struct out_summary *summary, const char *path);

/* The title of sites.KEY or sites.KEY.partitions.KEY ("lumi", "lumi.lumi_g"); the key itself
 * when the scenario gives none. */
const char *out_summary_title(const struct out_summary *summary, const char *item);

/* A kind of user in words: "SMEs" for "sme"; the key itself when it is not known. */
const char *out_kind_words(const char *kind);

#endif /* OUTPUT_SUMMARY_H */
