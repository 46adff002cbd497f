/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/transport/transfer.h"

#include <math.h>

#include "sim/units.h"

struct transfer {
    sim_u128 key; /* {end, order of beginning} */
    const struct mdl_route *route;
    void *subject;
    uint64_t bytes;
    int64_t rate_bytes_per_s; /* mean over its way, for the levels: they integrate to the bytes */
};

/* A transfer that takes longer never ends. */
static const int64_t LONGEST_NS = SIM_NEVER / 4;

struct mdl_transfers {
    struct sim *sim;
    const struct mdl_network_plan *plan;
    mdl_transfer_fn *arrived;
    void *context;
    struct sim_timer timer;
    struct transfer *heap; /* binary, earliest end first */
    size_t count, capacity;
    uint64_t begun;
    sim_i128 begun_bytes, arrived_bytes;
    uint32_t *active;        /* [channel] */
    struct sim_level *level; /* [channel] bytes/s */
};

static void sift_up(struct transfer *heap, size_t i, struct transfer item)
{
    for (; i && item.key < heap[(i - 1) / 2].key; i = (i - 1) / 2)
        heap[i] = heap[(i - 1) / 2];
    heap[i] = item;
}

static void sift_down(struct transfer *heap, size_t count, struct transfer item)
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

static void leave_channels(struct mdl_transfers *transfers, const struct transfer *transfer)
{
    for (size_t i = 0; i < transfer->route->count; i++) {
        uint32_t channel = transfer->route->channel[i];
        struct sim_level *level = &transfers->level[channel];

        transfers->active[channel]--;
        sim_level_set(level, transfers->sim->now_ns, level->value - transfer->rate_bytes_per_s);
    }
}

static void arm(struct mdl_transfers *transfers)
{
    if (transfers->count)
        sim_timer_arm(transfers->sim, &transfers->timer,
                      sim_timer_key_time(transfers->heap[0].key));
    else
        sim_timer_disarm(transfers->sim, &transfers->timer);
}

static void on_end(struct sim *sim, void *subject)
{
    struct mdl_transfers *transfers = subject;

    while (transfers->count && sim_timer_key_time(transfers->heap[0].key) == sim->now_ns) {
        struct transfer done = transfers->heap[0];

        transfers->count--;
        if (transfers->count)
            sift_down(transfers->heap, transfers->count, transfers->heap[transfers->count]);
        leave_channels(transfers, &done);
        transfers->arrived_bytes += done.bytes;
        transfers->arrived(transfers->context, done.subject);
    }
    arm(transfers);
}

enum sim_status mdl_transfers_create(struct sim *sim, const struct mdl_network_plan *plan,
                                     mdl_transfer_fn *arrived, void *context,
                                     struct mdl_transfers **out, struct sim_error *err)
{
    struct mdl_transfers *transfers = sim_arena_alloc(sim->arena, 1, sizeof *transfers);

    if (!transfers)
        return sim_fail(err, SIM_ENOMEM, "no memory for transfers");
    transfers->sim = sim;
    transfers->plan = plan;
    transfers->arrived = arrived;
    transfers->context = context;
    transfers->active = sim_arena_alloc(sim->arena, plan->channel_count, sizeof(uint32_t));
    transfers->level = sim_arena_alloc(sim->arena, plan->channel_count, sizeof(struct sim_level));
    if (!transfers->active || !transfers->level)
        return sim_fail(err, SIM_ENOMEM, "no memory for transfers");
    for (size_t i = 0; i < plan->channel_count; i++)
        transfers->level[i].since_ns = sim->now_ns;
    *out = transfers;
    return sim_timer_create(sim, &transfers->timer, SIM_PHASE_ARRIVAL, SIM_TIES_BY_CREATION, on_end,
                            transfers, err);
}

static double narrowest_share(struct mdl_transfers *transfers, const struct mdl_route *route,
                              double line_bytes_per_s)
{
    double rate = line_bytes_per_s;

    for (size_t i = 0; i < route->count; i++) {
        uint32_t channel = route->channel[i];
        double share =
            transfers->plan->channel[channel].capacity / (double)++transfers->active[channel];

        rate = share < rate ? share : rate;
    }
    return rate;
}

static int make_room(struct mdl_transfers *transfers)
{
    size_t capacity = transfers->capacity ? 2 * transfers->capacity : 256;
    struct transfer *heap;

    if (transfers->count < transfers->capacity)
        return 1;
    heap = sim_arena_resize(transfers->sim->arena, transfers->heap, capacity, sizeof *heap);
    if (!heap)
        return 0;
    transfers->heap = heap;
    transfers->capacity = capacity;
    return 1;
}

/* From the first byte's leaving to the last one's arriving. */
static int64_t way_ns(int64_t latency_ns, uint64_t bytes, double bytes_per_s)
{
    int64_t sending_ns = sim_ns_from_s((double)bytes / bytes_per_s);

    if (sending_ns > LONGEST_NS)
        return LONGEST_NS;
    return latency_ns + (sending_ns > 1 ? sending_ns : 1);
}

void mdl_transfer_begin(struct mdl_transfers *transfers, const struct mdl_route *route,
                        double line_bytes_per_s, int64_t line_latency_ns, uint64_t bytes,
                        void *subject)
{
    struct sim *sim = transfers->sim;
    double rate = narrowest_share(transfers, route, line_bytes_per_s);
    int64_t on_way_ns = way_ns(route->latency_ns + line_latency_ns, bytes, rate);
    struct transfer item = {.key = sim_timer_key(sim->now_ns + on_way_ns, transfers->begun++),
                            .route = route,
                            .subject = subject,
                            .bytes = bytes,
                            .rate_bytes_per_s =
                                (int64_t)((double)bytes / sim_s_from_ns(on_way_ns) + 0.5)};

    if (!make_room(transfers)) {
        sim_abort(sim, SIM_ENOMEM, "no memory for %zu transfers", transfers->count + 1);
        return;
    }
    for (size_t i = 0; i < route->count; i++) {
        struct sim_level *level = &transfers->level[route->channel[i]];
        sim_level_set(level, sim->now_ns, level->value + item.rate_bytes_per_s);
    }
    transfers->begun_bytes += bytes;
    sift_up(transfers->heap, transfers->count++, item);
    if (transfers->heap[0].subject == subject)
        arm(transfers);
}

const struct sim_level *mdl_transfers_level(const struct mdl_transfers *transfers, size_t channel)
{
    return &transfers->level[channel];
}

sim_i128 mdl_transfers_begun_bytes(const struct mdl_transfers *transfers)
{
    return transfers->begun_bytes;
}

sim_i128 mdl_transfers_arrived_bytes(const struct mdl_transfers *transfers)
{
    return transfers->arrived_bytes;
}

sim_i128 mdl_transfers_inside_bytes(const struct mdl_transfers *transfers)
{
    sim_i128 bytes = 0;

    for (size_t i = 0; i < transfers->count; i++)
        bytes += transfers->heap[i].bytes;
    return bytes;
}

void mdl_transfers_each(const struct mdl_transfers *transfers,
                        void (*visit)(void *context, void *subject), void *context)
{
    for (size_t i = 0; i < transfers->count; i++)
        visit(context, transfers->heap[i].subject);
}
