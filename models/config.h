/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/config.h - what a scenario says, bound by the field rows below.
 *
 * Memory   the scenario's arena; read-only once bound.
 */
#ifndef MODELS_CONFIG_H
#define MODELS_CONFIG_H

#include "models/compute/staffing.h"
#include "models/demand/project.h"
#include "models/transport/data_rules.h"
#include "models/transport/network.h"
#include "sim/error.h"
#include "sim/field.h"

struct mdl_access_point_config { /* the central one */
    const char *country;         /* whose working days its staff have; "": Luxembourg's */
    struct mdl_staff_config staff;
};

enum mdl_broker_rule { MDL_BROKER_HOME };

struct mdl_config {
    int64_t version;
    const char *name, *title, *description;
    int64_t start_days, end_days;
    int64_t preroll_ns, followup_ns;
    int64_t seed;
    int64_t replications_min, replications_max;
    const char *until_figure, *until_half_width; /* experiments/until.h reads them */
    int broker_rule;
    struct sim_map accelerators, classes, sites, communities, background, datasets, fleets;
    struct sim_map access_modes, quotas;
    struct mdl_spend_config spend;
    struct mdl_data_rules data_classes;
    struct mdl_network_config network;
    struct mdl_access_point_config access_point;
    struct sim_map courses;
};

extern const struct sim_field mdl_config_fields[];

/* Rules across keys; report(context, path, ...) collects them. Returns how many were
 * reported. */
typedef void mdl_report_fn(void *context, const char *path, const char *fmt, ...) SIM_PRINTF(3, 4);
size_t mdl_config_check(const struct mdl_config *config, mdl_report_fn *report, void *context);

#endif /* MODELS_CONFIG_H */
