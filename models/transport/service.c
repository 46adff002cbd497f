/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/transport/service.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "models/transport/sharing.h"

enum { BLOCK = 64, WORD = 64 };

/* What takes longer is never done. */
static const int64_t LONGEST_NS = SIM_NEVER / 4;

/* The service starts anew from here, so that keys keep a thousandth of a byte. */
static const double REBASE = 0x1p42;

bool mdl_services_init(struct mdl_services *services, struct sim *sim, size_t channel_count)
{
    services->sim = sim;
    services->channel_count = channel_count;
    services->limited = sim_arena_alloc(sim->arena, channel_count + 1, sizeof(double));
    return services->limited != NULL;
}

bool mdl_services_make_room(struct mdl_services *services, size_t count)
{
    struct sim_arena *arena = services->sim->arena;
    size_t capacity = services->capacity, blocks;
    int64_t *finish_ns, *block_ns;
    struct mdl_service *class;
    uint64_t *stale;

    if (count > services->count)
        services->count = count;
    if (count <= capacity)
        return true;
    capacity = capacity ? 2 * capacity : WORD * BLOCK / 8;
    capacity = capacity > count ? capacity : count;
    blocks = capacity / BLOCK + 1;
    class = sim_arena_resize(arena, services->class, capacity, sizeof *class);
    if (class)
        services->class = class;
    finish_ns = sim_arena_resize(arena, services->finish_ns, blocks * BLOCK, sizeof *finish_ns);
    if (finish_ns)
        services->finish_ns = finish_ns;
    block_ns = sim_arena_resize(arena, services->block_ns, blocks, sizeof *block_ns);
    if (block_ns)
        services->block_ns = block_ns;
    stale = sim_arena_resize(arena, services->stale, blocks / WORD + 1, sizeof *stale);
    if (stale)
        services->stale = stale;
    if (!class || !finish_ns || !block_ns || !stale)
        return false;
    for (size_t i = services->capacity; i < blocks * BLOCK; i++)
        finish_ns[i] = SIM_NEVER;
    memset(stale, 0xff, (blocks / WORD + 1) * sizeof *stale);
    services->capacity = capacity;
    return true;
}

/* ---- time ---- */

static double seconds_since(const struct mdl_services *services, const struct mdl_service *class)
{
    return (double)(services->sim->now_ns - class->since_ns) * 1e-9;
}

double mdl_service_now(const struct mdl_services *services, uint32_t id)
{
    const struct mdl_service *class = &services->class[id];

    return class->service + class->rate * seconds_since(services, class);
}

double mdl_service_moved_now(const struct mdl_services *services, uint32_t id)
{
    const struct mdl_service *class = &services->class[id];

    return class->moved + class->count * class->rate * seconds_since(services, class);
}

static void rebase(struct mdl_service *class)
{
    for (uint32_t i = 0; i < class->count; i++) {
        class->member[i].key -= class->service;
        class->member[i].flow->mark -= class->service;
    }
    class->service = 0;
}

void mdl_service_advance(struct mdl_services *services, uint32_t id)
{
    struct mdl_service *class = &services->class[id];
    double sent;
    size_t slot;

    if (class->since_ns == services->sim->now_ns)
        return;
    sent = class->rate * seconds_since(services, class);
    class->since_ns = services->sim->now_ns;
    class->service += sent;
    sent *= class->count;
    class->moved += sent;
    slot = class->bottleneck == MDL_CHANNEL_NONE ? services->channel_count : class->bottleneck;
    services->limited[slot] += sent;
    if (class->service > REBASE)
        rebase(class);
}

/* Rounded up to a nanosecond. The class is at the present. */
static void set_finish(struct mdl_services *services, uint32_t id)
{
    const struct mdl_service *class = &services->class[id];
    int64_t finish_ns = SIM_NEVER, whole;
    double left, ns;

    if (class->count && class->rate > 0) {
        left = class->member[0].key - class->service;
        ns = left > 0 ? left / class->rate * 1e9 : 0;
        if (ns < (double)LONGEST_NS) {
            whole = (int64_t)ns;
            finish_ns = class->since_ns + whole + (ns > (double)whole);
        }
    }
    services->finish_ns[id] = finish_ns;
    services->stale[id / BLOCK / WORD] |= UINT64_C(1) << id / BLOCK % WORD;
}

bool mdl_service_set_rate(struct mdl_services *services, uint32_t id, double rate,
                          uint32_t bottleneck)
{
    struct mdl_service *class = &services->class[id];

    if (class->rate == rate && class->bottleneck == bottleneck)
        return false;
    mdl_service_advance(services, id);
    class->rate = rate;
    class->bottleneck = bottleneck;
    set_finish(services, id);
    return true;
}

int64_t mdl_services_earliest(struct mdl_services *services, uint32_t *class)
{
    size_t blocks = (services->count + BLOCK - 1) / BLOCK, first = 0;
    int64_t earliest_ns = SIM_NEVER;

    for (size_t i = 0; i < blocks; i++) {
        if (services->stale[i / WORD] >> i % WORD & 1) {
            const int64_t *finish_ns = services->finish_ns + i * BLOCK;
            int64_t least_ns = SIM_NEVER;

            for (size_t k = 0; k < BLOCK; k++)
                least_ns = finish_ns[k] < least_ns ? finish_ns[k] : least_ns;
            services->block_ns[i] = least_ns;
            services->stale[i / WORD] &= ~(UINT64_C(1) << i % WORD);
        }
        if (services->block_ns[i] < earliest_ns) {
            earliest_ns = services->block_ns[i];
            first = i;
        }
    }
    *class = MDL_CLASS_NONE;
    for (size_t k = first * BLOCK; earliest_ns < SIM_NEVER && k < (first + 1) * BLOCK; k++) {
        if (services->finish_ns[k] == earliest_ns) {
            *class = (uint32_t)k;
            break;
        }
    }
    return earliest_ns;
}

/* ---- members ---- */

static bool is_before(const struct mdl_member *a, const struct mdl_member *b)
{
    return a->key < b->key || (a->key == b->key && a->flow->order < b->flow->order);
}

static void put(struct mdl_service *class, uint32_t place, struct mdl_member member)
{
    class->member[place] = member;
    member.flow->place = place;
}

static void sift_up(struct mdl_service *class, uint32_t place, struct mdl_member member)
{
    while (place && is_before(&member, &class->member[(place - 1) / 2])) {
        put(class, place, class->member[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    put(class, place, member);
}

static void sift_down(struct mdl_service *class, uint32_t place, struct mdl_member member)
{
    uint32_t child;

    while ((child = 2 * place + 1) < class->count) {
        if (child + 1 < class->count && is_before(&class->member[child + 1], &class->member[child]))
            child++;
        if (!is_before(&class->member[child], &member))
            break;
        put(class, place, class->member[child]);
        place = child;
    }
    put(class, place, member);
}

static bool has_room(struct mdl_services *services, struct mdl_service *class)
{
    uint32_t capacity = class->capacity ? 2 * class->capacity : 4;
    struct mdl_member *member;

    if (class->count < class->capacity)
        return true;
    member = sim_arena_resize(services->sim->arena, class->member, capacity, sizeof *member);
    if (!member)
        return false;
    class->member = member;
    class->capacity = capacity;
    return true;
}

bool mdl_service_join(struct mdl_services *services, uint32_t id, struct mdl_flow *flow)
{
    struct mdl_service *class = &services->class[id];
    double key = INFINITY;

    if (!has_room(services, class))
        return false;
    mdl_service_advance(services, id);
    flow->class = id;
    flow->mark += class->service;
    if (flow->bytes != MDL_FLOW_ENDLESS)
        key = flow->mark + (double)flow->bytes;
    class->watched += flow->is_watched;
    sift_up(class, class->count++, (struct mdl_member){key, flow});
    if (flow->place == 0)
        set_finish(services, id);
    return true;
}

void mdl_service_leave(struct mdl_services *services, struct mdl_flow *flow)
{
    uint32_t id = flow->class, place = flow->place;
    struct mdl_service *class = &services->class[id];
    struct mdl_member last;

    mdl_service_advance(services, id);
    flow->mark -= class->service;
    flow->class = MDL_CLASS_NONE;
    class->watched -= flow->is_watched;
    last = class->member[--class->count];
    if (last.flow != flow) {
        if (place && is_before(&last, &class->member[(place - 1) / 2]))
            sift_up(class, place, last);
        else
            sift_down(class, place, last);
    }
    if (place == 0)
        set_finish(services, id);
    if (class->count == 0) {
        class->service = 0;
        class->rate = 0;
    }
}
