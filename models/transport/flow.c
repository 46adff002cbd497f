/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/transport/flow.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "models/transport/flow_private.h"
#include "models/transport/service.h"
#include "models/transport/sharing.h"

struct flow_list {
    struct mdl_flow *first, *last;
};

struct waiting {  /* for the end of a latency or of a gap */
    sim_u128 key; /* {time, order of beginning} */
    struct mdl_flow *flow;
};

struct channel_state {
    double capacity; /* last set, also while it is down */
    double retired;  /* bytes over it, of classes that have no members now */
    enum mdl_channel_rule rule;
    bool is_down;
};

struct mdl_flows {
    struct sim *sim;
    struct mdl_flow_hooks hooks;
    struct mdl_sharing *sharing;
    struct mdl_services services;
    struct channel_state *channel;
    size_t channel_count;
    struct sim_timer timer;  /* the earliest end of a flow or of a latency */
    uint32_t armed_class;    /* whose flow ends then; MDL_CLASS_NONE: a latency */
    struct sim_timer refill; /* armed at an instant that has a change */
    struct sim_pool pool;
    struct flow_list live, doomed; /* doomed: their channel went down, their hook is to come */
    struct waiting *waiting;       /* [waiting_count], a binary heap */
    size_t waiting_count, waiting_capacity;
    struct mdl_flow **news; /* [news_count], flows that are watched */
    size_t news_count, news_capacity;
    struct mdl_flow_bytes bytes;
    uint64_t begun, refills;
    bool is_dirty, is_checked;
};

static void fail_memory(struct mdl_flows *flows)
{
    sim_abort(flows->sim, SIM_ENOMEM, "no memory for flows");
}

/* ---- lists ---- */

static void append(struct flow_list *list, struct mdl_flow *flow)
{
    flow->previous = list->last;
    flow->next = NULL;
    if (list->last)
        list->last->next = flow;
    else
        list->first = flow;
    list->last = flow;
}

static void unlink_flow(struct flow_list *list, struct mdl_flow *flow)
{
    if (flow->previous)
        flow->previous->next = flow->next;
    else
        list->first = flow->next;
    if (flow->next)
        flow->next->previous = flow->previous;
    else
        list->last = flow->previous;
}

/* Makes room for one more in an array of pointers or of waiting flows. */
static void *with_room(struct mdl_flows *flows, void *array, size_t count, size_t *capacity,
                       size_t size)
{
    size_t more = *capacity ? 2 * *capacity : 64;
    void *grown;

    if (count < *capacity)
        return array;
    grown = sim_arena_resize(flows->sim->arena, array, more, size);
    if (grown)
        *capacity = more;
    return grown;
}

/* ---- those that wait ---- */

static void put_waiting(struct mdl_flows *flows, size_t place, struct waiting item)
{
    flows->waiting[place] = item;
    item.flow->place = (uint32_t)place;
}

static void sift_up(struct mdl_flows *flows, size_t place, struct waiting item)
{
    for (; place && item.key < flows->waiting[(place - 1) / 2].key; place = (place - 1) / 2)
        put_waiting(flows, place, flows->waiting[(place - 1) / 2]);
    put_waiting(flows, place, item);
}

static void sift_down(struct mdl_flows *flows, size_t place, struct waiting item)
{
    const struct waiting *heap = flows->waiting;
    size_t child;

    while ((child = 2 * place + 1) < flows->waiting_count) {
        child += child + 1 < flows->waiting_count && heap[child + 1].key < heap[child].key;
        if (item.key <= heap[child].key)
            break;
        put_waiting(flows, place, heap[child]);
        place = child;
    }
    put_waiting(flows, place, item);
}

static bool push_waiting(struct mdl_flows *flows, struct mdl_flow *flow, int64_t time_ns)
{
    struct waiting *grown = with_room(flows, flows->waiting, flows->waiting_count,
                                      &flows->waiting_capacity, sizeof *grown);

    if (!grown)
        return false;
    flows->waiting = grown;
    flow->class = MDL_CLASS_NONE;
    sift_up(flows, flows->waiting_count++,
            (struct waiting){sim_timer_key(time_ns, flow->order), flow});
    return true;
}

static void remove_waiting(struct mdl_flows *flows, const struct mdl_flow *flow)
{
    size_t place = flow->place;
    struct waiting last;

    if (place == MDL_PLACE_NONE) /* there was no memory for it */
        return;
    last = flows->waiting[--flows->waiting_count];
    if (last.flow == flow)
        return;
    if (place && last.key < flows->waiting[(place - 1) / 2].key)
        sift_up(flows, place, last);
    else
        sift_down(flows, place, last);
}

/* ---- when something is next ---- */

static int64_t next_ns(struct mdl_flows *flows, uint32_t *class)
{
    int64_t end_ns = mdl_services_earliest(&flows->services, class), latency_ns;

    if (flows->waiting_count == 0)
        return end_ns;
    latency_ns = sim_timer_key_time(flows->waiting[0].key);
    if (latency_ns < end_ns)
        *class = MDL_CLASS_NONE;
    return latency_ns < end_ns ? latency_ns : end_ns;
}

static void arm(struct mdl_flows *flows)
{
    int64_t time_ns = next_ns(flows, &flows->armed_class);

    if (time_ns < SIM_NEVER)
        sim_timer_arm(flows->sim, &flows->timer, time_ns);
    else
        sim_timer_disarm(flows->sim, &flows->timer);
}

/* The refill comes at this instant, and arms the timer. */
static void mark_dirty(struct mdl_flows *flows)
{
    if (flows->is_dirty)
        return;
    flows->is_dirty = true;
    sim_timer_arm(flows->sim, &flows->refill, flows->sim->now_ns);
}

/* ---- watched flows ---- */

static void add_news(struct mdl_flows *flows, struct mdl_flow *flow)
{
    struct mdl_flow **grown;

    if (!flow->is_watched || flow->news != MDL_PLACE_NONE)
        return;
    grown = with_room(flows, flows->news, flows->news_count, &flows->news_capacity, sizeof *grown);
    if (!grown) {
        fail_memory(flows);
        return;
    }
    flows->news = grown;
    flow->news = (uint32_t)flows->news_count;
    flows->news[flows->news_count++] = flow;
}

static void add_news_of_class(struct mdl_flows *flows, uint32_t id)
{
    const struct mdl_service *class = &flows->services.class[id];

    for (uint32_t i = 0; i < class->count; i++)
        add_news(flows, class->member[i].flow);
}

static void forget_news(struct mdl_flows *flows, struct mdl_flow *flow)
{
    if (flow->news != MDL_PLACE_NONE)
        flows->news[flow->news] = NULL;
    flow->news = MDL_PLACE_NONE;
}

static int by_order(const void *a, const void *b)
{
    const struct mdl_flow *x = *(struct mdl_flow *const *)a, *y = *(struct mdl_flow *const *)b;

    return (x->order > y->order) - (x->order < y->order);
}

static void close_gaps(struct mdl_flows *flows)
{
    size_t count = flows->news_count;

    flows->news_count = 0;
    for (size_t i = 0; i < count; i++) {
        struct mdl_flow *flow = flows->news[i];

        if (!flow)
            continue;
        flow->news = (uint32_t)flows->news_count;
        flows->news[flows->news_count++] = flow;
    }
}

/* A flow that a hook has changed hears of it after the refill to come. */
static void tell_news(struct mdl_flows *flows)
{
    size_t count;

    close_gaps(flows);
    count = flows->news_count;
    if (count == 0)
        return;
    qsort(flows->news, count, sizeof(struct mdl_flow *), by_order);
    for (size_t i = 0; i < count; i++)
        flows->news[i]->news = (uint32_t)i;
    for (size_t i = 0; i < count; i++) {
        struct mdl_flow *flow = flows->news[i];
        double rate = flow ? mdl_flow_rate(flows, flow) : 0;

        if (!flow || flow->changed_at == flows->refills)
            continue;
        forget_news(flows, flow);
        if (rate == flow->told)
            continue;
        flow->told = rate;
        flows->hooks.rate(flows->hooks.context, flow->subject, rate);
    }
    close_gaps(flows);
}

/* ---- in and out of classes ---- */

static bool join(struct mdl_flows *flows, struct mdl_flow *flow)
{
    const struct mdl_route *route = flow->route;
    bool is_radio = route->count && flows->channel[route->channel[0]].rule == MDL_CHANNEL_AIRTIME;
    const struct mdl_class_key key = {.count = route->count,
                                      .channel = route->channel,
                                      .cap = flow->cap > 0 ? flow->cap : INFINITY,
                                      .radio = is_radio ? flow->radio : 0,
                                      .weight_steps = flow->weight_steps};
    uint32_t class = mdl_sharing_class(flows->sharing, &key);

    if (class == MDL_CLASS_NONE ||
        !mdl_services_make_room(&flows->services, mdl_sharing_class_count(flows->sharing)) ||
        !mdl_sharing_join(flows->sharing, class))
        return false;
    if (!mdl_service_join(&flows->services, class, flow)) {
        mdl_sharing_leave(flows->sharing, class);
        return false;
    }
    flow->changed_at = flows->refills;
    add_news(flows, flow);
    mark_dirty(flows);
    return true;
}

static void leave(struct mdl_flows *flows, struct mdl_flow *flow)
{
    uint32_t id = flow->class;
    struct mdl_service *class = &flows->services.class[id];

    mdl_service_leave(&flows->services, flow);
    mdl_sharing_leave(flows->sharing, id);
    if (class->count == 0) {
        const uint32_t *channel;
        size_t count = mdl_sharing_channels(flows->sharing, id, &channel);

        for (size_t i = 0; i < count; i++)
            flows->channel[channel[i]].retired += class->moved;
        class->moved = 0;
    }
    flow->changed_at = flows->refills;
    add_news(flows, flow);
    mark_dirty(flows);
}

static bool is_waiting(const struct mdl_flow *flow)
{
    return flow->class == MDL_CLASS_NONE;
}

static void take_out(struct mdl_flows *flows, struct mdl_flow *flow)
{
    if (!is_waiting(flow)) {
        leave(flows, flow);
        return;
    }
    remove_waiting(flows, flow);
    if (!flows->is_dirty)
        arm(flows);
}

/* Uses nothing for delay_ns, then takes part. */
static bool put_in(struct mdl_flows *flows, struct mdl_flow *flow, int64_t delay_ns)
{
    if (delay_ns <= 0)
        return join(flows, flow);
    if (!push_waiting(flows, flow, flows->sim->now_ns + delay_ns))
        return false;
    if (!flows->is_dirty)
        arm(flows);
    return true;
}

/* ---- ends ---- */

static uint64_t whole_bytes(const struct mdl_flow *flow, double service)
{
    double sent = service - flow->mark;

    if (!(sent > 0))
        return 0;
    if (sent >= (double)flow->bytes)
        return flow->bytes - (flow->bytes == MDL_FLOW_ENDLESS);
    return (uint64_t)sent;
}

uint64_t mdl_flow_sent(const struct mdl_flows *flows, const struct mdl_flow *flow)
{
    return whole_bytes(flow, is_waiting(flow) ? 0 : mdl_service_now(&flows->services, flow->class));
}

static void forget(struct mdl_flows *flows, struct mdl_flow *flow)
{
    forget_news(flows, flow);
    sim_pool_put(&flows->pool, flow);
}

/* Counts what a flow that has left its class has sent and not sent. */
static uint64_t count_dropped(struct mdl_flows *flows, const struct mdl_flow *flow)
{
    uint64_t sent = whole_bytes(flow, 0);

    flows->bytes.dropped_sent += sent;
    if (flow->bytes == MDL_FLOW_ENDLESS)
        flows->bytes.begun += sent;
    else
        flows->bytes.dropped_unsent += flow->bytes - sent;
    return sent;
}

static void complete(struct mdl_flows *flows, struct mdl_flow *flow)
{
    flow->held_by = flows->services.class[flow->class].bottleneck;
    leave(flows, flow);
    unlink_flow(&flows->live, flow);
    flows->bytes.done += flow->bytes;
    flows->hooks.done(flows->hooks.context, flow->subject);
    forget(flows, flow);
}

uint64_t mdl_flow_stop(struct mdl_flows *flows, struct mdl_flow *flow)
{
    uint64_t sent;

    if (flow->doomed_by != MDL_CHANNEL_NONE) {
        unlink_flow(&flows->doomed, flow);
    } else {
        take_out(flows, flow);
        unlink_flow(&flows->live, flow);
    }
    sent = count_dropped(flows, flow);
    forget(flows, flow);
    return sent;
}

static uint32_t down_channel(const struct mdl_flows *flows, const struct mdl_route *route)
{
    for (size_t i = 0; i < route->count; i++) {
        if (flows->channel[route->channel[i]].is_down)
            return route->channel[i];
    }
    return MDL_CHANNEL_NONE;
}

/* A flow that is in no list and in no class. */
static void fail(struct mdl_flows *flows, struct mdl_flow *flow, uint32_t channel)
{
    uint64_t sent = count_dropped(flows, flow);

    flows->hooks.failed(flows->hooks.context, flow->subject, sent, channel);
    forget(flows, flow);
}

/* ---- time ---- */

static void on_time(struct sim *sim, void *subject)
{
    struct mdl_flows *flows = subject;
    uint32_t class = flows->armed_class;

    /* What the timer was armed for comes first; more may be due at the same instant. */
    for (bool is_due = !flows->is_dirty || next_ns(flows, &class) <= sim->now_ns;
         is_due && !sim->is_aborted; is_due = next_ns(flows, &class) <= sim->now_ns) {
        if (class != MDL_CLASS_NONE) {
            complete(flows, flows->services.class[class].member[0].flow);
        } else {
            struct mdl_flow *flow = flows->waiting[0].flow;

            remove_waiting(flows, flow);
            if (!join(flows, flow))
                fail_memory(flows);
        }
    }
    if (!flows->is_dirty)
        arm(flows);
}

static void on_refill(struct sim *sim, void *subject)
{
    struct mdl_flows *flows = subject;
    const struct mdl_change *change;
    size_t count;

    flows->is_dirty = false;
    flows->refills++;
    count = mdl_sharing_solve(flows->sharing, &change);
    if (count == SIZE_MAX) {
        fail_memory(flows);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        mdl_service_set_rate(&flows->services, change[i].class, change[i].rate,
                             change[i].bottleneck);
        if (flows->services.class[change[i].class].watched)
            add_news_of_class(flows, change[i].class);
    }
    if (flows->is_checked) {
        struct sim_error err;

        if (mdl_flows_certify(flows, &err))
            sim_abort(sim, err.status, "%s", err.message);
    }
    arm(flows);
    tell_news(flows);
}

/* ---- public ---- */

enum sim_status mdl_flows_create(struct sim *sim, const struct mdl_channel *channel, size_t count,
                                 const struct mdl_flow_hooks *hooks, struct mdl_flows **out,
                                 struct sim_error *err)
{
    struct mdl_flows *flows = sim_arena_alloc(sim->arena, 1, sizeof *flows);
    enum sim_status status;

    if (!flows)
        return sim_fail(err, SIM_ENOMEM, "no memory for flows");
    flows->sim = sim;
    flows->hooks = *hooks;
    flows->channel_count = count;
    flows->channel = sim_arena_alloc(sim->arena, count, sizeof *flows->channel);
    flows->sharing = mdl_sharing_create(sim->arena, channel, count);
    sim_pool_init(&flows->pool, sim->arena, sizeof(struct mdl_flow));
    if (!flows->channel || !flows->sharing || !mdl_services_init(&flows->services, sim, count))
        return sim_fail(err, SIM_ENOMEM, "no memory for flows");
    for (size_t i = 0; i < count; i++) {
        flows->channel[i].capacity = channel[i].capacity;
        flows->channel[i].rule = channel[i].rule;
    }
    status = sim_timer_create(sim, &flows->timer, SIM_PHASE_ARRIVAL, SIM_TIES_BY_CREATION, on_time,
                              flows, err);
    if (status)
        return status;
    *out = flows;
    return sim_timer_create(sim, &flows->refill, SIM_PHASE_REFILL, SIM_TIES_BY_CREATION, on_refill,
                            flows, err);
}

struct mdl_flow *mdl_flow_begin(struct mdl_flows *flows, const struct mdl_flow_request *request)
{
    struct mdl_flow *flow = sim_pool_get(&flows->pool);
    uint32_t channel = down_channel(flows, request->route);

    assert(request->bytes > 0 && request->weight > 0);
    if (!flow) {
        fail_memory(flows);
        return NULL;
    }
    *flow = (struct mdl_flow){.route = request->route,
                              .subject = request->subject,
                              .bytes = request->bytes,
                              .order = ++flows->begun,
                              .cap = request->cap_bytes_per_s,
                              .radio = request->radio_bytes_per_s,
                              .weight_steps = mdl_weight_steps(request->weight),
                              .class = MDL_CLASS_NONE,
                              .place = MDL_PLACE_NONE,
                              .news = MDL_PLACE_NONE,
                              .held_by = MDL_CHANNEL_NONE,
                              .doomed_by = MDL_CHANNEL_NONE,
                              .fails_when_down = request->when_down == MDL_FLOW_FAILS,
                              .is_watched = request->is_watched};
    if (flow->bytes != MDL_FLOW_ENDLESS)
        flows->bytes.begun += flow->bytes;
    if (channel != MDL_CHANNEL_NONE && flow->fails_when_down) {
        fail(flows, flow, channel);
        return NULL;
    }
    append(&flows->live, flow);
    if (!put_in(flows, flow, request->latency_ns + request->route->latency_ns)) {
        mdl_flow_stop(flows, flow);
        fail_memory(flows);
        return NULL;
    }
    return flow;
}

static void rejoin(struct mdl_flows *flows, struct mdl_flow *flow)
{
    if (is_waiting(flow))
        return;
    leave(flows, flow);
    if (!join(flows, flow))
        fail_memory(flows);
}

void mdl_flow_set_cap(struct mdl_flows *flows, struct mdl_flow *flow, double cap_bytes_per_s)
{
    if (flow->cap == cap_bytes_per_s)
        return;
    flow->cap = cap_bytes_per_s;
    rejoin(flows, flow);
}

void mdl_flow_set_weight(struct mdl_flows *flows, struct mdl_flow *flow, double weight)
{
    int64_t steps = mdl_weight_steps(weight);

    if (flow->weight_steps == steps)
        return;
    flow->weight_steps = steps;
    rejoin(flows, flow);
}

void mdl_flow_set_share(struct mdl_flows *flows, struct mdl_flow *flow, double cap_bytes_per_s,
                        double weight)
{
    int64_t steps = mdl_weight_steps(weight);

    if (flow->cap == cap_bytes_per_s && flow->weight_steps == steps)
        return;
    flow->cap = cap_bytes_per_s;
    flow->weight_steps = steps;
    rejoin(flows, flow);
}

void mdl_flow_set_radio(struct mdl_flows *flows, struct mdl_flow *flow, double radio_bytes_per_s)
{
    if (flow->radio == radio_bytes_per_s)
        return;
    flow->radio = radio_bytes_per_s;
    rejoin(flows, flow);
}

void mdl_flow_reroute(struct mdl_flows *flows, struct mdl_flow *flow, const struct mdl_route *route,
                      int64_t gap_ns)
{
    uint32_t channel = down_channel(flows, route);

    if (flow->doomed_by != MDL_CHANNEL_NONE)
        return;
    take_out(flows, flow);
    flow->route = route;
    if (channel != MDL_CHANNEL_NONE && flow->fails_when_down) {
        unlink_flow(&flows->live, flow);
        fail(flows, flow, channel);
    } else if (!put_in(flows, flow, gap_ns + route->latency_ns)) {
        fail_memory(flows);
    }
}

double mdl_flow_rate(const struct mdl_flows *flows, const struct mdl_flow *flow)
{
    return is_waiting(flow) ? 0 : flows->services.class[flow->class].rate;
}

uint32_t mdl_flow_bottleneck(const struct mdl_flows *flows, const struct mdl_flow *flow)
{
    return is_waiting(flow) ? flow->held_by : flows->services.class[flow->class].bottleneck;
}

void *mdl_flow_subject(const struct mdl_flow *flow)
{
    return flow->subject;
}

const struct mdl_route *mdl_flow_route(const struct mdl_flow *flow)
{
    return flow->route;
}

void mdl_flows_set_capacity(struct mdl_flows *flows, uint32_t channel, double capacity)
{
    struct channel_state *state = &flows->channel[channel];

    if (state->capacity == capacity)
        return;
    state->capacity = capacity;
    if (state->is_down)
        return;
    mdl_sharing_set_capacity(flows->sharing, channel, capacity);
    mark_dirty(flows);
}

static bool crosses(const struct mdl_route *route, uint32_t channel)
{
    for (size_t i = 0; i < route->count; i++) {
        if (route->channel[i] == channel)
            return true;
    }
    return false;
}

static void doom(struct mdl_flows *flows, uint32_t channel)
{
    struct mdl_flow *flow, *next;

    for (flow = flows->live.first; flow; flow = next) {
        next = flow->next;
        if (!flow->fails_when_down || !crosses(flow->route, channel))
            continue;
        take_out(flows, flow);
        unlink_flow(&flows->live, flow);
        append(&flows->doomed, flow);
        flow->doomed_by = channel;
    }
    while ((flow = flows->doomed.first)) {
        unlink_flow(&flows->doomed, flow);
        fail(flows, flow, flow->doomed_by);
    }
}

void mdl_flows_set_down(struct mdl_flows *flows, uint32_t channel, bool is_down)
{
    struct channel_state *state = &flows->channel[channel];

    if (state->is_down == is_down)
        return;
    state->is_down = is_down;
    mdl_sharing_set_capacity(flows->sharing, channel, is_down ? 0 : state->capacity);
    mark_dirty(flows);
    if (is_down)
        doom(flows, channel);
}

double mdl_flows_capacity(const struct mdl_flows *flows, uint32_t channel)
{
    return flows->channel[channel].is_down ? 0 : flows->channel[channel].capacity;
}

bool mdl_flows_is_down(const struct mdl_flows *flows, uint32_t channel)
{
    return flows->channel[channel].is_down;
}

double mdl_flows_rate(const struct mdl_flows *flows, uint32_t channel)
{
    const uint32_t *class;
    size_t count = mdl_sharing_on_channel(flows->sharing, channel, &class);
    double rate = 0;

    for (size_t i = 0; i < count; i++)
        rate += flows->services.class[class[i]].count * flows->services.class[class[i]].rate;
    return rate;
}

double mdl_flows_bytes(const struct mdl_flows *flows, uint32_t channel)
{
    const uint32_t *class;
    size_t count = mdl_sharing_on_channel(flows->sharing, channel, &class);
    double bytes = flows->channel[channel].retired;

    for (size_t i = 0; i < count; i++)
        bytes += mdl_service_moved_now(&flows->services, class[i]);
    return bytes;
}

/* Through the classes that have members, not channel by channel: most of those have none. */
void mdl_flows_bytes_of(const struct mdl_flows *flows, size_t count, double *bytes)
{
    for (size_t c = 0; c < count; c++)
        bytes[c] = flows->channel[c].retired;
    for (size_t i = 0; i < flows->services.busy_count; i++) {
        uint32_t class = flows->services.busy[i];
        double moved = mdl_service_moved_now(&flows->services, class);
        const uint32_t *channel;
        size_t hops = mdl_sharing_channels(flows->sharing, class, &channel);

        for (size_t h = 0; h < hops; h++) {
            if (channel[h] < count)
                bytes[channel[h]] += moved;
        }
    }
}

static double moved_since(const struct mdl_flows *flows, uint32_t class)
{
    return mdl_service_moved_now(&flows->services, class) - flows->services.class[class].moved;
}

double mdl_flows_limited_bytes(const struct mdl_flows *flows, uint32_t channel)
{
    size_t slot = channel == MDL_CHANNEL_NONE ? flows->channel_count : channel;
    double bytes = flows->services.limited[slot];

    for (size_t i = 0; i < flows->services.busy_count; i++) {
        uint32_t class = flows->services.busy[i];

        if (flows->services.class[class].bottleneck == channel)
            bytes += moved_since(flows, class);
    }
    return bytes;
}

struct mdl_flow_bytes mdl_flows_account(const struct mdl_flows *flows)
{
    struct mdl_flow_bytes bytes = flows->bytes;
    const struct mdl_flow *list[] = {flows->live.first, flows->doomed.first};

    for (size_t i = 0; i < 2; i++) {
        for (const struct mdl_flow *flow = list[i]; flow; flow = flow->next) {
            bool is_endless = flow->bytes == MDL_FLOW_ENDLESS;
            uint64_t inside = is_endless ? mdl_flow_sent(flows, flow) : flow->bytes;

            bytes.inside += inside;
            bytes.begun += is_endless ? inside : 0;
        }
    }
    return bytes;
}

void mdl_flows_each(const struct mdl_flows *flows,
                    void (*visit)(void *context, struct mdl_flow *flow), void *context)
{
    struct mdl_flow *flow, *next;

    for (flow = flows->live.first; flow; flow = next) {
        next = flow->next;
        visit(context, flow);
    }
}

enum sim_status mdl_flows_certify(const struct mdl_flows *flows, struct sim_error *err)
{
    return mdl_sharing_certify(flows->sharing, err);
}

void mdl_flows_check_always(struct mdl_flows *flows, bool is_checked)
{
    flows->is_checked = is_checked;
}
