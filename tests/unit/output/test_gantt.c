/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/gantt.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static struct out_gantt place(const struct out_gantt_job *job, size_t count)
{
    struct out_gantt gantt = {.bar = NULL};

    assert_int_equal(out_gantt_place(job, count, &gantt, NULL), SIM_OK);
    return gantt;
}

static void expect_bar(const struct out_gantt_bar *bar, int64_t id, uint32_t low, uint32_t count)
{
    if (bar->id != id || bar->low != low || bar->count != count)
        fail_msg("job %lld on %u units from %u, not job %lld on %u from %u", (long long)bar->id,
                 bar->count, bar->low, (long long)id, count, low);
}

/* The units of a job that ends when another starts are free for it. */
static void a_job_takes_the_lowest_units_free_at_its_start(void **state)
{
    static const struct out_gantt_job job[] = {
        {0, 10, 7, 2}, {0, 20, 8, 1}, {5, 30, 9, 2}, {10, 15, 10, 3}, {30, 31, 11, 4}};
    struct out_gantt gantt = place(job, 5);

    (void)state;
    assert_int_equal(gantt.bar_count, 6);
    expect_bar(&gantt.bar[0], 7, 0, 2);
    expect_bar(&gantt.bar[1], 8, 2, 1);
    expect_bar(&gantt.bar[2], 9, 3, 2);
    expect_bar(&gantt.bar[3], 10, 0, 2); /* torn apart */
    expect_bar(&gantt.bar[4], 10, 5, 1);
    expect_bar(&gantt.bar[5], 11, 0, 4);
    assert_int_equal(gantt.units, 6);
    out_gantt_release(&gantt);
}

static void no_unit_is_held_twice_and_no_work_is_lost(void **state)
{
    enum { JOBS = 700 };
    static struct out_gantt_job job[JOBS];
    double work = 0, drawn = 0;
    struct out_gantt gantt;

    (void)state;
    for (int i = 0; i < JOBS; i++)
        job[i] = (struct out_gantt_job){3.0 * i, 3.0 * i + 1 + i * 7919 % 97, i,
                                        1 + (uint32_t)(i * 104729 % 13)};
    gantt = place(job, JOBS);
    assert_true(gantt.job_count == OUT_GANTT_JOBS_MAX && gantt.started == JOBS);
    for (int i = 0; i < OUT_GANTT_JOBS_MAX; i++)
        work += job[i].width * (job[i].end_s - job[i].start_s);
    for (size_t i = 0; i < gantt.bar_count; i++) {
        const struct out_gantt_bar *a = &gantt.bar[i];

        drawn += a->count * (a->end_s - a->start_s);
        for (size_t k = 0; k < i; k++) {
            const struct out_gantt_bar *b = &gantt.bar[k];

            assert_true(a->start_s >= b->end_s || b->start_s >= a->end_s ||
                        a->low >= b->low + b->count || b->low >= a->low + a->count);
        }
    }
    assert_true(fabs(drawn - work) < 1e-6);
    out_gantt_release(&gantt);
}

static void slices_are_told_from_thousandths(void **state)
{
    static const struct {
        int64_t gpus_milli[3];
        uint32_t slices;
    } table[] = {{{1000, 8000, 0}, 1},
                 {{250, 500, 1000}, 4},
                 {{143, 429, 2000}, 7},
                 {{333, 500, 1000}, 6},
                 {{123, 457, 991}, 1}};

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++)
        assert_int_equal(out_gantt_slices(table[i].gpus_milli, 3), table[i].slices);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_job_takes_the_lowest_units_free_at_its_start),
        cmocka_unit_test(no_unit_is_held_twice_and_no_work_is_lost),
        cmocka_unit_test(slices_are_told_from_thousandths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
