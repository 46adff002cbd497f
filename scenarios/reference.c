/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/reference.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "scenarios/bind.h"
#include "sim/calendar.h"

enum { PATH_BYTES = 256 };

/* ---- the loader's own keys ---- */

static const struct sim_field source_rows[] = {
    {.name = "title", .kind = SIM_FIELD_TEXT, .help = "what it is", .example = "\"Annual report\""},
    {.name = "address",
     .kind = SIM_FIELD_TEXT,
     .help = "where it is found",
     .example = "https://example.org/report.pdf"},
    {.name = "date",
     .kind = SIM_FIELD_TEXT,
     .help = "when it was published or read",
     .example = "2026-03-01"},
    {0},
};

static const struct sim_field profile_rows[] = {
    {.name = "weights",
     .kind = SIM_FIELD_PROFILE,
     .help = "24 numbers (hours of a local day), 168 (of a week from Monday) or 12 (months), of "
             "any mean"},
    {.name = "file",
     .kind = SIM_FIELD_TEXT,
     .help = "or: a CSV file below the scenario's folder or --data DIR, a row for each number",
     .example = "hours.csv"},
    {.name = "column",
     .kind = SIM_FIELD_TEXT,
     .help = "the column of the file, where it has several",
     .example = "weight"},
    {0},
};

/* Read by experiments/expect.c, since it takes the plan to know the figures. */
static const struct sim_field expect_rows[] = {
    {.name = "at_most",
     .kind = SIM_FIELD_TEXT,
     .help = "the most that the figure should come to, in its unit",
     .example = "24 h"},
    {.name = "at_least",
     .kind = SIM_FIELD_TEXT,
     .help = "the least that the figure should come to, in its unit",
     .example = "80 %"},
    {.name = "between",
     .kind = SIM_FIELD_TEXT,
     .help = "both, as a list of two values",
     .example = "[80 %, 90 %]"},
    {.name = "window",
     .kind = SIM_FIELD_TEXT,
     .help = "the shortest window of the horizon over which that is expected; in a shorter one it "
             "stays open",
     .example = "365 d"},
    {0},
};

/* Read by experiments/study.c. */
static const struct sim_field option_rows[] = {
    {.name = "apply",
     .kind = SIM_FIELD_TEXT,
     .help = "the overrides that make up the option, applied in their order; none: the scenario "
             "as it is",
     .example = "[more-links, late-money]"},
    {0},
};

/* Read by experiments/crossings.c. */
static const struct sim_field breakeven_rows[] = {
    {.name = "input",
     .kind = SIM_FIELD_TEXT,
     .help = "path of a number, as in `uncertain`",
     .example = "communities.*.submit.rate"},
    {.name = "between",
     .kind = SIM_FIELD_TEXT,
     .help = "the range that is looked at, as a list of two values",
     .example = "[1 /d, 9 /d]"},
    {.name = "figure",
     .kind = SIM_FIELD_TEXT,
     .help = "the one figure in which both are compared",
     .example = "wait.mean"},
    {.name = "option",
     .kind = SIM_FIELD_TEXT,
     .help = "the option that is compared with the baseline",
     .example = "larger"},
    {0},
};

const struct sim_field scn_root_rows[] = {
    {.name = "extends",
     .kind = SIM_FIELD_TEXT,
     .help = "a file below the scenario's folder, or a list of files, that this one is merged "
             "into: maps merge; lists, values and shares of a whole are replaced; `~` removes",
     .example = "parts/machines.yaml"},
    {.name = "sources",
     .kind = SIM_FIELD_MAP,
     .rows = source_rows,
     .help = "where figures come from: text or {title, address, date}; `source: NAME` refers to "
             "an entry",
     .example = "{page: {title: \"Annual report\", address: https://example.org, date: "
                "2026-03-01}}"},
    {.name = "profiles",
     .kind = SIM_FIELD_MAP,
     .rows = profile_rows,
     .help = "rhythms of a day or week by name: a list of weights, {weights: [...]} or "
             "{file: hours.csv, column: weight}; `flat` "
             "and `office` are there already",
     .example = "{shift: [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, "
                "0]}"},
    {.name = "expect",
     .kind = SIM_FIELD_MAP,
     .rows = expect_rows,
     .help = "what figures should come to, by their names (docs/figures.md); told after a run, "
             "which ends with exit code 1 when one is missed",
     .example = "{\"wait.p95{kind=sme}\": {at_most: 24 h}}"},
    {.name = "question",
     .kind = SIM_FIELD_TEXT,
     .help = "what `aifsim compare` is to answer, in one line; head of its tables and report",
     .example = "\"Would more links, staff or nodes help SMEs most?\""},
    {.name = "overrides",
     .kind = SIM_FIELD_GROUP,
     .help = "changes of the scenario by name, each a mapping of its keys; checked like the "
             "scenario itself",
     .example = "{more-nodes: {sites: {lumi: {partitions: {lumi_g: {nodes: 3500}}}}}}"},
    {.name = "options",
     .kind = SIM_FIELD_MAP,
     .rows = option_rows,
     .help = "what is compared, each the scenario with some of its overrides",
     .example = "{plan: {}, larger: {title: \"A larger machine\", apply: [more-nodes]}}"},
    {.name = "baseline",
     .kind = SIM_FIELD_TEXT,
     .help = "the option that the others are compared with (default: the first); `run` and `show` "
             "take it where no --option is given",
     .example = "plan"},
    {.name = "matters",
     .kind = SIM_FIELD_GROUP,
     .help = "the figures that decide, most important first, each with the smallest difference "
             "that counts, in its unit",
     .example = "{\"wait.p95{kind=sme}\": 2 h, cost.energy: 100000 EUR}"},
    {.name = "futures",
     .kind = SIM_FIELD_GROUP,
     .help = "what nobody knows and no probability fits: axes with levels, each level a mapping of "
             "keys of the scenario, an empty one the central level; every option meets every "
             "combination",
     .example = "{growth: {low: {communities: {sme: {submit: {growth: 0 %/yr}}}}, usual: {}}}"},
    {.name = "uncertain",
     .kind = SIM_FIELD_GROUP,
     .help = "inputs with a distribution: a path of keys (`*` for any name) and its law, `each: "
             "true` for a value of its own for every match; `draws` (default 10) says how many "
             "times all of them are drawn",
     .example = "{draws: 8, communities.*.submit.growth: {triangular: [5 %/yr, 20 %/yr, "
                "60 %/yr]}}"},
    {.name = "breakeven",
     .kind = SIM_FIELD_LIST,
     .rows = breakeven_rows,
     .help = "inputs of which `aifsim compare` looks for the value at which an option and the "
             "baseline are equal, as planned",
     .example = "[{input: communities.sme.submit.rate, between: [1 /d, 9 /d], figure: wait.mean, "
                "option: larger}]"},
    {0},
};

const struct sim_field scn_entity_rows[] = {
    {.name = "title",
     .kind = SIM_FIELD_TEXT,
     .help = "its name for people, in tables and plots; its key when not given",
     .example = "\"MareNostrum 5 ACC\""},
    {.name = "description", .kind = SIM_FIELD_TEXT, .help = "what it is about"},
    {0},
};

static const char *const qualities[] = {"high", "medium", "assumption", NULL};

const struct sim_field scn_mapping_rows[] = {
    {.name = "source",
     .kind = SIM_FIELD_TEXT,
     .help = "where the values of this mapping come from: text, a name of `sources`, or a "
             "mapping from key to either",
     .example = "{nodes: annual_report, power: \"estimate of the host\"}"},
    {.name = "quality",
     .kind = SIM_FIELD_ENUM,
     .choices = qualities,
     .fallback = -1,
     .help = "how sure the values of this mapping are, or a mapping from key to that",
     .example = "{nodes: high, power: assumption}"},
    {.name = "note", .kind = SIM_FIELD_TEXT, .help = "a remark for readers of the file"},
    {0},
};

/* ---- the list of keys ---- */

struct walker {
    struct scn_key_about *key; /* NULL: only count */
    size_t count;
    struct sim_arena *arena;
    char path[PATH_BYTES];
    bool no_memory;
};

static void walk(struct walker *walker, const struct sim_field *rows, size_t depth)
{
    for (const struct sim_field *row = rows; row->name; row++) {
        size_t mark = strlen(walker->path), bytes = strlen(row->name);
        bool has_items = row->kind == SIM_FIELD_MAP || row->kind == SIM_FIELD_LIST;

        assert(mark + bytes + 4 < PATH_BYTES);
        snprintf(walker->path + mark, PATH_BYTES - mark, "%s%s", mark ? "." : "", row->name);
        if (walker->key) {
            size_t room = strlen(walker->path) + 1;
            char *path = sim_arena_alloc(walker->arena, room, 1);

            walker->no_memory = walker->no_memory || !path;
            if (path)
                memcpy(path, walker->path, room);
            walker->key[walker->count] =
                (struct scn_key_about){.path = path, .row = row, .depth = depth};
        }
        walker->count++;
        if (has_items)
            strcat(walker->path, ".*");
        if (row->rows)
            walk(walker, row->rows, depth + 1 + has_items);
        walker->path[mark] = '\0';
    }
}

static void walk_all(struct walker *walker, const struct sim_field *rows)
{
    walk(walker, rows, 0);
    walk(walker, scn_root_rows, 0);
    strcpy(walker->path, "*");
    walk(walker, scn_entity_rows, 1);
    strcpy(walker->path, "**");
    walk(walker, scn_mapping_rows, 1);
    walker->path[0] = '\0';
}

enum sim_status scn_reference_create(const struct sim_field *rows, struct sim_arena *arena,
                                     struct scn_reference *out, struct sim_error *err)
{
    struct walker walker = {.arena = arena};

    walk_all(&walker, rows);
    walker.key = sim_arena_alloc(arena, walker.count, sizeof *walker.key);
    if (walker.key) {
        walker.count = 0;
        walk_all(&walker, rows);
    }
    if (!walker.key || walker.no_memory)
        return sim_fail(err, SIM_ENOMEM, "no memory for the list of keys");
    *out = (struct scn_reference){.rows = rows, .count = walker.count, .key = walker.key};
    return SIM_OK;
}

/* ---- a row in words ---- */

static enum sim_unit unit_of(const struct sim_field *row)
{
    if (row->kind == SIM_FIELD_DURATION)
        return SIM_UNIT_S;
    return row->kind == SIM_FIELD_SHARES && row->unit == SIM_UNIT_1 ? SIM_UNIT_FRAC : row->unit;
}

static bool is_number(const struct sim_field *row)
{
    return row->kind == SIM_FIELD_REAL || row->kind == SIM_FIELD_INT ||
           row->kind == SIM_FIELD_DURATION || row->kind == SIM_FIELD_DIST ||
           row->kind == SIM_FIELD_HOURLY;
}

static void list_choices(const struct sim_field *row, char *buffer, size_t bytes)
{
    size_t used = (size_t)snprintf(buffer, bytes, "one of");

    for (size_t i = 0; row->choices[i] && used < bytes; i++)
        used +=
            (size_t)snprintf(buffer + used, bytes - used, "%s %s", i ? "," : "", row->choices[i]);
}

const char *scn_about_kind(const struct sim_field *row, char buffer[SCN_ABOUT_BYTES])
{
    const char *words = sim_unit_words(unit_of(row));

    switch (row->kind) {
    case SIM_FIELD_REAL:
    case SIM_FIELD_DURATION:
        snprintf(buffer, SCN_ABOUT_BYTES, "%s", words);
        break;
    case SIM_FIELD_INT:
        snprintf(buffer, SCN_ABOUT_BYTES, "whole number");
        break;
    case SIM_FIELD_BOOL:
        snprintf(buffer, SCN_ABOUT_BYTES, "true or false");
        break;
    case SIM_FIELD_TEXT:
        snprintf(buffer, SCN_ABOUT_BYTES, "text");
        break;
    case SIM_FIELD_ENUM:
        list_choices(row, buffer, SCN_ABOUT_BYTES);
        break;
    case SIM_FIELD_DATE:
        snprintf(buffer, SCN_ABOUT_BYTES, "date");
        break;
    case SIM_FIELD_DIST:
        snprintf(buffer, SCN_ABOUT_BYTES, "%s, or a distribution", words);
        break;
    case SIM_FIELD_PROFILE:
        snprintf(buffer, SCN_ABOUT_BYTES,
                 row->profile_count == 12 ? "profile of months" : "profile");
        break;
    case SIM_FIELD_HOURLY:
        snprintf(buffer, SCN_ABOUT_BYTES, "%s, or values by hour", words);
        break;
    case SIM_FIELD_REF:
        snprintf(buffer, SCN_ABOUT_BYTES, "name of one of %s", row->target ? row->target : "");
        break;
    case SIM_FIELD_SHARES:
        snprintf(buffer, SCN_ABOUT_BYTES, "%s by name%s%s%s%s%s",
                 row->unit == SIM_UNIT_FRAC ? "shares" : "numbers", row->target ? " of " : "",
                 row->target ? row->target : "", row->other_target ? " or " : "",
                 row->other_target ? row->other_target : "",
                 row->sums_to_one ? ", 100 % together" : "");
        break;
    case SIM_FIELD_MAP:
        snprintf(buffer, SCN_ABOUT_BYTES, "mapping from names to mappings");
        break;
    case SIM_FIELD_LIST:
        snprintf(buffer, SCN_ABOUT_BYTES, "list of mappings");
        break;
    case SIM_FIELD_GROUP:
    case SIM_FIELD_END:
        snprintf(buffer, SCN_ABOUT_BYTES, "mapping");
        break;
    }
    return buffer;
}

const char *scn_about_range(const struct sim_field *row, char buffer[SCN_ABOUT_BYTES])
{
    char range[SCN_RANGE_BYTES] = "";

    if (is_number(row))
        scn_show_range(row, unit_of(row), range);
    else if (row->kind == SIM_FIELD_SHARES)
        scn_show_range(row, row->unit, range);
    else if (row->kind == SIM_FIELD_DATE)
        snprintf(range, sizeof range, "1970 to 2200");
    snprintf(buffer, SCN_ABOUT_BYTES, "%s", range);
    return buffer;
}

static size_t choice_count(const struct sim_field *row)
{
    size_t count = 0;

    while (row->choices[count])
        count++;
    return count;
}

const char *scn_about_default(const struct sim_field *row, char buffer[SCN_ABOUT_BYTES])
{
    char shown[SCN_SHOWN_BYTES] = "";

    buffer[0] = '\0';
    if (row->required)
        return buffer;
    if (row->lookup) {
        snprintf(buffer, SCN_ABOUT_BYTES, "that of the %s", row->lookup_key);
        return buffer;
    }
    if (is_number(row) && isfinite(row->fallback))
        snprintf(buffer, SCN_ABOUT_BYTES, "%s",
                 scn_show_number(row->fallback, unit_of(row), shown));
    else if (row->kind == SIM_FIELD_BOOL)
        snprintf(buffer, SCN_ABOUT_BYTES, "%s", row->fallback != 0.0 ? "true" : "false");
    else if (row->kind == SIM_FIELD_ENUM && row->fallback >= 0.0 &&
             row->fallback < (double)choice_count(row))
        snprintf(buffer, SCN_ABOUT_BYTES, "%s", row->choices[(size_t)row->fallback]);
    else if (row->kind == SIM_FIELD_PROFILE)
        snprintf(buffer, SCN_ABOUT_BYTES, "flat");
    return buffer;
}

/* A unit's usual example may lie outside what the row allows. */
static const char *number_example(const struct sim_field *row, char buffer[SCN_ABOUT_BYTES])
{
    enum sim_unit unit = unit_of(row);
    char shown[SCN_SHOWN_BYTES];
    double value;

    if (sim_unit_parse(sim_unit_example(unit), unit, &value, NULL) == SIM_OK &&
        ((row->min == 0.0 && row->max == 0.0) || (value >= row->min && value <= row->max)))
        snprintf(buffer, SCN_ABOUT_BYTES, "%s", sim_unit_example(unit));
    else
        snprintf(buffer, SCN_ABOUT_BYTES, "%s",
                 scn_show_number(row->max < 1e6 ? row->max : row->min, unit, shown));
    return buffer;
}

const char *scn_about_example(const struct sim_field *row, char buffer[SCN_ABOUT_BYTES])
{
    buffer[0] = '\0';
    if (row->example)
        snprintf(buffer, SCN_ABOUT_BYTES, "%s", row->example);
    else if (is_number(row))
        number_example(row, buffer);
    else if (row->kind == SIM_FIELD_BOOL)
        snprintf(buffer, SCN_ABOUT_BYTES, "true");
    else if (row->kind == SIM_FIELD_ENUM)
        snprintf(buffer, SCN_ABOUT_BYTES, "%s", row->choices[0] ? row->choices[0] : "");
    else if (row->kind == SIM_FIELD_DATE)
        snprintf(buffer, SCN_ABOUT_BYTES, "2026-12-15");
    else if (row->kind == SIM_FIELD_TEXT)
        snprintf(buffer, SCN_ABOUT_BYTES, "\"...\"");
    else if (row->kind == SIM_FIELD_PROFILE)
        snprintf(buffer, SCN_ABOUT_BYTES, row->profile_count == 12 ? "flat" : "office");
    return buffer;
}

/* ---- text ---- */

/* "power, 0 W to 1 MW, default 0 W" */
static void put_facts(FILE *file, const struct sim_field *row)
{
    char text[SCN_ABOUT_BYTES];

    fputs(scn_about_kind(row, text), file);
    if (*scn_about_range(row, text))
        fprintf(file, ", %s", text);
    if (row->required)
        fputs(", required", file);
    else if (*scn_about_default(row, text))
        fprintf(file, ", default %s", text);
}

/* text in lines of at most `width` characters, the first one at column `column` already. */
static void put_folded(FILE *file, const char *text, size_t column, size_t width)
{
    size_t used = 0;

    while (*text) {
        size_t bytes = strcspn(text, " "), gap = used ? 1 : 0;

        if (used && column + used + gap + bytes > width) {
            fprintf(file, "\n%*s", (int)column, "");
            used = gap = 0;
        }
        fprintf(file, "%s%.*s", gap ? " " : "", (int)bytes, text);
        used += gap + bytes;
        text += bytes + strspn(text + bytes, " ");
    }
    fputc('\n', file);
}

enum { TREE_COLUMN = 26, LINE_WIDTH = 98 };

static void put_branch(FILE *file, const struct scn_key_about *key)
{
    const char *dot = strrchr(key->path, '.'), *name = dot ? dot + 1 : key->path;
    int indent = 2 * (int)key->depth;
    bool has_items = key->row->kind == SIM_FIELD_MAP || key->row->kind == SIM_FIELD_LIST;

    fprintf(file, "%*s%-*s ", indent, "", TREE_COLUMN - indent, name);
    put_facts(file, key->row);
    fprintf(file, "\n%*s", TREE_COLUMN + 1, "");
    put_folded(file, key->row->help, TREE_COLUMN + 1, LINE_WIDTH);
    if (has_items)
        fprintf(file, "%*s%s\n", indent + 2, "", key->row->kind == SIM_FIELD_MAP ? "NAME" : "-");
}

void scn_reference_tree(FILE *file, const struct scn_reference *reference)
{
    for (size_t i = 0; i < reference->count; i++) {
        const struct scn_key_about *key = &reference->key[i];

        if (key->row == scn_entity_rows)
            fputs("\nin every mapping that has a NAME:\n", file);
        if (key->row == scn_mapping_rows)
            fputs("\nin every mapping:\n", file);
        put_branch(file, key);
    }
}

/* ---- explain ---- */

/* Does `name` mean this path? Stars of the path may be left out or stand for any name. */
static bool means(const char *path, const char *name)
{
    size_t want = strcspn(path, "."), have = strcspn(name, ".");
    const char *path_rest = path + want + (path[want] == '.');
    const char *name_rest = name + have + (name[have] == '.');

    if (*path == '\0' || *name == '\0')
        return *path == *name;
    if (*path == '*')
        return means(path_rest, name) || (have > 0 && means(path_rest, name_rest));
    return want == have && strncmp(path, name, want) == 0 && means(path_rest, name_rest);
}

size_t scn_reference_find(const struct scn_reference *reference, const char *name, size_t *found)
{
    size_t count = 0;
    bool is_whole;

    if (!*name)
        return 0;
    for (size_t i = 0; i < reference->count; i++)
        if (strcmp(reference->key[i].path, name) == 0) {
            found[0] = i;
            return 1;
        }
    for (size_t i = 0; i < reference->count; i++)
        if (means(reference->key[i].path, name))
            found[count++] = i;
    is_whole = count > 0;
    for (size_t i = 0; !is_whole && i < reference->count; i++)
        for (const char *dot = strchr(reference->key[i].path, '.'); dot; dot = strchr(dot + 1, '.'))
            if (dot[1] != '*' && means(dot + 1, name)) {
                found[count++] = i;
                break;
            }
    return count;
}

static void put_units(FILE *file, const struct sim_field *row)
{
    enum sim_unit unit = unit_of(row);
    const char *spelling;

    if (!is_number(row) && row->kind != SIM_FIELD_SHARES)
        return;
    if (!sim_unit_spelling(unit, 0))
        return;
    fputs("  units     ", file);
    for (size_t i = 0; (spelling = sim_unit_spelling(unit, i)); i++)
        fprintf(file, "%s%s", i ? ", " : "", spelling);
    fputs(sim_unit_may_be_bare(unit) ? ", or none\n" : "\n", file);
}

static void put_forms(FILE *file)
{
    struct scn_dist_form form;

    fputs("  forms     VALUE\n"
          "            {VALUE: SHARE, ...}, {choice: [VALUE, ...]}, {empirical: {0 %: VALUE, ..., "
          "100 %: VALUE}}\n"
          "            {mixture: [{weight: SHARE, FORM}, ...]}; each with min: VALUE, max: VALUE "
          "beside it\n",
          file);
    for (size_t i = 0; scn_dist_form(i, &form); i++) {
        fprintf(file, "            {%s: {", form.name);
        for (size_t p = 0; p < form.parameter_count; p++)
            fprintf(file, "%s%s: %s", p ? ", " : "", form.parameter[p],
                    form.is_pure[p] ? "NUMBER" : "VALUE");
        fputs("}}", file);
        if (form.takes_list) {
            fprintf(file, " or {%s: [", form.name);
            for (size_t p = 0; p < form.parameter_count; p++)
                fputs(p ? ", VALUE" : "VALUE", file);
            fputs("]}", file);
        }
        fputs(form.takes_scale ? ", scale: VALUE for mean" : "", file);
        fputs(form.can_be_cut ? ", also min: VALUE, max: VALUE\n" : "\n", file);
    }
}

static bool is_path(const char *target, const char *path)
{
    return target && strcmp(target, path) == 0;
}

/* The keys whose value is a name of an entry of this mapping. */
static void put_referrers(FILE *file, const struct scn_reference *reference, const char *path)
{
    const char *words = "  named by";

    for (size_t i = 0; i < reference->count; i++) {
        const struct scn_key_about *key = &reference->key[i];

        if (!is_path(key->row->target, path) && !is_path(key->row->other_target, path))
            continue;
        fprintf(file, "%-11s %s\n", words, key->path);
        words = "";
    }
}

/* The keys of a mapping, or of the entries of one. */
static void put_children(FILE *file, const struct scn_reference *reference, size_t parent)
{
    size_t below = reference->key[parent].depth +
                   (reference->key[parent].row->kind == SIM_FIELD_GROUP ? 1 : 2);

    if (!reference->key[parent].row->rows)
        return;
    fputs("  keys\n", file);
    for (size_t i = parent + 1; i < reference->count && reference->key[i].depth >= below; i++) {
        const struct sim_field *row = reference->key[i].row;

        if (reference->key[i].depth != below)
            continue;
        fprintf(file, "    %-16s", row->name);
        put_folded(file, row->help, 20, LINE_WIDTH);
    }
}

void scn_reference_explain(FILE *file, const struct scn_reference *reference, size_t i)
{
    const struct scn_key_about *key = &reference->key[i];
    const struct sim_field *row = key->row;
    char text[SCN_ABOUT_BYTES];

    fprintf(file, "%s\n\n  ", key->path);
    put_folded(file, row->help, 2, LINE_WIDTH);
    fprintf(file, "\n  kind      %s\n", scn_about_kind(row, text));
    put_units(file, row);
    if (*scn_about_range(row, text))
        fprintf(file, "  range     %s\n", text);
    if (row->required)
        fputs("  default   none: the key is required\n", file);
    else if (*scn_about_default(row, text))
        fprintf(file, "  default   %s\n", text);
    if (*scn_about_example(row, text))
        fprintf(file, "  example   %s: %s\n", row->name, text);
    if (row->kind == SIM_FIELD_DIST)
        put_forms(file);
    put_referrers(file, reference, key->path);
    put_children(file, reference, i);
}

/* ---- markdown ---- */

static const char introduction[] =
    "<!-- SPDX-License-Identifier: GPL-3.0-or-later -->\n"
    "<!-- Written by `make reference` from the program's own rows; edit those. -->\n\n"
    "# Keys of a scenario\n\n"
    "Every key that a scenario can have. `aifsim explain KEY` tells the same about one of them, "
    "and\n"
    "`aifsim schema --json` gives it to an editor. `NAME` stands for a name of your own: letters,\n"
    "digits, `-` and `_`, 64 at most.\n\n"
    "Scenarios to start from: [europe](europe) (the seven AI factories in 2026, and their parts) "
    "and\n"
    "[textbook](textbook) (queues with known answers).\n\n";

static void put_unit_table(FILE *file)
{
    fputs("## Values\n\n"
          "A number, a space, a unit: `12 MW`. Without a unit only where the table says so.\n\n"
          "| value | units | example |\n|---|---|---|\n",
          file);
    for (enum sim_unit unit = SIM_UNIT_1; unit <= SIM_UNIT_FTE; unit++) {
        const char *spelling;

        fprintf(file, "| %s |", sim_unit_words(unit));
        for (size_t i = 0; (spelling = sim_unit_spelling(unit, i)); i++)
            fprintf(file, "%s `%s`", i ? "," : "", spelling);
        if (sim_unit_may_be_bare(unit))
            fputs(sim_unit_spelling(unit, 0) ? ", or none" : " none", file);
        fprintf(file, " | `%s` |\n", sim_unit_example(unit));
    }
    fputs(
        "\nDates are `2026-12-15`, or `2026-12` for the first of the month. A profile is `flat`,\n"
        "`office`, a name of `profiles`, a list of 24 or 168 weights (12 for months), or\n"
        "`{file: hours.csv, column: weight}`. Values by hour are a list of 24 or 168 (local\n"
        "hours), or `{file: carbon.csv, column: FI, year: 2024}` with the 8760 or 8784 hours of a\n"
        "year in UTC. `communities: {table: communities.csv}`, and so for any section of the\n"
        "root, makes every row of the file an entry: the column `key` names it, the others are\n"
        "named by the path of a key (`submit.rate`, `submit.mix.training`); what the scenario\n"
        "writes goes on top. A file lies beside the one that names\n"
        "it (`../` is fine inside the scenario's folder), or below `--data DIR`.\n\n"
        "What a scenario says goes on top of what it `extends`, and `--set` on top of that: maps\n"
        "merge, lists and values are replaced. What is one value is replaced as a whole: a\n"
        "distribution (unless it names the same law), values by hour, and the shares of a whole\n"
        "(`mix`, `classes`, `home`, `access` of a community, `shares` of a partition); one of "
        "them\n"
        "alone is changed by its path, `--set communities.NAME.submit.mix.training='20 %'`. `~` "
        "as\n"
        "a value removes the key: an entity is gone, a value has its default again.\n\n",
        file);
}

static void put_form_table(FILE *file)
{
    struct scn_dist_form form;

    fputs(
        "## Distributions\n\n"
        "Where a key takes a distribution, one of these stands in place of a value; `VALUE` is in "
        "the\nkey's unit, `NUMBER` without one.\n\n"
        "| form | meaning |\n|---|---|\n"
        "| `VALUE` or `{constant: VALUE}` | always the same |\n"
        "| `{VALUE: SHARE, ...}` | each value with its share, 100 % together |\n"
        "| `{choice: [VALUE, ...]}` | all equally likely |\n"
        "| `{empirical: {0 %: VALUE, ..., 100 %: VALUE}}` | quantiles, straight lines between "
        "|\n"
        "| `{mixture: [{weight: SHARE, lognormal: {...}}, {weight: SHARE, constant: VALUE}, "
        "...]}` | one of the parts, each with its weight, 100 % together |\n"
        "| `{FORM, min: VALUE, max: VALUE}` | any of these, cut: what is left is drawn as it was, "
        "in proportion |\n",
        file);
    for (size_t i = 0; scn_dist_form(i, &form); i++) {
        fprintf(file, "| `{%s: {", form.name);
        for (size_t p = 0; p < form.parameter_count; p++)
            fprintf(file, "%s%s: %s", p ? ", " : "", form.parameter[p],
                    form.is_pure[p] ? "NUMBER" : "VALUE");
        fprintf(file, "}}` | %s%s%s%s |\n", form.name,
                form.takes_scale ? "; `scale` may stand for `mean`" : "",
                form.takes_list ? "; also as a list of these values in order" : "",
                form.can_be_cut ? "; also takes `min` and `max`, beyond which it is cut" : "");
    }
    fputs("\nThe range of a key cuts its distribution too: what can be drawn lies within it, and "
          "where (nearly)\nnothing of it does, it is refused.\n\n",
          file);
}

/* `|` would end a cell. */
static void put_cell(FILE *file, const char *text)
{
    for (; *text; text++)
        fprintf(file, *text == '|' ? "\\%c" : "%c", *text);
}

static void put_key_row(FILE *file, const struct scn_key_about *key)
{
    char text[SCN_ABOUT_BYTES];

    fprintf(file, "| `%s` | ", key->row->name);
    put_cell(file, scn_about_kind(key->row, text));
    fprintf(file, " | %s | ", scn_about_range(key->row, text));
    if (key->row->required)
        fputs("required", file);
    else
        fputs(scn_about_default(key->row, text), file);
    fputs(" | ", file);
    put_cell(file, key->row->help);
    if (*scn_about_example(key->row, text)) {
        fputs(" | `", file);
        put_cell(file, text);
        fputs("` |\n", file);
    } else {
        fputs(" | |\n", file);
    }
}

/* "sites.NAME.partitions.NAME" */
static void put_heading(FILE *file, const struct scn_key_about *parent)
{
    fputs("\n## ", file);
    for (const char *at = parent->path; *at; at++)
        if (*at == '*')
            fputs("NAME", file);
        else
            fputc(*at, file);
    fputs(parent->row->kind == SIM_FIELD_GROUP ? "" : ".NAME", file);
    fputs("\n\n", file);
    fprintf(file, "%c%s.\n\n",
            parent->row->help[0] >= 'a' && parent->row->help[0] <= 'z'
                ? parent->row->help[0] - 'a' + 'A'
                : parent->row->help[0],
            parent->row->help + 1);
}

static const char table_head[] = "| key | kind | range | default | meaning | example |\n"
                                 "|---|---|---|---|---|---|\n";

static void put_section(FILE *file, const struct scn_reference *reference, size_t parent)
{
    size_t below = reference->key[parent].depth +
                   (reference->key[parent].row->kind == SIM_FIELD_GROUP ? 1 : 2);

    put_heading(file, &reference->key[parent]);
    fputs(table_head, file);
    for (size_t i = parent + 1; i < reference->count && reference->key[i].depth >= below; i++)
        if (reference->key[i].depth == below)
            put_key_row(file, &reference->key[i]);
}

static void put_everywhere(FILE *file, const char *heading, const struct sim_field *rows)
{
    fprintf(file, "\n## %s\n\n%s", heading, table_head);
    for (const struct sim_field *row = rows; row->name; row++)
        put_key_row(file, &(struct scn_key_about){.row = row});
}

void scn_reference_markdown(FILE *file, const struct scn_reference *reference)
{
    fputs(introduction, file);
    put_unit_table(file);
    put_form_table(file);
    fprintf(file, "## The file\n\n%s", table_head);
    for (size_t i = 0; i < reference->count; i++)
        if (reference->key[i].depth == 0)
            put_key_row(file, &reference->key[i]);
    put_everywhere(file, "In every mapping that has a NAME", scn_entity_rows);
    put_everywhere(file, "In every mapping", scn_mapping_rows);
    for (size_t i = 0; i < reference->count; i++)
        if (reference->key[i].row->rows)
            put_section(file, reference, i);
}
