/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

bool check_is_near(double actual, double expected, double rel, const char *what, const char *file,
                   int line)
{
    double scale = expected == 0.0 ? 1.0 : fabs(expected);

    if (actual == expected || fabs(actual - expected) <= rel * scale)
        return true;
    fprintf(stderr, "%s:%d: %s is %.17g, expected %.17g within %.3g (off by %.3g)\n", file, line,
            what, actual, expected, rel, fabs(actual - expected) / scale);
    return false;
}

int check_compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double check_ks(double *sample, size_t count, check_cdf_fn *cdf, const void *law)
{
    double largest = 0.0;

    qsort(sample, count, sizeof *sample, check_compare_doubles);
    for (size_t i = 0; i < count; i++) {
        double p = cdf(law, sample[i]);

        largest = fmax(largest, fabs(p - (double)i / (double)count));
        largest = fmax(largest, fabs(p - (double)(i + 1) / (double)count));
    }
    return largest * sqrt((double)count);
}

bool check_shared_path(const char *rel, char *out, size_t size)
{
    const char *folder = getenv("AIFSIM_SHARED");
    int length = snprintf(out, size, "%s/%s", folder && *folder ? folder : "../shared", rel);

    if (length > 0 && (size_t)length < size && access(out, R_OK) == 0)
        return true;
    fprintf(stderr, "skipped: %s cannot be read (set AIFSIM_SHARED)\n", rel);
    return false;
}

double check_cpu_s(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}
