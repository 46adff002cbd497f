/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/demand/on_off.h"

#include <math.h>

#include "sim/elementary.h"
#include "sim/random.h"
#include "sim/units.h"

enum { PURPOSE_BURST = 1, STREAMS = 64, FEW = 64 };
static const double STEP_S = 5;

double mdl_on_off_mean(const struct mdl_on_off_config *config)
{
    if (config->on_ns == 0)
        return 1;
    return (double)config->on_ns / ((double)config->on_ns + (double)config->off_ns);
}

static double draw(struct sim *sim, struct mdl_on_off *burst)
{
    double u = sim_uniform_at(sim->draw_key, burst->entity, PURPOSE_BURST, burst->index);

    burst->index += STREAMS;
    return u;
}

/* Changes per second: devices that come on, that go off. */
static double rate_on(const struct mdl_on_off *burst)
{
    return (burst->devices - burst->on) / sim_s_from_ns(burst->config->off_ns);
}

static double rate_off(const struct mdl_on_off *burst)
{
    return burst->on / sim_s_from_ns(burst->config->on_ns);
}

static void arm_one(struct sim *sim, struct mdl_on_off *burst)
{
    double wait_s = -sim_log(draw(sim, burst)) / (rate_on(burst) + rate_off(burst));

    sim_timer_arm(sim, &burst->timer,
                  sim->now_ns + 1 + sim_ns_from_s(fmin(wait_s, 100 * SIM_YEAR_S)));
}

static void change_one(struct sim *sim, void *subject)
{
    struct mdl_on_off *burst = subject;
    double on = rate_on(burst), all = on + rate_off(burst);

    burst->on += draw(sim, burst) * all < on ? 1 : -1;
    arm_one(sim, burst);
    burst->changed(burst->subject);
}

/* From `on` a time later: each device by the law of two states, their sum as normal. */
static void change_many(struct sim *sim, void *subject)
{
    struct mdl_on_off *burst = subject;
    double p = mdl_on_off_mean(burst->config);
    double forgets_per_s =
        1 / sim_s_from_ns(burst->config->on_ns) + 1 / sim_s_from_ns(burst->config->off_ns);
    double kept = sim_exp(-forgets_per_s * sim_s_from_ns(burst->step_ns));
    double stays = p + (1 - p) * kept, comes = p - p * kept, off = burst->devices - burst->on;
    double mean = burst->on * stays + off * comes;
    double variance = burst->on * stays * (1 - stays) + off * comes * (1 - comes);

    burst->on = mean + sqrt(variance) * sim_normal_inverse(draw(sim, burst));
    burst->on = fmin(fmax(burst->on, 0), burst->devices);
    sim_timer_arm(sim, &burst->timer, sim->now_ns + burst->step_ns);
    burst->changed(burst->subject);
}

static void change_all(struct sim *sim, void *subject)
{
    struct mdl_on_off *burst = subject;

    burst->on = burst->on > 0 ? 0 : burst->devices;
    sim_timer_arm(sim, &burst->timer,
                  sim->now_ns + (burst->on > 0 ? burst->config->on_ns : burst->config->off_ns));
    burst->changed(burst->subject);
}

/* As if it had gone on for ever. */
static double begin(struct sim *sim, struct mdl_on_off *burst)
{
    double p = mdl_on_off_mean(burst->config), on = 0;

    if (burst->devices > FEW) {
        on = burst->devices * p +
             sqrt(burst->devices * p * (1 - p)) * sim_normal_inverse(draw(sim, burst));
        return fmin(fmax(burst->step_ns ? on : floor(on + 0.5), 0), burst->devices);
    }
    for (int i = 0; i < (int)burst->devices; i++)
        on += draw(sim, burst) < p;
    return on;
}

enum sim_status mdl_on_off_init(struct mdl_on_off *burst, struct sim *sim,
                                const struct mdl_on_off_config *config, uint64_t entity,
                                size_t stream, double devices, void (*changed)(void *subject),
                                void *subject, struct sim_error *err)
{
    double on_s = sim_s_from_ns(config->on_ns), off_s = sim_s_from_ns(config->off_ns);
    double count = fmax(1, floor(devices + 0.5));
    bool is_stepped = count > FEW && 2 * count / (on_s + off_s) > 1 / STEP_S;
    enum sim_status status;

    *burst = (struct mdl_on_off){.config = config,
                                 .entity = entity,
                                 .index = stream,
                                 .devices = count,
                                 .on = count,
                                 .changed = changed,
                                 .subject = subject};
    if (is_stepped && !config->is_together)
        burst->step_ns = sim_ns_from_s(fmax(STEP_S, 1 / (1 / on_s + 1 / off_s) / 16));
    status = sim_timer_create(sim, &burst->timer, SIM_PHASE_ARRIVAL, SIM_TIES_BY_CREATION,
                              config->is_together ? change_all
                              : burst->step_ns    ? change_many
                                                  : change_one,
                              burst, err);
    if (status)
        return status;
    if (config->is_together) {
        sim_timer_arm(sim, &burst->timer, sim->now_ns + config->on_ns);
        return SIM_OK;
    }
    burst->on = begin(sim, burst);
    if (burst->step_ns)
        sim_timer_arm(sim, &burst->timer, sim->now_ns + burst->step_ns);
    else
        arm_one(sim, burst);
    return SIM_OK;
}
