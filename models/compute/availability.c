/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An interval is two steps, whatever it spans: each changes one leaf and the branches above it.
 * Levels count from the beginning of their node, so that a node says nothing of what lies before
 * it, and a search compares them without adding up. */
#include "models/compute/availability.h"

#include <assert.h>
#include <string.h>

#include "sim/timer.h"

enum { FAN = 16, FEW = FAN / 4, HEIGHT_MAX = 20 };

/* A leaf, and what a branch begins with. The very first moment stands for since_ns, at INT64_MIN,
 * so that every time has a place. */
struct mdl_availability_node {
    uint32_t count;
    int64_t time_ns[FAN]; /* rising; of a branch: the first of the child */
    int64_t level[FAN];   /* units more than before the node; of a branch: at the child's end */
};

struct branch {
    struct mdl_availability_node node;
    int64_t least[FAN], most[FAN]; /* levels in the child, units more than before the branch */
    struct mdl_availability_node *child[FAN];
};

/* The way to a leaf. */
struct path {
    struct branch *branch[HEIGHT_MAX]; /* [height] */
    uint32_t place[HEIGHT_MAX];
};

/* A node is the first member of its branch. */
static struct branch *branch_of(struct mdl_availability_node *node)
{
    return (struct branch *)node;
}

static const struct branch *as_branch(const struct mdl_availability_node *node)
{
    return (const struct branch *)node;
}

/* The last entry at or before the time. */
static uint32_t place_of(const struct mdl_availability_node *node, int64_t time_ns)
{
    uint32_t last = node->count - 1, place = 0;

    if (node->time_ns[last] <= time_ns) /* most nodes lie inside or behind what is asked for */
        return last;
    if (node->time_ns[0] >= time_ns)
        return 0;
    for (uint32_t i = 1; i < last; i++)
        place += node->time_ns[i] <= time_ns;
    return place;
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* The level before the entry. */
static int64_t level_before(const struct mdl_availability_node *node, uint32_t place)
{
    return place ? node->level[place - 1] : 0;
}

/* ---- nodes ---- */

static struct mdl_availability_node *get_node(struct mdl_availability *availability,
                                              unsigned height)
{
    struct mdl_availability_node *node =
        sim_pool_get(height ? &availability->branches : &availability->leaves);

    if (node)
        node->count = 0;
    return node;
}

static void put_node(struct mdl_availability *availability, struct mdl_availability_node *node,
                     unsigned height)
{
    sim_pool_put(height ? &availability->branches : &availability->leaves, node);
}

/* Adds units to the levels from the entry on; of a branch also to what its children reach, from the
 * next one on. */
static void raise_levels(struct mdl_availability_node *node, uint32_t place, unsigned height,
                         int64_t units)
{
    for (uint32_t i = place; i < node->count; i++)
        node->level[i] += units;
    for (uint32_t i = place + 1; height && i < node->count; i++) {
        branch_of(node)->least[i] += units;
        branch_of(node)->most[i] += units;
    }
}

/* What was counted from one beginning is counted from another. */
static void raise_all(struct mdl_availability_node *node, unsigned height, int64_t units)
{
    raise_levels(node, 0, height, units);
    if (height) {
        branch_of(node)->least[0] += units;
        branch_of(node)->most[0] += units;
    }
}

/* Entries from..count move to `to` of the other node (or of the same one), which ends there. */
static void move_entries(struct mdl_availability_node *target, uint32_t to,
                         struct mdl_availability_node *source, uint32_t from, unsigned height)
{
    uint32_t count = source->count - from;

    memmove(target->time_ns + to, source->time_ns + from, count * sizeof target->time_ns[0]);
    memmove(target->level + to, source->level + from, count * sizeof target->level[0]);
    if (height) {
        struct branch *target_branch = branch_of(target), *source_branch = branch_of(source);

        memmove(target_branch->least + to, source_branch->least + from,
                count * sizeof target_branch->least[0]);
        memmove(target_branch->most + to, source_branch->most + from,
                count * sizeof target_branch->most[0]);
        memmove(target_branch->child + to, source_branch->child + from,
                count * sizeof target_branch->child[0]);
    }
    source->count = from;
    target->count = to + count;
}

/* What the branch says of its child, made true again; `height` is the branch's. */
static void note_child(struct branch *branch, uint32_t place, unsigned height)
{
    const struct mdl_availability_node *child = branch->child[place];
    const int64_t *low = height > 1 ? as_branch(child)->least : child->level;
    const int64_t *high = height > 1 ? as_branch(child)->most : child->level;
    int64_t before = level_before(&branch->node, place), least = low[0], most = high[0];

    for (uint32_t i = 1; i < child->count; i++) {
        least = smaller(least, low[i]);
        most = larger(most, high[i]);
    }
    branch->node.time_ns[place] = child->time_ns[0];
    branch->node.level[place] = before + child->level[child->count - 1];
    branch->least[place] = before + least;
    branch->most[place] = before + most;
}

/* ---- a change at one moment ---- */

static bool split_child(struct mdl_availability *availability, struct branch *branch,
                        uint32_t place, unsigned height)
{
    struct mdl_availability_node *low = branch->child[place];
    struct mdl_availability_node *high = get_node(availability, height - 1);

    if (!high)
        return false;
    move_entries(high, 0, low, FAN / 2, height - 1);
    raise_all(high, height - 1, -low->level[FAN / 2 - 1]);
    move_entries(&branch->node, place + 2, &branch->node, place + 1, height);
    branch->child[place + 1] = high;
    note_child(branch, place, height);
    note_child(branch, place + 1, height);
    return true;
}

static bool raise_root(struct mdl_availability *availability)
{
    struct mdl_availability_node *root = availability->root;
    struct branch *branch;

    assert(availability->height + 1 < HEIGHT_MAX);
    branch = branch_of(get_node(availability, availability->height + 1));
    if (!branch)
        return false;
    availability->height++;
    availability->root = &branch->node;
    branch->node.count = 1;
    branch->child[0] = root;
    note_child(branch, 0, availability->height);
    return true;
}

static struct mdl_availability_node *go_down(const struct mdl_availability *availability,
                                             int64_t time_ns, struct path *path)
{
    struct mdl_availability_node *node = availability->root;

    for (unsigned height = availability->height; height > 0; height--) {
        struct branch *branch = branch_of(node);

        path->branch[height] = branch;
        path->place[height] = place_of(node, time_ns);
        node = branch->child[path->place[height]];
    }
    return node;
}

/* Room for one more entry in every node on the way; without memory only shapes have changed. */
static bool make_room(struct mdl_availability *availability, int64_t time_ns)
{
    struct mdl_availability_node *node;

    if (availability->root->count == FAN && !raise_root(availability))
        return false;
    node = availability->root;
    for (unsigned height = availability->height; height > 0; height--) {
        struct branch *branch = branch_of(node);
        uint32_t place = place_of(node, time_ns);

        if (branch->child[place]->count == FAN && !split_child(availability, branch, place, height))
            return false;
        node = branch->child[place_of(node, time_ns)];
    }
    return true;
}

static void remove_entry(struct mdl_availability_node *node, uint32_t place, unsigned height)
{
    move_entries(node, place, node, place + 1, height);
}

/* The child right of `place` goes into the one there, if both are small. */
static void try_join(struct mdl_availability *availability, struct branch *branch, uint32_t place,
                     unsigned height)
{
    struct mdl_availability_node *low, *high;

    if (place + 1 >= branch->node.count)
        return;
    low = branch->child[place];
    high = branch->child[place + 1];
    if (low->count + high->count > FAN - FEW)
        return;
    raise_all(high, height - 1, low->level[low->count - 1]);
    move_entries(low, low->count, high, 0, height - 1);
    put_node(availability, high, height - 1);
    remove_entry(&branch->node, place + 1, height);
    note_child(branch, place, height);
}

/* After the leaf at the end of the path has got `units` more. */
static void go_up(struct mdl_availability *availability, const struct path *path, int64_t units)
{
    for (unsigned height = 1; height <= availability->height; height++) {
        struct branch *branch = path->branch[height];
        uint32_t place = path->place[height];

        raise_levels(&branch->node, place, height, units);
        if (branch->child[place]->count == 0) {
            put_node(availability, branch->child[place], height - 1);
            remove_entry(&branch->node, place, height);
            continue;
        }
        note_child(branch, place, height);
        if (branch->child[place]->count > FEW)
            continue;
        try_join(availability, branch, place, height);
        if (place)
            try_join(availability, branch, place - 1, height);
    }
    while (availability->height && availability->root->count == 1) {
        struct mdl_availability_node *root = availability->root;

        availability->root = branch_of(root)->child[0];
        put_node(availability, root, availability->height--);
    }
}

static void insert(struct mdl_availability_node *leaf, uint32_t place, int64_t time_ns,
                   int64_t units)
{
    move_entries(leaf, place + 1, leaf, place, 0);
    leaf->time_ns[place] = time_ns;
    leaf->level[place] = level_before(leaf, place);
    raise_levels(leaf, place, 0, units);
}

/* From time_ns on, for ever. Only a new moment needs memory. */
static bool change(struct mdl_availability *availability, int64_t time_ns, int64_t units)
{
    struct path path;
    struct mdl_availability_node *leaf = go_down(availability, time_ns, &path);
    uint32_t place = place_of(leaf, time_ns);

    if (leaf->time_ns[place] == time_ns) {
        raise_levels(leaf, place, 0, units);
        if (leaf->level[place] == level_before(leaf, place) && time_ns != INT64_MIN)
            remove_entry(leaf, place, 0);
    } else {
        if (leaf->count == FAN) {
            if (!make_room(availability, time_ns))
                return false;
            leaf = go_down(availability, time_ns, &path);
            place = place_of(leaf, time_ns);
        }
        insert(leaf, place + 1, time_ns, units);
    }
    go_up(availability, &path, units);
    return true;
}

/* ---- searches: `units` and answers count from the beginning of the node ---- */

/* The first moment at or after from_ns at which `units` are free; SIM_NEVER: none. */
static int64_t first_enough(const struct mdl_availability_node *node, unsigned height,
                            int64_t from_ns, int64_t units)
{
    const int64_t *most = height ? as_branch(node)->most : node->level;

    for (uint32_t i = place_of(node, from_ns); i < node->count; i++) {
        int64_t found;

        if (most[i] < units)
            continue;
        if (height == 0)
            return larger(node->time_ns[i], from_ns);
        found = first_enough(as_branch(node)->child[i], height - 1, from_ns,
                             units - level_before(node, i));
        if (found != SIM_NEVER)
            return found;
    }
    return SIM_NEVER;
}

#define NONE INT64_MIN

/* Of the stretches that meet [from_ns, to_ns) and have less than `units` free the last one's end;
 * NONE: there is none. behind_ns: when the node's last stretch ends. */
static int64_t end_of_last_short(const struct mdl_availability_node *node, unsigned height,
                                 int64_t from_ns, int64_t to_ns, int64_t units, int64_t behind_ns)
{
    const int64_t *least = height ? as_branch(node)->least : node->level;
    uint32_t first = place_of(node, from_ns);

    for (uint32_t i = place_of(node, to_ns - 1) + 1; i-- > first;) {
        int64_t end_ns, found;

        if (least[i] >= units)
            continue;
        end_ns = i + 1 < node->count ? node->time_ns[i + 1] : behind_ns;
        if (height == 0)
            return end_ns;
        found = end_of_last_short(as_branch(node)->child[i], height - 1, from_ns, to_ns,
                                  units - level_before(node, i), end_ns);
        if (found != NONE)
            return found;
    }
    return NONE;
}

static int64_t last_short(const struct mdl_availability *availability, int64_t from_ns,
                          int64_t to_ns, int64_t units)
{
    return end_of_last_short(availability->root, availability->height, from_ns, to_ns, units,
                             SIM_NEVER);
}

static int64_t most_between(const struct mdl_availability_node *node, unsigned height,
                            int64_t from_ns, int64_t to_ns)
{
    uint32_t first = place_of(node, from_ns), last = place_of(node, to_ns - 1);
    int64_t most = INT64_MIN;

    for (uint32_t i = first; i <= last; i++) {
        int64_t here = height ? as_branch(node)->most[i] : node->level[i];

        if (height && here > most && (i == first || i == last))
            here = level_before(node, i) +
                   most_between(as_branch(node)->child[i], height - 1, from_ns, to_ns);
        most = larger(most, here);
    }
    return most;
}

/* ---- public ---- */

enum sim_status mdl_availability_init(struct mdl_availability *availability,
                                      struct sim_arena *arena, int64_t since_ns, int64_t units,
                                      struct sim_error *err)
{
    *availability = (struct mdl_availability){.height = 0};
    sim_pool_init(&availability->leaves, arena, sizeof(struct mdl_availability_node));
    sim_pool_init(&availability->branches, arena, sizeof(struct branch));
    availability->root = get_node(availability, 0);
    if (!availability->root)
        return sim_fail(err, SIM_ENOMEM, "no memory for a plan of free units");
    insert(availability->root, 0, INT64_MIN, units);
    availability->since_ns = since_ns;
    return SIM_OK;
}

static void put_subtree(struct mdl_availability *availability, struct mdl_availability_node *node,
                        unsigned height)
{
    for (uint32_t i = 0; height && i < node->count; i++)
        put_subtree(availability, branch_of(node)->child[i], height - 1);
    put_node(availability, node, height);
}

void mdl_availability_reset(struct mdl_availability *availability, int64_t since_ns, int64_t units)
{
    struct mdl_availability_node *root = availability->root;

    while (availability->height) {
        for (uint32_t i = 1; i < root->count; i++)
            put_subtree(availability, branch_of(root)->child[i], availability->height - 1);
        availability->root = branch_of(root)->child[0];
        put_node(availability, root, availability->height--);
        root = availability->root;
    }
    root->count = 0;
    insert(root, 0, INT64_MIN, units);
    availability->since_ns = since_ns;
}

bool mdl_availability_add(struct mdl_availability *availability, int64_t from_ns, int64_t to_ns,
                          int64_t units)
{
    if (from_ns <= availability->since_ns)
        from_ns = INT64_MIN;
    if (to_ns <= availability->since_ns || to_ns <= from_ns || units == 0)
        return true;
    if (!change(availability, from_ns, units))
        return false;
    if (to_ns == SIM_NEVER || change(availability, to_ns, -units))
        return true;
    change(availability, from_ns, -units); /* what is there can be taken back without memory */
    return false;
}

void mdl_availability_forget(struct mdl_availability *availability, int64_t now_ns)
{
    int64_t time_ns;

    assert(now_ns >= availability->since_ns);
    availability->since_ns = now_ns;
    while ((time_ns = mdl_availability_next_change(availability, INT64_MIN)) <= now_ns) {
        int64_t units = mdl_availability_at(availability, time_ns) -
                        mdl_availability_at(availability, INT64_MIN);

        change(availability, INT64_MIN, units);
        change(availability, time_ns, -units);
    }
}

int64_t mdl_availability_at(const struct mdl_availability *availability, int64_t time_ns)
{
    const struct mdl_availability_node *node = availability->root;
    int64_t free = 0;

    for (unsigned height = availability->height;; height--) {
        uint32_t place = place_of(node, time_ns);

        if (height == 0)
            return free + node->level[place];
        free += level_before(node, place);
        node = as_branch(node)->child[place];
    }
}

int64_t mdl_availability_most(const struct mdl_availability *availability, int64_t from_ns,
                              int64_t to_ns)
{
    return most_between(availability->root, availability->height, from_ns, to_ns);
}

bool mdl_availability_fits(const struct mdl_availability *availability, int64_t from_ns,
                           int64_t to_ns, int64_t units)
{
    return to_ns <= from_ns || last_short(availability, from_ns, to_ns, units) == NONE;
}

int64_t mdl_availability_earliest(const struct mdl_availability *availability, int64_t from_ns,
                                  int64_t until_ns, int64_t duration_ns, int64_t units)
{
    const struct mdl_availability_node *root = availability->root;
    int64_t start_ns = first_enough(root, availability->height, from_ns, units);

    while (start_ns < until_ns) {
        bool is_inside = start_ns < until_ns - duration_ns;
        int64_t end_ns = is_inside ? start_ns + duration_ns : until_ns;
        int64_t next_ns = last_short(availability, start_ns, end_ns, units);

        if (next_ns == NONE)
            return start_ns;
        if (next_ns >= end_ns && next_ns < until_ns) /* not known to be enough */
            next_ns = first_enough(root, availability->height, next_ns, units);
        start_ns = next_ns;
    }
    return until_ns;
}

int64_t mdl_availability_next_change(const struct mdl_availability *availability, int64_t time_ns)
{
    const struct mdl_availability_node *node = availability->root;
    int64_t next_ns = SIM_NEVER;

    for (unsigned height = availability->height;; height--) {
        uint32_t place = place_of(node, time_ns);

        if (place + 1 < node->count)
            next_ns = node->time_ns[place + 1];
        if (height == 0)
            return next_ns;
        node = as_branch(node)->child[place];
    }
}
