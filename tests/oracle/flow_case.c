/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * flow_case FILE - runs a case of flows (tests/data/flows/README.md) and prints `flow,D|X,seconds`
 * for each, in order: D done, X failed.
 */
#include <stdio.h>

#include "sim/units.h"
#include "tests/support/flow_case.h"

int main(int argc, char **argv)
{
    struct flow_case *flows;

    if (argc != 2) {
        fprintf(stderr, "usage: flow_case FILE\n");
        return 2;
    }
    flows = flow_case_read(argv[1]);
    flow_case_run(flows);
    for (size_t i = 0; i < flows->flow_count; i++) {
        const struct flow_case_flow *flow = &flows->flow[i];

        printf("%zu,%c,%.9f\n", i, flow->is_failed ? 'X' : 'D', sim_s_from_ns(flow->end_ns));
    }
    flow_case_free(flows);
    return fflush(stdout) == 0 ? 0 : 3;
}
