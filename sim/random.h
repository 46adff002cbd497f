/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim/random.h - draws that are a pure function of (seed, replication, entity, purpose, index).
 *
 * Nothing is drawn "next": the n-th job of a community has its size whatever else happens, so
 * two options of a scenario meet the same random numbers. An entity is the hash of its path
 * (`communities.sme-it`), a child of it hash(parent, kind, number).
 *
 * Philox4x32-10 with key = hash64(seed, replication) and counter = {index/2 (32 bits), purpose
 * (32 bits), entity (64 bits)}; its two 64-bit halves serve the even and the odd index. Index
 * below 2^33. A uniform is (top 52 bits + 0.5) * 2^-52, so it lies strictly inside (0, 1).
 *
 * A block (struct sim_draws) reads one (entity, purpose) in order of the index, SIM_DRAW_BLOCK
 * values at a time; value for value the same as reading singly.
 *
 * Memory   the structs are the caller's; nothing is allocated.
 * Errors   none; an index of 2^33 or more is a bug (assert).
 * Threads  pure functions; a struct sim_draws belongs to one thread.
 * Cost     single 11 ns; from a block 1.5 ns uniform, 2.5 ns exponential with AVX-512 (chosen at
 *          run time, same bits; gcc), 7 and 11 ns without vectors.
 * Source   Salmon et al., SC'11, doi:10.1145/2063384.2063405; Debian librandom123-dev.
 */
#ifndef SIM_RANDOM_H
#define SIM_RANDOM_H

#include <stdint.h>

/* Hashes: 64 bits, the same on every machine. Text: FNV-1a, then the finaliser of splitmix64.
 * Children of one parent and kind never meet; of n other hashes two meet with probability
 * n^2 / 2^65 (1e6 entities: 3e-8). */
uint64_t sim_hash_text(const char *text);
uint64_t sim_hash_child(uint64_t parent, uint32_t kind, uint64_t number);

/* The key of one replication. */
uint64_t sim_draw_key(uint64_t seed, uint32_t replication);

/* One uniform in (0, 1). */
double sim_uniform_at(uint64_t draw_key, uint64_t entity, uint32_t purpose, uint64_t index);

enum sim_draw_law {
    SIM_DRAW_UNIFORM,     /* (0, 1) */
    SIM_DRAW_EXPONENTIAL, /* -sim_log(u), mean 1 */
};

enum { SIM_DRAW_BLOCK = 64 };

struct sim_draws {
    double value[SIM_DRAW_BLOCK];
    uint64_t draw_key, entity, next_block; /* next_block: the one the next refill reads */
    uint32_t purpose;
    uint32_t position; /* in value; SIM_DRAW_BLOCK: refill first */
    enum sim_draw_law law;
};

/* Starts at index 0. */
void sim_draws_init(struct sim_draws *draws, uint64_t draw_key, uint64_t entity, uint32_t purpose,
                    enum sim_draw_law law);
void sim_draws_refill(struct sim_draws *draws);

static inline double sim_draws_next(struct sim_draws *draws)
{
    if (__builtin_expect(draws->position == SIM_DRAW_BLOCK, 0))
        sim_draws_refill(draws);
    return draws->value[draws->position++];
}

#endif /* SIM_RANDOM_H */
