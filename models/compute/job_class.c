/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/compute/job_class.h"

#include <math.h>
#include <string.h>

static const char *const walltimes[] = {"exact", "round", NULL};
static const char *const over_limits[] = {"kill", "chain", "exempt", NULL};

static const struct sim_field checkpoint_fields[] = {
    {.name = "every",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     .offset = 0,
     .max = 1e9,
     .help = "time between checkpoints; 0 s = none, the job begins anew"},
    {.name = "cost",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     .offset = offsetof(struct mdl_class_config, restart_ns) -
               offsetof(struct mdl_class_config, checkpoint_every_ns),
     .max = 1e6,
     .help = "time to begin again from a checkpoint"},
    {.name = "bytes",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_BYTES,
     .offset = offsetof(struct mdl_class_config, checkpoint_bytes) -
               offsetof(struct mdl_class_config, checkpoint_every_ns),
     .max = 1e15,
     .help = "what a checkpoint writes for each accelerator (node, where there are none): by jobs "
             "of fewer than 64 nodes at an even rate, by larger ones in bursts for which they "
             "stand still"},
    {0},
};

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
     .has_parts = true,
     .help =
         "accelerators a job asks for, on partitions that have them (default 1); below 1 a part "
         "of one, as 0.25, where slices_per_gpu is given",
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
    {.name = "cores",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_COUNT,
     SIM_AT(struct mdl_class_config, cores),
     .max = 1e5,
     .help = "CPU cores that a job takes for each accelerator, on partitions with cores_per_node"},
    {.name = "memory",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_BYTES,
     SIM_AT(struct mdl_class_config, memory_bytes),
     .max = 1e15,
     .help = "memory that a job takes for each accelerator, on partitions with memory_per_node",
     .example = "64 GB"},
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
    {.name = "overestimate_slope",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_1,
     SIM_AT(struct mdl_class_config, overestimate_slope),
     .max = 1,
     .help = "how the overestimate falls with the run time t: it is multiplied by (1 h / t)^this, "
             "and at least 1; 0 = the same for all (logs: about 0.4)"},
    {.name = "limit",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     SIM_AT(struct mdl_class_config, limit_ns),
     .max = 1e9,
     .help = "longest walltime that jobs of this class ask for; 0 s = the partition's limit"},
    {.name = "over_limit",
     .kind = SIM_FIELD_ENUM,
     .choices = over_limits,
     SIM_AT(struct mdl_class_config, over_limit),
     .help =
         "what becomes of a run longer than the limit: kill = it is killed there; chain = it "
         "goes on in a chain of jobs of that length; exempt = the partition's max_walltime does "
         "not hold (services that stay for weeks)"},
    {.name = "patience",
     .kind = SIM_FIELD_DIST,
     .unit = SIM_UNIT_S,
     SIM_AT(struct mdl_class_config, patience),
     .fallback = MDL_PATIENCE_NONE_S,
     .max = MDL_PATIENCE_NONE_S,
     .help = "how long a job waits in the queue before it is given up; 0 s = it starts at once or "
             "not at all (default: for ever)",
     .example = "{exponential: {mean: 30 min}}"},
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
    {.name = "array",
     .kind = SIM_FIELD_DIST,
     .unit = SIM_UNIT_COUNT,
     SIM_AT(struct mdl_class_config, array),
     .fallback = 1,
     .min = 1,
     .max = 1e5,
     .help = "jobs that are submitted together as one array (default 1)",
     .example = "{lognormal: {median: 20, sigma: 1, min: 1, max: 1000}}"},
    {.name = "at_once",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     SIM_AT(struct mdl_class_config, at_once),
     .max = 1e6,
     .help = "jobs of one array that queue or run together, the next ones follow as they leave; "
             "0 = all"},
    {.name = "array_gap",
     .kind = SIM_FIELD_DIST,
     .unit = SIM_UNIT_S,
     SIM_AT(struct mdl_class_config, array_gap),
     .max = 1e6,
     .help = "time from one job of an array to the next (default 0 s: all come at once)",
     .example = "{exponential: {mean: 2 min}}"},
    {.name = "chain",
     .kind = SIM_FIELD_DIST,
     .unit = SIM_UNIT_COUNT,
     SIM_AT(struct mdl_class_config, chain),
     .fallback = 1,
     .min = 1,
     .max = 1e5,
     .help = "jobs that depend on one another: each is submitted when the one before has left "
             "(default 1)",
     .example = "{1: 70 %, 5: 30 %}"},
    {.name = "qos",
     .kind = SIM_FIELD_TEXT,
     SIM_AT(struct mdl_class_config, qos),
     .help = "QOS of its jobs on sites that have it, unless their community names one",
     .example = "scavenger"},
    {.name = "checkpoint",
     .kind = SIM_FIELD_GROUP,
     .rows = checkpoint_fields,
     SIM_AT(struct mdl_class_config, checkpoint_every_ns),
     .help = "what is left of the work when a job is preempted, and what it writes for that",
     .example = "{every: 1 h, cost: 5 min}"},
    {.name = "reads",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_BYTES_PER_S,
     SIM_AT(struct mdl_class_config, reads_bytes_per_s),
     .max = 1e15,
     .help = "what a running job reads from the site's storage for each accelerator (node, where "
             "there are none); it slows down by what the storage does not give",
     .example = "0.5 GB/s"},
    {.name = "leaves",
     .kind = SIM_FIELD_DIST,
     .unit = SIM_UNIT_BYTES,
     SIM_AT(struct mdl_class_config, leaves),
     .max = MDL_JOB_BYTES_MAX,
     .help = "data that a job leaves behind on the storage of the site (default none)",
     .example = "{lognormal: {median: 50 GB, sigma: 2}}"},
    {.name = "files",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_COUNT,
     SIM_AT(struct mdl_class_config, files),
     .max = 1e12,
     .help = "files of a job's input, which arrive one after the other where storage has a "
             "files_per_s"},
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

/* E max(1, floor(X + 0.5)) = 1 + the sum of P(X >= k - 0.5) over k >= 2. */
static double count_mean(const struct sim_dist *law)
{
    double sum = 1, part = law->p_max - law->p_min;

    if (law->kind == SIM_DIST_CONSTANT)
        return fmax(1, floor(law->a + 0.5));
    for (int k = 2; k < MDL_CLASS_JOBS_MAX + 1; k++) {
        double at_least = (law->p_max - sim_dist_cdf(law, nextafter(k - 0.5, 0))) / part;

        if (!(at_least > 1e-12))
            break;
        sum += fmin(1, at_least);
    }
    return sum;
}

double mdl_class_jobs_mean(const struct mdl_class_config *job_class)
{
    return count_mean(&job_class->array) * count_mean(&job_class->chain);
}

bool mdl_class_has_patience(const struct mdl_class_config *job_class)
{
    return sim_dist_at(&job_class->patience, 0x1p-53) < MDL_PATIENCE_NONE_S;
}

bool mdl_class_has_array_gap(const struct mdl_class_config *job_class)
{
    return sim_dist_at(&job_class->array_gap, 1 - 0x1p-53) > 0;
}

uint32_t mdl_class_jobs_at(const struct sim_dist *law, double u)
{
    double jobs = floor(sim_dist_at(law, u) + 0.5);

    return jobs < 1 ? 1 : jobs < MDL_CLASS_JOBS_MAX ? (uint32_t)jobs : MDL_CLASS_JOBS_MAX;
}

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
