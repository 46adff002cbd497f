/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/compute/reserved.h"

#include <assert.h>

#include "models/compute/partition_private.h"

enum { FIRST_BLOCKS = 2 };

/* ---- blocks ---- */

static void note_block(struct mdl_reserved_block *block)
{
    block->earliest_ns = SIM_NEVER;
    block->latest_ns = INT64_MIN;
    block->narrowest = UINT32_MAX;
    for (unsigned i = 0; i < MDL_RESERVED_BLOCK; i++) {
        if (!block->job[i])
            continue;
        if (block->start_ns[i] < block->earliest_ns)
            block->earliest_ns = block->start_ns[i];
        if (block->start_ns[i] > block->latest_ns)
            block->latest_ns = block->start_ns[i];
        if (block->width[i] < block->narrowest)
            block->narrowest = block->width[i];
    }
}

static bool grow(struct mdl_reserved *reserved)
{
    uint32_t count = reserved->block_count ? 2 * reserved->block_count : FIRST_BLOCKS;
    void *grown =
        sim_arena_resize(reserved->arena, reserved->block, count, sizeof *reserved->block);

    if (!grown)
        return false;
    reserved->block = grown;
    for (uint32_t b = reserved->block_count; b < count; b++)
        note_block(&reserved->block[b]);
    reserved->block_count = count;
    return true;
}

bool mdl_reserved_init(struct mdl_reserved *reserved, const struct mdl_partition *partition)
{
    struct sim *sim = partition->sim;

    *reserved = (struct mdl_reserved){.arena = sim->arena, .capacity = partition->state.capacity};
    return mdl_availability_init(&reserved->free, sim->arena, sim->now_ns, partition->free, NULL) ==
               SIM_OK &&
           grow(reserved);
}

static void put(struct mdl_reserved *reserved, uint32_t slot, struct mdl_job *job, int64_t start_ns)
{
    struct mdl_reserved_block *block = mdl_reserved_block_of(reserved, slot);
    uint32_t i = slot % MDL_RESERVED_BLOCK;

    block->job[i] = job;
    block->start_ns[i] = start_ns;
    block->duration_ns[i] = mdl_reserved_duration_ns(job);
    block->width[i] = job->width;
}

bool mdl_reserved_append(struct mdl_reserved *reserved, struct mdl_job *job)
{
    if (reserved->end == reserved->block_count * MDL_RESERVED_BLOCK && !grow(reserved))
        return false;
    put(reserved, reserved->end, job, SIM_NEVER);
    note_block(mdl_reserved_block_of(reserved, reserved->end));
    reserved->end++;
    reserved->live++;
    return true;
}

void mdl_reserved_set_start(struct mdl_reserved *reserved, uint32_t slot, int64_t start_ns)
{
    struct mdl_reserved_block *block = mdl_reserved_block_of(reserved, slot);

    block->start_ns[slot % MDL_RESERVED_BLOCK] = start_ns;
    note_block(block);
}

void mdl_reserved_remove(struct mdl_reserved *reserved, uint32_t slot)
{
    struct mdl_reserved_block *block = mdl_reserved_block_of(reserved, slot);

    block->job[slot % MDL_RESERVED_BLOCK] = NULL;
    note_block(block);
    if (--reserved->live == 0) {
        reserved->first = reserved->end = 0;
        return;
    }
    while (!mdl_reserved_block_of(reserved, reserved->first)
                ->job[reserved->first % MDL_RESERVED_BLOCK])
        reserved->first++;
}

void mdl_reserved_close_ranks(struct mdl_reserved *reserved)
{
    uint32_t to = 0;

    if (reserved->end < MDL_RESERVED_BLOCK || reserved->end / 2 < reserved->live)
        return;
    for (uint32_t slot = reserved->first; slot < reserved->end; slot++) {
        struct mdl_reserved_block *block = mdl_reserved_block_of(reserved, slot);
        struct mdl_job *job = block->job[slot % MDL_RESERVED_BLOCK];

        if (!job)
            continue;
        block->job[slot % MDL_RESERVED_BLOCK] = NULL;
        put(reserved, to++, job, block->start_ns[slot % MDL_RESERVED_BLOCK]);
    }
    for (uint32_t b = 0; b <= (reserved->end - 1) / MDL_RESERVED_BLOCK; b++)
        note_block(&reserved->block[b]);
    reserved->first = 0;
    reserved->end = to;
}

bool mdl_reserved_place(struct mdl_reserved *reserved, uint32_t slot)
{
    const struct mdl_reserved_block *block = mdl_reserved_block_of(reserved, slot);
    uint32_t i = slot % MDL_RESERVED_BLOCK;
    int64_t duration_ns = block->duration_ns[i], units = block->width[i];
    int64_t start_ns = mdl_availability_earliest(&reserved->free, reserved->free.since_ns,
                                                 SIM_NEVER, duration_ns, units);

    if (start_ns == SIM_NEVER)
        return true;
    mdl_reserved_set_start(reserved, slot, start_ns);
    return mdl_availability_add(&reserved->free, start_ns, start_ns + duration_ns, -units);
}

static bool give_back(struct mdl_reserved *reserved, uint32_t slot)
{
    const struct mdl_reserved_block *block = mdl_reserved_block_of(reserved, slot);
    uint32_t i = slot % MDL_RESERVED_BLOCK;
    int64_t start_ns = block->start_ns[i];

    if (!block->job[i] || start_ns == SIM_NEVER)
        return true;
    mdl_reserved_set_start(reserved, slot, SIM_NEVER);
    return mdl_availability_add(&reserved->free, start_ns, start_ns + block->duration_ns[i],
                                block->width[i]);
}

bool mdl_reserved_give_back_all(struct mdl_reserved *reserved)
{
    for (uint32_t slot = reserved->first; slot < reserved->end; slot++)
        if (!give_back(reserved, slot))
            return false;
    return true;
}

/* ---- searches ---- */

uint32_t mdl_reserved_due(const struct mdl_reserved *reserved, int64_t now_ns)
{
    for (uint32_t slot = reserved->first; slot < reserved->end; slot++) {
        const struct mdl_reserved_block *block = mdl_reserved_block_of(reserved, slot);

        if (block->earliest_ns > now_ns)
            slot |= MDL_RESERVED_BLOCK - 1;
        else if (block->job[slot % MDL_RESERVED_BLOCK] &&
                 block->start_ns[slot % MDL_RESERVED_BLOCK] <= now_ns)
            return slot;
    }
    return MDL_NO_SLOT;
}

int64_t mdl_reserved_next_ns(const struct mdl_reserved *reserved)
{
    int64_t next_ns = SIM_NEVER;

    for (uint32_t b = reserved->first / MDL_RESERVED_BLOCK; b * MDL_RESERVED_BLOCK < reserved->end;
         b++)
        if (reserved->block[b].earliest_ns < next_ns)
            next_ns = reserved->block[b].earliest_ns;
    return next_ns;
}

uint32_t mdl_reserved_last_within(const struct mdl_reserved *reserved, uint32_t end, int64_t width)
{
    for (uint32_t slot = end; slot-- > reserved->first;) {
        const struct mdl_reserved_block *block = mdl_reserved_block_of(reserved, slot);

        if (block->narrowest > width)
            slot &= ~(uint32_t)(MDL_RESERVED_BLOCK - 1);
        else if (block->job[slot % MDL_RESERVED_BLOCK] &&
                 block->width[slot % MDL_RESERVED_BLOCK] <= width)
            return slot;
    }
    return MDL_NO_SLOT;
}

/* ---- with the partition ---- */

void mdl_reserved_start_due(struct mdl_partition *partition, struct mdl_reserved *reserved)
{
    uint32_t slot;

    while (!partition->sim->is_aborted &&
           (slot = mdl_reserved_due(reserved, partition->sim->now_ns)) != MDL_NO_SLOT) {
        struct mdl_job *job = mdl_reserved_block_of(reserved, slot)->job[slot % MDL_RESERVED_BLOCK];

        mdl_reserved_remove(reserved, slot);
        mdl_waiting_drop(&partition->waiting, job);
        mdl_partition_start(partition, job);
    }
}

bool mdl_reserved_set_capacity(struct mdl_reserved *reserved, const struct mdl_partition *partition)
{
    int64_t gain = (int64_t)partition->state.capacity - reserved->capacity;

    mdl_availability_forget(&reserved->free, partition->sim->now_ns);
    reserved->capacity += gain;
    return mdl_availability_add(&reserved->free, partition->sim->now_ns, SIM_NEVER, gain);
}

bool mdl_reserved_end(struct mdl_reserved *reserved, const struct mdl_job *job)
{
    mdl_availability_forget(&reserved->free, job->end_ns);
    return mdl_availability_add(&reserved->free, job->end_ns,
                                job->start_ns + mdl_reserved_duration_ns(job), job->width);
}
