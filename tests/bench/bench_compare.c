/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A comparison as a planner runs it: seven factories as planned and with one machine's policy
 * changed, 60 days, 20 replications each, tables and figures, on as many threads as there are
 * processors. Wall time of the program as a child process.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/bench.h"
#include "tests/support/program.h"

static const char study[] =
    "aifsim: 1\nname: two orders of jobs\nextends: builtin:seven-2026\n"
    "horizon: {start: 2026-01-01, end: 2026-03-02}\n"
    "overrides: {fcfs: {sites: {lumi: {partitions: {lumi_g: {policy: fcfs}}}}}}\n"
    "options: {plan: {}, fcfs: {apply: fcfs}}\n";

static bool write_study(const char *path)
{
    FILE *file = fopen(path, "w");

    return file && fputs(study, file) >= 0 && fclose(file) == 0;
}

static double compare_s(const void *replications)
{
    char dir[256], path[512], out[512];
    const char *const arg[] = {"compare", path, "-o", out, "-r", replications, "--quiet", NULL};
    struct program_use use = {.exit_code = 1};

    program_make_dir(dir, sizeof dir);
    snprintf(path, sizeof path, "%s/study.yaml", dir);
    snprintf(out, sizeof out, "%s/out", dir);
    if (write_study(path))
        use = program_run(arg, NULL);
    if (use.exit_code)
        fprintf(stderr, "the program ended with exit code %d\n", use.exit_code);
    program_remove_dir(dir);
    return use.exit_code ? NAN : use.wall_s;
}

int main(int argc, char **argv)
{
    static const struct bench_figure figures[] = {
        {"compare_seven_60_days_s", "s", compare_s, "20", 1},
    };

    program_init(argv[0]);
    return BENCH_MAIN(argc, argv, figures);
}
