/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/transport/qkd.h"

#include <math.h>

#include "sim/units.h"

static const sim_i128 PER_BIT = 1000000000000000; /* 1e-15 bit */

const struct sim_field mdl_link_keys_fields[] = {
    {.name = "rate",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_BYTES_PER_S,
     SIM_AT(struct mdl_link_keys_config, rate_bytes_per_s),
     .max = 1e9,
     .help = "secret key that it makes, end to end over its trusted nodes; 0 bit/s = it has none",
     .example = "2 kbit/s"},
    {.name = "store",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_BYTES,
     SIM_AT(struct mdl_link_keys_config, store_bytes),
     .max = 1e12,
     .fallback = 1e6,
     .help = "key that its ends can hold, full when the run begins; what is made beyond is lost",
     .example = "50 Mbit"},
    {.name = "cost",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_EUR_PER_KM_YR,
     SIM_AT(struct mdl_link_keys_config, cost_eur_per_km_yr),
     .max = 1e9,
     .help = "fibre and devices, by length",
     .example = "1500 EUR/km/yr"},
    {.name = "node_every",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_KM,
     SIM_AT(struct mdl_link_keys_config, node_every_km),
     .min = 1,
     .max = 1e5,
     .fallback = 100,
     .help = "the longest way between two trusted nodes"},
    {.name = "node_cost",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_EUR_PER_YR,
     SIM_AT(struct mdl_link_keys_config, node_cost_eur_per_yr),
     .max = 1e9,
     .help = "of each trusted node between its ends",
     .example = "80 kEUR/yr"},
    {.name = "length",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_KM,
     SIM_AT(struct mdl_link_keys_config, length_km),
     .min = 0,
     .max = 1e5,
     .fallback = NAN,
     .help = "length of the fibre; great circle between its ends x network.path_factor when not "
             "given",
     .example = "480 km"},
    {0},
};

const struct sim_field mdl_rekey_fields[] = {
    {.name = "bits",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_BYTES,
     SIM_AT(struct mdl_rekey_config, key_bytes),
     .min = 1,
     .max = 1e6,
     .fallback = 32,
     .help = "length of a key",
     .example = "256 bit"},
    {.name = "per",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_BYTES,
     SIM_AT(struct mdl_rekey_config, per_bytes),
     .min = 1,
     .max = 1e18,
     .fallback = 64e9,
     .help = "data of a transfer under one key: the next part takes a new one",
     .example = "64 GB"},
    {.name = "every",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     SIM_AT(struct mdl_rekey_config, every_ns),
     .max = 1e8,
     .help = "the encryptors of each link with keys take one so often, too, whether data pass or "
             "not; 0 s = never",
     .example = "1 min"},
    {0},
};

/* ---- laws ---- */

uint64_t mdl_keys_bits(const struct mdl_rekey_config *rekey, uint64_t bytes)
{
    double keys = ceil((double)bytes / rekey->per_bytes);

    return (uint64_t)(ceil(8 * rekey->key_bytes) * (keys > 1 ? keys : 1));
}

int64_t mdl_keys_rate_ubit(const struct mdl_link_keys_config *link,
                           const struct mdl_rekey_config *rekey)
{
    double bits_per_s = 8 * link->rate_bytes_per_s;

    if (rekey->every_ns > 0)
        bits_per_s -= 8 * rekey->key_bytes / sim_s_from_ns(rekey->every_ns);
    return bits_per_s > 0 ? (int64_t)round(1e6 * bits_per_s) : 0;
}

double mdl_keys_cost_eur_per_yr(const struct mdl_link_keys_config *link, double km)
{
    double spans = ceil(km / link->node_every_km);

    return link->cost_eur_per_km_yr * km + link->node_cost_eur_per_yr * (spans > 1 ? spans - 1 : 0);
}

/* ---- stores ---- */

struct ask { /* somebody who waits */
    void *subject;
    int64_t asked_ns;
    size_t links; /* that have not served it yet */
    struct ask *next_done;
};

struct claim { /* of one of them on a link */
    struct ask *ask;
    sim_i128 rest;
    struct claim *next;
};

struct store {
    struct mdl_keys *keys;
    struct sim_timer timer;
    int64_t rate_ubit; /* 0: there is none */
    sim_i128 capacity;
    struct mdl_key_account account; /* at since_ns */
    int64_t since_ns;
    bool is_down;
    struct claim *first, *last;
};

struct mdl_keys {
    struct sim *sim;
    struct mdl_key_hooks hooks;
    struct sim_pool asks, claims;
    struct store *store; /* [link] */
    struct mdl_key_counts counts;
    struct ask *done, *last_done; /* to be told */
};

static void put_done(struct mdl_keys *keys, struct ask *ask)
{
    ask->next_done = NULL;
    *(keys->last_done ? &keys->last_done->next_done : &keys->done) = ask;
    keys->last_done = ask;
}

/* Serves those who wait in their order with what is there. */
static void serve(struct store *store)
{
    struct mdl_keys *keys = store->keys;

    while (store->first && store->account.stored > 0) {
        struct claim *claim = store->first;
        sim_i128 taken = claim->rest < store->account.stored ? claim->rest : store->account.stored;

        claim->rest -= taken;
        store->account.stored -= taken;
        store->account.used += taken;
        if (claim->rest > 0)
            return;
        store->first = claim->next;
        if (!store->first)
            store->last = NULL;
        if (--claim->ask->links == 0)
            put_done(keys, claim->ask);
        sim_pool_put(&keys->claims, claim);
    }
}

/* Takes a store to the present. */
static void advance(struct store *store)
{
    int64_t now_ns = store->keys->sim->now_ns;
    sim_i128 made = store->is_down ? 0 : (sim_i128)store->rate_ubit * (now_ns - store->since_ns);

    store->since_ns = now_ns;
    store->account.made += made;
    store->account.stored += made;
    serve(store);
    if (store->account.stored > store->capacity) {
        store->account.spilled += store->account.stored - store->capacity;
        store->account.stored = store->capacity;
    }
}

/* When the first who waits is served. */
static void arm(struct store *store)
{
    sim_i128 wait_ns;

    if (!store->first || store->is_down) {
        sim_timer_disarm(store->keys->sim, &store->timer);
        return;
    }
    wait_ns = (store->first->rest + store->rate_ubit - 1) / store->rate_ubit;
    if (wait_ns < SIM_NEVER / 2)
        sim_timer_arm(store->keys->sim, &store->timer, store->since_ns + (int64_t)wait_ns);
}

static void tell(struct mdl_keys *keys)
{
    while (keys->done) {
        struct ask *ask = keys->done;
        void *subject = ask->subject;

        keys->done = ask->next_done;
        if (!keys->done)
            keys->last_done = NULL;
        keys->counts.granted++;
        keys->counts.wait_ns += keys->sim->now_ns - ask->asked_ns;
        sim_pool_put(&keys->asks, ask);
        keys->hooks.granted(keys->hooks.context, subject);
    }
}

static void on_served(struct sim *sim, void *subject)
{
    struct store *store = subject;

    (void)sim;
    advance(store);
    arm(store);
    tell(store->keys);
}

enum sim_status mdl_keys_create(struct sim *sim, const int64_t *rate_ubit,
                                const uint64_t *capacity_bits, size_t link_count,
                                const struct mdl_key_hooks *hooks, struct mdl_keys **out,
                                struct sim_error *err)
{
    struct mdl_keys *keys = sim_arena_alloc(sim->arena, 1, sizeof *keys);
    enum sim_status status = SIM_OK;

    *out = keys;
    if (!keys)
        return sim_fail(err, SIM_ENOMEM, "no memory for the stores of keys");
    *keys = (struct mdl_keys){.sim = sim, .hooks = *hooks};
    sim_pool_init(&keys->asks, sim->arena, sizeof(struct ask));
    sim_pool_init(&keys->claims, sim->arena, sizeof(struct claim));
    keys->store = sim_arena_alloc(sim->arena, link_count, sizeof *keys->store);
    if (!keys->store)
        return sim_fail(err, SIM_ENOMEM, "no memory for the stores of keys");
    for (size_t i = 0; i < link_count && !status; i++) {
        struct store *store = &keys->store[i];

        *store = (struct store){.keys = keys,
                                .rate_ubit = rate_ubit[i],
                                .capacity = PER_BIT * capacity_bits[i],
                                .since_ns = sim->now_ns};
        store->account.first = store->account.stored = rate_ubit[i] ? store->capacity : 0;
        if (rate_ubit[i])
            status = sim_timer_create(sim, &store->timer, SIM_PHASE_ARRIVAL, SIM_TIES_BY_CREATION,
                                      on_served, store, err);
    }
    return status;
}

static bool claim(struct store *store, struct ask *ask, sim_i128 amount)
{
    struct mdl_keys *keys = store->keys;
    struct claim *claim = sim_pool_get(&keys->claims);

    if (!claim) {
        sim_abort(keys->sim, SIM_ENOMEM, "no memory for those who wait for keys");
        return false;
    }
    *claim = (struct claim){.ask = ask, .rest = amount};
    *(store->last ? &store->last->next : &store->first) = claim;
    store->last = claim;
    return true;
}

bool mdl_keys_ask(struct mdl_keys *keys, const size_t *link, size_t count, uint64_t bits,
                  void *subject)
{
    struct ask *ask = sim_pool_get(&keys->asks);
    sim_i128 amount = PER_BIT * bits;
    bool is_there;

    if (!ask) {
        sim_abort(keys->sim, SIM_ENOMEM, "no memory for those who wait for keys");
        return false;
    }
    keys->counts.asked++;
    *ask = (struct ask){.subject = subject, .asked_ns = keys->sim->now_ns, .links = 1 + count};
    for (size_t i = 0; i < count; i++) {
        struct store *store = &keys->store[link[i]];

        advance(store);
        if (!claim(store, ask, amount))
            return false;
        serve(store);
        arm(store);
    }
    is_there = --ask->links == 0;
    if (is_there) {
        keys->counts.granted++;
        sim_pool_put(&keys->asks, ask);
    } else {
        keys->counts.waited++;
    }
    tell(keys); /* those whose keys came at this instant */
    return is_there;
}

void mdl_keys_set_down(struct mdl_keys *keys, size_t link, bool is_down)
{
    struct store *store = &keys->store[link];

    if (!store->rate_ubit)
        return;
    advance(store);
    store->is_down = is_down;
    arm(store);
    tell(keys);
}

const struct mdl_key_counts *mdl_keys_counts(const struct mdl_keys *keys)
{
    return &keys->counts;
}

struct mdl_key_account mdl_keys_account(const struct mdl_keys *keys, size_t link)
{
    struct store now = keys->store[link];
    sim_i128 made = now.is_down ? 0 : (sim_i128)now.rate_ubit * (keys->sim->now_ns - now.since_ns);
    sim_i128 stored = now.account.stored + made;

    /* whoever waits takes what is made; its event comes when it has all */
    now.account.made += made;
    if (now.first) {
        now.account.used += made;
        return now.account;
    }
    now.account.stored = stored < now.capacity ? stored : now.capacity;
    now.account.spilled += stored - now.account.stored;
    return now.account;
}
