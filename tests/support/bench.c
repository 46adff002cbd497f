/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/bench.h"

#include <fnmatch.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

double bench_cpu_s(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

double bench_peak_mb(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss * 1024.0 / 1e6;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double median(double *value, size_t count)
{
    qsort(value, count, sizeof *value, ascending);
    return count % 2 ? value[count / 2] : 0.5 * (value[count / 2 - 1] + value[count / 2]);
}

static int rounds_of(const struct bench_figure *figure)
{
    return figure->rounds > 0 ? figure->rounds : BENCH_ROUNDS;
}

/* "build/release/tests/bench/bench_schedule" -> "schedule_peak_mb" */
static void peak_name(const char *program, char *name, size_t size)
{
    const char *base = strrchr(program, '/');

    base = base ? base + 1 : program;
    if (strncmp(base, "bench_", 6) == 0)
        base += 6;
    snprintf(name, size, "%s_peak_mb", base);
}

int bench_main(int argc, char **argv, const struct bench_figure *figures, size_t count)
{
    const char *pattern = argc > 1 ? argv[1] : "*";
    double **value = calloc(count + 1, sizeof *value);
    int most = 0, ran = 0;
    char name[128];

    if (!value)
        abort();
    for (size_t i = 0; i < count; i++) {
        if (fnmatch(pattern, figures[i].name, 0) != 0)
            continue;
        value[i] = calloc((size_t)rounds_of(&figures[i]), sizeof **value);
        if (!value[i])
            abort();
        most = rounds_of(&figures[i]) > most ? rounds_of(&figures[i]) : most;
    }
    for (int round = 0; round < most; round++)
        for (size_t i = 0; i < count; i++)
            if (value[i] && round < rounds_of(&figures[i]) && !isnan(value[i][0]))
                value[i][round] = figures[i].run(figures[i].argument);
    for (size_t i = 0; i < count; i++) {
        if (value[i] && !isnan(value[i][0])) {
            printf("%s %.6g %s\n", figures[i].name,
                   median(value[i], (size_t)rounds_of(&figures[i])), figures[i].unit);
            ran++;
        }
        free(value[i]);
    }
    free(value);
    peak_name(argv[0], name, sizeof name);
    if (ran && fnmatch(pattern, name, 0) == 0)
        printf("%s %.6g MB\n", name, bench_peak_mb());
    return fflush(stdout) == 0 ? 0 : 1;
}
