/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/transport/transfer.h"

#include <math.h>
#include <string.h>

#include "sim/elementary.h"
#include "sim/units.h"

struct transfer {
    struct mdl_cargo cargo; /* first */
    struct mdl_transfer_request request;
    struct transfer *before, *behind; /* in order of beginning */
    struct mdl_flow *flow;            /* NULL: waits for its next try */
    uint64_t wire_bytes;              /* of the whole */
    uint64_t kept_bytes;              /* of that, by earlier tries */
    uint64_t failed;                  /* tries */
    const struct mdl_route *keyed;    /* over whose links it has asked keys; NULL: none */
    int64_t begun_ns;
};

struct retry {
    sim_u128 key; /* {time, order} */
    struct transfer *transfer;
};

struct detour { /* ways that were ever taken instead of one of the plan */
    const struct mdl_route *route;
    struct detour *next;
};

struct radio_way { /* a way behind the cell of a member */
    const struct mdl_route *behind;
    bool is_input;
    const struct mdl_route *route;
    struct radio_way *next;
};

struct detours {
    uint64_t epoch;              /* of `now`; 0: never looked for */
    const struct mdl_route *now; /* NULL: there is none */
    struct detour *known;
};

struct mdl_transfers {
    struct sim *sim;
    const struct mdl_network_plan *plan;
    struct mdl_flows *flows;
    struct mdl_transfer_hooks hooks;
    struct mdl_flow_hooks cargo_hooks;
    struct sim_pool pool;
    struct transfer *first, *last;
    struct mdl_circuits *circuits; /* NULL: there are none */
    struct mdl_keys *keys;         /* NULL: no link has any */
    size_t *hop;                   /* [link] room for a way's */
    /* failures */
    const bool *is_down; /* [direction]; NULL: none ever is */
    uint64_t epoch;      /* of what is down; from 1 on */
    struct mdl_search *search;
    struct detours *detours;      /* [rule][place][site][in or out] */
    struct radio_way **radio_way; /* [radio_count] those ever taken */
    struct transfer **hit;        /* [hit_room] those that a failure meets */
    size_t hit_count, hit_room;
    struct retry *retry; /* binary heap, earliest first */
    size_t retry_count, retry_room;
    uint64_t retries;
    struct sim_timer timer;
    /* counted */
    struct mdl_transfer_counts counts;
    struct mdl_bottleneck *bottleneck;
    sim_i128 *between;               /* [place][site][out, in] */
    struct mdl_transfer_bytes bytes; /* inside: not kept */
};

/* ---- the law ---- */

static double tcp_bytes_per_s(const struct mdl_tcp_config *tcp, double rtt_s)
{
    double rate = INFINITY;

    if (tcp->window_bytes > 0)
        rate = tcp->window_bytes / rtt_s;
    if (tcp->loss_frac > 0)
        rate = fmin(rate, 1.22 * tcp->mss_bytes / (rtt_s * sqrt(tcp->loss_frac)));
    return rate * (double)tcp->streams;
}

struct mdl_line_limits mdl_line_limits(const struct mdl_line_config *line, bool is_input,
                                       int64_t way_latency_ns)
{
    struct mdl_line_limits limits = {.weight = 1};
    double rtt_s, first;

    if (!line)
        return limits;
    rtt_s = 2 * sim_s_from_ns(way_latency_ns + line->latency_ns);
    limits.cap_bytes_per_s = is_input ? line->up_bytes_per_s : line->down_bytes_per_s;
    limits.weight = (double)line->tcp.streams;
    limits.start_up_ns = line->latency_ns;
    if (!(rtt_s > 0))
        return limits;
    limits.cap_bytes_per_s = fmin(limits.cap_bytes_per_s, tcp_bytes_per_s(&line->tcp, rtt_s));
    first = (double)line->tcp.streams * line->tcp.initial_window_bytes;
    if (first > 0 && limits.cap_bytes_per_s * rtt_s > first)
        limits.start_up_ns +=
            sim_ns_from_s(rtt_s * sim_log(limits.cap_bytes_per_s * rtt_s / first) / sim_log(2));
    return limits;
}

/* ---- those under way ---- */

static void append(struct mdl_transfers *transfers, struct transfer *transfer)
{
    transfer->before = transfers->last;
    *(transfers->last ? &transfers->last->behind : &transfers->first) = transfer;
    transfers->last = transfer;
}

static void take_out(struct mdl_transfers *transfers, struct transfer *transfer)
{
    *(transfer->before ? &transfer->before->behind : &transfers->first) = transfer->behind;
    *(transfer->behind ? &transfer->behind->before : &transfers->last) = transfer->before;
}

/* ---- retries ---- */

static void sift_up(struct retry *heap, size_t i, struct retry item)
{
    for (; i && item.key < heap[(i - 1) / 2].key; i = (i - 1) / 2)
        heap[i] = heap[(i - 1) / 2];
    heap[i] = item;
}

static void sift_down(struct retry *heap, size_t count, struct retry item)
{
    size_t i = 0, child;

    while ((child = 2 * i + 1) < count) {
        child += child + 1 < count && heap[child + 1].key < heap[child].key;
        if (item.key <= heap[child].key)
            break;
        heap[i] = heap[child];
        i = child;
    }
    heap[i] = item;
}

/* Doubles an array of the simulation's; false, and the run is aborted: no memory. */
static bool make_room(struct mdl_transfers *transfers, void **array, size_t *room, size_t count,
                      size_t size)
{
    size_t wanted = *room ? 2 * *room : 64;
    void *grown;

    if (count < *room)
        return true;
    grown = sim_arena_resize(transfers->sim->arena, *array, wanted, size);
    if (!grown) {
        sim_abort(transfers->sim, SIM_ENOMEM, "no memory for %zu transfers that failed", wanted);
        return false;
    }
    *array = grown;
    *room = wanted;
    return true;
}

static void arm(struct mdl_transfers *transfers)
{
    if (transfers->retry_count)
        sim_timer_arm(transfers->sim, &transfers->timer,
                      sim_timer_key_time(transfers->retry[0].key));
}

static const struct mdl_transfer_hooks *hooks_of(const struct mdl_transfers *transfers,
                                                 const struct transfer *transfer)
{
    return transfer->request.hooks ? transfer->request.hooks : &transfers->hooks;
}

static void tell_end(const struct mdl_transfers *transfers, const struct transfer *transfer,
                     bool has_arrived, uint32_t bottleneck)
{
    if (transfers->hooks.ended)
        transfers->hooks.ended(transfers->hooks.context,
                               &(struct mdl_transfer_end){.request = &transfer->request,
                                                          .begun_ns = transfer->begun_ns,
                                                          .tries = transfer->failed + has_arrived,
                                                          .has_arrived = has_arrived,
                                                          .bottleneck = bottleneck});
}

static void give_up(struct mdl_transfers *transfers, struct transfer *transfer)
{
    const struct mdl_transfer_hooks *hooks = hooks_of(transfers, transfer);
    void *subject = transfer->request.subject;

    transfers->counts.given_up++;
    transfers->bytes.given_up += transfer->wire_bytes;
    transfers->bytes.kept -= transfer->kept_bytes;
    tell_end(transfers, transfer, false, MDL_CHANNEL_NONE);
    take_out(transfers, transfer);
    sim_pool_put(&transfers->pool, transfer);
    hooks->given_up(hooks->context, subject);
}

/* Wait before the next try, after `failed` have failed. */
static int64_t wait_ns(const struct mdl_retry_config *retry, uint64_t failed)
{
    double wait = (double)retry->first_ns, most = (double)retry->max_ns;

    for (uint64_t i = 1; i < failed && wait < most && retry->factor > 1; i++)
        wait *= retry->factor;
    return (int64_t)fmax(1, fmin(wait, most));
}

static void fail(struct mdl_transfers *transfers, struct transfer *transfer)
{
    const struct mdl_retry_config *retry = &transfers->plan->config->retry;
    struct sim *sim = transfers->sim;
    struct retry item = {.transfer = transfer};

    transfer->flow = NULL;
    transfer->failed++;
    transfers->counts.failed++;
    if (retry->tries > 0 && transfer->failed >= (uint64_t)retry->tries) {
        give_up(transfers, transfer);
        return;
    }
    if (!make_room(transfers, (void **)&transfers->retry, &transfers->retry_room,
                   transfers->retry_count, sizeof item))
        return;
    item.key = sim_timer_key(sim->now_ns + wait_ns(retry, transfer->failed), transfers->retries++);
    sift_up(transfers->retry, transfers->retry_count++, item);
    arm(transfers);
}

/* ---- ways ---- */

static const struct mdl_circuit_plan *circuit_at(const struct mdl_transfers *transfers,
                                                 uint32_t channel)
{
    return transfers->circuits
               ? mdl_circuit_of_channel(mdl_circuits_plan_of(transfers->circuits), channel)
               : NULL;
}

/* The n-th link that a way crosses, those of its circuit among them; MDL_CHANNEL_NONE: it is over.
 */
static uint32_t crossed(const struct mdl_transfers *transfers, const struct mdl_route *route,
                        size_t n)
{
    for (size_t i = 0; i < route->count; i++) {
        uint32_t channel = route->channel[i];
        const struct mdl_circuit_plan *circuit = NULL;

        if (channel >= transfers->plan->direction_count &&
            !(circuit = circuit_at(transfers, channel)))
            continue;
        if (circuit && n < circuit->count)
            return circuit->direction[n];
        if (!circuit && n == 0)
            return channel;
        n -= circuit ? circuit->count : 1;
    }
    return MDL_CHANNEL_NONE;
}

/* The channel of a circuit that a way goes over; MDL_CHANNEL_NONE: it goes over links. */
static uint32_t circuit_of(const struct mdl_transfers *transfers, const struct mdl_route *route)
{
    for (size_t i = 0; transfers->circuits && i < route->count; i++)
        if (circuit_at(transfers, route->channel[i]))
            return route->channel[i];
    return MDL_CHANNEL_NONE;
}

/* The first link of a way that is down; NULL: none. */
static const struct mdl_link_config *broken_link(const struct mdl_transfers *transfers,
                                                 const struct mdl_route *route)
{
    uint32_t direction;

    for (size_t n = 0; transfers->is_down; n++) {
        direction = crossed(transfers, route, n);
        if (direction == MDL_CHANNEL_NONE)
            break;
        if (transfers->is_down[direction])
            return transfers->plan->direction[direction].link;
    }
    return NULL;
}

static int on_failure(const struct mdl_transfers *transfers, const struct mdl_link_config *link)
{
    return link->on_failure == MDL_ON_FAILURE_OF_NETWORK ? transfers->plan->config->on_failure
                                                         : link->on_failure;
}

static bool is_same_route(const struct mdl_route *a, const struct mdl_route *b)
{
    return a->count == b->count &&
           memcmp(a->channel, b->channel, a->count * sizeof *a->channel) == 0;
}

/* The one copy of a way. */
static const struct mdl_route *known_detour(struct mdl_transfers *transfers,
                                            struct detours *detours, const struct mdl_route *route)
{
    struct sim_arena *arena = transfers->sim->arena;
    struct detour *detour = detours->known;

    while (detour && !is_same_route(detour->route, route))
        detour = detour->next;
    if (detour)
        return detour->route;
    detour = sim_arena_alloc(arena, 1, sizeof *detour);
    if (detour)
        *detour = (struct detour){mdl_route_copy(route, arena), detours->known};
    if (!detour || !detour->route) {
        sim_abort(transfers->sim, SIM_ENOMEM, "no memory for a detour");
        return NULL;
    }
    detours->known = detour;
    return detour->route;
}

/* Another way while links are down; NULL: there is none. */
static const struct mdl_route *detour_of(struct mdl_transfers *transfers,
                                         const struct mdl_transfer_request *request)
{
    const struct mdl_network_plan *plan = transfers->plan;
    size_t stop = plan->place_count - plan->site_count + request->site;
    size_t from = request->is_input ? request->place : stop;
    size_t to = request->is_input ? stop : request->place;
    size_t cell =
        (request->rule * plan->place_count + request->place) * plan->site_count + request->site;
    struct detours *detours = &transfers->detours[2 * cell + request->is_input];
    struct mdl_route found;

    if (request->route)
        return NULL;
    if (detours->epoch == transfers->epoch)
        return detours->now;
    detours->epoch = transfers->epoch;
    detours->now =
        mdl_search_way(transfers->search, request->rule, from, to,
                       request->is_input ? MDL_WAY_IN : MDL_WAY_OUT, transfers->is_down, &found)
            ? known_detour(transfers, detours, &found)
            : NULL;
    return detours->now;
}

static const struct mdl_route *way_of(const struct mdl_transfers *transfers,
                                      const struct mdl_transfer_request *request)
{
    const struct mdl_network_plan *plan = transfers->plan;
    const struct mdl_route *way = request->route, *circuit = NULL;
    size_t stop = plan->place_count - plan->site_count + request->site;

    if (!way && request->is_input)
        way = mdl_network_to(plan, request->rule, request->place, request->site);
    else if (!way)
        way = mdl_network_from(plan, request->rule, request->place, request->site);
    if (transfers->circuits)
        circuit = mdl_circuits_way(transfers->circuits, request->community, request->rule,
                                   request->is_input ? request->place : stop,
                                   request->is_input ? stop : request->place, way);
    return circuit ? circuit : way;
}

/* The way of a try; NULL: it fails at once. */
static const struct mdl_route *way_now(struct mdl_transfers *transfers,
                                       const struct mdl_transfer_request *request)
{
    const struct mdl_route *route = way_of(transfers, request), *detour;
    const struct mdl_link_config *broken = broken_link(transfers, route);
    int answer;

    if (!broken)
        return route;
    answer = on_failure(transfers, broken);
    detour = answer == MDL_ON_FAILURE_STALL ? NULL : detour_of(transfers, request);
    if (detour)
        return detour;
    return answer == MDL_ON_FAILURE_RESUME || answer == MDL_ON_FAILURE_KILL ? NULL : route;
}

/* Are there keys for what is left to send over the way? false: they come. */
static bool ask_keys(struct mdl_transfers *transfers, struct transfer *transfer,
                     const struct mdl_route *route)
{
    uint64_t left = transfer->wire_bytes - transfer->kept_bytes;
    size_t count = 0;

    transfer->keyed = route;
    for (uint32_t direction; (direction = crossed(transfers, route, count)) != MDL_CHANNEL_NONE;)
        transfers->hop[count++] = transfers->plan->direction[direction].link_index;
    return mdl_keys_ask(transfers->keys, transfers->hop, count,
                        mdl_keys_bits(&transfers->plan->config->keys, left), transfer);
}

/* The same links in the same order: over a circuit or shared. */
static bool crosses_the_same(const struct mdl_transfers *transfers, const struct mdl_route *a,
                             const struct mdl_route *b)
{
    size_t n = 0;
    uint32_t direction;

    while ((direction = crossed(transfers, a, n)) == crossed(transfers, b, n)) {
        if (direction == MDL_CHANNEL_NONE)
            return true;
        n++;
    }
    return false;
}

static bool has_keys(const struct mdl_transfers *transfers, const struct transfer *transfer,
                     const struct mdl_route *route)
{
    return transfer->keyed && crosses_the_same(transfers, transfer->keyed, route);
}

static bool needs_keys(const struct mdl_transfers *transfers, const struct transfer *transfer)
{
    return transfers->keys && transfers->plan->rule[transfer->request.rule].needs_keys;
}

static const struct mdl_route *join_cell(const struct mdl_radio_plan *radio, bool is_input,
                                         const struct mdl_route *behind, struct sim_arena *arena)
{
    const struct mdl_cell_plan *cell = radio->cell;
    struct mdl_route *route = sim_arena_alloc(arena, 1, sizeof *route);
    uint32_t *channel = sim_arena_alloc(arena, behind->count + 2, sizeof *channel);

    if (!route || !channel)
        return NULL;
    channel[0] = is_input ? cell->up : cell->down;
    channel[1] = is_input ? radio->up_limit : radio->down_limit;
    for (size_t i = 0; i < behind->count; i++)
        channel[i + 2] = behind->channel[i];
    *route = (struct mdl_route){behind->count + 2, channel,
                                behind->latency_ns + cell->config->latency_ns};
    return route;
}

/* The way from the member on; kept, so that there is one of each. NULL, and the run is aborted: no
 * memory. */
static const struct mdl_route *whole_way(struct mdl_transfers *transfers,
                                         const struct mdl_transfer_request *request,
                                         const struct mdl_route *route)
{
    struct sim_arena *arena = transfers->sim->arena;
    struct radio_way **first, *way;

    if (!request->radio)
        return route;
    first = &transfers->radio_way[request->radio->index];
    for (way = *first; way; way = way->next)
        if (way->behind == route && way->is_input == request->is_input)
            return way->route;
    way = sim_arena_alloc(arena, 1, sizeof *way);
    if (way)
        *way =
            (struct radio_way){route, request->is_input,
                               join_cell(request->radio, request->is_input, route, arena), *first};
    if (!way || !way->route) {
        sim_abort(transfers->sim, SIM_ENOMEM, "no memory for the ways of cells");
        return NULL;
    }
    *first = way;
    return way->route;
}

static struct mdl_line_limits limits_of(const struct mdl_transfer_request *request,
                                        int64_t way_latency_ns)
{
    const struct mdl_radio_plan *radio = request->radio;
    struct mdl_line_limits limits =
        mdl_line_limits(request->line, request->is_input, way_latency_ns);

    if (radio)
        limits.weight = request->is_input ? radio->up_weight : radio->down_weight;
    return limits;
}

static double radio_of(const struct mdl_transfer_request *request)
{
    const struct mdl_radio_plan *radio = request->radio;

    return !radio ? 0 : request->is_input ? radio->up_bytes_per_s : radio->down_bytes_per_s;
}

/* One try. */
static void start(struct mdl_transfers *transfers, struct transfer *transfer)
{
    const struct mdl_transfer_request *request = &transfer->request;
    const struct mdl_route *route = way_now(transfers, request);
    struct mdl_line_limits limits;
    int64_t waits_ns = transfer->request.latency_ns;

    if (!route) {
        fail(transfers, transfer);
        return;
    }
    if (needs_keys(transfers, transfer) && !has_keys(transfers, transfer, route) &&
        !ask_keys(transfers, transfer, route))
        return;
    limits = limits_of(request, route->latency_ns);
    route = whole_way(transfers, request, route);
    transfer->request.latency_ns = 0;
    if (!route)
        return;
    transfer->flow = mdl_flow_begin(
        transfers->flows,
        &(struct mdl_flow_request){.route = route,
                                   .bytes = transfer->wire_bytes - transfer->kept_bytes,
                                   .cap_bytes_per_s = limits.cap_bytes_per_s,
                                   .weight = limits.weight,
                                   .radio_bytes_per_s = radio_of(request),
                                   .latency_ns = limits.start_up_ns + waits_ns,
                                   .when_down = MDL_FLOW_STALLS,
                                   .subject = transfer});
}

void mdl_transfers_granted(void *transfers, void *subject)
{
    start(transfers, subject);
}

static void on_retry(struct sim *sim, void *subject)
{
    struct mdl_transfers *transfers = subject;

    while (transfers->retry_count && sim_timer_key_time(transfers->retry[0].key) == sim->now_ns) {
        struct transfer *transfer = transfers->retry[0].transfer;

        transfers->retry_count--;
        if (transfers->retry_count)
            sift_down(transfers->retry, transfers->retry_count,
                      transfers->retry[transfers->retry_count]);
        transfers->counts.retried++;
        start(transfers, transfer);
    }
    arm(transfers);
}

/* ---- failures of links ---- */

static void stop(struct mdl_transfers *transfers, struct transfer *transfer, bool is_resumed)
{
    uint64_t sent = mdl_flow_stop(transfers->flows, transfer->flow);
    uint64_t chunk = (uint64_t)transfers->plan->config->retry.chunk_bytes, kept;

    if (is_resumed) {
        kept = (transfer->kept_bytes + sent) / chunk * chunk;
        transfers->bytes.kept += (sim_i128)kept - (sim_i128)transfer->kept_bytes;
        transfer->kept_bytes = kept;
    } else {
        transfers->bytes.kept -= transfer->kept_bytes;
        transfer->kept_bytes = 0;
    }
    transfer->keyed = NULL;
    fail(transfers, transfer);
}

/* What has been sent is kept; the rest needs keys of the other way. */
static void start_anew(struct mdl_transfers *transfers, struct transfer *transfer)
{
    uint64_t sent = mdl_flow_stop(transfers->flows, transfer->flow);

    transfer->flow = NULL;
    transfer->keyed = NULL;
    transfer->kept_bytes += sent;
    transfers->bytes.kept += sent;
    start(transfers, transfer);
}

/* Other ways have other limits of TCP. */
static void change_way(struct mdl_transfers *transfers, struct transfer *transfer,
                       const struct mdl_route *way)
{
    struct mdl_line_limits limits = limits_of(&transfer->request, way->latency_ns);

    if (needs_keys(transfers, transfer) && !has_keys(transfers, transfer, way)) {
        start_anew(transfers, transfer);
        return;
    }
    way = whole_way(transfers, &transfer->request, way);
    if (!way)
        return;
    mdl_flow_reroute(transfers->flows, transfer->flow, way, 0);
    if (transfer->request.line)
        mdl_flow_set_cap(transfers->flows, transfer->flow, limits.cap_bytes_per_s);
}

static void reroute(struct mdl_transfers *transfers, struct transfer *transfer)
{
    const struct mdl_route *detour = detour_of(transfers, &transfer->request);

    if (!detour)
        return;
    transfers->counts.rerouted++;
    change_way(transfers, transfer, detour);
}

static void meet(struct mdl_transfers *transfers, struct transfer *transfer)
{
    const struct mdl_link_config *broken = broken_link(transfers, mdl_flow_route(transfer->flow));

    switch (on_failure(transfers, broken)) {
    case MDL_ON_FAILURE_REROUTE:
        reroute(transfers, transfer);
        break;
    case MDL_ON_FAILURE_RESUME:
        stop(transfers, transfer, true);
        break;
    case MDL_ON_FAILURE_KILL:
        stop(transfers, transfer, false);
        break;
    default:
        break;
    }
}

static bool is_broken(const struct mdl_transfers *transfers, const struct transfer *transfer)
{
    return broken_link(transfers, mdl_flow_route(transfer->flow)) != NULL;
}

/* Has a circuit begun that the transfer may take, or the one it goes over ended? */
static bool is_to_follow(const struct mdl_transfers *transfers, const struct transfer *transfer)
{
    const struct mdl_route *now = mdl_flow_route(transfer->flow);
    const struct mdl_route *way = way_of(transfers, &transfer->request);

    return way && way != now && circuit_of(transfers, now) != circuit_of(transfers, way);
}

/* Those under way that a change meets: what they do changes the list. false, and the run is
 * aborted: no memory. */
static bool gather(struct mdl_transfers *transfers,
                   bool (*is_met)(const struct mdl_transfers *, const struct transfer *))
{
    transfers->hit_count = 0;
    for (struct transfer *t = transfers->first; t; t = t->behind) {
        if (!t->flow || !is_met(transfers, t))
            continue;
        if (!make_room(transfers, (void **)&transfers->hit, &transfers->hit_room,
                       transfers->hit_count, sizeof *transfers->hit))
            return false;
        transfers->hit[transfers->hit_count++] = t;
    }
    return true;
}

void mdl_transfers_review(struct mdl_transfers *transfers)
{
    transfers->epoch++;
    if (!gather(transfers, is_broken))
        return;
    for (size_t i = 0; i < transfers->hit_count; i++)
        meet(transfers, transfers->hit[i]);
}

/* A detour around what is down is kept. */
void mdl_transfers_follow(struct mdl_transfers *transfers)
{
    if (!gather(transfers, is_to_follow))
        return;
    for (size_t i = 0; i < transfers->hit_count; i++) {
        struct transfer *transfer = transfers->hit[i];

        change_way(transfers, transfer, way_of(transfers, &transfer->request));
    }
    if (transfers->is_down)
        mdl_transfers_review(transfers);
}

/* ---- beginning and end ---- */

static void on_done(void *context, void *subject)
{
    struct mdl_transfers *transfers = context;
    struct transfer *transfer = subject;
    const struct mdl_transfer_request *request = &transfer->request;
    const struct mdl_transfer_hooks *hooks = hooks_of(transfers, transfer);
    uint32_t channel = mdl_flow_bottleneck(transfers->flows, transfer->flow);
    uint32_t circuit = circuit_of(transfers, mdl_flow_route(transfer->flow));
    struct mdl_bottleneck *bottleneck =
        &transfers
             ->bottleneck[channel == MDL_CHANNEL_NONE ? transfers->plan->channel_count : channel];

    bottleneck->transfers++;
    bottleneck->bytes += request->bytes;
    transfers->between[2 * (request->place * transfers->plan->site_count + request->site) +
                       request->is_input] += request->bytes;
    if (circuit != MDL_CHANNEL_NONE)
        mdl_circuits_count(transfers->circuits, circuit);
    transfers->counts.arrived++;
    transfers->bytes.arrived += transfer->wire_bytes;
    tell_end(transfers, transfer, true, channel);
    subject = request->subject;
    take_out(transfers, transfer);
    sim_pool_put(&transfers->pool, transfer);
    hooks->arrived(hooks->context, subject);
}

static uint64_t wire_bytes(const struct mdl_transfer_request *request)
{
    double goodput = request->line ? request->line->goodput_frac : 1;

    return goodput < 1 ? (uint64_t)ceil((double)request->bytes / goodput) : request->bytes;
}

void mdl_transfer_begin(struct mdl_transfers *transfers, const struct mdl_transfer_request *request)
{
    struct transfer *transfer = sim_pool_get(&transfers->pool);

    if (!transfer) {
        sim_abort(transfers->sim, SIM_ENOMEM, "no memory for a transfer");
        return;
    }
    *transfer = (struct transfer){.cargo = {&transfers->cargo_hooks},
                                  .request = *request,
                                  .wire_bytes = wire_bytes(request),
                                  .begun_ns = transfers->sim->now_ns};
    append(transfers, transfer);
    transfers->counts.begun++;
    transfers->bytes.begun += transfer->wire_bytes;
    start(transfers, transfer);
}

/* ---- creation, accounts ---- */

enum sim_status mdl_transfers_create(struct sim *sim, const struct mdl_network_plan *plan,
                                     struct mdl_flows *flows, const bool *is_down,
                                     const struct mdl_transfer_hooks *hooks,
                                     struct mdl_transfers **out, struct sim_error *err)
{
    struct mdl_transfers *transfers = sim_arena_alloc(sim->arena, 1, sizeof *transfers);

    if (!transfers)
        return sim_fail(err, SIM_ENOMEM, "no memory for transfers");
    *transfers = (struct mdl_transfers){.sim = sim,
                                        .plan = plan,
                                        .flows = flows,
                                        .hooks = *hooks,
                                        .is_down = is_down,
                                        .cargo_hooks = {.context = transfers, .done = on_done},
                                        .epoch = 1};
    sim_pool_init(&transfers->pool, sim->arena, sizeof(struct transfer));
    transfers->bottleneck =
        sim_arena_alloc(sim->arena, plan->channel_count + 1, sizeof *transfers->bottleneck);
    transfers->between = sim_arena_alloc(sim->arena, 2 * plan->place_count * plan->site_count,
                                         sizeof *transfers->between);
    transfers->search = mdl_search_create(plan, sim->arena);
    transfers->hop = sim_arena_alloc(sim->arena, plan->link_count, sizeof *transfers->hop);
    if (is_down)
        transfers->detours =
            sim_arena_alloc(sim->arena, 2 * plan->rule_count * plan->place_count * plan->site_count,
                            sizeof *transfers->detours);
    transfers->radio_way =
        sim_arena_alloc(sim->arena, plan->radio_count, sizeof(struct radio_way *));
    if (!transfers->radio_way || !transfers->bottleneck || !transfers->between ||
        !transfers->search || !transfers->hop || (is_down && !transfers->detours))
        return sim_fail(err, SIM_ENOMEM, "no memory for transfers");
    *out = transfers;
    return sim_timer_create(sim, &transfers->timer, SIM_PHASE_ARRIVAL, SIM_TIES_BY_CREATION,
                            on_retry, transfers, err);
}

void mdl_transfers_use(struct mdl_transfers *transfers, struct mdl_circuits *circuits,
                       struct mdl_keys *keys)
{
    transfers->circuits = circuits;
    transfers->keys = keys;
}

const struct mdl_transfer_counts *mdl_transfers_counts(const struct mdl_transfers *transfers)
{
    return &transfers->counts;
}

const struct mdl_bottleneck *mdl_transfers_bottlenecks(const struct mdl_transfers *transfers)
{
    return transfers->bottleneck;
}

const sim_i128 *mdl_transfers_between(const struct mdl_transfers *transfers)
{
    return transfers->between;
}

struct mdl_transfer_bytes mdl_transfers_bytes(const struct mdl_transfers *transfers)
{
    struct mdl_transfer_bytes bytes = transfers->bytes;

    for (const struct transfer *t = transfers->first; t; t = t->behind)
        bytes.inside += t->wire_bytes;
    return bytes;
}

void mdl_transfers_each(const struct mdl_transfers *transfers,
                        void (*visit)(void *context, void *subject), void *context)
{
    for (const struct transfer *t = transfers->first; t; t = t->behind)
        if (!t->request.hooks)
            visit(context, t->request.subject);
}
