/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/compute/waiting.h"

#include <assert.h>
#include <string.h>

enum { FIRST_RING = 64, FIRST_BUCKET = 8, FAN = 8 };

#define LEFT       INT64_MAX /* the walltime of a slot without a job */
#define LEFT_WIDTH UINT32_MAX
#define NOWHERE    MDL_WAITING_NONE

/* ---- widths ---- */

enum { EXACT_MAX = 1 << MDL_WAITING_EXACT_BITS };

uint32_t mdl_waiting_bucket_of(uint32_t width)
{
    unsigned octave, part;

    if (width <= EXACT_MAX)
        return width - 1;
    octave = 31 - (unsigned)__builtin_clz(width);
    part = width >> (octave - MDL_WAITING_OCTAVE_BITS) & ((1u << MDL_WAITING_OCTAVE_BITS) - 1);
    return EXACT_MAX + ((octave - MDL_WAITING_EXACT_BITS) << MDL_WAITING_OCTAVE_BITS) + part;
}

static bool mixes_widths(uint32_t b)
{
    return b >= EXACT_MAX;
}

/* ---- one bucket: a list of jobs under a tree of minima ---- */

static size_t level_size(uint32_t capacity, unsigned level)
{
    size_t size = capacity >> 3 * level;

    return size < FAN ? FAN : size; /* a whole group, so that none needs a bound */
}

static int64_t least_of(const int64_t *group)
{
    int64_t least = group[0];

    for (int i = 1; i < FAN; i++)
        least = group[i] < least ? group[i] : least;
    return least;
}

static uint32_t least_width_of(const uint32_t *group)
{
    uint32_t least = group[0];

    for (int i = 1; i < FAN; i++)
        least = group[i] < least ? group[i] : least;
    return least;
}

/* Everything above level 0, and the slots from `end` on. */
static void rebuild(struct mdl_bucket *bucket)
{
    for (size_t slot = bucket->end; slot < level_size(bucket->capacity, 0); slot++)
        bucket->walltime_ns[0][slot] = LEFT;
    for (unsigned l = 1; l <= bucket->top; l++) {
        size_t below = level_size(bucket->capacity, l - 1) / FAN;

        for (size_t i = 0; i < level_size(bucket->capacity, l); i++)
            bucket->walltime_ns[l][i] =
                i < below ? least_of(bucket->walltime_ns[l - 1] + FAN * i) : LEFT;
    }
    if (!bucket->width[0])
        return;
    for (size_t slot = bucket->end; slot < level_size(bucket->capacity, 0); slot++)
        bucket->width[0][slot] = LEFT_WIDTH;
    for (unsigned l = 1; l <= bucket->top; l++) {
        size_t below = level_size(bucket->capacity, l - 1) / FAN;

        for (size_t i = 0; i < level_size(bucket->capacity, l); i++)
            bucket->width[l][i] =
                i < below ? least_width_of(bucket->width[l - 1] + FAN * i) : LEFT_WIDTH;
    }
}

static void close_ranks(struct mdl_bucket *bucket)
{
    uint32_t to = 0;

    for (uint32_t slot = bucket->first; slot < bucket->end; slot++) {
        if (bucket->walltime_ns[0][slot] == LEFT)
            continue;
        bucket->walltime_ns[0][to] = bucket->walltime_ns[0][slot];
        bucket->entry[to] = bucket->entry[slot];
        if (bucket->width[0])
            bucket->width[0][to] = bucket->width[0][slot];
        to++;
    }
    bucket->first = bucket->seen_to = 0;
    bucket->end = to;
    rebuild(bucket);
}

static bool grow_array(struct sim_arena *arena, void *array_address, size_t count, size_t size)
{
    void *old, *grown;

    memcpy(&old, array_address, sizeof old);
    grown = sim_arena_resize(arena, old, count, size);
    if (grown)
        memcpy(array_address, &grown, sizeof grown);
    return grown != NULL;
}

static bool grow_bucket(struct sim_arena *arena, struct mdl_bucket *bucket, bool is_mixed)
{
    uint32_t capacity = bucket->capacity ? 2 * bucket->capacity : FIRST_BUCKET;
    unsigned top = 0;

    while (capacity >> 3 * top > 1)
        top++;
    if (top >= MDL_WAITING_LEVELS ||
        !grow_array(arena, &bucket->entry, capacity, sizeof *bucket->entry))
        return false;
    for (unsigned l = 0; l <= top; l++) {
        size_t size = level_size(capacity, l);

        if (!grow_array(arena, &bucket->walltime_ns[l], size, sizeof(int64_t)) ||
            (is_mixed && !grow_array(arena, &bucket->width[l], size, sizeof(uint32_t))))
            return false;
    }
    bucket->capacity = capacity;
    bucket->top = top;
    rebuild(bucket);
    return true;
}

static bool make_room(struct sim_arena *arena, struct mdl_bucket *bucket, bool is_mixed)
{
    if (bucket->end < bucket->capacity)
        return true;
    if (bucket->live > bucket->capacity / 2 || bucket->capacity == 0)
        return grow_bucket(arena, bucket, is_mixed);
    close_ranks(bucket);
    return true;
}

static void append(struct mdl_bucket *bucket, struct mdl_job *job)
{
    uint32_t slot = bucket->end++;

    bucket->live++;
    bucket->entry[slot] = (struct mdl_bucket_entry){job->order, job};
    bucket->walltime_ns[0][slot] = job->walltime_ns;
    for (unsigned l = 1; l <= bucket->top; l++) {
        int64_t *least = &bucket->walltime_ns[l][slot >> 3 * l];

        if (*least <= job->walltime_ns)
            break;
        *least = job->walltime_ns;
    }
    if (!bucket->width[0])
        return;
    bucket->width[0][slot] = job->width;
    for (unsigned l = 1; l <= bucket->top; l++) {
        uint32_t *least = &bucket->width[l][slot >> 3 * l];

        if (*least <= job->width)
            break;
        *least = job->width;
    }
}

static void erase(struct mdl_bucket *bucket, uint32_t slot)
{
    bucket->live--;
    bucket->walltime_ns[0][slot] = LEFT;
    for (unsigned l = 1; l <= bucket->top; l++) {
        uint32_t i = slot >> 3 * l;
        int64_t least = least_of(bucket->walltime_ns[l - 1] + FAN * (size_t)i);

        if (least == bucket->walltime_ns[l][i])
            break;
        bucket->walltime_ns[l][i] = least;
    }
    if (bucket->width[0]) {
        bucket->width[0][slot] = LEFT_WIDTH;
        for (unsigned l = 1; l <= bucket->top; l++) {
            uint32_t i = slot >> 3 * l;
            uint32_t least = least_width_of(bucket->width[l - 1] + FAN * (size_t)i);

            if (least == bucket->width[l][i])
                break;
            bucket->width[l][i] = least;
        }
    }
    if (bucket->live == 0)
        bucket->first = bucket->end = bucket->seen_to = 0; /* every slot says LEFT already */
    while (bucket->first < bucket->end && bucket->walltime_ns[0][bucket->first] == LEFT)
        bucket->first++;
}

/* The step of a search from node i of level l to the next subtree on the right; false when there
 * is none. */
static bool next_subtree(unsigned top, unsigned *l, uint32_t *i)
{
    ++*i;
    while (*i % FAN == 0 && *l < top) {
        *i /= FAN;
        ++*l;
    }
    return *l < top;
}

/* The first slot >= from with walltime <= limit_ns: right and up while a subtree has none, then
 * down. */
static uint32_t find_short(const struct mdl_bucket *bucket, uint32_t from, int64_t limit_ns)
{
    unsigned l = 0;
    uint32_t i = from;

    if (from >= bucket->end)
        return NOWHERE;
    for (;;) {
        if (bucket->walltime_ns[l][i] <= limit_ns) {
            if (l == 0)
                return i;
            l--;
            i *= FAN;
        } else if (!next_subtree(bucket->top, &l, &i)) {
            return NOWHERE;
        }
    }
}

/* The same for a hole. A subtree's narrowest and its shortest job may be two, so it may be entered
 * in vain. */
static uint32_t find_mixed(const struct mdl_bucket *bucket, uint32_t from,
                           const struct mdl_hole *hole)
{
    unsigned l = 0;
    uint32_t i = from;

    if (from >= bucket->end)
        return NOWHERE;
    for (;;) {
        int64_t walltime_ns = bucket->walltime_ns[l][i];

        if (walltime_ns != LEFT && mdl_hole_takes(hole, walltime_ns, bucket->width[l][i])) {
            if (l == 0)
                return i;
            l--;
            i *= FAN;
        } else if (!next_subtree(bucket->top, &l, &i)) {
            return NOWHERE;
        }
    }
}

/* ---- the queue ---- */

enum sim_status mdl_waiting_init(struct mdl_waiting *waiting, struct sim_arena *arena,
                                 uint32_t width_max, struct sim_error *err)
{
    *waiting = (struct mdl_waiting){.arena = arena};
    if (width_max) {
        size_t count = (size_t)mdl_waiting_bucket_of(width_max) + 1;

        waiting->bucket = sim_arena_alloc(arena, count, sizeof *waiting->bucket);
        if (!waiting->bucket)
            return sim_fail(err, SIM_ENOMEM, "no memory for a queue of %zu widths", count);
    }
    waiting->ring = sim_arena_resize(arena, NULL, FIRST_RING, sizeof(struct mdl_job *));
    if (!waiting->ring)
        return sim_fail(err, SIM_ENOMEM, "no memory for a queue");
    waiting->capacity = FIRST_RING;
    return SIM_OK;
}

/* Positions stay what they are, only their slots change. */
static bool grow_ring(struct mdl_waiting *waiting)
{
    uint32_t old = waiting->capacity;
    struct mdl_job **ring = old > UINT32_MAX / 4
                                ? NULL
                                : sim_arena_resize(waiting->arena, waiting->ring, 2 * (size_t)old,
                                                   sizeof(struct mdl_job *));

    if (!ring)
        return false;
    memcpy(ring + old, ring, old * sizeof(struct mdl_job *)); /* each slot at both its places */
    waiting->ring = ring;
    waiting->capacity = 2 * old;
    return true;
}

/* Squeezes out the places of jobs that left from the middle. */
static void close_ring(struct mdl_waiting *waiting)
{
    uint32_t mask = waiting->capacity - 1, to = waiting->head, unindexed = waiting->unindexed;

    for (uint32_t from = waiting->head; from != waiting->tail; from++) {
        struct mdl_job *job = waiting->ring[from & mask];

        if (from == unindexed)
            waiting->unindexed = to;
        if (!job)
            continue;
        waiting->ring[to & mask] = job;
        job->place = to++;
    }
    if (unindexed == waiting->tail)
        waiting->unindexed = to;
    waiting->tail = to;
}

bool mdl_waiting_push(struct mdl_waiting *waiting, struct mdl_job *job)
{
    if (waiting->tail - waiting->head == waiting->capacity) {
        if (waiting->count > waiting->capacity / 2) {
            if (!grow_ring(waiting))
                return false;
        } else {
            close_ring(waiting);
        }
    }
    job->order = waiting->next_order++;
    job->place = waiting->tail++;
    waiting->ring[job->place & (waiting->capacity - 1)] = job;
    waiting->count++;
    return true;
}

static void after_erase(struct mdl_waiting *waiting, uint32_t b)
{
    const struct mdl_bucket *bucket = &waiting->bucket[b];

    waiting->least_walltime_ns[b] = bucket->walltime_ns[bucket->top][0];
    if (bucket->live == 0)
        waiting->in_use[b / 64] &= ~(UINT64_C(1) << b % 64);
}

/* The head moves on over the places of jobs that have left. */
static void skip_left(struct mdl_waiting *waiting)
{
    while (waiting->head != waiting->unindexed && !mdl_waiting_at(waiting, waiting->head))
        waiting->head++;
}

/* The head is the oldest of all, so also of its bucket. */
void mdl_waiting_drop_head(struct mdl_waiting *waiting)
{
    const struct mdl_job *job = mdl_waiting_at(waiting, waiting->head);

    if (waiting->head == waiting->unindexed) {
        mdl_waiting_drop_newcomer(waiting);
        return;
    }
    uint32_t b = mdl_waiting_bucket_of(job->width);
    assert(waiting->bucket[b].entry[waiting->bucket[b].first].job == job);
    erase(&waiting->bucket[b], waiting->bucket[b].first);
    after_erase(waiting, b);
    waiting->count--;
    waiting->head++;
    skip_left(waiting);
}

/* `unindexed` is the place of a job, or the tail. */
static void skip_gone(struct mdl_waiting *waiting)
{
    while (waiting->unindexed != waiting->tail && !mdl_waiting_newcomer(waiting))
        waiting->unindexed++;
}

void mdl_waiting_drop_newcomer(struct mdl_waiting *waiting)
{
    waiting->ring[waiting->unindexed++ & (waiting->capacity - 1)] = NULL;
    waiting->count--;
    skip_gone(waiting);
    skip_left(waiting);
}

/* The first slot of that order or a later one; slots rise in order. */
static uint32_t slot_from(const struct mdl_bucket *bucket, uint64_t order)
{
    uint32_t low = bucket->first, high = bucket->end;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (bucket->entry[middle].order < order)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static uint32_t slot_of(const struct mdl_bucket *bucket, const struct mdl_job *job)
{
    uint32_t slot = slot_from(bucket, job->order);

    assert(slot < bucket->end && bucket->entry[slot].job == job);
    return slot;
}

void mdl_waiting_remove(struct mdl_waiting *waiting, const struct mdl_job *job)
{
    assert(mdl_waiting_at(waiting, job->place) == job);
    if (job->place - waiting->head < waiting->unindexed - waiting->head) {
        uint32_t b = mdl_waiting_bucket_of(job->width);

        erase(&waiting->bucket[b], slot_of(&waiting->bucket[b], job));
        after_erase(waiting, b);
    }
    waiting->ring[job->place & (waiting->capacity - 1)] = NULL;
    waiting->count--;
    skip_gone(waiting);
    skip_left(waiting);
}

bool mdl_waiting_index_newcomer(struct mdl_waiting *waiting)
{
    struct mdl_job *job = mdl_waiting_newcomer(waiting);
    uint32_t b = mdl_waiting_bucket_of(job->width);
    struct mdl_bucket *bucket = &waiting->bucket[b];

    if (!make_room(waiting->arena, bucket, mixes_widths(b)))
        return false;
    if (bucket->live == 0) {
        waiting->in_use[b / 64] |= UINT64_C(1) << b % 64;
        waiting->least_width[b] = bucket->width_max = job->width;
    } else {
        waiting->least_width[b] =
            job->width < waiting->least_width[b] ? job->width : waiting->least_width[b];
        bucket->width_max = job->width > bucket->width_max ? job->width : bucket->width_max;
    }
    append(bucket, job);
    waiting->least_walltime_ns[b] = bucket->walltime_ns[bucket->top][0];
    waiting->unindexed++;
    skip_gone(waiting);
    return true;
}

/* ---- the search ---- */

/* The first job behind `from` that ends within the window, where none before `from` does. Passes
 * under one head ask with ever shorter windows, so what was seen to be too long need not be looked
 * at again. */
static uint32_t find_unseen(struct mdl_bucket *bucket, uint32_t from, int64_t window_ns)
{
    uint32_t slot;

    if (window_ns <= bucket->seen_limit_ns && bucket->seen_to > from)
        from = bucket->seen_to;
    slot = find_short(bucket, from, window_ns);
    bucket->seen_to = slot == NOWHERE ? bucket->end : slot;
    bucket->seen_limit_ns = window_ns;
    return slot;
}

uint32_t mdl_waiting_slot_after(const struct mdl_waiting *waiting, uint32_t b, uint64_t order)
{
    return slot_from(&waiting->bucket[b], order + 1);
}

uint32_t mdl_waiting_find(const struct mdl_waiting *waiting, uint32_t b, uint32_t from,
                          const struct mdl_hole *hole)
{
    const struct mdl_bucket *bucket = &waiting->bucket[b];
    int64_t width_min = waiting->least_width[b], width_max = bucket->width_max;
    bool takes_all = width_max <= hole->free && width_max <= hole->extra;

    if (width_min > hole->free)
        return NOWHERE;
    if (takes_all || (width_max <= hole->free && width_min > hole->extra))
        return find_short(bucket, from, takes_all ? LEFT - 1 : hole->window_ns);
    return find_mixed(bucket, from, hole);
}

/* The first job at or behind `from` that fits, where none before `from` does. */
static uint32_t find_in_bucket(const struct mdl_waiting *waiting, uint32_t b, uint32_t from,
                               const struct mdl_hole *hole)
{
    struct mdl_bucket *bucket = &waiting->bucket[b];
    int64_t width_min = waiting->least_width[b], width_max = bucket->width_max;

    if (width_max <= hole->free && width_min > hole->extra)
        return find_unseen(bucket, from, hole->window_ns);
    return mdl_waiting_find(waiting, b, from, hole);
}

static bool may_have(const struct mdl_waiting *waiting, uint32_t b, const struct mdl_hole *hole)
{
    return mdl_hole_takes(hole, waiting->least_walltime_ns[b], waiting->least_width[b]);
}

static struct mdl_candidate candidate_at(const struct mdl_waiting *waiting, uint32_t b,
                                         uint32_t slot)
{
    const struct mdl_bucket *bucket = &waiting->bucket[b];

    return (struct mdl_candidate){
        .at = bucket->entry[slot],
        .walltime_ns = bucket->walltime_ns[0][slot],
        .width = bucket->width[0] ? bucket->width[0][slot] : bucket->width_max,
        .bucket = b,
        .slot = slot,
    };
}

void mdl_waiting_search(const struct mdl_waiting *waiting, const struct mdl_hole *hole,
                        struct mdl_waiting_search *search)
{
    uint32_t last;

    search->hole = *hole;
    search->hole.window_ns = hole->window_ns < LEFT ? hole->window_ns : LEFT - 1;
    search->count = 0;
    if (hole->free <= 0)
        return;
    last = mdl_waiting_bucket_of(hole->free < UINT32_MAX ? (uint32_t)hole->free : UINT32_MAX);
    for (uint32_t word = 0; word <= last / 64; word++) {
        for (uint64_t bits = waiting->in_use[word]; bits; bits &= bits - 1) {
            uint32_t b = 64 * word + (uint32_t)__builtin_ctzll(bits);

            if (may_have(waiting, b, &search->hole))
                search->candidate[search->count++] =
                    candidate_at(waiting, b, waiting->bucket[b].first);
        }
    }
}

/* On to the next job of the bucket that fits; false when there is none. */
static bool advance(const struct mdl_waiting *waiting, const struct mdl_hole *hole,
                    struct mdl_candidate *candidate)
{
    uint32_t b = candidate->bucket, slot;

    if (!may_have(waiting, b, hole))
        return false;
    slot = find_in_bucket(waiting, b, candidate->slot + 1, hole);
    if (slot == NOWHERE)
        return false;
    *candidate = candidate_at(waiting, b, slot);
    __builtin_prefetch(candidate->at.job, 1); /* of a deep queue it is far away */
    return true;
}

struct mdl_job *mdl_waiting_take_at(struct mdl_waiting *waiting, uint32_t b, uint32_t slot)
{
    struct mdl_bucket *bucket = &waiting->bucket[b];
    struct mdl_job *job = bucket->entry[slot].job;

    __builtin_prefetch(job, 1); /* of a deep queue it is far away */
    erase(bucket, slot);
    after_erase(waiting, b);
    waiting->ring[job->place & (waiting->capacity - 1)] = NULL;
    waiting->count--;
    skip_left(waiting);
    return job;
}

/* What a candidate passed over did not fit a larger hole, so it does not fit this one. When the
 * job where it stands does not fit (any more), its bucket is searched from there on, but only as
 * long as that place is before the best found so far. */
struct mdl_job *mdl_waiting_take(struct mdl_waiting *waiting, struct mdl_waiting_search *search)
{
    struct mdl_candidate *best = NULL;
    uint32_t kept = 0;

    for (uint32_t i = 0; i < search->count; i++) {
        struct mdl_candidate *candidate = &search->candidate[kept];

        if (kept != i)
            *candidate = search->candidate[i];
        if (!best || candidate->at.order < best->at.order) {
            if (!mdl_hole_takes(&search->hole, candidate->walltime_ns, candidate->width) &&
                !advance(waiting, &search->hole, candidate))
                continue;
            if (!best || candidate->at.order < best->at.order)
                best = candidate;
        }
        kept++;
    }
    search->count = kept;
    if (!best)
        return NULL;
    best->width = UINT32_MAX;
    return mdl_waiting_take_at(waiting, best->bucket, best->slot);
}
