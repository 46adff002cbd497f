/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/transport/service.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "models/transport/sharing.h"

enum { BLOCK = 32, WORD = 64, FIRST_CLASSES = 256 };

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
    size_t capacity = services->capacity ? 2 * services->capacity : FIRST_CLASSES;
    size_t blocks = capacity / BLOCK;
    struct mdl_service *class;
    int64_t *finish_ns, *block_ns;
    uint32_t *busy;
    uint64_t *stale;

    if (count <= services->capacity)
        return true;
    assert(count <= capacity);
    class = sim_arena_resize(arena, services->class, capacity, sizeof *class);
    services->class = class ? class : services->class;
    busy = sim_arena_resize(arena, services->busy, capacity, sizeof *busy);
    services->busy = busy ? busy : services->busy;
    finish_ns = sim_arena_resize(arena, services->finish_ns, capacity, sizeof *finish_ns);
    services->finish_ns = finish_ns ? finish_ns : services->finish_ns;
    block_ns = sim_arena_resize(arena, services->block_ns, blocks, sizeof *block_ns);
    services->block_ns = block_ns ? block_ns : services->block_ns;
    stale = sim_arena_resize(arena, services->stale, blocks / WORD + 1, sizeof *stale);
    services->stale = stale ? stale : services->stale;
    if (!class || !busy || !finish_ns || !block_ns || !stale)
        return false;
    for (size_t i = services->capacity; i < capacity; i++) {
        finish_ns[i] = SIM_NEVER;
        block_ns[i / BLOCK] = SIM_NEVER;
    }
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

static inline void advance(struct mdl_services *services, uint32_t id)
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

static inline void put_finish(struct mdl_services *services, uint32_t place, int64_t finish_ns)
{
    size_t block = place / BLOCK;

    if (finish_ns <= services->block_ns[block])
        services->block_ns[block] = finish_ns;
    else if (services->finish_ns[place] == services->block_ns[block])
        services->stale[block / WORD] |= UINT64_C(1) << block % WORD;
    services->finish_ns[place] = finish_ns;
}

/* Rounded up to a nanosecond. The class is at the present, and has members. */
static inline void set_finish(struct mdl_services *services, uint32_t id)
{
    const struct mdl_service *class = &services->class[id];
    int64_t finish_ns = SIM_NEVER, whole;
    double left, ns;

    if (class->rate > 0) {
        left = class->member[0].key - class->service;
        ns = left > 0 ? left / class->rate * 1e9 : 0;
        if (ns < (double)LONGEST_NS) {
            whole = (int64_t)ns;
            finish_ns = class->since_ns + whole + (ns > (double)whole);
        }
    }
    put_finish(services, class->busy_at, finish_ns);
}

void mdl_service_set_rate(struct mdl_services *services, uint32_t id, double rate,
                          uint32_t bottleneck)
{
    struct mdl_service *class = &services->class[id];

    advance(services, id);
    class->rate = rate;
    class->bottleneck = bottleneck;
    if (class->count)
        set_finish(services, id);
}

static void look_through(struct mdl_services *services, size_t block)
{
    const int64_t *finish_ns = services->finish_ns + block * BLOCK;
    int64_t least_ns = SIM_NEVER;

    for (size_t i = 0; i < BLOCK; i++)
        least_ns = finish_ns[i] < least_ns ? finish_ns[i] : least_ns;
    services->block_ns[block] = least_ns;
}

int64_t mdl_services_earliest(struct mdl_services *services, uint32_t *class)
{
    size_t blocks = (services->busy_count + BLOCK - 1) / BLOCK, first = 0;
    int64_t earliest_ns = SIM_NEVER;

    for (size_t word = 0; word * WORD < blocks; word++) {
        for (; services->stale[word]; services->stale[word] &= services->stale[word] - 1)
            look_through(services, word * WORD + (size_t)__builtin_ctzll(services->stale[word]));
    }
    for (size_t i = 0; i < blocks; i++) {
        if (services->block_ns[i] < earliest_ns) {
            earliest_ns = services->block_ns[i];
            first = i;
        }
    }
    *class = MDL_CLASS_NONE;
    for (size_t k = first * BLOCK; earliest_ns < SIM_NEVER && k < (first + 1) * BLOCK; k++) {
        if (services->finish_ns[k] == earliest_ns) {
            *class = services->busy[k];
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

static void make_busy(struct mdl_services *services, uint32_t id)
{
    services->class[id].busy_at = (uint32_t)services->busy_count;
    services->busy[services->busy_count++] = id;
}

/* The last of the busy classes takes its place. */
static void make_idle(struct mdl_services *services, uint32_t id)
{
    struct mdl_service *class = &services->class[id];
    uint32_t last = (uint32_t)--services->busy_count, moved = services->busy[last];

    put_finish(services, class->busy_at, services->finish_ns[last]);
    put_finish(services, last, SIM_NEVER);
    services->busy[class->busy_at] = moved;
    services->class[moved].busy_at = class->busy_at;
    class->service = 0;
    class->rate = 0;
}

bool mdl_service_join(struct mdl_services *services, uint32_t id, struct mdl_flow *flow)
{
    struct mdl_service *class = &services->class[id];
    double key = INFINITY;

    if (!has_room(services, class))
        return false;
    advance(services, id);
    flow->class = id;
    flow->mark += class->service;
    if (flow->bytes != MDL_FLOW_ENDLESS)
        key = flow->mark + (double)flow->bytes;
    class->watched += flow->is_watched;
    if (class->count == 0)
        make_busy(services, id);
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

    advance(services, id);
    flow->mark -= class->service;
    flow->class = MDL_CLASS_NONE;
    flow->place = MDL_PLACE_NONE;
    class->watched -= flow->is_watched;
    last = class->member[--class->count];
    if (last.flow != flow) {
        if (place && is_before(&last, &class->member[(place - 1) / 2]))
            sift_up(class, place, last);
        else
            sift_down(class, place, last);
    }
    if (class->count == 0)
        make_idle(services, id);
    else if (place == 0)
        set_finish(services, id);
}
