/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/compute/ranking.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST = 64, FEW = 16 };

void mdl_ranking_init(struct mdl_ranking *ranking, struct sim_arena *arena)
{
    *ranking =
        (struct mdl_ranking){.arena = arena, .width_least = UINT32_MAX, .first_left = SIZE_MAX};
}

static bool grow(struct mdl_ranking *ranking)
{
    size_t capacity = ranking->capacity ? 2 * ranking->capacity : FIRST;
    void *grown = sim_arena_resize(ranking->arena, ranking->at, capacity, sizeof *ranking->at);

    if (!grown)
        return false;
    ranking->at = grown;
    ranking->capacity = capacity;
    return true;
}

bool mdl_ranking_push(struct mdl_ranking *ranking, struct mdl_job *job, bool comes_back)
{
    size_t end = ranking->count + ranking->newcomers;

    if (end == ranking->capacity && !grow(ranking))
        return false;
    if (!comes_back)
        job->order = ranking->next_order++;
    ranking->at[end] = (struct mdl_ranked){.order = job->order, .job = job, .width = job->width};
    if (job->width < ranking->width_least || mdl_ranking_jobs(ranking) == 0)
        ranking->width_least = job->width;
    ranking->newcomers++;
    return true;
}

static bool is_before(const struct mdl_ranked *a, const struct mdl_ranked *b)
{
    return a->priority > b->priority || (a->priority == b->priority && a->order < b->order);
}

static int compare(const void *a, const void *b)
{
    return is_before(a, b) ? -1 : is_before(b, a);
}

static void insert(struct mdl_ranked *at, size_t end)
{
    struct mdl_ranked moved = at[end];
    size_t low = 0, high = end;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (is_before(&at[middle], &moved))
            low = middle + 1;
        else
            high = middle;
    }
    memmove(at + low + 1, at + low, (end - low) * sizeof *at);
    at[low] = moved;
}

static bool is_sorted(const struct mdl_ranked *at, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (is_before(&at[i], &at[i - 1]))
            return false;
    return true;
}

static void find_least_width(struct mdl_ranking *ranking)
{
    uint32_t least = UINT32_MAX;

    for (size_t i = 0; i < ranking->count; i++)
        least = ranking->at[i].width < least ? ranking->at[i].width : least;
    ranking->width_least = least;
    ranking->gone = 0;
}

void mdl_ranking_settle(struct mdl_ranking *ranking, bool is_all)
{
    size_t end = ranking->count + ranking->newcomers;

    assert(ranking->left == 0);
    if (!is_all && ranking->newcomers <= FEW) {
        for (size_t i = ranking->count; i < end; i++)
            if (i > 0 && is_before(&ranking->at[i], &ranking->at[i - 1]))
                insert(ranking->at, i);
        ranking->count = end;
        ranking->newcomers = 0;
        if (ranking->gone > end)
            find_least_width(ranking);
        return;
    }
    if (!is_sorted(ranking->at, end))
        qsort(ranking->at, end, sizeof *ranking->at, compare);
    ranking->count = end;
    ranking->newcomers = 0;
    find_least_width(ranking);
}

void mdl_ranking_take_out(struct mdl_ranking *ranking, size_t i)
{
    assert(i < ranking->count && ranking->at[i].job);
    ranking->at[i].job = NULL;
    ranking->left++;
    if (i < ranking->first_left)
        ranking->first_left = i;
}

void mdl_ranking_close(struct mdl_ranking *ranking)
{
    size_t end = ranking->count + ranking->newcomers, to = ranking->first_left;

    if (ranking->left == 0)
        return;
    for (size_t i = to + 1, run; i < end; i += run + 1) { /* whole runs at once */
        for (run = 0; i + run < end && ranking->at[i + run].job; run++)
            ;
        memmove(ranking->at + to, ranking->at + i, run * sizeof *ranking->at);
        to += run;
    }
    assert(to + ranking->left == end);
    ranking->count -= ranking->left;
    ranking->gone += ranking->left;
    ranking->left = 0;
    ranking->first_left = SIZE_MAX;
}

void mdl_ranking_remove(struct mdl_ranking *ranking, const struct mdl_job *job)
{
    size_t end = ranking->count + ranking->newcomers, i = 0;

    assert(ranking->left == 0);
    while (i < end && ranking->at[i].job != job)
        i++;
    assert(i < end);
    memmove(ranking->at + i, ranking->at + i + 1, (end - i - 1) * sizeof *ranking->at);
    *(i < ranking->count ? &ranking->count : &ranking->newcomers) -= 1;
    ranking->gone++;
}
