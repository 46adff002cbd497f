/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/unit/models/small.h - a small whole scenario as config structs: two sites, three
 * partitions, a network, a community with a rate, one with a load, a background.
 *
 * It passes every check as it is; tests change it in one place. Include after cmocka.h.
 */
#ifndef TESTS_UNIT_MODELS_SMALL_H
#define TESTS_UNIT_MODELS_SMALL_H

#include "models/plan.h"
#include "models/world.h"
#include "tests/unit/models/build.h"

struct small {
    struct mdl_config config;
    struct sim_share worth[2];
    struct mdl_accelerator_config accelerator[1];
    struct mdl_class_config job_class[2];
    struct mdl_owner_config owner[3];
    struct mdl_partition_config lumi[2], bsc[1];
    struct mdl_storage_config storage[1];
    struct mdl_site_config site[2];
    struct mdl_hub_config hub[2];
    struct mdl_link_config link[3];
    struct mdl_line_config line[2];
    struct sim_share access[2], home[2], classes[2], mix[2];
    struct mdl_community_config community[2];
    struct mdl_background_config background[1];
};

static struct mdl_submit_config small_submit(void)
{
    return (struct mdl_submit_config){
        .rate_per_s = NAN, .load = "", .batch_mean = 1.5, .users = 20, .zipf = 1};
}

BUILD_MAYBE void small_fill_machines(struct small *s)
{
    s->worth[0] = (struct sim_share){.name = "training", .part = 0.5};
    s->worth[1] = (struct sim_share){.name = "any", .part = 0.4};
    s->accelerator[0] = (struct mdl_accelerator_config){.item = item_of("accelerators.a100", 0),
                                                        .worth = {2, s->worth}};
    s->job_class[0] = class_of_hours("classes.training", 0, 2);
    s->job_class[0].gpus = lognormal(4, 1, 1, 32);
    s->job_class[0].input = constant(1e9);
    s->job_class[0].output = constant(1e8);
    s->job_class[1] = class_of_hours("classes.simulation", 1, 0.5);
    s->job_class[1].bundle = 4;
    for (size_t i = 0; i < 3; i++)
        s->owner[i] = (struct mdl_owner_config){
            .item = item_of(i % 2 ? "sites.x.shares.host" : "sites.x.shares.eurohpc", i),
            .part_frac = i == 2 ? 0.35 : 0.5};
    s->lumi[0] = partition_of("sites.lumi.partitions.lumi_g", 0, 100, 4);
    s->lumi[0].accelerator = (struct sim_ref){.name = "a100", .item = &s->accelerator[0]};
    s->lumi[0].idle_w = 600;
    s->lumi[0].busy_w = 2400;
    s->lumi[0].shares = BUILD_MAP(s->owner, 2);
    s->lumi[1] = partition_of("sites.lumi.partitions.lumi_c", 1, 50, 0);
    s->bsc[0] = partition_of("sites.bsc.partitions.acc", 0, 30, 4);
    s->bsc[0].accelerator = s->lumi[0].accelerator;
    s->bsc[0].allocation = MDL_ALLOCATION_GPU;
    s->bsc[0].shares = BUILD_MAP(s->owner + 2, 1);
    s->storage[0] = (struct mdl_storage_config){.item = item_of("sites.lumi.storage.scratch", 0),
                                                .capacity_bytes = 1e17,
                                                .read_bytes_per_s = 1e12,
                                                .write_bytes_per_s = 1e12};
    s->site[0] = site_of("sites.lumi", 0, "FI", s->lumi, 2);
    s->site[0].storage = BUILD_MAP(s->storage, 1);
    s->site[0].price_eur_per_mwh = 100;
    s->site[0].carbon_g_per_kwh.mean = 50;
    s->site[1] = site_of("sites.bsc", 1, "ES", s->bsc, 1);
}

BUILD_MAYBE void small_fill_network(struct small *s)
{
    static const char *const end[3][3] = {{"network.links.l1", "milan", "paris"},
                                          {"network.links.l2", "paris", "lumi"},
                                          {"network.links.l3", "milan", "bsc"}};

    s->hub[0].item = item_of("network.hubs.milan", 0);
    s->hub[1].item = item_of("network.hubs.paris", 1);
    for (size_t i = 0; i < 3; i++)
        s->link[i] = (struct mdl_link_config){.item = item_of(end[i][0], i),
                                              .from = end[i][1],
                                              .to = end[i][2],
                                              .capacity_bytes_per_s = 1.25e9,
                                              .latency_ns = 5000000,
                                              .is_duplex = true,
                                              .on_failure = MDL_ON_FAILURE_OF_NETWORK};
    for (size_t i = 0; i < 2; i++) {
        const char *path = i ? "network.access.mobile" : "network.access.fibre";
        s->line[i] = (struct mdl_line_config){.item = item_of(path, i),
                                              .up_bytes_per_s = 6e7,
                                              .down_bytes_per_s = 1e8,
                                              .latency_ns = 10000000,
                                              .tcp = {.streams = 1},
                                              .goodput_frac = 1};
        s->access[i] = (struct sim_share){.name = s->line[i].item.key, .item = &s->line[i]};
    }
    s->access[0].part = 0.7;
    s->access[1].part = 0.3;
    s->config.network = (struct mdl_network_config){.hubs = BUILD_MAP(s->hub, 2),
                                                    .links = BUILD_MAP(s->link, 3),
                                                    .access = BUILD_MAP(s->line, 2)};
}

BUILD_MAYBE void small_fill_demand(struct small *s)
{
    for (size_t i = 0; i < 2; i++) {
        s->classes[i] = s->mix[i] = (struct sim_share){
            .name = s->job_class[i].item.key, .item = &s->job_class[i], .part = i ? 0.4 : 0.6};
    }
    s->home[0] = (struct sim_share){.name = "lumi.lumi_g", .item = &s->lumi[0], .part = 0.75};
    s->home[1] = (struct sim_share){.name = "bsc.acc", .item = &s->bsc[0], .part = 0.25};
    for (size_t i = 0; i < 2; i++) {
        const char *path = i ? "communities.academia-de" : "communities.sme-it";
        s->community[i] =
            (struct mdl_community_config){.item = item_of(path, i),
                                          .country = i ? "DE" : "IT",
                                          .kind = i ? MDL_KIND_ACADEMIA : MDL_KIND_SME,
                                          .members = 10,
                                          .at = i ? "" : "milan",
                                          .submit = small_submit()};
    }
    s->community[0].access = (struct sim_shares){2, s->access};
    s->community[0].submit.rate_per_s = 100 / SIM_DAY_S;
    s->community[0].submit.home = (struct sim_shares){2, s->home};
    s->community[0].submit.classes = (struct sim_shares){2, s->classes};
    s->community[1].submit.load = "40 % of eurohpc";
    s->community[1].submit.mix = (struct sim_shares){2, s->mix};
    s->background[0] =
        (struct mdl_background_config){.item = item_of("background.lumi-c", 0),
                                       .on = {.name = "lumi.lumi_c", .item = &s->lumi[1]},
                                       .load_frac = 0.6,
                                       .country = "",
                                       .submit = small_submit()};
    s->background[0].submit.mix = (struct sim_shares){1, s->mix + 1};
}

BUILD_MAYBE void small_fill(struct small *s)
{
    *s = (struct small){.config = {.version = 1,
                                   .name = "small",
                                   .start_days = day_of("2026-01-01"),
                                   .end_days = day_of("2026-03-02"), /* 60 days */
                                   .preroll_ns = 5 * SIM_DAY_NS,
                                   .followup_ns = 5 * SIM_DAY_NS,
                                   .seed = 7,
                                   .access_point = {.country = ""},
                                   .replications_min = 1,
                                   .replications_max = 4}};
    small_fill_machines(s);
    small_fill_network(s);
    small_fill_demand(s);
    s->config.accelerators = BUILD_MAP(s->accelerator, 1);
    s->config.classes = BUILD_MAP(s->job_class, 2);
    s->config.sites = BUILD_MAP(s->site, 2);
    s->config.communities = BUILD_MAP(s->community, 2);
    s->config.background = BUILD_MAP(s->background, 1);
}

#endif /* TESTS_UNIT_MODELS_SMALL_H */
