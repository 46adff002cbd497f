/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/demand/community.h - populations of users and given background load, as written.
 *
 * A community submits jobs at a rate, or with a load that is a part of a partition or of an
 * owner's share of all partitions (`load: 44 % of lumi.lumi_g`, `load: 0.5 % of eurohpc`); the
 * program derives the rate from the load. Or it replays the log of a real machine, or its members
 * apply for projects (application.h). Background is
 * load of one partition that no community explains.
 */
#ifndef MODELS_DEMAND_COMMUNITY_H
#define MODELS_DEMAND_COMMUNITY_H

#include "models/compute/site.h"
#include "models/demand/application.h"
#include "models/demand/log.h"
#include "models/transport/dataset.h"
#include "models/transport/network.h"
#include "sim/field.h"

enum mdl_kind { /* of users; names in mdl_kind_names */
                MDL_KIND_SME,
                MDL_KIND_STARTUP,
                MDL_KIND_INDUSTRY,
                MDL_KIND_ACADEMIA,
                MDL_KIND_PUBLIC,
                MDL_KIND_TRAINING,
                MDL_KIND_BACKGROUND,
                MDL_KIND_COUNT
};
extern const char *const mdl_kind_names[]; /* NULL-terminated */

struct mdl_submit_config {
    double rate_per_s;         /* real jobs; NaN when a load is given */
    const char *load;          /* "44 % of lumi.lumi_g"; "" when a rate is given */
    struct sim_shares home;    /* partitions, with a rate */
    struct sim_shares classes; /* by number of real jobs */
    struct sim_shares mix;     /* by GPU time (node time without GPUs) */
    struct sim_profile hours;  /* of the local day or week */
    struct sim_profile season; /* of the local months */
    double growth_per_yr;
    double day_variation, week_variation; /* standard deviation over mean */
    double batch_mean;                    /* jobs that arrive together, geometric */
    int64_t users;
    double zipf;
    int64_t queue_limit; /* jobs of one user inside at a time; 0 = none */
    const char *qos;
    double shares; /* of its owner's, beside other sources */
};

struct mdl_replay_config {
    const char *file; /* NULL or "": the community submits */
    int format;       /* enum mdl_log_format */
    struct mdl_log_columns columns;
    struct sim_shares home;   /* partitions, by part of the jobs */
    struct sim_ref job_class; /* what is not logged: worth, data, longest walltime */
    double scale_load, scale_time, scale_width;
    int64_t start_days;        /* of the first job; MDL_DATE_NONE: the scenario's start */
    const struct mdl_log *log; /* what the file says; NULL until it is read */
};

static inline bool mdl_replays(const struct mdl_replay_config *replay)
{
    return replay->file && *replay->file;
}

/* What data in motion takes. */
enum mdl_secure { MDL_SECURE_NO, MDL_SECURE_LINKS, MDL_SECURE_QKD };

/* How often a data set comes to a site. */
enum mdl_staging { MDL_STAGING_ONCE, MDL_STAGING_PER_JOB };

struct mdl_community_config {
    struct sim_item item;
    const char *country;
    int kind; /* enum mdl_kind */
    const char *sector;
    int64_t members;
    const char *at;             /* hub or site where its lines end; "" = no network */
    struct sim_shares access;   /* lines or cells, by share of members */
    int residency;              /* enum mdl_residency: where its data may travel */
    int data_class;             /* enum mdl_data_class */
    int secure;                 /* enum mdl_secure */
    struct sim_shares datasets; /* by share of its jobs; the others need none */
    int staging;                /* enum mdl_staging */
    int replica;                /* enum mdl_replica_choice */
    const char *owner;          /* of shares, whose hours it uses; "" = that of its load */
    struct mdl_submit_config submit;
    struct mdl_replay_config replay;
    struct mdl_apply_config apply;
};

struct mdl_background_config {
    struct sim_item item;
    struct sim_ref on; /* partition */
    double load_frac;  /* of the whole partition */
    const char *share; /* owner whose hours it uses; for people */
    const char *country;
    struct mdl_submit_config submit;
};

extern const struct sim_field mdl_community_fields[];
extern const struct sim_field mdl_background_fields[];

#endif /* MODELS_DEMAND_COMMUNITY_H */
