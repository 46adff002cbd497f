/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/compute/bookings.h"

#include <assert.h>

#include "models/compute/partition_private.h"

enum { FIRST_BLOCKS = 2 };

/* ---- blocks ---- */

static void note_block(struct mdl_booking_block *block)
{
    block->earliest_ns = SIM_NEVER;
    block->latest_ns = INT64_MIN;
    block->narrowest = UINT32_MAX;
    for (unsigned i = 0; i < MDL_BOOKINGS_BLOCK; i++) {
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

static bool grow(struct mdl_bookings *bookings)
{
    uint32_t count = bookings->block_count ? 2 * bookings->block_count : FIRST_BLOCKS;
    void *grown =
        sim_arena_resize(bookings->arena, bookings->block, count, sizeof *bookings->block);

    if (!grown)
        return false;
    bookings->block = grown;
    for (uint32_t b = bookings->block_count; b < count; b++)
        note_block(&bookings->block[b]);
    bookings->block_count = count;
    return true;
}

bool mdl_bookings_init(struct mdl_bookings *bookings, const struct mdl_partition *partition)
{
    struct sim *sim = partition->sim;

    *bookings = (struct mdl_bookings){.arena = sim->arena, .capacity = partition->state.capacity};
    return mdl_availability_init(&bookings->free, sim->arena, sim->now_ns, partition->free, NULL) ==
               SIM_OK &&
           grow(bookings);
}

static void put(struct mdl_bookings *bookings, uint32_t slot, struct mdl_job *job, int64_t start_ns)
{
    struct mdl_booking_block *block = mdl_bookings_block_of(bookings, slot);
    uint32_t i = slot % MDL_BOOKINGS_BLOCK;

    block->job[i] = job;
    block->start_ns[i] = start_ns;
    block->duration_ns[i] = mdl_bookings_duration_ns(job);
    block->width[i] = job->width;
}

bool mdl_bookings_append(struct mdl_bookings *bookings, struct mdl_job *job)
{
    if (bookings->end == bookings->block_count * MDL_BOOKINGS_BLOCK && !grow(bookings))
        return false;
    put(bookings, bookings->end, job, SIM_NEVER);
    note_block(mdl_bookings_block_of(bookings, bookings->end));
    bookings->end++;
    bookings->live++;
    return true;
}

void mdl_bookings_set_start(struct mdl_bookings *bookings, uint32_t slot, int64_t start_ns)
{
    struct mdl_booking_block *block = mdl_bookings_block_of(bookings, slot);

    block->start_ns[slot % MDL_BOOKINGS_BLOCK] = start_ns;
    note_block(block);
}

void mdl_bookings_remove(struct mdl_bookings *bookings, uint32_t slot)
{
    struct mdl_booking_block *block = mdl_bookings_block_of(bookings, slot);

    block->job[slot % MDL_BOOKINGS_BLOCK] = NULL;
    note_block(block);
    if (--bookings->live == 0) {
        bookings->first = bookings->end = 0;
        return;
    }
    while (!mdl_bookings_block_of(bookings, bookings->first)
                ->job[bookings->first % MDL_BOOKINGS_BLOCK])
        bookings->first++;
}

void mdl_bookings_close_ranks(struct mdl_bookings *bookings)
{
    uint32_t to = 0;

    if (bookings->end < MDL_BOOKINGS_BLOCK || bookings->end / 2 < bookings->live)
        return;
    for (uint32_t slot = bookings->first; slot < bookings->end; slot++) {
        struct mdl_booking_block *block = mdl_bookings_block_of(bookings, slot);
        struct mdl_job *job = block->job[slot % MDL_BOOKINGS_BLOCK];

        if (!job)
            continue;
        block->job[slot % MDL_BOOKINGS_BLOCK] = NULL;
        put(bookings, to++, job, block->start_ns[slot % MDL_BOOKINGS_BLOCK]);
    }
    for (uint32_t b = 0; b <= (bookings->end - 1) / MDL_BOOKINGS_BLOCK; b++)
        note_block(&bookings->block[b]);
    bookings->first = 0;
    bookings->end = to;
}

bool mdl_bookings_place(struct mdl_bookings *bookings, uint32_t slot)
{
    const struct mdl_booking_block *block = mdl_bookings_block_of(bookings, slot);
    uint32_t i = slot % MDL_BOOKINGS_BLOCK;
    int64_t duration_ns = block->duration_ns[i], units = block->width[i];
    int64_t start_ns = mdl_availability_earliest(&bookings->free, bookings->free.since_ns,
                                                 SIM_NEVER, duration_ns, units);

    if (start_ns == SIM_NEVER)
        return true;
    mdl_bookings_set_start(bookings, slot, start_ns);
    return mdl_availability_add(&bookings->free, start_ns, start_ns + duration_ns, -units);
}

static bool give_back(struct mdl_bookings *bookings, uint32_t slot)
{
    const struct mdl_booking_block *block = mdl_bookings_block_of(bookings, slot);
    uint32_t i = slot % MDL_BOOKINGS_BLOCK;
    int64_t start_ns = block->start_ns[i];

    if (!block->job[i] || start_ns == SIM_NEVER)
        return true;
    mdl_bookings_set_start(bookings, slot, SIM_NEVER);
    return mdl_availability_add(&bookings->free, start_ns, start_ns + block->duration_ns[i],
                                block->width[i]);
}

bool mdl_bookings_give_back_all(struct mdl_bookings *bookings)
{
    for (uint32_t slot = bookings->first; slot < bookings->end; slot++)
        if (!give_back(bookings, slot))
            return false;
    return true;
}

/* ---- searches ---- */

uint32_t mdl_bookings_due(const struct mdl_bookings *bookings, int64_t now_ns)
{
    for (uint32_t slot = bookings->first; slot < bookings->end; slot++) {
        const struct mdl_booking_block *block = mdl_bookings_block_of(bookings, slot);

        if (block->earliest_ns > now_ns)
            slot |= MDL_BOOKINGS_BLOCK - 1;
        else if (block->job[slot % MDL_BOOKINGS_BLOCK] &&
                 block->start_ns[slot % MDL_BOOKINGS_BLOCK] <= now_ns)
            return slot;
    }
    return MDL_NO_SLOT;
}

int64_t mdl_bookings_next_ns(const struct mdl_bookings *bookings)
{
    int64_t next_ns = SIM_NEVER;

    for (uint32_t b = bookings->first / MDL_BOOKINGS_BLOCK; b * MDL_BOOKINGS_BLOCK < bookings->end;
         b++)
        if (bookings->block[b].earliest_ns < next_ns)
            next_ns = bookings->block[b].earliest_ns;
    return next_ns;
}

uint32_t mdl_bookings_last_within(const struct mdl_bookings *bookings, uint32_t end, int64_t width)
{
    for (uint32_t slot = end; slot-- > bookings->first;) {
        const struct mdl_booking_block *block = mdl_bookings_block_of(bookings, slot);

        if (block->narrowest > width)
            slot &= ~(uint32_t)(MDL_BOOKINGS_BLOCK - 1);
        else if (block->job[slot % MDL_BOOKINGS_BLOCK] &&
                 block->width[slot % MDL_BOOKINGS_BLOCK] <= width)
            return slot;
    }
    return MDL_NO_SLOT;
}

bool mdl_bookings_withdraw(struct mdl_bookings *bookings, const struct mdl_job *job,
                           int64_t *from_ns, int64_t *to_ns)
{
    const struct mdl_booking_block *block;
    uint32_t slot = bookings->first, i;

    while (mdl_bookings_block_of(bookings, slot)->job[slot % MDL_BOOKINGS_BLOCK] != job)
        slot++;
    block = mdl_bookings_block_of(bookings, slot);
    i = slot % MDL_BOOKINGS_BLOCK;
    *from_ns = *to_ns = block->start_ns[i];
    if (*from_ns != SIM_NEVER)
        *to_ns += block->duration_ns[i];
    mdl_bookings_remove(bookings, slot);
    return *from_ns == *to_ns ||
           mdl_availability_add(&bookings->free, *from_ns, *to_ns, job->width);
}

/* ---- with the partition ---- */

void mdl_bookings_start_due(struct mdl_partition *partition, struct mdl_bookings *bookings)
{
    uint32_t slot;

    while (!partition->sim->is_aborted &&
           (slot = mdl_bookings_due(bookings, partition->sim->now_ns)) != MDL_NO_SLOT) {
        struct mdl_job *job = mdl_bookings_block_of(bookings, slot)->job[slot % MDL_BOOKINGS_BLOCK];

        mdl_bookings_remove(bookings, slot);
        mdl_waiting_remove(&partition->waiting, job);
        mdl_partition_start(partition, job);
    }
}

bool mdl_bookings_set_capacity(struct mdl_bookings *bookings, const struct mdl_partition *partition)
{
    int64_t gain = (int64_t)partition->state.capacity - bookings->capacity;

    mdl_availability_forget(&bookings->free, partition->sim->now_ns);
    bookings->capacity += gain;
    return mdl_availability_add(&bookings->free, partition->sim->now_ns, SIM_NEVER, gain);
}

bool mdl_bookings_end(struct mdl_bookings *bookings, const struct mdl_job *job)
{
    mdl_availability_forget(&bookings->free, job->end_ns);
    return mdl_availability_add(&bookings->free, job->end_ns,
                                job->start_ns + mdl_bookings_duration_ns(job), job->width);
}
