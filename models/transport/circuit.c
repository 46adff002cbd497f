/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/transport/circuit.h"

#include "sim/calendar.h"
#include "sim/units.h"

const struct sim_field mdl_circuit_fields[] = {
    {.name = "from",
     .kind = SIM_FIELD_TEXT,
     SIM_AT(struct mdl_circuit_config, from),
     .required = true,
     .help = "hub or site at one end",
     .example = "milan"},
    {.name = "to",
     .kind = SIM_FIELD_TEXT,
     SIM_AT(struct mdl_circuit_config, to),
     .required = true,
     .help = "hub or site at the other end",
     .example = "lumi"},
    {.name = "via",
     .kind = SIM_FIELD_TEXT,
     SIM_AT(struct mdl_circuit_config, via),
     .help = "its links in their order, separated by commas; the best way when not given",
     .example = "milan-vienna, vienna-lumi"},
    {.name = "capacity",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_BYTES_PER_S,
     SIM_AT(struct mdl_circuit_config, capacity_bytes_per_s),
     .min = 1,
     .max = 1e16,
     .required = true,
     .help = "what it takes of each link of its way, in each direction, while it lasts",
     .example = "100 Gbit/s"},
    {.name = "start",
     .kind = SIM_FIELD_DATE,
     SIM_AT(struct mdl_circuit_config, start_days),
     .fallback = SIM_DATE_NONE,
     .help = "day of the first booking; from the beginning of the run when not given",
     .example = "2026-03-02"},
    {.name = "end",
     .kind = SIM_FIELD_DATE,
     SIM_AT(struct mdl_circuit_config, end_days),
     .fallback = SIM_DATE_NONE,
     .help = "day from whose 00:00 UTC on it is booked no more; to the end of the run when not "
             "given",
     .example = "2026-04-01"},
    {.name = "at",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     SIM_AT(struct mdl_circuit_config, at_ns),
     .max = 86400,
     .help = "time of the day when it begins, after midnight UTC",
     .example = "22 h"},
    {.name = "duration",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     SIM_AT(struct mdl_circuit_config, duration_ns),
     .max = 1e9,
     .help = "how long each booking lasts; 0 s = until `end`",
     .example = "6 h"},
    {.name = "every",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     SIM_AT(struct mdl_circuit_config, every_ns),
     .max = 1e9,
     .help = "time from one booking to the next, at least 1 h; 0 s = once",
     .example = "1 d"},
    {.name = "for",
     .kind = SIM_FIELD_TEXT,
     SIM_AT(struct mdl_circuit_config, communities),
     .help = "communities whose data use it, separated by commas; all when not given",
     .example = "academia-it, public-it"},
    {0},
};

/* ---- the calendar ---- */

bool mdl_circuit_booking(const struct mdl_circuits_plan *plan,
                         const struct mdl_circuit_config *config, int64_t time_ns,
                         struct mdl_circuit_span *out)
{
    int64_t first_ns = config->start_days == SIM_DATE_NONE
                           ? plan->begin_ns
                           : sim_calendar_ns(plan->calendar, config->start_days);
    int64_t last_ns = plan->finish_ns;

    time_ns = time_ns > plan->begin_ns ? time_ns : plan->begin_ns;
    first_ns += config->at_ns;
    if (config->end_days != SIM_DATE_NONE &&
        sim_calendar_ns(plan->calendar, config->end_days) < last_ns)
        last_ns = sim_calendar_ns(plan->calendar, config->end_days);
    out->begin_ns = first_ns;
    if (config->every_ns > 0 && time_ns >= first_ns + config->duration_ns)
        out->begin_ns +=
            ((time_ns - first_ns - config->duration_ns) / config->every_ns + 1) * config->every_ns;
    out->end_ns = config->duration_ns > 0 && out->begin_ns < last_ns - config->duration_ns
                      ? out->begin_ns + config->duration_ns
                      : last_ns;
    if (out->begin_ns < plan->begin_ns)
        out->begin_ns = plan->begin_ns;
    return out->begin_ns < out->end_ns && out->end_ns > time_ns;
}

/* ---- admission ---- */

/* The next change of capacity of a link; SIM_NEVER: there is none. */
static int64_t next_upgrade_ns(const struct mdl_link_config *link,
                               const struct sim_calendar *calendar, int64_t time_ns)
{
    int64_t next_ns = SIM_NEVER;

    for (size_t i = 0; i < link->upgrades.count; i++) {
        const struct mdl_upgrade_config *upgrade = sim_map_at(&link->upgrades, i);
        int64_t at_ns = sim_calendar_ns(calendar, upgrade->date_days);

        next_ns = at_ns > time_ns && at_ns < next_ns ? at_ns : next_ns;
    }
    return next_ns;
}

/* The planned window of a link that is on at time_ns, or the next one: where it begins and ends. */
static struct mdl_circuit_span window_at(const struct mdl_link_config *link,
                                         const struct sim_calendar *calendar, int64_t time_ns)
{
    struct mdl_circuit_span first = {SIM_NEVER, SIM_NEVER};

    for (size_t i = 0; i < link->windows.count; i++) {
        const struct mdl_window_config *window = sim_map_at(&link->windows, i);
        int64_t begin_ns = sim_calendar_ns(calendar, window->start_days) + window->at_ns;

        if (window->every_ns > 0 && time_ns >= begin_ns + window->duration_ns)
            begin_ns += ((time_ns - begin_ns - window->duration_ns) / window->every_ns + 1) *
                        window->every_ns;
        if (begin_ns + window->duration_ns > time_ns && begin_ns < first.begin_ns)
            first = (struct mdl_circuit_span){begin_ns, begin_ns + window->duration_ns};
    }
    return first;
}

static bool crosses(const struct mdl_circuits_plan *plan, const struct mdl_circuit_plan *circuit,
                    size_t link)
{
    for (size_t i = 0; circuit->count != SIZE_MAX && i < circuit->count; i++)
        if (plan->network->direction[circuit->direction[i]].link_index == link)
            return true;
    return false;
}

/* What the circuits before one have of a link at a time, and until when that is so. */
static double booked_at(const struct mdl_circuits_plan *plan, size_t index, size_t link,
                        int64_t time_ns, int64_t *until_ns)
{
    double sum = 0;

    for (size_t k = 0; k < index; k++) {
        const struct mdl_circuit_plan *circuit = &plan->circuit[k];
        struct mdl_circuit_span booking;
        int64_t change_ns;

        if (!crosses(plan, circuit, link) ||
            !mdl_circuit_booking(plan, circuit->config, time_ns, &booking))
            continue;
        sum += booking.begin_ns <= time_ns ? circuit->config->capacity_bytes_per_s : 0;
        change_ns = booking.begin_ns <= time_ns ? booking.end_ns : booking.begin_ns;
        *until_ns = change_ns < *until_ns ? change_ns : *until_ns;
    }
    return sum;
}

/* From one change of what is left of the link to the next, throughout a booking. */
static bool fits(const struct mdl_circuits_plan *plan, size_t index, size_t link,
                 const struct mdl_circuit_span *booking, struct mdl_refusal *refusal)
{
    const struct mdl_link_config *config = sim_map_at(&plan->network->config->links, link);
    double asked = plan->circuit[index].config->capacity_bytes_per_s;

    for (int64_t time_ns = booking->begin_ns, next_ns; time_ns < booking->end_ns;
         time_ns = next_ns) {
        struct mdl_circuit_span window = window_at(config, plan->calendar, time_ns);
        double left = mdl_link_capacity(config, plan->calendar, time_ns);
        bool is_window = window.begin_ns <= time_ns;

        next_ns = next_upgrade_ns(config, plan->calendar, time_ns);
        next_ns =
            window.begin_ns > time_ns && window.begin_ns < next_ns ? window.begin_ns : next_ns;
        left -= booked_at(plan, index, link, time_ns, &next_ns);
        if (is_window || asked > left * (1 + 1e-12)) {
            *refusal = (struct mdl_refusal){link, time_ns, is_window ? 0 : left, is_window};
            return false;
        }
    }
    return true;
}

bool mdl_circuit_is_admitted(const struct mdl_circuits_plan *plan, size_t index,
                             struct mdl_refusal *refusal)
{
    const struct mdl_circuit_plan *circuit = &plan->circuit[index];
    int64_t time_ns = plan->begin_ns;
    struct mdl_circuit_span booking;

    while (circuit->count != SIZE_MAX &&
           mdl_circuit_booking(plan, circuit->config, time_ns, &booking)) {
        for (size_t i = 0; i < circuit->count; i++)
            if (!fits(plan, index, plan->network->direction[circuit->direction[i]].link_index,
                      &booking, refusal))
                return false;
        time_ns = booking.end_ns;
    }
    return true;
}

/* ---- one world ---- */

struct replaced { /* a way whose links a circuit takes the place of */
    const struct mdl_route *way, *route;
    struct replaced *next;
};

struct circuit {
    struct mdl_circuits *owner;
    const struct mdl_circuit_plan *plan;
    struct sim_timer timer;
    struct mdl_circuit_span booking; /* present or next */
    bool is_on, is_down;
    struct replaced *replaced[2];
    struct mdl_circuit_use use; /* until since_ns; without bytes */
    int64_t since_ns;
};

struct mdl_circuits {
    struct sim *sim;
    const struct mdl_circuits_plan *plan;
    struct mdl_flows *flows;
    struct mdl_link_state *links;
    void (*changed)(void *context);
    void *context;
    struct circuit *circuit;
};

static void count_time(struct circuit *circuit)
{
    int64_t now_ns = circuit->owner->sim->now_ns;
    double s = sim_s_from_ns(now_ns - circuit->since_ns);

    circuit->since_ns = now_ns;
    if (!circuit->is_on)
        return;
    circuit->use.booked_s += s;
    circuit->use.down_s += circuit->is_down ? s : 0;
}

static bool is_way_down(const struct circuit *circuit)
{
    const bool *is_down = mdl_link_state_is_down(circuit->owner->links);

    for (size_t i = 0; is_down && i < circuit->plan->count; i++)
        if (is_down[circuit->plan->direction[i]])
            return true;
    return false;
}

static void set_down(struct circuit *circuit, bool is_down)
{
    count_time(circuit);
    circuit->is_down = is_down;
    for (int way = 0; way < 2; way++)
        mdl_flows_set_down(circuit->owner->flows, circuit->plan->channel[way], is_down);
}

static void take(struct circuit *circuit, double bytes_per_s)
{
    const struct mdl_circuits *circuits = circuit->owner;

    for (size_t i = 0; i < circuit->plan->count; i++)
        mdl_link_state_reserve(
            circuits->links,
            circuits->plan->network->direction[circuit->plan->direction[i]].link_index,
            bytes_per_s);
}

static void arm(struct circuit *circuit)
{
    struct mdl_circuits *circuits = circuit->owner;
    int64_t time_ns = circuit->is_on ? circuit->booking.end_ns : circuit->booking.begin_ns;

    sim_timer_arm(circuits->sim, &circuit->timer, time_ns);
}

static void on_change(struct sim *sim, void *subject)
{
    struct circuit *circuit = subject;
    struct mdl_circuits *circuits = circuit->owner;
    const struct mdl_circuit_config *config = circuit->plan->config;

    count_time(circuit);
    circuit->is_on = !circuit->is_on;
    take(circuit, circuit->is_on ? config->capacity_bytes_per_s : -config->capacity_bytes_per_s);
    circuits->changed(circuits->context);
    if (circuit->is_on ||
        mdl_circuit_booking(circuits->plan, config, sim->now_ns, &circuit->booking))
        arm(circuit);
}

enum sim_status mdl_circuits_create(struct sim *sim, const struct mdl_circuits_plan *plan,
                                    struct mdl_flows *flows, struct mdl_link_state *links,
                                    void (*changed)(void *context), void *context,
                                    struct mdl_circuits **out, struct sim_error *err)
{
    struct mdl_circuits *circuits = sim_arena_alloc(sim->arena, 1, sizeof *circuits);
    enum sim_status status = SIM_OK;

    *out = circuits;
    if (!circuits)
        return sim_fail(err, SIM_ENOMEM, "no memory for the circuits");
    *circuits = (struct mdl_circuits){.sim = sim,
                                      .plan = plan,
                                      .flows = flows,
                                      .links = links,
                                      .changed = changed,
                                      .context = context};
    circuits->circuit = sim_arena_alloc(sim->arena, plan->count, sizeof *circuits->circuit);
    if (!circuits->circuit)
        return sim_fail(err, SIM_ENOMEM, "no memory for the circuits");
    for (size_t i = 0; i < plan->count && !status; i++) {
        struct circuit *circuit = &circuits->circuit[i];

        *circuit =
            (struct circuit){.owner = circuits, .plan = &plan->circuit[i], .since_ns = sim->now_ns};
        status = sim_timer_create(sim, &circuit->timer, SIM_PHASE_ARRIVAL, SIM_TIES_BY_CREATION,
                                  on_change, circuit, err);
        if (!status &&
            mdl_circuit_booking(plan, circuit->plan->config, sim->now_ns, &circuit->booking))
            arm(circuit);
    }
    return status;
}

void mdl_circuits_on_link(struct mdl_circuits *circuits, size_t link)
{
    for (size_t i = 0; i < circuits->plan->count; i++) {
        struct circuit *circuit = &circuits->circuit[i];

        if (crosses(circuits->plan, circuit->plan, link) &&
            is_way_down(circuit) != circuit->is_down)
            set_down(circuit, !circuit->is_down);
    }
}

/* ---- ways ---- */

static const struct mdl_route *replace(struct circuit *circuit, int way,
                                       const struct mdl_route *route)
{
    struct mdl_circuits *circuits = circuit->owner;
    struct sim_arena *arena = circuits->sim->arena;
    struct replaced *kept = sim_arena_alloc(arena, 1, sizeof *kept);
    struct mdl_route *copy = sim_arena_alloc(arena, 1, sizeof *copy);
    uint32_t *channel = sim_arena_alloc(arena, route->count + 1, sizeof *channel);
    bool is_put = false;

    if (!kept || !copy || !channel) {
        sim_abort(circuits->sim, SIM_ENOMEM, "no memory for a circuit");
        return NULL;
    }
    *copy = (struct mdl_route){.channel = channel, .latency_ns = circuit->plan->latency_ns};
    for (size_t i = 0; i < route->count; i++) {
        bool is_link = route->channel[i] < circuits->plan->network->direction_count;

        if (!is_link || !is_put)
            channel[copy->count++] = is_link ? circuit->plan->channel[way] : route->channel[i];
        is_put = is_put || is_link;
    }
    *kept = (struct replaced){route, copy, circuit->replaced[way]};
    circuit->replaced[way] = kept;
    return copy;
}

static const struct mdl_route *way_over(struct circuit *circuit, int way,
                                        const struct mdl_route *route)
{
    for (const struct replaced *kept = circuit->replaced[way]; kept; kept = kept->next)
        if (kept->way == route)
            return kept->route;
    return replace(circuit, way, route);
}

const struct mdl_route *mdl_circuits_way(struct mdl_circuits *circuits, size_t community,
                                         size_t rule, size_t from, size_t to,
                                         const struct mdl_route *way)
{
    for (size_t i = 0; i < circuits->plan->count; i++) {
        struct circuit *circuit = &circuits->circuit[i];
        const struct mdl_circuit_plan *plan = circuit->plan;

        if (!circuit->is_on || !plan->is_for[community] || !plan->may_carry[rule])
            continue;
        if (plan->from == from && plan->to == to)
            return way_over(circuit, 0, way);
        if (plan->from == to && plan->to == from && plan->is_duplex)
            return way_over(circuit, 1, way);
    }
    return NULL;
}

const struct mdl_circuits_plan *mdl_circuits_plan_of(const struct mdl_circuits *circuits)
{
    return circuits->plan;
}

void mdl_circuits_count(struct mdl_circuits *circuits, uint32_t channel)
{
    circuits->circuit[(channel - circuits->plan->first_channel) / 2].use.transfers++;
}

struct mdl_circuit_use mdl_circuits_use(const struct mdl_circuits *circuits, size_t index)
{
    struct circuit now = circuits->circuit[index];

    count_time(&now);
    for (int way = 0; way < 2; way++)
        now.use.bytes[way] = mdl_flows_bytes(circuits->flows, now.plan->channel[way]);
    return now.use;
}
