/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/study.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/refuse.h"
#include "sim/units.h"

enum { NAME_BYTES = 64, FUTURE_BYTES = 600, APPLY_MAX = 64, CHANGE_BYTES = 1024 };

const char *const exp_study_keys[] = {"question",  "overrides", "baseline",  "options", "futures",
                                      "uncertain", "matters",   "breakeven", NULL};

struct reading {
    const struct scn_request *request;
    const struct scn_tree *tree;
    struct exp_study *study;
    struct scn_errors *errors;
    enum sim_status status; /* of the first error */
    const struct scn_node *overrides;
};

#define REFUSE(reading, node, at_key, ...)                                                         \
    exp_refuse((reading)->errors, &(reading)->status, node, at_key, __VA_ARGS__)

static void *alloc(struct reading *reading, size_t count, size_t size)
{
    void *memory = sim_arena_alloc(reading->request->arena, count ? count : 1, size);

    if (!memory && !reading->status)
        reading->status = scn_errors_add(reading->errors, SIM_ENOMEM, NULL, 0, 0,
                                         "no memory for the options of the scenario");
    return memory;
}

/* The section as a map with at least one entry; NULL: it is absent, or that was refused. */
static const struct scn_node *section_of(struct reading *reading, const char *key,
                                         const char *example)
{
    const struct scn_node *section = scn_child(reading->tree->root, key);

    if (!section || section->refused || scn_is_empty(section))
        return NULL;
    if (section->kind == SCN_MAP)
        return section;
    REFUSE(reading, section, true, "%s: a mapping belongs here; write for example %s", key,
           example);
    return NULL;
}

/* Entries of a map that are no notes. */
static size_t count_entries(const struct scn_node *map)
{
    size_t count = 0;

    for (const struct scn_node *node = map ? map->first : NULL; node; node = node->next)
        count += !node->refused && !scn_is_reserved(node->key->text);
    return count;
}

static bool has_name(struct reading *reading, const struct scn_node *node, const char *section)
{
    char shown[SCN_PRINTABLE_BYTES];

    if (scn_is_entity_key(node->key->text))
        return true;
    REFUSE(reading, node, true,
           "%s: '%s' is not a name; letters, digits, '-' and '_', at most 64, are", section,
           scn_printable(node->key->text, shown));
    return false;
}

static const char *text_of(struct reading *reading, const struct scn_node *map, const char *key)
{
    const struct scn_node *node = map->kind == SCN_MAP ? scn_child(map, key) : NULL;

    if (!node || node->refused)
        return NULL;
    if (node->kind == SCN_SCALAR && scn_is_printable(node->text))
        return node->text;
    REFUSE(reading, node, true, "'%s' is text for people, on one line", key);
    return NULL;
}

/* A mapping of keys of the scenario, or nothing at all. */
static bool is_change(struct reading *reading, const struct scn_node *node, const char *section)
{
    if (node->kind == SCN_MAP)
        return true;
    if (!scn_is_empty(node))
        REFUSE(reading, node, true,
               "%s.%s: a mapping of keys of the scenario belongs here; write for example "
               "{sites: {lumi: {partitions: {lumi_g: {nodes: 3000}}}}}",
               section, node->key->text);
    return false;
}

/* ---- options ---- */

/* ": a, b, c", as many as there is room for. */
static const char *list_known(const char *const *known, size_t count, char *out, size_t bytes)
{
    char shown[SCN_PRINTABLE_BYTES];
    size_t used = (size_t)snprintf(out, bytes, count ? "" : ", of which there are none");

    for (size_t i = 0; i < count; i++) {
        const char *name = scn_printable(known[i], shown);

        if (used + strlen(name) + sizeof ", ..." > bytes) {
            snprintf(out + used, bytes - used, "...");
            break;
        }
        used += (size_t)snprintf(out + used, bytes - used, "%s%s", i ? ", " : ": ", name);
    }
    return out;
}

static const struct scn_node *find_override(struct reading *reading, const struct scn_node *name)
{
    const struct scn_node *found;
    const char *known[EXP_OPTIONS_MAX], *near;
    char shown[SCN_PRINTABLE_BYTES], names[160];
    size_t count = 0;

    if (name->kind != SCN_SCALAR || scn_is_empty(name)) {
        REFUSE(reading, name, false, "the name of an override belongs here");
        return NULL;
    }
    found = reading->overrides ? scn_child(reading->overrides, name->text) : NULL;
    if (found && !found->refused && !scn_is_reserved(name->text))
        return found;
    for (const struct scn_node *node = reading->overrides ? reading->overrides->first : NULL;
         node && count < EXP_OPTIONS_MAX; node = node->next)
        if (!scn_is_reserved(node->key->text))
            known[count++] = node->key->text;
    near = scn_nearest(name->text, known, count);
    if (near)
        REFUSE(reading, name, false, "'%s' is not one of `overrides`; did you mean '%s'?",
               scn_printable(name->text, shown), near);
    else
        REFUSE(reading, name, false, "'%s' is not one of `overrides`%s",
               scn_printable(name->text, shown), list_known(known, count, names, sizeof names));
    return NULL;
}

static void read_apply(struct reading *reading, const struct scn_node *list, const char *label,
                       struct exp_option *out)
{
    const char **name;
    struct scn_patch *patch;
    const struct scn_node *first = list->kind == SCN_LIST ? list->first : list;
    size_t count = list->kind == SCN_LIST ? list->count : 1, n = 0;

    if (list->kind == SCN_MAP || count > APPLY_MAX) {
        REFUSE(reading, list, true, "'apply' is a list of at most %d names of `overrides`",
               APPLY_MAX);
        return;
    }
    name = alloc(reading, count, sizeof *name);
    patch = alloc(reading, count, sizeof *patch);
    if (!name || !patch)
        return;
    for (const struct scn_node *node = first; node; node = list == first ? NULL : node->next) {
        const struct scn_node *override = find_override(reading, node);

        if (!override || override->kind != SCN_MAP)
            continue;
        name[n] = override->key->text;
        patch[n++] = (struct scn_patch){.node = override, .label = label};
    }
    out->apply = name;
    out->patch = patch;
    out->apply_count = n;
}

static void read_option(struct reading *reading, const struct scn_node *node,
                        struct exp_option *out)
{
    static const char *const known[] = {"title",  "description", "apply",
                                        "source", "quality",     "note"};
    char *label = alloc(reading, 1, NAME_BYTES + sizeof "option ");
    const char *title;

    *out = (struct exp_option){
        .name = node->key->text, .title = node->key->text, .description = "", .node = node};
    if (!label || !has_name(reading, node, "options"))
        return;
    sprintf(label, "option %s", node->key->text);
    if (node->kind != SCN_MAP) {
        if (!scn_is_empty(node))
            REFUSE(reading, node, true,
                   "options.%s: a mapping belongs here; write for example {title: \"Links "
                   "first\", apply: [more-links]}",
                   node->key->text);
        return;
    }
    for (const struct scn_node *child = node->first; child; child = child->next) {
        char shown[SCN_PRINTABLE_BYTES];
        bool is_known = child->refused;

        for (size_t i = 0; i < sizeof known / sizeof *known; i++)
            is_known = is_known || strcmp(child->key->text, known[i]) == 0;
        if (!is_known)
            REFUSE(reading, child, true,
                   "options.%s: unknown key '%s'; known are title, description, apply, source, "
                   "quality, note; what the option changes stands in `overrides`",
                   node->key->text, scn_printable(child->key->text, shown));
        else if (strcmp(child->key->text, "apply") == 0 && !child->refused)
            read_apply(reading, child, label, out);
    }
    title = text_of(reading, node, "title");
    out->title = title ? title : out->title;
    title = text_of(reading, node, "description");
    out->description = title ? title : "";
}

static void read_baseline(struct reading *reading)
{
    const struct scn_node *node = scn_child(reading->tree->root, "baseline");
    struct exp_study *study = reading->study;
    const char *known[EXP_OPTIONS_MAX], *near;
    char shown[SCN_PRINTABLE_BYTES];

    if (!node || node->refused || scn_is_empty(node))
        return; /* the first option */
    if (node->kind != SCN_SCALAR) {
        REFUSE(reading, node, true, "baseline: the name of an option belongs here");
        return;
    }
    for (size_t i = 0; i < study->option_count; i++) {
        known[i] = study->option[i].name;
        if (strcmp(node->text, known[i]) == 0) {
            study->baseline = i;
            return;
        }
    }
    near = scn_nearest(node->text, known, study->option_count);
    REFUSE(reading, node, false, "baseline: '%s' is not one of `options`%s%s%s",
           scn_printable(node->text, shown), near ? "; did you mean '" : "", near ? near : "",
           near ? "'?" : "");
}

static void read_options(struct reading *reading)
{
    const struct scn_node *section =
        section_of(reading, "options", "{plan: {}, links-first: {apply: [more-links]}}");
    struct exp_study *study = reading->study;
    size_t count = count_entries(section), n = 0;
    struct exp_option *option;

    study->is_given = count > 0;
    if (count > EXP_OPTIONS_MAX) {
        REFUSE(reading, section, true, "options: %zu are too many to compare; at most %d", count,
               EXP_OPTIONS_MAX);
        count = 0;
    }
    option = alloc(reading, count, sizeof *option);
    if (!option)
        return;
    study->option = option;
    study->option_count = count ? count : 1;
    if (!count)
        option[0] = (struct exp_option){.name = "as-is", .title = "as it is", .description = ""};
    for (const struct scn_node *node = count ? section->first : NULL; node; node = node->next)
        if (!node->refused && !scn_is_reserved(node->key->text))
            read_option(reading, node, &option[n++]);
    read_baseline(reading);
}

static bool is_used(const struct exp_study *study, const struct scn_node *override)
{
    for (size_t o = 0; o < study->option_count; o++)
        for (size_t i = 0; i < study->option[o].apply_count; i++)
            if (study->option[o].patch[i].node == override)
                return true;
    return false;
}

static void find_unused(struct reading *reading)
{
    struct scn_patch *patch =
        alloc(reading, reading->overrides ? reading->overrides->count : 0, sizeof *patch);

    reading->study->unused = patch;
    for (const struct scn_node *node = reading->overrides ? reading->overrides->first : NULL;
         node && patch; node = node->next)
        if (node->kind == SCN_MAP && !node->refused && !scn_is_reserved(node->key->text) &&
            !is_used(reading->study, node))
            patch[reading->study->unused_count++] =
                (struct scn_patch){.node = node, .label = "an override"};
}

/* ---- futures ---- */

static void read_levels(struct reading *reading, const struct scn_node *node, struct exp_axis *out)
{
    size_t count = node->kind == SCN_MAP ? count_entries(node) : 0, n = 0;
    struct exp_level *level = alloc(reading, count, sizeof *level);

    *out = (struct exp_axis){.name = node->key->text, .title = node->key->text, .level = level};
    if (!level || !has_name(reading, node, "futures"))
        return;
    if (!count) {
        REFUSE(reading, node, true,
               "futures.%s: a mapping of levels belongs here; write for example {low: {...}, "
               "central: {}}",
               node->key->text);
        return;
    }
    for (const struct scn_node *child = node->first; child; child = child->next) {
        if (child->refused || scn_is_reserved(child->key->text) ||
            !has_name(reading, child, "futures"))
            continue;
        level[n] = (struct exp_level){.name = child->key->text,
                                      .title = child->key->text,
                                      .patch = {.node = child, .label = "a future"}};
        level[n].is_central = !is_change(reading, child, node->key->text) || child->count == 0;
        n++;
    }
    out->level_count = n;
}

static void name_future(const struct exp_study *study, struct exp_future *future,
                        char name[FUTURE_BYTES])
{
    size_t used = 0;

    name[0] = '\0';
    for (size_t a = 0; a < study->axis_count && used < FUTURE_BYTES; a++)
        used += (size_t)snprintf(name + used, FUTURE_BYTES - used, "%s%s=%s", a ? ", " : "",
                                 study->axis[a].name, study->axis[a].level[future->level[a]].name);
}

static void combine(struct reading *reading, size_t count)
{
    struct exp_study *study = reading->study;
    struct exp_future *future = alloc(reading, count, sizeof *future);

    study->future = future;
    study->future_count = count;
    for (size_t f = 0; future && f < count; f++) {
        struct scn_patch *patch = alloc(reading, study->axis_count, sizeof *patch);
        char name[FUTURE_BYTES];
        size_t rest = f;

        if (!patch)
            return;
        future[f] = (struct exp_future){.patch = patch, .is_central = true};
        for (size_t a = study->axis_count; a-- > 0; rest /= study->axis[a].level_count) {
            size_t l = rest % study->axis[a].level_count;

            future[f].level[a] = l;
            patch[a] = study->axis[a].level[l].patch;
            future[f].is_central &= study->axis[a].level[l].is_central;
        }
        name_future(study, &future[f], name);
        future[f].name = sim_arena_strdup(reading->request->arena, name);
        if (!future[f].name)
            alloc(reading, SIZE_MAX, 1); /* says that memory is out */
    }
}

static void read_futures(struct reading *reading)
{
    const struct scn_node *section =
        section_of(reading, "futures", "{growth: {low: {...}, central: {}, high: {...}}}");
    struct exp_study *study = reading->study;
    size_t count = count_entries(section), product = 1, n = 0;
    struct exp_axis *axis;

    if (count > EXP_AXES_MAX) {
        REFUSE(reading, section, true, "futures: %zu axes are too many; at most %d", count,
               EXP_AXES_MAX);
        count = 0;
    }
    axis = alloc(reading, count, sizeof *axis);
    if (!axis)
        return;
    study->axis = axis;
    for (const struct scn_node *node = count ? section->first : NULL; node; node = node->next) {
        if (node->refused || scn_is_reserved(node->key->text))
            continue;
        read_levels(reading, node, &axis[n]);
        if (axis[n].level_count)
            product *= axis[n++].level_count;
        if (product > EXP_FUTURES_MAX) {
            REFUSE(reading, section, true, "futures: more than %d combinations of levels",
                   EXP_FUTURES_MAX);
            return;
        }
    }
    study->axis_count = n;
    combine(reading, product);
}

/* ---- uncertain inputs ---- */

static void read_draws(struct reading *reading, const struct scn_node *node)
{
    double value;

    if (node->kind == SCN_SCALAR &&
        sim_unit_parse(node->text, SIM_UNIT_COUNT, &value, NULL) == SIM_OK && value >= 1 &&
        value <= EXP_DRAWS_MAX && value == (double)(size_t)value)
        reading->study->draw_count = (size_t)value;
    else
        REFUSE(reading, node, true, "uncertain.draws: a whole number from 1 to %d belongs here",
               EXP_DRAWS_MAX);
}

static void read_uncertain(struct reading *reading)
{
    const struct scn_node *section =
        section_of(reading, "uncertain",
                   "{communities.*.submit.growth: {triangular: [5 %/yr, 20 %/yr, 60 "
                   "%/yr]}}");
    struct exp_study *study = reading->study;
    size_t count = count_entries(section), n = 0;
    struct scn_uncertain *input;

    study->draw_count = 1;
    if (!section)
        return;
    if (count > SCN_UNCERTAIN_MAX) {
        REFUSE(reading, section, true, "uncertain: %zu inputs are too many; at most %d", count,
               SCN_UNCERTAIN_MAX);
        return;
    }
    input = alloc(reading, count, sizeof *input);
    study->draw_count = EXP_DRAWS_DEFAULT;
    for (const struct scn_node *node = input ? section->first : NULL; node; node = node->next) {
        enum sim_status status;

        if (node->refused || scn_is_reserved(node->key->text))
            continue;
        if (strcmp(node->key->text, "draws") == 0) {
            read_draws(reading, node);
            continue;
        }
        status = scn_uncertain_read(reading->request, reading->tree, "uncertain", node->key->text,
                                    node, &input[n], reading->errors);
        if (!status)
            n++;
        else if (!reading->status)
            reading->status = status;
    }
    study->uncertain = input;
    study->uncertain_count = n;
    if (!n)
        study->draw_count = 1;
}

/* ---- for everybody ---- */

enum sim_status exp_study_read(const struct scn_request *request, const struct scn_tree *tree,
                               struct exp_study *out, struct scn_errors *errors)
{
    struct reading reading = {.request = request, .tree = tree, .study = out, .errors = errors};
    const char *question;

    *out = (struct exp_study){.question = ""};
    question = text_of(&reading, tree->root, "question");
    out->question = question ? question : "";
    reading.overrides = section_of(&reading, "overrides", "{more-links: {network: {...}}}");
    for (const struct scn_node *node = reading.overrides ? reading.overrides->first : NULL; node;
         node = node->next)
        if (!node->refused && !scn_is_reserved(node->key->text) &&
            has_name(&reading, node, "overrides"))
            is_change(&reading, node, "overrides");
    read_options(&reading);
    find_unused(&reading);
    read_futures(&reading);
    read_uncertain(&reading);
    return reading.status;
}

enum sim_status exp_study_option(const struct exp_study *study, const char *name, size_t *out,
                                 struct sim_error *err)
{
    char known[400] = "", shown[SCN_PRINTABLE_BYTES];

    scn_printable(name, shown);
    if (!study->is_given)
        return sim_fail(err, SIM_EUSAGE, "--option '%s': the scenario has no options", shown);
    for (size_t i = 0; i < study->option_count; i++) {
        size_t used = strlen(known);

        if (strcmp(study->option[i].name, name) == 0) {
            *out = i;
            return SIM_OK;
        }
        snprintf(known + used, sizeof known - used, "%s%s", i ? ", " : "", study->option[i].name);
    }
    return sim_fail(err, SIM_EUSAGE, "--option '%s': the scenario has the options %s", shown,
                    known);
}

/* ---- what an option changes ---- */

struct changes {
    struct sim_arena *arena;
    struct exp_change *change; /* NULL: only count */
    size_t count;
    char path[CHANGE_BYTES], value[CHANGE_BYTES];
    bool no_memory;
};

static void add_change(struct changes *changes)
{
    if (changes->change) {
        struct exp_change *change = &changes->change[changes->count];

        change->path = sim_arena_strdup(changes->arena, changes->path);
        change->value = sim_arena_strdup(changes->arena, changes->value);
        changes->no_memory = changes->no_memory || !change->path || !change->value;
    }
    changes->count++;
}

/* Lists in one line; what does not fit is cut. */
static void write_value(const struct scn_node *node, char value[CHANGE_BYTES])
{
    size_t used = strlen(value);

    if (node->kind == SCN_SCALAR) {
        snprintf(value + used, CHANGE_BYTES - used, "%s", node->text);
        return;
    }
    snprintf(value + used, CHANGE_BYTES - used, node->kind == SCN_MAP ? "{" : "[");
    for (const struct scn_node *child = node->first; child; child = child->next) {
        used = strlen(value);
        if (node->kind == SCN_MAP)
            snprintf(value + used, CHANGE_BYTES - used, "%s: ", child->key->text);
        write_value(child, value);
        used = strlen(value);
        snprintf(value + used, CHANGE_BYTES - used, "%s", child->next ? ", " : "");
    }
    used = strlen(value);
    snprintf(value + used, CHANGE_BYTES - used, node->kind == SCN_MAP ? "}" : "]");
}

static void list_changes(struct changes *changes, const struct scn_node *node)
{
    size_t mark = strlen(changes->path);

    if (node->kind != SCN_MAP || !node->first) {
        changes->value[0] = '\0';
        write_value(node, changes->value);
        add_change(changes);
        return;
    }
    for (const struct scn_node *child = node->first; child; child = child->next) {
        if (scn_is_reserved(child->key->text))
            continue;
        snprintf(changes->path + mark, CHANGE_BYTES - mark, "%s%s", mark ? "." : "",
                 child->key->text);
        list_changes(changes, child);
        changes->path[mark] = '\0';
    }
}

static void list_all(struct changes *changes, const struct exp_option *option)
{
    changes->count = 0;
    for (size_t i = 0; i < option->apply_count; i++)
        list_changes(changes, option->patch[i].node);
}

enum sim_status exp_option_changes(const struct exp_option *option, struct sim_arena *arena,
                                   const struct exp_change **out, size_t *count,
                                   struct sim_error *err)
{
    struct changes changes = {.arena = arena};

    list_all(&changes, option);
    changes.change = sim_arena_alloc(arena, changes.count + 1, sizeof *changes.change);
    if (changes.change)
        list_all(&changes, option);
    *out = changes.change;
    *count = changes.count;
    return changes.change && !changes.no_memory
               ? SIM_OK
               : sim_fail(err, SIM_ENOMEM, "no memory for what an option changes");
}

enum sim_status exp_study_patches(const struct exp_study *study, struct scn_reader *reader,
                                  const struct scn_node *root, uint64_t seed, size_t option,
                                  size_t future, size_t draw, const struct scn_patch **out,
                                  size_t *count)
{
    const struct exp_option *chosen = &study->option[option];
    const struct scn_patch *drawn = NULL;
    struct scn_patch *patch;
    size_t drawn_count = 0, n = 0;
    enum sim_status status = SIM_OK;

    if (draw != EXP_NO_DRAW && study->uncertain_count)
        status = scn_uncertain_draw(reader, root, study->uncertain, study->uncertain_count, seed,
                                    draw, &drawn, &drawn_count);
    if (status)
        return status;
    *count = chosen->apply_count + study->axis_count + drawn_count;
    *out = patch = sim_arena_alloc(reader->arena, *count + 1, sizeof *patch);
    if (!patch)
        return scn_errors_add(reader->errors, SIM_ENOMEM, NULL, 0, 0,
                              "no memory for the options of the scenario");
    for (size_t i = 0; i < chosen->apply_count; i++)
        patch[n++] = chosen->patch[i];
    for (size_t a = 0; future != EXP_CENTRAL && a < study->axis_count; a++) {
        const struct exp_level *level = &study->axis[a].level[study->future[future].level[a]];

        if (!level->is_central)
            patch[n++] = study->future[future].patch[a];
    }
    for (size_t i = 0; i < drawn_count; i++)
        patch[n++] = drawn[i];
    *count = n;
    return SIM_OK;
}
