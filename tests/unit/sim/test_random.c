/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/random.c" /* the variants for other processors are static */

#include "sim/elementary.h"
#include "tests/support/check.h"

/* Known answers of Philox4x32-10: file kat_vectors of Random123. */
static const struct {
    uint32_t counter[4], key[2], out[4];
} known[] = {
    {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
    {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
     {0xffffffff, 0xffffffff},
     {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
    {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
     {0xa4093822, 0x299f31d0},
     {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
};
enum { KNOWN = sizeof known / sizeof known[0] };

static uint64_t joined(uint32_t low, uint32_t high)
{
    return low | (uint64_t)high << 32;
}

static double uniform(uint64_t bits)
{
    return ((double)(bits >> 12) + 0.5) * 0x1p-52;
}

static void single_draws_meet_the_known_answers(void **state)
{
    (void)state;
    for (int i = 0; i < KNOWN; i++) {
        const uint32_t *c = known[i].counter, *out = known[i].out;
        uint64_t key = joined(known[i].key[0], known[i].key[1]), entity = joined(c[2], c[3]);
        uint64_t index = 2 * (uint64_t)c[0];

        assert_true(sim_uniform_at(key, entity, c[1], index) == uniform(joined(out[0], out[1])));
        assert_true(sim_uniform_at(key, entity, c[1], index + 1) ==
                    uniform(joined(out[2], out[3])));
    }
}

static void blocks_meet_the_known_answers(void **state)
{
    (void)state;
    for (int i = 0; i < KNOWN; i++) {
        const uint32_t *c = known[i].counter, *out = known[i].out;
        struct sim_draws draws;
        uint32_t place = 2 * c[0] % SIM_DRAW_BLOCK;

        sim_draws_init(&draws, joined(known[i].key[0], known[i].key[1]), joined(c[2], c[3]), c[1],
                       SIM_DRAW_UNIFORM);
        draws.next_block = 2 * (uint64_t)c[0] / SIM_DRAW_BLOCK;
        sim_draws_refill(&draws);
        assert_true(draws.value[place] == uniform(joined(out[0], out[1])));
        assert_true(draws.value[place + 1] == uniform(joined(out[2], out[3])));
    }
}

static void a_block_reads_what_single_draws_read(void **state)
{
    const uint64_t entities[] = {0, 1, UINT64_MAX, UINT64_C(0x123456789abcdef0)};
    const uint64_t first_blocks[] = {0, 1, 1000, (UINT64_C(1) << 27) - 3};

    (void)state;
    for (size_t e = 0; e < 4; e++) {
        for (size_t b = 0; b < 4; b++) {
            struct sim_draws u, x;
            uint64_t key = sim_draw_key(7, (uint32_t)e), first = first_blocks[b] * SIM_DRAW_BLOCK;

            sim_draws_init(&u, key, entities[e], 3, SIM_DRAW_UNIFORM);
            sim_draws_init(&x, key, entities[e], 3, SIM_DRAW_EXPONENTIAL);
            u.next_block = x.next_block = first_blocks[b];
            for (uint64_t i = first; i < first + 3 * SIM_DRAW_BLOCK; i++) {
                double single = sim_uniform_at(key, entities[e], 3, i);

                assert_true(sim_draws_next(&u) == single);
                assert_true(sim_draws_next(&x) == -sim_log(single));
            }
        }
    }
}

/* Whatever this processor would choose, all variants it can run agree. */
static void every_variant_of_the_block_has_the_same_bits(void **state)
{
    struct raw_block expected, actual;
    struct sim_draws draws;
    int variants = 1;

    (void)state;
    sim_draws_init(&draws, sim_draw_key(9, 9), UINT64_C(0xfedcba9876543210), 0x80000001,
                   SIM_DRAW_UNIFORM);
    for (draws.next_block = (UINT64_C(1) << 27) - 50; draws.next_block >> 27 == 0;
         draws.next_block++) {
        philox_plain(&draws, &expected);
        philox_block(&draws, &actual);
        assert_memory_equal(&actual, &expected, sizeof actual);
#if HAS_X86_VECTORS
        if (__builtin_cpu_supports("avx2")) {
            philox_avx2(&draws, &actual);
            assert_memory_equal(&actual, &expected, sizeof actual);
            variants |= 2;
        }
        if (__builtin_cpu_supports("avx512f")) {
            philox_avx512(&draws, &actual);
            assert_memory_equal(&actual, &expected, sizeof actual);
            variants |= 4;
        }
#endif
    }
    print_message("variants seen: plain%s%s\n", variants & 2 ? " avx2" : "",
                  variants & 4 ? " avx512" : "");
}

static double uniform_cdf(const void *law, double x)
{
    (void)law;
    return x;
}

static double exponential_cdf(const void *law, double x)
{
    (void)law;
    return 1.0 - exp(-x);
}

/* A million draws: moments within 4 standard errors and the Kolmogorov-Smirnov test. */
static void uniforms_and_exponentials_follow_their_laws(void **state)
{
    enum { COUNT = 1000000 };
    double *sample = malloc(COUNT * sizeof *sample);
    struct sim_draws draws;
    double sum = 0.0, product = 0.0;

    (void)state;
    assert_non_null(sample);
    sim_draws_init(&draws, sim_draw_key(1, 0), sim_hash_text("a"), 1, SIM_DRAW_UNIFORM);
    for (int i = 0; i < COUNT; i++) {
        sample[i] = sim_draws_next(&draws);
        assert_true(sample[i] > 0.0 && sample[i] < 1.0);
        sum += sample[i];
        product += i ? (sample[i] - 0.5) * (sample[i - 1] - 0.5) : 0.0;
    }
    assert_true(fabs(sum / COUNT - 0.5) < 4.0 * sqrt(1.0 / 12.0 / COUNT));
    assert_true(fabs(product / COUNT) < 4.0 / 12.0 / sqrt(COUNT));
    assert_true(check_ks(sample, COUNT, uniform_cdf, NULL) < 1.95);

    sim_draws_init(&draws, sim_draw_key(1, 0), sim_hash_text("b"), 1, SIM_DRAW_EXPONENTIAL);
    sum = 0.0;
    for (int i = 0; i < COUNT; i++)
        sum += sample[i] = sim_draws_next(&draws);
    assert_true(fabs(sum / COUNT - 1.0) < 4.0 / sqrt(COUNT));
    assert_true(check_ks(sample, COUNT, exponential_cdf, NULL) < 1.95);
    free(sample);
}

/* Every part of the address counts, and neighbours are not correlated. */
static void addresses_that_differ_in_one_part_give_unrelated_draws(void **state)
{
    enum { COUNT = 100000 };
    double product[5] = {0.0};
    uint64_t key = sim_draw_key(1, 0), entity = sim_hash_text("sites.lumi");

    (void)state;
    for (uint64_t i = 0; i < COUNT; i++) {
        double u = sim_uniform_at(key, entity, 1, i) - 0.5;

        product[0] += u * (sim_uniform_at(sim_draw_key(2, 0), entity, 1, i) - 0.5);
        product[1] += u * (sim_uniform_at(sim_draw_key(1, 1), entity, 1, i) - 0.5);
        product[2] += u * (sim_uniform_at(key, sim_hash_text("sites.lumj"), 1, i) - 0.5);
        product[3] += u * (sim_uniform_at(key, entity, 2, i) - 0.5);
        product[4] += u * (sim_uniform_at(key, sim_hash_child(entity, 1, i), 1, 0) - 0.5);
    }
    for (int i = 0; i < 5; i++)
        assert_true(fabs(product[i] / COUNT) < 4.0 / 12.0 / sqrt(COUNT));
}

/* Common random numbers: what one entity draws does not depend on who else draws, or when. */
static void a_new_entity_shifts_nobody(void **state)
{
    struct sim_draws alone, first, second;
    uint64_t key = sim_draw_key(42, 3), a = sim_hash_text("communities.sme-it");
    uint64_t b = sim_hash_text("communities.new");

    (void)state;
    sim_draws_init(&alone, key, a, 5, SIM_DRAW_EXPONENTIAL);
    sim_draws_init(&first, key, a, 5, SIM_DRAW_EXPONENTIAL);
    sim_draws_init(&second, key, b, 5, SIM_DRAW_EXPONENTIAL);
    for (int i = 0; i < 1000; i++) {
        double other = i % 3 ? sim_draws_next(&second) : 0.0;

        assert_true(sim_draws_next(&first) == sim_draws_next(&alone));
        assert_true(other >= 0.0);
    }
}

static int compare_u64(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

    return (x > y) - (x < y);
}

static void hashes_of_small_numbers_never_meet_and_are_never_0(void **state)
{
    enum { KINDS = 8, NUMBERS = 20000, PARENTS = 3, COUNT = KINDS * NUMBERS * PARENTS };
    const uint64_t parents[PARENTS] = {0, 1, UINT64_C(0xcbf29ce484222325)};
    uint64_t *hash = malloc(COUNT * sizeof *hash);
    size_t at = 0;

    (void)state;
    assert_non_null(hash);
    for (int p = 0; p < PARENTS; p++)
        for (uint32_t kind = 0; kind < KINDS; kind++)
            for (uint64_t number = 0; number < NUMBERS; number++)
                hash[at++] = sim_hash_child(parents[p], kind, number);
    qsort(hash, COUNT, sizeof *hash, compare_u64);
    assert_true(hash[0] != 0);
    for (size_t i = 1; i < COUNT; i++)
        assert_true(hash[i] != hash[i - 1]);
    free(hash);
}

/* Flipping one bit of the input flips half of the output, give or take. */
static void hashes_mix_every_bit(void **state)
{
    (void)state;
    for (int bit = 0; bit < 64; bit++) {
        int flipped = 0;

        for (uint64_t i = 0; i < 256; i++)
            flipped += __builtin_popcountll(sim_hash_child(9, 2, i) ^
                                            sim_hash_child(9, 2, i ^ UINT64_C(1) << bit));
        assert_true(abs(flipped - 256 * 32) < 5 * 64); /* 5 standard deviations */
    }
}

/* Written down once: a change would change every result. */
static void hashes_and_draws_are_as_written_down(void **state)
{
    uint64_t key = sim_draw_key(20241210, 0), entity = sim_hash_text("communities.sme-it");

    (void)state;
    print_message("%016llx %016llx %016llx %.17g\n", (unsigned long long)key,
                  (unsigned long long)entity, (unsigned long long)sim_hash_child(entity, 1, 2),
                  sim_uniform_at(key, entity, 1, 12345));
    assert_true(sim_hash_text("") != 0 && sim_hash_text("") != sim_hash_text("a"));
    assert_true(key == UINT64_C(0xae2e6972e1255c0f));
    assert_true(entity == UINT64_C(0xd1bfe6f1a66981ab));
    assert_true(sim_hash_child(entity, 1, 2) == UINT64_C(0x853240a03f4e08a7));
    assert_true(sim_uniform_at(key, entity, 1, 12345) == 0.73911616353108267);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(single_draws_meet_the_known_answers),
        cmocka_unit_test(blocks_meet_the_known_answers),
        cmocka_unit_test(a_block_reads_what_single_draws_read),
        cmocka_unit_test(every_variant_of_the_block_has_the_same_bits),
        cmocka_unit_test(uniforms_and_exponentials_follow_their_laws),
        cmocka_unit_test(addresses_that_differ_in_one_part_give_unrelated_draws),
        cmocka_unit_test(a_new_entity_shifts_nobody),
        cmocka_unit_test(hashes_of_small_numbers_never_meet_and_are_never_0),
        cmocka_unit_test(hashes_mix_every_bit),
        cmocka_unit_test(hashes_and_draws_are_as_written_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
