/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/support/queueing.h - the table of queueing theory (tests/data/queueing.csv), and when a
 * simulated mean agrees with a value of it: when the mean of QUEUEING_REPLICATIONS independent
 * replications lies within 6.07 standard errors of the value, and 6.07 standard errors are at most
 * a given part of it, so that a test too weak fails.
 *
 * Errors   prints to stderr and exits: the table is ours. A row that is not there is NaN.
 */
#ifndef TESTS_SUPPORT_QUEUEING_H
#define TESTS_SUPPORT_QUEUEING_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/stats.h"

enum { QUEUEING_REPLICATIONS = 32 };

struct queueing_row {
    char id[32], params[96], quantity[32];
    double value;
};

struct queueing_table {
    struct queueing_row *row;
    size_t count;
};

struct queueing_verdict {
    double mean, half_width, t;
    bool is_ok;
};

struct queueing_table queueing_table_read(void);
void queueing_table_free(struct queueing_table *table);
double queueing_value(const struct queueing_table *table, const char *id, const char *params,
                      const char *quantity);

/* tally: one value a replication. */
struct queueing_verdict queueing_judge(const struct sim_tally *tally, double expected,
                                       double precision);

/* One line of the report. */
void queueing_print(const char *id, const char *params, const char *quantity, double expected,
                    const struct queueing_verdict *verdict);

#endif /* TESTS_SUPPORT_QUEUEING_H */
