/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/unit/experiments/study.h - a study read from text, for the tests of this layer.
 *
 * Include after cmocka.h. Everything lives in one arena.
 */
#ifndef TESTS_UNIT_STUDY_H
#define TESTS_UNIT_STUDY_H

#include <string.h>

#include "experiments/compare.h"
#include "experiments/study.h"
#include "models/config.h"
#include "models/plan.h"

/* One server for 60 days, three quarters busy. */
#define DESK                                                                                       \
    "aifsim: 1\nname: desk\n"                                                                      \
    "horizon: {start: 2026-01-01, end: 2026-03-02}\n"                                              \
    "seed: 7\n"                                                                                    \
    "sites: {desk: {country: IS, partitions: {machine: {nodes: 1, policy: fcfs}}}}\n"              \
    "classes: {work: {run: {exponential: {mean: 1 h}}, walltime: exact}}\n"                        \
    "communities: {visitors: {country: IS, kind: academia, submit: {rate: 0.75 /h, home: "         \
    "{desk.machine: 100 %}, classes: {work: 100 %}}}}\n"                                           \
    "broker: {rule: home}\n"

struct bench {
    struct sim_arena *arena;
    struct scn_errors errors;
    struct scn_request request;
    struct scn_tree tree;
    struct exp_study study;
};

static enum sim_status bench_read(struct bench *bench, const char *text)
{
    *bench = (struct bench){.arena = sim_arena_create(0)};
    assert_non_null(bench->arena);
    bench->request = (struct scn_request){.path = "study.yaml",
                                          .text = text,
                                          .text_bytes = strlen(text),
                                          .rows = mdl_config_fields,
                                          .other_keys = exp_study_keys,
                                          .arena = bench->arena};
    assert_int_equal(scn_open(&bench->request, &bench->tree, &bench->errors), SIM_OK);
    return exp_study_read(&bench->request, &bench->tree, &bench->study, &bench->errors);
}

/* With the first mistake in words. */
static inline void bench_expect_ok(const struct bench *bench, enum sim_status status)
{
    const struct sim_error *first = &bench->errors.error[0];

    if (status && bench->errors.count)
        fail_msg("%zu:%zu: %s", (size_t)first->line, (size_t)first->column, first->message);
    assert_int_equal(status, SIM_OK);
}

static inline void bench_must_read(struct bench *bench, const char *text)
{
    bench_expect_ok(bench, bench_read(bench, text));
}

static inline void bench_release(struct bench *bench)
{
    sim_arena_destroy(bench->arena);
}

/* Binds as the program does. */
static inline enum sim_status bench_bind(void *context, const struct scn_request *request,
                                         const struct scn_tree *tree, struct mdl_plan **plan,
                                         struct scn_errors *errors, struct sim_error *err)
{
    struct mdl_config *config = sim_arena_alloc(request->arena, 1, sizeof *config);
    struct scn_scenario scenario;
    enum sim_status status;

    (void)context;
    if (!config)
        return sim_fail(err, SIM_ENOMEM, "no memory for a scenario");
    status = scn_bind(request, tree, config, &scenario, errors);
    return status ? status : mdl_plan_create(config, NULL, request->arena, plan, err);
}

#endif /* TESTS_UNIT_STUDY_H */
