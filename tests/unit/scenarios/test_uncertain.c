/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/uncertain.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/scenarios/toy.h"

static const char scenario[] =
    "aifsim: 1\n"
    "horizon: {start: 2026-01-01, end: 2027-01-01}\n"
    "sites:\n"
    "  lumi: {power: 10 MW, partitions: {g: {nodes: 100}, c: {nodes: 200}}}\n"
    "  bsc: {power: 20 MW, partitions: {acc: {nodes: 300}}}\n"
    "classes: {work: {run: {lognormal: {median: 3 h, sigma: 1.6}}}}\n"
    "communities: {sme: {site: lumi, growth: 5 %/yr, access: {fibre: 70 %, 5g: 30 %}}}\n"
    "uncertain:\n";

enum { INPUTS_MAX = 8 };

struct bench {
    struct sim_arena *arena;
    struct scn_errors errors;
    struct scn_request request;
    struct scn_tree tree;
    struct scn_uncertain input[INPUTS_MAX];
    size_t count;
    enum sim_status status; /* of the first refusal */
};

static const char *const other_keys[] = {"uncertain", NULL};

static void begin(struct bench *bench, const char *inputs)
{
    char *text;

    *bench = (struct bench){.arena = sim_arena_create(0)};
    text = sim_arena_alloc(bench->arena, sizeof scenario + strlen(inputs), 1);
    sprintf(text, "%s%s", scenario, inputs);
    bench->request = (struct scn_request){.path = "toy.yaml",
                                          .text = text,
                                          .text_bytes = strlen(text),
                                          .rows = toy_fields,
                                          .other_keys = other_keys,
                                          .arena = bench->arena};
    assert_int_equal(scn_open(&bench->request, &bench->tree, &bench->errors), SIM_OK);
    for (const struct scn_node *node = scn_child(bench->tree.root, "uncertain")->first; node;
         node = node->next) {
        enum sim_status status =
            scn_uncertain_read(&bench->request, &bench->tree, "uncertain", node->key->text, node,
                               &bench->input[bench->count], &bench->errors);

        bench->count += !status;
        bench->status = bench->status ? bench->status : status;
    }
}

static void end(struct bench *bench)
{
    sim_arena_destroy(bench->arena);
}

/* The scenario of one draw. */
static void draw(struct bench *bench, uint64_t seed, uint64_t index, struct toy *toy)
{
    struct scn_request request = bench->request;
    struct scn_scenario out;
    struct scn_reader reader;

    memset(toy, 0, sizeof *toy);
    scn_reader_init(&reader, bench->arena, &bench->errors);
    assert_int_equal(scn_uncertain_draw(&reader, bench->tree.root, bench->input, bench->count, seed,
                                        index, &request.patches, &request.patch_count),
                     SIM_OK);
    if (scn_bind(&request, &bench->tree, toy, &out, &bench->errors))
        fail_msg("%s", bench->errors.error[0].message);
}

static const struct toy_site *site(const struct toy *toy, size_t i)
{
    return (const struct toy_site *)toy->sites.items + i;
}

static void a_star_takes_one_value_unless_each_is_asked_for(void **state)
{
    struct bench bench;
    struct toy toy;

    (void)state;
    begin(&bench, "  sites.*.power: {uniform: [5 MW, 6 MW]}\n"
                  "  sites.*.pue: {uniform: [1.1, 1.9], each: true}\n");
    assert_int_equal(bench.count, 2);
    draw(&bench, 1, 0, &toy);
    assert_true(site(&toy, 0)->power_w >= 5e6 && site(&toy, 0)->power_w <= 6e6);
    assert_true(site(&toy, 0)->power_w == site(&toy, 1)->power_w);
    assert_true(site(&toy, 0)->pue >= 1.1 && site(&toy, 1)->pue <= 1.9);
    assert_true(site(&toy, 0)->pue != site(&toy, 1)->pue);
    end(&bench);
}

static void a_draw_depends_on_seed_index_and_path_alone(void **state)
{
    struct toy one, again, other;
    struct bench alone, both;

    (void)state;
    begin(&alone, "  sites.lumi.power: {uniform: [5 MW, 6 MW]}\n");
    begin(&both, "  sites.bsc.power: {uniform: [5 MW, 6 MW]}\n"
                 "  sites.lumi.power: {uniform: [5 MW, 6 MW]}\n");
    draw(&alone, 1, 3, &one);
    draw(&both, 1, 3, &again);
    assert_true(site(&one, 0)->power_w == site(&again, 0)->power_w);
    assert_true(site(&again, 0)->power_w != site(&again, 1)->power_w);
    assert_true(site(&one, 1)->power_w == 20e6);
    draw(&alone, 1, 4, &other);
    assert_true(site(&one, 0)->power_w != site(&other, 0)->power_w);
    draw(&alone, 2, 3, &other);
    assert_true(site(&one, 0)->power_w != site(&other, 0)->power_w);
    end(&alone);
    end(&both);
}

/* Whole numbers, growth, times and parameters of distributions come back in their units. */
static void values_are_written_in_the_unit_of_the_key(void **state)
{
    const struct toy_community *sme;
    const struct toy_partition *partition;
    struct bench bench;
    struct toy toy;

    (void)state;
    begin(&bench, "  sites.lumi.partitions.g.nodes: {uniform: [150, 160]}\n"
                  "  sites.lumi.partitions.g.ramp: {uniform: [2 d, 3 d]}\n"
                  "  communities.*.growth: {triangular: [6 %/yr, 20 %/yr, 60 %/yr]}\n"
                  "  classes.work.run.lognormal.median: {uniform: [10 h, 11 h]}\n"
                  "  classes.work.run.lognormal.sigma: {uniform: [0.001, 0.002]}\n");
    assert_int_equal(bench.count, 5);
    draw(&bench, 1, 0, &toy);
    partition = site(&toy, 0)->partitions.items;
    assert_true(partition->nodes >= 150 && partition->nodes <= 160);
    assert_true(partition->ramp_ns >= 2 * INT64_C(86400000000000) &&
                partition->ramp_ns <= 3 * INT64_C(86400000000000));
    sme = toy.communities.items;
    assert_true(sme->growth_frac > 0.06 && sme->growth_frac < 0.60);
    /* next to no spread is left, so what is drawn is the median */
    assert_true(sim_dist_at(&((const struct toy_class *)toy.classes.items)->run, 0.5) > 9.9 * 3600);
    assert_true(sim_dist_at(&((const struct toy_class *)toy.classes.items)->run, 0.9) <
                11.1 * 3600);
    end(&bench);
}

static void refuses(const char *input, size_t line, size_t column, const char *message)
{
    struct bench bench;

    begin(&bench, input);
    assert_int_equal(bench.status, SIM_ESCHEMA);
    assert_string_equal(bench.errors.error[0].message, message);
    assert_int_equal(bench.errors.error[0].line, line);
    assert_int_equal(bench.errors.error[0].column, column);
    end(&bench);
}

static void what_cannot_be_drawn_is_refused_with_its_place(void **state)
{
    (void)state;
    refuses("  sites.*.pwer: {uniform: [1 MW, 2 MW]}\n", 9, 3,
            "uncertain.sites.*.pwer: there is no such key, or it is no number; write a path like "
            "'communities.*.submit.growth'");
    refuses("  sites.lumi.country: {uniform: [1, 2]}\n", 9, 3,
            "uncertain.sites.lumi.country: there is no such key, or it is no number; write a path "
            "like 'communities.*.submit.growth'");
    refuses("  sites.lumi.pue: {uniform: [1.1, 1.2], each: perhaps}\n", 9, 41,
            "uncertain.sites.lumi.pue: 'each' is true or false");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_star_takes_one_value_unless_each_is_asked_for),
        cmocka_unit_test(a_draw_depends_on_seed_index_and_path_alone),
        cmocka_unit_test(values_are_written_in_the_unit_of_the_key),
        cmocka_unit_test(what_cannot_be_drawn_is_refused_with_its_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
