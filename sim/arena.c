/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/arena.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { ALIGN = 64, CHUNK_BYTES = 1 << 16, POOL_ITEMS = 64, HUGE_BYTES = 1 << 21 };

/* Every block of the system is in one doubly linked list; small requests share a chunk. */
struct block {
    struct block *next, *previous;
    size_t bytes;
};

struct sim_arena {
    struct block blocks; /* list head */
    size_t limit_bytes, held_bytes;
    char *chunk;
    size_t chunk_left;
};

static size_t rounded(size_t bytes)
{
    return (bytes + ALIGN - 1) / ALIGN * ALIGN;
}

static bool product_fits(size_t count, size_t size, size_t *bytes)
{
    return !__builtin_mul_overflow(count, size, bytes) && *bytes < SIZE_MAX / 2;
}

struct sim_arena *sim_arena_create(size_t limit_bytes)
{
    struct sim_arena *arena;

    if (limit_bytes && limit_bytes < sizeof *arena)
        return NULL;
    arena = calloc(1, sizeof *arena);
    if (!arena)
        return NULL;
    arena->limit_bytes = limit_bytes;
    arena->held_bytes = sizeof *arena;
    arena->blocks.next = arena->blocks.previous = &arena->blocks;
    return arena;
}

void sim_arena_destroy(struct sim_arena *arena)
{
    struct block *block, *next;

    if (!arena)
        return;
    for (block = arena->blocks.next; block != &arena->blocks; block = next) {
        next = block->next;
        free(block);
    }
    free(arena);
}

/* A block of its own: header and payload, each aligned. */
static void *block_create(struct sim_arena *arena, size_t bytes)
{
    size_t whole = rounded(sizeof(struct block)) + rounded(bytes);
    struct block *block;
    void *memory;

    if (arena->limit_bytes && whole > arena->limit_bytes - arena->held_bytes)
        return NULL;
    if (posix_memalign(&memory, whole >= HUGE_BYTES ? HUGE_BYTES : ALIGN, whole))
        return NULL;
    block = memory;
    if (whole >= HUGE_BYTES) /* fewer address translations to miss; a wish, not a need */
        madvise(block, whole, MADV_HUGEPAGE);
    memset(block, 0, whole);
    block->bytes = whole;
    block->next = arena->blocks.next;
    block->previous = &arena->blocks;
    block->next->previous = block;
    arena->blocks.next = block;
    arena->held_bytes += whole;
    return (char *)block + rounded(sizeof *block);
}

static void block_destroy(struct sim_arena *arena, void *payload)
{
    struct block *block = (struct block *)(void *)((char *)payload - rounded(sizeof *block));

    block->next->previous = block->previous;
    block->previous->next = block->next;
    arena->held_bytes -= block->bytes;
    free(block);
}

void *sim_arena_alloc(struct sim_arena *arena, size_t count, size_t size)
{
    size_t bytes;
    void *memory;

    if (!product_fits(count, size, &bytes))
        return NULL;
    bytes = rounded(bytes ? bytes : 1);
    if (bytes >= CHUNK_BYTES / 4)
        return block_create(arena, bytes);
    if (bytes > arena->chunk_left) {
        size_t chunk_bytes = CHUNK_BYTES;
        char *chunk = block_create(arena, chunk_bytes);

        if (!chunk) { /* near the limit: exactly what is asked for */
            return block_create(arena, bytes);
        }
        arena->chunk = chunk;
        arena->chunk_left = chunk_bytes;
    }
    memory = arena->chunk;
    arena->chunk += bytes;
    arena->chunk_left -= bytes;
    return memory;
}

char *sim_arena_strdup(struct sim_arena *arena, const char *text)
{
    size_t bytes = strlen(text) + 1;
    char *copy = sim_arena_alloc(arena, bytes, 1);

    if (copy)
        memcpy(copy, text, bytes);
    return copy;
}

void *sim_arena_resize(struct sim_arena *arena, void *old, size_t new_count, size_t size)
{
    size_t bytes, old_bytes = 0;
    void *memory;

    if (!product_fits(new_count, size, &bytes))
        return NULL;
    if (old) {
        struct block *block = (struct block *)(void *)((char *)old - rounded(sizeof *block));

        old_bytes = block->bytes - rounded(sizeof *block);
        if (old_bytes >= bytes)
            return old;
    }
    memory = block_create(arena, bytes ? bytes : 1);
    if (!memory)
        return NULL;
    if (old) {
        memcpy(memory, old, old_bytes);
        block_destroy(arena, old);
    }
    return memory;
}

size_t sim_arena_bytes(const struct sim_arena *arena)
{
    return arena->held_bytes;
}

void sim_pool_init(struct sim_pool *pool, struct sim_arena *arena, size_t item_bytes)
{
    size_t least = item_bytes < sizeof(void *) ? sizeof(void *) : item_bytes;

    *pool = (struct sim_pool){.arena = arena, .item_bytes = (least + 7) / 8 * 8};
}

int sim_pool_refill(struct sim_pool *pool)
{
    char *items = sim_arena_alloc(pool->arena, POOL_ITEMS, pool->item_bytes);

    if (!items)
        return 0;
    for (size_t i = POOL_ITEMS; i-- > 0;) {
        void *item = items + i * pool->item_bytes;
        *(void **)item = pool->free_list;
        pool->free_list = item;
    }
    return 1;
}
