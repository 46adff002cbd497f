/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/log_machine.h"

#include <inttypes.h>
#include <stdio.h>

#include "models/demand/replay.h"
#include "sim/calendar.h"

const char scn_log_machine_text[] =
    "aifsim: 1\n"
    "name: Replay of a log\n"
    "horizon: {start: 2000-01-01, end: 2000-01-02}\n"
    "sites: {log: {country: IS, partitions: {machine: {nodes: 1, policy: easy}}}}\n"
    "classes: {logged: {run: 1 h}}\n";

void scn_log_machine(const struct mdl_log *log, int64_t nodes, const char *policy,
                     const uint64_t *seed, struct scn_log_machine_sets *out)
{
    static const char machine[] = "sites.log.partitions.machine";
    int64_t last_s = log->count ? log->job[log->count - 1].submit_s : 0;
    int64_t day = sim_days_from_date((struct sim_date){2000, 1, 1});
    char start[11], end[11];

    if (log->first_unix_s > 0)
        day = log->first_unix_s / 86400;
    sim_date_format(day, start);
    sim_date_format(day + last_s / 86400 + 1, end);
    snprintf(out->text[0], sizeof out->text[0], "horizon={start: %s, end: %s}", start, end);
    snprintf(out->text[1], sizeof out->text[1], "%s.nodes=%" PRId64, machine, nodes);
    snprintf(out->text[2], sizeof out->text[2], "%s.policy=%s", machine, policy);
    snprintf(out->text[3], sizeof out->text[3], "replications={min: 1, max: 1}");
    if (seed)
        snprintf(out->text[4], sizeof out->text[4], "seed=%" PRIu64, *seed);
    out->count = seed ? 5 : 4;
}

enum sim_status scn_log_jobs(const struct mdl_log *log, struct sim_arena *arena,
                             struct mdl_replay_plan *replay, struct sim_error *err)
{
    replay->count = log->count;
    replay->job = sim_arena_alloc(arena, log->count, sizeof *replay->job);
    if (!replay->job)
        return sim_fail(err, SIM_ENOMEM, "no memory for %zu jobs", log->count);
    for (size_t i = 0; i < log->count; i++) {
        const struct mdl_log_job *logged = &log->job[i];

        replay->job[i] = (struct mdl_job){.id = (uint64_t)logged->id,
                                          .width = logged->width,
                                          .walltime_ns = mdl_replay_ns(logged->walltime_s),
                                          .run_ns = mdl_replay_ns(logged->run_s),
                                          .submit_ns = mdl_replay_ns(logged->submit_s),
                                          .eligible_ns = MDL_TIME_UNSET,
                                          .start_ns = MDL_TIME_UNSET,
                                          .end_ns = MDL_TIME_UNSET,
                                          .user = logged->user,
                                          .bundle = 1,
                                          .outcome = logged->outcome};
    }
    return SIM_OK;
}
