/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/compute/node_pool.h"

#include <assert.h>
#include <string.h>

enum { LEVELS_MAX = 6 }; /* 64^6 > 2^32 */

/* A set of numbers below a bound, as bits: a word of level l + 1 tells which of its 64 words of
 * level l are not 0. The lowest member is found by one step a level. */
struct set_form {
    uint32_t levels;
    size_t first_word[LEVELS_MAX]; /* of a level, in a set's words */
    size_t words;                  /* of one set */
};

/* Everything behind the struct is in its own block, by offset, so that a copy is one memcpy. */
struct mdl_node_pool {
    struct mdl_node_shape shape;
    uint32_t node_count, online;
    uint32_t units_per_node;
    bool has_rest;       /* cores or memory are counted */
    uint64_t free_units; /* of nodes online */
    struct set_form nodes, accelerators;
    size_t bytes;
    /* offsets of arrays, bytes; [node], [node], [node], [node], [node * gpus + number] */
    size_t free_gpus, free_cores, free_memory, next, free_slices;
    size_t by_gpus;   /* sets of nodes online, [wholly free accelerators > 0] */
    size_t by_slices; /* sets of accelerators in use of nodes online, [free slices], 0 < slices */
    uint32_t idle_nodes;
};

#define ARRAY(pool, type, member) ((type *)(void *)((char *)(pool) + (pool)->member))
#define CONST_ARRAY(pool, type, member)                                                            \
    ((const type *)(const void *)((const char *)(pool) + (pool)->member))

/* ---- sets ---- */

static struct set_form form_of(size_t bound)
{
    struct set_form form = {0};

    do {
        bound = (bound + 63) / 64;
        form.first_word[form.levels++] = form.words;
        form.words += bound;
    } while (bound > 1);
    return form;
}

static void set_add(const struct set_form *form, uint64_t *word, uint32_t i)
{
    for (uint32_t l = 0; l < form->levels; l++, i /= 64)
        word[form->first_word[l] + i / 64] |= UINT64_C(1) << i % 64;
}

static void set_remove(const struct set_form *form, uint64_t *word, uint32_t i)
{
    for (uint32_t l = 0; l < form->levels; l++, i /= 64) {
        uint64_t *at = &word[form->first_word[l] + i / 64];

        *at &= ~(UINT64_C(1) << i % 64);
        if (*at)
            return;
    }
}

/* The lowest member >= from; MDL_NODE_NONE: there is none. Up while nothing is on the right, then
 * down. */
static uint32_t set_next(const struct set_form *form, const uint64_t *word, uint64_t from)
{
    uint32_t l = 0;
    uint64_t i = from, bits = 0;

    for (;; l++, i = i / 64 + 1) {
        size_t end = l + 1 < form->levels ? form->first_word[l + 1] : form->words;
        size_t at = form->first_word[l] + i / 64;

        if (at >= end)
            return MDL_NODE_NONE;
        bits = word[at] >> i % 64;
        if (bits)
            break;
        if (l + 1 == form->levels)
            return MDL_NODE_NONE;
    }
    i += (unsigned)__builtin_ctzll(bits);
    while (l-- > 0)
        i = 64 * i + (unsigned)__builtin_ctzll(word[form->first_word[l] + i]);
    return (uint32_t)i;
}

static uint64_t *nodes_with(struct mdl_node_pool *pool, uint32_t gpus)
{
    return ARRAY(pool, uint64_t, by_gpus) + gpus * pool->nodes.words;
}

static const uint64_t *const_nodes_with(const struct mdl_node_pool *pool, uint32_t gpus)
{
    return CONST_ARRAY(pool, uint64_t, by_gpus) + gpus * pool->nodes.words;
}

/* ---- one node ---- */

static bool is_online(const struct mdl_node_pool *pool, uint32_t node)
{
    return node < pool->online;
}

/* Into or out of the set of accelerators with as many free slices; unused and full ones are in
 * none. */
static void list_slices(struct mdl_node_pool *pool, uint32_t accelerator, bool is_in)
{
    uint32_t slices = ARRAY(pool, uint16_t, free_slices)[accelerator];
    uint64_t *set = ARRAY(pool, uint64_t, by_slices) + slices * pool->accelerators.words;

    if (slices == 0 || slices == pool->shape.slices)
        return;
    if (is_in)
        set_add(&pool->accelerators, set, accelerator);
    else
        set_remove(&pool->accelerators, set, accelerator);
}

static uint32_t free_of(const struct mdl_node_pool *pool, uint32_t node)
{
    const uint16_t *slices = CONST_ARRAY(pool, uint16_t, free_slices);
    uint32_t gpus = pool->shape.gpus, sum = 0;

    if (pool->shape.slices == 1)
        return CONST_ARRAY(pool, uint8_t, free_gpus)[node];
    for (uint32_t i = 0; i < gpus; i++)
        sum += slices[(size_t)node * gpus + i];
    return sum;
}

static void list_gpus(struct mdl_node_pool *pool, uint32_t node, bool is_in)
{
    uint32_t gpus = ARRAY(pool, uint8_t, free_gpus)[node];

    if (gpus == 0) /* never looked for */
        return;
    if (is_in)
        set_add(&pool->nodes, nodes_with(pool, gpus), node);
    else
        set_remove(&pool->nodes, nodes_with(pool, gpus), node);
    if (gpus == pool->shape.gpus)
        pool->idle_nodes += is_in ? 1 : UINT32_MAX; /* mod 2^32: less one */
}

static void set_gpus(struct mdl_node_pool *pool, uint32_t node, uint32_t gpus)
{
    if (is_online(pool, node))
        list_gpus(pool, node, false);
    ARRAY(pool, uint8_t, free_gpus)[node] = (uint8_t)gpus;
    if (is_online(pool, node))
        list_gpus(pool, node, true);
}

static void set_slices(struct mdl_node_pool *pool, uint32_t node, uint32_t number, uint32_t slices)
{
    uint32_t accelerator = node * pool->shape.gpus + number;

    if (is_online(pool, node))
        list_slices(pool, accelerator, false);
    ARRAY(pool, uint16_t, free_slices)[accelerator] = (uint16_t)slices;
    if (is_online(pool, node))
        list_slices(pool, accelerator, true);
}

static void add_free(struct mdl_node_pool *pool, uint32_t node, int64_t units)
{
    if (is_online(pool, node))
        pool->free_units += (uint64_t)units; /* mod 2^64: may be negative */
}

static void set_rest(struct mdl_node_pool *pool, uint32_t node, uint32_t cores,
                     uint64_t memory_bytes)
{
    if (!pool->has_rest)
        return;
    ARRAY(pool, uint32_t, free_cores)[node] = cores;
    ARRAY(pool, uint64_t, free_memory)[node] = memory_bytes;
}

static bool has_rest(const struct mdl_node_pool *pool, uint32_t node,
                     const struct mdl_node_request *request)
{
    return !pool->has_rest ||
           (CONST_ARRAY(pool, uint32_t, free_cores)[node] >= request->cores &&
            CONST_ARRAY(pool, uint64_t, free_memory)[node] >= request->memory_bytes);
}

/* ---- best fit ---- */

struct fit {
    uint32_t node;        /* MDL_NODE_NONE: no room */
    uint32_t accelerator; /* one in use; MDL_NODE_NONE: unused ones */
};

static struct fit best_fit(const struct mdl_node_pool *pool, const struct mdl_node_request *request,
                           uint32_t units)
{
    const struct mdl_node_shape *shape = &pool->shape;
    const uint64_t *sets = CONST_ARRAY(pool, uint64_t, by_slices);
    uint32_t gpus = (units + shape->slices - 1) / shape->slices;

    for (uint32_t f = units; f < shape->slices; f++) {
        const uint64_t *set = sets + f * pool->accelerators.words;

        for (uint32_t i = set_next(&pool->accelerators, set, 0); i != MDL_NODE_NONE;
             i = set_next(&pool->accelerators, set, (uint64_t)i + 1))
            if (has_rest(pool, i / shape->gpus, request))
                return (struct fit){i / shape->gpus, i};
    }
    for (uint32_t f = gpus; f <= shape->gpus; f++) {
        const uint64_t *set = const_nodes_with(pool, f);

        for (uint32_t i = set_next(&pool->nodes, set, 0); i != MDL_NODE_NONE;
             i = set_next(&pool->nodes, set, (uint64_t)i + 1))
            if (has_rest(pool, i, request))
                return (struct fit){i, MDL_NODE_NONE};
    }
    return (struct fit){MDL_NODE_NONE, MDL_NODE_NONE};
}

static bool is_idle(const struct mdl_node_pool *pool, uint32_t node)
{
    return CONST_ARRAY(pool, uint8_t, free_gpus)[node] == pool->shape.gpus;
}

/* Where the part of a request that is no whole node may lie, whole nodes reckoned with, when of the
 * idle nodes `spoken_for` are not to be had. An idle node is the last choice of best fit, so no
 * other choice would leave more of them, and one is as good as another. */
static bool find_beside(const struct mdl_node_pool *pool, const struct mdl_node_request *request,
                        uint32_t spoken_for, struct fit *fit)
{
    uint32_t whole = request->units / pool->units_per_node + spoken_for;
    uint32_t part = request->units % pool->units_per_node;

    assert(request->units > 0);
    assert(part < pool->shape.slices || part % pool->shape.slices == 0);
    *fit = (struct fit){MDL_NODE_NONE, MDL_NODE_NONE};
    if (pool->idle_nodes < whole || pool->free_units < request->units)
        return false;
    if (part == 0)
        return true;
    *fit = best_fit(pool, request, part);
    return fit->node != MDL_NODE_NONE && pool->idle_nodes - is_idle(pool, fit->node) >= whole;
}

static bool find(const struct mdl_node_pool *pool, const struct mdl_node_request *request,
                 struct fit *fit)
{
    return find_beside(pool, request, 0, fit);
}

/* ---- taking and giving back ---- */

static void take_whole(struct mdl_node_pool *pool, uint32_t node)
{
    set_gpus(pool, node, 0);
    for (uint32_t i = 0; i < pool->shape.gpus && pool->shape.slices > 1; i++)
        set_slices(pool, node, i, 0);
    set_rest(pool, node, 0, 0);
    add_free(pool, node, -(int64_t)pool->units_per_node);
}

static void give_whole(struct mdl_node_pool *pool, uint32_t node)
{
    set_gpus(pool, node, pool->shape.gpus);
    for (uint32_t i = 0; i < pool->shape.gpus && pool->shape.slices > 1; i++)
        set_slices(pool, node, i, pool->shape.slices);
    set_rest(pool, node, pool->shape.cores, pool->shape.memory_bytes);
    add_free(pool, node, pool->units_per_node);
}

/* The accelerators of a node that a part gets: the one in use that was found, or the lowest unused
 * ones. */
static uint64_t choose(const struct mdl_node_pool *pool, const struct fit *fit, uint32_t units)
{
    const uint16_t *slices =
        CONST_ARRAY(pool, uint16_t, free_slices) + (size_t)fit->node * pool->shape.gpus;
    uint32_t left = (units + pool->shape.slices - 1) / pool->shape.slices;
    uint64_t chosen = 0;

    if (pool->shape.slices == 1)
        return 0;
    if (fit->accelerator != MDL_NODE_NONE)
        return UINT64_C(1) << fit->accelerator % pool->shape.gpus;
    for (uint32_t i = 0; left > 0; i++) {
        if (slices[i] != pool->shape.slices)
            continue;
        chosen |= UINT64_C(1) << i;
        left--;
    }
    return chosen;
}

/* sign: -1 takes, 1 gives back. */
static void move_part(struct mdl_node_pool *pool, const struct mdl_node_request *request,
                      const struct mdl_node_grant *grant, int sign)
{
    uint32_t node = grant->part, units = request->units % pool->units_per_node;
    uint32_t of_each = units < pool->shape.slices ? units : pool->shape.slices;
    uint32_t gpus = ARRAY(pool, uint8_t, free_gpus)[node];
    const uint16_t *slices = ARRAY(pool, uint16_t, free_slices) + (size_t)node * pool->shape.gpus;

    if (pool->shape.slices == 1)
        gpus += (uint32_t)sign * units;
    for (uint64_t bits = grant->accelerators; bits; bits &= bits - 1) {
        uint32_t number = (uint32_t)__builtin_ctzll(bits), was = slices[number];
        uint32_t is = was + (uint32_t)sign * of_each;

        assert(is <= pool->shape.slices);
        set_slices(pool, node, number, is);
        gpus += (is == pool->shape.slices) - (was == pool->shape.slices);
    }
    assert(gpus <= pool->shape.gpus);
    set_gpus(pool, node, gpus);
    if (pool->has_rest) {
        ARRAY(pool, uint32_t, free_cores)[node] += (uint32_t)sign * request->cores;
        ARRAY(pool, uint64_t, free_memory)[node] += (uint64_t)sign * request->memory_bytes;
    }
    add_free(pool, node, sign * (int64_t)units);
}

static uint32_t next_whole(const struct mdl_node_pool *pool, uint32_t node)
{
    return CONST_ARRAY(pool, uint32_t, next)[node];
}

bool mdl_node_pool_fits(const struct mdl_node_pool *pool, const struct mdl_node_request *request)
{
    struct fit fit;

    return find(pool, request, &fit);
}

bool mdl_node_pool_take(struct mdl_node_pool *pool, const struct mdl_node_request *request,
                        struct mdl_node_grant *grant)
{
    uint32_t *link = &grant->whole;
    struct fit fit;

    if (!find(pool, request, &fit))
        return false;
    grant->part = fit.node;
    grant->accelerators = 0;
    if (fit.node != MDL_NODE_NONE) {
        grant->accelerators = choose(pool, &fit, request->units % pool->units_per_node);
        move_part(pool, request, grant, -1);
    }
    for (uint32_t left = request->units / pool->units_per_node; left > 0; left--) {
        uint32_t node = set_next(&pool->nodes, nodes_with(pool, pool->shape.gpus), 0);

        take_whole(pool, node);
        *link = node;
        link = &ARRAY(pool, uint32_t, next)[node];
    }
    *link = MDL_NODE_NONE;
    return true;
}

bool mdl_node_pool_fits_beside(struct mdl_node_pool *later, const struct mdl_node_pool *pool,
                               const struct mdl_node_request *promised,
                               const struct mdl_node_request *now)
{
    uint32_t whole = now->units / pool->units_per_node;
    struct mdl_node_grant grant = {.whole = MDL_NODE_NONE};
    struct fit fit, beside;
    bool does_fit;

    if (!find(pool, now, &fit))
        return false;
    grant.part = fit.node;
    if (fit.node != MDL_NODE_NONE) {
        grant.accelerators = choose(pool, &fit, now->units % pool->units_per_node);
        move_part(later, now, &grant, -1);
    }
    does_fit = find_beside(later, promised, whole, &beside);
    if (fit.node != MDL_NODE_NONE)
        move_part(later, now, &grant, 1);
    return does_fit;
}

void mdl_node_pool_give_back(struct mdl_node_pool *pool, const struct mdl_node_request *request,
                             const struct mdl_node_grant *grant)
{
    for (uint32_t node = grant->whole; node != MDL_NODE_NONE; node = next_whole(pool, node))
        give_whole(pool, node);
    if (grant->part != MDL_NODE_NONE)
        move_part(pool, request, grant, 1);
}

void mdl_node_pool_copy(struct mdl_node_pool *copy, const struct mdl_node_pool *pool)
{
    assert(copy->bytes == pool->bytes);
    memcpy(copy, pool, pool->bytes);
}

void mdl_node_pool_take_same(struct mdl_node_pool *copy, const struct mdl_node_pool *pool,
                             const struct mdl_node_request *request,
                             const struct mdl_node_grant *grant)
{
    for (uint32_t node = grant->whole; node != MDL_NODE_NONE; node = next_whole(pool, node)) {
        take_whole(copy, node);
        ARRAY(copy, uint32_t, next)[node] = next_whole(pool, node);
    }
    if (grant->part != MDL_NODE_NONE)
        move_part(copy, request, grant, -1);
}

/* ---- for everybody ---- */

/* The next `bytes` of a block that is being laid out, aligned for every type used here. */
static size_t lay(size_t *at, size_t count, size_t bytes)
{
    size_t here = *at;

    *at += (count * bytes + 7) / 8 * 8;
    return here;
}

enum sim_status mdl_node_pool_create(struct sim_arena *arena, const struct mdl_node_shape *shape,
                                     uint32_t node_count, struct mdl_node_pool **out,
                                     struct sim_error *err)
{
    size_t gpus = (size_t)node_count * shape->gpus, sliced = shape->slices > 1 ? gpus : 0;
    size_t at = (sizeof(struct mdl_node_pool) + 7) / 8 * 8;
    struct mdl_node_pool form = {.shape = *shape,
                                 .node_count = node_count,
                                 .units_per_node = shape->gpus * shape->slices,
                                 .has_rest = shape->cores > 0 || shape->memory_bytes > 0,
                                 .nodes = form_of(node_count),
                                 .accelerators = form_of(gpus)};
    size_t rest = form.has_rest ? node_count : 0;
    struct mdl_node_pool *pool;

    assert(node_count > 0 && shape->gpus > 0 && shape->gpus <= MDL_NODE_GPUS_MAX);
    assert(shape->slices > 0 && shape->slices <= MDL_GPU_SLICES_MAX);
    form.free_gpus = lay(&at, node_count, sizeof(uint8_t));
    form.free_cores = lay(&at, rest, sizeof(uint32_t));
    form.free_memory = lay(&at, rest, sizeof(uint64_t));
    form.next = lay(&at, node_count, sizeof(uint32_t));
    form.free_slices = lay(&at, sliced, sizeof(uint16_t));
    form.by_gpus = lay(&at, (shape->gpus + 1) * form.nodes.words, sizeof(uint64_t));
    form.by_slices =
        lay(&at, sliced ? shape->slices * form.accelerators.words : 0, sizeof(uint64_t));
    form.bytes = at;
    pool = sim_arena_alloc(arena, 1, form.bytes);
    if (!pool)
        return sim_fail(err, SIM_ENOMEM, "no memory for %u nodes", (unsigned)node_count);
    *pool = form;
    for (uint32_t node = 0; node < node_count; node++)
        give_whole(pool, node);
    *out = pool;
    return SIM_OK;
}

static void list_node(struct mdl_node_pool *pool, uint32_t node, bool is_in)
{
    list_gpus(pool, node, is_in);
    for (uint32_t i = 0; i < pool->shape.gpus && pool->shape.slices > 1; i++)
        list_slices(pool, node * pool->shape.gpus + i, is_in);
}

void mdl_node_pool_set_online(struct mdl_node_pool *pool, uint32_t online)
{
    assert(online <= pool->node_count);
    while (pool->online > online) {
        uint32_t node = pool->online - 1;

        list_node(pool, node, false);
        add_free(pool, node, -(int64_t)free_of(pool, node));
        pool->online--;
    }
    while (pool->online < online) {
        uint32_t node = pool->online++;

        list_node(pool, node, true);
        add_free(pool, node, free_of(pool, node));
    }
}

uint64_t mdl_node_pool_free_units(const struct mdl_node_pool *pool)
{
    return pool->free_units;
}

uint32_t mdl_node_pool_idle_nodes(const struct mdl_node_pool *pool)
{
    return pool->idle_nodes;
}
