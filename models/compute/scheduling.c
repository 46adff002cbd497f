/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/compute/scheduling.h"

#include <string.h>

/* ---- limits ---- */

#define LIMIT(member) .offset = offsetof(struct mdl_limit_config, member)

static const struct sim_field limit_fields[] = {
    {.name = "jobs",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     LIMIT(jobs),
     .max = 1e6,
     .help = "records that run at a time; 0 = any"},
    {.name = "gpus",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     LIMIT(gpus),
     .max = 1e7,
     .help = "accelerators (nodes, on partitions without) that run at a time; 0 = any"},
    {.name = "gpu_hours",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_1,
     LIMIT(gpu_hours),
     .max = 1e12,
     .help = "walltime x accelerators of what runs at a time, in hours; 0 = any"},
    {0},
};

static const struct sim_field limits_fields[] = {
    {.name = "user",
     .kind = SIM_FIELD_GROUP,
     .rows = limit_fields,
     .offset = offsetof(struct mdl_limits_config, user),
     .help = "of each user",
     .example = "{jobs: 10, gpus: 64}"},
    {.name = "project",
     .kind = SIM_FIELD_GROUP,
     .rows = limit_fields,
     .offset = offsetof(struct mdl_limits_config, project),
     .help = "of each community or background",
     .example = "{gpus: 256}"},
    {0},
};

/* ---- scheduler ---- */

#define WEIGHT(member) .offset = offsetof(struct mdl_weights_config, member), .max = 1e9

static const struct sim_field weight_fields[] = {
    {.name = "age",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_1,
     WEIGHT(age),
     .help = "of the time since a job could have started, up to age_max"},
    {.name = "size",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_1,
     WEIGHT(size),
     .help = "of the part of the partition that a job takes"},
    {.name = "partition",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_1,
     WEIGHT(partition),
     .help = "of the partition's priority over the largest of the site"},
    {.name = "qos",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_1,
     WEIGHT(qos),
     .help = "of the priority of the job's QOS over the largest of the site"},
    {.name = "fair_share",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_1,
     WEIGHT(fair_share),
     .help = "of 2^(-usage / share) of the user"},
    {0},
};

#define AT(member) .offset = offsetof(struct mdl_scheduler_config, member)

const struct sim_field mdl_scheduler_fields[] = {
    {.name = "weights",
     .kind = SIM_FIELD_GROUP,
     .rows = weight_fields,
     AT(weights),
     .help = "priority = the sum of weights x factors, each from 0 to 1; without weights jobs "
             "wait in order of entering",
     .example = "{age: 1000, qos: 10000, fair_share: 5000}"},
    {.name = "age_max",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     AT(age_max_ns),
     .min = 1,
     .max = 1e9,
     .fallback = 604800,
     .help = "age at which its factor is 1"},
    {.name = "half_life",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     AT(half_life_ns),
     .max = 1e9,
     .fallback = 604800,
     .help = "time after which usage counts half for fair share; 0 s = nothing is forgotten"},
    {.name = "recalculate",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     AT(recalculate_ns),
     .max = 1e9,
     .fallback = 300,
     .help = "the priorities of waiting jobs are older than this in no pass"},
    {.name = "depth",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     AT(depth),
     .max = 1e9,
     .fallback = 500,
     .help = "jobs within their limits that a pass looks at and leaves waiting; 0 = all"},
    {.name = "reserve",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     AT(reserve),
     .max = 1e9,
     .fallback = 10,
     .help = "waiting jobs that are promised a start; 1 = as easy, 0 = all that a pass looks at"},
    {.name = "window",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     AT(window_ns),
     .max = 1e9,
     .help = "how far ahead a promise may begin; 0 s = any time"},
    {.name = "limits",
     .kind = SIM_FIELD_GROUP,
     .rows = limits_fields,
     AT(limits),
     .help = "what may run at a time of each user and of each project, over the site's partitions",
     .example = "{user: {jobs: 20}, project: {gpus: 512}}"},
    {0},
};
#undef AT

#define AT(member) SIM_AT(struct mdl_qos_config, member)

const struct sim_field mdl_qos_fields[] = {
    {.name = "priority",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_1,
     AT(priority),
     .min = 0,
     .max = 1e9,
     .help = "the factor of weights.qos is this over the largest of the site's QOS",
     .example = "100"},
    {.name = "preempts",
     .kind = SIM_FIELD_TEXT,
     AT(preempts),
     .help = "QOS of less priority whose running jobs make way, separated by commas",
     .example = "scavenger"},
    {.name = "max_walltime",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     AT(max_walltime_ns),
     .max = 1e9,
     .help = "longest walltime of its jobs, instead of the partition's; 0 s = the partition's"},
    {.name = "limits",
     .kind = SIM_FIELD_GROUP,
     .rows = limits_fields,
     AT(limits),
     .help = "what may run at a time of its jobs, of each user and of each project",
     .example = "{user: {jobs: 2}}"},
    {0},
};
#undef AT

/* ---- lists of names ---- */

bool mdl_names_next(const char **rest, const char **name, size_t *length)
{
    const char *text = *rest + strspn(*rest, ", ");

    *name = text;
    *length = strcspn(text, ",");
    *rest = text + *length;
    while (*length > 0 && text[*length - 1] == ' ')
        --*length;
    return *length > 0;
}

bool mdl_names_have(const char *list, const char *name)
{
    const char *one;
    size_t length;

    while (list && mdl_names_next(&list, &one, &length))
        if (strlen(name) == length && strncmp(one, name, length) == 0)
            return true;
    return false;
}
