/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/compute/job_class.h"

#include <string.h>

static const char *const walltimes[] = {"exact", "round", NULL};

static const struct sim_field outcome_fields[] = {
    {.name = "failed",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_FRAC,
     .offset = 0,
     .max = 1,
     .help = "share of jobs that end failed; their run time is the drawn one"},
    {.name = "cancelled",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_FRAC,
     .offset = sizeof(double),
     .max = 1,
     .help = "share of jobs that their users cancel while they run"},
    {0},
};

const struct sim_field mdl_class_fields[] = {
    {.name = "gpus",
     .kind = SIM_FIELD_DIST,
     .unit = SIM_UNIT_COUNT,
     SIM_AT(struct mdl_class_config, gpus),
     .fallback = 1,
     .min = 1,
     .max = 1e6,
     .help = "accelerators a job asks for, on partitions that have them (default 1)",
     .example = "{1: 60 %, 8: 40 %}"},
    {.name = "nodes",
     .kind = SIM_FIELD_DIST,
     .unit = SIM_UNIT_COUNT,
     SIM_AT(struct mdl_class_config, nodes),
     .fallback = 1,
     .min = 1,
     .max = 1e6,
     .help = "nodes a job asks for, on partitions without accelerators (default 1)",
     .example = "{1: 80 %, 16: 20 %}"},
    {.name = "run",
     .kind = SIM_FIELD_DIST,
     .unit = SIM_UNIT_S,
     SIM_AT(struct mdl_class_config, run),
     .min = 0,
     .max = 1e9,
     .required = true,
     .help = "true run time of one job",
     .example = "{lognormal: {median: 3 h, sigma: 1.6, max: 48 h}}"},
    {.name = "walltime",
     .kind = SIM_FIELD_ENUM,
     .choices = walltimes,
     SIM_AT(struct mdl_class_config, walltime),
     .fallback = MDL_WALLTIME_EXACT,
     .help = "what users ask for: exact = run time x overestimate; round = the next usual value "
             "above (5 min, 10 min, 30 min, 1 h, 2 h, 3 h, 4 h, ...)"},
    {.name = "overestimate",
     .kind = SIM_FIELD_DIST,
     .unit = SIM_UNIT_1,
     SIM_AT(struct mdl_class_config, overestimate),
     .fallback = 1,
     .min = 1,
     .max = 1e6,
     .help = "requested over true run time (default 1)",
     .example = "{lognormal: {median: 2.5, sigma: 1.0, min: 1}}"},
    {.name = "limit",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     SIM_AT(struct mdl_class_config, limit_ns),
     .max = 1e9,
     .help = "longest walltime that jobs of this class ask for; 0 s = the partition's limit"},
    {.name = "transfer",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_FRAC,
     SIM_AT(struct mdl_class_config, transfer_frac),
     .max = 1,
     .fallback = 1,
     .help = "share of jobs that bring their input and take their output over the network"},
    {.name = "input",
     .kind = SIM_FIELD_DIST,
     .unit = SIM_UNIT_BYTES,
     SIM_AT(struct mdl_class_config, input),
     .max = MDL_JOB_BYTES_MAX,
     .help = "data that a job brings to the site (default none)",
     .example = "{lognormal: {median: 20 GB, sigma: 2}}"},
    {.name = "output",
     .kind = SIM_FIELD_DIST,
     .unit = SIM_UNIT_BYTES,
     SIM_AT(struct mdl_class_config, output),
     .max = MDL_JOB_BYTES_MAX,
     .help = "data that a job sends home (default none)",
     .example = "2 GB"},
    {.name = "outcome",
     .kind = SIM_FIELD_GROUP,
     .rows = outcome_fields,
     SIM_AT(struct mdl_class_config, failed_frac),
     .help = "how jobs end; the rest completes"},
    {.name = "bundle",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     SIM_AT(struct mdl_class_config, bundle),
     .min = 1,
     .max = 1e6,
     .fallback = 1,
     .help = "short jobs of one array that are simulated as one record, run one after the other "
             "on one allocation"},
    {0},
};

const struct sim_field mdl_accelerator_fields[] = {
    {.name = "vendor",
     .kind = SIM_FIELD_TEXT,
     SIM_AT(struct mdl_accelerator_config, vendor),
     .help = "maker of the chip"},
    {.name = "memory",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_BYTES,
     SIM_AT(struct mdl_accelerator_config, memory_bytes),
     .max = 1e15,
     .help = "memory of one accelerator"},
    {.name = "worth",
     .kind = SIM_FIELD_SHARES,
     .unit = SIM_UNIT_1,
     SIM_AT(struct mdl_accelerator_config, worth),
     .max = 1000,
     .help = "what one GPU-hour is worth in H100 hours, by job class; 'any' for the others",
     .example = "{any: 0.36, simulation: 0.29}"},
    {0},
};

double mdl_accelerator_worth(const struct mdl_accelerator_config *accelerator,
                             const char *class_name)
{
    double worth = 1;

    for (size_t i = 0; accelerator && i < accelerator->worth.count; i++) {
        const struct sim_share *share = &accelerator->worth.share[i];

        if (strcmp(share->name, class_name) == 0)
            return share->part;
        if (strcmp(share->name, "any") == 0)
            worth = share->part;
    }
    return worth;
}
