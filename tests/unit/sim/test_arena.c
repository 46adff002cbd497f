/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/arena.h"

static bool is_zero(const void *memory, size_t bytes)
{
    const unsigned char *byte = memory;

    for (size_t i = 0; i < bytes; i++) {
        if (byte[i])
            return false;
    }
    return true;
}

static void memory_is_aligned_zeroed_and_apart(void **state)
{
    static const size_t sizes[] = {0, 1, 63, 64, 65, 1000, 16383, 16384, 70000, 3 << 20};
    struct sim_arena *arena = sim_arena_create(0);
    unsigned char *block[200];

    (void)state;
    assert_non_null(arena);
    for (size_t i = 0; i < 200; i++) {
        size_t bytes = sizes[i % 10];

        block[i] = sim_arena_alloc(arena, bytes, 1);
        assert_non_null(block[i]);
        assert_int_equal((uintptr_t)block[i] % 64, 0);
        assert_true(is_zero(block[i], bytes));
        memset(block[i], (int)(i + 1), bytes);
    }
    for (size_t i = 0; i < 200; i++) {
        for (size_t k = 0; k < sizes[i % 10]; k += 61)
            assert_int_equal(block[i][k], (unsigned char)(i + 1));
    }
    sim_arena_destroy(arena);
    sim_arena_destroy(NULL);
}

static void the_limit_holds_for_every_limit(void **state)
{
    (void)state;
    for (size_t limit = 1; limit < 300000; limit += limit < 2000 ? 8 : 4093) {
        struct sim_arena *arena = sim_arena_create(limit);
        size_t given = 0;

        if (!arena) {
            assert_true(limit < 200);
            continue;
        }
        while (sim_arena_alloc(arena, 100, 1)) {
            given += 100;
            assert_true(sim_arena_bytes(arena) <= limit);
            assert_true(given <= limit);
        }
        assert_null(sim_arena_alloc(arena, limit, 1));
        assert_null(sim_arena_resize(arena, NULL, limit, 1));
        assert_true(sim_arena_bytes(arena) <= limit);
        sim_arena_destroy(arena);
    }
}

static void most_of_a_limit_can_be_had_in_small_pieces(void **state)
{
    const size_t limit = 1000000;
    struct sim_arena *arena = sim_arena_create(limit);
    size_t given = 0;

    (void)state;
    while (sim_arena_alloc(arena, 128, 1))
        given += 128;
    assert_true(given > limit * 9 / 10);
    sim_arena_destroy(arena);
}

static void a_product_that_overflows_is_refused(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    void *kept = sim_arena_resize(arena, NULL, 10, 8);

    (void)state;
    assert_null(sim_arena_alloc(arena, SIZE_MAX / 2 + 1, 2));
    assert_null(sim_arena_alloc(arena, SIZE_MAX, 1));
    assert_null(sim_arena_alloc(arena, SIZE_MAX / 8, 16));
    assert_null(sim_arena_resize(arena, kept, SIZE_MAX / 4, 8));
    assert_null(sim_arena_resize(arena, kept, SIZE_MAX, 1));
    assert_true(is_zero(kept, 80));
    sim_arena_destroy(arena);
}

static void resizing_keeps_what_was_there_and_zeroes_the_rest(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    uint64_t *array = NULL;
    size_t count = 0;

    (void)state;
    for (size_t next = 1; next < 2000000; next = next * 3 + 1) {
        array = sim_arena_resize(arena, array, next, sizeof *array);
        assert_non_null(array);
        assert_int_equal((uintptr_t)array % 64, 0);
        for (size_t i = 0; i < count; i++)
            assert_true(array[i] == ~(i * UINT64_C(0x9e3779b97f4a7c15)));
        assert_true(is_zero(array + count, (next - count) * sizeof *array));
        for (size_t i = count; i < next; i++)
            array[i] = ~(i * UINT64_C(0x9e3779b97f4a7c15));
        count = next;
    }
    assert_ptr_equal(sim_arena_resize(arena, array, count / 2, sizeof *array), array);
    assert_true(array[count - 1] == ~((count - 1) * UINT64_C(0x9e3779b97f4a7c15)));
    sim_arena_destroy(arena);
}

static void a_refused_resize_leaves_the_array_alone(void **state)
{
    struct sim_arena *arena = sim_arena_create(10000);
    char *array = sim_arena_resize(arena, NULL, 4000, 1);
    size_t held = sim_arena_bytes(arena);

    (void)state;
    memset(array, 7, 4000);
    assert_null(sim_arena_resize(arena, array, 9000, 1));
    assert_int_equal(sim_arena_bytes(arena), held);
    assert_true(array[0] == 7 && array[3999] == 7);
    array = sim_arena_resize(arena, array, 5000, 1);
    assert_non_null(array);
    assert_true(array[0] == 7 && array[3999] == 7 && array[4000] == 0);
    sim_arena_destroy(arena);
}

static void what_a_resize_leaves_behind_is_given_back(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    size_t before = sim_arena_bytes(arena);
    void *array = NULL;

    (void)state;
    for (size_t count = 1000; count <= 64000; count *= 2)
        array = sim_arena_resize(arena, array, count, 1);
    assert_true(sim_arena_bytes(arena) - before < 64000 + 256);
    sim_arena_destroy(arena);
}

static void texts_are_copied(void **state)
{
    struct sim_arena *arena = sim_arena_create(0), *full = sim_arena_create(200);
    char text[] = "lumi.lumi_g";
    char *copy = sim_arena_strdup(arena, text);

    (void)state;
    text[0] = 'x';
    assert_string_equal(copy, "lumi.lumi_g");
    assert_string_equal(sim_arena_strdup(arena, ""), "");
    assert_non_null(full);
    assert_null(sim_arena_strdup(full,
                                 "a text that is far too long for what is left of this arena, "
                                 "header and rounding of its block included"));
    sim_arena_destroy(full);
    sim_arena_destroy(arena);
}

static void a_pool_hands_out_what_came_back_before_it_grows(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct sim_pool pool;
    void *item[1000];
    size_t held;

    (void)state;
    sim_pool_init(&pool, arena, 24);
    for (size_t i = 0; i < 1000; i++) {
        item[i] = sim_pool_get(&pool);
        assert_non_null(item[i]);
        assert_int_equal((uintptr_t)item[i] % 8, 0);
        memset(item[i], (int)i, 24);
    }
    for (size_t i = 0; i < 1000; i++)
        assert_true(((unsigned char *)item[i])[0] == (unsigned char)i &&
                    ((unsigned char *)item[i])[23] == (unsigned char)i);
    assert_int_equal(pool.used, 1000);
    held = sim_arena_bytes(arena);
    for (int round = 0; round < 5; round++) {
        for (size_t i = 0; i < 1000; i++)
            sim_pool_put(&pool, item[i]);
        assert_int_equal(pool.used, 0);
        for (size_t i = 0; i < 1000; i++)
            item[i] = sim_pool_get(&pool);
    }
    assert_int_equal(sim_arena_bytes(arena), held);
    sim_arena_destroy(arena);
}

static void a_pool_of_tiny_items_and_one_without_memory(void **state)
{
    struct sim_arena *arena = sim_arena_create(1000);
    struct sim_pool tiny, large;
    char *a, *b;

    (void)state;
    sim_pool_init(&tiny, arena, 1);
    a = sim_pool_get(&tiny);
    b = sim_pool_get(&tiny);
    assert_true(a && b && (b - a >= 8 || a - b >= 8));
    sim_pool_init(&large, arena, 1000);
    assert_null(sim_pool_get(&large));
    assert_int_equal(large.used, 0);
    sim_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_aligned_zeroed_and_apart),
        cmocka_unit_test(the_limit_holds_for_every_limit),
        cmocka_unit_test(most_of_a_limit_can_be_had_in_small_pieces),
        cmocka_unit_test(a_product_that_overflows_is_refused),
        cmocka_unit_test(resizing_keeps_what_was_there_and_zeroes_the_rest),
        cmocka_unit_test(a_refused_resize_leaves_the_array_alone),
        cmocka_unit_test(what_a_resize_leaves_behind_is_given_back),
        cmocka_unit_test(texts_are_copied),
        cmocka_unit_test(a_pool_hands_out_what_came_back_before_it_grows),
        cmocka_unit_test(a_pool_of_tiny_items_and_one_without_memory),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
