/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/transport/storage.h - a file system that fills: room, quotas, purge, files per second.
 *
 * A tier is one file system of a site. Room is reserved when a write begins; a write for which
 * there is none waits in order of asking, first for the quota of its user, then for its owner's,
 * then for the tier. Data is held while somebody works with it, and after that deleted, kept (a
 * copy that may be purged, and whose owner is told) or left behind. The purge acts when a write
 * would fill the tier beyond a level: what was not touched for long enough goes, the oldest first,
 * and no more than needed. A write for which a quota has no room purges in the same way, from what
 * the quota counts. What an owner leaves behind within a day goes together, by its latest
 * touch: up to a day late.
 *
 * A write of more than the tier, or its owner's quota, counts as that much.
 *
 * Units    bytes, ns. An owner is an index below `owner_count`, a user one below its `users`.
 * Memory   the simulation's arena; grows with writes that wait, kept copies, and days times owners
 *          of what was left behind within the time of the purge (without a purge: with owners).
 * Errors   what may need memory aborts the run with SIM_ENOMEM.
 * Cost     each call O(1), amortised; a wake-up O(writes that it lets go on + quotas);
 *          mdl_tier_take_oldest O(pieces that it passes over).
 * Source   purge from a level, by the time since the last touch: Lawrence Livermore's rule for its
 *          parallel file systems (80 % full, 60 days).
 */
#ifndef MODELS_TRANSPORT_STORAGE_H
#define MODELS_TRANSPORT_STORAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/transport/dataset.h"
#include "sim/field.h"
#include "sim/sim.h"
#include "sim/stats.h"

/* ---- what a scenario says ---- */

enum mdl_tier_kind { MDL_TIER_SCRATCH, MDL_TIER_PROJECT, MDL_TIER_BURST, MDL_TIER_ARCHIVE };

struct mdl_storage_config {
    struct sim_item item;
    int kind; /* enum mdl_tier_kind */
    double capacity_bytes, read_bytes_per_s, write_bytes_per_s;
    double total_bytes_per_s;            /* reading and writing together; 0: no limit */
    double files_per_s;                  /* 0: no limit */
    double purge_from_frac;              /* 1: only when it is full */
    int64_t untouched_ns;                /* 0: nothing is purged */
    struct sim_shares quota, user_quota; /* community -> bytes, of all its users, of each */
    const char *drains_to;               /* tier of the same site; "": none */
    bool is_secure;
    int64_t clearance_ns;
    double cost_eur_per_tb_yr, secure_cost_eur_per_tb_yr; /* the second on top of the first */
    struct mdl_cache_config cache;
};

extern const struct sim_field mdl_storage_fields[];

#define MDL_TIER_BYTES_MAX 9e18

/* ---- one tier of one simulation ---- */

struct mdl_tier_rules {
    uint64_t capacity, purge_above; /* bytes */
    int64_t untouched_ns;           /* 0: nothing is purged */
    double files_per_s;             /* 0: no limit */
    size_t owner_count;
    const uint64_t *quota;      /* [owner], 0: none; NULL: nobody has one */
    const uint64_t *user_quota; /* [owner] of each of its users, 0: none; NULL: nobody has one */
    const uint32_t *users;      /* [owner] where users have quotas */
};

struct mdl_tier;
struct mdl_stored; /* a kept copy */

struct mdl_tier_hooks {
    void *context;
    /* The write that waited has its room now. From a timer of its own. */
    void (*granted)(void *context, void *subject);
    /* A kept copy was purged; gone when the hook returns. May be NULL when nothing is kept. */
    void (*purged)(void *context, void *subject);
};

/* rules are borrowed. */
SIM_NODISCARD enum sim_status mdl_tier_create(struct sim *sim, const struct mdl_tier_rules *rules,
                                              const struct mdl_tier_hooks *hooks,
                                              struct mdl_tier **out, struct sim_error *err);

/* Whose data it is: that of an owner, or of its user where users have a quota of their own. Calls
 * below take accounts; an owner's own is the owner. */
uint32_t mdl_tier_account(const struct mdl_tier *tier, uint32_t owner, uint32_t user);
void mdl_tier_who(const struct mdl_tier *tier, uint32_t account, uint32_t *owner, uint32_t *user);

/* What a write takes: no more than there ever is. */
uint64_t mdl_tier_size(const struct mdl_tier *tier, uint32_t account, uint64_t bytes);

/* Room for a write. true: it has it, held from now on; false: it waits and `granted` will tell. */
bool mdl_tier_reserve(struct mdl_tier *tier, uint32_t account, uint64_t bytes, void *subject);
/* The same without waiting: false, and nothing is held, when it would have to. */
bool mdl_tier_try(struct mdl_tier *tier, uint32_t account, uint64_t bytes);

/* What was held is deleted; left behind; kept as a copy, touched now. */
void mdl_tier_delete(struct mdl_tier *tier, uint32_t account, uint64_t bytes);
void mdl_tier_leave(struct mdl_tier *tier, uint32_t account, uint64_t bytes);
struct mdl_stored *mdl_tier_keep(struct mdl_tier *tier, uint32_t account, uint64_t bytes,
                                 void *subject);

void mdl_tier_touch(struct mdl_tier *tier, struct mdl_stored *copy);
void mdl_tier_drop(struct mdl_tier *tier, struct mdl_stored *copy); /* deleted, not purged */
void mdl_tier_hold(struct mdl_tier *tier, struct mdl_stored *copy); /* held again, not kept */

/* How much of so many bytes would have its room at once; purges what they would. */
uint64_t mdl_tier_fits(struct mdl_tier *tier, uint32_t account, uint64_t bytes);

/* How much of an account's data is taken. */
typedef uint64_t mdl_tier_fits_fn(void *context, uint32_t account, uint64_t bytes);

/* Takes the oldest data that was left behind and fits, to be copied elsewhere: it is held until
 * mdl_tier_moved. false: there is none. */
bool mdl_tier_take_oldest(struct mdl_tier *tier, mdl_tier_fits_fn *fits, void *context,
                          uint32_t *account, uint64_t *bytes);
void mdl_tier_moved(struct mdl_tier *tier, uint32_t account, uint64_t bytes);

/* Opening and closing so many files: how long until it is their turn and they are through. */
int64_t mdl_tier_files_ns(struct mdl_tier *tier, double files);

/* ---- what others read ---- */

struct mdl_tier_state {
    struct sim_level fill;          /* bytes; never above the capacity */
    int64_t fill_max;               /* since mdl_tier_mark */
    struct sim_level waiting;       /* writes that wait */
    struct sim_level quota_waiting; /* those of them that wait for a quota */
    uint64_t waited, quota_waited;  /* writes that had to wait; at first for a quota */
    /* written = deleted + purged + moved + fill, in whole bytes */
    sim_i128 written, deleted, purged, moved;
};
const struct mdl_tier_state *mdl_tier_state(const struct mdl_tier *tier);
void mdl_tier_mark(struct mdl_tier *tier); /* the largest fill is that from now on */

/* Bytes counted anew: of owners one by one, less those that wait with their quota taken. */
sim_i128 mdl_tier_counted_bytes(const struct mdl_tier *tier);

/* Bytes of an account, of writes that wait behind its quota too; an owner's with its users'. */
uint64_t mdl_tier_used(const struct mdl_tier *tier, uint32_t account);

/* Subjects of writes that wait, in any order. */
void mdl_tier_each_waiting(const struct mdl_tier *tier, void (*visit)(void *context, void *subject),
                           void *context);

#endif /* MODELS_TRANSPORT_STORAGE_H */
