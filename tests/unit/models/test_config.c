/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "models/compute/policy.h"
#include "models/compute/reservation.h"
#include "tests/unit/models/small.h"

struct reports {
    size_t count;
    char path[8][300], text[8][300];
};

__attribute__((format(printf, 3, 4))) static void note(void *context, const char *path,
                                                       const char *fmt, ...)
{
    struct reports *reports = context;
    va_list args;

    assert_true(reports->count < 8);
    snprintf(reports->path[reports->count], 300, "%s", path);
    va_start(args, fmt);
    vsnprintf(reports->text[reports->count++], 300, fmt, args);
    va_end(args);
}

static void expect_one(const struct reports *reports, const char *path, const char *text)
{
    if (reports->count != 1 || strcmp(reports->path[0], path) != 0 ||
        !strstr(reports->text[0], text)) {
        for (size_t i = 0; i < reports->count; i++)
            fprintf(stderr, "    %s: %s\n", reports->path[i], reports->text[i]);
        fail_msg("expected once: '%s: ...%s...'; reported %zu", path, text, reports->count);
    }
}

/* Each rule: a small scenario that breaks it, and what is said of it. */
struct rule {
    void (*spoil)(struct small *s);
    const char *path, *text;
};

static void end_first(struct small *s)
{
    s->config.end_days = s->config.start_days;
}

static void too_long(struct small *s)
{
    s->config.end_days = s->config.start_days + 60 * 366;
}

static void fewer_than_least(struct small *s)
{
    s->config.replications_min = 5;
}

static void more_than_all(struct small *s)
{
    s->job_class[0].failed_frac = 0.7;
    s->job_class[0].cancelled_frac = 0.4;
}

static void no_run(struct small *s)
{
    s->job_class[1].run = constant(0);
}

static void unknown_worth(struct small *s)
{
    s->worth[0].name = "trainning";
}

static void no_state(struct small *s)
{
    s->site[0].country = "XX";
}

static void no_single_state(struct small *s)
{
    s->site[0].country = "EU"; /* fine for users, as the next rule's absence shows */
    s->community[0].country = "EU";
}

static void no_price(struct small *s)
{
    s->site[0].price_eur_per_mwh = NAN;
}

static void no_carbon(struct small *s)
{
    s->site[0].carbon_g_per_kwh.mean = NAN;
}

static void small_letters(struct small *s)
{
    s->site[0].country = "fi";
}

static void no_partition(struct small *s)
{
    s->site[1].partitions.count = 0;
    s->community[0].submit.home.count = 1;
}

static void gpu_without_gpus(struct small *s)
{
    s->lumi[1].allocation = MDL_ALLOCATION_GPU;
}

static void slices_of_nodes(struct small *s)
{
    s->lumi[0].slices_per_gpu = 7;
}

static void slices_without_a_common_part(struct small *s)
{
    s->lumi[0].allocation = s->lumi[1].allocation = s->bsc[0].allocation = MDL_ALLOCATION_GPU;
    s->lumi[1].gpus_per_node = 4;
    s->lumi[1].accelerator = s->lumi[0].accelerator;
    s->lumi[0].slices_per_gpu = 99;
    s->lumi[1].slices_per_gpu = 100;
    s->bsc[0].slices_per_gpu = 97;
}

static void kind_of_nothing(struct small *s)
{
    s->lumi[1].accelerator = (struct sim_ref){.name = "a100", .item = &s->accelerator[0]};
}

static void offline_first(struct small *s)
{
    s->lumi[0].online_days = s->lumi[0].offline_days = s->config.start_days;
}

static void busy_below_idle(struct small *s)
{
    s->lumi[0].busy_w = 599;
}

static void too_many(struct small *s)
{
    s->lumi[0].nodes = 1000000;
    s->lumi[0].gpus_per_node = 11;
}

static void more_than_owned(struct small *s)
{
    s->owner[1].part_frac = 0.51;
}

static void from_nowhere(struct small *s)
{
    s->link[2].from = "rome";
}

static void to_nowhere(struct small *s)
{
    s->link[2].to = "rome";
}

static void to_itself(struct small *s)
{
    s->link[2].to = "milan";
}

static void two_of_a_key(struct small *s)
{
    s->hub[1].item = item_of("network.hubs.bsc", 1);
    s->link[0].to = s->link[1].from = "bsc";
}

static void long_code(struct small *s)
{
    s->community[0].country = "ITA";
}

static void no_classes(struct small *s)
{
    s->community[0].submit.classes.count = 0;
}

static void two_kinds_of_classes(struct small *s)
{
    s->community[0].submit.mix = s->community[1].submit.mix;
}

static void neither(struct small *s)
{
    s->community[1].submit.load = "";
}

static void no_load_text(struct small *s)
{
    s->community[1].submit.load = NULL;
}

static void no_home(struct small *s)
{
    s->community[0].submit.home.count = 0;
}

static void two_homes(struct small *s)
{
    s->community[1].submit.home = s->community[0].submit.home;
}

static void no_load(struct small *s)
{
    s->community[1].submit.load = "40 % for eurohpc";
}

static void no_share(struct small *s)
{
    s->community[1].submit.load = "40 GB of eurohpc";
}

static void too_much(struct small *s)
{
    s->community[1].submit.load = "151 % of eurohpc";
}

static void of_nobody(struct small *s)
{
    s->community[1].submit.load = "40 % of euroghpc";
}

static void of_half_a_name(struct small *s)
{
    s->community[1].submit.load = "40 % of lumi.lumi";
}

static void of_a_site(struct small *s)
{
    s->community[1].submit.load = "40 % of lum.lumi_g";
}

static void at_nowhere(struct small *s)
{
    s->community[0].at = "rome";
}

static void access_to_nowhere(struct small *s)
{
    s->community[0].at = NULL;
}

static void without_access(struct small *s)
{
    s->community[0].access.count = 0;
}

static void background_code(struct small *s)
{
    s->background[0].country = "F1";
}

static void background_without_classes(struct small *s)
{
    s->background[0].submit.mix.count = 0;
}

static void nobody(struct small *s)
{
    s->config.communities.count = s->config.background.count = 0;
}

/* ---- schedulers ---- */

static struct mdl_qos_config two_qos[2];
static struct mdl_reservation_config service_day[1];

static int multifactor(void)
{
    int i = 0;

    while (mdl_policies[i] != &mdl_policy_multifactor)
        i++;
    return i;
}

static void give_qos(struct small *s, const char *preempts, double priority)
{
    two_qos[0] = (struct mdl_qos_config){
        .item = item_of("sites.lumi.qos.urgent", 0), .priority = priority, .preempts = preempts};
    two_qos[1] =
        (struct mdl_qos_config){.item = item_of("sites.lumi.qos.scavenger", 1), .priority = 1};
    s->site[0].qos = BUILD_MAP(two_qos, 2);
}

static void preempts_nobody_known(struct small *s)
{
    give_qos(s, "scavenger, idle", 2);
}

static void preempts_its_equal(struct small *s)
{
    give_qos(s, "scavenger", 1);
}

static void unknown_qos(struct small *s)
{
    give_qos(s, "scavenger", 2);
    s->community[0].submit.qos = "fast";
}

static void class_of_unknown_qos(struct small *s)
{
    s->job_class[1].qos = "fast";
}

static void owner_of_nothing(struct small *s)
{
    s->community[0].owner = "ministry";
}

static void quota_without_scheduler(struct small *s)
{
    s->owner[0].rule = MDL_SHARE_QUOTA;
}

static void share_without_weight(struct small *s)
{
    s->lumi[0].policy = multifactor();
    s->owner[0].rule = MDL_SHARE_FAIR;
}

static void borrow_without_quota(struct small *s)
{
    s->owner[0].may_borrow = true;
}

static void give_service_day(struct small *s)
{
    s->lumi[0].policy = multifactor();
    service_day[0] = (struct mdl_reservation_config){
        .item = item_of("sites.lumi.partitions.lumi_g.reservations.service", 0),
        .start_days = s->config.start_days,
        .duration_ns = SIM_HOUR_NS,
        .every_ns = 7 * SIM_DAY_NS,
        .until_days = MDL_DATE_NONE,
        .members = "training, academia-de, lumi-c"};
    s->lumi[0].reservations = BUILD_MAP(service_day, 1);
}

static void reserved_under_easy(struct small *s)
{
    give_service_day(s);
    s->lumi[0].policy = 0;
}

static void reserved_for_nobody_known(struct small *s)
{
    give_service_day(s);
    service_day[0].members = "training,pupils";
}

static void reserved_upon_itself(struct small *s)
{
    give_service_day(s);
    service_day[0].every_ns = SIM_HOUR_NS / 2;
}

static void reserved_too_often(struct small *s)
{
    give_service_day(s);
    service_day[0].duration_ns = 1;
    service_day[0].every_ns = 60 * (SIM_HOUR_NS / 3600);
}

static void reserved_until_before(struct small *s)
{
    give_service_day(s);
    service_day[0].until_days = s->config.start_days;
}

static void reserved_too_wide(struct small *s)
{
    give_service_day(s);
    service_day[0].nodes = 101;
}

static const struct rule rules[] = {
    {preempts_nobody_known, "sites.lumi.qos.urgent.preempts", "'idle' is no QOS of 'lumi'"},
    {preempts_its_equal, "sites.lumi.qos.urgent.preempts", "'scavenger' has no less priority"},
    {unknown_qos, "communities.sme-it.submit.qos", "'fast' is no QOS of any site"},
    {class_of_unknown_qos, "classes.simulation.qos", "'fast' is no QOS of any site"},
    {owner_of_nothing, "communities.sme-it.owner", "'ministry' owns no share"},
    {quota_without_scheduler, "sites.x.shares.eurohpc.rule", "needs 'policy: multifactor'"},
    {share_without_weight, "sites.x.shares.eurohpc.rule", "weights.fair_share"},
    {borrow_without_quota, "sites.x.shares.eurohpc.borrow", "needs 'rule: quota'"},
    {reserved_under_easy, "sites.lumi.partitions.lumi_g.reservations", "multifactor"},
    {reserved_for_nobody_known, "sites.lumi.partitions.lumi_g.reservations.service.for",
     "'pupils'"},
    {reserved_upon_itself, "sites.lumi.partitions.lumi_g.reservations.service.every", "overlap"},
    {reserved_too_often, "sites.lumi.partitions.lumi_g.reservations.service.every", "10000 times"},
    {reserved_until_before, "sites.lumi.partitions.lumi_g.reservations.service.until", "after"},
    {reserved_too_wide, "sites.lumi.partitions.lumi_g.reservations.service.nodes", "100 nodes"},
    {end_first, "horizon.end", "must be after horizon.start"},
    {too_long, "horizon", "21970 days are too long; at most 21960"},
    {fewer_than_least, "replications.max", "less than replications.min"},
    {more_than_all, "classes.training", "more than 100 %"},
    {no_run, "classes.simulation", "mean run time"},
    {unknown_worth, "accelerators.a100.worth", "'trainning' is not a class"},
    {small_letters, "sites.lumi.country", "'fi' is not the two-letter code"},
    {no_state, "sites.lumi.country", "'XX' is not the two-letter code"},
    {no_single_state, "sites.lumi.country", "'EU' is not the two-letter code"},
    {no_price, "sites.lumi.energy", "the price of electricity in 'FI' is not known"},
    {no_carbon, "sites.lumi.energy", "the carbon intensity of electricity in 'FI' is not known"},
    {no_partition, "sites.bsc", "has no partition"},
    {gpu_without_gpus, "sites.lumi.partitions.lumi_c.allocation", "gpus_per_node"},
    {slices_of_nodes, "sites.lumi.partitions.lumi_g.slices_per_gpu", "write 'allocation: gpu'"},
    {slices_without_a_common_part, "sites.bsc.partitions.acc.slices_per_gpu",
     "97 has no common multiple up to 100000"},
    {kind_of_nothing, "sites.lumi.partitions.lumi_c.accelerator", "gpus_per_node"},
    {offline_first, "sites.lumi.partitions.lumi_g.offline", "must be after online"},
    {busy_below_idle, "sites.lumi.partitions.lumi_g.power", "busy is less than idle"},
    {too_many, "sites.lumi.partitions.lumi_g", "more than 10 million"},
    {more_than_owned, "sites.lumi.partitions.lumi_g.shares", "101 %"},
    {from_nowhere, "network.links.l3.from", "'rome' is neither a hub"},
    {to_nowhere, "network.links.l3.to", "'rome' is neither a hub"},
    {to_itself, "network.links.l3", "joins 'milan' to itself"},
    {two_of_a_key, "network.hubs.bsc", "a site has the same key"},
    {long_code, "communities.sme-it.country", "'ITA'"},
    {no_classes, "communities.sme-it.submit", "gives no classes"},
    {two_kinds_of_classes, "communities.sme-it.submit", "both 'classes' and 'mix'"},
    {neither, "communities.academia-de.submit", "needs a rate or a load"},
    {no_load_text, "communities.academia-de.submit", "needs a rate or a load"},
    {no_home, "communities.sme-it.submit", "a rate needs 'home'"},
    {two_homes, "communities.academia-de.submit", "leave 'home' out"},
    {no_load, "communities.academia-de.submit.load", "is not a load; write for example"},
    {no_share, "communities.academia-de.submit.load", "40 GB"},
    {too_much, "communities.academia-de.submit.load", "151 % is outside"},
    {of_nobody, "communities.academia-de.submit.load", "'euroghpc' is neither a partition"},
    {of_half_a_name, "communities.academia-de.submit.load", "'lumi.lumi' is neither"},
    {of_a_site, "communities.academia-de.submit.load", "'lum.lumi_g' is neither"},
    {at_nowhere, "communities.sme-it.at", "'rome' is neither"},
    {without_access, "communities.sme-it.at", "needs 'access'"},
    {access_to_nowhere, "communities.sme-it.at", "'access' leads nowhere without it"},
    {background_code, "background.lumi-c.country", "'F1'"},
    {background_without_classes, "background.lumi-c", "gives no classes"},
    {nobody, "communities", "nobody submits anything"},
};

static void a_valid_scenario_is_passed_in_silence(void **state)
{
    struct reports reports = {0};
    struct small s;

    (void)state;
    small_fill(&s);
    mdl_config_check(&s.config, note, &reports);
    assert_int_equal(reports.count, 0);
}

static void each_rule_names_its_place_once(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        struct reports reports = {0};
        struct small s;

        small_fill(&s);
        rules[i].spoil(&s);
        mdl_config_check(&s.config, note, &reports);
        expect_one(&reports, rules[i].path, rules[i].text);
    }
}

static void a_scheduler_without_mistakes_is_taken(void **state)
{
    struct reports reports = {0};
    struct small s;

    (void)state;
    small_fill(&s);
    give_qos(&s, "scavenger", 2);
    give_service_day(&s);
    s.community[0].submit.qos = "urgent";
    s.community[0].owner = "host";
    s.site[0].scheduler.weights.fair_share = 1;
    s.owner[0].rule = MDL_SHARE_FAIR;
    s.owner[1].rule = MDL_SHARE_QUOTA;
    s.owner[1].may_borrow = true;
    mdl_config_check(&s.config, note, &reports);
    assert_int_equal(reports.count, 0);
}

static void several_mistakes_are_all_reported(void **state)
{
    struct reports reports = {0};
    struct small s;

    (void)state;
    small_fill(&s);
    end_first(&s);
    more_than_all(&s);
    from_nowhere(&s);
    background_code(&s);
    mdl_config_check(&s.config, note, &reports);
    assert_int_equal(reports.count, 4);
}

/* ---- rules that need the plan ---- */

static void check_plan(struct small *s, struct reports *reports)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_plan *plan;

    *reports = (struct reports){0};
    mdl_config_check(&s->config, note, reports);
    assert_int_equal(reports->count, 0);
    assert_int_equal(mdl_plan_create(&s->config, NULL, arena, &plan, NULL), SIM_OK);
    mdl_plan_check(plan, note, reports);
    sim_arena_destroy(arena);
}

static void a_valid_plan_is_passed_in_silence(void **state)
{
    struct reports reports;
    struct small s;

    (void)state;
    small_fill(&s);
    check_plan(&s, &reports);
    assert_int_equal(reports.count, 0);
}

static void a_site_that_cannot_be_reached_is_named_once(void **state)
{
    struct reports reports;
    struct small s;

    (void)state;
    small_fill(&s);
    s.config.network.links.count = 1; /* both partitions of a home, both sites cut off */
    s.home[1] = (struct sim_share){.name = "lumi.lumi_c", .item = &s.lumi[1], .part = 0.25};
    check_plan(&s, &reports);
    expect_one(&reports, "communities.sme-it.at", "no link leads from 'milan' to the site 'lumi'");
    s.home[1] = (struct sim_share){.name = "bsc.acc", .item = &s.bsc[0], .part = 0.25};
    check_plan(&s, &reports);
    assert_int_equal(reports.count, 2);
}

static void a_class_wider_than_every_machine_is_named_once(void **state)
{
    struct reports reports;
    struct small s;

    (void)state;
    small_fill(&s);
    s.job_class[1].gpus = constant(401); /* two communities use it */
    check_plan(&s, &reports);
    expect_one(&reports, "classes.simulation", "at least 401 GPUs; the widest machine has 400");
    s.job_class[1].gpus = constant(400);
    check_plan(&s, &reports);
    assert_int_equal(reports.count, 0);
    s.job_class[1].nodes = constant(51); /* the background runs on nodes */
    check_plan(&s, &reports);
    expect_one(&reports, "classes.simulation", "at least 51 nodes; the widest machine has 50");
    small_fill(&s);
    s.job_class[0].nodes = constant(51); /* nobody runs it on nodes */
    check_plan(&s, &reports);
    assert_int_equal(reports.count, 0);
}

/* Jobs of 3 h under a limit of 24 h: eight make a bundle, ten would lose a fifth of their work. */
static void a_bundle_that_the_limit_would_cut_is_named_with_the_largest_that_fits(void **state)
{
    struct reports reports;
    struct small s;

    (void)state;
    small_fill(&s);
    s.job_class[1].run = constant(3 * 3600);
    s.job_class[1].limit_ns = sim_ns_from_s(24 * 3600);
    s.job_class[1].bundle = 8;
    check_plan(&s, &reports);
    assert_int_equal(reports.count, 0);
    s.job_class[1].bundle = 10;
    check_plan(&s, &reports);
    expect_one(&reports, "classes.simulation.bundle", "cut 20 % of their work; write at most 8");
    s.job_class[1].bundle = 1000000;
    check_plan(&s, &reports);
    expect_one(&reports, "classes.simulation.bundle", "write at most 8");
}

/* What is counted is records of all sources: here four jobs to a record. */
static void too_many_records_of_all_sources_together_are_named_once(void **state)
{
    struct reports reports;
    struct small s;

    (void)state;
    small_fill(&s);
    s.config.background.count = 0;
    s.community[0].submit.classes = s.community[1].submit.classes =
        (struct sim_shares){1, s.classes + 1};
    s.classes[1].part = 1;
    s.community[1].submit.load = "";
    s.community[1].submit.mix = (struct sim_shares){0};
    s.community[1].submit.home = s.community[0].submit.home;
    s.community[0].submit.rate_per_s = 4 * 2.4e6 / SIM_DAY_S;
    s.community[1].submit.rate_per_s = 4 * 2.5e6 / SIM_DAY_S;
    check_plan(&s, &reports);
    assert_int_equal(reports.count, 0);
    s.community[0].submit.rate_per_s = 4 * 2.6e6 / SIM_DAY_S;
    check_plan(&s, &reports);
    expect_one(&reports, "communities.sme-it",
               "would submit 2.6e+06 records a day, all 2 sources 5.1e+06, too many");
}

static void a_load_of_too_many_jobs_is_named(void **state)
{
    struct reports reports;
    struct small s;

    (void)state;
    small_fill(&s);
    s.job_class[1].run = constant(0.001);
    check_plan(&s, &reports);
    assert_int_equal(reports.count, 1);
    assert_string_equal(reports.path[0], "background.lumi-c");
    assert_non_null(strstr(reports.text[0], "too many to simulate"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_valid_scenario_is_passed_in_silence),
        cmocka_unit_test(each_rule_names_its_place_once),
        cmocka_unit_test(a_scheduler_without_mistakes_is_taken),
        cmocka_unit_test(several_mistakes_are_all_reported),
        cmocka_unit_test(a_valid_plan_is_passed_in_silence),
        cmocka_unit_test(a_site_that_cannot_be_reached_is_named_once),
        cmocka_unit_test(a_class_wider_than_every_machine_is_named_once),
        cmocka_unit_test(a_bundle_that_the_limit_would_cut_is_named_with_the_largest_that_fits),
        cmocka_unit_test(too_many_records_of_all_sources_together_are_named_once),
        cmocka_unit_test(a_load_of_too_many_jobs_is_named),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
