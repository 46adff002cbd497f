/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Flows over shared channels against another simulator (v_*) and against rates solved anew in exact
 * fractions at every event (h_*, harsher): tests/data/flows/ (56 cases; its README says how they
 * are written and when an answer is right). Rates are certified after each solve.
 */
#include <glob.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/units.h"
#include "tests/support/flow_case.h"

#define CASES "tests/data/flows/*.txt"
enum { CASE_COUNT = 56 };

struct agreement {
    size_t flows;
    double worst; /* difference over what is allowed */
};

/* One line of the expected answers, comments left out. */
static bool read_answer(FILE *file, size_t *flow, char *status, double *time_s)
{
    char line[128];

    while (fgets(line, sizeof line, file)) {
        if (line[0] != '#')
            return sscanf(line, "%zu,%c,%lf", flow, status, time_s) == 3;
    }
    return false;
}

static void compare(const char *path, const struct flow_case *flows, struct agreement *agreement)
{
    char csv[512], status;
    size_t id, length = strlen(path) - 3;
    double time_s;
    FILE *file;

    snprintf(csv, sizeof csv, "%.*scsv", (int)length, path);
    file = fopen(csv, "r");
    assert_non_null(file);
    for (size_t i = 0; i < flows->flow_count; i++) {
        const struct flow_case_flow *flow = &flows->flow[i];
        double allowed_s, off_s;

        assert_true(read_answer(file, &id, &status, &time_s));
        assert_int_equal(id, i);
        allowed_s = 1e-8 + 1e-6 * (time_s - sim_s_from_ns(flow->start_ns));
        off_s = fabs(sim_s_from_ns(flow->end_ns) - time_s);
        if (flow->is_failed != (status == 'X') || !(off_s <= allowed_s))
            fail_msg("%s: flow %zu ends at %.9f (%c), expected %.9f (%c)", path, i,
                     sim_s_from_ns(flow->end_ns), flow->is_failed ? 'X' : 'D', time_s, status);
        agreement->flows++;
        agreement->worst = fmax(agreement->worst, off_s / allowed_s);
    }
    fclose(file);
}

static void flows_end_when_others_say(void **state)
{
    struct agreement agreement = {0};
    glob_t found;

    (void)state;
    assert_int_equal(glob(CASES, 0, NULL, &found), 0);
    assert_int_equal(found.gl_pathc, CASE_COUNT);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct flow_case *flows = flow_case_read(found.gl_pathv[i]);

        flow_case_run(flows);
        compare(found.gl_pathv[i], flows, &agreement);
        flow_case_free(flows);
    }
    globfree(&found);
    print_message("%zu flows of %d cases; largest difference %.2g of what is allowed\n",
                  agreement.flows, CASE_COUNT, agreement.worst);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flows_end_when_others_say),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
