/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "models/compute/partition_private.h"
#include "models/compute/reserved.h"

enum { MANY = 400 };

static struct mdl_job jobs[MANY];

static struct sim *begin(struct mdl_reserved *reserved, uint32_t units)
{
    struct mdl_partition partition = {.free = units};
    struct sim *sim;

    assert_int_equal(sim_create(1, 0, 0, 0, &sim, NULL), SIM_OK);
    partition.sim = sim;
    partition.state.capacity = units;
    assert_true(mdl_reserved_init(reserved, &partition));
    return sim;
}

static struct mdl_job *job_at(const struct mdl_reserved *reserved, uint32_t slot)
{
    return mdl_reserved_block_of(reserved, slot)->job[slot % MDL_RESERVED_BLOCK];
}

static int64_t start_at(const struct mdl_reserved *reserved, uint32_t slot)
{
    return mdl_reserved_block_of(reserved, slot)->start_ns[slot % MDL_RESERVED_BLOCK];
}

static void fill(struct mdl_reserved *reserved, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        jobs[i] = (struct mdl_job){.width = 1 + (uint32_t)(i * 7 % 10), .walltime_ns = 10};
        assert_true(mdl_reserved_append(reserved, &jobs[i]));
    }
}

static void jobs_reserve_the_earliest_units_and_give_them_back(void **state)
{
    struct mdl_reserved reserved;
    struct sim *sim = begin(&reserved, 10);

    (void)state;
    fill(&reserved, 4); /* widths 1, 8, 5, 2 */
    for (uint32_t slot = 0; slot < 4; slot++)
        assert_true(mdl_reserved_place(&reserved, slot));
    assert_int_equal(start_at(&reserved, 1), 0);
    assert_int_equal(start_at(&reserved, 2), 10);
    assert_int_equal(start_at(&reserved, 3), 10);
    assert_int_equal(mdl_reserved_next_ns(&reserved), 0);
    assert_true(mdl_reserved_give_back_all(&reserved));
    assert_true(mdl_reserved_next_ns(&reserved) == SIM_NEVER);
    assert_true(mdl_availability_fits(&reserved.free, 0, SIM_NEVER, 10));
    sim_destroy(sim);
}

static void who_is_wider_than_the_machine_reserves_nothing(void **state)
{
    struct mdl_reserved reserved;
    struct sim *sim = begin(&reserved, 7);

    (void)state;
    fill(&reserved, 2);
    assert_true(mdl_reserved_place(&reserved, 1));
    assert_true(start_at(&reserved, 1) == SIM_NEVER);
    assert_true(mdl_availability_fits(&reserved.free, 0, SIM_NEVER, 7));
    sim_destroy(sim);
}

/* What the blocks say against a look at every slot, while jobs leave and close ranks. */
static void searches_find_what_looking_at_every_slot_finds(void **state)
{
    struct mdl_reserved reserved;
    struct sim *sim = begin(&reserved, 10);
    uint32_t left = MANY;

    (void)state;
    fill(&reserved, MANY);
    for (uint32_t step = 0; left > 0; step++) {
        uint32_t due = MDL_NO_SLOT, within = MDL_NO_SLOT, slot = step * 13 % reserved.end;
        int64_t next_ns = SIM_NEVER, now_ns = step * 31 % 90, width = 1 + step % 4;

        if (job_at(&reserved, slot) && step % 3)
            mdl_reserved_set_start(&reserved, slot, 5 + step * 17 % 300);
        for (uint32_t i = reserved.end; i-- > reserved.first;) {
            if (!job_at(&reserved, i))
                continue;
            if (start_at(&reserved, i) <= now_ns)
                due = i;
            if (start_at(&reserved, i) < next_ns)
                next_ns = start_at(&reserved, i);
            if (within == MDL_NO_SLOT && job_at(&reserved, i)->width <= width)
                within = i;
        }
        assert_int_equal(mdl_reserved_due(&reserved, now_ns), due);
        assert_true(mdl_reserved_next_ns(&reserved) == next_ns);
        assert_int_equal(mdl_reserved_last_within(&reserved, reserved.end, width), within);
        if (job_at(&reserved, slot)) {
            mdl_reserved_remove(&reserved, slot);
            left--;
        }
        if (step % 50 == 0)
            mdl_reserved_close_ranks(&reserved);
        assert_int_equal(reserved.live, left);
        if (left)
            assert_non_null(job_at(&reserved, reserved.first));
    }
    assert_int_equal(reserved.end, 0);
    sim_destroy(sim);
}

static void closing_ranks_keeps_order_and_starts(void **state)
{
    struct mdl_reserved reserved;
    struct sim *sim = begin(&reserved, 10);

    (void)state;
    fill(&reserved, MANY);
    for (uint32_t slot = 0; slot < MANY; slot++)
        mdl_reserved_set_start(&reserved, slot, slot);
    for (uint32_t slot = 0; slot < MANY; slot++)
        if (slot % 5 != 3)
            mdl_reserved_remove(&reserved, slot);
    mdl_reserved_close_ranks(&reserved);
    assert_int_equal(reserved.first, 0);
    assert_int_equal(reserved.end, MANY / 5);
    for (uint32_t slot = 0; slot < reserved.end; slot++) {
        assert_ptr_equal(job_at(&reserved, slot), &jobs[5 * slot + 3]);
        assert_int_equal(start_at(&reserved, slot), 5 * slot + 3);
    }
    sim_destroy(sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(jobs_reserve_the_earliest_units_and_give_them_back),
        cmocka_unit_test(who_is_wider_than_the_machine_reserves_nothing),
        cmocka_unit_test(searches_find_what_looking_at_every_slot_finds),
        cmocka_unit_test(closing_ranks_keeps_order_and_starts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
