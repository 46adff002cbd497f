/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Single draws come from Random123. Blocks run the same ten rounds over vectors of counters: a
 * 64-bit lane holds one 32-bit word, because processors multiply 32 x 32 -> 64 bits in such lanes
 * at full speed. That product is the one operation plain C does not get across (gcc makes a full
 * 64-bit product of it, 2.4 times slower), hence its intrinsics below. */
#include "sim/random.h"

#include <assert.h>
#include <string.h>

#include <Random123/philox.h>

#include "sim/elementary.h"

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#define HAS_X86_VECTORS 1
#else
#define HAS_X86_VECTORS 0
#endif

enum { PAIRS = SIM_DRAW_BLOCK / 2 };

/* A block before it is put in order. */
struct raw_block {
    uint64_t even[PAIRS], odd[PAIRS];
};

/* ---- hashes ---- */

/* A bijection of 64 bits (Steele, Lea & Flood, OOPSLA 2014, doi:10.1145/2660193.2660195). */
static uint64_t splitmix64(uint64_t x)
{
    x += UINT64_C(0x9e3779b97f4a7c15); /* so that 0 does not stay 0 */
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

uint64_t sim_hash_text(const char *text)
{
    uint64_t hash = UINT64_C(0xcbf29ce484222325);

    for (; *text; text++)
        hash = (hash ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
    return splitmix64(hash);
}

uint64_t sim_hash_child(uint64_t parent, uint32_t kind, uint64_t number)
{
    /* All are bijections, so siblings of one kind never meet. */
    uint64_t word = splitmix64(number + splitmix64(kind));

    return splitmix64(splitmix64(parent) + word);
}

uint64_t sim_draw_key(uint64_t seed, uint32_t replication)
{
    return sim_hash_child(seed, UINT32_C(0x73656564), replication); /* "seed" */
}

/* ---- single draws ---- */

/* (k + 0.5) * 2^-52 with k the top 52 bits, exactly: k under the exponent of 1, less 1 - 2^-53. */
static inline double uniform_of(uint64_t bits)
{
    double one_to_two;

    bits = bits >> 12 | UINT64_C(0x3ff0000000000000);
    memcpy(&one_to_two, &bits, sizeof one_to_two);
    return one_to_two - (1.0 - 0x1p-53);
}

static void philox_single(uint64_t draw_key, uint64_t entity, uint32_t purpose, uint32_t pair,
                          uint64_t *even, uint64_t *odd)
{
    philox4x32_ctr_t counter = {{pair, purpose, (uint32_t)entity, (uint32_t)(entity >> 32)}};
    philox4x32_key_t key = {{(uint32_t)draw_key, (uint32_t)(draw_key >> 32)}};
    philox4x32_ctr_t out = philox4x32_R(10, counter, key);

    *even = out.v[0] | (uint64_t)out.v[1] << 32;
    *odd = out.v[2] | (uint64_t)out.v[3] << 32;
}

double sim_uniform_at(uint64_t draw_key, uint64_t entity, uint32_t purpose, uint64_t index)
{
    uint64_t even, odd;

    assert(index >> 33 == 0);
    philox_single(draw_key, entity, purpose, (uint32_t)(index / 2), &even, &odd);
    return uniform_of(index % 2 ? odd : even);
}

/* ---- blocks ---- */

static void philox_plain(const struct sim_draws *draws, struct raw_block *raw)
{
    for (uint32_t i = 0; i < PAIRS; i++)
        philox_single(draws->draw_key, draws->entity, draws->purpose,
                      (uint32_t)draws->next_block * PAIRS + i, &raw->even[i], &raw->odd[i]);
}

#if HAS_X86_VECTORS
typedef uint64_t lanes4 __attribute__((vector_size(32)));
typedef uint64_t lanes8 __attribute__((vector_size(64)));

static const uint64_t lane_number[8] = {0, 1, 2, 3, 4, 5, 6, 7};

/* MULTIPLY takes the low 32 bits of each lane; what stands above them in c0 .. c3 does not matter
 * until the words are joined. */
#define DEFINE_PHILOX(NAME, ISA, LANES, VECTOR, MULTIPLY)                                          \
    __attribute__((target(ISA))) static void NAME(const struct sim_draws *draws,                   \
                                                  struct raw_block *raw)                           \
    {                                                                                              \
        const LANES none = {0}, low = none + 0xffffffff;                                           \
        const LANES m0 = none + 0xd2511f53, m1 = none + 0xcd9e8d57;                                \
        uint32_t first = (uint32_t)draws->next_block * PAIRS;                                      \
        LANES numbers;                                                                             \
                                                                                                   \
        memcpy(&numbers, lane_number, sizeof numbers);                                             \
        for (size_t i = 0; i < PAIRS; i += sizeof(LANES) / 8) {                                    \
            uint32_t k0 = (uint32_t)draws->draw_key, k1 = (uint32_t)(draws->draw_key >> 32);       \
            LANES c0 = numbers + (first + i), c1 = none + draws->purpose;                          \
            LANES c2 = none + draws->entity, c3 = none + (draws->entity >> 32);                    \
                                                                                                   \
            for (int round = 0; round < 10; round++) {                                             \
                LANES p0 = (LANES)MULTIPLY((VECTOR)c0, (VECTOR)m0);                                \
                LANES p1 = (LANES)MULTIPLY((VECTOR)c2, (VECTOR)m1);                                \
                                                                                                   \
                c0 = p1 >> 32 ^ c1 ^ (none + k0);                                                  \
                c2 = p0 >> 32 ^ c3 ^ (none + k1);                                                  \
                c1 = p1;                                                                           \
                c3 = p0;                                                                           \
                k0 += 0x9e3779b9;                                                                  \
                k1 += 0xbb67ae85;                                                                  \
            }                                                                                      \
            c0 = (c0 & low) | c1 << 32;                                                            \
            c2 = (c2 & low) | c3 << 32;                                                            \
            memcpy(raw->even + i, &c0, sizeof c0);                                                 \
            memcpy(raw->odd + i, &c2, sizeof c2);                                                  \
        }                                                                                          \
    }
DEFINE_PHILOX(philox_avx512, "avx512f", lanes8, __m512i, _mm512_mul_epu32)
DEFINE_PHILOX(philox_avx2, "avx2", lanes4, __m256i, _mm256_mul_epu32)

static void philox_block(const struct sim_draws *draws, struct raw_block *raw)
{
    if (__builtin_cpu_supports("avx512f"))
        philox_avx512(draws, raw);
    else if (__builtin_cpu_supports("avx2"))
        philox_avx2(draws, raw);
    else
        philox_plain(draws, raw);
}
#else
static void philox_block(const struct sim_draws *draws, struct raw_block *raw)
{
    philox_plain(draws, raw);
}
#endif

void sim_draws_init(struct sim_draws *draws, uint64_t draw_key, uint64_t entity, uint32_t purpose,
                    enum sim_draw_law law)
{
    *draws = (struct sim_draws){.draw_key = draw_key,
                                .entity = entity,
                                .purpose = purpose,
                                .position = SIM_DRAW_BLOCK,
                                .law = law};
}

void sim_draws_refill(struct sim_draws *draws)
{
    struct raw_block raw;

    assert(draws->next_block < UINT64_C(1) << 33 >> 6);
    philox_block(draws, &raw);
    for (int i = 0; i < PAIRS; i++) {
        draws->value[2 * i] = uniform_of(raw.even[i]);
        draws->value[2 * i + 1] = uniform_of(raw.odd[i]);
    }
    if (draws->law == SIM_DRAW_EXPONENTIAL)
        sim_neglog_block(draws->value, draws->value, SIM_DRAW_BLOCK);
    draws->next_block++;
    draws->position = 0;
}
