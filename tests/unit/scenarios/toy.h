/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A small world with every kind of field, for the tests and the fuzzer of the loader.
 */
#ifndef TOY_H
#define TOY_H

#include "scenarios/load.h"

/* Times are asserted (with room for a busy machine) where no sanitizer distorts them. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define TOY_IS_SLOWED 1
#endif
#endif
#if defined(__OPTIMIZE__) && !defined(TOY_IS_SLOWED) && !defined(__SANITIZE_ADDRESS__) &&          \
    !defined(__SANITIZE_THREAD__)
#define TOY_IS_TIMED 1
#endif

struct toy_partition {
    struct sim_item item;
    int64_t nodes;
    double power_w;
    int policy;
    int64_t online_days, ramp_ns;
    struct sim_ref replaces;
};

struct toy_site {
    struct sim_item item;
    double power_w, pue;
    const char *country, *name;
    struct sim_map partitions; /* struct toy_partition */
};

struct toy_class {
    struct sim_item item;
    struct sim_dist gpus, run;
    double input_bytes;
};

struct toy_cutoff {
    struct sim_item item;
    int64_t date_days;
    int64_t seats;
};

struct toy_community {
    struct sim_item item;
    struct sim_ref site, partition;
    struct sim_shares classes, access;
    struct sim_profile hours;
    double rate_per_s, growth_frac;
    bool is_open;
};

struct toy_horizon {
    int64_t start_days, end_days;
};

struct toy {
    const char *name;
    int64_t seed;
    struct toy_horizon horizon;
    struct sim_map sites, classes, communities, cutoffs;
};

static const char *const toy_policies[] = {"fcfs", "easy", "conservative", NULL};

static const struct sim_field toy_partition_fields[] = {
    {.name = "nodes",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     SIM_AT(struct toy_partition, nodes),
     .min = 1,
     .max = 1e6,
     .required = true},
    {.name = "power",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_W,
     SIM_AT(struct toy_partition, power_w),
     .min = 0,
     .max = 1e7,
     .fallback = 2400},
    {.name = "policy",
     .kind = SIM_FIELD_ENUM,
     .choices = toy_policies,
     SIM_AT(struct toy_partition, policy),
     .fallback = 1},
    {.name = "online", .kind = SIM_FIELD_DATE, SIM_AT(struct toy_partition, online_days)},
    {.name = "ramp",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     SIM_AT(struct toy_partition, ramp_ns),
     .min = 0,
     .max = 3e7,
     .fallback = 86400},
    {.name = "replaces",
     .kind = SIM_FIELD_REF,
     .target = "sites.*.partitions",
     SIM_AT(struct toy_partition, replaces)},
    {0},
};

static const struct sim_field toy_site_fields[] = {
    {.name = "power",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_W,
     SIM_AT(struct toy_site, power_w),
     .min = 0,
     .max = 2e9,
     .required = true},
    {.name = "pue",
     .kind = SIM_FIELD_REAL,
     SIM_AT(struct toy_site, pue),
     .min = 1,
     .max = 3,
     .fallback = 1.2},
    {.name = "country", .kind = SIM_FIELD_TEXT, SIM_AT(struct toy_site, country)},
    {.name = "name", .kind = SIM_FIELD_TEXT, SIM_AT(struct toy_site, name)},
    {.name = "partitions",
     .kind = SIM_FIELD_MAP,
     .rows = toy_partition_fields,
     .item_bytes = sizeof(struct toy_partition),
     SIM_AT(struct toy_site, partitions)},
    {0},
};

static const struct sim_field toy_class_fields[] = {
    {.name = "gpus",
     .kind = SIM_FIELD_DIST,
     .unit = SIM_UNIT_COUNT,
     SIM_AT(struct toy_class, gpus),
     .min = 1,
     .max = 1e5,
     .fallback = 1},
    {.name = "run",
     .kind = SIM_FIELD_DIST,
     .unit = SIM_UNIT_S,
     SIM_AT(struct toy_class, run),
     .min = 0,
     .max = 1e8,
     .required = true},
    {.name = "input",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_BYTES,
     SIM_AT(struct toy_class, input_bytes),
     .min = 0,
     .max = 1e18},
    {0},
};

static const struct sim_field toy_community_fields[] = {
    {.name = "site", .kind = SIM_FIELD_REF, .target = "sites", SIM_AT(struct toy_community, site)},
    {.name = "partition",
     .kind = SIM_FIELD_REF,
     .target = "sites.*.partitions",
     SIM_AT(struct toy_community, partition)},
    {.name = "classes",
     .kind = SIM_FIELD_SHARES,
     .target = "classes",
     .sums_to_one = true,
     SIM_AT(struct toy_community, classes)},
    {.name = "access", .kind = SIM_FIELD_SHARES, SIM_AT(struct toy_community, access)},
    {.name = "hours", .kind = SIM_FIELD_PROFILE, SIM_AT(struct toy_community, hours)},
    {.name = "rate",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_PER_S,
     SIM_AT(struct toy_community, rate_per_s),
     .min = 0,
     .max = 1e4},
    {.name = "growth",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_GROWTH,
     SIM_AT(struct toy_community, growth_frac),
     .min = -0.9,
     .max = 10},
    {.name = "open", .kind = SIM_FIELD_BOOL, SIM_AT(struct toy_community, is_open), .fallback = 1},
    {0},
};

static const struct sim_field toy_cutoff_fields[] = {
    {.name = "date",
     .kind = SIM_FIELD_DATE,
     SIM_AT(struct toy_cutoff, date_days),
     .required = true},
    {.name = "seats",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     SIM_AT(struct toy_cutoff, seats),
     .fallback = 10},
    {0},
};

static const struct sim_field toy_horizon_fields[] = {
    {.name = "start",
     .kind = SIM_FIELD_DATE,
     SIM_AT(struct toy_horizon, start_days),
     .required = true},
    {.name = "end", .kind = SIM_FIELD_DATE, SIM_AT(struct toy_horizon, end_days), .required = true},
    {0},
};

static const struct sim_field toy_fields[] = {
    {.name = "name", .kind = SIM_FIELD_TEXT, SIM_AT(struct toy, name)},
    {.name = "seed",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     SIM_AT(struct toy, seed),
     .min = 0,
     .max = SIM_WHOLE_MAX,
     .fallback = 1},
    {.name = "horizon",
     .kind = SIM_FIELD_GROUP,
     .rows = toy_horizon_fields,
     SIM_AT(struct toy, horizon)},
    {.name = "sites",
     .kind = SIM_FIELD_MAP,
     .rows = toy_site_fields,
     .item_bytes = sizeof(struct toy_site),
     SIM_AT(struct toy, sites)},
    {.name = "classes",
     .kind = SIM_FIELD_MAP,
     .rows = toy_class_fields,
     .item_bytes = sizeof(struct toy_class),
     SIM_AT(struct toy, classes)},
    {.name = "communities",
     .kind = SIM_FIELD_MAP,
     .rows = toy_community_fields,
     .item_bytes = sizeof(struct toy_community),
     SIM_AT(struct toy, communities)},
    {.name = "cutoffs",
     .kind = SIM_FIELD_LIST,
     .rows = toy_cutoff_fields,
     .item_bytes = sizeof(struct toy_cutoff),
     SIM_AT(struct toy, cutoffs)},
    {0},
};

#endif /* TOY_H */
