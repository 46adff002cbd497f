/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/records.h"

#define JOB(member) offsetof(struct mdl_job_record, member)

static const struct sim_column job_columns[] = {
    {"id", SIM_I64, "1", "number of the job in its community; in a replay the log's job number",
     JOB(id), NULL},
    {"community", SIM_I32, "1", "who submitted it", JOB(community), "/labels/community"},
    {"project", SIM_I32, "1", "project it belongs to; -1: none", JOB(project), NULL},
    {"time_submit_s", SIM_F64, "s", "submission, since the start of the scenario",
     JOB(time_submit_s), NULL},
    {"time_eligible_s", SIM_F64, "s", "its input is at the site", JOB(time_eligible_s), NULL},
    {"time_start_s", SIM_F64, "s", "it gets its nodes, for the first time", JOB(time_start_s),
     NULL},
    {"time_end_s", SIM_F64, "s", "it gives its nodes back", JOB(time_end_s), NULL},
    {"time_done_s", SIM_F64, "s", "its output is home", JOB(time_done_s), NULL},
    {"nodes", SIM_I32, "1", "nodes held (for jobs that share nodes: nodes touched at least)",
     JOB(nodes), NULL},
    {"gpus_milli", SIM_I64, "1", "thousandths of accelerators held", JOB(gpus_milli), NULL},
    {"walltime_s", SIM_I64, "s", "walltime asked for, rounded up", JOB(walltime_s), NULL},
    {"attempts", SIM_I32, "1", "times it was started", JOB(attempts), NULL},
    {"bundle", SIM_I32, "1", "real jobs in this record, run one after the other", JOB(bundle),
     NULL},
    {"site", SIM_I32, "1", "where it ran", JOB(site), "/labels/site"},
    {"partition", SIM_I32, "1", "where it ran", JOB(partition), "/labels/partition"},
    {"class", SIM_I32, "1", "job class", JOB(job_class), "/labels/class"},
    {"outcome", SIM_U8, "1", "how it ended", JOB(outcome), "/labels/outcome"},
    {"energy_j", SIM_F64, "J", "IT energy of its nodes while it ran", JOB(energy_j), NULL},
};

const struct sim_table mdl_jobs_table = {
    "jobs",
    "one row per job record in the order of leaving; those inside at the end follow by "
    "community and id, with NaN in the stamps that they did not reach",
    job_columns, sizeof job_columns / sizeof *job_columns};

#define ATTEMPT(member) offsetof(struct mdl_attempt_record, member)

static const struct sim_column attempt_columns[] = {
    {"id", SIM_I64, "1", "number of the job in its community; in a replay the log's job number",
     ATTEMPT(id), NULL},
    {"community", SIM_I32, "1", "who submitted it", ATTEMPT(community), "/labels/community"},
    {"attempt", SIM_I32, "1", "1 for the first", ATTEMPT(attempt), NULL},
    {"site", SIM_I32, "1", "where it ran", ATTEMPT(site), "/labels/site"},
    {"partition", SIM_I32, "1", "where it ran", ATTEMPT(partition), "/labels/partition"},
    {"time_start_s", SIM_F64, "s", "it gets its nodes, since the start of the scenario",
     ATTEMPT(time_start_s), NULL},
    {"time_end_s", SIM_F64, "s", "it gives its nodes back, or loses them", ATTEMPT(time_end_s),
     NULL},
    {"end", SIM_U8, "1", "how it ended", ATTEMPT(end), "/labels/attempt_end"},
};

const struct sim_table mdl_attempts_table = {
    "attempts", "one row per attempt of a job to run that has ended, in that order",
    attempt_columns, sizeof attempt_columns / sizeof *attempt_columns};

#define TRANSFER(member) offsetof(struct mdl_transfer_record, member)

static const struct sim_column transfer_columns[] = {
    {"id", SIM_I64, "1", "number of the job in its community; -1: a copy for all of its jobs",
     TRANSFER(id), NULL},
    {"community", SIM_I32, "1", "for whom", TRANSFER(community), "/labels/community"},
    {"kind", SIM_U8, "1", "what it moved", TRANSFER(kind), "/labels/transfer_kind"},
    {"from", SIM_I32, "1", "hub or site where it began", TRANSFER(from), "/labels/place"},
    {"to", SIM_I32, "1", "hub or site where it ended", TRANSFER(to), "/labels/place"},
    {"bytes", SIM_I64, "B", "payload", TRANSFER(bytes), NULL},
    {"time_begin_s", SIM_F64, "s", "its first try, since the start of the scenario",
     TRANSFER(time_begin_s), NULL},
    {"time_end_s", SIM_F64, "s", "the last byte is there, or its last try has failed",
     TRANSFER(time_end_s), NULL},
    {"tries", SIM_I64, "1", "times it was begun", TRANSFER(tries), NULL},
    {"bottleneck", SIM_I32, "1", "what held it up at its end", TRANSFER(bottleneck),
     "/labels/channel"},
    {"end", SIM_U8, "1", "how it ended", TRANSFER(end), "/labels/transfer_end"},
};

const struct sim_table mdl_transfers_table = {
    "transfers", "one row per transfer of data that has ended, in that order", transfer_columns,
    sizeof transfer_columns / sizeof *transfer_columns};

#define LEDGER(member) offsetof(struct mdl_ledger_record, member)

static const struct sim_column ledger_columns[] = {
    {"date_days", SIM_I32, "d", "last day that the entry covers, days since 1970-01-01",
     LEDGER(date_days), NULL},
    {"item", SIM_I32, "1", "what was paid for", LEDGER(item), "/labels/ledger_item"},
    {"site", SIM_I32, "1", "where", LEDGER(site), "/labels/site"},
    {"funder", SIM_I32, "1", "who paid", LEDGER(funder), "/labels/funder"},
    {"cents", SIM_I64, "0.01 EUR", "amount", LEDGER(cents), NULL},
};

const struct sim_table mdl_ledger_table = {"ledger", "running costs posted at month ends",
                                           ledger_columns,
                                           sizeof ledger_columns / sizeof *ledger_columns};

#define PROJECT(member) offsetof(struct mdl_project_record, member)
#define STAGE(stage, name, words)                                                                  \
    {name "_worked_ns", SIM_I64, "ns", words ": worked on", PROJECT(stage_ns[stage][0]), NULL},    \
        {name "_resource_ns",                                                                      \
         SIM_I64,                                                                                  \
         "ns",                                                                                     \
         words ": waiting for a person, a machine or hours",                                       \
         PROJECT(stage_ns[stage][1]),                                                              \
         NULL},                                                                                    \
    {                                                                                              \
        name "_date_ns", SIM_I64, "ns", words ": waiting for a date", PROJECT(stage_ns[stage][2]), \
            NULL                                                                                   \
    }
#define HOURS(name, text)                                                                          \
    {                                                                                              \
#name "_mgpuh", SIM_I64, "GPU-h/1000", text, PROJECT(name##_mgpuh), NULL                   \
    }

static const struct sim_column project_columns[] = {
    {"project", SIM_I64, "1",
     "number of the application in its community, plus 2^24 for each round before", PROJECT(number),
     NULL},
    {"community", SIM_I32, "1", "who applied", PROJECT(community), "/labels/community"},
    {"access_mode", SIM_I32, "1", "what it applied for", PROJECT(access_mode),
     "/labels/access_mode"},
    {"member", SIM_I32, "1", "which member of the community", PROJECT(member), NULL},
    {"round", SIM_I32, "1", "applications of this member that led to this one", PROJECT(round),
     NULL},
    {"site", SIM_I32, "1", "where it ran; -1: nowhere", PROJECT(site), "/labels/site"},
    {"partition", SIM_I32, "1", "where it ran; -1: nowhere", PROJECT(partition),
     "/labels/partition"},
    {"outcome", SIM_U8, "1", "how it ended", PROJECT(outcome), "/labels/project_outcome"},
    {"time_draft_s", SIM_F64, "s", "the applicant begins, since the start of the scenario",
     PROJECT(time_draft_s), NULL},
    {"time_submit_s", SIM_F64, "s", "submission", PROJECT(time_submit_s), NULL},
    {"time_cutoff_s", SIM_F64, "s", "applications are collected", PROJECT(time_cutoff_s), NULL},
    {"time_decision_s", SIM_F64, "s", "awarded or rejected", PROJECT(time_decision_s), NULL},
    {"time_begin_s", SIM_F64, "s", "its jobs may come", PROJECT(time_begin_s), NULL},
    {"time_first_job_s", SIM_F64, "s", "its first job of 10 min or more starts",
     PROJECT(time_first_job_s), NULL},
    {"time_end_s", SIM_F64, "s", "it ends", PROJECT(time_end_s), NULL},
    STAGE(MDL_STAGE_CUTOFF, "cutoff", "until applications are collected"),
    STAGE(MDL_STAGE_REVIEW, "review", "until the decision"),
    STAGE(MDL_STAGE_QUOTA, "quota", "until there are hours for it"),
    STAGE(MDL_STAGE_ONBOARDING, "onboarding", "until its accounts are ready"),
    STAGE(MDL_STAGE_DATA, "data", "until its data are at the site"),
    STAGE(MDL_STAGE_QUEUE, "queue", "until its first job of 10 min or more starts"),
    HOURS(asked, "what it asked for (node-h on partitions without accelerators)"),
    HOURS(awarded, "what it was given"),
    HOURS(used, "held by its jobs"),
    HOURS(lost, "held by attempts of its jobs that were in vain"),
    HOURS(returned, "given back before its time was over"),
    HOURS(expired, "left when its time was over"),
    HOURS(overdrawn, "held by its jobs beyond the award"),
    {"jobs", SIM_I64, "1", "records of jobs that it submitted", PROJECT(jobs), NULL},
};

const struct sim_table mdl_projects_table = {
    "projects",
    "one row per application in the order of ending; those inside at the end follow by community "
    "and number, with NaN in the stamps that they did not reach",
    project_columns, sizeof project_columns / sizeof *project_columns};

const char *const mdl_project_outcome_names[] = {"inside",  "unplaced", "withdrawn", "rejected",
                                                 "refused", "used_up",  "expired",   "returned"};

const char *const mdl_outcome_names[] = {"completed", "failed", "cancelled",
                                         "timeout",   "inside", "abandoned"};
const char *const mdl_attempt_end_names[] = {"completed", "failed",    "cancelled", "timeout",
                                             "inside",    "abandoned", "preempted"};
const char *const mdl_ledger_item_names[] = {"energy", "storage", "keys"};
const char *const mdl_funder_names[] = {"operator"};

const char *const mdl_transfer_kind_names[] = {"input", "output", "data set"};
const char *const mdl_transfer_end_names[] = {"arrived", "given up"};
const char *const mdl_no_channel_names[MDL_NO_CHANNELS] = {"own line", "never arrived"};

enum sim_status mdl_series_create(const struct mdl_series_items *items, struct sim_arena *arena,
                                  const struct sim_series *out[MDL_SERIES_COUNT],
                                  struct sim_error *err)
{
    const struct sim_series all[MDL_SERIES_COUNT] = {
        [MDL_SERIES_UTILISATION] = {"series/utilisation", "1",
                                    "busy over released capacity; NaN while nothing is released",
                                    "/labels/partition", items->partitions},
        [MDL_SERIES_QUEUE] = {"series/queue", "1", "job records waiting", "/labels/partition",
                              items->partitions},
        [MDL_SERIES_QUEUE_UNITS] = {"series/queue_units", "1",
                                    "GPUs (nodes, on partitions without) that waiting jobs ask for",
                                    "/labels/partition", items->partitions},
        [MDL_SERIES_POWER] = {"series/power", "W", "facility power", "/labels/site", items->sites},
        [MDL_SERIES_LINK_LOAD] = {"series/link_load", "1",
                                  "bytes moved over capacity, background included, each direction",
                                  "/labels/link", items->links},
        [MDL_SERIES_LINK_BACKGROUND] = {"series/link_background", "1",
                                        "of link_load, the traffic of others", "/labels/link",
                                        items->backgrounds},
        [MDL_SERIES_STORAGE_FILL] = {"series/storage_fill", "1", "data stored over capacity",
                                     "/labels/tier", items->tiers},
        [MDL_SERIES_BACKLOG] = {"series/backlog", "B", "data of fleets that wait to be sent",
                                "/labels/fleet", items->fleets},
        [MDL_SERIES_AGE] = {"series/age", "s",
                            "age of information, mean over covered devices at work; NaN: none are",
                            "/labels/fleet", items->fleets},
    };
    struct sim_series *series = sim_arena_alloc(arena, MDL_SERIES_COUNT, sizeof *series);

    if (!series)
        return sim_fail(err, SIM_ENOMEM, "no memory for the series");
    for (size_t i = 0; i < MDL_SERIES_COUNT; i++) {
        series[i] = all[i];
        out[i] = i <= MDL_SERIES_LINK_LOAD || all[i].item_count ? &series[i] : NULL;
    }
    return SIM_OK;
}
