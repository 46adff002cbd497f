/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/support/bench.h - what every benchmark program shares.
 *
 * A program is a table of figures. bench_main runs those whose name matches the pattern of its
 * one argument (a shell glob, default "*"), round by round and interleaved, so that what is
 * compared is measured under the same weather, and prints `name value unit` with the median,
 * one line a figure in table order. A figure that returns NaN (a log that is not there) is left
 * out; the function says why on stderr (check_shared_path does).
 *
 * The memory of the whole program comes last as `X_peak_mb` for a program bench_X, when the
 * pattern matches it.
 *
 *     static double timer_ns(const void *argument) { ...; return seconds * 1e9 / n; }
 *     static const struct bench_figure figures[] = {{"hold_10_ns", "ns", timer_ns}};
 *     int main(int argc, char **argv) { return BENCH_MAIN(argc, argv, figures); }
 *
 * Time     CPU seconds of the calling thread.
 * Threads  one.
 */
#ifndef TESTS_SUPPORT_BENCH_H
#define TESTS_SUPPORT_BENCH_H

#include <stddef.h>

enum { BENCH_ROUNDS = 7 };

struct bench_figure {
    const char *name, *unit;
    double (*run)(const void *argument); /* one round: the figure's value, NaN = skipped */
    const void *argument;
    int rounds; /* 0: BENCH_ROUNDS */
};

#define BENCH_MAIN(argc, argv, figures)                                                            \
    bench_main((argc), (argv), (figures), sizeof(figures) / sizeof((figures)[0]))

int bench_main(int argc, char **argv, const struct bench_figure *figures, size_t count);

double bench_cpu_s(void);   /* CPU time of this thread */
double bench_peak_mb(void); /* largest resident memory of this process so far, 1e6 bytes */

/* Keeps the compiler from dropping the work that made *value. */
static inline void bench_keep(const void *value)
{
    __asm__ volatile("" : : "r"(value) : "memory");
}

#endif /* TESTS_SUPPORT_BENCH_H */
