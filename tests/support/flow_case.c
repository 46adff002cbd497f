/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/flow_case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/units.h"

struct reader {
    const char *path;
    FILE *file;
    char word[64];
};

static void fail(const struct reader *reader, const char *what)
{
    fprintf(stderr, "%s: %s\n", reader->path, what);
    exit(2);
}

static void *zeroed(const struct reader *reader, size_t count, size_t size)
{
    void *memory = calloc(count + 1, size);

    if (!memory)
        fail(reader, "no memory");
    return memory;
}

/* The next word, comment lines left out. */
static const char *word(struct reader *reader)
{
    while (fscanf(reader->file, "%63s", reader->word) == 1) {
        int c;

        if (reader->word[0] != '#')
            return reader->word;
        while ((c = fgetc(reader->file)) != '\n' && c != EOF)
            ;
    }
    fail(reader, "ends too early");
    return NULL;
}

static void expect(struct reader *reader, const char *what)
{
    if (strcmp(word(reader), what) != 0)
        fail(reader, what);
}

static double number(struct reader *reader)
{
    char *end;
    double value = strtod(word(reader), &end);

    if (*end)
        fail(reader, "a number is wrong");
    return value;
}

static uint64_t whole(struct reader *reader)
{
    char *end;
    uint64_t value = strtoull(word(reader), &end, 10);

    if (*end)
        fail(reader, "a whole number is wrong");
    return value;
}

static size_t section(struct reader *reader, const char *name)
{
    expect(reader, name);
    return (size_t)whole(reader);
}

static int64_t *read_channels(struct reader *reader, struct flow_case *flows)
{
    int64_t *latency_ns;

    flows->channel_count = section(reader, "links");
    flows->channel = zeroed(reader, flows->channel_count, sizeof *flows->channel);
    latency_ns = zeroed(reader, flows->channel_count, sizeof *latency_ns);
    for (size_t i = 0; i < flows->channel_count; i++) {
        struct mdl_channel *channel = &flows->channel[i];

        expect(reader, "l");
        channel->name = strdup(word(reader));
        channel->capacity = number(reader);
        latency_ns[i] = sim_ns_from_s(number(reader));
        word(reader);
        channel->rule = reader->word[0] == 'F'   ? MDL_CHANNEL_PER_FLOW
                        : reader->word[0] == 'A' ? MDL_CHANNEL_AIRTIME
                                                 : MDL_CHANNEL_SHARED;
    }
    return latency_ns;
}

static void read_routes(struct reader *reader, struct flow_case *flows, const int64_t *latency_ns)
{
    flows->route_count = section(reader, "routes");
    flows->route = zeroed(reader, flows->route_count, sizeof *flows->route);
    for (size_t i = 0; i < flows->route_count; i++) {
        struct mdl_route *route = &flows->route[i];
        uint32_t *channel;

        expect(reader, "r");
        whole(reader);
        route->count = (size_t)whole(reader);
        channel = zeroed(reader, route->count, sizeof *channel);
        route->channel = channel;
        for (size_t hop = 0; hop < route->count; hop++) {
            channel[hop] = (uint32_t)whole(reader);
            if (channel[hop] >= flows->channel_count)
                fail(reader, "no such link");
            route->latency_ns += latency_ns[channel[hop]];
        }
    }
}

static void read_flow(struct reader *reader, struct flow_case *flows, struct flow_case_flow *flow)
{
    size_t route;

    expect(reader, "f");
    whole(reader);
    flow->start_ns = sim_ns_from_s(number(reader));
    flow->end_ns = SIM_NEVER;
    route = (size_t)whole(reader);
    if (route >= flows->route_count)
        fail(reader, "no such route");
    flow->request.route = &flows->route[route];
    flow->request.bytes = whole(reader);
    flow->request.cap_bytes_per_s = number(reader);
    flow->request.weight = number(reader);
    flow->request.when_down = MDL_FLOW_FAILS;
    if (flows->channel[flows->route[route].channel[0]].rule == MDL_CHANNEL_AIRTIME)
        flow->request.radio_bytes_per_s = number(reader);
}

static void read_events(struct reader *reader, struct flow_case *flows)
{
    flows->event_count = section(reader, "events");
    flows->event = zeroed(reader, flows->event_count, sizeof *flows->event);
    for (size_t i = 0; i < flows->event_count; i++) {
        struct flow_case_event *event = &flows->event[i];

        expect(reader, "e");
        event->time_ns = sim_ns_from_s(number(reader));
        event->channel = (uint32_t)whole(reader);
        word(reader);
        event->kind = strcmp(reader->word, "down") == 0 ? FLOW_CASE_DOWN
                      : strcmp(reader->word, "up") == 0 ? FLOW_CASE_UP
                                                        : FLOW_CASE_CAPACITY;
        if (event->kind == FLOW_CASE_CAPACITY)
            event->capacity = number(reader);
    }
}

struct flow_case *flow_case_read(const char *path)
{
    struct reader reader = {.path = path, .file = fopen(path, "r")};
    struct flow_case *flows;
    int64_t *latency_ns;

    if (!reader.file)
        fail(&reader, "cannot be read");
    flows = zeroed(&reader, 1, sizeof *flows);
    expect(&reader, "flowcase");
    expect(&reader, "1");
    latency_ns = read_channels(&reader, flows);
    read_routes(&reader, flows, latency_ns);
    free(latency_ns);
    flows->flow_count = section(&reader, "flows");
    flows->flow = zeroed(&reader, flows->flow_count, sizeof *flows->flow);
    for (size_t i = 0; i < flows->flow_count; i++)
        read_flow(&reader, flows, &flows->flow[i]);
    read_events(&reader, flows);
    expect(&reader, "end");
    fclose(reader.file);
    return flows;
}

void flow_case_free(struct flow_case *flows)
{
    for (size_t i = 0; i < flows->channel_count; i++)
        free((void *)(uintptr_t)flows->channel[i].name);
    for (size_t i = 0; i < flows->route_count; i++)
        free((void *)(uintptr_t)flows->route[i].channel);
    free(flows->channel);
    free(flows->route);
    free(flows->flow);
    free(flows->event);
    free(flows);
}

/* ---- running it ---- */

struct run;

struct step { /* one timer a flow and an event */
    struct run *run;
    struct flow_case_flow *flow;
    const struct flow_case_event *event;
    struct sim_timer timer;
};

struct run {
    struct sim *sim;
    struct mdl_flows *flows;
    size_t open;
};

static void end(struct run *run, struct flow_case_flow *flow, bool is_failed)
{
    flow->end_ns = run->sim->now_ns;
    flow->is_failed = is_failed;
    run->open--;
}

static void done(void *context, void *subject)
{
    end(context, subject, false);
}

static void failed(void *context, void *subject, uint64_t sent, uint32_t channel)
{
    (void)sent;
    (void)channel;
    end(context, subject, true);
}

static void on_step(struct sim *sim, void *subject)
{
    struct step *step = subject;
    const struct flow_case_event *event = step->event;

    (void)sim;
    if (step->flow)
        mdl_flow_begin(step->run->flows, &step->flow->request);
    else if (event->kind == FLOW_CASE_CAPACITY)
        mdl_flows_set_capacity(step->run->flows, event->channel, event->capacity);
    else
        mdl_flows_set_down(step->run->flows, event->channel, event->kind == FLOW_CASE_DOWN);
}

static void must(enum sim_status status, const struct sim_error *err)
{
    if (status == SIM_OK)
        return;
    fprintf(stderr, "%s\n", err->message);
    exit(sim_exit_code(status));
}

void flow_case_run(struct flow_case *flows)
{
    struct run run = {.open = flows->flow_count};
    const struct mdl_flow_hooks hooks = {.context = &run, .done = done, .failed = failed};
    size_t count = flows->flow_count + flows->event_count;
    struct step *step = calloc(count + 1, sizeof *step);
    struct sim_error err;

    if (!step)
        exit(sim_exit_code(SIM_ENOMEM));
    must(sim_create(1, 0, 0, 0, &run.sim, &err), &err);
    must(mdl_flows_create(run.sim, flows->channel, flows->channel_count, &hooks, &run.flows, &err),
         &err);
    mdl_flows_check_always(run.flows, true);
    for (size_t i = 0; i < count; i++) {
        bool is_flow = i < flows->flow_count;

        step[i] = (struct step){.run = &run,
                                .flow = is_flow ? &flows->flow[i] : NULL,
                                .event = is_flow ? NULL : &flows->event[i - flows->flow_count]};
        if (is_flow)
            step[i].flow->request.subject = step[i].flow;
        must(sim_timer_create(run.sim, &step[i].timer, SIM_PHASE_ARRIVAL, SIM_TIES_BY_CREATION,
                              on_step, &step[i], &err),
             &err);
        sim_timer_arm(run.sim, &step[i].timer,
                      is_flow ? step[i].flow->start_ns : step[i].event->time_ns);
    }
    must(sim_run(run.sim, SIM_NEVER - 1, &err), &err);
    sim_destroy(run.sim);
    free(step);
}
