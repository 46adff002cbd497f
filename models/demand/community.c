/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/demand/community.h"

#include <math.h>

const char *const mdl_kind_names[] = {"sme",    "startup",  "industry",   "academia",
                                      "public", "training", "background", NULL};

#define VARIATION(key, member, text)                                                               \
    {                                                                                              \
        .name = (key), .kind = SIM_FIELD_REAL, .unit = SIM_UNIT_FRAC,                              \
        .offset = offsetof(struct mdl_submit_config, member) -                                     \
                  offsetof(struct mdl_submit_config, day_variation),                               \
        .max = 5, .help = (text)                                                                   \
    }

static const struct sim_field variation_fields[] = {
    VARIATION("day", day_variation, "from one UTC day to the next"),
    VARIATION("week", week_variation, "from one week, from Monday, to the next"),
    {0},
};

#define SUBMIT(base, member) .offset = (base) + offsetof(struct mdl_submit_config, member)

/* What a community's `submit` and a background share. base: offset of the struct. */
#define COMMON_ROWS(base)                                                                          \
    {.name = "mix",                                                                                \
     .kind = SIM_FIELD_SHARES,                                                                     \
     .unit = SIM_UNIT_FRAC,                                                                        \
     .target = "classes",                                                                          \
     .sums_to_one = true,                                                                          \
     SUBMIT(base, mix),                                                                            \
     .help = "classes by their part of the GPU time",                                              \
     .example = "{simulation: 50 %, training: 50 %}"},                                             \
        {.name = "classes",                                                                        \
         .kind = SIM_FIELD_SHARES,                                                                 \
         .unit = SIM_UNIT_FRAC,                                                                    \
         .target = "classes",                                                                      \
         .sums_to_one = true,                                                                      \
         SUBMIT(base, classes),                                                                    \
         .help = "classes by their part of the number of jobs",                                    \
         .example = "{training: 10 %, development: 90 %}"},                                        \
        {.name = "hours",                                                                          \
         .kind = SIM_FIELD_PROFILE,                                                                \
         SUBMIT(base, hours),                                                                      \
         .help = "rhythm of the local day (24 weights) or week (168, from Monday), or a name of "  \
                 "`profiles`; flat when not given",                                                \
         .example = "office"},                                                                     \
        {.name = "season",                                                                         \
         .kind = SIM_FIELD_PROFILE,                                                                \
         .profile_count = 12,                                                                      \
         SUBMIT(base, season),                                                                     \
         .help = "weights of the local months, January to December; their mean over the days of "  \
                 "a year is made 1; flat when not given",                                          \
         .example = "[1, 1, 1, 1, 1, 1, 0.7, 0.5, 1, 1, 1, 0.8]"},                                 \
        {.name = "growth",                                                                         \
         .kind = SIM_FIELD_REAL,                                                                   \
         .unit = SIM_UNIT_GROWTH,                                                                  \
         SUBMIT(base, growth_per_yr),                                                              \
         .min = -0.99, /* at -1 the rate before the start would have no bound */                   \
         .max = 10,                                                                                \
         .help = "growth of the rate, compounded, from the start of the scenario"},                \
        {.name = "variation",                                                                      \
         .kind = SIM_FIELD_GROUP,                                                                  \
         .rows = variation_fields,                                                                 \
         SUBMIT(base, day_variation),                                                              \
         .help = "how much the rate varies beside its rhythm: standard deviation over mean of a "  \
                 "lognormal factor that stays for a day, and of one that stays for a week",        \
         .example = "{day: 30 %, week: 25 %}"},                                                    \
        {.name = "batch",                                                                          \
         .kind = SIM_FIELD_REAL,                                                                   \
         .unit = SIM_UNIT_1,                                                                       \
         SUBMIT(base, batch_mean),                                                                 \
         .min = 1,                                                                                 \
         .max = 10000,                                                                             \
         .fallback = 1,                                                                            \
         .help = "mean number of records that one user submits at once (geometric)"},              \
        {.name = "users",                                                                          \
         .kind = SIM_FIELD_INT,                                                                    \
         .unit = SIM_UNIT_COUNT,                                                                   \
         SUBMIT(base, users),                                                                      \
         .min = 1,                                                                                 \
         .max = 100000,                                                                            \
         .fallback = 100,                                                                          \
         .help = "active users who share the submissions"},                                        \
        {.name = "zipf",                                                                           \
         .kind = SIM_FIELD_REAL,                                                                   \
         .unit = SIM_UNIT_1,                                                                       \
         SUBMIT(base, zipf),                                                                       \
         .min = 0,                                                                                 \
         .max = 5,                                                                                 \
         .fallback = 1,                                                                            \
         .help = "exponent of the Zipf law of submissions per user; 0 = equal"},                   \
        {.name = "qos",                                                                            \
         .kind = SIM_FIELD_TEXT,                                                                   \
         SUBMIT(base, qos),                                                                        \
         .help = "QOS of its jobs on sites that have it; that of their class when not given",      \
         .example = "fast-lane"},                                                                  \
        {.name = "shares",                                                                         \
         .kind = SIM_FIELD_REAL,                                                                   \
         .unit = SIM_UNIT_1,                                                                       \
         SUBMIT(base, shares),                                                                     \
         .min = 1e-6,                                                                              \
         .max = 1e6,                                                                               \
         .fallback = 1,                                                                            \
         .help = "fair share beside the owner's other communities"},                               \
    {                                                                                              \
        .name = "queue_limit", .kind = SIM_FIELD_INT, .unit = SIM_UNIT_COUNT,                      \
        SUBMIT(base, queue_limit), .min = 0, .max = 1e6,                                           \
        .help = "jobs of one user that may be inside at a time, the rest is held back; 0 = any"    \
    }

static const struct sim_field submit_fields[] = {
    {.name = "rate",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_PER_S,
     SUBMIT(0, rate_per_s),
     .min = 0,
     .max = 1e4,
     .fallback = NAN,
     .help = "jobs submitted per time, at the start of the scenario"},
    {.name = "load",
     .kind = SIM_FIELD_TEXT,
     SUBMIT(0, load),
     .help = "instead of a rate: the part of a partition, or of an owner's share of all "
             "partitions, that the jobs would fill",
     .example = "44 % of lumi.lumi_g"},
    {.name = "home",
     .kind = SIM_FIELD_SHARES,
     .unit = SIM_UNIT_FRAC,
     .target = "sites.*.partitions",
     .sums_to_one = true,
     SUBMIT(0, home),
     .help = "where jobs go when a rate is given, by part of the jobs",
     .example = "{lumi.lumi_g: 60 %, it4lia.booster: 40 %}"},
    COMMON_ROWS(0),
    {0},
};

#define COLUMN(column)                                                                             \
    .offset = offsetof(struct mdl_log_columns, of) + (column) * sizeof(const char *)

static const struct sim_field column_fields[] = {
    {.name = "id",
     .kind = SIM_FIELD_TEXT,
     COLUMN(MDL_LOG_ID),
     .help = "number of the job; the line when not given"},
    {.name = "submit",
     .kind = SIM_FIELD_TEXT,
     COLUMN(MDL_LOG_SUBMIT),
     .help = "moment of the submit",
     .example = "submission_time:ms"},
    {.name = "start", .kind = SIM_FIELD_TEXT, COLUMN(MDL_LOG_START), .help = "moment of the start"},
    {.name = "end", .kind = SIM_FIELD_TEXT, COLUMN(MDL_LOG_END), .help = "moment of the end"},
    {.name = "run",
     .kind = SIM_FIELD_TEXT,
     COLUMN(MDL_LOG_RUN),
     .help = "run time; end - start when not given",
     .example = "duration:ms"},
    {.name = "walltime",
     .kind = SIM_FIELD_TEXT,
     COLUMN(MDL_LOG_WALLTIME),
     .help = "requested time; the run time when not given"},
    {.name = "gpus",
     .kind = SIM_FIELD_TEXT,
     COLUMN(MDL_LOG_GPUS),
     .help = "accelerators (or nodes, processors) of the job",
     .example = "num_gpus"},
    {.name = "part",
     .kind = SIM_FIELD_TEXT,
     COLUMN(MDL_LOG_PART),
     .help = "part of each accelerator that it asks for"},
    {.name = "user", .kind = SIM_FIELD_TEXT, COLUMN(MDL_LOG_USER), .help = "who submitted it"},
    {.name = "state", .kind = SIM_FIELD_TEXT, COLUMN(MDL_LOG_STATE), .help = "how it ended"},
    {0},
};

#define SCALE(key, member, text)                                                                   \
    {                                                                                              \
        .name = (key), .kind = SIM_FIELD_REAL, .unit = SIM_UNIT_1,                                 \
        SIM_AT(struct mdl_replay_config, member), .min = 1e-6, .max = 1e6, .fallback = 1,          \
        .help = (text)                                                                             \
    }

static const struct sim_field replay_fields[] = {
    {.name = "file",
     .kind = SIM_FIELD_TEXT,
     SIM_AT(struct mdl_replay_config, file),
     .required = true,
     .help = "the log, beside the file that names it or below the folder of --data; may be gzipped",
     .example = "logs/cluster.swf.gz"},
    {.name = "format",
     .kind = SIM_FIELD_ENUM,
     .choices = mdl_log_format_names,
     SIM_AT(struct mdl_replay_config, format),
     .help = "what the file is; auto = by its first line"},
    {.name = "columns",
     .kind = SIM_FIELD_GROUP,
     .rows = column_fields,
     SIM_AT(struct mdl_replay_config, columns),
     .help = "names of a table's columns, with :UNIT behind them where it is not seconds or whole "
             "processors; guessed from the header when not given",
     .example = "{submit: when, run: \"took:min\", gpus: devices}"},
    {.name = "home",
     .kind = SIM_FIELD_SHARES,
     .unit = SIM_UNIT_FRAC,
     .target = "sites.*.partitions",
     .sums_to_one = true,
     SIM_AT(struct mdl_replay_config, home),
     .required = true,
     .help = "where the jobs go, by part of their number",
     .example = "{lumi.lumi_g: 60 %, it4lia.booster: 40 %}"},
    {.name = "class",
     .kind = SIM_FIELD_REF,
     .target = "classes",
     SIM_AT(struct mdl_replay_config, job_class),
     .required = true,
     .help = "class of the jobs: what their accelerators are worth, their data, their limit",
     .example = "training"},
    SCALE("scale_load", scale_load, "gaps between submits are divided by it"),
    SCALE("scale_time", scale_time, "run times and requested times are multiplied by it"),
    SCALE("scale_width", scale_width,
          "accelerators of every job are multiplied by it, and rounded up"),
    {.name = "start",
     .kind = SIM_FIELD_DATE,
     SIM_AT(struct mdl_replay_config, start_days),
     .fallback = MDL_DATE_NONE,
     .help = "day of the log's first job, at the hour that the log tells; the scenario's start "
             "when not given",
     .example = "2026-03-02"},
    {0},
};

/* in the order of enum mdl_secure */
static const char *const secures[] = {"false", "true", "qkd", NULL};
static const char *const residencies[] = {"any", "eu", "national", NULL};
static const char *const stagings[] = {"once", "per_job", NULL};

const struct sim_field mdl_community_fields[] = {
    {.name = "country",
     .kind = SIM_FIELD_TEXT,
     SIM_AT(struct mdl_community_config, country),
     .required = true,
     .help = "two-letter code of the state; sets the local time",
     .example = "DE"},
    {.name = "kind",
     .kind = SIM_FIELD_ENUM,
     .choices = mdl_kind_names,
     SIM_AT(struct mdl_community_config, kind),
     .required = true,
     .help = "kind of users"},
    {.name = "sector",
     .kind = SIM_FIELD_TEXT,
     SIM_AT(struct mdl_community_config, sector),
     .help = "sector of the economy or field of science",
     .example = "agrifood"},
    {.name = "members",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     SIM_AT(struct mdl_community_config, members),
     .min = 1,
     .max = 1e8,
     .fallback = 1,
     .help = "enterprises or groups in it"},
    {.name = "at",
     .kind = SIM_FIELD_TEXT,
     SIM_AT(struct mdl_community_config, at),
     .help = "hub or site where its lines of access end; without it data take no time",
     .example = "frankfurt"},
    {.name = "access",
     .kind = SIM_FIELD_SHARES,
     .unit = SIM_UNIT_FRAC,
     .target = "network.access",
     .other_target = "network.cells",
     .sums_to_one = true,
     SIM_AT(struct mdl_community_config, access),
     .help = "by share of members: lines of their own, or cells that they share with all others "
             "there; whom its cell does not reach takes the next of the mix that does",
     .example = "{fibre: 70 %, rural-it: 30 %}"},
    {.name = "residency",
     .kind = SIM_FIELD_ENUM,
     .choices = residencies,
     SIM_AT(struct mdl_community_config, residency),
     .help = "where its data may travel: over any link, over links between places in the EU, or "
             "between places in its country"},
    {.name = "data_class",
     .kind = SIM_FIELD_ENUM,
     .choices = mdl_data_class_names,
     SIM_AT(struct mdl_community_config, data_class),
     .help = "what its own data is: where its jobs may run and how their data travels and lies is "
             "by `data_classes` as well"},
    {.name = "secure",
     .kind = SIM_FIELD_ENUM,
     .choices = secures,
     SIM_AT(struct mdl_community_config, secure),
     .help = "what its data take: true = secure links only; qkd = links with keys only, and of "
             "each a key for every so many bytes (network.keys), for which they wait where there "
             "is none"},
    {.name = "datasets",
     .kind = SIM_FIELD_SHARES,
     .unit = SIM_UNIT_FRAC,
     .target = "datasets",
     SIM_AT(struct mdl_community_config, datasets),
     .max = 1,
     .help = "data sets that its jobs read, by part of the jobs; the others read none",
     .example = "{images: 30 %, records: 20 %}"},
    {.name = "staging",
     .kind = SIM_FIELD_ENUM,
     .choices = stagings,
     SIM_AT(struct mdl_community_config, staging),
     .help = "how a data set comes to a site that has none: once = the first job brings a copy for "
             "all of the community; per_job = each job brings its own, as its input"},
    {.name = "replica",
     .kind = SIM_FIELD_ENUM,
     .choices = mdl_replica_names,
     SIM_AT(struct mdl_community_config, replica),
     .help = "where a copy comes from: nearest = least latency, predicted = where it would be done "
             "first by what is free on the ways, least_bytes = over the fewest links"},
    {.name = "owner",
     .kind = SIM_FIELD_TEXT,
     SIM_AT(struct mdl_community_config, owner),
     .help = "owner of shares whose hours it uses; with a load of an owner, that one",
     .example = "host"},
    {.name = "submit",
     .kind = SIM_FIELD_GROUP,
     .rows = submit_fields,
     SIM_AT(struct mdl_community_config, submit),
     .help = "the jobs it submits, by laws"},
    {.name = "replay",
     .kind = SIM_FIELD_GROUP,
     .rows = replay_fields,
     SIM_AT(struct mdl_community_config, replay),
     .help = "instead of `submit`: the log of a real machine, submitted again",
     .example = "{file: cluster.swf, class: training, home: {lumi.lumi_g: 100 %}}"},
    {.name = "apply",
     .kind = SIM_FIELD_GROUP,
     .rows = mdl_apply_fields,
     SIM_AT(struct mdl_community_config, apply),
     .help = "instead of `submit`: its members apply for projects, which submit the jobs",
     .example = "{rate: 0.0011 /yr, modes: {playground: 75 %, fast_lane: 25 %}}"},
    {0},
};

#define BASE offsetof(struct mdl_background_config, submit)

const struct sim_field mdl_background_fields[] = {
    {.name = "on",
     .kind = SIM_FIELD_REF,
     .target = "sites.*.partitions",
     SIM_AT(struct mdl_background_config, on),
     .required = true,
     .help = "partition that it loads",
     .example = "lumi.lumi_g"},
    {.name = "load",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_FRAC,
     SIM_AT(struct mdl_background_config, load_frac),
     .min = 0,
     .max = 1.5,
     .required = true,
     .help = "part of the partition that it would fill",
     .example = "44.2 %"},
    {.name = "share",
     .kind = SIM_FIELD_TEXT,
     SIM_AT(struct mdl_background_config, share),
     .help = "owner whose hours it uses",
     .example = "consortium"},
    {.name = "country",
     .kind = SIM_FIELD_TEXT,
     SIM_AT(struct mdl_background_config, country),
     .help = "two-letter code whose local time it follows; the site's when not given"},
    COMMON_ROWS(BASE),
    {0},
};
