/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim/field.h - one row per scenario key: name, kind, unit, offset, range, default, help.
 *
 * A model keeps the rows of its config struct beside it. The loader (scenarios/load) walks the
 * tree of the file along the rows and fills the structs; `check`, `schema`, `explain`, /inputs
 * and the reference are made from the same rows. Nothing else knows a key.
 *
 * What a kind writes at `offset`:
 *   REAL     double, inside unit            INT    int64_t
 *   BOOL     bool (true | false)            TEXT   const char * ("" by default; of a list, where
 *                                                  `is_list` allows one: "a, b")
 *   ENUM     int, index into `choices`      DATE   int64_t, days since 1970-01-01
 *   DURATION int64_t nanoseconds            DIST   struct sim_dist (unit applies to its values)
 *   PROFILE  struct sim_profile: 24 or 168 weights (or a name from `profiles`), mean made 1
 *            (12 weights of months where profile_count says so)
 *   HOURLY   struct sim_hourly: a constant, or values by hour, inside unit
 *   REF      struct sim_ref: the name of an entity; `target` says of which map ("classes",
 *            "sites.*.partitions" written site.partition); resolved after everything is bound
 *   SHARES   struct sim_shares: {name: 30 %, ...}, each name a REF when `target` is set,
 *            else free keys; the shares need not sum to 1 unless `sums_to_one`
 *   GROUP    a nested struct at offset, described by `rows`
 *   MAP      struct sim_map of items of `item_bytes`, each starting with struct sim_item and
 *            described by `rows`; keys match [A-Za-z0-9][A-Za-z0-9_-]{0,63}
 *   LIST     struct sim_map as MAP, but the items have no names (key = "0", "1", ...)
 *
 * Every mapping also takes `source`, `quality` (high | medium | assumption) and `note`, which
 * the loader handles itself (provenance of /inputs).
 */
#ifndef SIM_FIELD_H
#define SIM_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/distribution.h"
#include "sim/units.h"

enum sim_field_kind {
    SIM_FIELD_END,
    SIM_FIELD_REAL,
    SIM_FIELD_INT,
    SIM_FIELD_BOOL,
    SIM_FIELD_TEXT,
    SIM_FIELD_ENUM,
    SIM_FIELD_DATE,
    SIM_FIELD_DURATION,
    SIM_FIELD_DIST,
    SIM_FIELD_PROFILE,
    SIM_FIELD_REF,
    SIM_FIELD_SHARES,
    SIM_FIELD_GROUP,
    SIM_FIELD_MAP,
    SIM_FIELD_LIST,
    SIM_FIELD_HOURLY,
};

/* First member of every item of a MAP or LIST. */
struct sim_item {
    const char *key;   /* "booster" */
    const char *path;  /* "sites.it4lia.partitions.booster" */
    const char *title; /* for people; the key when none is given */
    uint64_t entity;   /* sim_hash_text(path): key of its draws */
    size_t index;      /* in its map, scenario order */
};

struct sim_map {
    size_t count;
    void *items;
    size_t item_bytes;
};

static inline void *sim_map_at(const struct sim_map *map, size_t i)
{
    return (char *)map->items + i * map->item_bytes;
}

struct sim_ref {
    const char *name; /* as written; NULL when the key is absent */
    void *item;       /* the item it names; NULL until resolved, or absent */
};

struct sim_share {
    const char *name;
    void *item; /* as in sim_ref; NULL without a target */
    double part;
};

struct sim_shares {
    size_t count;
    struct sim_share *share;
};

struct sim_profile {
    size_t count;         /* 0: flat */
    const double *weight; /* [count], mean 1; 24 = hours of a day, 168 = of a week from Monday,
                             12 = months, their mean weighted by days */
};

struct sim_hourly {
    size_t count;        /* 0: always the mean; 24, 168: local hours as in a profile; 8760, 8784:
                            the UTC hours of a year */
    const double *value; /* [count] */
    double mean;
    int64_t year; /* of 8760 or 8784 values, so that weekdays can be kept; 0: not known */
};

/* A default from a table that is compiled in. */
struct sim_found {
    double value;
    const char *source, *quality, *origin; /* as in struct sim_input */
};
typedef bool sim_lookup_fn(const char *key, struct sim_found *out); /* false: key not known */

struct sim_field {
    const char *name;
    enum sim_field_kind kind;
    enum sim_unit unit;
    size_t offset;
    double min, max; /* REAL, INT, DURATION (seconds), values of SHARES, and of DIST, which is cut
                        there; both 0 = any */
    double fallback; /* REAL, INT, BOOL, ENUM, DURATION (s) when absent; for others: empty */
    bool required;
    bool sums_to_one; /* SHARES: within 1e-6 */
    bool has_parts;   /* DIST of counts from 1: one value, or values by share, may lie below 1 */
    bool is_list;     /* TEXT: a list of words may stand there, too */
    bool is_whole; /* MAP: parts of a whole, which a later file or patch replaces together (SHARES
                      that sum to one always are) */
    const char *const *choices;   /* ENUM, NULL-terminated */
    const char *target;           /* REF, SHARES */
    const char *other_target;     /* SHARES: names of this map too; of `target` where of both */
    const struct sim_field *rows; /* GROUP, MAP, LIST */
    size_t item_bytes;            /* MAP, LIST */
    size_t profile_count;         /* PROFILE: 12 = weights of months; 0 = 24 or 168 of hours */
    sim_lookup_fn *lookup;  /* REAL, HOURLY: the default, by the text of `lookup_key` in the */
    const char *lookup_key; /* nearest mapping around; the fallback where it knows none */
    const char *help;       /* one sentence, lower case, no full stop */
    const char *example;    /* as it would stand in a scenario; NULL: from the unit */
};

/* One resolved value of a scenario as it goes into /inputs: everything as text, SI units. */
struct sim_input {
    const char *path;    /* "sites.lumi.partitions.lumi_g.nodes" */
    const char *value;   /* canonical: %.17g in the inside unit, names and dates as written */
    const char *unit;    /* inside unit, "1" when there is none */
    const char *source;  /* expanded from `sources:` when it names one; "" = none given */
    const char *quality; /* high | medium | assumption | default | "" */
    const char *origin;  /* file:line:column, "default" or "--set" */
};

#define SIM_AT(type, member) .offset = offsetof(type, member)
#define SIM_ANY              -1e300, .max = 1e300
/* `max` of an INT that may be all of int64_t: as a double it is INT64_MAX + 1. */
#define SIM_WHOLE_MAX 0x1p63

#endif /* SIM_FIELD_H */
