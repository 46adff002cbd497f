/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/transport/storage.h"

#include <assert.h>

#include "sim/calendar.h"
#include "sim/units.h"

/* ---- rows ---- */

static const char *const kinds[] = {"scratch", "project", "burst", "archive", NULL};

#define AT(member) SIM_AT(struct mdl_storage_config, member)

static const struct sim_field purge_fields[] = {
    {.name = "from",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_FRAC,
     .offset = 0,
     .max = 1,
     .fallback = 1,
     .help = "part of the capacity beyond which a write makes the purge act, down to there"},
    {.name = "untouched",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     .offset = offsetof(struct mdl_storage_config, untouched_ns) -
               offsetof(struct mdl_storage_config, purge_from_frac),
     .min = 0,
     .max = 1e9,
     .required = true,
     .help = "data that was not touched for so long may be purged, the oldest first",
     .example = "60 d"},
    {0},
};

const struct sim_field mdl_storage_fields[] = {
    {.name = "kind",
     .kind = SIM_FIELD_ENUM,
     .choices = kinds,
     AT(kind),
     .help = "scratch, project = where data arrives and is read (the first such tier of the site); "
             "burst = fast tier that takes what jobs write and drains; archive = only drained to"},
    {.name = "capacity",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_BYTES,
     AT(capacity_bytes),
     .min = 1,
     .max = MDL_TIER_BYTES_MAX,
     .required = true,
     .help = "net capacity"},
    {.name = "read",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_BYTES_PER_S,
     AT(read_bytes_per_s),
     .min = 1,
     .max = 1e16,
     .required = true,
     .help = "read bandwidth"},
    {.name = "write",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_BYTES_PER_S,
     AT(write_bytes_per_s),
     .min = 1,
     .max = 1e16,
     .required = true,
     .help = "write bandwidth"},
    {.name = "total",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_BYTES_PER_S,
     AT(total_bytes_per_s),
     .max = 1e16,
     .help = "bandwidth of reading and writing together; 0 B/s = no limit"},
    {.name = "files_per_s",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_PER_S,
     AT(files_per_s),
     .max = 1e12,
     .help = "files that can be opened in a time, one after the other; 0 /s = no limit",
     .example = "50000 /s"},
    {.name = "purge",
     .kind = SIM_FIELD_GROUP,
     .rows = purge_fields,
     AT(purge_from_frac),
     .help = "what jobs left behind goes when room is needed; without it nothing does",
     .example = "{from: 80 %, untouched: 60 d}"},
    {.name = "quota",
     .kind = SIM_FIELD_SHARES,
     .unit = SIM_UNIT_BYTES,
     .target = "communities",
     AT(quota),
     .max = MDL_TIER_BYTES_MAX,
     .help = "most that a community's data may take",
     .example = "{sme-it: 20 TB}"},
    {.name = "quota_per_user",
     .kind = SIM_FIELD_SHARES,
     .unit = SIM_UNIT_BYTES,
     .target = "communities",
     AT(user_quota),
     .max = MDL_TIER_BYTES_MAX,
     .help = "most that the data of each of a community's users may take",
     .example = "{sme-it: 1 TB}"},
    {.name = "drains_to",
     .kind = SIM_FIELD_TEXT,
     AT(drains_to),
     .help = "tier of the same site to which a burst tier's data is copied in the background",
     .example = "scratch"},
    {.name = "secure",
     .kind = SIM_FIELD_BOOL,
     AT(is_secure),
     .help = "an enclave for data that must be protected"},
    {.name = "clearance",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     AT(clearance_ns),
     .max = 1e9,
     .help = "time from a user's first data for a secure tier until it is let in",
     .example = "5 d"},
    {.name = "cost",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_EUR_PER_TB_YR,
     AT(cost_eur_per_tb_yr),
     .max = 1e6,
     .help = "of a terabyte of capacity for a year, used or not, while the site is online"},
    {.name = "secure_cost",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_EUR_PER_TB_YR,
     AT(secure_cost_eur_per_tb_yr),
     .max = 1e6,
     .help = "what a terabyte of a secure tier costs beside `cost`: rooms, people, audits"},
    {.name = "cache",
     .kind = SIM_FIELD_GROUP,
     .rows = mdl_cache_fields,
     AT(cache),
     .help = "copies of data sets at the tier where data arrives, while nobody uses them",
     .example = "{capacity: 5 PB, policy: lru}"},
    {0},
};
#undef AT

/* ---- state ---- */

enum { OF_ALL, OF_OWNER, OF_USER, ORDERS };

struct mdl_stored {
    struct {
        struct mdl_stored *older, *newer;
    } by[ORDERS]; /* by touch */
    uint64_t bytes;
    int64_t first_ns, touched_ns;
    uint32_t account;
    void *subject; /* NULL: left behind by its owner, within a day */
};

struct write {
    struct write *next;
    void *subject;
    uint64_t bytes;
    uint32_t account;
};

struct ages { /* of data that nobody holds, by touch */
    struct mdl_stored *oldest, *newest;
};

struct line { /* of writes that wait, in order */
    struct write *first, *last;
};

struct mdl_tier {
    struct sim *sim;
    const struct mdl_tier_rules *rules;
    struct mdl_tier_hooks hooks;
    struct mdl_tier_state state;
    struct sim_timer timer;
    int64_t armed_ns;
    uint32_t account_count;   /* owners, then users who have a quota of their own */
    uint32_t *first_user;     /* [owner] account of its first user; NULL: no user has a quota */
    uint32_t *owner;          /* [account] of a user's account; NULL: no user has a quota */
    uint64_t *used;           /* [account] by what is there, and by writes that wait behind it */
    struct line room, *quota; /* [account] */
    struct ages all, *ages;   /* [account], an owner's with its users'; NULL: no quota or purge */
    struct mdl_stored **day;  /* [account] what it left behind last; NULL: nothing */
    struct sim_pool stored, writes;
    int64_t files_free_ns; /* until when files that are asked for keep it busy */
};

static uint64_t fill_of(const struct mdl_tier *tier)
{
    return (uint64_t)tier->state.fill.value;
}

static bool is_user(const struct mdl_tier *tier, uint32_t account)
{
    return account >= tier->rules->owner_count;
}

static uint32_t owner_of(const struct mdl_tier *tier, uint32_t account)
{
    return is_user(tier, account) ? tier->owner[account] : account;
}

static uint64_t quota_of(const struct mdl_tier *tier, uint32_t account)
{
    if (is_user(tier, account))
        return tier->rules->user_quota[tier->owner[account]];
    return tier->rules->quota ? tier->rules->quota[account] : 0;
}

uint32_t mdl_tier_account(const struct mdl_tier *tier, uint32_t owner, uint32_t user)
{
    if (!tier->first_user || !tier->rules->user_quota[owner])
        return owner;
    assert(user < tier->rules->users[owner]);
    return tier->first_user[owner] + user;
}

void mdl_tier_who(const struct mdl_tier *tier, uint32_t account, uint32_t *owner, uint32_t *user)
{
    *owner = owner_of(tier, account);
    *user = is_user(tier, account) ? account - tier->first_user[*owner] : 0;
}

static uint64_t at_most(uint64_t most, uint64_t quota)
{
    return quota && quota < most ? quota : most;
}

uint64_t mdl_tier_size(const struct mdl_tier *tier, uint32_t account, uint64_t bytes)
{
    uint64_t most = at_most(tier->rules->capacity, quota_of(tier, account));

    if (is_user(tier, account))
        most = at_most(most, quota_of(tier, tier->owner[account]));
    return bytes < most ? bytes : most;
}

static void no_memory(struct mdl_tier *tier)
{
    sim_abort(tier->sim, SIM_ENOMEM, "no memory for the storage");
}

static void wake(struct mdl_tier *tier, int64_t time_ns)
{
    if (time_ns >= tier->armed_ns)
        return;
    tier->armed_ns = time_ns;
    sim_timer_arm(tier->sim, &tier->timer, time_ns);
}

static bool has_waiting(const struct mdl_tier *tier)
{
    return tier->room.first || tier->state.quota_waiting.value > 0;
}

static void set_fill(struct mdl_tier *tier, uint64_t bytes)
{
    struct mdl_tier_state *state = &tier->state;

    sim_level_set(&state->fill, tier->sim->now_ns, (int64_t)bytes);
    if ((int64_t)bytes > state->fill_max)
        state->fill_max = (int64_t)bytes;
}

static void take(struct mdl_tier *tier, uint64_t bytes)
{
    set_fill(tier, fill_of(tier) + bytes);
    tier->state.written += bytes;
}

static void give_back(struct mdl_tier *tier, uint32_t account, uint64_t bytes)
{
    assert(bytes <= fill_of(tier) && bytes <= tier->used[account]);
    set_fill(tier, fill_of(tier) - bytes);
    tier->used[account] -= bytes;
    if (is_user(tier, account))
        tier->used[tier->owner[account]] -= bytes;
    if (has_waiting(tier))
        wake(tier, tier->sim->now_ns);
}

/* ---- data that nobody holds, by its last touch ---- */

/* NULL: it does not stand in that order. */
static struct ages *ages_of(struct mdl_tier *tier, const struct mdl_stored *stored, int order)
{
    if (order == OF_ALL)
        return &tier->all;
    if (!tier->ages || (order == OF_USER && !is_user(tier, stored->account)))
        return NULL;
    return &tier->ages[order == OF_USER ? stored->account : owner_of(tier, stored->account)];
}

static void append(struct mdl_tier *tier, struct mdl_stored *stored)
{
    for (int i = 0; i < ORDERS; i++) {
        struct ages *ages = ages_of(tier, stored, i);

        if (!ages)
            continue;
        stored->by[i].older = ages->newest;
        stored->by[i].newer = NULL;
        *(ages->newest ? &ages->newest->by[i].newer : &ages->oldest) = stored;
        ages->newest = stored;
    }
    stored->touched_ns = tier->sim->now_ns;
}

static void unlink_stored(struct mdl_tier *tier, struct mdl_stored *stored)
{
    for (int i = 0; i < ORDERS; i++) {
        struct ages *ages = ages_of(tier, stored, i);
        struct mdl_stored *older = stored->by[i].older, *newer = stored->by[i].newer;

        if (!ages)
            continue;
        *(older ? &older->by[i].newer : &ages->oldest) = newer;
        *(newer ? &newer->by[i].older : &ages->newest) = older;
    }
}

static void forget(struct mdl_tier *tier, struct mdl_stored *stored)
{
    unlink_stored(tier, stored);
    if (tier->day[stored->account] == stored)
        tier->day[stored->account] = NULL;
    sim_pool_put(&tier->stored, stored);
}

static struct mdl_stored *add_stored(struct mdl_tier *tier, uint32_t account, uint64_t bytes,
                                     void *subject)
{
    struct mdl_stored *stored = sim_pool_get(&tier->stored);

    if (!stored) {
        no_memory(tier);
        return NULL;
    }
    *stored = (struct mdl_stored){
        .bytes = bytes, .first_ns = tier->sim->now_ns, .account = account, .subject = subject};
    append(tier, stored);
    return stored;
}

/* ---- purge ---- */

/* When the oldest data may go; SIM_NEVER: none may. */
static int64_t purgeable_ns(const struct mdl_tier *tier, const struct ages *ages)
{
    int64_t untouched_ns = tier->rules->untouched_ns;

    if (!untouched_ns || !ages->oldest)
        return SIM_NEVER;
    return ages->oldest->touched_ns + untouched_ns;
}

/* When a purge may make room for who waits. Now it has made all that it may. */
static void wake_for_purge(struct mdl_tier *tier, const struct ages *ages)
{
    int64_t time_ns = purgeable_ns(tier, ages);

    if (time_ns > tier->sim->now_ns)
        wake(tier, time_ns);
}

static void purge_oldest(struct mdl_tier *tier, const struct ages *ages, uint64_t excess)
{
    struct mdl_stored *stored = ages->oldest;
    uint64_t bytes = stored->subject || stored->bytes < excess ? stored->bytes : excess;

    tier->state.purged += bytes;
    give_back(tier, stored->account, bytes);
    stored->bytes -= bytes;
    if (stored->bytes > 0)
        return;
    if (stored->subject && tier->hooks.purged)
        tier->hooks.purged(tier->hooks.context, stored->subject);
    forget(tier, stored);
}

static void purge_for(struct mdl_tier *tier, uint64_t bytes)
{
    uint64_t above = tier->rules->purge_above;

    while (fill_of(tier) + bytes > above && purgeable_ns(tier, &tier->all) <= tier->sim->now_ns)
        purge_oldest(tier, &tier->all, fill_of(tier) + bytes - above);
}

/* Whose quota binds deletes its own. */
static void purge_own_for(struct mdl_tier *tier, uint32_t account, uint64_t bytes)
{
    const struct ages *own = tier->ages ? &tier->ages[account] : NULL;
    uint64_t quota = quota_of(tier, account);

    while (own && quota && tier->used[account] + bytes > quota &&
           purgeable_ns(tier, own) <= tier->sim->now_ns)
        purge_oldest(tier, own, tier->used[account] + bytes - quota);
}

/* ---- writes ---- */

static bool takes_room(struct mdl_tier *tier, uint64_t bytes)
{
    purge_for(tier, bytes);
    if (fill_of(tier) + bytes > tier->rules->capacity)
        return false;
    take(tier, bytes);
    return true;
}

static bool takes_quota(struct mdl_tier *tier, uint32_t account, uint64_t bytes)
{
    uint64_t quota = quota_of(tier, account);

    purge_own_for(tier, account, bytes);
    if (quota && tier->used[account] + bytes > quota)
        return false;
    tier->used[account] += bytes;
    return true;
}

static void join(struct line *line, struct write *write)
{
    write->next = NULL;
    *(line->first ? &line->last->next : &line->first) = write;
    line->last = write;
}

static struct write *leave_line(struct line *line)
{
    struct write *write = line->first;

    line->first = write->next;
    return write;
}

static bool is_held_up(const struct mdl_tier *tier, uint32_t account)
{
    return tier->quota && tier->quota[account].first;
}

/* Who waits at the account's quota may purge what the account has. */
static void wake_for_own(struct mdl_tier *tier, uint32_t account)
{
    if (tier->ages && is_held_up(tier, account))
        wake_for_purge(tier, &tier->ages[account]);
}

/* Data came that a purge may take for who waits. */
static void wake_for_data(struct mdl_tier *tier, uint32_t account)
{
    if (tier->room.first)
        wake_for_purge(tier, &tier->all);
    wake_for_own(tier, account);
    wake_for_own(tier, owner_of(tier, account));
}

static void count_quota_waiting(struct mdl_tier *tier, int64_t more)
{
    struct sim_level *waiting = &tier->state.quota_waiting;

    sim_level_set(waiting, tier->sim->now_ns, waiting->value + more);
}

/* Takes the quota of an account, or waits in line for it; behind that of a user is its owner's.
 * true: it may ask for room. */
static bool climb(struct mdl_tier *tier, struct write *write, uint32_t account)
{
    for (;; account = tier->owner[account]) {
        if (is_held_up(tier, account) || !takes_quota(tier, account, write->bytes)) {
            join(&tier->quota[account], write);
            count_quota_waiting(tier, 1);
            wake_for_own(tier, account);
            return false;
        }
        if (!is_user(tier, account))
            return true;
    }
}

/* Writes for which an account has quota again go on. */
static void let_in_of(struct mdl_tier *tier, uint32_t account)
{
    struct line *line = &tier->quota[account];

    while (line->first && takes_quota(tier, account, line->first->bytes)) {
        struct write *write = leave_line(line);

        count_quota_waiting(tier, -1);
        if (!is_user(tier, account) || climb(tier, write, tier->owner[account]))
            join(&tier->room, write);
    }
    wake_for_own(tier, account);
}

/* Owners first: a write that waits for its owner's quota came before those of users behind it. */
static void let_in(struct mdl_tier *tier)
{
    for (uint32_t i = 0; tier->state.quota_waiting.value > 0 && i < tier->account_count; i++)
        let_in_of(tier, i);
}

static void serve(struct sim *sim, void *subject)
{
    struct mdl_tier *tier = subject;

    tier->armed_ns = SIM_NEVER;
    let_in(tier);
    while (tier->room.first && !sim->is_aborted && takes_room(tier, tier->room.first->bytes)) {
        struct write *write = leave_line(&tier->room);
        void *granted = write->subject;

        sim_pool_put(&tier->writes, write);
        sim_level_set(&tier->state.waiting, sim->now_ns, tier->state.waiting.value - 1);
        tier->hooks.granted(tier->hooks.context, granted);
    }
    if (tier->room.first)
        wake_for_purge(tier, &tier->all);
}

/* Quotas of the account and of its owner, at once; false: neither. */
static bool takes_quotas(struct mdl_tier *tier, uint32_t account, uint64_t bytes)
{
    uint32_t owner = owner_of(tier, account);

    if (is_held_up(tier, account) || is_held_up(tier, owner) || !takes_quota(tier, account, bytes))
        return false;
    if (owner == account || takes_quota(tier, owner, bytes))
        return true;
    tier->used[account] -= bytes;
    return false;
}

bool mdl_tier_try(struct mdl_tier *tier, uint32_t account, uint64_t bytes)
{
    uint64_t size = mdl_tier_size(tier, account, bytes);

    if (size == 0)
        return true;
    if (tier->room.first || !takes_quotas(tier, account, size))
        return false;
    if (takes_room(tier, size))
        return true;
    tier->used[account] -= size;
    if (is_user(tier, account))
        tier->used[tier->owner[account]] -= size;
    return false;
}

static uint64_t quota_left(struct mdl_tier *tier, uint32_t account, uint64_t bytes)
{
    uint64_t quota = quota_of(tier, account);

    if (is_held_up(tier, account))
        return 0;
    purge_own_for(tier, account, bytes);
    return quota && quota - tier->used[account] < bytes ? quota - tier->used[account] : bytes;
}

uint64_t mdl_tier_fits(struct mdl_tier *tier, uint32_t account, uint64_t bytes)
{
    uint64_t most = mdl_tier_size(tier, account, bytes), room;

    if (tier->room.first)
        return 0;
    most = quota_left(tier, account, most);
    most = quota_left(tier, owner_of(tier, account), most);
    if (most == 0)
        return 0;
    purge_for(tier, most);
    room = tier->rules->capacity - fill_of(tier);
    return most < room ? most : room;
}

bool mdl_tier_reserve(struct mdl_tier *tier, uint32_t account, uint64_t bytes, void *subject)
{
    struct write *write;

    if (mdl_tier_try(tier, account, bytes))
        return true;
    write = sim_pool_get(&tier->writes);
    if (!write) {
        no_memory(tier);
        return true;
    }
    *write = (struct write){
        .subject = subject, .bytes = mdl_tier_size(tier, account, bytes), .account = account};
    tier->state.waited++;
    sim_level_set(&tier->state.waiting, tier->sim->now_ns, tier->state.waiting.value + 1);
    if (climb(tier, write, account)) {
        join(&tier->room, write);
        wake_for_purge(tier, &tier->all);
    } else {
        tier->state.quota_waited++;
    }
    return false;
}

void mdl_tier_delete(struct mdl_tier *tier, uint32_t account, uint64_t bytes)
{
    uint64_t size = mdl_tier_size(tier, account, bytes);

    tier->state.deleted += size;
    give_back(tier, account, size);
}

void mdl_tier_leave(struct mdl_tier *tier, uint32_t account, uint64_t bytes)
{
    uint64_t size = mdl_tier_size(tier, account, bytes);
    struct mdl_stored *day = tier->day[account];
    bool is_purged = tier->rules->untouched_ns > 0;

    if (size == 0)
        return;
    if (day && (!is_purged || tier->sim->now_ns - day->first_ns < SIM_DAY_NS)) {
        day->bytes += size;
        unlink_stored(tier, day);
        append(tier, day);
    } else {
        tier->day[account] = add_stored(tier, account, size, NULL);
    }
    wake_for_data(tier, account);
}

struct mdl_stored *mdl_tier_keep(struct mdl_tier *tier, uint32_t account, uint64_t bytes,
                                 void *subject)
{
    struct mdl_stored *copy =
        add_stored(tier, account, mdl_tier_size(tier, account, bytes), subject);

    assert(subject);
    wake_for_data(tier, account);
    return copy;
}

void mdl_tier_touch(struct mdl_tier *tier, struct mdl_stored *copy)
{
    unlink_stored(tier, copy);
    append(tier, copy);
}

void mdl_tier_drop(struct mdl_tier *tier, struct mdl_stored *copy)
{
    tier->state.deleted += copy->bytes;
    give_back(tier, copy->account, copy->bytes);
    forget(tier, copy);
}

void mdl_tier_hold(struct mdl_tier *tier, struct mdl_stored *copy)
{
    forget(tier, copy);
}

bool mdl_tier_take_oldest(struct mdl_tier *tier, mdl_tier_fits_fn *fits, void *context,
                          uint32_t *account, uint64_t *bytes)
{
    struct mdl_stored *stored = tier->all.oldest;

    for (*bytes = 0; stored; stored = stored->by[OF_ALL].newer) {
        *bytes = stored->subject ? 0 : fits(context, stored->account, stored->bytes);
        if (*bytes > 0)
            break;
    }
    if (!stored)
        return false;
    *account = stored->account;
    stored->bytes -= *bytes;
    if (stored->bytes == 0)
        forget(tier, stored);
    return true;
}

void mdl_tier_moved(struct mdl_tier *tier, uint32_t account, uint64_t bytes)
{
    tier->state.moved += bytes;
    give_back(tier, account, bytes);
}

int64_t mdl_tier_files_ns(struct mdl_tier *tier, double files)
{
    int64_t now_ns = tier->sim->now_ns;

    if (!(tier->rules->files_per_s > 0) || !(files > 0))
        return 0;
    if (tier->files_free_ns < now_ns)
        tier->files_free_ns = now_ns;
    tier->files_free_ns += sim_ns_from_s(files / tier->rules->files_per_s);
    return tier->files_free_ns - now_ns;
}

/* ---- everybody ---- */

/* Accounts of users stand behind those of owners, each owner's together. */
static bool create_accounts(struct mdl_tier *tier)
{
    const struct mdl_tier_rules *rules = tier->rules;
    struct sim_arena *arena = tier->sim->arena;
    uint32_t count = (uint32_t)rules->owner_count;

    for (size_t owner = 0; rules->user_quota && owner < rules->owner_count; owner++)
        count += rules->user_quota[owner] ? rules->users[owner] : 0;
    tier->account_count = count;
    tier->used = sim_arena_alloc(arena, count, sizeof *tier->used);
    tier->day = sim_arena_alloc(arena, count, sizeof(struct mdl_stored *));
    if (rules->quota || rules->user_quota)
        tier->quota = sim_arena_alloc(arena, count, sizeof *tier->quota);
    if (tier->quota && rules->untouched_ns) {
        tier->ages = sim_arena_alloc(arena, count, sizeof *tier->ages);
        if (!tier->ages)
            return false;
    }
    if (!tier->used || !tier->day || (!tier->quota && (rules->quota || rules->user_quota)))
        return false;
    if (!rules->user_quota)
        return true;
    tier->first_user = sim_arena_alloc(arena, rules->owner_count, sizeof *tier->first_user);
    tier->owner = sim_arena_alloc(arena, count, sizeof *tier->owner);
    if (!tier->first_user || !tier->owner)
        return false;
    count = (uint32_t)rules->owner_count;
    for (uint32_t owner = 0; owner < rules->owner_count; owner++) {
        tier->first_user[owner] = count;
        for (uint32_t i = 0; rules->user_quota[owner] && i < rules->users[owner]; i++)
            tier->owner[count++] = owner;
    }
    return true;
}

enum sim_status mdl_tier_create(struct sim *sim, const struct mdl_tier_rules *rules,
                                const struct mdl_tier_hooks *hooks, struct mdl_tier **out,
                                struct sim_error *err)
{
    struct mdl_tier *tier = sim_arena_alloc(sim->arena, 1, sizeof *tier);

    if (!tier)
        return sim_fail(err, SIM_ENOMEM, "no memory for the storage");
    tier->sim = sim;
    tier->rules = rules;
    tier->hooks = *hooks;
    tier->armed_ns = SIM_NEVER;
    tier->state.fill.since_ns = tier->state.waiting.since_ns = sim->now_ns;
    tier->state.quota_waiting.since_ns = sim->now_ns;
    if (!create_accounts(tier))
        return sim_fail(err, SIM_ENOMEM, "no memory for the storage");
    sim_pool_init(&tier->stored, sim->arena, sizeof(struct mdl_stored));
    sim_pool_init(&tier->writes, sim->arena, sizeof(struct write));
    *out = tier;
    return sim_timer_create(sim, &tier->timer, SIM_PHASE_ARRIVAL, SIM_TIES_BY_CREATION, serve, tier,
                            err);
}

const struct mdl_tier_state *mdl_tier_state(const struct mdl_tier *tier)
{
    return &tier->state;
}

void mdl_tier_mark(struct mdl_tier *tier)
{
    tier->state.fill_max = tier->state.fill.value;
}

sim_i128 mdl_tier_counted_bytes(const struct mdl_tier *tier)
{
    sim_i128 bytes = 0;

    for (size_t owner = 0; owner < tier->rules->owner_count; owner++)
        bytes += tier->used[owner];
    for (const struct write *write = tier->room.first; write; write = write->next)
        bytes -= write->bytes;
    return bytes;
}

uint64_t mdl_tier_used(const struct mdl_tier *tier, uint32_t account)
{
    return tier->used[account];
}

static void visit_line(const struct line *line, void (*visit)(void *context, void *subject),
                       void *context)
{
    for (const struct write *write = line->first; write; write = write->next)
        visit(context, write->subject);
}

void mdl_tier_each_waiting(const struct mdl_tier *tier, void (*visit)(void *context, void *subject),
                           void *context)
{
    visit_line(&tier->room, visit, context);
    for (uint32_t account = 0; tier->quota && account < tier->account_count; account++)
        visit_line(&tier->quota[account], visit, context);
}
