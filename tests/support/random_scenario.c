/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/random_scenario.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/compute/policy.h"

enum { PLACES_MAX = 9 };

struct writer {
    char *text;
    size_t length;
    uint64_t state;
    uint64_t aside; /* of the draws that leave the others where they are */
    int day_count;  /* of the window */
    int place_count, class_count;
    char place[PLACES_MAX][32]; /* "s0.p1" */
    bool has_gpus[PLACES_MAX];
    bool has_parts;          /* classes ask for parts of accelerators */
    int gpus_max, nodes_max; /* of the widest machine of its kind */
    bool has_owner;          /* somebody owns shares */
    bool has_qos;            /* some site has q0, q1 and q2 */
    /* of this site: */
    bool has_own_qos, has_fair_share; /* weighed by its scheduler */
    bool has_datasets;
    bool has_circuits, has_keys; /* of the network */
};

__attribute__((format(printf, 2, 3))) static void put(struct writer *w, const char *fmt, ...)
{
    size_t room = RANDOM_SCENARIO_BYTES - w->length;
    va_list args;
    int length;

    va_start(args, fmt);
    length = vsnprintf(w->text + w->length, room, fmt, args);
    va_end(args);
    if (length < 0 || (size_t)length >= room)
        abort();
    w->length += (size_t)length;
}

/* splitmix64 (Steele, Lea & Flood 2014); 0 .. n - 1 */
static int below(struct writer *w, int n)
{
    uint64_t z = w->state += UINT64_C(0x9E3779B97F4A7C15);

    z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
    return (int)((z ^ z >> 31) % (uint64_t)n);
}

/* From here on from the other sequence, until the next call. */
static void step_aside(struct writer *w)
{
    uint64_t state = w->state;

    w->state = w->aside;
    w->aside = state;
}

static int between(struct writer *w, int low, int high)
{
    return low + below(w, high - low + 1);
}

static bool chance(struct writer *w, int percent)
{
    return below(w, 100) < percent;
}

/* Most of them EASY or multifactor, which has the most rules: on a machine that drowns the
 * conservative ones take their time. */
static const char *policy(struct writer *w)
{
    int count = 0;

    if (chance(w, 35))
        return "easy";
    if (chance(w, 30))
        return "multifactor";
    while (mdl_policy_names[count])
        count++;
    return mdl_policy_names[below(w, count)];
}

/* ---- machines ---- */

/* Days of March 2026 around the window, which begins on the 2nd. */
static void put_dates(struct writer *w)
{
    int online = between(w, 1, w->day_count + 1);

    if (chance(w, 30)) {
        put(w, ", online: 2026-03-%02d", online);
        if (chance(w, 60))
            put(w, ", ramp: %d d", between(w, 1, 5));
    }
    if (chance(w, 25))
        put(w, ", offline: 2026-03-%02d", online + between(w, 1, 6));
}

/* Nodes kept now and then, on every machine but the smallest for a QOS. */
static void put_reservations(struct writer *w, int nodes)
{
    put(w, ", reservations: {service: {start: 2026-03-%02d, at: %d h, duration: %d h",
        between(w, 1, w->day_count), below(w, 24), between(w, 1, 9));
    if (chance(w, 60))
        put(w, ", every: %d h", between(w, 10, 48));
    put(w, "}");
    if (w->has_own_qos && chance(w, 60))
        put(w,
            ", lesson: {nodes: %d, start: 2026-03-02, at: 9 h, duration: 3 h, every: 1 d, "
            "for: q%d}",
            between(w, 1, nodes), below(w, 3));
    put(w, "}");
}

/* The conservative policies have no shared nodes. */
static void put_packing(struct writer *w, const char *chosen)
{
    if (strncmp(chosen, "cons", 4) == 0 || chance(w, 30))
        put(w, ", allocation: gpu, packing: any");
    else if (chance(w, 40))
        put(w, ", allocation: gpu, cores_per_node: 64, memory_per_node: 512 GB");
    else
        put(w, ", allocation: gpu");
}

static void put_share(struct writer *w, bool has_rules)
{
    put(w, ", shares: {union: {part: %d %%", between(w, 5, 100));
    if (has_rules && w->has_fair_share && chance(w, 40))
        put(w, ", rule: fair_share");
    else if (has_rules && chance(w, 50))
        put(w, ", rule: quota, borrow: %s", chance(w, 50) ? "true" : "false");
    put(w, "}}");
    w->has_owner = true;
}

static void put_limit(struct writer *w, const char *of_whom)
{
    static const char *const what[] = {"jobs", "gpus", "gpu_hours"};

    put(w, "limits: {%s: {%s: %d}}", of_whom, what[below(w, 3)], between(w, 1, 40));
}

/* q2 preempts those below it, q1 nobody. */
static void put_qos(struct writer *w)
{
    put(w, "    qos: {q0: {}, q1: {priority: 3, max_walltime: %d h", between(w, 1, 30));
    if (chance(w, 40)) {
        put(w, ", ");
        put_limit(w, "user");
    }
    put(w, "}, q2: {priority: 9%s}}\n", chance(w, 60) ? ", preempts: \"q0, q1\"" : "");
    w->has_qos = w->has_own_qos = true;
}

static void put_scheduler(struct writer *w)
{
    w->has_fair_share = chance(w, 50);
    put(w, "    scheduler: {weights: {age: %d, size: %d, partition: 1, qos: %d, fair_share: %d}",
        below(w, 3), below(w, 3), 4 * below(w, 2), w->has_fair_share ? 5 : 0);
    put(w, ", half_life: %d h, recalculate: %d min, reserve: %d, depth: %d", 12 * below(w, 5),
        below(w, 30), below(w, 4), chance(w, 50) ? 0 : between(w, 1, 40));
    if (chance(w, 30))
        put(w, ", window: %d h", between(w, 1, 24));
    if (chance(w, 40)) {
        put(w, ", ");
        put_limit(w, chance(w, 50) ? "user" : "project");
    }
    put(w, "}\n");
}

static void put_partition(struct writer *w, int site, int index)
{
    int nodes = between(w, 1, 40), gpus = chance(w, 60) ? 1 << below(w, 4) : 0, most;
    int place = w->place_count++;
    const char *chosen = policy(w);
    bool is_shared = false, has_rules = strcmp(chosen, "multifactor") == 0;
    static const int slices[] = {1, 4, 5, 8};

    snprintf(w->place[place], sizeof w->place[place], "s%d.p%d", site, index);
    w->has_gpus[place] = gpus > 0;
    put(w, "      p%d: {nodes: %d, policy: %s", index, nodes, chosen);
    if (gpus) {
        put(w, ", gpus_per_node: %d, accelerator: a%d", gpus, below(w, 2));
        is_shared = chance(w, 50);
        if (w->has_parts) /* thousandths of a GPU are exact */
            put(w, ", slices_per_gpu: %d", is_shared ? slices[below(w, 4)] : 1);
        if (is_shared)
            put_packing(w, chosen);
    }
    if (chance(w, 70))
        put_dates(w);
    if (chance(w, 40))
        put(w, ", widest: %d %%", between(w, 10, 100));
    if (chance(w, 50))
        put(w, ", max_walltime: %d h", between(w, 1, 24));
    if (chance(w, 70))
        put(w, ", power: {idle: 0.%d kW, busy: %d.3 kW}", below(w, 6), between(w, 1, 3));
    if (chance(w, 50))
        put_share(w, has_rules);
    if (has_rules && !is_shared && chance(w, 40))
        put_reservations(w, nodes);
    put(w, "}\n");
    most = gpus ? nodes * gpus : nodes;
    if (gpus && most > w->gpus_max)
        w->gpus_max = most;
    if (!gpus && most > w->nodes_max)
        w->nodes_max = most;
}

/* Half of it too small for what jobs bring and leave. */
static void put_storage(struct writer *w)
{
    bool has_burst = chance(w, 40);

    put(w, "    storage:\n");
    if (has_burst)
        put(w, "      fast: {kind: burst, capacity: %d GB, read: 5 GB/s, write: 9 GB/s%s}\n",
            between(w, 50, 5000), chance(w, 80) ? ", drains_to: main" : "");
    put(w, "      main: {capacity: %d TB, read: %d GB/s, write: %d GB/s",
        chance(w, 50) ? 1000 : between(w, 1, 30), between(w, 1, 20), between(w, 1, 20));
    if (chance(w, 30))
        put(w, ", total: %d GB/s", between(w, 1, 20));
    if (chance(w, 30))
        put(w, ", files_per_s: %d /s", between(w, 10, 5000));
    if (chance(w, 50))
        put(w, ", purge: {from: %d %%, untouched: %d h}", between(w, 0, 100), between(w, 1, 200));
    if (chance(w, 30))
        put(w, ", secure: true, clearance: %d h", between(w, 1, 100));
    if (chance(w, 30))
        put(w, ", quota: {u0: %d GB}", between(w, 10, 3000));
    if (w->state & 1)
        put(w, ", cache: {capacity: %d GB, policy: %s}", (int)(w->state >> 8 & 511),
            w->state & 2 ? "lru" : "pinned");
    if (w->state & 4)
        put(w, ", cost: %d EUR/TB/yr", (int)(w->state >> 17 & 511));
    if (w->state & 8)
        put(w, ", quota_per_user: {u0: %d GB}", 5 + (int)(w->state >> 26 & 255));
    put(w, "}\n");
}

/* Planned work, which would refuse circuits. */
static void put_windows(struct writer *w)
{
    int every = between(w, 11, 100), duration = between(w, 1, 10), at = below(w, 24);

    if (!w->has_circuits)
        put(w, ", windows: {work: {start: 2026-01-02, at: %d h, duration: %d h, every: %d h}}", at,
            duration, every);
}

/* What becomes of a link. */
static void put_link_trouble(struct writer *w)
{
    if (chance(w, 40))
        put(w,
            ", background: {load: %d %%, hours: [1, 1, 1, 1, 1, 1, 1, 1, 3, 3, 3, 3, 3, 3, 3, 3, "
            "3, "
            "3, 1, 1, 1, 1, 1, 1], growth: %d %%/yr}",
            between(w, 1, 60), between(w, -20, 200));
    if (chance(w, 25))
        put(w, ", failures: {mtbf: %d h, mttr: %d h}", between(w, 10, 200), between(w, 1, 20));
    if (chance(w, 25))
        put_windows(w);
    if (chance(w, 25))
        put(w, ", upgrades: {more: {date: 2026-01-03, capacity: %d Mbit/s}}", between(w, 50, 5000));
    if (chance(w, 30))
        put(w, ", on_failure: %s",
            ((const char *const[]){"reroute", "stall", "resume", "kill"})[below(w, 4)]);
    step_aside(w);
    if (w->has_keys)
        put(w,
            ", keys: {rate: %d bit/s, store: %d bit, length: %d km, cost: %d EUR/km/yr, "
            "node_cost: 70 kEUR/yr}",
            between(w, 1, 60), between(w, 0, 9999), between(w, 0, 400), between(w, 0, 5000));
    step_aside(w);
    put(w, "}\n");
}

/* Two together fit every link. */
static void put_circuits(struct writer *w, int sites)
{
    put(w, "  circuits:\n");
    for (int i = 0; i < 2; i++) {
        bool is_forth = chance(w, 70);
        int place = below(w, 2), site = below(w, sites);

        put(w, is_forth ? "    c%d: {from: h%d, to: s%d" : "    c%d: {to: h%d, from: s%d", i, place,
            site);
        put(w, ", capacity: %d Mbit/s", between(w, 5, 25));
        if (chance(w, 60))
            put(w, ", at: %d h, duration: %d h, every: %d h", below(w, 24), between(w, 1, 9),
                between(w, 10, 40));
        if (chance(w, 40))
            put(w, ", start: 2026-01-0%d, end: 2026-03-0%d", between(w, 1, 9), between(w, 1, 9));
        put(w, "}\n");
    }
}

static void put_network(struct writer *w, int sites)
{
    step_aside(w);
    w->has_circuits = chance(w, 25);
    w->has_keys = chance(w, 25);
    step_aside(w);
    put(w,
        "network:\n  hubs: {h0: {}, h1: {}}\n  links:\n"
        "    l0: {from: h0, to: h1, capacity: %d Mbit/s, latency: %d ms",
        between(w, 50, 5000), between(w, 1, 40));
    put_link_trouble(w);
    put(w, "    l1: {from: h1, to: h0, capacity: %d Mbit/s, latency: 50 ms", between(w, 50, 5000));
    put_link_trouble(w);
    for (int s = 0; s < sites; s++) {
        put(w, "    m%d: {from: h%d, to: s%d, capacity: %d Mbit/s, latency: 2 ms", s, s % 2, s,
            between(w, 100, 9000));
        put_link_trouble(w);
    }
    put(w,
        "  access: {slow: {up: 20 Mbit/s, down: 100 Mbit/s, latency: 30 ms, tcp: {window: 1 MB, "
        "streams: %d}, goodput: 9%d %%}, fast: {up: 2 Gbit/s, down: 2 Gbit/s}}\n"
        "  retry: {first: %d min, max: 1 h, tries: %d}\n",
        between(w, 1, 8), below(w, 10), between(w, 1, 60), below(w, 6));
    step_aside(w);
    if (w->has_circuits)
        put_circuits(w, sites);
    if (w->has_keys)
        put(w, "  keys: {per: %d GB, every: %d min}\n", between(w, 1, 64),
            chance(w, 50) ? 0 : between(w, 5, 60));
    step_aside(w);
    if (chance(w, 30))
        put(w, "  transfer_rate: %d Mbit/s\n", between(w, 100, 9000));
}

static void put_sites(struct writer *w)
{
    int sites = between(w, 1, 3);

    w->has_parts = chance(w, 30);
    for (int s = 0; s < sites; s++) {
        int partitions = between(w, 1, 3);

        put(w, "  s%d:\n    country: %s\n", s, s ? "FI" : "PT");
        if (chance(w, 60))
            put(w, "    energy: {price: %d EUR/MWh, carbon: %d g/kWh, pue: 1.%d}\n",
                between(w, 20, 300), between(w, 5, 700), below(w, 6));
        if (chance(w, 60))
            put_storage(w);
        w->has_fair_share = w->has_own_qos = false;
        if (chance(w, 60))
            put_scheduler(w);
        if (chance(w, 60))
            put_qos(w);
        put(w, "    partitions:\n");
        for (int p = 0; p < partitions; p++)
            put_partition(w, s, p);
    }
    put_network(w, sites);
}

/* ---- work ---- */

/* most 0: there is no machine of that kind */
static void put_widths(struct writer *w, const char *key, int most)
{
    int middle, widest;

    if (most < 1)
        return;
    middle = between(w, 1, most);
    widest = between(w, 1, most);
    if (middle == 1 || widest == 1 || middle == widest)
        put(w, "%s: %d, ", key, middle);
    else
        put(w, "%s: {1: 60 %%, %d: 30 %%, %d: 10 %%}, ", key, middle, widest);
}

static void put_run(struct writer *w)
{
    int minutes = between(w, 1, 90);

    switch (below(w, 4)) {
    case 0:
        put(w, "run: {constant: %d min}", minutes);
        break;
    case 1:
        put(w, "run: {exponential: {mean: %d min}}", minutes);
        break;
    case 2:
        put(w, "run: {hyperexponential: {mean: %d min, cv2: 5}}", minutes);
        break;
    default:
        put(w, "run: {lognormal: {median: %d min, sigma: 1.4, max: 30 h}}", minutes);
    }
}

/* All in an hour, which is the least limit. */
static void put_bundle(struct writer *w)
{
    int bundle = between(w, 1, 12);

    put(w, "run: {uniform: [%d min, %d min]}, bundle: %d", 30 / bundle, 60 / bundle, bundle);
}

/* Several jobs with a submission; true: as a run that is cut. */
static bool put_group(struct writer *w)
{
    switch (below(w, 10)) {
    case 0:
        put(w, ", array: {1: 60 %%, %d: 40 %%}", between(w, 2, 9));
        break;
    case 1:
        put(w, ", array: %d, at_once: %d", between(w, 2, 9), between(w, 1, 4));
        break;
    case 2:
        put(w, ", array: %d, array_gap: {exponential: {mean: %d min}}", between(w, 2, 9),
            between(w, 1, 60));
        break;
    case 3:
        put(w, ", chain: {1: 50 %%, %d: 50 %%}", between(w, 2, 5));
        break;
    case 4:
        put(w, ", over_limit: exempt");
        break;
    case 5:
        return true;
    }
    return false;
}

static void put_life(struct writer *w, bool is_bundle)
{
    if (put_group(w) && !is_bundle)
        put(w, ", over_limit: chain");
    if (chance(w, 20))
        put(w, ", patience: {exponential: {mean: %d min}}", between(w, 0, 200) + 1);
    else if (chance(w, 5))
        put(w, ", patience: 0 s");
    if (chance(w, 20))
        put(w, ", checkpoint: {every: %d min, bytes: %d GB}", between(w, 5, 90), between(w, 1, 40));
    else if (chance(w, 40))
        put(w, ", checkpoint: {every: %d min, cost: %d min}", between(w, 0, 20), below(w, 5));
    if (w->has_qos && chance(w, 60))
        put(w, ", qos: q%d", below(w, 3));
    if (chance(w, 40))
        put(w, ", cores: %d, memory: %d GB", between(w, 1, 40), between(w, 1, 300));
}

static void put_class(struct writer *w, int index)
{
    bool is_bundle;

    put(w, "  c%d: {", index);
    if (w->has_parts && w->gpus_max > 0 && chance(w, 60))
        put(w, "gpus: {0.%d: 50 %%, 1: 30 %%, %d: 20 %%}, ", between(w, 1, 9),
            between(w, 2, w->gpus_max + 1));
    else
        put_widths(w, "gpus", w->gpus_max);
    put_widths(w, "nodes", w->nodes_max);
    is_bundle = chance(w, 40);
    if (is_bundle)
        put_bundle(w);
    else
        put_run(w);
    put(w, ", walltime: %s", chance(w, 50) ? "exact" : "round");
    if (chance(w, 60))
        put(w, ", overestimate: {lognormal: {median: 2, sigma: 0.8, min: 1}}");
    if (chance(w, 60))
        put(w, ", transfer: %d %%, input: {lognormal: {median: %d GB, sigma: 1.5, max: 1 TB}}",
            between(w, 0, 100), between(w, 1, 30));
    if (chance(w, 40))
        put(w, ", output: {exponential: {mean: %d MB}}", between(w, 1, 3000));
    if (chance(w, 60))
        put(w, ", outcome: {failed: %d %%, cancelled: %d %%}", below(w, 30), below(w, 20));
    if (chance(w, 30))
        put(w, ", limit: %d h", between(w, 1, 10));
    if (chance(w, 30))
        put(w, ", leaves: {exponential: {mean: %d GB}}", between(w, 1, 100));
    if (chance(w, 30))
        put(w, ", reads: %d MB/s, files: %d", between(w, 10, 2000), below(w, 30000));
    put_life(w, is_bundle);
    put(w, "}\n");
}

/* Parts of the classes, or of one of them. */
static void put_mix(struct writer *w)
{
    int first = below(w, w->class_count), second = below(w, w->class_count);

    put(w, "%s: {", chance(w, 50) ? "classes" : "mix");
    if (first == second)
        put(w, "c%d: 100 %%}", first);
    else
        put(w, "c%d: 70 %%, c%d: 30 %%}", first, second);
}

static void put_habits(struct writer *w)
{
    put(w, ", batch: %d.%d, users: %d, zipf: 0.%d", between(w, 1, 6), below(w, 10),
        chance(w, 20) ? 1 : between(w, 2, 12), below(w, 10));
    if (chance(w, 40))
        put(w, ", queue_limit: %d", between(w, 1, 8));
    if (w->has_qos && chance(w, 20))
        put(w, ", qos: q%d", below(w, 3));
    if (chance(w, 20))
        put(w, ", shares: %d", between(w, 1, 5));
    if (chance(w, 30))
        put(w, ", growth: %d %%/yr", between(w, -50, 300));
    if (chance(w, 30))
        put(w, ", hours: [1, 1, 1, 1, 1, 1, 2, 4, 6, 9, 9, 9, 9, 9, 9, 9, 9, 6, 4, 4, 3, 2, 1, 0]");
}

/* Draws of their own, so that the rest is what it is without them. Half of the caches are too small
 * for one copy of each. */
static void put_datasets(struct writer *w)
{
    uint64_t state = w->state;

    w->state = ~state;
    w->has_datasets = chance(w, 50);
    if (w->has_datasets)
        put(w, "datasets:\n  d0: {size: %d GB, home: h%d}\n  d1: {size: %d GB, home: h%d%s}\n",
            between(w, 1, 400), below(w, 2), between(w, 1, 400), below(w, 2),
            chance(w, 50) ? ", replicas: s0" : "");
    w->state = state;
}

static void put_reading(struct writer *w)
{
    uint64_t state = w->state;

    if (!w->has_datasets)
        return;
    w->state = ~state;
    put(w, ", datasets: {d0: %d %%, d1: %d %%}, staging: %s, replica: %s", between(w, 1, 50),
        between(w, 1, 50), chance(w, 70) ? "once" : "per_job",
        chance(w, 50) ? "predicted" : "least_bytes");
    w->state = state;
}

static void put_community(struct writer *w, int index)
{
    static const char *const countries[] = {"PT", "DE", "FI", "GR"};
    static const char *const kinds[] = {"sme", "startup", "industry", "academia", "public"};
    int home = below(w, w->place_count), other = below(w, w->place_count);

    put(w, "  u%d: {members: 40, country: %s, kind: %s", index, countries[below(w, 4)],
        kinds[below(w, 5)]);
    if (chance(w, 60))
        put(w, ", at: h%d, access: {slow: 40 %%, fast: 60 %%}", below(w, 2));
    step_aside(w);
    if (w->has_keys && chance(w, 50))
        put(w, ", secure: qkd");
    step_aside(w);
    if (w->has_owner && chance(w, 40))
        put(w, ", owner: union");
    put_reading(w);
    put(w, ", submit: {");
    if (chance(w, 40))
        put(w, "load: %d %% of %s", between(w, 5, 60),
            w->has_owner && chance(w, 40) ? "union" : w->place[home]);
    else if (home != other && w->has_gpus[home] == w->has_gpus[other])
        put(w, "rate: %d /d, home: {%s: 50 %%, %s: 50 %%}", between(w, 5, 400), w->place[home],
            w->place[other]);
    else
        put(w, "rate: %d /d, home: {%s: 100 %%}", between(w, 5, 400), w->place[home]);
    put(w, ", ");
    put_mix(w);
    put_habits(w);
    put(w, "}}\n");
}

static void put_background(struct writer *w, int index)
{
    put(w, "  b%d: {on: %s, load: %d %%, ", index, w->place[below(w, w->place_count)],
        between(w, 5, 70));
    put_mix(w);
    put_habits(w);
    put(w, "}\n");
}

/* People, and a course for the first community. */
static void put_people(struct writer *w)
{
    if (!chance(w, 60))
        return;
    put(w,
        "access_point: {staff: {training: %d FTE, support: %d.5 FTE, review: %d FTE, absent: %d "
        "%%, "
        "vacancy: %d %%, attrition: %d %%/yr, hiring: %d d}}\n",
        between(w, 1, 3), below(w, 9), below(w, 2), below(w, 30), below(w, 60), below(w, 900),
        below(w, 4));
    put(w,
        "courses: {c0: {site: s0, of: {u0: 100 %%}, every: %d h, seats: %d, trainers: %d h, "
        "completed: %d %%, effect: %d %%, decay: %d d}}\n",
        between(w, 5, 50), between(w, 1, 20), between(w, 1, 40), below(w, 101), below(w, 101),
        below(w, 5));
}

/* ---- projects ---- */

static void put_applicants(struct writer *w)
{
    put(w,
        "  applicants: {country: IT, kind: sme, members: 8, apply: {rate: %d /d, modes: {m0: 60 "
        "%%, m1: 40 %%}, again: {part: 50 %%, delay: 5 h, tries: 2}, patience: {exponential: "
        "{mean: 2 d}}}}\n",
        between(w, 1, 3));
}

static void put_mode(struct writer *w, int m)
{
    int first = below(w, w->class_count);

    put(w,
        "  m%d: {of: union, %s, duration: {choice: [9 h, 30 h, 3 d]}, effort: {review: 2 h, "
        "support: "
        "5 h}, review: %s, pass: %d %%, "
        "unused: %d %%, stages: ",
        m, chance(w, 50) ? "award: {exponential: {mean: 40 GPU-h}}" : "award_nodes: 12 node-h",
        chance(w, 50) ? "7 h" : "1 workday", between(w, 30, 100), below(w, 60));
    if (first == 0 || chance(w, 50))
        put(w, "{c%d: 100 %%}", first);
    else
        put(w, "{c%d: 40 %%, c0: 60 %%}", first);
    if (chance(w, 30))
        put(w, ", lose: {after: 5 h, below: 20 %%}");
    if (m == 1)
        put(w, ", cutoff: [1, 3, 4, 5, 7, 9, last], order: %s",
            chance(w, 60) ? "ranked" : "first_come_above_threshold");
    put(w, "}\n");
}

static void put_quota(struct writer *w, int q)
{
    put(w, "  q%d: {modes: [%s], of: union, at_most: %d %%, over: %s, full: %s", q,
        q ? "m0, m1" : "m0", between(w, 1, 20), chance(w, 30) ? "machine" : "fleet",
        chance(w, 30) ? "refuse" : "wait");
    if (chance(w, 40))
        put(w, ", counts: running}\n");
    else
        put(w, ", window: 1 month, carry_over: %d}\n", below(w, 3));
}

static void put_access(struct writer *w)
{
    put(w, "access_modes:\n");
    put_mode(w, 0);
    put_mode(w, 1);
    put(w, "quotas:\n");
    put_quota(w, 0);
    put_quota(w, 1);
}

/* ---- the whole ---- */

void random_scenario(uint64_t seed, bool with_stranger, char text[RANDOM_SCENARIO_BYTES])
{
    struct writer w = {.text = text, .state = seed, .aside = ~seed};
    uint64_t others, of_projects = seed ^ 0x5eed; /* draws of their own */
    int communities, backgrounds;
    bool has_projects;

    w.day_count = between(&w, 2, 9);
    w.class_count = between(&w, 1, 3);
    put(&w, "aifsim: 1\nname: random\nseed: %d\n", below(&w, 1000000));
    put(&w, "horizon: {start: 2026-03-02, end: 2026-03-%02d, preroll: %d d, followup: %d d}\n",
        2 + w.day_count, below(&w, 3), below(&w, 4));
    put(&w, "accelerators: {a0: {worth: {any: 0.37}}, a1: {worth: {any: 1.9}}}\n");
    put(&w, "sites:\n");
    if (with_stranger)
        put(&w, "  nowhere: {country: IS, partitions: {far: {nodes: 6, policy: easy}}}\n");
    put_sites(&w);
    put(&w, "classes:\n");
    if (with_stranger)
        put(&w, "  alien: {nodes: 2, run: {exponential: {mean: 40 min}}, walltime: exact}\n");
    for (int c = 0; c < w.class_count; c++)
        put_class(&w, c);
    put_datasets(&w);
    put(&w, "communities:\n");
    if (with_stranger)
        put(&w, "  abroad: {country: IS, kind: sme, submit: {rate: 5 /h, home: {nowhere.far: "
                "100 %%}, classes: {alien: 100 %%}, batch: 2.5}}\n");
    communities = between(&w, 1, 5);
    for (int i = 0; i < communities; i++)
        put_community(&w, i);
    others = w.state;
    w.state = of_projects;
    has_projects = w.has_owner && chance(&w, 30);
    if (has_projects)
        put_applicants(&w);
    of_projects = w.state;
    w.state = others;
    backgrounds = below(&w, 3);
    if (backgrounds)
        put(&w, "background:\n");
    for (int i = 0; i < backgrounds; i++)
        put_background(&w, i);
    w.state = of_projects;
    if (has_projects)
        put_access(&w);
    put(&w, "broker: {rule: home}\n");
    put_people(&w);
}
