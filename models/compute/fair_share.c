/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/compute/fair_share.h"

#include <assert.h>
#include <math.h>

#include "sim/elementary.h"

/* After so many half-lives the scale begins anew, long before a double ends. */
enum { HALVES_MAX = 64 };

static const double LN_2 = 0.69314718055994530942;

/* ---- the scale: integral of the weights, from minus infinity or the origin ---- */

/* Moves the origin on by whole half-lives; all that is kept shrinks by a power of two. */
static void begin_anew(struct mdl_fair_share *fair_share, int64_t halves)
{
    double factor = 1;

    for (int64_t i = 0; i < halves && factor > 0; i++)
        factor /= 2;
    for (size_t i = 0; i < fair_share->account_count; i++) {
        fair_share->account[i].usage *= factor;
        fair_share->account[i].since *= factor;
        fair_share->account[i].factor_since = NAN;
    }
    fair_share->origin_ns += halves * fair_share->half_life_ns;
}

static double scale_at(struct mdl_fair_share *fair_share, int64_t now_ns)
{
    double half_lives;

    if (now_ns == fair_share->read_ns)
        return fair_share->scale;
    assert(now_ns > fair_share->read_ns);
    fair_share->read_ns = now_ns;
    if (fair_share->half_life_ns <= 0)
        return fair_share->scale = (double)(now_ns - fair_share->origin_ns);
    if ((now_ns - fair_share->origin_ns) / fair_share->half_life_ns > HALVES_MAX)
        begin_anew(fair_share, (now_ns - fair_share->origin_ns) / fair_share->half_life_ns);
    half_lives = (double)(now_ns - fair_share->origin_ns) / (double)fair_share->half_life_ns;
    return fair_share->scale = (double)fair_share->half_life_ns / LN_2 * sim_exp(LN_2 * half_lives);
}

static double usage_of(struct mdl_account *account, double scale)
{
    account->usage += account->held * (scale - account->since);
    account->since = scale;
    return account->usage;
}

/* ---- for others ---- */

enum sim_status mdl_fair_share_init(struct mdl_fair_share *fair_share, struct sim_arena *arena,
                                    size_t count, int64_t half_life_ns, int64_t now_ns,
                                    struct sim_error *err)
{
    *fair_share = (struct mdl_fair_share){.account_count = count,
                                          .half_life_ns = half_life_ns,
                                          .origin_ns = now_ns,
                                          .read_ns = now_ns - 1};
    fair_share->account = sim_arena_alloc(arena, count, sizeof *fair_share->account);
    if (!fair_share->account)
        return sim_fail(err, SIM_ENOMEM, "no memory for %zu accounts", count);
    for (size_t i = 0; i < count; i++)
        fair_share->account[i] = (struct mdl_account){
            .part = 1, .share = 1, .since = scale_at(fair_share, now_ns), .factor_since = NAN};
    return SIM_OK;
}

void mdl_fair_share_set(struct mdl_fair_share *fair_share, uint32_t account, uint32_t parent,
                        double part)
{
    struct mdl_account *set = &fair_share->account[account];

    assert(parent < account);
    set->parent = parent;
    set->part = part;
    set->share = fair_share->account[parent].share * part;
}

void mdl_fair_share_hold(struct mdl_fair_share *fair_share, uint32_t account, double units,
                         int64_t now_ns)
{
    double scale = scale_at(fair_share, now_ns);

    for (;; account = fair_share->account[account].parent) {
        (void)usage_of(&fair_share->account[account], scale);
        fair_share->account[account].held += units;
        if (account == MDL_ACCOUNT_SITE)
            return;
    }
}

/* Effective usage of an account; of an owner, what it has used. */
static double effective(struct mdl_fair_share *fair_share, uint32_t index, double scale,
                        double total)
{
    struct mdl_account *account = &fair_share->account[index];
    double used = usage_of(account, scale) / total;

    if (account->parent == MDL_ACCOUNT_SITE)
        return used;
    return used + (effective(fair_share, account->parent, scale, total) - used) * account->part;
}

static double factor_at(struct mdl_fair_share *fair_share, uint32_t account, double scale)
{
    double total = usage_of(&fair_share->account[MDL_ACCOUNT_SITE], scale);
    double share = fair_share->account[account].share;

    if (!(total > 0))
        return 1;
    if (!(share > 0))
        return 0;
    return sim_exp(-LN_2 * effective(fair_share, account, scale, total) / share);
}

double mdl_fair_share_factor(struct mdl_fair_share *fair_share, uint32_t account, int64_t now_ns)
{
    struct mdl_account *of = &fair_share->account[account];
    double scale = scale_at(fair_share, now_ns);

    if (of->factor_since != scale) {
        of->factor = factor_at(fair_share, account, scale);
        of->factor_since = scale;
    }
    return of->factor;
}

double mdl_fair_share_used(struct mdl_fair_share *fair_share, uint32_t account, int64_t now_ns)
{
    double scale = scale_at(fair_share, now_ns);
    double total = usage_of(&fair_share->account[MDL_ACCOUNT_SITE], scale);

    return total > 0 ? usage_of(&fair_share->account[account], scale) / total : 0;
}
