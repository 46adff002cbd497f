/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * tests/support/flow_case.h - a case of flows in a file (tests/data/flows/README.md), run on
 * mdl_flows as a scenario would.
 *
 * Errors   prints to stderr and exits with 2: the files are ours.
 */
#ifndef TESTS_SUPPORT_FLOW_CASE_H
#define TESTS_SUPPORT_FLOW_CASE_H

#include <stdbool.h>
#include <stdint.h>

#include "models/transport/flow.h"

struct flow_case_flow {
    struct mdl_flow_request request;
    int64_t start_ns, end_ns; /* end_ns: SIM_NEVER until it is over */
    bool is_failed;
};

struct flow_case_event {
    int64_t time_ns;
    uint32_t channel;
    enum { FLOW_CASE_CAPACITY, FLOW_CASE_DOWN, FLOW_CASE_UP } kind;
    double capacity;
};

struct flow_case {
    struct mdl_channel *channel;
    struct mdl_route *route;
    struct flow_case_flow *flow;
    struct flow_case_event *event;
    size_t channel_count, route_count, flow_count, event_count;
};

struct flow_case *flow_case_read(const char *path);
void flow_case_free(struct flow_case *flows);

/* Runs until every flow is over, certifying the rates after each solve; exits when that fails. */
void flow_case_run(struct flow_case *flows);

#endif /* TESTS_SUPPORT_FLOW_CASE_H */
