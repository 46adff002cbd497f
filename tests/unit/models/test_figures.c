/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/demand/community.h"
#include "models/figures/figures.h"
#include "sim/random.h"
#include "sim/stats.h"
#include "tests/support/check.h"

#define H INT64_C(3600000000000)

/* lumi: lumi_g by nodes of 4 GPUs, lumi_c without GPUs; bsc: acc by GPU. Window: 100 h. */
enum { PARTITIONS = 3, SITES = 2, CLASSES = 2, SOURCES = 3, COUNTRIES = 2, LINKS = 2, SHARES = 2 };
enum { LUMI_G, LUMI_C, BSC_ACC };

static const char *const site_name[] = {"lumi", "bsc"};
static const char *const partition_name[] = {"lumi.lumi_g", "lumi.lumi_c", "bsc.acc"};
static const char *const class_name[] = {"training", "simulation"};
static const char *const country_name[] = {"IT", "DE"};
static const char *const link_name[] = {"a-b >", "a-b <"};
static const size_t site_of[] = {0, 0, 1};
static const uint32_t parts_per_unit[] = {4, 0, 1};
static const double worth_lumi[] = {0.5, 0.4}, worth_none[] = {1, 1}, worth_bsc[] = {1, 0.9};
static const double *const worth[] = {worth_lumi, worth_none, worth_bsc};
static const uint8_t kind_of[] = {MDL_KIND_SME, MDL_KIND_ACADEMIA, MDL_KIND_SME};
static const uint32_t country_of[] = {0, 1, 1};
static const double worth_any[] = {0.5, 1, 1};
static const uint32_t host_country_of[] = {UINT32_MAX, UINT32_MAX, 0},
                      vendor_of[] = {0, UINT32_MAX, 1};
static const double owned_eurohpc[] = {0.5, 0, 0.25}, owned_national[] = {0, 0, 0.75};
static const double *const owned[] = {owned_eurohpc, owned_national};
static const char *const share_name[] = {"eurohpc", "national"};
static const uint32_t share_of[] = {0, UINT32_MAX, 1};
static const bool is_background[] = {false, false, true};

/* Both kinds go everywhere; SMEs are in both states. */
enum { KIND_PARTITIONS = 6, KIND_COUNTRIES = 3 };
static const struct mdl_group_pair kind_partition[] = {
    {MDL_KIND_SME, LUMI_G},      {MDL_KIND_SME, LUMI_C},      {MDL_KIND_SME, BSC_ACC},
    {MDL_KIND_ACADEMIA, LUMI_G}, {MDL_KIND_ACADEMIA, LUMI_C}, {MDL_KIND_ACADEMIA, BSC_ACC}};
static const struct mdl_group_pair kind_country[] = {
    {MDL_KIND_SME, 0}, {MDL_KIND_ACADEMIA, 1}, {MDL_KIND_SME, 1}};

/* 30 SMEs of the first state with 20 and 10 with 200 Mbit/s up, 60 of academia with 10 Gbit/s. */
static const struct mdl_access_part access_parts[] = {
    {0, 30, 2.5e6, 20e6}, {0, 10, 25e6, 25e6}, {1, 60, 1.25e9, 1.25e9}};

enum { BORDERS = 2 };
static const double none_crossed[BORDERS];
static const struct mdl_border_flows no_borders = {.crossed_bytes = none_crossed};
static const char *const border_name[] = {"FI-ES", "ES-FI"};

static const struct mdl_figure_groups groups = {
    .count = {1, SITES, PARTITIONS, MDL_KIND_COUNT, CLASSES, COUNTRIES, MDL_SIZE_CLASSES, LINKS,
              SHARES, KIND_PARTITIONS, KIND_COUNTRIES, [MDL_GROUP_BORDER] = BORDERS},
    .name = {NULL, site_name, partition_name, mdl_kind_names, class_name, country_name,
             mdl_size_names, link_name, share_name, [MDL_GROUP_BORDER] = border_name},
    .pair = {[MDL_GROUP_KIND_PARTITION] = kind_partition, [MDL_GROUP_KIND_COUNTRY] = kind_country},
    .source_count = SOURCES,
    .worth_any = worth_any,
    .host_country_of = host_country_of,
    .vendor_of = vendor_of,
    .vendor_count = 2,
    .owned = owned,
    .share_of = share_of,
    .is_background = is_background,
    .site_of = site_of,
    .parts_per_gpu = 1,
    .parts_per_unit = parts_per_unit,
    .worth = worth,
    .kind_of = kind_of,
    .country_of = country_of,
    .start_ns = 0,
    .end_ns = 100 * H,
    .access_count = 3,
    .access = access_parts,
    .needs_met = MDL_NEEDS_TRANSFERS | MDL_NEEDS_BACKGROUND | MDL_NEEDS_OUTAGES |
                 MDL_NEEDS_MOVEMENT | MDL_NEEDS_BORDERS};

struct run {
    struct sim_arena *arena;
    const struct mdl_figure *row;
    size_t count;
    struct mdl_figures *figures;
    double *value;
    uint8_t *beyond;
    struct mdl_partition_flows partition[PARTITIONS];
    struct mdl_site_flows site[SITES];
    struct mdl_link_flows link[LINKS];
    struct mdl_transfer_flows transfers;
    double crossed[BORDERS];
    struct mdl_border_flows borders;
    struct mdl_unserved unserved[SOURCES];
};

static void begin_with(struct run *run, const struct mdl_figure_groups *with)
{
    *run = (struct run){.arena = sim_arena_create(0)};
    assert_int_equal(mdl_figures_rows(with, run->arena, &run->row, &run->count, NULL), SIM_OK);
    assert_int_equal(mdl_figures_create(with, run->arena, &run->figures, NULL), SIM_OK);
    run->value = calloc(run->count, sizeof *run->value);
    run->beyond = calloc(run->count, sizeof *run->beyond);
}

static void begin(struct run *run)
{
    begin_with(run, &groups);
}

static void finish(struct run *run)
{
    const struct mdl_window_flows flows = {.borders = &run->borders,
                                           .window_ns = 100 * H,
                                           .partition = run->partition,
                                           .site = run->site,
                                           .link = run->link,
                                           .transfers = run->transfers,
                                           .unserved = run->unserved};

    run->borders.crossed_bytes = run->crossed;
    assert_int_equal(mdl_figures_fill(run->figures, &flows, run->value, run->beyond, NULL), SIM_OK);
}

static void end(struct run *run)
{
    free(run->value);
    free(run->beyond);
    sim_arena_destroy(run->arena);
}

/* "wait.p95{kind=sme}" */
static size_t index_of(const struct run *run, const char *wanted)
{
    for (size_t i = 0; i < run->count; i++) {
        const struct mdl_figure *row = &run->row[i];
        char text[200];

        snprintf(text, sizeof text, "%s%s%s%s%s%s", row->name, *row->statistic ? "." : "",
                 row->statistic, *row->selector ? "{" : "", row->selector,
                 *row->selector ? "}" : "");
        if (strcmp(text, wanted) == 0)
            return i;
    }
    fail_msg("there is no figure '%s'", wanted);
    return 0;
}

static double figure(const struct run *run, const char *wanted)
{
    return run->value[index_of(run, wanted)];
}

/* A bound is never above the last observation, and not far below. */
static void check_bound(const struct run *run, const char *wanted, double last)
{
    size_t i = index_of(run, wanted);

    assert_true(run->beyond[i] == 1);
    assert_true(run->value[i] <= last && run->value[i] > (1 - 2 * SIM_SKETCH_ERROR) * last);
}

static struct mdl_job job_of(uint32_t source, uint32_t partition, uint32_t width, int64_t submit_h,
                             int64_t start_h, int64_t end_h)
{
    return (struct mdl_job){.width = width,
                            .community = source,
                            .partition = partition,
                            .bundle = 1,
                            .submit_ns = submit_h * H,
                            .eligible_ns = submit_h * H,
                            .start_ns = start_h * H,
                            .end_ns = end_h * H};
}

static void pass(struct run *run, const struct mdl_job *job, int64_t done_ns, int64_t now_ns)
{
    mdl_figures_job_submitted(run->figures, job);
    mdl_figures_job_left(run->figures, job, done_ns, now_ns);
}

static void rows_are_named_once_and_explained(void **state)
{
    struct run run;

    (void)state;
    begin(&run);
    for (size_t i = 0; i < run.count; i++) {
        assert_true(strlen(run.row[i].help) > 10 && *run.row[i].unit && *run.row[i].method);
        for (size_t k = 0; k < i; k++)
            assert_false(strcmp(run.row[i].name, run.row[k].name) == 0 &&
                         strcmp(run.row[i].statistic, run.row[k].statistic) == 0 &&
                         strcmp(run.row[i].selector, run.row[k].selector) == 0);
        if (strcmp(run.row[i].name, "capacity.installed") == 0 && !*run.row[i].statistic)
            assert_string_equal(
                run.row[i].unit,
                strcmp(run.row[i].selector, "partition=lumi.lumi_c") == 0 ? "node-h" : "GPU-h");
    }
    end(&run);
}

/* bsc.acc in slices of a seventh: 3 of them for 7 h are 3 GPU-h, of 14 there are 200 GPU-h in all.
 */
static void hours_of_slices_are_hours_of_gpus(void **state)
{
    static const uint32_t parts[] = {4 * 7, 0, 1};
    struct mdl_job whole = job_of(0, LUMI_G, 2, 10, 12, 15), cpu = job_of(1, LUMI_C, 5, 20, 20, 22),
                   part = job_of(2, BSC_ACC, 3, 10, 12, 19);
    struct mdl_figure_groups sliced = groups;
    struct run run;

    (void)state;
    sliced.parts_per_gpu = 7;
    sliced.parts_per_unit = parts;
    begin_with(&run, &sliced);
    whole.gpus_asked = 6;
    part.outcome = MDL_OUTCOME_FAILED;
    pass(&run, &whole, 16 * H, 16 * H);
    pass(&run, &cpu, 22 * H, 22 * H);
    pass(&run, &part, 22 * H, 22 * H);
    run.partition[BSC_ACC].busy_unit_ns = 21 * (sim_i128)H;
    run.partition[BSC_ACC].released_unit_ns = 1400 * (sim_i128)H;
    run.partition[BSC_ACC].installed_unit_ns = 1400 * (sim_i128)H;
    run.partition[LUMI_C].installed_unit_ns = 1000 * (sim_i128)H;
    finish(&run);
    check_near(figure(&run, "gpu_hours.allocated"), 27, 1e-12);
    check_near(figure(&run, "gpu_hours.allocated{partition=bsc.acc}"), 3, 1e-12);
    check_near(figure(&run, "gpu_hours.useful"), 18, 1e-12);
    check_near(figure(&run, "h100e_hours.allocated"), 0.5 * 24 + 3, 1e-12);
    check_near(figure(&run, "node_hours.allocated"), 10, 1e-12);
    check_near(figure(&run, "capacity.installed"), 200, 1e-12);
    check_near(figure(&run, "capacity.installed{partition=lumi.lumi_c}"), 1000, 1e-12);
    check_near(figure(&run, "capacity.installed.h100e{partition=bsc.acc}"), 200, 1e-12);
    check_near(figure(&run, "capacity.available{share=eurohpc}"), 0.25 * 200, 1e-12);
    check_near(figure(&run, "utilisation{partition=bsc.acc}"), 0.015, 1e-12);
    assert_true(figure(&run, "records.ended{partition=bsc.acc}") == 1);
    end(&run);
}

/* 2 nodes of 4 GPUs for 3 h: 24 GPU-h, worth 0.5; 5 nodes without GPUs for 2 h: 10 node-h. */
static void a_job_counts_in_all_its_groups(void **state)
{
    struct mdl_job gpu = job_of(0, LUMI_G, 2, 10, 12, 15), cpu = job_of(1, LUMI_C, 5, 20, 20, 22);
    struct run run;

    (void)state;
    begin(&run);
    gpu.bundle = 7;
    gpu.input_bytes = 3000000000000;
    gpu.output_bytes = 1000000000000;
    cpu.class_index = 1;
    pass(&run, &gpu, 16 * H, 16 * H);
    pass(&run, &cpu, 22 * H, 22 * H);
    finish(&run);
    check_near(figure(&run, "gpu_hours.allocated"), 24, 1e-12);
    check_near(figure(&run, "gpu_hours.allocated{site=lumi}"), 24, 1e-12);
    check_near(figure(&run, "gpu_hours.allocated{partition=lumi.lumi_g}"), 24, 1e-12);
    check_near(figure(&run, "gpu_hours.allocated{kind=sme}"), 24, 1e-12);
    check_near(figure(&run, "gpu_hours.allocated{class=training}"), 24, 1e-12);
    check_near(figure(&run, "gpu_hours.allocated{country=IT}"), 24, 1e-12);
    assert_true(figure(&run, "gpu_hours.allocated{country=DE}") == 0);
    assert_true(figure(&run, "gpu_hours.allocated{partition=lumi.lumi_c}") == 0);
    assert_true(figure(&run, "gpu_hours.allocated{kind=academia}") == 0);
    check_near(figure(&run, "h100e_hours.allocated"), 12, 1e-12);
    check_near(figure(&run, "node_hours.allocated"), 10, 1e-12);
    check_near(figure(&run, "node_hours.allocated{partition=lumi.lumi_c}"), 10, 1e-12);
    assert_true(figure(&run, "jobs.submitted") == 8 && figure(&run, "records.submitted") == 2);
    assert_true(figure(&run, "jobs.ended{class=training}") == 7 &&
                figure(&run, "records.ended{class=simulation}") == 1);
    check_near(figure(&run, "data.in{kind=sme}"), 3, 1e-12);
    check_near(figure(&run, "data.out{site=lumi}"), 1, 1e-12);
    assert_true(figure(&run, "data.out{site=bsc}") == 0);
    end(&run);
}

static void hours_are_cut_at_both_edges_of_the_window(void **state)
{
    static const struct {
        int64_t submit_h, start_h, end_h;
        double hours;
        int submitted, ended;
    } table[] = {{-20, -10, 10, 10, 0, 1},   /* over the start */
                 {-20, -10, 0, 0, 0, 1},     /* up to it: the window holds its first moment */
                 {-20, -10, -1, 0, 0, 0},    /* before */
                 {90, 95, 120, 5, 1, 0},     /* over the end */
                 {90, 95, 100, 5, 1, 0},     /* up to it */
                 {100, 100, 120, 0, 0, 0},   /* after */
                 {-20, -10, 120, 100, 0, 0}, /* all through */
                 {0, 1, 3, 2, 1, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct mdl_job job =
            job_of(0, BSC_ACC, 1, table[i].submit_h, table[i].start_h, table[i].end_h);
        struct run run;

        begin(&run);
        pass(&run, &job, job.end_ns, job.end_ns);
        finish(&run);
        check_near(figure(&run, "gpu_hours.allocated"), table[i].hours, 1e-12);
        assert_true(figure(&run, "records.submitted") == table[i].submitted);
        assert_true(figure(&run, "records.ended") == table[i].ended);
        end(&run);
    }
}

static void too_few_records_give_no_number(void **state)
{
    static const struct {
        const char *name;
        int least;
    } table[] = {{"wait.mean", 10},     {"wait.p50", 20},      {"wait.p90", 100},
                 {"wait.p95", 100},     {"wait.p99", 500},     {"wait.any", 10},
                 {"wait.censored", 10}, {"job_lead.mean", 10}, {"stage_in.mean", 10}};

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        for (int n = table[i].least - 1; n <= table[i].least; n++) {
            struct mdl_job job = job_of(0, BSC_ACC, 1, 1, 2, 3);
            struct run run;

            begin(&run);
            job.input_bytes = 1;
            for (int k = 0; k < n; k++)
                pass(&run, &job, 4 * H, 4 * H);
            finish(&run);
            assert_true(isnan(figure(&run, table[i].name)) == (n < table[i].least));
            end(&run);
        }
    }
}

static void means_are_those_of_the_cohort(void **state)
{
    struct run run;

    (void)state;
    begin(&run);
    for (int k = 0; k < 20; k++) { /* 2 h on the way, waits of 0 .. 19 h, a run of 1 h, 3 h home */
        struct mdl_job job = job_of(0, BSC_ACC, 1, 1, 3 + k, 4 + k);

        job.eligible_ns = 3 * H;
        job.input_bytes = 1;
        pass(&run, &job, (7 + k) * H, (7 + k) * H);
    }
    finish(&run);
    check_near(figure(&run, "wait.mean"), 9.5, 1e-12);
    check_near(figure(&run, "wait.mean{size=1}"), 9.5, 1e-12);
    check_near(figure(&run, "wait.any"), 0.95, 1e-12);
    check_near(figure(&run, "stage_in.mean"), 2, 1e-12);
    check_near(figure(&run, "job_lead.mean"), 2 + 9.5 + 1 + 3, 1e-12);
    check_near(figure(&run, "transfer.share"), (2 + 3) / 15.5, 1e-12);
    assert_true(figure(&run, "wait.censored") == 0);
    assert_true(isnan(figure(&run, "wait.mean{partition=lumi.lumi_g}")));
    end(&run);
}

static void who_is_inside_at_the_end_counts_with_the_wait_so_far(void **state)
{
    struct run run;

    (void)state;
    begin(&run);
    for (int k = 0; k < 10; k++) {
        struct mdl_job waits = job_of(0, BSC_ACC, 1, 50, 0, 0),
                       runs = job_of(0, BSC_ACC, 1, 50, 80, 0);
        struct mdl_job moves = waits, ended = job_of(0, BSC_ACC, 1, 50, 60, 70);

        waits.start_ns = waits.end_ns = runs.end_ns = MDL_TIME_UNSET;
        moves.eligible_ns = moves.start_ns = moves.end_ns = MDL_TIME_UNSET;
        moves.input_bytes = 1;
        pass(&run, &waits, MDL_TIME_UNSET, 110 * H); /* 60 h so far */
        pass(&run, &runs, MDL_TIME_UNSET, 110 * H);  /* 30 h; 20 GPU-h in the window */
        pass(&run, &moves, MDL_TIME_UNSET, 110 * H); /* not eligible yet */
        pass(&run, &ended, MDL_TIME_UNSET, 110 * H); /* 10 h; its output is on the way */
    }
    finish(&run);
    check_near(figure(&run, "wait.mean"), (60 + 30 + 10) / 3.0, 1e-12);
    check_near(figure(&run, "wait.censored"), 0.5, 1e-12);
    check_near(figure(&run, "gpu_hours.allocated"), 10 * (20 + 10), 1e-12);
    assert_true(isnan(figure(&run, "job_lead.mean")) && isnan(figure(&run, "stage_in.mean")));
    assert_true(figure(&run, "records.ended") == 10 && figure(&run, "records.submitted") == 40);
    check_near(figure(&run, "wait.p50"), 30,
               0.01); /* of 10, 30 and 60 h: the moving do not count */
    end(&run);
}

static void quantiles_are_within_one_per_cent_of_the_sorted_waits(void **state)
{
    enum { N = 5000 };
    static const struct {
        const char *name;
        double q;
    } table[] = {{"wait.p50{class=training}", 0.5},
                 {"wait.p90{kind=academia}", 0.9},
                 {"wait.p95{partition=lumi.lumi_g}", 0.95},
                 {"wait.p99{site=lumi}", 0.99},
                 {"wait.p99", 0.99},
                 {"wait.p50{size=9-64}", 0.5}};
    static double wait_h[N];
    struct run run;

    (void)state;
    begin(&run);
    for (uint64_t k = 0; k < N; k++) {
        struct mdl_job job = job_of(1, LUMI_G, 3, 1, 1, 0);
        double hours = exp(5 * sim_uniform_at(1, 2, 3, k) - 2);

        job.start_ns = job.submit_ns + (int64_t)(hours * (double)H);
        job.end_ns = job.start_ns + H;
        wait_h[k] = (double)(job.start_ns - job.submit_ns) / (double)H;
        pass(&run, &job, job.end_ns, job.end_ns);
    }
    finish(&run);
    qsort(wait_h, N, sizeof *wait_h, check_compare_doubles);
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        check_near(figure(&run, table[i].name), wait_h[(int)ceil(table[i].q * N) - 1], 0.01);
    end(&run);
}

static void size_classes_are_of_accelerators(void **state)
{
    static const struct {
        uint32_t partition, width;
        const char *figure;
    } table[] = {{BSC_ACC, 1, "wait.mean{size=1}"},        {BSC_ACC, 2, "wait.mean{size=2-8}"},
                 {BSC_ACC, 8, "wait.mean{size=2-8}"},      {BSC_ACC, 9, "wait.mean{size=9-64}"},
                 {BSC_ACC, 64, "wait.mean{size=9-64}"},    {BSC_ACC, 65, "wait.mean{size=65-512}"},
                 {BSC_ACC, 512, "wait.mean{size=65-512}"}, {BSC_ACC, 513, "wait.mean{size=>512}"},
                 {LUMI_G, 1, "wait.mean{size=2-8}"},       {LUMI_G, 3, "wait.mean{size=9-64}"}};
    struct run run;

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        int answers = 0;

        begin(&run);
        for (int k = 0; k < 10; k++) {
            struct mdl_job job = job_of(0, table[i].partition, table[i].width, 1, 6, 7);
            pass(&run, &job, 7 * H, 7 * H);
        }
        finish(&run);
        check_near(figure(&run, table[i].figure), 5, 1e-12);
        for (size_t r = 0; r < run.count; r++)
            answers += strcmp(run.row[r].name, "wait") == 0 &&
                       strcmp(run.row[r].statistic, "mean") == 0 &&
                       strncmp(run.row[r].selector, "size=", 5) == 0 && !isnan(run.value[r]);
        assert_int_equal(answers, 1);
        end(&run);
    }
}

static void flows_become_hours_loads_and_means(void **state)
{
    struct run run;

    (void)state;
    begin(&run);
    run.partition[LUMI_G] = (struct mdl_partition_flows){.busy_unit_ns = 60 * H,
                                                         .released_unit_ns = 80 * H,
                                                         .installed_unit_ns = 100 * H,
                                                         .waiting_ns = 300 * H,
                                                         .inside_ns = 500 * H,
                                                         .facility_j = 3.6e9 * 2,
                                                         .carbon_g = 5e6};
    run.partition[LUMI_C] = (struct mdl_partition_flows){.busy_unit_ns = 10 * H,
                                                         .released_unit_ns = 40 * H,
                                                         .installed_unit_ns = 40 * H,
                                                         .waiting_ns = 100 * H,
                                                         .facility_j = 3.6e9};
    run.partition[BSC_ACC] = (struct mdl_partition_flows){
        .busy_unit_ns = 40 * H, .released_unit_ns = 200 * H, .installed_unit_ns = 200 * H};
    run.site[0].cost_cents = 12345;
    run.site[1].cost_cents = 100;
    run.link[1].all.mean_frac = 0.25;
    run.unserved[0].deferred = 5;
    run.unserved[2].deferred = 2;
    run.unserved[1].refused = 3;
    run.unserved[1].stranded = 4;
    finish(&run);
    check_near(figure(&run, "utilisation{partition=lumi.lumi_g}"), 0.75, 1e-12);
    check_near(figure(&run, "utilisation{partition=lumi.lumi_c}"), 0.25, 1e-12);
    check_near(figure(&run, "utilisation{site=lumi}"), 0.75, 1e-12); /* accelerators only */
    check_near(figure(&run, "utilisation"), (240 + 40) / (320.0 + 200), 1e-12);
    check_near(figure(&run, "capacity.installed{partition=lumi.lumi_g}"), 400, 1e-12);
    check_near(figure(&run, "capacity.available{partition=lumi.lumi_c}"), 40, 1e-12);
    check_near(figure(&run, "capacity.available"), 320 + 200, 1e-12);
    check_near(figure(&run, "queue.mean"), 4, 1e-12);
    check_near(figure(&run, "queue.mean{partition=lumi.lumi_c}"), 1, 1e-12);
    check_near(figure(&run, "inside.mean{site=lumi}"), 5, 1e-12);
    check_near(figure(&run, "energy{site=lumi}"), 3, 1e-12);
    check_near(figure(&run, "energy{partition=lumi.lumi_c}"), 1, 1e-12);
    check_near(figure(&run, "carbon.location"), 5, 1e-12);
    check_near(figure(&run, "cost.energy"), 124.45, 1e-12);
    check_near(figure(&run, "cost.energy{site=bsc}"), 1, 1e-12);
    check_near(figure(&run, "link.load.mean{link=a-b <}"), 0.25, 1e-12);
    assert_true(figure(&run, "deferred") == 7 && figure(&run, "deferred{kind=sme}") == 7);
    assert_true(figure(&run, "refused{reason=no_capacity}") == 3 &&
                figure(&run, "refused{kind=academia,reason=no_capacity}") == 3);
    assert_true(figure(&run, "stranded") == 4 && figure(&run, "stranded{kind=sme}") == 0);
    end(&run);
}

static void hours_are_useful_or_lost_by_how_a_job_ended(void **state)
{
    static const struct {
        uint8_t outcome;
        uint32_t asked;         /* of the 8 held */
        double useful, allowed; /* allowed: with what was cancelled */
    } table[] = {{MDL_OUTCOME_COMPLETED, 0, 80, 80}, {MDL_OUTCOME_COMPLETED, 5, 50, 50},
                 {MDL_OUTCOME_FAILED, 5, 0, 0},      {MDL_OUTCOME_TIMEOUT, 0, 0, 0},
                 {MDL_OUTCOME_CANCELLED, 0, 0, 80},  {MDL_OUTCOME_CANCELLED, 6, 0, 60}};

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct mdl_job job = job_of(0, LUMI_G, 2, 10, 20, 30);
        struct run run;

        begin(&run);
        job.outcome = table[i].outcome;
        job.gpus_asked = table[i].asked;
        pass(&run, &job, 30 * H, 30 * H);
        job.end_ns = MDL_TIME_UNSET; /* another one that still runs: nothing is lost yet */
        job.gpus_asked = 0;
        job.start_ns = 95 * H;
        pass(&run, &job, MDL_TIME_UNSET, 100 * H);
        finish(&run);
        check_near(figure(&run, "gpu_hours.allocated"), 80 + 40, 1e-12);
        check_near(figure(&run, "gpu_hours.useful"), table[i].useful + 40, 1e-12);
        check_near(figure(&run, "gpu_hours.useful.with_cancelled{share=eurohpc}"),
                   table[i].allowed + 40, 1e-12);
        check_near(figure(&run, "h100e_hours.useful{kind=sme}"), (table[i].useful + 40) / 2, 1e-12);
        check_near(figure(&run, "gpu_hours.yield.with_cancelled"), (table[i].allowed + 40) / 120,
                   1e-12);
        check_near(figure(&run, "h100e_hours.yield{class=training}"), (table[i].useful + 40) / 120,
                   1e-12);
        assert_true(isnan(figure(&run, "gpu_hours.yield{site=bsc}")));
        end(&run);
    }
}

/* The textbook's remission times of the 6-MP group (Freireich 1963, in Kaplan & Meier's manner in
 * any text): 6 6 6 6* 7 9* 10 10* 11* 13 16 17* 19* 20* 22 23 25* 32* 32* 34* 35*. S falls to
 * 0.857 at 6, 0.807 at 7, 0.753 at 10, 0.690 at 13, 0.627 at 16, 0.538 at 22, 0.448 at 23. */
static void waits_that_have_not_ended_are_censored(void **state)
{
    static const int ended[] = {6, 6, 6, 7, 10, 13, 16, 22, 23};
    static const int censored[] = {6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35};
    struct run run;

    (void)state;
    begin(&run);
    for (int k = 0; k < 9 * 5; k++) {
        struct mdl_job job = job_of(0, BSC_ACC, 1, 1, 1 + ended[k % 9], 90);
        pass(&run, &job, 90 * H, 90 * H);
    }
    for (int k = 0; k < 12 * 5; k++) {
        struct mdl_job job = job_of(0, BSC_ACC, 1, 1, 0, 0);
        job.start_ns = job.end_ns = MDL_TIME_UNSET;
        pass(&run, &job, MDL_TIME_UNSET, (1 + censored[k % 12]) * H);
    }
    finish(&run);
    check_near(figure(&run, "wait.p50"), 23, 0.01);
    check_near(figure(&run, "wait.p50{country=IT}"), 23, 0.01);
    check_near(figure(&run, "wait.p50{partition=bsc.acc,kind=sme}"), 23, 0.01);
    check_near(figure(&run, "wait.p50{kind=sme,country=IT}"), 23, 0.01);
    check_bound(&run, "wait.p90", 35); /* S stays at 0.448 to the last that was watched */
    check_bound(&run, "wait.p95{kind=sme}", 35);
    assert_true(isnan(figure(&run, "wait.p99"))); /* of 105: too few */
    assert_false(run.beyond[index_of(&run, "wait.p50")] || run.beyond[index_of(&run, "wait.p99")]);
    check_near(figure(&run, "wait.censored"), 60 / 105.0, 1e-12);
    check_near(figure(&run, "wait.mean"), 359 / 21.0, 1e-12);
    end(&run);
}

/* As many jobs as would need twice the time there is: of 200, one starts each hour of 100. */
static void quantiles_beyond_the_last_observation_are_bounds(void **state)
{
    struct run run;

    (void)state;
    begin(&run);
    for (int k = 0; k < 200; k++) {
        struct mdl_job job = job_of(0, BSC_ACC, 1, 0, k, k + 1);
        bool has_started = k < 100;

        if (!has_started)
            job.start_ns = job.end_ns = MDL_TIME_UNSET;
        pass(&run, &job, has_started ? job.end_ns : MDL_TIME_UNSET, 100 * H);
    }
    finish(&run);
    check_near(figure(&run, "wait.p50"), 99, 0.01); /* half started: the last of them after 99 h */
    check_bound(&run, "wait.p90", 100);
    check_bound(&run, "wait.p95", 100);
    check_bound(&run, "wait.p95{kind=sme,country=IT}", 100);
    assert_false(run.beyond[index_of(&run, "wait.p50")]);
    assert_true(isnan(figure(&run, "wait.p99"))); /* of 200: too few */
    assert_false(run.beyond[index_of(&run, "wait.p99")]);
    end(&run);
}

static void waits_weigh_by_hours_asked_for(void **state)
{
    struct run run;

    (void)state;
    begin(&run);
    for (int k = 0; k < 5; k++) {
        struct mdl_job narrow = job_of(0, BSC_ACC, 1, 1, 2, 4); /* 1 h of wait, 2 GPU-h */
        struct mdl_job wide = job_of(0, LUMI_G, 2, 1, 11, 14);  /* 10 h, 24 GPU-h */
        struct mdl_job nodes = job_of(0, LUMI_C, 9, 1, 50, 52); /* 49 h; no GPU-h */
        struct mdl_job more = job_of(0, LUMI_C, 1, 1, 3, 4);    /* 2 h, a node-h */

        pass(&run, &narrow, 4 * H, 4 * H);
        pass(&run, &wide, 14 * H, 14 * H);
        pass(&run, &nodes, 52 * H, 52 * H);
        pass(&run, &more, 52 * H, 52 * H);
    }
    finish(&run);
    check_near(figure(&run, "wait.weighted"), (1 * 2 + 10 * 24) / 26.0, 1e-12);
    check_near(figure(&run, "wait.weighted{site=lumi}"), 10, 1e-12);
    check_near(figure(&run, "wait.weighted{class=training}"), (1 * 2 + 10 * 24) / 26.0, 1e-12);
    check_near(figure(&run, "wait.weighted{partition=lumi.lumi_c}"), (49 * 18 + 2) / 19.0, 1e-12);
    end(&run);
}

/* Runs of 1 min count as 10 min; nobody is below 1. */
static void slowdown_is_bounded(void **state)
{
    struct run run;

    (void)state;
    begin(&run);
    for (int k = 0; k < 100; k++) {
        struct mdl_job job = job_of(0, BSC_ACC, 1, 1, 0, 0);

        job.start_ns = job.submit_ns + (k < 90 ? 0 : H);
        job.end_ns = job.start_ns + (k < 50 ? H / 60 : 2 * H);
        pass(&run, &job, job.end_ns, job.end_ns);
        job.start_ns = job.end_ns = MDL_TIME_UNSET; /* waits: not among the started */
        pass(&run, &job, MDL_TIME_UNSET, 100 * H);
    }
    finish(&run);
    check_near(figure(&run, "slowdown.mean"), (90 + 10 * 1.5) / 100, 1e-12);
    check_near(figure(&run, "slowdown.p95{size=1}"), 1.5, 0.01);
    check_near(figure(&run, "slowdown.p95{partition=bsc.acc,kind=sme}"), 1.5, 0.01);
    end(&run);
}

static void owners_states_and_vendors_have_their_parts(void **state)
{
    struct run run;
    struct mdl_job here = job_of(0, BSC_ACC, 10, 1, 10, 20);  /* of IT, where bsc stands here */
    struct mdl_job there = job_of(1, BSC_ACC, 30, 1, 10, 20); /* of DE */
    struct mdl_job own = job_of(2, LUMI_G, 5, 1, 10, 20);     /* background */

    (void)state;
    begin(&run);
    pass(&run, &here, 20 * H, 20 * H);
    pass(&run, &there, 20 * H, 20 * H);
    pass(&run, &own, 20 * H, 20 * H);
    run.partition[LUMI_G] =
        (struct mdl_partition_flows){.released_unit_ns = 100 * H, .installed_unit_ns = 200 * H};
    run.partition[BSC_ACC] =
        (struct mdl_partition_flows){.released_unit_ns = 400 * H, .installed_unit_ns = 400 * H};
    finish(&run);
    check_near(figure(&run, "gpu_hours.allocated{share=eurohpc}"), 100, 1e-12);
    check_near(figure(&run, "gpu_hours.allocated{share=national}"), 200, 1e-12);
    check_near(figure(&run, "capacity.installed{share=eurohpc}"), 400 + 100, 1e-12);
    check_near(figure(&run, "capacity.available{share=national}"), 300, 1e-12);
    check_near(figure(&run, "capacity.installed.h100e{share=eurohpc}"), 200 + 100, 1e-12);
    check_near(figure(&run, "capacity.available.h100e"), 400 * 0.5 + 400, 1e-12);
    check_near(figure(&run, "utilisation{share=eurohpc}"), 100 / 300.0, 1e-12);
    check_near(figure(&run, "availability{site=lumi}"), 0.5, 1e-12);
    check_near(figure(&run, "spill.cross_border"), 0.75, 1e-12);
    check_near(figure(&run, "spill.cross_border{kind=academia}"), 1, 1e-12);
    check_near(figure(&run, "dependence.chip"), (1 + 16) / 25.0, 1e-12); /* 100 and 400 H100e-h */
    check_near(figure(&run, "gpu_hours.allocated{kind=sme,country=IT}"), 100, 1e-12);
    check_near(figure(&run, "gpu_hours.allocated{partition=lumi.lumi_g,kind=sme}"), 200, 1e-12);
    end(&run);
}

static void what_links_carry_and_hold_up_is_named_and_background_shown_apart(void **state)
{
    struct sim_sketch *all = calloc(1, sizeof *all), *own = calloc(1, sizeof *own);
    struct run run;

    (void)state;
    assert_true(all && own);
    begin(&run);
    for (int k = 0; k < 100; k++) {
        sim_sketch_add(all, 0.92 / MDL_LINK_SKETCH_FRAC);
        sim_sketch_add(own, 0.02 / MDL_LINK_SKETCH_FRAC);
    }
    run.link[0] = (struct mdl_link_flows){.all = {0.92, 100, all},
                                          .own = {0.02, 0, own},
                                          .samples = 100,
                                          .held_up = 12,
                                          .held_up_bytes = 3e12};
    run.link[0].moved_bytes = 5e12;
    run.crossed[0] = 5e12;
    run.crossed[1] = 2e12;
    run.borders.zone_bytes[MDL_DATA_EU] = 4e12;
    run.transfers = (struct mdl_transfer_flows){.arrived = 40,
                                                .failed = 3,
                                                .retried = 2,
                                                .rerouted = 2,
                                                .given_up = 1,
                                                .held_up_by_line = 20,
                                                .held_up_by_link = 12,
                                                .held_up_by_site = 8};
    finish(&run);
    check_near(figure(&run, "link.load.mean{link=a-b >}"), 0.92, 1e-12);
    check_near(figure(&run, "link.load.background{link=a-b >}"), 0.9, 1e-12);
    check_near(figure(&run, "link.load.own_mean{link=a-b >}"), 0.02, 1e-12);
    check_near(figure(&run, "link.load.own_p95{link=a-b >}"), 0.02, 0.01);
    check_near(figure(&run, "link.load.above_90{link=a-b >}"), 1, 1e-12);
    check_near(figure(&run, "link.load.own_above_90{link=a-b >}"), 0, 1e-12);
    check_near(figure(&run, "transfer.bottleneck.count{link=a-b >}"), 12, 0);
    check_near(figure(&run, "transfer.bottleneck.data{link=a-b >}"), 3, 1e-12);
    check_near(figure(&run, "transfer.bottleneck.share{at=line}"), 0.5, 1e-12);
    check_near(figure(&run, "transfer.bottleneck.share{at=link}"), 0.3, 1e-12);
    check_near(figure(&run, "transfer.bottleneck.share{at=site}"), 0.2, 1e-12);
    check_near(figure(&run, "transfers.arrived"), 40, 0);
    check_near(figure(&run, "transfers.failed"), 3, 0);
    check_near(figure(&run, "transfers.retried"), 2, 0);
    check_near(figure(&run, "transfers.rerouted"), 2, 0);
    check_near(figure(&run, "link.moved{link=a-b >}"), 5, 1e-12);
    check_near(figure(&run, "border.crossed"), 7, 1e-12);
    check_near(figure(&run, "border.crossed{border=ES-FI}"), 2, 1e-12);
    check_near(figure(&run, "data.crossed{zone=eu}"), 4, 1e-12);
    check_near(figure(&run, "transfers.given_up"), 1, 0);
    end(&run);
    free(all);
    free(own);
}

static void members_below_a_threshold_are_counted_by_their_own_lines(void **state)
{
    struct run run;

    (void)state;
    begin(&run);
    finish(&run);
    check_near(figure(&run, "access.below.up{threshold=30 Mbit/s}"), 0.3, 1e-12);
    check_near(figure(&run, "access.below.up{kind=sme,threshold=30 Mbit/s}"), 0.75, 1e-12);
    check_near(figure(&run, "access.below.up{country=IT,threshold=1 Gbit/s}"), 1, 1e-12);
    check_near(figure(&run, "access.below.down{threshold=100 Mbit/s}"), 0, 1e-12);
    check_near(figure(&run, "access.below.down{kind=sme,threshold=1 Gbit/s}"), 1, 1e-12);
    check_near(figure(&run, "access.below.down{kind=academia,threshold=1 Gbit/s}"), 0, 1e-12);
    end(&run);
}

static void causes_and_loads_of_links_are_shown(void **state)
{
    struct sim_sketch *sketch = calloc(1, sizeof *sketch);
    struct run run;

    (void)state;
    assert_non_null(sketch);
    begin(&run);
    for (int k = 0; k < 100; k++)
        sim_sketch_add(sketch, (k < 94 ? 0.002 : 0.95) / MDL_LINK_SKETCH_FRAC);
    run.link[0] = (struct mdl_link_flows){.samples = 100, .all = {.above_90 = 6, .sketch = sketch}};
    run.link[1] = (struct mdl_link_flows){.samples = 9, .all = {.above_90 = 9, .sketch = sketch}};
    run.partition[LUMI_G] = (struct mdl_partition_flows){
        .busy_unit_ns = 50 * H,
        .released_unit_ns = 80 * H,
        .installed_unit_ns = 100 * H,
        .lost_unit_ns = {[MDL_LOST_BLOCKED] = 10 * H, [MDL_LOST_NO_DEMAND] = 20 * H},
        .carbon_g = 5000};
    run.partition[LUMI_C] = (struct mdl_partition_flows){
        .installed_unit_ns = 100 * H, .lost_unit_ns = {[MDL_LOST_BLOCKED] = 100 * H}};
    pass(&run, &(struct mdl_job){.width = 5, .bundle = 1, .end_ns = 10 * H}, 10 * H, 10 * H);
    finish(&run);
    check_near(figure(&run, "capacity.lost{cause=blocked}"), 40, 1e-12);
    check_near(figure(&run, "capacity.lost{site=lumi,cause=no_demand}"), 80, 1e-12);
    check_near(figure(&run, "capacity.lost{partition=lumi.lumi_c,cause=blocked}"), 100, 1e-12);
    check_near(figure(&run, "capacity.lost.of_installed{cause=no_demand}"), 0.2, 1e-12);
    check_near(figure(&run, "utilisation.of_installed"), 0.5, 1e-12);
    check_near(figure(&run, "carbon.location.per_useful"), 50, 1e-12); /* 200 GPU-h, half worth */
    check_near(figure(&run, "link.load.p95{link=a-b >}"), 0.95, 0.01);
    check_near(figure(&run, "link.load.above_90{link=a-b >}"), 0.06, 1e-12);
    assert_true(isnan(figure(&run, "link.load.p95{link=a-b <}")));
    assert_true(isnan(figure(&run, "link.load.above_90{link=a-b <}")));
    end(&run);
    free(sketch);
}

/* Many partitions: quantiles stay for what 512 sketches are enough for. */
static void sketches_are_limited(void **state)
{
    static const struct {
        size_t partitions;
        bool by_partition, by_pair;
    } table[] = {{60, true, true}, {220, true, false}, {600, false, false}};

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        enum { MOST = 600 };
        static const char *name[MOST];
        static size_t site[MOST];
        static uint32_t gpus[MOST];
        static struct mdl_group_pair pair[MOST];
        struct mdl_figure_groups many = groups;
        bool has[3] = {false};
        struct run run = {.arena = sim_arena_create(0)};

        for (size_t p = 0; p < table[i].partitions; p++) {
            name[p] = "x.y";
            gpus[p] = 1;
            pair[p] = (struct mdl_group_pair){MDL_KIND_SME, (uint32_t)p};
        }
        many.count[MDL_GROUP_PARTITION] = many.count[MDL_GROUP_KIND_PARTITION] =
            table[i].partitions;
        many.name[MDL_GROUP_PARTITION] = name;
        many.pair[MDL_GROUP_KIND_PARTITION] = pair;
        many.site_of = site;
        many.parts_per_unit = gpus;
        assert_int_equal(mdl_figures_rows(&many, run.arena, &run.row, &run.count, NULL), SIM_OK);
        for (size_t r = 0; r < run.count; r++) {
            if (strcmp(run.row[r].name, "wait") != 0 || strcmp(run.row[r].statistic, "p95") != 0)
                continue;
            has[0] |= strcmp(run.row[r].selector, "partition=x.y") == 0;
            has[1] |= strcmp(run.row[r].selector, "partition=x.y,kind=sme") == 0;
            has[2] |= !*run.row[r].selector;
        }
        assert_true(has[0] == table[i].by_partition && has[1] == table[i].by_pair && has[2]);
        sim_arena_destroy(run.arena);
    }
}

/* Without room for the pair, times go to its kind, and to its partition or site. */
static void times_are_the_same_however_they_are_grouped(void **state)
{
    enum { MANY = 600 };
    static const char *name[MANY];
    static size_t site[MANY];
    static uint32_t gpus[MANY], host[MANY], vendor[MANY];
    static const double *value_of[MANY];
    static double any[MANY];
    static struct mdl_group_pair pair[MANY];
    static struct mdl_partition_flows flows[MANY];
    static const double *no_owner[SHARES];
    struct mdl_figure_groups many = groups;
    struct run run = {.arena = sim_arena_create(0)};
    struct mdl_window_flows flow = {
        .window_ns = 100 * H, .partition = flows, .borders = &no_borders};

    (void)state;
    for (uint32_t p = 0; p < MANY; p++) {
        name[p] = "x.y";
        gpus[p] = 1;
        host[p] = vendor[p] = UINT32_MAX;
        value_of[p] = worth_none;
        pair[p] = (struct mdl_group_pair){MDL_KIND_SME, p};
    }
    no_owner[0] = no_owner[1] = any;
    many.count[MDL_GROUP_PARTITION] = many.count[MDL_GROUP_KIND_PARTITION] = MANY;
    many.name[MDL_GROUP_PARTITION] = name;
    many.pair[MDL_GROUP_KIND_PARTITION] = pair;
    many.site_of = site;
    many.parts_per_unit = gpus;
    many.host_country_of = host;
    many.vendor_of = vendor;
    many.worth = value_of;
    many.worth_any = any;
    many.owned = no_owner;
    assert_int_equal(mdl_figures_rows(&many, run.arena, &run.row, &run.count, NULL), SIM_OK);
    assert_int_equal(mdl_figures_create(&many, run.arena, &run.figures, NULL), SIM_OK);
    run.value = calloc(run.count, sizeof *run.value);
    assert_non_null(run.value);
    for (int k = 0; k < 200; k++) {
        struct mdl_job job = job_of(0, (uint32_t)k % MANY, 1, 1, 2 + k / 20, 50);
        pass(&run, &job, 50 * H, 50 * H);
    }
    flow.site = run.site;
    flow.link = run.link;
    flow.unserved = run.unserved;
    assert_int_equal(mdl_figures_fill(run.figures, &flow, run.value, NULL, NULL), SIM_OK);
    check_near(figure(&run, "wait.p50"), 5, 0.01);
    check_near(figure(&run, "wait.p50{site=lumi}"), 5, 0.01);
    check_near(figure(&run, "wait.p50{kind=sme}"), 5, 0.01);
    check_near(figure(&run, "wait.p50{country=IT}"), 5, 0.01);
    check_near(figure(&run, "wait.p95{kind=sme,country=IT}"), 10, 0.01);
    end(&run);
}

static void use_of_a_machine_that_was_never_released_is_no_number(void **state)
{
    struct run run;

    (void)state;
    begin(&run);
    finish(&run);
    assert_true(isnan(figure(&run, "utilisation")) && figure(&run, "gpu_hours.allocated") == 0);
    end(&run);
}

static double sum_over(const struct run *run, const char *name, const char *group)
{
    double sum = 0;

    for (size_t i = 0; i < run->count; i++) {
        if (strcmp(run->row[i].name, name) == 0 && !*run->row[i].statistic &&
            strncmp(run->row[i].selector, group, strlen(group)) == 0 &&
            !strchr(run->row[i].selector, ','))
            sum += run->value[i];
    }
    return sum;
}

static void sums_over_each_grouping_are_the_whole(void **state)
{
    static const char *const everywhere[] = {"records.submitted",   "records.ended",
                                             "jobs.submitted",      "jobs.ended",
                                             "gpu_hours.allocated", "h100e_hours.allocated"};
    static const char *const by[] = {"site=", "partition=", "kind=", "class="};
    struct run run;

    (void)state;
    begin(&run);
    for (uint64_t k = 0; k < 2000; k++) {
        struct mdl_job job =
            job_of((uint32_t)(sim_hash_child(1, 1, k) % 3), (uint32_t)(sim_hash_child(1, 2, k) % 3),
                   1 + (uint32_t)(sim_hash_child(1, 3, k) % 20), 0, 0, 0);

        job.submit_ns = ((int64_t)(sim_hash_child(1, 4, k) % 130) - 20) * H;
        job.eligible_ns = job.submit_ns;
        job.start_ns = job.submit_ns + (int64_t)(sim_hash_child(1, 5, k) % 10) * H;
        job.end_ns = job.start_ns + (int64_t)(sim_hash_child(1, 6, k) % 30) * H;
        job.class_index = k % 2;
        job.bundle = 1 + (uint32_t)(k % 5);
        job.output_bytes = k * 1000000000;
        job.input_bytes = k % 3 * 2000000000;
        pass(&run, &job, job.end_ns, job.end_ns);
    }
    finish(&run);
    for (size_t i = 0; i < sizeof everywhere / sizeof *everywhere; i++) {
        double whole = figure(&run, everywhere[i]);

        assert_true(whole > 100);
        for (size_t g = 0; g < sizeof by / sizeof *by; g++)
            check_near(sum_over(&run, everywhere[i], by[g]), whole, 1e-9);
    }
    check_near(sum_over(&run, "gpu_hours.allocated", "country="),
               figure(&run, "gpu_hours.allocated"), 1e-9);
    check_near(sum_over(&run, "data.in", "site="), figure(&run, "data.in"), 1e-9);
    check_near(sum_over(&run, "data.in", "kind="), figure(&run, "data.in"), 1e-9);
    check_near(sum_over(&run, "data.out", "kind="), figure(&run, "data.out"), 1e-9);
    assert_true(figure(&run, "data.in") > 1);
    end(&run);
}

/* A row of docs/figures.md. */
static void doc_row(const struct mdl_figure_about *about, char *row, size_t bytes)
{
    char by[200] = "";
    const char *fixed = about->fixed;

    for (size_t g = 0; g < about->group_count; g++)
        snprintf(by + strlen(by), sizeof by - strlen(by), "%s%s", g ? " \302\267 " : "",
                 about->group[g]);
    snprintf(row, bytes, "| `%s%s%s%s%s%s` | %s | %s | %s%s%s | %s | %s |", about->name,
             *about->statistic ? "." : "", about->statistic, *fixed ? "{" : "", fixed,
             *fixed ? "}" : "", about->is_share ? "share" : about->unit, about->method,
             about->has_total ? "all" : "", about->has_total && *by ? " \302\267 " : "", by,
             about->plot, about->help);
}

/* `test_figures --table` prints what docs/figures.md must hold. */
static void the_reference_holds_every_row(void **state)
{
    FILE *file = fopen("docs/figures.md", "r");
    struct mdl_figure_about about;
    char line[1200], row[1200];
    size_t i = 0;

    (void)state;
    assert_non_null(file);
    while (fgets(line, sizeof line, file)) {
        line[strcspn(line, "\n")] = '\0';
        if (strncmp(line, "| `", 3) != 0)
            continue;
        assert_true(mdl_figure_about(i++, &about));
        doc_row(&about, row, sizeof row);
        assert_string_equal(line, row);
    }
    fclose(file);
    assert_false(mdl_figure_about(i, &about));
    assert_true(i > 50);
}

static int print_table(void)
{
    struct mdl_figure_about about;
    char row[1200];

    for (size_t i = 0; mdl_figure_about(i, &about); i++) {
        doc_row(&about, row, sizeof row);
        puts(row);
    }
    return 0;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_named_once_and_explained),
        cmocka_unit_test(a_job_counts_in_all_its_groups),
        cmocka_unit_test(hours_of_slices_are_hours_of_gpus),
        cmocka_unit_test(hours_are_cut_at_both_edges_of_the_window),
        cmocka_unit_test(too_few_records_give_no_number),
        cmocka_unit_test(means_are_those_of_the_cohort),
        cmocka_unit_test(who_is_inside_at_the_end_counts_with_the_wait_so_far),
        cmocka_unit_test(quantiles_are_within_one_per_cent_of_the_sorted_waits),
        cmocka_unit_test(size_classes_are_of_accelerators),
        cmocka_unit_test(flows_become_hours_loads_and_means),
        cmocka_unit_test(hours_are_useful_or_lost_by_how_a_job_ended),
        cmocka_unit_test(waits_that_have_not_ended_are_censored),
        cmocka_unit_test(quantiles_beyond_the_last_observation_are_bounds),
        cmocka_unit_test(waits_weigh_by_hours_asked_for),
        cmocka_unit_test(slowdown_is_bounded),
        cmocka_unit_test(owners_states_and_vendors_have_their_parts),
        cmocka_unit_test(what_links_carry_and_hold_up_is_named_and_background_shown_apart),
        cmocka_unit_test(members_below_a_threshold_are_counted_by_their_own_lines),
        cmocka_unit_test(causes_and_loads_of_links_are_shown),
        cmocka_unit_test(sketches_are_limited),
        cmocka_unit_test(times_are_the_same_however_they_are_grouped),
        cmocka_unit_test(use_of_a_machine_that_was_never_released_is_no_number),
        cmocka_unit_test(sums_over_each_grouping_are_the_whole),
        cmocka_unit_test(the_reference_holds_every_row),
    };

    if (argc > 1 && strcmp(argv[1], "--table") == 0)
        return print_table();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
