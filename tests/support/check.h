/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/support/check.h - small helpers shared by the tests.
 *
 * The functions answer and print; only the macros fail (with cmocka, which the test includes), so
 * that benchmarks may link this file without cmocka.
 */
#ifndef CHECK_H
#define CHECK_H

#include <stdbool.h>
#include <stddef.h>

/* |actual - expected| <= rel * |expected|; expected 0 asks for |actual| <= rel. Prints both when
 * it does not hold. */
bool check_is_near(double actual, double expected, double rel, const char *what, const char *file,
                   int line);
#define check_near(actual, expected, rel)                                                          \
    assert_true(check_is_near((actual), (expected), (rel), #actual, __FILE__, __LINE__))

/* Kolmogorov's statistic: sqrt(n) times the largest distance between the sample (sorted in place)
 * and the cdf. Above 1.95 with probability 0.001 under a continuous law that fits. */
typedef double check_cdf_fn(const void *law, double x);
double check_ks(double *sample, size_t count, check_cdf_fn *cdf, const void *law);

/* ascending, for qsort */
int check_compare_doubles(const void *a, const void *b);

/* Path of a file in the folder of shared material (environment AIFSIM_SHARED, else "../shared").
 * False when it cannot be read, after printing what is skipped. */
bool check_shared_path(const char *rel, char *out, size_t size);

/* CPU time of this thread, seconds. */
double check_cpu_s(void);

#endif /* CHECK_H */
