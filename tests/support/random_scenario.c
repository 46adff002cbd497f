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
    int day_count; /* of the window */
    int place_count, class_count;
    char place[PLACES_MAX][32]; /* "s0.p1" */
    bool has_gpus[PLACES_MAX];
    bool has_parts;          /* classes ask for parts of accelerators */
    int gpus_max, nodes_max; /* of the widest machine of its kind */
    bool has_owner;          /* somebody owns shares */
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

static int between(struct writer *w, int low, int high)
{
    return low + below(w, high - low + 1);
}

static bool chance(struct writer *w, int percent)
{
    return below(w, 100) < percent;
}

/* Half of them EASY: on a machine that drowns the conservative ones take their time. */
static const char *policy(struct writer *w)
{
    int count = 0;

    if (chance(w, 50))
        return "easy";
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

static void put_partition(struct writer *w, int site, int index)
{
    int nodes = between(w, 1, 40), gpus = chance(w, 60) ? 1 << below(w, 4) : 0, most;
    int place = w->place_count++;
    const char *chosen = policy(w);
    static const int slices[] = {1, 4, 5, 8};

    snprintf(w->place[place], sizeof w->place[place], "s%d.p%d", site, index);
    w->has_gpus[place] = gpus > 0;
    put(w, "      p%d: {nodes: %d, policy: %s", index, nodes, chosen);
    if (gpus) {
        put(w, ", gpus_per_node: %d, accelerator: a%d", gpus, below(w, 2));
        bool is_shared = chance(w, 50);

        if (w->has_parts) /* thousandths of a GPU are exact */
            put(w, ", slices_per_gpu: %d", is_shared ? slices[below(w, 4)] : 1);
        if (is_shared) /* the conservative policies have no shared nodes */
            put(w, ", allocation: gpu%s",
                strncmp(chosen, "cons", 4) == 0 || chance(w, 30) ? ", packing: any" : "");
    }
    if (chance(w, 70))
        put_dates(w);
    if (chance(w, 40))
        put(w, ", widest: %d %%", between(w, 10, 100));
    if (chance(w, 50))
        put(w, ", max_walltime: %d h", between(w, 1, 24));
    if (chance(w, 70))
        put(w, ", power: {idle: 0.%d kW, busy: %d.3 kW}", below(w, 6), between(w, 1, 3));
    if (chance(w, 50)) {
        put(w, ", shares: {union: {part: %d %%}}", between(w, 5, 100));
        w->has_owner = true;
    }
    put(w, "}\n");
    most = gpus ? nodes * gpus : nodes;
    if (gpus && most > w->gpus_max)
        w->gpus_max = most;
    if (!gpus && most > w->nodes_max)
        w->nodes_max = most;
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
        put(w, ", windows: {work: {start: 2026-01-02, at: %d h, duration: %d h, every: %d h}}",
            below(w, 24), between(w, 1, 10), between(w, 11, 100));
    if (chance(w, 25))
        put(w, ", upgrades: {more: {date: 2026-01-03, capacity: %d Mbit/s}}", between(w, 50, 5000));
    if (chance(w, 30))
        put(w, ", on_failure: %s",
            ((const char *const[]){"reroute", "stall", "resume", "kill"})[below(w, 4)]);
    put(w, "}\n");
}

static void put_network(struct writer *w, int sites)
{
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
            put(w, "    storage: {main: {capacity: 1 PB, read: %d GB/s, write: %d GB/s}}\n",
                between(w, 1, 20), between(w, 1, 20));
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

static void put_class(struct writer *w, int index)
{
    put(w, "  c%d: {", index);
    if (w->has_parts && w->gpus_max > 0 && chance(w, 60))
        put(w, "gpus: {0.%d: 50 %%, 1: 30 %%, %d: 20 %%}, ", between(w, 1, 9),
            between(w, 2, w->gpus_max + 1));
    else
        put_widths(w, "gpus", w->gpus_max);
    put_widths(w, "nodes", w->nodes_max);
    if (chance(w, 40))
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
    if (chance(w, 30))
        put(w, ", growth: %d %%/yr", between(w, -50, 300));
    if (chance(w, 30))
        put(w, ", hours: [1, 1, 1, 1, 1, 1, 2, 4, 6, 9, 9, 9, 9, 9, 9, 9, 9, 6, 4, 4, 3, 2, 1, 0]");
}

static void put_community(struct writer *w, int index)
{
    static const char *const countries[] = {"PT", "DE", "FI", "GR"};
    static const char *const kinds[] = {"sme", "startup", "industry", "academia", "public"};
    int home = below(w, w->place_count), other = below(w, w->place_count);

    put(w, "  u%d: {country: %s, kind: %s", index, countries[below(w, 4)], kinds[below(w, 5)]);
    if (chance(w, 60))
        put(w, ", at: h%d, access: {slow: 40 %%, fast: 60 %%}", below(w, 2));
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

/* ---- the whole ---- */

void random_scenario(uint64_t seed, bool with_stranger, char text[RANDOM_SCENARIO_BYTES])
{
    struct writer w = {.text = text, .state = seed};
    int communities, backgrounds;

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
    put(&w, "communities:\n");
    if (with_stranger)
        put(&w, "  abroad: {country: IS, kind: sme, submit: {rate: 5 /h, home: {nowhere.far: "
                "100 %%}, classes: {alien: 100 %%}, batch: 2.5}}\n");
    communities = between(&w, 1, 5);
    for (int i = 0; i < communities; i++)
        put_community(&w, i);
    backgrounds = below(&w, 3);
    if (backgrounds)
        put(&w, "background:\n");
    for (int i = 0; i < backgrounds; i++)
        put_background(&w, i);
    put(&w, "broker: {rule: home}\n");
}
