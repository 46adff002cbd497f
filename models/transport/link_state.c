/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/transport/link_state.h"

#include "sim/elementary.h"
#include "sim/random.h"
#include "sim/units.h"

enum purpose { /* part of the meaning of a seed: never renumber */
               PURPOSE_UP = 1,
               PURPOSE_DOWN,
};

struct link { /* now */
    const struct mdl_link_config *config;
    enum sim_zone zone;
    uint32_t direction, direction_end;   /* its channels */
    double capacity, background, growth; /* bytes/s; the third: of the day */
    double offered, reserved;            /* bytes/s: background before it is cut; by circuits */
    int64_t growth_day;                  /* since 1970-01-01; of growth */
    struct mdl_link_bytes bytes;         /* until since_ns */
    int64_t since_ns;
    uint32_t down; /* reasons why it is down */
};

struct outage { /* a reason why a link goes down, again and again */
    struct mdl_link_state *state;
    size_t link;
    const struct mdl_window_config *window; /* NULL: failures */
    struct sim_timer timer;
    uint64_t number; /* of the next or present one */
    bool is_on;
};

struct mdl_link_state {
    struct sim *sim;
    const struct mdl_network_plan *plan;
    const struct sim_calendar *calendar;
    struct mdl_flows *flows;
    struct mdl_link_hooks hooks;
    struct link *link;      /* [link] */
    bool *is_down;          /* [direction] */
    struct sim_timer timer; /* of full hours, or of upgrades alone */
    struct outage *outage;
    size_t outage_count;
};

/* ---- laws ---- */

double mdl_link_capacity(const struct mdl_link_config *link, const struct sim_calendar *calendar,
                         int64_t time_ns)
{
    double capacity = link->capacity_bytes_per_s;
    int64_t latest = INT64_MIN;

    for (size_t i = 0; i < link->upgrades.count; i++) {
        const struct mdl_upgrade_config *upgrade = sim_map_at(&link->upgrades, i);

        if (upgrade->date_days >= latest &&
            sim_calendar_ns(calendar, upgrade->date_days) <= time_ns) {
            latest = upgrade->date_days;
            capacity = upgrade->capacity_bytes_per_s;
        }
    }
    return capacity;
}

static double growth_of_day(const struct mdl_link_config *link, const struct sim_calendar *calendar,
                            int64_t day)
{
    int64_t since = link->background.since_days == SIM_DATE_NONE ? calendar->start_days
                                                                 : link->background.since_days;
    double years = (double)(day - since) * SIM_DAY_S / SIM_YEAR_S;

    return link->background.growth_per_yr ? sim_pow(1 + link->background.growth_per_yr, years) : 1;
}

static double mean_background(const struct mdl_link_config *link)
{
    return link->background.bytes_per_s + link->background.load_frac * link->capacity_bytes_per_s;
}

static double background_of_hour(const struct mdl_link_config *link, enum sim_zone zone,
                                 double growth, int64_t utc_hour)
{
    const struct sim_profile *hours = &link->background.hours;
    double weight =
        hours->count ? hours->weight[(size_t)sim_hour_of_week(zone, utc_hour) % hours->count] : 1;

    return mean_background(link) * weight * growth;
}

/* Floor of an hour since 1970 to its day. */
static int64_t day_of(int64_t utc_hour)
{
    return utc_hour / 24 - (utc_hour % 24 < 0);
}

double mdl_link_background_of_day(const struct mdl_link_config *link,
                                  const struct sim_calendar *calendar, int64_t time_ns)
{
    return mean_background(link) *
           growth_of_day(link, calendar, day_of(sim_calendar_utc_hour(calendar, time_ns)));
}

double mdl_link_background(const struct mdl_link_config *link, enum sim_zone zone,
                           const struct sim_calendar *calendar, int64_t time_ns)
{
    int64_t hour = sim_calendar_utc_hour(calendar, time_ns);

    return background_of_hour(link, zone, growth_of_day(link, calendar, day_of(hour)), hour);
}

enum sim_zone mdl_link_zone(const struct mdl_network_plan *plan, size_t link)
{
    for (size_t i = 0; i < plan->direction_count; i++) {
        const struct mdl_direction *direction = &plan->direction[i];

        if (direction->link_index == link && *plan->stop[direction->from].country)
            return sim_zone_of_country(plan->stop[direction->from].country);
        if (direction->link_index == link)
            return SIM_ZONE_UTC;
    }
    return SIM_ZONE_UTC;
}

/* ---- capacities ---- */

static void count_bytes(struct link *link, int64_t now_ns)
{
    double s = sim_s_from_ns(now_ns - link->since_ns);

    link->bytes.capacity += link->capacity * s;
    link->bytes.background += link->background * s;
    link->since_ns = now_ns;
}

struct mdl_link_bytes mdl_link_state_bytes(const struct mdl_link_state *state, size_t link,
                                           int64_t now_ns)
{
    struct link now = state->link[link];

    count_bytes(&now, now_ns);
    return now.bytes;
}

struct mdl_link_bytes mdl_link_state_rates(const struct mdl_link_state *state, size_t link)
{
    return (struct mdl_link_bytes){.capacity = state->link[link].capacity,
                                   .background = state->link[link].background};
}

static void set_directions(struct mdl_link_state *state, size_t link)
{
    double left =
        state->link[link].capacity - state->link[link].reserved - state->link[link].background;

    for (uint32_t i = state->link[link].direction; i < state->link[link].direction_end; i++)
        mdl_flows_set_capacity(state->flows, i, left > 0 ? left : 0);
}

/* From now on; background gets its part of what is not reserved. */
static void set_use(struct mdl_link_state *state, size_t index, double capacity, double offered,
                    double reserved)
{
    struct link *link = &state->link[index];
    double rest = capacity > reserved ? capacity - reserved : 0;
    double most = MDL_BACKGROUND_MOST_FRAC * rest;
    double background = offered < most ? offered : most;

    link->offered = offered;
    if (background == link->background && capacity == link->capacity && reserved == link->reserved)
        return;
    count_bytes(link, state->sim->now_ns);
    link->background = background;
    link->capacity = capacity;
    link->reserved = reserved;
    set_directions(state, index);
}

void mdl_link_state_reserve(struct mdl_link_state *state, size_t link, double bytes_per_s)
{
    const struct link *now = &state->link[link];
    double reserved = now->reserved + bytes_per_s;

    /* sums of what came and went may be off in the last bits */
    set_use(state, link, now->capacity, now->offered,
            reserved > 1e-9 * now->capacity ? reserved : 0);
}

/* Takes a link to the hour that begins now. */
static void set_hour(struct mdl_link_state *state, size_t index)
{
    struct link *link = &state->link[index];
    int64_t now_ns = state->sim->now_ns, hour = sim_calendar_utc_hour(state->calendar, now_ns);
    double capacity = mdl_link_capacity(link->config, state->calendar, now_ns);

    if (day_of(hour) != link->growth_day) {
        link->growth_day = day_of(hour);
        link->growth = growth_of_day(link->config, state->calendar, link->growth_day);
    }
    set_use(state, index, capacity,
            background_of_hour(link->config, link->zone, link->growth, hour), link->reserved);
}

/* The next full hour at which something may change; SIM_NEVER: none. */
static int64_t next_change_ns(const struct mdl_link_state *state)
{
    int64_t now_ns = state->sim->now_ns, next_ns = SIM_NEVER;

    for (size_t i = 0; i < state->plan->link_count; i++) {
        const struct mdl_link_config *link = state->link[i].config;

        if (mdl_link_has_background(link))
            return now_ns - (now_ns % SIM_HOUR_NS + SIM_HOUR_NS) % SIM_HOUR_NS + SIM_HOUR_NS;
        for (size_t k = 0; k < link->upgrades.count; k++) {
            const struct mdl_upgrade_config *upgrade = sim_map_at(&link->upgrades, k);
            int64_t time_ns = sim_calendar_ns(state->calendar, upgrade->date_days);

            if (time_ns > now_ns && time_ns < next_ns)
                next_ns = time_ns;
        }
    }
    return next_ns;
}

static void on_hour(struct sim *sim, void *subject)
{
    struct mdl_link_state *state = subject;
    int64_t next_ns;

    for (size_t i = 0; i < state->plan->link_count; i++) {
        if (mdl_link_has_background(state->link[i].config) || state->link[i].config->upgrades.count)
            set_hour(state, i);
    }
    next_ns = next_change_ns(state);
    if (next_ns != SIM_NEVER)
        sim_timer_arm(sim, &state->timer, next_ns);
}

/* ---- outages ---- */

static void set_down(struct mdl_link_state *state, size_t link, bool is_down)
{
    state->link[link].down += is_down ? 1 : -1u;
    if (state->link[link].down != is_down)
        return;
    for (uint32_t i = state->link[link].direction; i < state->link[link].direction_end; i++) {
        state->is_down[i] = is_down;
        mdl_flows_set_down(state->flows, i, is_down);
    }
    state->hooks.changed(state->hooks.context, link, is_down);
}

static int64_t exponential_ns(const struct mdl_link_state *state, const struct outage *outage,
                              int64_t mean_ns, enum purpose purpose)
{
    double u = sim_uniform_at(state->sim->draw_key, state->link[outage->link].config->item.entity,
                              purpose, outage->number);
    int64_t ns = sim_ns_from_s(-sim_log(u) * sim_s_from_ns(mean_ns));

    return ns > 1 ? ns : 1;
}

/* Arms the end of an outage that has begun, or the beginning of the next; from_ns: when it began,
 * or the last one ended. */
static void arm(struct outage *outage, int64_t from_ns)
{
    struct mdl_link_state *state = outage->state;
    const struct mdl_window_config *window = outage->window;
    const struct mdl_outage_config *failures = &state->link[outage->link].config->failures;
    int64_t time_ns;

    if (!window)
        time_ns = from_ns + (outage->is_on
                                 ? exponential_ns(state, outage, failures->mttr_ns, PURPOSE_DOWN)
                                 : exponential_ns(state, outage, failures->mtbf_ns, PURPOSE_UP));
    else
        time_ns = sim_calendar_ns(state->calendar, window->start_days) + window->at_ns +
                  (int64_t)outage->number * window->every_ns +
                  (outage->is_on ? window->duration_ns : 0);
    if (time_ns < SIM_NEVER / 2)
        sim_timer_arm(state->sim, &outage->timer,
                      time_ns > state->sim->now_ns ? time_ns : state->sim->now_ns);
}

static void on_outage(struct sim *sim, void *subject)
{
    struct outage *outage = subject;

    outage->is_on = !outage->is_on;
    set_down(outage->state, outage->link, outage->is_on);
    if (!outage->is_on)
        outage->number++;
    if (outage->is_on || !outage->window || outage->window->every_ns > 0)
        arm(outage, sim->now_ns);
}

/* Windows that were over before the run are passed; false: none is left. */
static bool pass_over(struct outage *outage)
{
    const struct mdl_window_config *window = outage->window;
    int64_t end_ns, past_ns;

    if (!window)
        return true;
    end_ns = sim_calendar_ns(outage->state->calendar, window->start_days) + window->at_ns +
             window->duration_ns;
    past_ns = outage->state->sim->now_ns - end_ns;
    if (past_ns < 0)
        return true;
    outage->number = window->every_ns > 0 ? (uint64_t)(past_ns / window->every_ns + 1) : 0;
    return window->every_ns > 0;
}

static enum sim_status add_outage(struct mdl_link_state *state, size_t link,
                                  const struct mdl_window_config *window, struct sim_error *err)
{
    struct outage *outage = &state->outage[state->outage_count++];
    enum sim_status status;

    *outage = (struct outage){.state = state, .link = link, .window = window};
    status = sim_timer_create(state->sim, &outage->timer, SIM_PHASE_ARRIVAL, SIM_TIES_BY_CREATION,
                              on_outage, outage, err);
    if (!status && pass_over(outage))
        arm(outage, state->sim->now_ns);
    return status;
}

static enum sim_status add_outages(struct mdl_link_state *state, struct sim_error *err)
{
    size_t most = state->plan->link_count;
    enum sim_status status = SIM_OK;

    for (size_t i = 0; i < state->plan->link_count; i++)
        most += state->link[i].config->windows.count;
    state->outage = sim_arena_alloc(state->sim->arena, most, sizeof *state->outage);
    if (!state->outage)
        return sim_fail(err, SIM_ENOMEM, "no memory for the links");
    for (size_t i = 0; i < state->plan->link_count && !status; i++) {
        const struct mdl_link_config *link = state->link[i].config;

        if (link->failures.mtbf_ns > 0)
            status = add_outage(state, i, NULL, err);
        for (size_t k = 0; k < link->windows.count && !status; k++)
            status = add_outage(state, i, sim_map_at(&link->windows, k), err);
    }
    return status;
}

/* ---- creation ---- */

enum sim_status mdl_link_state_create(struct sim *sim, const struct mdl_network_plan *plan,
                                      const struct sim_calendar *calendar, struct mdl_flows *flows,
                                      const struct mdl_link_hooks *hooks,
                                      struct mdl_link_state **out, struct sim_error *err)
{
    struct mdl_link_state *state = sim_arena_alloc(sim->arena, 1, sizeof *state);
    enum sim_status status;
    bool has_hours = false;
    uint32_t direction = 0;

    if (!state)
        return sim_fail(err, SIM_ENOMEM, "no memory for the links");
    *state = (struct mdl_link_state){
        .sim = sim, .plan = plan, .calendar = calendar, .flows = flows, .hooks = *hooks};
    state->link = sim_arena_alloc(sim->arena, plan->link_count, sizeof *state->link);
    state->is_down = sim_arena_alloc(sim->arena, plan->direction_count, sizeof *state->is_down);
    if (!state->link || !state->is_down)
        return sim_fail(err, SIM_ENOMEM, "no memory for the links");
    for (size_t i = 0; i < plan->link_count; i++) {
        const struct mdl_link_config *config = sim_map_at(&plan->config->links, i);

        state->link[i] = (struct link){.config = config,
                                       .zone = mdl_link_zone(plan, i),
                                       .direction = direction,
                                       .direction_end = direction + 1 + config->is_duplex,
                                       .capacity = config->capacity_bytes_per_s,
                                       .growth_day = INT64_MIN,
                                       .since_ns = sim->now_ns};
        direction = state->link[i].direction_end;
        has_hours = has_hours || mdl_link_has_background(config) || config->upgrades.count;
    }
    *out = state;
    status = sim_timer_create(sim, &state->timer, SIM_PHASE_ARRIVAL, SIM_TIES_BY_CREATION, on_hour,
                              state, err);
    if (!status && has_hours)
        sim_timer_arm(sim, &state->timer, sim->now_ns);
    return status ? status : add_outages(state, err);
}

const bool *mdl_link_state_is_down(const struct mdl_link_state *state)
{
    return state->outage_count ? state->is_down : NULL;
}
