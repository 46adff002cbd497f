/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/unit/output/fixture.h - runs made up for the tests of output/, with known contents.
 *
 * FIXTURE_SMALL  2 sites, 3 partitions, 2 replications; names as hostile as a scenario's free text
 *                can be.
 * FIXTURE_SEVEN  seven sites, 11 partitions, 4 replications, a year of hours; for the plots.
 */
#ifndef FIXTURE_H
#define FIXTURE_H

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/trace_h5.h"
#include "sim/calendar.h"
#include "tests/unit/output/bytes.h"

enum fixture_size { FIXTURE_SMALL, FIXTURE_SEVEN };
enum { FIXTURE_FIGURES = 400, FIXTURE_INPUTS = 64, FIXTURE_NAMES = 16, FIXTURE_TEXT = 160 };

/* What shells, gnuplot, spreadsheets, pages and terminals stumble over. */
static const char *const fixture_hostile[] = {
    "`touch pwned-1`",
    "it's \"quoted\" 'twice''",
    "line\n!touch pwned-2\nset output '|touch pwned-3'",
    "=HYPERLINK(\"http://x\")",
    "<script>alert(1)</script> & ]]> \xE2\x80\xAE"
    "bidi \x1b[31m",
};

struct fixture_site {
    const char *key, *title;
    double lat, lon;
    const char *partition[3];
};

static const struct fixture_site fixture_seven[] = {
    {"lumi", "LUMI AI Factory", 64.231, 27.704, {"lumi_g", "lumi_ai"}},
    {"it4lia", "IT4LIA", 44.519, 11.362, {"booster", "lisa"}},
    {"bsc", "BSC AI Factory", 41.389, 2.116, {"mn5_acc", "mn5_ai"}},
    {"meluxina", "L-AI Factory", 49.505, 5.947, {"gpu", "meluxina_ai"}},
    {"hammerhai", "HammerHAI", 48.741, 9.103, {"hunter"}},
    {"pharos", "Pharos", 37.972, 23.727, {"daedalus"}},
    {"mimer", "MIMER", 58.411, 15.621, {"arrhenius"}},
    {NULL},
};

static const struct fixture_site fixture_small[] = {
    {"alpha", fixture_hostile[0], 50.0, 4.0, {"gpu", "ai"}},
    {"beta", fixture_hostile[2], 40.0, 20.0, {"main"}},
    {NULL},
};

struct fixture_job {
    int64_t id;
    double time_submit_s, time_start_s;
    int32_t nodes;
    uint8_t outcome;
    int32_t partition;
};

static const struct sim_column fixture_columns[] = {
    {"id", SIM_I64, "1", "index in its community", offsetof(struct fixture_job, id), NULL},
    {"time_submit_s", SIM_F64, "s", "when it came", offsetof(struct fixture_job, time_submit_s),
     NULL},
    {"time_start_s", SIM_F64, "s", "when it started; NaN: not yet",
     offsetof(struct fixture_job, time_start_s), NULL},
    {"nodes", SIM_I32, "1", "nodes held", offsetof(struct fixture_job, nodes), NULL},
    {"outcome", SIM_U8, "1", "how it ended", offsetof(struct fixture_job, outcome),
     "/labels/outcome"},
    {"partition", SIM_I32, "1", "where it ran", offsetof(struct fixture_job, partition),
     "/labels/partition"},
};
static const struct sim_table fixture_jobs = {"jobs", "one row a job that left", fixture_columns,
                                              6};
static const struct sim_table fixture_other = {"attempts", "not announced", fixture_columns, 6};

struct fixture {
    char dir[64];
    const struct fixture_site *site;
    bool is_seven;
    size_t hours, job_count, replications;
    char text[FIXTURE_FIGURES][FIXTURE_TEXT];
    size_t text_count;
    struct mdl_figure figure[FIXTURE_FIGURES];
    double *value;   /* [replications][figure_count] */
    uint8_t *beyond; /* like value */
    struct sim_input input[FIXTURE_INPUTS];
    const char *site_name[FIXTURE_NAMES], *partition_name[FIXTURE_NAMES];
    size_t site_of[FIXTURE_NAMES];
    size_t site_count, partition_count;
    struct out_labels labels[3];
    struct sim_series series[3];
    const struct sim_series *series_list[3];
    const struct sim_table *table_list[1];
    struct out_attribute extra[1];
    struct out_about about;
    uint64_t state;
};

static UNUSED double fixture_uniform(struct fixture *fixture)
{
    fixture->state = fixture->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (double)(fixture->state >> 11) * 0x1p-53;
}

static const char *fixture_text(struct fixture *fixture, const char *a, const char *b,
                                const char *c)
{
    char *text = fixture->text[fixture->text_count++];

    snprintf(text, FIXTURE_TEXT, "%s%s%s", a, b, c);
    return text;
}

static void fixture_add(struct fixture *fixture, const char *name, const char *statistic,
                        const char *selector, const char *unit, double mean)
{
    size_t f = fixture->about.figure_count++;

    fixture->figure[f] = (struct mdl_figure){.name = name,
                                             .statistic = statistic,
                                             .selector = selector,
                                             .unit = unit,
                                             .method = "flow, \"sketch\" 1 %",
                                             .help = "made up",
                                             .better = MDL_BETTER_LOW};
    for (size_t r = 0; r < fixture->replications; r++)
        fixture->value[r * FIXTURE_FIGURES + f] =
            mean * (1.0 + 0.06 * (fixture_uniform(fixture) - 0.5));
}

static void fixture_add_hours(struct fixture *fixture, const char *selector, double gpu_h)
{
    fixture_add(fixture, "jobs", "ended", selector, "1", gpu_h / 31.0);
    fixture_add(fixture, "gpu_hours", "allocated", selector, "GPU-h", gpu_h);
    fixture_add(fixture, "h100e_hours", "allocated", selector, "H100e-h", 0.63 * gpu_h);
}

static void fixture_add_waits(struct fixture *fixture, const char *selector, double median)
{
    fixture_add(fixture, "wait", "mean", selector, "h", 3.1 * median);
    fixture_add(fixture, "wait", "p50", selector, "h", median);
    fixture_add(fixture, "wait", "p90", selector, "h", 7.3 * median);
    fixture_add(fixture, "wait", "p95", selector, "h", 13.7 * median);
}

static void fixture_add_place(struct fixture *fixture, const char *selector, double use,
                              double gpu_h)
{
    fixture_add(fixture, "utilisation", "", selector, "1", use);
    fixture_add_hours(fixture, selector, gpu_h);
    fixture_add(fixture, "energy", "", selector, "MWh", 7.1e-4 * gpu_h);
    fixture_add(fixture, "cost", "energy", selector, "EUR", 0.14 * gpu_h);
    fixture_add(fixture, "carbon", "location", selector, "t", 1.7e-4 * gpu_h * (use + 0.1));
}

static double fixture_use(const struct fixture *fixture, size_t p)
{
    return 0.93 -
           0.37 * (double)(p * 5 % fixture->partition_count) / (double)fixture->partition_count;
}

static void fixture_add_input(struct fixture *fixture, const char *path, const char *value,
                              const char *unit)
{
    fixture->input[fixture->about.input_count++] =
        (struct sim_input){.path = path,
                           .value = value,
                           .unit = unit,
                           .source = fixture->is_seven ? "" : fixture_hostile[3],
                           .quality = "high",
                           .origin = "made-up.yaml:1:1"};
}

static void fixture_add_site(struct fixture *fixture, const struct fixture_site *site)
{
    char number[32];
    double gpu_h = 0.0, use = 0.0;
    size_t s = fixture->site_count++, first = fixture->partition_count;

    fixture->site_name[s] = site->key;
    snprintf(number, sizeof number, "%.17g", site->lat);
    fixture_add_input(fixture, fixture_text(fixture, "sites.", site->key, ".place.lat"),
                      fixture_text(fixture, number, "", ""), "deg");
    snprintf(number, sizeof number, "%.17g", site->lon);
    fixture_add_input(fixture, fixture_text(fixture, "sites.", site->key, ".place.lon"),
                      fixture_text(fixture, number, "", ""), "deg");
    fixture_add_input(fixture, fixture_text(fixture, "sites.", site->key, ".title"), site->title,
                      "1");
    for (size_t i = 0; i < 3 && site->partition[i]; i++) {
        size_t p = fixture->partition_count++;
        fixture->partition_name[p] = fixture_text(fixture, site->key, ".", site->partition[i]);
        fixture->site_of[p] = s;
    }
    for (size_t p = first; p < fixture->partition_count; p++) {
        double hours = 3.1e6 * (double)(1 + (p * 7) % 11);
        gpu_h += hours;
        use += fixture_use(fixture, p) / (double)(fixture->partition_count - first);
        fixture_add_place(fixture,
                          fixture_text(fixture, "partition=", fixture->partition_name[p], ""),
                          fixture_use(fixture, p), hours);
        fixture_add_waits(fixture,
                          fixture_text(fixture, "partition=", fixture->partition_name[p], ""),
                          0.7 + 0.3 * (double)p);
    }
    fixture_add_place(fixture, fixture_text(fixture, "site=", site->key, ""), use, gpu_h);
}

static UNUSED void fixture_create(struct fixture *fixture, enum fixture_size size)
{
    static const char *const kind[] = {"kind=academia", "kind=industry", "kind=public", "kind=sme",
                                       "kind=startup"};
    static const char *const outcome[] = {"completed", "failed"};
    static const double median[] = {4.2, 1.9, 2.4, 0.8, 0.55};

    *fixture = (struct fixture){.site = size == FIXTURE_SEVEN ? fixture_seven : fixture_small,
                                .is_seven = size == FIXTURE_SEVEN,
                                .hours = size == FIXTURE_SEVEN ? 8760 : 24 * 40,
                                .job_count = size == FIXTURE_SEVEN ? 1000 : 40000,
                                .replications = size == FIXTURE_SEVEN ? 4 : 2,
                                .state = 11};
    snprintf(fixture->dir, sizeof fixture->dir, "/tmp/aifsim-test-XXXXXX");
    if (!mkdtemp(fixture->dir))
        abort();
    fixture->value = calloc(fixture->replications * FIXTURE_FIGURES, sizeof *fixture->value);
    fixture->beyond = calloc(fixture->replications * FIXTURE_FIGURES, sizeof *fixture->beyond);
    if (!fixture->value || !fixture->beyond)
        abort();
    fixture_add_place(fixture, "", 0.81, 1.2e8);
    fixture_add_waits(fixture, "", 3.3);
    for (const struct fixture_site *site = fixture->site; site->key; site++)
        fixture_add_site(fixture, site);
    for (size_t k = 0; k < 5; k++) {
        fixture_add_hours(fixture, kind[k], 1.1e7 * (double)(5 - k));
        fixture_add_waits(fixture, kind[k], median[k]);
    }
    fixture->value[3] = NAN;                           /* one replication has too few */
    for (size_t r = 0; r < fixture->replications; r++) /* [r][FIGURES] -> [r][figure_count] */
        memmove(fixture->value + r * fixture->about.figure_count,
                fixture->value + r * FIXTURE_FIGURES,
                fixture->about.figure_count * sizeof *fixture->value);
    fixture->labels[0] =
        (struct out_labels){"/labels/partition", fixture->partition_count, fixture->partition_name};
    fixture->labels[1] =
        (struct out_labels){"/labels/site", fixture->site_count, fixture->site_name};
    fixture->labels[2] = (struct out_labels){"/labels/outcome", 2, outcome};
    fixture->series[0] = (struct sim_series){"series/utilisation", "1", "share of GPUs in use",
                                             "/labels/partition", fixture->partition_count};
    fixture->series[1] = (struct sim_series){"series/queue", "jobs", "jobs waiting",
                                             "/labels/partition", fixture->partition_count};
    fixture->series[2] = (struct sim_series){"series/power", "W", "drawn by the site",
                                             "/labels/site", fixture->site_count};
    for (size_t s = 0; s < 3; s++)
        fixture->series_list[s] = &fixture->series[s];
    fixture->table_list[0] = &fixture_jobs;
    fixture->extra[0] = (struct out_attribute){"option", "plan"};
    fixture->about.version = "0.0.0";
    fixture->about.name =
        fixture->is_seven ? "Seven AI factories, funded plan" : fixture_hostile[4];
    fixture->about.scenario_text = "aifsim: 1\nname: made up\n";
    fixture->about.seed = UINT64_C(18446744073709551615);
    fixture->about.replication_count = fixture->replications;
    fixture->about.start_days = sim_days_from_date((struct sim_date){2026, 1, 1});
    fixture->about.end_days = fixture->about.start_days + (int64_t)fixture->hours / 24;
    fixture->about.input = fixture->input;
    fixture->about.figure = fixture->figure;
    fixture->about.table = fixture->table_list;
    fixture->about.table_count = 1;
    fixture->about.series = fixture->series_list;
    fixture->about.series_count = 3;
    fixture->about.labels = fixture->labels;
    fixture->about.label_count = 3;
    fixture->about.extra = fixture->extra;
    fixture->about.extra_count = 1;
}

static UNUSED struct fixture_job fixture_job(size_t i)
{
    return (struct fixture_job){.id = (int64_t)i * 3 - 5,
                                .time_submit_s = (double)i * 1.25,
                                .time_start_s = i % 7 == 0 ? (double)NAN : (double)i * 1.25 + 9.0,
                                .nodes = (int32_t)(i % 13),
                                .outcome = i % 8 == 3,
                                .partition = (int32_t)(i % 3)};
}

static UNUSED float fixture_share(const struct fixture *fixture, size_t hour, size_t p)
{
    double base = fixture_use(fixture, p), week = sin(6.2831853 * (double)(hour % 168) / 168.0);
    double season = sin(6.2831853 * (double)hour / 8760.0 + (double)p);
    uint64_t noise = (hour / 24 * 977 + p * 131) * UINT64_C(2654435761) % 1000;
    double share = base + 0.05 * week + 0.08 * season + 1e-4 * (double)noise;

    if (fixture->is_seven && p == 1 && hour < 4000)
        return NAN; /* not online yet */
    if (p == 2 && hour % 4000 > 3800)
        return 0.0f;
    return (float)(share > 1.0 ? 1.0 : share);
}

static UNUSED enum sim_status fixture_fill(struct fixture *fixture, struct sim_trace *trace,
                                           struct sim_error *err)
{
    float value[FIXTURE_NAMES];
    enum sim_status status = SIM_OK;

    for (size_t i = 0; !status && i < fixture->job_count; i++) {
        struct fixture_job job = fixture_job(i);

        status = trace->row(trace, &fixture_jobs, &job, err);
        if (!status)
            status = trace->row(trace, &fixture_other, &job, err); /* dropped */
    }
    for (size_t h = 0; !status && h < fixture->hours; h++) {
        for (size_t p = 0; p < fixture->partition_count; p++)
            value[p] = fixture_share(fixture, h, p);
        status = trace->sample(trace, &fixture->series[0], value, err);
        for (size_t p = 0; p < fixture->partition_count; p++)
            value[p] = (float)(40.0 * (1.0 + (double)p) *
                               fmax(0.0, (isnan(value[p]) ? 0.0 : value[p]) - 0.55));
        if (!status)
            status = trace->sample(trace, &fixture->series[1], value, err);
        for (size_t s = 0; s < fixture->site_count; s++)
            value[s] = (float)(1e6 * (double)(s + 1));
        if (!status)
            status = trace->sample(trace, &fixture->series[2], value, err);
    }
    return status;
}

/* The whole way; digest may be NULL. */
static UNUSED enum sim_status fixture_write_to(struct fixture *fixture, const char *dir,
                                               enum out_trace_level level, char *digest,
                                               struct sim_error *err)
{
    char unused[OUT_DIGEST_BYTES];
    struct out_run *run;
    struct sim_trace *trace;
    enum sim_status status = out_run_create(dir, &fixture->about, level, false, &run, err);

    if (status)
        return status;
    trace = out_run_trace(run, 0);
    if (trace)
        status = fixture_fill(fixture, trace, err);
    if (status) {
        out_run_abandon(run);
        return status;
    }
    return out_run_finish(run, fixture->value, fixture->beyond, fixture->replications,
                          digest ? digest : unused, err);
}

static UNUSED enum sim_status fixture_write(struct fixture *fixture, enum out_trace_level level,
                                            struct sim_error *err)
{
    return fixture_write_to(fixture, fixture->dir, level, NULL, err);
}

static UNUSED const char *fixture_path(const struct fixture *fixture, const char *name)
{
    static char path[256];

    snprintf(path, sizeof path, "%s/%s", fixture->dir, name);
    return path;
}

/* The row of name.statistic{selector}; aborts when there is none. */
static UNUSED size_t fixture_row(const struct fixture *fixture, const char *name,
                                 const char *statistic, const char *selector)
{
    for (size_t f = 0; f < fixture->about.figure_count; f++)
        if (!strcmp(fixture->figure[f].name, name) &&
            !strcmp(fixture->figure[f].statistic, statistic) &&
            !strcmp(fixture->figure[f].selector, selector))
            return f;
    abort();
}

static UNUSED bool fixture_exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static UNUSED void fixture_destroy(struct fixture *fixture)
{
    char command[128];

    free(fixture->value);
    free(fixture->beyond);
    snprintf(command, sizeof command, "rm -rf '%s'", fixture->dir);
    if (system(command) != 0)
        abort();
}

#endif /* FIXTURE_H */
