/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The program as a whole. Rates, peaks and the speed-up come from the program as a child process
 * (tests/support/program.h), so a rate includes reading the scenario and writing the verified
 * result, and a peak is that of the program alone. Records are those submitted in the window.
 *
 * For figures over several years, every machine is there from the beginning
 * (`online: 2020-01-01`), so that each year carries the same load.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/bench.h"
#include "tests/support/program.h"
#include "tests/support/scenario.h"

#define SEVEN  "scenarios/europe/seven-2026.yaml"
#define STEADY "sites.*.partitions.*.online=2020-01-01"

enum { COMMUNITIES = 1000, TEXT_BYTES = 1 << 20, SETS_MAX = 4 };

struct outcome {
    struct program_use use;
    double records; /* NaN: it failed */
};

/* Column `value` of the row "records.submitted,,,1,VALUE,..." of DIR/summary.csv. */
static double read_records(const char *dir)
{
    static const char row[] = "records.submitted,,,1,";
    char path[512], line[1024];
    double records = NAN;
    FILE *file;

    snprintf(path, sizeof path, "%s/summary.csv", dir);
    file = fopen(path, "r");
    while (file && fgets(line, sizeof line, file)) {
        if (strncmp(line, row, sizeof row - 1) == 0)
            records = strtod(line + sizeof row - 1, NULL);
    }
    if (file)
        fclose(file);
    return records;
}

struct order {
    const char *level, *replications, *threads;
    const char *sets[SETS_MAX];
};

static struct outcome run(const struct order *order)
{
    const char *arg[32] = {"run", SEVEN, "--quiet", "--no-plots"};
    struct outcome outcome = {.records = NAN};
    size_t count = 4;
    char dir[256];

    program_make_dir(dir, sizeof dir);
    arg[count++] = "-o";
    arg[count++] = dir;
    arg[count++] = "--trace";
    arg[count++] = order->level;
    arg[count++] = "-r";
    arg[count++] = order->replications;
    arg[count++] = "-j";
    arg[count++] = order->threads;
    for (size_t i = 0; i < SETS_MAX && order->sets[i]; i++) {
        arg[count++] = "--set";
        arg[count++] = order->sets[i];
    }
    outcome.use = program_run(arg, NULL);
    if (outcome.use.exit_code == 0)
        outcome.records = read_records(dir);
    else
        fprintf(stderr, "the program ended with exit code %d\n", outcome.use.exit_code);
    program_remove_dir(dir);
    return outcome;
}

static double jobs_per_s(const void *level)
{
    struct outcome outcome = run(&(struct order){level, "1", "1", {NULL}});

    return outcome.records / outcome.use.cpu_s;
}

static double peak_mb(const void *order)
{
    struct outcome outcome = run(order);

    return isnan(outcome.records) ? NAN : outcome.use.peak_mb;
}

static const struct order one_year = {"jobs", "1", "1", {NULL}};
static const struct order five_years = {"jobs", "1", "1", {STEADY, "horizon.end=2031-01-01"}};

static double speedup(const void *nothing)
{
    const char *const window = "horizon.end=2026-03-01";
    struct outcome one = run(&(struct order){"none", "16", "1", {window}});
    struct outcome two = run(&(struct order){"none", "16", "2", {window}});

    (void)nothing;
    return isnan(one.records + two.records) ? NAN : one.use.wall_s / two.use.wall_s;
}

static double growth_ratio(const void *nothing)
{
    struct order year = {"summary", "1", "1", {STEADY}};
    struct order eight = {"summary", "1", "1", {STEADY, "horizon.end=2034-01-01"}};
    struct outcome before = run(&year), all = run(&eight), after = run(&year);

    (void)nothing;
    return (all.use.cpu_s / all.records) /
           ((before.use.cpu_s + after.use.cpu_s) / (before.records + after.records));
}

/* ---- loading ---- */

/* Ten partitions, four classes, a network, and many communities. */
static void write_scenario(char *text, size_t size, int communities)
{
    static const char *const countries[] = {"DE", "FR", "IT", "ES", "FI", "GR", "PT", "SE"};
    static const char *const kinds[] = {"sme", "startup", "industry", "academia", "public"};
    FILE *file = fmemopen(text, size, "w");

    if (!file)
        abort();
    fputs("aifsim: 1\nname: many\nhorizon: {start: 2026-01-01, end: 2027-01-01}\naccelerators: "
          "{h100: {}}\nsites:\n",
          file);
    for (int s = 0; s < 5; s++)
        fprintf(file,
                "  s%d:\n    country: FI\n    energy: {price: 90 EUR/MWh, carbon: 150 g/kWh, pue: "
                "1.2}\n    partitions:\n"
                "      gpu: {nodes: %d, gpus_per_node: 4, accelerator: h100, policy: easy, online: "
                "2026-0%d-01, ramp: "
                "180 d, shares: {union: {part: 50 %%}}}\n"
                "      cpu: {nodes: 500, policy: easy, max_walltime: 48 h}\n",
                s, 200 + 300 * s, s + 1);
    fputs("network:\n  hubs: {h0: {}, h1: {}}\n  links:\n"
          "    t: {from: h0, to: h1, capacity: 400 Gbit/s, latency: 5 ms}\n",
          file);
    for (int s = 0; s < 5; s++)
        fprintf(file, "    l%d: {from: h%d, to: s%d, capacity: 100 Gbit/s}\n", s, s % 2, s);
    fputs("  access: {fibre: {up: 500 Mbit/s, down: 1 Gbit/s}, mobile: {up: 50 Mbit/s, down: 200 "
          "Mbit/s}}\nclasses:\n",
          file);
    for (int c = 0; c < 4; c++)
        fprintf(file,
                "  c%d: {gpus: {1: 60 %%, 8: 30 %%, 64: 10 %%}, nodes: {1: 80 %%, 16: 20 %%}, run: "
                "{lognormal: {median: %d min, sigma: 1.4, max: 48 h}}, walltime: round, input: "
                "{lognormal: {median: 20 GB, sigma: 2}}}\n",
                c, 10 + 40 * c);
    fputs("communities:\n", file);
    for (int i = 0; i < communities; i++)
        fprintf(
            file,
            "  u%d:\n    {country: %s, kind: %s, members: %d, at: h%d, access: {fibre: 69 %%, "
            "mobile: 31 %%},\n     submit: {load: 0.0%d %% of union, batch: 1.7, users: %d, "
            "zipf: 1.1,\n              mix: {c0: 57.6 %%, c1: 35.3 %%, c2: 5.1 %%, c3: 2 %%}}}\n",
            i, countries[i % 8], kinds[i % 5], 100 + i, i % 2, 1 + i % 9, 20 + i % 60);
    fputs("broker: {rule: home}\n", file);
    if (fclose(file) != 0)
        abort();
}

static double load_ms(const void *nothing)
{
    char *text = calloc(TEXT_BYTES, 1);
    struct scenario scenario;
    double start_s, ms;

    (void)nothing;
    if (!text)
        abort();
    write_scenario(text, TEXT_BYTES - 1, COMMUNITIES);
    start_s = bench_cpu_s();
    scenario_must_load(&(struct scenario_source){.path = "many", .text = text}, &scenario);
    ms = 1e3 * (bench_cpu_s() - start_s);
    bench_keep(scenario.plan);
    scenario_release(&scenario);
    free(text);
    return ms;
}

/* CPU time until a text is refused; it must be. */
static double refuse_ms(const char *text)
{
    struct scenario scenario;
    double start_s = bench_cpu_s(), ms;
    enum sim_status status =
        scenario_load(&(struct scenario_source){.path = "broken", .text = text}, &scenario);

    ms = 1e3 * (bench_cpu_s() - start_s);
    if (status != SIM_ESCHEMA)
        abort();
    scenario_release(&scenario);
    return ms;
}

/* The slowest of: a typo in each of a thousand communities; a number that is none in the last;
 * shares that do not sum to one; a mebibyte of brackets. */
static double refusal_ms(const void *nothing)
{
    char *text = calloc(TEXT_BYTES + 1, 1);
    double slowest;

    (void)nothing;
    if (!text)
        abort();
    write_scenario(text, TEXT_BYTES - 1, COMMUNITIES);
    for (char *at = text; (at = strstr(at, "zipf:")) != NULL;)
        memcpy(at, "zpif:", 5);
    slowest = refuse_ms(text);
    write_scenario(text, TEXT_BYTES - 1, COMMUNITIES);
    memcpy(strstr(text, "members: 1099"), "members: 1x99", 13);
    slowest = fmax(slowest, refuse_ms(text));
    write_scenario(text, TEXT_BYTES - 1, COMMUNITIES);
    memcpy(strstr(text, "c1: {gpus: {1: 60 %, 8"), "c1: {gpus: {1: 70 %, 8", 22);
    slowest = fmax(slowest, refuse_ms(text));
    memset(text, '[', TEXT_BYTES);
    slowest = fmax(slowest, refuse_ms(text));
    free(text);
    return slowest;
}

int main(int argc, char **argv)
{
    static const struct bench_figure figures[] = {
        {"seven_2026_none_jobs_per_s", "1/s", jobs_per_s, "none", 3},
        {"seven_2026_summary_jobs_per_s", "1/s", jobs_per_s, "summary", 3},
        {"seven_2026_jobs_jobs_per_s", "1/s", jobs_per_s, "jobs", 3},
        {"seven_2026_peak_mb", "MB", peak_mb, &one_year, 1},
        {"seven_2026_five_years_peak_mb", "MB", peak_mb, &five_years, 1},
        {"threads_2_speedup", "1", speedup, NULL, 1},
        {"growth_1_to_8_years_ratio", "1", growth_ratio, NULL, 1},
        {"load_1000_communities_ms", "ms", load_ms, NULL, 0},
        {"refusal_ms", "ms", refusal_ms, NULL, 0},
    };

    program_init(argv[0]);
    return BENCH_MAIN(argc, argv, figures);
}
