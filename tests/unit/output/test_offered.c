/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "output/offered.h"
#include "tests/unit/models/small.h"

static struct small small;
static struct sim_arena *arena;
static struct mdl_plan *plan;
static struct mdl_offered *offered;

static int set_up(void **state)
{
    (void)state;
    small_fill(&small);
    arena = sim_arena_create(0);
    if (mdl_plan_create(&small.config, NULL, arena, &plan, NULL))
        return 1;
    offered = calloc(plan->partition_count, sizeof *offered);
    mdl_plan_offered(plan, offered);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    free(offered);
    sim_arena_destroy(arena);
    return 0;
}

static void each_partition_has_its_loads_and_their_sum(void **state)
{
    char *text = NULL, wanted[80];
    size_t bytes;
    FILE *file = open_memstream(&text, &bytes);

    (void)state;
    assert_int_equal(out_print_offered(file, plan, offered, arena, NULL), SIM_OK);
    fclose(file);
    for (size_t p = 0; p < plan->partition_count; p++) {
        const char *line = strstr(text, plan->partition[p].name);

        assert_non_null(line);
        snprintf(wanted, sizeof wanted, " %8.1f %% %8.1f %% %8.1f %%",
                 100 * offered[p].community_frac, 100 * offered[p].background_frac,
                 100 * (offered[p].community_frac + offered[p].background_frac));
        assert_memory_equal(line + 28, wanted, strlen(wanted));
    }
    free(text);
}

static void a_full_disk_is_noticed(void **state)
{
    FILE *file = fopen("/dev/full", "w");

    (void)state;
    assert_non_null(file);
    assert_int_equal(out_print_offered(file, plan, offered, arena, NULL), SIM_EIO);
    fclose(file);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(each_partition_has_its_loads_and_their_sum),
        TEST(a_full_disk_is_noticed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
