/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/qkd.h - keys that quantum key distribution makes, hop by hop, and who waits for
 * them.
 *
 * A link with keys is a chain of trusted nodes that makes secret key at a rate into a store at its
 * ends; what the store cannot hold is lost. Data pass such a link as fast as any other, but each
 * transfer that must be protected takes so many keys of every link of its way before it sets out,
 * as a key is handed on from hop to hop under one-time pads of the hops' own keys. A link serves
 * who asks in the order of asking; who asks for more than the store holds takes keys as they are
 * made. A link that is down makes none.
 *
 * With a store of one request and Poisson requests of one size the wait is that of M/D/1.
 *
 * Units    key in bytes in a config, in whole bits when asked for; inside in 1e-15 bit, in which
 *          rates of whole microbits per second make whole amounts each nanosecond.
 * Memory   the simulation's arena; a pool of those that wait.
 * Errors   SIM_ENOMEM; asking aborts the run with it.
 * Cost     asking and granting O(links asked).
 * Source   Alleaume et al., Theor. Comput. Sci. 560 (2014) 62 (networks of trusted nodes).
 */
#ifndef MODELS_TRANSPORT_QKD_H
#define MODELS_TRANSPORT_QKD_H

#include "sim/field.h"
#include "sim/sim.h"

struct mdl_link_keys_config { /* of a link */
    double rate_bytes_per_s;  /* of secret key; 0: the link has none */
    double store_bytes;
    double cost_eur_per_km_yr, node_cost_eur_per_yr;
    double node_every_km, length_km; /* NaN: by the distance of its ends */
};

struct mdl_rekey_config { /* of the network */
    double key_bytes;
    double per_bytes; /* data under one key */
    int64_t every_ns; /* the encryptors of a link renew theirs; 0: never */
};

extern const struct sim_field mdl_link_keys_fields[], mdl_rekey_fields[];

/* Whole bits that a transfer of so many bytes takes of each link. */
uint64_t mdl_keys_bits(const struct mdl_rekey_config *rekey, uint64_t bytes);

/* What a link makes for transfers, its encryptors served: whole microbits per second. */
int64_t mdl_keys_rate_ubit(const struct mdl_link_keys_config *link,
                           const struct mdl_rekey_config *rekey);

/* EUR per year of a link of that length: fibre and devices by km, and its trusted nodes. */
double mdl_keys_cost_eur_per_yr(const struct mdl_link_keys_config *link, double km);

/* ---- the stores of one world ---- */

struct mdl_keys;

struct mdl_key_hooks {
    void *context;
    void (*granted)(void *context, void *subject); /* who waited has all keys */
};

/* rate_ubit[link_count], 0: the link has none; capacity_bits[link_count]. Stores are full at
 * first. */
SIM_NODISCARD enum sim_status mdl_keys_create(struct sim *sim, const int64_t *rate_ubit,
                                              const uint64_t *capacity_bits, size_t link_count,
                                              const struct mdl_key_hooks *hooks,
                                              struct mdl_keys **out, struct sim_error *err);

/* Takes bits of each of the links, each once. true: they were there. false: `granted` comes. */
bool mdl_keys_ask(struct mdl_keys *keys, const size_t *link, size_t count, uint64_t bits,
                  void *subject);

void mdl_keys_set_down(struct mdl_keys *keys, size_t link, bool is_down);

struct mdl_key_counts {     /* since the creation */
    uint64_t asked, waited; /* the second: of the asked, had to */
    uint64_t granted;
    sim_i128 wait_ns; /* of the granted */
};
const struct mdl_key_counts *mdl_keys_counts(const struct mdl_keys *keys);

/* Of a link, in 1e-15 bit: full at first + made = used + spilled + stored. */
struct mdl_key_account {
    sim_i128 first, made, used, spilled, stored;
};
#define MDL_KEY_UNITS_PER_BIT 1e15
struct mdl_key_account mdl_keys_account(const struct mdl_keys *keys, size_t link);

#endif /* MODELS_TRANSPORT_QKD_H */
