/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/unit/models/access.h - three machines of one owner, access modes and quotas built by hand.
 *
 * big: 100 nodes of 4 GPUs, half of them eurohpc's; ai: 10 of 4, all, purpose ai; cpu: 50 nodes
 * without accelerators, 40 %. Include after cmocka.h.
 */
#ifndef TESTS_UNIT_MODELS_ACCESS_H
#define TESTS_UNIT_MODELS_ACCESS_H

#include "models/access/call.h"
#include "tests/unit/models/build.h"

enum { ACCESS_MODES = 3, ACCESS_QUOTAS = 3, ACCESS_PARTITIONS = 3 };
enum { ACCESS_BIG, ACCESS_AI, ACCESS_CPU };

struct access {
    struct sim_arena *arena;
    struct sim_calendar calendar;
    struct mdl_owner_config owner[ACCESS_PARTITIONS];
    struct mdl_partition_config config[ACCESS_PARTITIONS];
    struct mdl_site_config site;
    struct mdl_class_config job_class[1];
    struct mdl_partition_plan partition[ACCESS_PARTITIONS];
    struct mdl_access_mode_config mode_config[ACCESS_MODES];
    struct mdl_access_mode_plan mode[ACCESS_MODES];
    struct mdl_quota_config quota_config[ACCESS_QUOTAS];
    struct mdl_quotas_plan quotas_plan;
    struct sim *sim;
    struct mdl_quotas *quotas;
    struct mdl_calls *calls;
};

static const char *const access_kinds[] = {"sme", "startup", "industry", "academia", NULL};

BUILD_MAYBE void access_fill_modes(struct access *a)
{
    static const char *const path[] = {"access_modes.small", "access_modes.medium",
                                       "access_modes.large"};

    for (size_t m = 0; m < ACCESS_MODES; m++)
        a->mode_config[m] = (struct mdl_access_mode_config){.item = item_of(path[m], m),
                                                            .of = "eurohpc",
                                                            .on = "",
                                                            .kinds = "",
                                                            .country = "",
                                                            .cutoff = "",
                                                            .review = "",
                                                            .award_gpu_s = constant(3600e3),
                                                            .award_node_s = constant(0),
                                                            .duration_s = constant(30 * SIM_DAY_S),
                                                            .draft_workdays = constant(0),
                                                            .pass_frac = 1};
    for (size_t q = 0; q < ACCESS_QUOTAS; q++)
        a->quota_config[q] = (struct mdl_quota_config){.item = item_of(q == 0   ? "quotas.first"
                                                                       : q == 1 ? "quotas.second"
                                                                                : "quotas.third",
                                                                       q),
                                                       .modes = q == 0   ? "small, medium"
                                                                : q == 1 ? "large"
                                                                         : "",
                                                       .of = "eurohpc",
                                                       .at_most_frac = 0.25,
                                                       .window = "1 yr",
                                                       .released_to = ""};
}

BUILD_MAYBE void access_init(struct access *a)
{
    static const double part[] = {0.5, 1, 0.4};

    *a = (struct access){.arena = sim_arena_create(0)};
    a->calendar.start_days = day_of("2026-01-01");
    a->config[ACCESS_BIG] = partition_of("sites.x.partitions.big", 0, 100, 4);
    a->config[ACCESS_AI] = partition_of("sites.x.partitions.ai", 1, 10, 4);
    a->config[ACCESS_AI].purpose = MDL_PURPOSE_AI;
    a->config[ACCESS_CPU] = partition_of("sites.x.partitions.cpu", 2, 50, 0);
    a->site = site_of("sites.x", 0, "FI", a->config, ACCESS_PARTITIONS);
    a->job_class[0] = class_of_hours("classes.job", 0, 1);
    for (size_t p = 0; p < ACCESS_PARTITIONS; p++) {
        const struct sim_map classes = BUILD_MAP(a->job_class, 1);

        a->owner[p] = (struct mdl_owner_config){
            .item = item_of("sites.x.partitions.y.shares.eurohpc", 0), .part_frac = part[p]};
        a->config[p].shares = BUILD_MAP(&a->owner[p], 1);
        assert_int_equal(mdl_partition_plan_init(&a->partition[p], &a->config[p], &a->site,
                                                 &classes, &a->calendar, 0, 4000 * SIM_DAY_NS,
                                                 a->arena, NULL),
                         SIM_OK);
    }
    access_fill_modes(a);
}

/* What follows from the configs, and a world at clock `from`. */
BUILD_MAYBE void access_start(struct access *a, int64_t from_ns,
                              const struct mdl_quotas_world *world,
                              const struct mdl_calls_setting *setting, size_t quota_count)
{
    struct sim_map modes = BUILD_MAP(a->mode_config, ACCESS_MODES);
    struct sim_map quotas = BUILD_MAP(a->quota_config, quota_count);
    struct mdl_calls_setting all = *setting;

    assert_int_equal(sim_create(7, 0, from_ns, 0, &a->sim, NULL), SIM_OK);
    for (size_t m = 0; m < ACCESS_MODES; m++)
        assert_int_equal(mdl_access_mode_plan_init(&a->mode[m], &a->mode_config[m], a->partition,
                                                   ACCESS_PARTITIONS, access_kinds, a->arena, NULL),
                         SIM_OK);
    assert_int_equal(mdl_quotas_plan_init(&a->quotas_plan, &quotas, &modes, a->partition,
                                          ACCESS_PARTITIONS, &a->calendar, from_ns, a->arena, NULL),
                     SIM_OK);
    assert_int_equal(mdl_quotas_create(a->sim, &a->quotas_plan, world, &a->quotas, NULL), SIM_OK);
    all.mode = a->mode;
    all.mode_count = ACCESS_MODES;
    all.calendar = &a->calendar;
    all.quotas = a->quotas;
    assert_int_equal(mdl_calls_create(a->sim, &all, &a->calls, NULL), SIM_OK);
}

BUILD_MAYBE void access_release(struct access *a)
{
    sim_destroy(a->sim);
    sim_arena_destroy(a->arena);
}

BUILD_MAYBE struct mdl_claim claim_of(size_t mode, size_t partition, double hours)
{
    return (struct mdl_claim){.mode = mode,
                              .partition = partition,
                              .mgpuh = (int64_t)(hours * 1000),
                              .duration_ns = 1000 * SIM_HOUR_NS};
}

#endif /* TESTS_UNIT_MODELS_ACCESS_H */
