/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim/arena.h - memory that is given back all at once, and pools of equal things on it.
 *
 * An arena has a byte limit; past it (or past what the machine has) allocation returns NULL and
 * the caller reports SIM_ENOMEM. A pool hands out items of one size and takes them back.
 * Arrays that grow for as long as a run lasts use sim_arena_resize: it counts against the same
 * limit.
 *
 * Memory   blocks are aligned to 64 bytes and zeroed; sim_arena_destroy frees everything.
 * Threads  one arena belongs to one thread.
 * Cost     alloc and pool get/put O(1); destroy O(blocks).
 */
#ifndef SIM_ARENA_H
#define SIM_ARENA_H

#include <stddef.h>

#include "sim/error.h"

struct sim_arena;

/* limit_bytes: 0 = no limit. NULL when even the arena itself does not fit. */
struct sim_arena *sim_arena_create(size_t limit_bytes);
void sim_arena_destroy(struct sim_arena *arena);

/* Zeroed memory for count items of size bytes, or NULL. A count of 0 gives a valid pointer. */
void *sim_arena_alloc(struct sim_arena *arena, size_t count, size_t size);

/* A copy of text, or NULL. */
char *sim_arena_strdup(struct sim_arena *arena, const char *text);

/* Grows an array to new_count items (old contents kept, the rest zeroed), or NULL with the old
 * array untouched. `old` is NULL or came from this function. Never shrinks. */
void *sim_arena_resize(struct sim_arena *arena, void *old, size_t new_count, size_t size);

size_t sim_arena_bytes(const struct sim_arena *arena); /* handed out now */

/* ---- pools ---- */
struct sim_pool {
    struct sim_arena *arena;
    size_t item_bytes;
    void *free_list;
    size_t used;
};

void sim_pool_init(struct sim_pool *pool, struct sim_arena *arena, size_t item_bytes);
int sim_pool_refill(struct sim_pool *pool); /* 0 = no memory; called by sim_pool_get */

/* An item with undefined contents, or NULL. */
static inline void *sim_pool_get(struct sim_pool *pool)
{
    void *item = pool->free_list;

    if (!item) {
        if (!sim_pool_refill(pool))
            return NULL;
        item = pool->free_list;
    }
    pool->free_list = *(void **)item;
    pool->used++;
    return item;
}

static inline void sim_pool_put(struct sim_pool *pool, void *item)
{
    *(void **)item = pool->free_list;
    pool->free_list = item;
    pool->used--;
}

#endif /* SIM_ARENA_H */
