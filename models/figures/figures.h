/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/figures/figures.h - the figures of a run: one definition each, one value per replication.
 *
 * The rows are made once from the plan (which partitions, kinds and classes there are) and are
 * the same for every replication; a replication fills one double per row, NaN where the figure's
 * smallest n is not reached, and says which are only bounds. Definitions: docs/figures.md.
 *
 *   flow figures    integrals over the window; a job that straddles an edge counts with its part
 *   cohort figures  jobs submitted in the window, followed to their end or the end of the run
 *
 * Memory   rows in the scenario's arena; tallies and at most MDL_SKETCHES_MAX sketches of 16 KiB
 *          in the simulation's (those of waits that never ended come on top, at the end).
 * Cost     O(1) per job: one cell of its source and partition, its class and its size are
 *          touched, and up to seven sketches; all other groups are summed up at the end.
 */
#ifndef MODELS_FIGURES_FIGURES_H
#define MODELS_FIGURES_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/compute/job.h"
#include "models/access/course.h"
#include "models/demand/fleet.h"
#include "models/transport/dataset.h"
#include "sim/arena.h"
#include "sim/error.h"
#include "sim/stats.h"

enum mdl_better { MDL_BETTER_NEITHER, MDL_BETTER_HIGH, MDL_BETTER_LOW };

struct mdl_figure {
    const char *name;      /* "wait" */
    const char *statistic; /* "p95"; "" = the figure is one number */
    const char
        *selector;      /* "partition=lumi.lumi_g,kind=sme"; "" = all (models/figures/selector.h) */
    const char *unit;   /* as shown: "h", "MWh", "GPU-h", "1" */
    const char *method; /* how it was computed: "flow", "cohort, sketch 1 %" */
    const char *plot;   /* standard plot that shows it: "use-map"; "" = none */
    const char *help;
    enum mdl_better better;
    bool is_share; /* unit "1", shown as % */
};

/* What figures are grouped by; ALL and SITE are sums over partitions. */
enum mdl_group_type {
    MDL_GROUP_ALL,
    MDL_GROUP_SITE,
    MDL_GROUP_PARTITION,
    MDL_GROUP_KIND,
    MDL_GROUP_CLASS,
    MDL_GROUP_COUNTRY, /* of the users */
    MDL_GROUP_SIZE,    /* of jobs: 1, 2-8, 9-64, 65-512, > 512 accelerators */
    MDL_GROUP_LINK,
    MDL_GROUP_SHARE, /* of an owner, accelerators only */
    MDL_GROUP_KIND_PARTITION,
    MDL_GROUP_KIND_COUNTRY,
    MDL_GROUP_TIER, /* of storage */
    MDL_GROUP_FLEET,
    MDL_GROUP_BORDER, /* between two states, one way */
    MDL_GROUP_MODE,   /* of access */
    MDL_GROUP_POOL,   /* of staff */
    MDL_GROUP_COURSE,
    MDL_GROUP_QUOTA,
    MDL_GROUP_CIRCUIT,
    MDL_GROUP_HOP, /* links that have keys */
    MDL_GROUP_TYPES
};

enum { MDL_SIZE_CLASSES = 5, MDL_SKETCHES_MAX = 512 };
extern const char *const mdl_size_names[MDL_SIZE_CLASSES];

/* A pair of groups that occurs: of a kind, and of a partition or country. */
struct mdl_group_pair {
    uint32_t kind, other;
};

/* What some figures need to have rows. */
enum mdl_figure_need {
    MDL_NEEDS_RESERVATIONS = 1,
    MDL_NEEDS_PREEMPTION = 2,
    MDL_NEEDS_SHARED_NODES = 4,
    MDL_NEEDS_PATIENCE = 8,
    MDL_NEEDS_TRANSFERS = 16,
    MDL_NEEDS_BACKGROUND = 32, /* on links */
    MDL_NEEDS_OUTAGES = 64,    /* of links */
    MDL_NEEDS_STORAGE = 128,   /* that fills */
    MDL_NEEDS_IO = 256,        /* of running jobs */
    MDL_NEEDS_DATASETS = 512,
    MDL_NEEDS_MOVEMENT = 1024,   /* transfers or fleets */
    MDL_NEEDS_BORDERS = 2048,    /* and links that cross some */
    MDL_NEEDS_RADIOS = 1 << 20,  /* members of communities on cells */
    MDL_NEEDS_BUFFERS = 1 << 21, /* of devices */
    MDL_NEEDS_PROJECTS = 1 << 16,
    MDL_NEEDS_COURSES = 1 << 17,
    MDL_NEEDS_KEYS = 1 << 22, /* of links */
    MDL_NEEDS_STORAGE_QUOTAS = 1 << 24,
    MDL_NEEDS_DATA_CLASSES = 1 << 25, /* whose rules may refuse jobs */
};

/* Members of a source whom their access gives the same. */
struct mdl_access_part {
    uint32_t source;
    double members, up_bytes_per_s, down_bytes_per_s;
};

/* What the rows are made from, and how jobs find their groups. Everything is borrowed. Sources
 * bring jobs only to partitions that stand with their kind in pair[MDL_GROUP_KIND_PARTITION]. */
struct mdl_figure_groups {
    size_t count[MDL_GROUP_TYPES];
    const char *const *name[MDL_GROUP_TYPES];           /* [type][index]; NULL for pairs */
    const struct mdl_group_pair *pair[MDL_GROUP_TYPES]; /* [type][index]; NULL but for pairs */
    size_t source_count;
    const size_t *site_of;           /* [partition] */
    uint32_t parts_per_gpu;          /* what GPU-time is summed in, exactly; 1: no GPU is sliced */
    const uint32_t *parts_per_unit;  /* [partition]; 0: counted in node-hours */
    const double *const *worth;      /* [partition][class] H100 hours per GPU-hour */
    const double *worth_any;         /* [partition] of a class that has none of its own */
    const uint32_t *host_country_of; /* [partition] index of the country; UINT32_MAX: no user's */
    const uint32_t *vendor_of;       /* [partition] index of the chip's vendor; UINT32_MAX: none */
    size_t vendor_count;             /* vendors */
    const double *const *owned;      /* [share][partition] part of the hours */
    const uint8_t *kind_of;          /* [source] */
    const uint32_t *country_of;      /* [source] index of the country */
    const uint32_t *share_of;        /* [source] index of the owner; UINT32_MAX: none */
    const bool *is_background;       /* [source] */
    size_t access_count;
    const struct mdl_access_part *access; /* [access_count] */
    int64_t start_ns, end_ns;             /* the window */
    unsigned needs_met;                   /* bits of enum mdl_figure_need */
};

SIM_NODISCARD enum sim_status mdl_figures_rows(const struct mdl_figure_groups *groups,
                                               struct sim_arena *arena,
                                               const struct mdl_figure **row, size_t *count,
                                               struct sim_error *err);

/* A figure whatever the scenario: what `explain` and the reference tell. */
struct mdl_figure_about {
    const char *name, *statistic, *unit, *method, *help;
    const char *fixed; /* part of every selector of the figure: "cause=blocked"; "" mostly */
    const char *plot;  /* "waits"; "" */
    enum mdl_better better;
    bool is_share;
    bool has_total; /* there is a row of all */
    size_t group_count;
    const char *group[MDL_GROUP_TYPES]; /* keys of selectors: "kind", "partition,kind" */
};
bool mdl_figure_about(size_t i, struct mdl_figure_about *out); /* false after the last */

/* Are quantiles of the loads of links kept, those of their own flows apart where there is
 * background (are there few enough sketches)? */
bool mdl_figures_keep_loads(const struct mdl_figure_groups *groups);

/* Are quantiles of fleets kept? */
bool mdl_figures_keep_fleets(const struct mdl_figure_groups *groups);

/* Are quantiles of the waits of tasks kept? */
bool mdl_figures_keep_tasks(const struct mdl_figure_groups *groups);

/* ---- one replication ---- */

struct mdl_figures;

SIM_NODISCARD enum sim_status mdl_figures_create(const struct mdl_figure_groups *groups,
                                                 struct sim_arena *arena, struct mdl_figures **out,
                                                 struct sim_error *err);

void mdl_figures_job_submitted(struct mdl_figures *figures, const struct mdl_job *job);

/* A job that left, or is inside when the run ends at now_ns (its stamps say how far it came;
 * done_ns is MDL_TIME_UNSET then). */
void mdl_figures_job_left(struct mdl_figures *figures, const struct mdl_job *job, int64_t done_ns,
                          int64_t now_ns);

/* An attempt of a job, begun at its start_ns, has been preempted; its last lost_ns were in vain. */
void mdl_figures_job_preempted(struct mdl_figures *figures, const struct mdl_job *job,
                               int64_t lost_ns, int64_t now_ns);

/* An application that has ended, or is inside at the end of the run (cohort.h). false: no memory.
 */
struct mdl_cohort_case;
bool mdl_figures_case_left(struct mdl_figures *figures, const struct mdl_cohort_case *of);

/* Why released units were not in use. A unit has one cause at a time. */
enum mdl_lost { /* the first that applies */
                MDL_LOST_MAINTENANCE,
                MDL_LOST_RESERVED_IDLE,
                MDL_LOST_FRAGMENTED,
                MDL_LOST_BLOCKED,
                MDL_LOST_NO_DEMAND,
                MDL_LOST_CAUSES
};

/* Integrals over the window, from the models' levels: released - busy = the lost. Units on which
 * a job outlives the retirement of its machine count as installed and released until it ends. */
struct mdl_partition_flows {
    sim_i128 busy_unit_ns, released_unit_ns, installed_unit_ns, waiting_ns, inside_ns;
    sim_i128 lost_unit_ns[MDL_LOST_CAUSES];
    sim_i128 draining_unit_ns; /* of busy, on units that are retired */
    double facility_j, carbon_g;
};
struct mdl_site_flows {
    int64_t cost_cents;
};
/* Loads over the window, and of five minutes each: with what else is on the link, and of its own
 * flows. */
struct mdl_link_load {
    double mean_frac;
    uint64_t above_90;               /* samples */
    const struct sim_sketch *sketch; /* of samples, in MDL_LINK_SKETCH_FRAC; NULL: none */
};
struct mdl_link_flows {
    struct mdl_link_load all, own;
    uint64_t samples;
    double moved_bytes; /* by its own flows */
    uint64_t held_up;   /* transfers that arrived and that it held up at their end */
    double held_up_bytes;
};
struct mdl_transfer_flows { /* of the window */
    uint64_t arrived, failed, retried, rerouted, given_up;
    uint64_t held_up_by_line, held_up_by_link, held_up_by_site; /* of the arrived */
    uint64_t held_up_by_cell;                                   /* whose airtime is full */
    uint64_t uncovered, unreached; /* members out of coverage: had another access, none */
};
#define MDL_LINK_SKETCH_FRAC 1e-6

struct mdl_unserved {    /* records of a source in the window */
    uint64_t deferred;   /* held back by their users for a time */
    uint64_t refused;    /* nothing was open */
    uint64_t outside;    /* of the zone of their data */
    uint64_t no_enclave; /* their site has no secure storage */
    uint64_t stranded;   /* wait for a machine that was taken offline */
};

struct mdl_tier_flows { /* of a tier of storage in the window */
    double capacity_bytes;
    int64_t cost_cents;                /* posted */
    sim_i128 fill_byte_ns, waiting_ns; /* of data, of writes for which there was no room */
    sim_i128 quota_waiting_ns;         /* of those that waited for a quota */
    int64_t fill_max_bytes;
    uint64_t waited, quota_waited; /* those writes */
    sim_i128 purged_bytes;
    const struct sim_sketch *hourly; /* filled parts, means of hours, in MDL_LINK_SKETCH_FRAC */
};

/* What data crosses on its way. */
enum mdl_data_zone { MDL_DATA_NATIONAL, MDL_DATA_EU, MDL_DATA_BEYOND, MDL_DATA_ZONES };

struct mdl_data_flows {                  /* of data sets in the window */
    uint64_t asked, found;               /* jobs that read one, found a copy at their site */
    uint64_t staged, evicted;            /* copies */
    uint64_t refused[MDL_DATA_REFUSALS]; /* jobs */
    double staged_bytes;
};

struct mdl_border_flows {              /* in the window */
    double zone_bytes[MDL_DATA_ZONES]; /* of what arrived, by its two ends */
    const double *crossed_bytes;       /* [border] on the wire of links that cross it */
};

struct mdl_call_flows {   /* of an access mode, or of those under a quota; in the window */
    int64_t asked_mgpuh;  /* by those good enough */
    double offered_mgpuh; /* by pools, or the quota's part of the hours; 0: no bound */
};

struct mdl_quota_flows { /* in the window, milli-GPU-h */
    struct mdl_call_flows call;
    int64_t awarded, released, lost;
    int64_t blocked_ns, idle;
};

struct mdl_circuit_flows { /* of a circuit in the window */
    double booked_s, down_s, capacity_bytes_per_s;
    double bytes[2]; /* forth, back */
    uint64_t transfers;
};

struct mdl_key_flows { /* of keys in the window: of all links that have some, or of one */
    double used_bits, made_bits;
    uint64_t asked, waited, granted; /* transfers; of all */
    double wait_s;                   /* of the granted */
    int64_t cost_cents;
};

struct mdl_window_flows {
    int64_t window_ns; /* its length */
    const struct mdl_partition_flows *partition;
    const struct mdl_site_flows *site;
    const struct mdl_link_flows *link;
    const struct mdl_tier_flows *tier; /* NULL: storage does not fill */
    struct mdl_transfer_flows transfers;
    struct mdl_data_flows data;
    const struct mdl_border_flows *borders;
    const struct mdl_fleet_use *fleet;      /* NULL: there are none */
    const struct mdl_staff_use *staff;      /* [pool]; NULL: there are none */
    const struct mdl_course_counts *course; /* [course]; NULL: there are none */
    const struct mdl_call_flows *mode;      /* NULL: nobody applies */
    const struct mdl_quota_flows *quota;
    const struct mdl_circuit_flows *circuit; /* NULL: there are none */
    const struct mdl_key_flows *hop;         /* NULL: no link has keys */
    struct mdl_key_flows keys;               /* of all */
    const struct mdl_unserved *unserved;     /* [source] */
};

/* value[count of rows], and beyond[count of rows], zeroed before: 1 where a quantile lies beyond
 * the last observation, which is the value then, a bound from below. NULL: such values are NaN. */
SIM_NODISCARD enum sim_status mdl_figures_fill(struct mdl_figures *figures,
                                               const struct mdl_window_flows *flows, double *value,
                                               uint8_t *beyond, struct sim_error *err);

#endif /* MODELS_FIGURES_FIGURES_H */
