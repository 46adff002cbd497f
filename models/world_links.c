/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/world_private.h"

#include "sim/units.h"

/* Means are taken of so long: what routers report. */
static const int64_t SAMPLE_NS = 300 * SIM_NS_PER_S;

/* Bytes of a direction of a link since the beginning. */
struct use {
    double moved; /* by flows */
    double capacity, background;
};

struct load {
    double bytes, bytes_at_hour;     /* moved, when last sampled and at the full hour before */
    double moved;                    /* of samples that are not counted yet, each */
    uint64_t repeats;                /* how many those are */
    double capacity, background;     /* of a sample in this hour, bytes */
    double taken, taken_at_hour;     /* by background, like bytes; where there are circuits */
    float hour_all, hour_background; /* of the hour that ended last */
    struct use at_start;             /* of the window */
    double held_up_at_start;         /* bytes of flows while it held them up */
    struct sim_sketch *all, *own;    /* NULL: not kept */
};

struct mdl_world_loads {
    struct mdl_world *world;
    struct sim_timer timer;
    struct load *load;            /* [direction] */
    double *bytes;                /* [direction], room */
    struct mdl_link_flows *flows; /* [direction] of the window */
};

static size_t direction_count(const struct mdl_world *world)
{
    return world->plan->network.direction_count;
}

static struct use use_of(const struct mdl_world *world, size_t direction)
{
    size_t link = world->plan->network.direction[direction].link_index;
    struct mdl_link_bytes bytes = mdl_link_state_bytes(world->links, link, world->sim->now_ns);

    return (struct use){.moved = mdl_flows_bytes(world->streams, (uint32_t)direction) +
                                 (world->circuits ? mdl_world_circuit_bytes(world, direction) : 0),
                        .capacity = bytes.capacity,
                        .background = bytes.background};
}

/* ---- samples ---- */

static void count_load(struct mdl_link_load *load, struct sim_sketch *sketch, double frac,
                       uint64_t times)
{
    if (frac > 0.9)
        load->above_90 += times;
    if (sketch)
        sim_sketch_add_many(sketch, frac / MDL_LINK_SKETCH_FRAC, times);
}

/* Equal samples in a row are counted together: most links are idle most of the time. */
static void flush(struct load *load, struct mdl_link_flows *flows)
{
    double own = load->capacity > 0 ? load->moved / load->capacity : 0;
    double background = load->capacity > 0 ? load->background / load->capacity : 0;

    if (load->repeats == 0)
        return;
    flows->samples += load->repeats;
    count_load(&flows->all, load->all, own + background, load->repeats);
    count_load(&flows->own, load->own, own, load->repeats);
    load->repeats = 0;
}

/* Loads of the hour that ends now, and the rates of the one that begins. */
static void turn_hour(struct mdl_world_loads *loads, size_t i)
{
    const struct mdl_world *world = loads->world;
    struct load *load = &loads->load[i];
    struct mdl_link_bytes rates =
        mdl_link_state_rates(world->links, world->plan->network.direction[i].link_index);
    double samples = (double)SIM_HOUR_NS / (double)SAMPLE_NS;
    double own = load->bytes - load->bytes_at_hour;
    double background =
        world->circuits ? (load->taken - load->taken_at_hour) / samples : load->background;

    flush(load, &loads->flows[i]);
    if (load->capacity > 0) {
        load->hour_background = (float)(background / load->capacity);
        load->hour_all = (float)(own / (samples * load->capacity) + background / load->capacity);
    }
    load->bytes_at_hour = load->bytes;
    load->taken_at_hour = load->taken;
    load->capacity = rates.capacity * sim_s_from_ns(SAMPLE_NS);
    load->background = rates.background * sim_s_from_ns(SAMPLE_NS);
}

/* What background took since the sample before: circuits change it within the hour. */
static double background_of_sample(const struct mdl_world *world, struct load *load, size_t i)
{
    size_t link = world->plan->network.direction[i].link_index;
    double before = load->taken;

    if (!world->circuits)
        return load->background;
    load->taken = mdl_link_state_bytes(world->links, link, world->sim->now_ns).background;
    return load->taken - before;
}

/* Fires from the start of the window to its end. */
static void on_sample(struct sim *sim, void *subject)
{
    struct mdl_world_loads *loads = subject;
    const struct mdl_plan *plan = loads->world->plan;
    size_t count = direction_count(loads->world);
    const double *bytes = loads->bytes;
    uint64_t counted = sim->now_ns > plan->start_ns;

    mdl_flows_bytes_of(loads->world->streams, count, loads->bytes);
    for (size_t i = 0; loads->world->circuits && i < count; i++)
        loads->bytes[i] += mdl_world_circuit_bytes(loads->world, i);
    for (size_t i = 0; i < count; i++) {
        struct load *load = &loads->load[i];
        double moved = bytes[i] - load->bytes;
        double background = background_of_sample(loads->world, load, i);

        if (moved != load->moved || background != load->background) {
            flush(load, &loads->flows[i]);
            load->moved = moved;
            load->background = background;
        }
        load->repeats += counted;
        load->bytes = bytes[i];
    }
    for (size_t i = 0; i < count && sim->now_ns % SIM_HOUR_NS == 0; i++)
        turn_hour(loads, i);
    if (sim->now_ns < plan->end_ns)
        sim_timer_arm(sim, &loads->timer, sim->now_ns + SAMPLE_NS);
}

void mdl_world_load_hour(const struct mdl_world *world, float *all)
{
    for (size_t i = 0; i < direction_count(world); i++)
        all[i] = world->loads->load[i].hour_all;
}

void mdl_world_background_hour(const struct mdl_world *world, float *background)
{
    for (size_t i = 0; i < direction_count(world); i++)
        background[i] = world->loads->load[i].hour_background;
}

/* ---- creation ---- */

static bool create_sketches(const struct mdl_world *world, struct load *load)
{
    struct sim_arena *arena = world->sim->arena;

    load->all = sim_arena_alloc(arena, 1, sizeof *load->all);
    if (!load->all || !(world->plan->groups.needs_met & MDL_NEEDS_BACKGROUND))
        return load->all != NULL;
    load->own = sim_arena_alloc(arena, 1, sizeof *load->own);
    return load->own != NULL;
}

enum sim_status mdl_world_create_loads(struct mdl_world *world, struct sim_error *err)
{
    size_t count = direction_count(world);
    struct sim_arena *arena = world->sim->arena;
    struct mdl_world_loads *loads = sim_arena_alloc(arena, 1, sizeof *loads);
    bool is_made = loads != NULL;
    enum sim_status status;

    if (is_made) {
        loads->world = world;
        loads->load = sim_arena_alloc(arena, count, sizeof *loads->load);
        loads->bytes = sim_arena_alloc(arena, count, sizeof *loads->bytes);
        loads->flows = sim_arena_alloc(arena, count, sizeof *loads->flows);
        is_made = loads->load && loads->bytes && loads->flows;
    }
    for (size_t i = 0; is_made && i < count && mdl_figures_keep_loads(&world->plan->groups); i++)
        is_made = create_sketches(world, &loads->load[i]);
    if (!is_made)
        return sim_fail(err, SIM_ENOMEM, "no memory for the loads of links");
    world->loads = loads;
    status = sim_timer_create(world->sim, &loads->timer, SIM_PHASE_SAMPLE, SIM_TIES_BY_CREATION,
                              on_sample, loads, err);
    if (!status && count > 0 && !world->plan->replay)
        sim_timer_arm(world->sim, &loads->timer, world->plan->start_ns);
    return status;
}

/* ---- the window ---- */

void mdl_world_begin_loads(struct mdl_world *world)
{
    for (size_t i = 0; i < direction_count(world); i++) {
        world->loads->load[i].at_start = use_of(world, i);
        world->loads->load[i].held_up_at_start =
            mdl_flows_limited_bytes(world->streams, (uint32_t)i);
    }
}

void mdl_world_close_loads(struct mdl_world *world)
{
    for (size_t i = 0; i < direction_count(world); i++) {
        const struct load *load = &world->loads->load[i];
        struct use start = load->at_start, now = use_of(world, i);
        struct mdl_link_flows *flows = &world->loads->flows[i];
        double capacity = now.capacity - start.capacity;

        flows->moved_bytes = now.moved - start.moved;
        flows->own.mean_frac = flows->moved_bytes / capacity;
        flows->all.mean_frac = (flows->moved_bytes + now.background - start.background) / capacity;
        flows->held_up_bytes =
            mdl_flows_limited_bytes(world->streams, (uint32_t)i) - load->held_up_at_start;
        flows->all.sketch = load->all;
        flows->own.sketch = load->own;
    }
}

struct mdl_link_flows *mdl_world_link_flows(const struct mdl_world *world)
{
    return world->loads->flows;
}
