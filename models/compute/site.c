/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/compute/site.h"

#include <math.h>

#include "models/compute/policy.h"
#include "models/compute/reservation.h"
#include "models/money/country.h"
#include "models/transport/storage.h"

static const char *const allocations[] = {"node", "gpu", NULL};
static const char *const packings[] = {"best_fit", "any", NULL};
static const char *const purposes[] = {"general", "ai", NULL};

static const char *const share_rules[] = {"none", "quota", "fair_share", NULL};

static const struct sim_field owner_fields[] = {
    {.name = "part",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_FRAC,
     SIM_AT(struct mdl_owner_config, part_frac),
     .max = 1,
     .required = true,
     .help = "part of the partition's hours that belongs to this owner"},
    {.name = "rule",
     .kind = SIM_FIELD_ENUM,
     .choices = share_rules,
     SIM_AT(struct mdl_owner_config, rule),
     .help = "what policy multifactor makes of the part: nothing, a quota of what runs at a time, "
             "or a target of fair share"},
    {.name = "borrow",
     .kind = SIM_FIELD_BOOL,
     SIM_AT(struct mdl_owner_config, may_borrow),
     .help = "with rule quota: jobs over the quota start when room is left"},
    {0},
};

#define AT(member) SIM_AT(struct mdl_partition_config, member)

static const struct sim_field power_fields[] = {
    {.name = "idle",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_W,
     .offset = 0,
     .max = 1e6,
     .required = true,
     .help = "power of a node that runs nothing"},
    {.name = "busy",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_W,
     .offset = sizeof(double),
     .max = 1e6,
     .required = true,
     .help = "power of a node whose accelerators all work"},
    {0},
};

static const struct sim_field partition_fields[] = {
    {.name = "nodes",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     AT(nodes),
     .min = 1,
     .max = 1e6,
     .required = true,
     .help = "nodes of the partition"},
    {.name = "gpus_per_node",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     AT(gpus_per_node),
     .min = 0,
     .max = 64,
     .help = "accelerators in a node, counted as packages (one MI250X is one); 0 = none"},
    {.name = "slices_per_gpu",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     AT(slices_per_gpu),
     .max = MDL_GPU_PARTS_MAX,
     .help = "equal slices of an accelerator, where jobs get single GPUs: one that asks for a part "
             "of a GPU gets as many as it needs, of one GPU; 1 = it gets a whole one; 0 = parts "
             "are refused",
     .example = "7"},
    {.name = "accelerator",
     .kind = SIM_FIELD_REF,
     .target = "accelerators",
     AT(accelerator),
     .help = "kind of accelerator"},
    {.name = "allocation",
     .kind = SIM_FIELD_ENUM,
     .choices = allocations,
     AT(allocation),
     .help =
         "what jobs get: whole nodes, or single GPUs so that jobs share nodes, packed by best fit"},
    {.name = "cores_per_node",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     AT(cores_per_node),
     .max = 1e5,
     .help = "CPU cores that the jobs on a shared node divide; 0 = never short"},
    {.name = "memory_per_node",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_BYTES,
     AT(memory_per_node_bytes),
     .max = 1e15,
     .help = "memory that the jobs on a shared node divide; 0 B = never short",
     .example = "512 GB"},
    {.name = "packing",
     .kind = SIM_FIELD_ENUM,
     .choices = packings,
     AT(packing),
     .help = "where jobs get single GPUs: best_fit = a job for less than a node comes from one "
             "node, the one that it fills best; any = from wherever GPUs are free, which is "
             "faster to simulate and never fragments"},
    {.name = "purpose",
     .kind = SIM_FIELD_ENUM,
     .choices = purposes,
     AT(purpose),
     .help = "general, or ai for machines bought for AI"},
    {.name = "policy",
     .kind = SIM_FIELD_ENUM,
     .choices = mdl_policy_names,
     AT(policy),
     .help = "how waiting jobs are chosen"},
    {.name = "online",
     .kind = SIM_FIELD_DATE,
     AT(online_days),
     .fallback = MDL_DATE_NONE,
     .help = "first day on which jobs run; always when not given",
     .example = "2026-12-15"},
    {.name = "offline",
     .kind = SIM_FIELD_DATE,
     AT(offline_days),
     .fallback = MDL_DATE_NONE,
     .help = "first day on which no job starts any more; never when not given",
     .example = "2027-12-31"},
    {.name = "ramp",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     AT(ramp_ns),
     .max = 1e9,
     .help = "time from online until all nodes are released to users, in equal daily steps"},
    {.name = "widest",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_FRAC,
     AT(widest_frac),
     .min = 1e-6,
     .max = 1,
     .fallback = 1,
     .help = "largest part of the released machine that one job may take"},
    {.name = "max_walltime",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     AT(max_walltime_ns),
     .max = 1e9,
     .help = "longest walltime that may be asked for; 0 s = no limit"},
    {.name = "power",
     .kind = SIM_FIELD_GROUP,
     .rows = power_fields,
     AT(idle_w),
     .help = "power of one node"},
    {.name = "target_use",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_FRAC,
     AT(target_use_frac),
     .min = 0,
     .max = 1,
     .fallback = NAN,
     .help = "use that is published or planned; printed beside the simulated one; a load offered 3 "
             "points off is warned of"},
    {.name = "shares",
     .kind = SIM_FIELD_MAP,
     .is_whole = true,
     .rows = owner_fields,
     .item_bytes = sizeof(struct mdl_owner_config),
     AT(shares),
     .help = "who owns the hours; loads refer to it (`12 % of eurohpc`)",
     .example = "{eurohpc: {part: 50 %}, host: {part: 50 %}}"},
    {.name = "priority",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_1,
     AT(priority),
     .max = 1e9,
     .help = "the factor of weights.partition is this over the largest of the site"},
    {.name = "reservations",
     .kind = SIM_FIELD_MAP,
     .rows = mdl_reservation_fields,
     .item_bytes = sizeof(struct mdl_reservation_config),
     AT(reservations),
     .help = "nodes that are kept for some jobs or, for maintenance, for nobody (policy "
             "multifactor)",
     .example = "{service-day: {start: 2026-03-03, at: 8 h, duration: 8 h, every: 28 d}}"},
    {0},
};
#undef AT

static const struct sim_field place_fields[] = {
    {.name = "lat",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_DEG,
     .offset = 0,
     .min = -90,
     .max = 90,
     .fallback = NAN,
     .required = true,
     .help = "latitude, north positive"},
    {.name = "lon",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_DEG,
     .offset = sizeof(double),
     .min = -180,
     .max = 180,
     .fallback = NAN,
     .required = true,
     .help = "longitude, east positive",
     .example = "11.362 deg"},
    {0},
};

#define ENERGY(member)                                                                             \
    .offset = offsetof(struct mdl_site_config, member) -                                           \
              offsetof(struct mdl_site_config, price_eur_per_mwh)

static const struct sim_field energy_fields[] = {
    {.name = "price",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_EUR_PER_MWH,
     ENERGY(price_eur_per_mwh),
     .max = 1e5,
     .fallback = NAN,
     .lookup = mdl_country_price,
     .lookup_key = "country",
     .help = "price of electricity, all included; that of the country when not given and known"},
    {.name = "carbon",
     .kind = SIM_FIELD_HOURLY,
     .unit = SIM_UNIT_G_PER_KWH,
     ENERGY(carbon_g_per_kwh),
     .max = 1e4,
     .fallback = NAN,
     .lookup = mdl_country_carbon,
     .lookup_key = "country",
     .help = "carbon intensity of the grid, location-based: one value, 24 or 168 by local hour, or "
             "{file: carbon.csv, column: FI} with the 8760 or 8784 hours of a year in UTC; that of "
             "the country when not given and known"},
    {.name = "pue",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_1,
     ENERGY(pue),
     .min = 1,
     .max = 3,
     .fallback = 1,
     .help = "facility power over IT power, yearly mean",
     .example = "1.1"},
    {0},
};

const struct sim_field mdl_site_fields[] = {
    {.name = "country",
     .kind = SIM_FIELD_TEXT,
     SIM_AT(struct mdl_site_config, country),
     .required = true,
     .help = "two-letter code of the state; sets the local time",
     .example = "IT"},
    {.name = "place",
     .kind = SIM_FIELD_GROUP,
     .rows = place_fields,
     SIM_AT(struct mdl_site_config, lat_deg),
     .help = "where it stands: for the map, and for links without a latency"},
    {.name = "transfer_nodes",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_BYTES_PER_S,
     SIM_AT(struct mdl_site_config, transfer_bytes_per_s),
     .max = 1e16,
     .help = "ceiling of all transfers to and from it together; 0 B/s = network.transfer_rate",
     .example = "100 Gbit/s"},
    {.name = "partitions",
     .kind = SIM_FIELD_MAP,
     .rows = partition_fields,
     .item_bytes = sizeof(struct mdl_partition_config),
     SIM_AT(struct mdl_site_config, partitions),
     .required = true,
     .help = "the machines' partitions"},
    {.name = "storage",
     .kind = SIM_FIELD_MAP,
     .rows = mdl_storage_fields,
     .item_bytes = sizeof(struct mdl_storage_config),
     SIM_AT(struct mdl_site_config, storage),
     .help = "file systems; data arrives at the first that is scratch or project"},
    {.name = "energy",
     .kind = SIM_FIELD_GROUP,
     .rows = energy_fields,
     SIM_AT(struct mdl_site_config, price_eur_per_mwh),
     .help = "price, carbon and cooling"},
    {.name = "scheduler",
     .kind = SIM_FIELD_GROUP,
     .rows = mdl_scheduler_fields,
     SIM_AT(struct mdl_site_config, scheduler),
     .help = "how jobs are ranked and limited on the partitions whose policy is multifactor",
     .example = "{weights: {age: 1000, fair_share: 5000}, half_life: 7 d}"},
    {.name = "qos",
     .kind = SIM_FIELD_MAP,
     .rows = mdl_qos_fields,
     .item_bytes = sizeof(struct mdl_qos_config),
     SIM_AT(struct mdl_site_config, qos),
     .help = "qualities of service, which classes and communities name (policy multifactor)",
     .example = "{urgent: {priority: 100, preempts: scavenger}, scavenger: {}}"},
    {.name = "staff",
     .kind = SIM_FIELD_GROUP,
     .rows = mdl_staff_fields,
     SIM_AT(struct mdl_site_config, staff),
     .help = "people by what they do; where there are none, those of the access point do it",
     .example = "{support: 28 FTE, training: 8 FTE, vacancy: 10 %}"},
    {0},
};

bool mdl_partition_is_packed(const struct mdl_partition_config *partition)
{
    return partition->allocation == MDL_ALLOCATION_GPU &&
           partition->packing == MDL_PACKING_BEST_FIT &&
           (partition->gpus_per_node > 1 || mdl_partition_slices(partition) > 1 ||
            partition->cores_per_node > 0 || partition->memory_per_node_bytes > 0);
}

bool mdl_partition_is_multifactor(const struct mdl_partition_config *partition)
{
    return mdl_policies[partition->policy] == &mdl_policy_multifactor;
}

uint32_t mdl_partition_slices(const struct mdl_partition_config *partition)
{
    return partition->allocation == MDL_ALLOCATION_GPU && partition->slices_per_gpu > 1
               ? (uint32_t)partition->slices_per_gpu
               : 1;
}

uint32_t mdl_common_multiple(uint32_t a, uint32_t b)
{
    uint32_t x = a, y = b;

    while (y > 0) { /* Euclid */
        uint32_t rest = x % y;

        x = y;
        y = rest;
    }
    return a / x * b;
}

uint32_t mdl_partition_units_per_node(const struct mdl_partition_config *partition)
{
    return partition->allocation == MDL_ALLOCATION_GPU
               ? (uint32_t)partition->gpus_per_node * mdl_partition_slices(partition)
               : 1;
}

uint32_t mdl_partition_units(const struct mdl_partition_config *partition)
{
    return (uint32_t)partition->nodes * mdl_partition_units_per_node(partition);
}
