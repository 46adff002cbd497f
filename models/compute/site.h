/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/site.h - an AI factory: its place, partitions, storage and energy, as written.
 */
#ifndef MODELS_COMPUTE_SITE_H
#define MODELS_COMPUTE_SITE_H

#include "models/compute/scheduling.h"
#include "models/compute/staffing.h"
#include "sim/calendar.h"
#include "sim/field.h"

#define MDL_DATE_NONE SIM_DATE_NONE

enum mdl_allocation { MDL_ALLOCATION_NODE, MDL_ALLOCATION_GPU };
enum { MDL_GPU_PARTS_MAX = 100 }; /* slices of an accelerator */
enum mdl_packing { MDL_PACKING_BEST_FIT, MDL_PACKING_ANY };
enum mdl_purpose { MDL_PURPOSE_GENERAL, MDL_PURPOSE_AI };

/* What a scheduler makes of a share. */
enum mdl_share_rule { MDL_SHARE_NONE, MDL_SHARE_QUOTA, MDL_SHARE_FAIR };

struct mdl_owner_config { /* a slice of a partition's hours */
    struct sim_item item; /* key: the owner, "eurohpc" */
    double part_frac;
    int rule; /* enum mdl_share_rule */
    bool may_borrow;
};

struct mdl_partition_config {
    struct sim_item item;
    int64_t nodes, gpus_per_node;
    int64_t slices_per_gpu; /* 0: not said, and no job may ask for a part of one */
    struct sim_ref accelerator;
    int allocation, packing, purpose, policy; /* enums; policy indexes mdl_policies */
    int64_t online_days, offline_days;        /* MDL_DATE_NONE when not given */
    int64_t cores_per_node;                   /* 0: not counted */
    double memory_per_node_bytes;             /* 0: not counted */
    int64_t ramp_ns;
    double widest_frac;          /* of the released machine, for one job */
    int64_t max_walltime_ns;     /* 0 = none */
    double idle_w, busy_w;       /* per node */
    double target_use_frac;      /* NaN = none */
    struct sim_map shares;       /* struct mdl_owner_config */
    double priority;             /* beside the site's other partitions */
    struct sim_map reservations; /* struct mdl_reservation_config */
};

struct mdl_site_config {
    struct sim_item item;
    const char *country;
    double lat_deg, lon_deg;     /* NaN: not known */
    double transfer_bytes_per_s; /* of its transfer nodes, both ways; 0: what the network says */
    struct sim_map partitions;   /* struct mdl_partition_config */
    struct sim_map storage;      /* struct mdl_storage_config */
    double price_eur_per_mwh;
    struct sim_hourly carbon_g_per_kwh;
    double pue;
    struct mdl_scheduler_config scheduler;
    struct sim_map qos; /* struct mdl_qos_config */
    struct mdl_staff_config staff;
};

extern const struct sim_field mdl_site_fields[];

/* Jobs share its nodes, so that it matters where they run. */
bool mdl_partition_is_packed(const struct mdl_partition_config *partition);

bool mdl_partition_is_multifactor(const struct mdl_partition_config *partition);

/* Slices that jobs are given of an accelerator; 1 where it is whole. */
uint32_t mdl_partition_slices(const struct mdl_partition_config *partition);

/* The least common multiple of two numbers of slices. */
uint32_t mdl_common_multiple(uint32_t a, uint32_t b);
enum { MDL_GPU_PARTS_ALL_MAX = 100000 }; /* of all partitions */

/* Allocation units of a partition: its nodes; its accelerators, or their slices, where jobs share
 * nodes. */
uint32_t mdl_partition_units(const struct mdl_partition_config *partition);
uint32_t mdl_partition_units_per_node(const struct mdl_partition_config *partition);

#endif /* MODELS_COMPUTE_SITE_H */
