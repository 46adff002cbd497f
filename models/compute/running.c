/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/compute/running.h"

#include <assert.h>
#include <string.h>

enum { FIRST_SLOTS = 16, FIRST_BLOCKS = 16, FEW = MDL_RUNNING_BLOCK / 4 };

#define SLOT_MASK ((UINT64_C(1) << MDL_RUNNING_SLOT_BITS) - 1)

/* ---- by true end ---- */

static bool grow_slots(struct mdl_running *running)
{
    uint32_t capacity = running->capacity ? 2 * running->capacity : FIRST_SLOTS;
    void *job, *free_slot;

    if (capacity > SLOT_MASK + 1)
        return false;
    job = sim_arena_resize(running->arena, running->job, capacity, sizeof(struct mdl_job *));
    if (!job)
        return false;
    running->job = job;
    free_slot = sim_arena_resize(running->arena, running->free_slot, capacity, sizeof(uint32_t));
    if (!free_slot)
        return false;
    running->free_slot = free_slot;
    if ((running->pace && !mdl_pace_grow(running->pace, running->arena, capacity)) ||
        !mdl_winners_grow(&running->ends, running->arena, capacity))
        return false;
    for (uint32_t i = 0; i < capacity - running->capacity; i++)
        running->free_slot[i] = capacity - 1 - i;
    running->capacity = capacity;
    return true;
}

/* ---- by predicted end ---- */

static sim_u128 predicted_key(const struct mdl_job *job)
{
    return sim_timer_key(job->start_ns + job->walltime_ns, (uint64_t)job->place << 32 | job->width);
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

static bool grow_directory(struct mdl_running *running)
{
    uint32_t capacity = running->block_capacity ? 2 * running->block_capacity : FIRST_BLOCKS;
    void *grown = sim_arena_resize(running->arena, running->block, capacity,
                                   sizeof(struct mdl_running_block *));

    if (!grown)
        return false;
    running->block = grown;
    grown = sim_arena_resize(running->arena, running->last, capacity, sizeof(sim_u128));
    if (!grown)
        return false;
    running->last = grown;
    grown = sim_arena_resize(running->arena, running->width_sum, capacity, sizeof(uint64_t));
    if (!grown)
        return false;
    running->width_sum = grown;
    running->block_capacity = capacity;
    return true;
}

static uint64_t sum_of(const struct mdl_running_block *block)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < block->count; i++)
        sum += (uint32_t)block->key[i];
    return sum;
}

static void note(struct mdl_running *running, uint32_t d)
{
    const struct mdl_running_block *block = running->block[d];

    running->last[d] = block->key[block->count - 1];
    running->width_sum[d] = sum_of(block);
}

static void shift_directory(struct mdl_running *running, uint32_t from, int by)
{
    size_t count = running->block_count - from;

    memmove(running->block + from + by, running->block + from, count * sizeof *running->block);
    memmove(running->last + from + by, running->last + from, count * sizeof *running->last);
    memmove(running->width_sum + from + by, running->width_sum + from,
            count * sizeof *running->width_sum);
    running->block_count += (uint32_t)by;
}

/* A block, empty, at place d of the directory. */
static bool open_block(struct mdl_running *running, uint32_t d)
{
    struct mdl_running_block *block;

    if (running->block_count == running->block_capacity && !grow_directory(running))
        return false;
    block = sim_pool_get(&running->blocks);
    if (!block)
        return false;
    block->count = 0;
    shift_directory(running, d, 1);
    running->block[d] = block;
    return true;
}

static bool split(struct mdl_running *running, uint32_t d)
{
    struct mdl_running_block *low, *high;

    if (!open_block(running, d + 1))
        return false;
    low = running->block[d];
    high = running->block[d + 1];
    low->count = MDL_RUNNING_BLOCK / 2;
    high->count = MDL_RUNNING_BLOCK - low->count;
    memcpy(high->key, low->key + low->count, high->count * sizeof high->key[0]);
    note(running, d);
    note(running, d + 1);
    return true;
}

static bool predict(struct mdl_running *running, sim_u128 key)
{
    struct mdl_running_block *block;
    uint32_t d, i;

    if (running->block_count == 0) {
        if (!open_block(running, 0))
            return false;
        running->last[0] = key;
        running->width_sum[0] = 0;
    }
    d = count_below(running->last, running->block_count, key);
    d = d == running->block_count ? d - 1 : d;
    if (running->block[d]->count == MDL_RUNNING_BLOCK) {
        if (!split(running, d))
            return false;
        d += running->last[d] < key;
    }
    block = running->block[d];
    i = count_below(block->key, block->count, key);
    memmove(block->key + i + 1, block->key + i, (block->count - i) * sizeof block->key[0]);
    block->key[i] = key;
    block->count++;
    running->last[d] = block->key[block->count - 1];
    running->width_sum[d] += (uint32_t)key;
    return true;
}

/* Neighbours that have become small are made one, so that blocks stay few. */
static void join(struct mdl_running *running, uint32_t d)
{
    struct mdl_running_block *low = running->block[d], *high = running->block[d + 1];

    memcpy(low->key + low->count, high->key, high->count * sizeof high->key[0]);
    low->count += high->count;
    sim_pool_put(&running->blocks, high);
    running->width_sum[d] += running->width_sum[d + 1];
    running->last[d] = running->last[d + 1];
    shift_directory(running, d + 2, -1);
}

static void forget(struct mdl_running *running, sim_u128 key)
{
    uint32_t d = count_below(running->last, running->block_count, key);
    struct mdl_running_block *block = running->block[d];
    uint32_t i = count_below(block->key, block->count, key);

    assert(i < block->count && block->key[i] == key);
    block->count--;
    memmove(block->key + i, block->key + i + 1, (block->count - i) * sizeof block->key[0]);
    running->width_sum[d] -= (uint32_t)key;
    if (block->count == 0) {
        sim_pool_put(&running->blocks, block);
        shift_directory(running, d + 1, -1);
        return;
    }
    running->last[d] = block->key[block->count - 1];
    if (block->count > FEW)
        return;
    if (d + 1 < running->block_count && running->block[d + 1]->count <= MDL_RUNNING_BLOCK / 2)
        join(running, d);
    else if (d > 0 && running->block[d - 1]->count <= MDL_RUNNING_BLOCK / 2)
        join(running, d - 1);
}

/* ---- both ---- */

enum sim_status mdl_running_init(struct mdl_running *running, struct sim_arena *arena,
                                 bool is_predicted, struct sim_error *err)
{
    *running = (struct mdl_running){.arena = arena, .is_predicted = is_predicted};
    sim_pool_init(&running->blocks, arena, sizeof(struct mdl_running_block));
    if (!grow_slots(running))
        return sim_fail(err, SIM_ENOMEM, "no memory for running jobs");
    return SIM_OK;
}

bool mdl_running_enable_pace(struct mdl_running *running, int64_t now_ns)
{
    struct mdl_pace *pace = sim_arena_alloc(running->arena, 1, sizeof *pace);

    if (!pace)
        return false;
    mdl_pace_init(pace, now_ns);
    running->pace = pace;
    return mdl_pace_grow(pace, running->arena, running->capacity);
}

static uint64_t low_of(const struct mdl_running *running, uint32_t slot)
{
    return (uint64_t)mdl_winners_at(&running->ends, slot);
}

void mdl_running_pause(struct mdl_running *running, const struct mdl_job *job, int64_t now_ns)
{
    mdl_pace_pause(running->pace, job->pace - 1, job->place, now_ns);
}

void mdl_running_resume(struct mdl_running *running, const struct mdl_job *job, int64_t now_ns)
{
    mdl_pace_resume(running->pace, job->pace - 1, job->place, low_of(running, job->place), now_ns);
}

int64_t mdl_running_left_ns(const struct mdl_running *running, const struct mdl_job *job,
                            int64_t now_ns)
{
    return mdl_pace_left_ns(running->pace, job->pace - 1, job->place, now_ns);
}

bool mdl_running_add(struct mdl_running *running, struct mdl_job *job)
{
    uint32_t slot;
    uint64_t low;

    if (running->count == running->capacity && !grow_slots(running))
        return false;
    slot = running->free_slot[running->capacity - running->count - 1];
    job->place = slot;
    if (running->is_predicted && !predict(running, predicted_key(job)))
        return false;
    running->count++;
    running->job[slot] = job;
    low = running->next_order++ << MDL_RUNNING_SLOT_BITS | slot;
    mdl_winners_set(
        &running->ends, slot,
        sim_timer_key(job->start_ns + (job->pace ? job->walltime_ns : job->run_ns), low));
    if (job->pace)
        mdl_pace_add(running->pace, job->pace - 1, slot, job->run_ns, low, job->start_ns);
    return true;
}

void mdl_running_remove(struct mdl_running *running, struct mdl_job *job)
{
    uint32_t slot = job->place;

    assert(running->job[slot] == job);
    running->job[slot] = NULL;
    running->count--;
    running->free_slot[running->capacity - running->count - 1] = slot;
    mdl_winners_clear(&running->ends, slot);
    if (job->pace)
        mdl_pace_remove(running->pace, job->pace - 1, slot);
    if (running->is_predicted)
        forget(running, predicted_key(job));
}

bool mdl_running_given_back(const struct mdl_running *running, int64_t need, int64_t *time_ns,
                            int64_t *units)
{
    int64_t sum = 0;
    uint32_t d = 0, i = 0;
    const struct mdl_running_block *block;

    while (d < running->block_count && sum + (int64_t)running->width_sum[d] < need)
        sum += (int64_t)running->width_sum[d++];
    if (d == running->block_count)
        return false;
    block = running->block[d];
    while (sum < need)
        sum += (uint32_t)block->key[i++];
    *time_ns = sim_timer_key_time(block->key[i - 1]);
    for (; d < running->block_count; d++, i = 0) {
        for (block = running->block[d]; i < block->count; i++) {
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
