/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/compute/ends.h"

#include <assert.h>
#include <string.h>

enum { FIRST_BLOCKS = 16, FEW = MDL_ENDS_BLOCK / 4 };

static sim_u128 key_of(int64_t end_ns, uint32_t place, uint32_t width)
{
    return sim_timer_key(end_ns, (uint64_t)place << 32 | width);
}

/* How many of key[count], which rises, are below. */
static uint32_t count_below(const sim_u128 *key, uint32_t count, sim_u128 bound)
{
    const sim_u128 *base = key;

    while (count > 1) {
        uint32_t half = count / 2;

        base += base[half - 1] < bound ? half : 0;
        count -= half;
    }
    return (uint32_t)(base - key) + (count == 1 && *base < bound);
}

void mdl_ends_init(struct mdl_ends *ends, struct sim_arena *arena)
{
    *ends = (struct mdl_ends){.arena = arena};
    sim_pool_init(&ends->blocks, arena, sizeof(struct mdl_ends_block));
}

static bool grow_directory(struct mdl_ends *ends)
{
    uint32_t capacity = ends->block_capacity ? 2 * ends->block_capacity : FIRST_BLOCKS;
    void *grown =
        sim_arena_resize(ends->arena, ends->block, capacity, sizeof(struct mdl_ends_block *));

    if (!grown)
        return false;
    ends->block = grown;
    grown = sim_arena_resize(ends->arena, ends->last, capacity, sizeof(sim_u128));
    if (!grown)
        return false;
    ends->last = grown;
    grown = sim_arena_resize(ends->arena, ends->width_sum, capacity, sizeof(uint64_t));
    if (!grown)
        return false;
    ends->width_sum = grown;
    ends->block_capacity = capacity;
    return true;
}

static uint64_t sum_of(const struct mdl_ends_block *block)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < block->count; i++)
        sum += (uint32_t)block->key[i];
    return sum;
}

static void note(struct mdl_ends *ends, uint32_t d)
{
    const struct mdl_ends_block *block = ends->block[d];

    ends->last[d] = block->key[block->count - 1];
    ends->width_sum[d] = sum_of(block);
}

static void shift_directory(struct mdl_ends *ends, uint32_t from, int by)
{
    size_t count = ends->block_count - from;

    memmove(ends->block + from + by, ends->block + from, count * sizeof *ends->block);
    memmove(ends->last + from + by, ends->last + from, count * sizeof *ends->last);
    memmove(ends->width_sum + from + by, ends->width_sum + from, count * sizeof *ends->width_sum);
    ends->block_count += (uint32_t)by;
}

/* A block, empty, at place d of the directory. */
static bool open_block(struct mdl_ends *ends, uint32_t d)
{
    struct mdl_ends_block *block;

    if (ends->block_count == ends->block_capacity && !grow_directory(ends))
        return false;
    block = sim_pool_get(&ends->blocks);
    if (!block)
        return false;
    block->count = 0;
    shift_directory(ends, d, 1);
    ends->block[d] = block;
    return true;
}

static bool split(struct mdl_ends *ends, uint32_t d)
{
    struct mdl_ends_block *low, *high;

    if (!open_block(ends, d + 1))
        return false;
    low = ends->block[d];
    high = ends->block[d + 1];
    low->count = MDL_ENDS_BLOCK / 2;
    high->count = MDL_ENDS_BLOCK - low->count;
    memcpy(high->key, low->key + low->count, high->count * sizeof high->key[0]);
    note(ends, d);
    note(ends, d + 1);
    return true;
}

bool mdl_ends_add(struct mdl_ends *ends, int64_t end_ns, uint32_t place, uint32_t width)
{
    sim_u128 key = key_of(end_ns, place, width);
    struct mdl_ends_block *block;
    uint32_t d, i;

    if (ends->block_count == 0) {
        if (!open_block(ends, 0))
            return false;
        ends->last[0] = key;
        ends->width_sum[0] = 0;
    }
    d = count_below(ends->last, ends->block_count, key);
    d = d == ends->block_count ? d - 1 : d;
    if (ends->block[d]->count == MDL_ENDS_BLOCK) {
        if (!split(ends, d))
            return false;
        d += ends->last[d] < key;
    }
    block = ends->block[d];
    i = count_below(block->key, block->count, key);
    memmove(block->key + i + 1, block->key + i, (block->count - i) * sizeof block->key[0]);
    block->key[i] = key;
    block->count++;
    ends->last[d] = block->key[block->count - 1];
    ends->width_sum[d] += (uint32_t)key;
    return true;
}

/* Neighbours that have become small are made one, so that blocks stay few. */
static void join(struct mdl_ends *ends, uint32_t d)
{
    struct mdl_ends_block *low = ends->block[d], *high = ends->block[d + 1];

    memcpy(low->key + low->count, high->key, high->count * sizeof high->key[0]);
    low->count += high->count;
    sim_pool_put(&ends->blocks, high);
    ends->width_sum[d] += ends->width_sum[d + 1];
    ends->last[d] = ends->last[d + 1];
    shift_directory(ends, d + 2, -1);
}

void mdl_ends_remove(struct mdl_ends *ends, int64_t end_ns, uint32_t place, uint32_t width)
{
    sim_u128 key = key_of(end_ns, place, width);
    uint32_t d = count_below(ends->last, ends->block_count, key);
    struct mdl_ends_block *block = ends->block[d];
    uint32_t i = count_below(block->key, block->count, key);

    assert(i < block->count && block->key[i] == key);
    block->count--;
    memmove(block->key + i, block->key + i + 1, (block->count - i) * sizeof block->key[0]);
    ends->width_sum[d] -= (uint32_t)key;
    if (block->count == 0) {
        sim_pool_put(&ends->blocks, block);
        shift_directory(ends, d + 1, -1);
        return;
    }
    ends->last[d] = block->key[block->count - 1];
    if (block->count > FEW)
        return;
    if (d + 1 < ends->block_count && ends->block[d + 1]->count <= MDL_ENDS_BLOCK / 2)
        join(ends, d);
    else if (d > 0 && ends->block[d - 1]->count <= MDL_ENDS_BLOCK / 2)
        join(ends, d - 1);
}

bool mdl_ends_given_back(const struct mdl_ends *ends, int64_t need, int64_t *time_ns,
                         int64_t *units)
{
    int64_t sum = 0;
    uint32_t d = 0, i = 0;
    const struct mdl_ends_block *block;

    while (d < ends->block_count && sum + (int64_t)ends->width_sum[d] < need)
        sum += (int64_t)ends->width_sum[d++];
    if (d == ends->block_count)
        return false;
    block = ends->block[d];
    while (sum < need)
        sum += (uint32_t)block->key[i++];
    *time_ns = sim_timer_key_time(block->key[i - 1]);
    for (; d < ends->block_count; d++, i = 0) {
        for (block = ends->block[d]; i < block->count; i++) {
            if (sim_timer_key_time(block->key[i]) != *time_ns) {
                *units = sum;
                return true;
            }
            sum += (uint32_t)block->key[i];
        }
    }
    *units = sum;
    return true;
}

/* ---- moment by moment ---- */

int64_t mdl_ends_after(const struct mdl_ends *ends, int64_t time_ns)
{
    sim_u128 bound = key_of(time_ns + 1, 0, 0);
    uint32_t d = count_below(ends->last, ends->block_count, bound);
    const struct mdl_ends_block *block;

    if (d == ends->block_count)
        return SIM_NEVER;
    block = ends->block[d];
    return sim_timer_key_time(block->key[count_below(block->key, block->count, bound)]);
}

int64_t mdl_ends_upto(const struct mdl_ends *ends, int64_t time_ns)
{
    sim_u128 bound = key_of(time_ns + 1, 0, 0);
    uint32_t d = count_below(ends->last, ends->block_count, bound), i = 0;

    if (d < ends->block_count)
        i = count_below(ends->block[d]->key, ends->block[d]->count, bound);
    if (i > 0)
        return sim_timer_key_time(ends->block[d]->key[i - 1]);
    return d > 0 ? sim_timer_key_time(ends->last[d - 1]) : INT64_MIN;
}

uint64_t mdl_ends_each_at(const struct mdl_ends *ends, int64_t time_ns,
                          void (*visit)(void *context, uint32_t place), void *context)
{
    sim_u128 bound = key_of(time_ns, 0, 0);
    uint64_t sum = 0;

    for (uint32_t d = count_below(ends->last, ends->block_count, bound); d < ends->block_count;
         d++) {
        const struct mdl_ends_block *block = ends->block[d];

        for (uint32_t i = count_below(block->key, block->count, bound); i < block->count; i++) {
            if (sim_timer_key_time(block->key[i]) != time_ns)
                return sum;
            sum += (uint32_t)block->key[i];
            if (visit)
                visit(context, (uint32_t)(block->key[i] >> 32));
        }
    }
    return sum;
}
