/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/demand/replay.h"

struct mdl_replay {
    struct sim_timer timer;
    struct mdl_partition *partition;
    struct mdl_job *jobs;
    size_t next, count;
};

static void submit(struct sim *sim, void *subject)
{
    struct mdl_replay *replay = subject;

    while (replay->next < replay->count && replay->jobs[replay->next].submit_ns == sim->now_ns)
        mdl_partition_enqueue(replay->partition, &replay->jobs[replay->next++]);
    if (replay->next < replay->count)
        sim_timer_arm(sim, &replay->timer, replay->jobs[replay->next].submit_ns);
}

static enum sim_status check_submits(const struct sim *sim, const struct mdl_job *jobs,
                                     size_t count, struct sim_error *err)
{
    int64_t least_ns = sim->now_ns;

    for (size_t i = 0; i < count; i++) {
        if (jobs[i].submit_ns < least_ns)
            return sim_fail(err, SIM_ESCHEMA, "job %llu (the %zuth) is submitted before %s",
                            (unsigned long long)jobs[i].id, i + 1,
                            i ? "the job above it" : "the replay begins");
        least_ns = jobs[i].submit_ns;
    }
    return SIM_OK;
}

enum sim_status mdl_replay_create(struct sim *sim, struct mdl_partition *partition,
                                  struct mdl_job *jobs, size_t count, struct mdl_replay **out,
                                  struct sim_error *err)
{
    enum sim_status status = check_submits(sim, jobs, count, err);
    struct mdl_replay *replay;

    if (status)
        return status;
    replay = sim_arena_alloc(sim->arena, 1, sizeof *replay);
    if (!replay)
        return sim_fail(err, SIM_ENOMEM, "no memory for a replay");
    *replay = (struct mdl_replay){.partition = partition, .jobs = jobs, .count = count};
    status = sim_timer_create(sim, &replay->timer, SIM_PHASE_ARRIVAL, SIM_TIES_BY_ARMING, submit,
                              replay, err);
    if (status)
        return status;
    if (count)
        sim_timer_arm(sim, &replay->timer, jobs[0].submit_ns);
    *out = replay;
    return SIM_OK;
}

bool mdl_replay_is_done(const struct mdl_replay *replay)
{
    return replay->next == replay->count;
}
