/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Circuits, and keys of links: what they did in the window, and what the keys cost. */
#include <math.h>

#include "models/conservation.h"
#include "models/money/energy.h"
#include "models/world_private.h"
#include "sim/units.h"

struct key_till { /* of a link with keys */
    int64_t cents, rows;
};

struct mdl_world_reserved {
    struct mdl_circuit_use *circuit_at_start; /* [circuit] */
    struct mdl_circuit_flows *circuit;        /* [circuit] of the window */
    struct mdl_key_account *hop_at_start;     /* [hop] */
    struct mdl_key_flows *hop, all;           /* [hop] of the window */
    struct mdl_key_counts counts_at_start;
    struct key_till *till; /* [hop] */
    int64_t posted_ns; /* until when the costs are posted; SIM_NEVER: the window has not begun */
};

/* ---- creation ---- */

static void on_circuit(void *context)
{
    mdl_transfers_follow(((struct mdl_world *)context)->transfers);
}

static enum sim_status allocate(struct mdl_world *world, struct sim_error *err)
{
    struct sim_arena *arena = world->sim->arena;
    size_t circuits = world->plan->circuits.count, hops = world->plan->keys.count;
    struct mdl_world_reserved *reserved = sim_arena_alloc(arena, 1, sizeof *reserved);

    world->reserved = reserved;
    if (!reserved)
        return sim_fail(err, SIM_ENOMEM, "no memory for circuits and keys");
    reserved->posted_ns = SIM_NEVER;
    reserved->circuit_at_start =
        sim_arena_alloc(arena, circuits, sizeof *reserved->circuit_at_start);
    reserved->circuit = sim_arena_alloc(arena, circuits, sizeof *reserved->circuit);
    reserved->hop_at_start = sim_arena_alloc(arena, hops, sizeof *reserved->hop_at_start);
    reserved->hop = sim_arena_alloc(arena, hops, sizeof *reserved->hop);
    reserved->till = sim_arena_alloc(arena, hops, sizeof *reserved->till);
    return reserved->circuit_at_start && reserved->circuit && reserved->hop_at_start &&
                   reserved->hop && reserved->till
               ? SIM_OK
               : sim_fail(err, SIM_ENOMEM, "no memory for circuits and keys");
}

enum sim_status mdl_world_create_reserved(struct mdl_world *world, struct sim_error *err)
{
    const struct mdl_plan *plan = world->plan;
    const struct mdl_key_hooks hooks = {world->transfers, mdl_transfers_granted};
    enum sim_status status;

    if (plan->replay || plan->circuits.count + plan->keys.count == 0)
        return SIM_OK;
    status = allocate(world, err);
    if (!status && plan->circuits.count)
        status = mdl_circuits_create(world->sim, &plan->circuits, world->streams, world->links,
                                     on_circuit, world, &world->circuits, err);
    if (!status && plan->keys.count)
        status = mdl_keys_create(world->sim, plan->keys.rate_ubit, plan->keys.store_bits,
                                 plan->network.link_count, &hooks, &world->keys, err);
    if (!status)
        mdl_transfers_use(world->transfers, world->circuits, world->keys);
    return status;
}

/* ---- the window ---- */

void mdl_world_mark_reserved(struct mdl_world *world)
{
    struct mdl_world_reserved *reserved = world->reserved;

    if (!reserved)
        return;
    reserved->posted_ns = world->sim->now_ns;
    for (size_t i = 0; i < world->plan->circuits.count; i++)
        reserved->circuit_at_start[i] = mdl_circuits_use(world->circuits, i);
    for (size_t i = 0; i < world->plan->keys.count; i++)
        reserved->hop_at_start[i] = mdl_keys_account(world->keys, world->plan->keys.link[i]);
    if (world->keys)
        reserved->counts_at_start = *mdl_keys_counts(world->keys);
}

static void close_circuits(struct mdl_world *world)
{
    struct mdl_world_reserved *reserved = world->reserved;

    for (size_t i = 0; i < world->plan->circuits.count; i++) {
        const struct mdl_circuit_use *start = &reserved->circuit_at_start[i];
        struct mdl_circuit_use now = mdl_circuits_use(world->circuits, i);

        reserved->circuit[i] = (struct mdl_circuit_flows){
            .booked_s = now.booked_s - start->booked_s,
            .down_s = now.down_s - start->down_s,
            .capacity_bytes_per_s = world->plan->circuits.circuit[i].config->capacity_bytes_per_s,
            .bytes = {now.bytes[0] - start->bytes[0], now.bytes[1] - start->bytes[1]},
            .transfers = now.transfers - start->transfers};
    }
}

static void close_keys(struct mdl_world *world)
{
    struct mdl_world_reserved *reserved = world->reserved;
    const struct mdl_key_counts *start = &reserved->counts_at_start,
                                *now = mdl_keys_counts(world->keys);
    struct mdl_key_flows *all = &reserved->all;

    *all = (struct mdl_key_flows){.asked = now->asked - start->asked,
                                  .waited = now->waited - start->waited,
                                  .granted = now->granted - start->granted,
                                  .wait_s = (double)(now->wait_ns - start->wait_ns) / 1e9};
    for (size_t i = 0; i < world->plan->keys.count; i++) {
        const struct mdl_key_account *from = &reserved->hop_at_start[i];
        struct mdl_key_account to = mdl_keys_account(world->keys, world->plan->keys.link[i]);

        reserved->hop[i] = (struct mdl_key_flows){
            .used_bits = (double)(to.used - from->used) / MDL_KEY_UNITS_PER_BIT,
            .made_bits = (double)(to.made - from->made) / MDL_KEY_UNITS_PER_BIT,
            .cost_cents = reserved->till[i].cents};
        all->used_bits += reserved->hop[i].used_bits;
        all->made_bits += reserved->hop[i].made_bits;
        all->cost_cents += reserved->till[i].cents;
    }
}

void mdl_world_close_reserved(struct mdl_world *world)
{
    if (world->circuits)
        close_circuits(world);
    if (world->keys)
        close_keys(world);
}

void mdl_world_fill_reserved(const struct mdl_world *world, struct mdl_window_flows *flows)
{
    if (!world->reserved)
        return;
    flows->circuit = world->reserved->circuit;
    flows->hop = world->reserved->hop;
    flows->keys = world->reserved->all;
}

double mdl_world_circuit_bytes(const struct mdl_world *world, size_t direction)
{
    const struct mdl_circuits_plan *plan = &world->plan->circuits;
    const struct mdl_direction *link = &world->plan->network.direction[direction];
    double bytes = 0;

    for (size_t i = 0; i < plan->count; i++) {
        const struct mdl_circuit_plan *circuit = &plan->circuit[i];

        for (size_t k = 0; k < circuit->count; k++) {
            if (circuit->direction[k] == direction)
                bytes += mdl_flows_bytes(world->streams, circuit->channel[0]);
            else if (circuit->direction[k] == link->reverse)
                bytes += mdl_flows_bytes(world->streams, circuit->channel[1]);
        }
    }
    return bytes;
}

/* ---- money ---- */

/* One entry a month for all links, of whole cents for each. */
void mdl_world_post_keys(struct mdl_world *world)
{
    struct mdl_world_reserved *reserved = world->reserved;
    int64_t now_ns = world->sim->now_ns;
    struct mdl_ledger_record record = {.item = MDL_LEDGER_KEYS, .site = -1};
    struct sim_error err;
    double years;

    if (!world->keys || reserved->posted_ns >= now_ns)
        return;
    years = sim_s_from_ns(now_ns - reserved->posted_ns) / SIM_YEAR_S;
    reserved->posted_ns = now_ns;
    for (size_t i = 0; i < world->plan->keys.count; i++) {
        double eur_per_yr = world->plan->keys.cost_eur_per_yr[world->plan->keys.link[i]];
        int64_t cents = mdl_round_half_even(100 * eur_per_yr * years);

        reserved->till[i].cents += cents;
        reserved->till[i].rows++;
        record.cents += cents;
    }
    record.date_days = (int32_t)(world->plan->calendar.start_days + (now_ns - 1) / SIM_DAY_NS);
    if (world->sim->trace &&
        world->sim->trace->row(world->sim->trace, &mdl_ledger_table, &record, &err))
        sim_abort(world->sim, err.status, "%s", err.message);
}

/* ---- the end ---- */

static enum sim_status check_hop(const struct mdl_world *world, size_t hop, struct sim_error *err)
{
    const struct mdl_plan *plan = world->plan;
    size_t link = plan->keys.link[hop];
    const struct sim_item *item = sim_map_at(&plan->network.config->links, link);
    struct mdl_key_account account = mdl_keys_account(world->keys, link);
    const struct key_till *till = &world->reserved->till[hop];
    double due = 100 * plan->keys.cost_eur_per_yr[link] *
                 sim_s_from_ns(world->window_end_ns - plan->start_ns) / SIM_YEAR_S;

    if (fabs((double)till->cents - due) > 0.5 * (double)till->rows + 1e-6 * due)
        return sim_fail(err, SIM_EINVARIANT, "%s.keys: %lld cents were posted, %.2f are due",
                        item->path, (long long)till->cents, due);
    return mdl_check_bytes("key made (1e-15 bit)", account.first + account.made,
                           account.used + account.spilled, account.stored, err);
}

enum sim_status mdl_world_check_reserved(const struct mdl_world *world, struct sim_error *err)
{
    enum sim_status status = SIM_OK;

    for (size_t i = 0; world->keys && i < world->plan->keys.count && !status; i++)
        status = check_hop(world, i, err);
    return status;
}
