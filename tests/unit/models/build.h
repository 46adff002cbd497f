/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/unit/models/build.h - config structs built by hand, for the tests of this layer.
 *
 * Include after cmocka.h. Everything is static; what is allocated lives in `arena`.
 */
#ifndef TESTS_UNIT_MODELS_BUILD_H
#define TESTS_UNIT_MODELS_BUILD_H

#include <math.h>
#include <string.h>

#include "models/compute/job_class.h"
#include "models/compute/site.h"
#include "sim/arena.h"
#include "sim/calendar.h"
#include "sim/random.h"
#include "sim/units.h"

#define BUILD_MAYBE __attribute__((unused)) static

#define BUILD_MAP(array, n)                                                                        \
    (struct sim_map)                                                                               \
    {                                                                                              \
        .count = (n), .items = (array), .item_bytes = sizeof *(array)                              \
    }

BUILD_MAYBE struct sim_item item_of(const char *path, size_t index)
{
    const char *dot = strrchr(path, '.');
    const char *key = dot ? dot + 1 : path;

    return (struct sim_item){
        .key = key, .path = path, .title = key, .entity = sim_hash_text(path), .index = index};
}

BUILD_MAYBE struct sim_dist prepared(struct sim_dist law)
{
    if (law.min == 0 && law.max == 0) {
        law.min = -INFINITY;
        law.max = INFINITY;
    }
    assert_int_equal(sim_dist_prepare(&law, NULL), SIM_OK);
    return law;
}

BUILD_MAYBE struct sim_dist constant(double value)
{
    return prepared((struct sim_dist){.kind = SIM_DIST_CONSTANT, .a = value});
}

BUILD_MAYBE struct sim_dist lognormal(double median, double sigma, double min, double max)
{
    return prepared((struct sim_dist){
        .kind = SIM_DIST_LOGNORMAL, .a = median, .b = sigma, .min = min, .max = max});
}

/* Values ascending with probabilities summing to 1. */
BUILD_MAYBE struct sim_dist choice(size_t count, const double *value, const double *cumulated)
{
    return prepared((struct sim_dist){
        .kind = SIM_DIST_CHOICE, .count = count, .value = value, .cumulated = cumulated});
}

/* A class of one-GPU (one-node) jobs of an hour with exact walltimes and no data. */
BUILD_MAYBE struct mdl_class_config class_of_hours(const char *path, size_t index, double hours)
{
    return (struct mdl_class_config){.item = item_of(path, index),
                                     .gpus = constant(1),
                                     .nodes = constant(1),
                                     .run = constant(hours * SIM_HOUR_S),
                                     .walltime = MDL_WALLTIME_EXACT,
                                     .overestimate = constant(1),
                                     .transfer_frac = 1,
                                     .input = constant(0),
                                     .output = constant(0),
                                     .bundle = 1,
                                     .patience = constant(MDL_PATIENCE_NONE_S)};
}

BUILD_MAYBE struct mdl_partition_config partition_of(const char *path, size_t index, int64_t nodes,
                                                     int64_t gpus_per_node)
{
    return (struct mdl_partition_config){.item = item_of(path, index),
                                         .nodes = nodes,
                                         .gpus_per_node = gpus_per_node,
                                         .online_days = MDL_DATE_NONE,
                                         .offline_days = MDL_DATE_NONE,
                                         .widest_frac = 1,
                                         .target_use_frac = NAN};
}

BUILD_MAYBE struct mdl_site_config site_of(const char *path, size_t index, const char *country,
                                           struct mdl_partition_config *partition, size_t count)
{
    return (struct mdl_site_config){.item = item_of(path, index),
                                    .country = country,
                                    .partitions = BUILD_MAP(partition, count),
                                    .pue = 1};
}

BUILD_MAYBE int64_t day_of(const char *date)
{
    int64_t days = 0;

    assert_int_equal(sim_date_parse(date, &days, NULL), SIM_OK);
    return days;
}

#endif /* TESTS_UNIT_MODELS_BUILD_H */
