/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/reference.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/config.h"
#include "scenarios/bind.h"
#include "tests/unit/scenarios/toy.h"

typedef void writer(FILE *file, const struct scn_reference *reference);

static char *written(writer *write, const struct scn_reference *reference)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *file = open_memstream(&text, &bytes);

    assert_non_null(file);
    write(file, reference);
    assert_int_equal(fclose(file), 0);
    return text;
}

static struct sim_arena *list(const struct sim_field *rows, struct scn_reference *reference)
{
    struct sim_arena *arena = sim_arena_create(0);

    assert_non_null(arena);
    assert_int_equal(scn_reference_create(rows, arena, reference, NULL), SIM_OK);
    return arena;
}

static void keys_are_listed_once_parents_first(void **state)
{
    struct scn_reference reference;
    struct sim_arena *arena = list(mdl_config_fields, &reference);
    size_t sites = SIZE_MAX, ramp = SIZE_MAX;

    (void)state;
    for (size_t i = 0; i < reference.count; i++) {
        assert_non_null(reference.key[i].row->help);
        for (size_t k = 0; k < i; k++)
            assert_string_not_equal(reference.key[i].path, reference.key[k].path);
        sites = strcmp(reference.key[i].path, "sites") == 0 ? i : sites;
        ramp = strcmp(reference.key[i].path, "sites.*.partitions.*.ramp") == 0 ? i : ramp;
    }
    assert_true(sites < ramp && ramp < reference.count);
    assert_int_equal(reference.key[ramp].depth, 4);
    assert_string_equal(reference.key[reference.count - 1].path, "**.note");
    sim_arena_destroy(arena);
}

static void check_found(const struct scn_reference *reference, const char *name,
                        const char *const *paths)
{
    size_t found[512], count = scn_reference_find(reference, name, found), wanted = 0;

    assert_true(reference->count <= 512);
    while (paths[wanted])
        wanted++;
    if (count != wanted)
        fail_msg("'%s' means %zu keys, not %zu", name, count, wanted);
    for (size_t i = 0; i < count; i++)
        assert_string_equal(reference->key[found[i]].path, paths[i]);
}

static void a_key_is_found_by_path_by_names_and_by_its_end(void **state)
{
    static const char *const ramp[] = {"sites.*.partitions.*.ramp", NULL};
    static const char *const names[] = {
        "sites.*.partitions.*.ramp",  "sites.*.partitions.ramp",
        "sites.partitions.ramp",      "sites.lumi.partitions.lumi_g.ramp",
        "sites.lumi.partitions.ramp", "partitions.ramp",
        "partitions.booster.ramp"};
    static const char *const kinds[] = {"sites.*.storage.*.kind", "network.links.*.kind",
                                        "network.access.*.kind", "communities.*.kind", NULL};
    static const char *const name[] = {"name", NULL}, *const nothing[] = {NULL};
    struct scn_reference reference;
    struct sim_arena *arena = list(mdl_config_fields, &reference);

    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        check_found(&reference, names[i], ramp);
    check_found(&reference, "kind", kinds);
    check_found(&reference, "name", name);
    check_found(&reference, "ramps", nothing);
    check_found(&reference, "sites.ramp", nothing);
    check_found(&reference, "", nothing);
    check_found(&reference, ".", nothing);
    sim_arena_destroy(arena);
}

static char *explained(const struct scn_reference *reference, const char *name)
{
    size_t found[512], count = scn_reference_find(reference, name, found), bytes = 0;
    char *text = NULL;
    FILE *file = open_memstream(&text, &bytes);

    assert_int_equal(count, 1);
    assert_non_null(file);
    scn_reference_explain(file, reference, found[0]);
    assert_int_equal(fclose(file), 0);
    return text;
}

static void check_explained(const struct scn_reference *reference, const char *name,
                            const char *part)
{
    char *text = explained(reference, name);

    if (!strstr(text, part))
        fail_msg("no '%s' in:\n%s", part, text);
    free(text);
}

static void a_key_is_explained_with_unit_range_default_and_example(void **state)
{
    struct scn_reference reference;
    struct sim_arena *arena = list(mdl_config_fields, &reference);

    (void)state;
    check_explained(&reference, "energy.pue", "  range     1 to 3\n  default   1\n");
    check_explained(&reference, "storage.capacity", "  units     B, kB, MB, GB, TB, PB, EB, KiB");
    check_explained(&reference, "storage.capacity", "none: the key is required");
    check_explained(&reference, "classes.run", "{lognormal: {median: VALUE, sigma: NUMBER}}");
    check_explained(&reference, "gpus_per_node", "  example   gpus_per_node: 64\n");
    check_explained(&reference, "sites.*.partitions",
                    "  named by  access_modes.*.pool\n"
                    "            communities.*.submit.home\n"
                    "            communities.*.replay.home\n"
                    "            background.*.on\n");
    check_explained(&reference, "quality", "one of high, medium, assumption");
    sim_arena_destroy(arena);
}

/* An example must be what it explains: read by the loader's own rules, and in range. */
static void examples_of_numbers_are_right(void **state)
{
    struct scn_reference reference;
    struct sim_arena *arena = list(mdl_config_fields, &reference);
    size_t seen = 0;

    (void)state;
    for (size_t i = 0; i < reference.count; i++) {
        const struct sim_field *row = reference.key[i].row;
        enum sim_unit unit = row->kind == SIM_FIELD_DURATION ? SIM_UNIT_S : row->unit;
        char example[SCN_ABOUT_BYTES];
        double value;

        if (row->kind != SIM_FIELD_REAL && row->kind != SIM_FIELD_INT &&
            row->kind != SIM_FIELD_DURATION)
            continue;
        scn_about_example(row, example);
        if (sim_unit_parse(example, unit, &value, NULL) != SIM_OK ||
            ((row->min != 0 || row->max != 0) && !(value >= row->min && value <= row->max)))
            fail_msg("%s: example '%s' is wrong", reference.key[i].path, example);
        seen++;
    }
    assert_true(seen > 30);
    sim_arena_destroy(arena);
}

/* The path with the names of the scenario below in place of its stars. */
static void name_stars(const char *path, char *out)
{
    static const char *const names[][2] = {{"sites.*", "sites.a"},
                                           {"partitions.*", "partitions.p"},
                                           {"shares.*", "shares.eurohpc"},
                                           {"storage.*", "storage.s"},
                                           {"classes.*", "classes.c"},
                                           {"accelerators.*", "accelerators.x"},
                                           {"hubs.*", "hubs.h"},
                                           {"links.*", "links.l"},
                                           {"access.*", "access.f"},
                                           {"communities.*", "communities.u"},
                                           {"background.*", "background.b"},
                                           {"sources.*", "sources.page"}};

    strcpy(out, path);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char *at = strstr(out, names[i][0]), rest[256];

        if (!at)
            continue;
        strcpy(rest, at + strlen(names[i][0]));
        strcpy(at, names[i][1]);
        strcat(at, rest);
    }
    for (char *star = out; (star = strchr(star, '*'));)
        *star = 'n'; /* a new entry */
}

/* Errors other than that an example's names are not those of the scenario below. */
static size_t example_errors(const char *path, const struct sim_field *row, const char *example)
{
    static const char scenario[] =
        "aifsim: 1\nname: n\nhorizon: {start: 2026-01-01, end: 2026-02-01}\n"
        "sources: {page: {title: t}}\naccelerators: {x: {vendor: v}}\nclasses: {c: {run: 1 h}}\n"
        "sites: {a: {country: DE, storage: {s: {capacity: 1 TB}},\n"
        "            partitions: {p: {nodes: 4, shares: {eurohpc: {part: 50 %}}}}}}\n"
        "network: {hubs: {h: {lat: 1 deg, lon: 1 deg}}, access: {f: {kind: fibre, up: 1 Gbit/s, "
        "down: 1 Gbit/s, latency: 1 ms}},\n"
        "          links: {l: {from: h, to: a, capacity: 1 Gbit/s, latency: 1 ms, kind: nren}}}\n"
        "communities: {u: {country: DE, kind: sme, submit: {}}}\n"
        "background: {b: {on: a.p, load: 10 %}}\n";
    char set[1400];
    const char *const sets[] = {set};
    static const char *const elsewhere[] = {"question", "overrides", "baseline", "options",
                                            "futures",  "uncertain", "matters",  "breakeven",
                                            NULL}; /* read by experiments/ */
    struct scn_errors errors = {0};
    struct scn_scenario bound;
    struct mdl_config config;
    struct scn_request request = {.path = "x.yaml",
                                  .text = scenario,
                                  .text_bytes = sizeof scenario - 1,
                                  .rows = mdl_config_fields,
                                  .arena = sim_arena_create(0),
                                  .sets = sets,
                                  .set_count = 1,
                                  .other_keys = elsewhere};
    size_t count = 0;

    name_stars(path, set);
    snprintf(set + strlen(set), sizeof set - strlen(set), "=%s", example);
    (void)!scn_load(&request, &config, &bound, &errors);
    for (size_t i = 0; i < errors.count; i++) {
        bool has_names = row->target || row->kind == SIM_FIELD_GROUP;
        bool is_foreign = has_names && (strstr(errors.error[i].message, "' is not one of ") ||
                                        strstr(errors.error[i].message, "scenario has none"));

        if (!is_foreign && strstr(errors.error[i].message, "required key") == NULL &&
            strstr(errors.error[i].message, "cannot open") == NULL) {
            fprintf(stderr, "    %s: %s\n", set, errors.error[i].message);
            count++;
        }
    }
    sim_arena_destroy(request.arena);
    return count;
}

/* By experiments/, whose tests they have. */
static bool is_read_elsewhere(const char *path)
{
    static const char *const root[] = {"expect",  "question", "overrides", "options",  "baseline",
                                       "matters", "futures",  "uncertain", "breakeven"};

    for (size_t i = 0; i < sizeof root / sizeof *root; i++)
        if (strncmp(path, root[i], strlen(root[i])) == 0)
            return true;
    return false;
}

static void every_example_loads(void **state)
{
    struct scn_reference reference;
    struct sim_arena *arena = list(mdl_config_fields, &reference);
    size_t seen = 0, wrong = 0;

    (void)state;
    for (size_t i = 0; i < reference.count; i++) {
        const struct scn_key_about *key = &reference.key[i];
        char example[SCN_ABOUT_BYTES];

        if (!*scn_about_example(key->row, example) || is_read_elsewhere(key->path) ||
            strncmp(key->path, "extends", 7) == 0 || strncmp(key->path, "profiles.*", 10) == 0 ||
            key->path[0] == '*') /* not as they stand */
            continue;
        wrong += example_errors(key->path, key->row, example);
        seen++;
    }
    assert_int_equal(wrong, 0);
    assert_true(seen > 80);
    check_explained(&reference, "classes.run", "scale: VALUE for mean");
    check_explained(&reference, "classes.run", "{triangular: [VALUE, VALUE, VALUE]}");
    sim_arena_destroy(arena);
}

static void scenarios_readme_is_what_make_reference_writes(void **state)
{
    struct scn_reference reference;
    struct sim_arena *arena = list(mdl_config_fields, &reference);
    char *text = written(scn_reference_markdown, &reference);
    size_t bytes = strlen(text);
    char *file_text = calloc(bytes + 2, 1);
    FILE *file = fopen("scenarios/README.md", "r");

    (void)state;
    assert_non_null(file);
    assert_non_null(file_text);
    file_text[fread(file_text, 1, bytes + 1, file)] = '\0';
    fclose(file);
    if (strcmp(file_text, text) != 0)
        fail_msg("scenarios/README.md is stale; run 'make reference'");
    free(file_text);
    free(text);
    sim_arena_destroy(arena);
}

static void the_tree_names_every_key(void **state)
{
    struct scn_reference reference;
    struct sim_arena *arena = list(mdl_config_fields, &reference);
    char *text = written(scn_reference_tree, &reference);

    (void)state;
    for (size_t i = 0; i < reference.count; i++) {
        char line[128];

        snprintf(line, sizeof line, "\n%*s%s ", 2 * (int)reference.key[i].depth, "",
                 reference.key[i].row->name);
        if (i > 0 && !strstr(text, line))
            fail_msg("'%s' is not in the tree", reference.key[i].path);
    }
    free(text);
    sim_arena_destroy(arena);
}

/* ---- the JSON Schema: JSON is YAML, so our own reader reads it ---- */

static const struct scn_node *schema_of(const struct scn_reference *reference,
                                        struct sim_arena *arena)
{
    char *text = written(scn_reference_schema, reference);
    struct scn_errors errors = {.count = 0};
    struct scn_reader reader;
    struct scn_node *root;

    scn_reader_init(&reader, arena, &errors);
    if (scn_read_memory(&reader, "schema", text, strlen(text), &root) != SIM_OK)
        fail_msg("schema:%u: %s", errors.error[0].line, errors.error[0].message);
    free(text);
    return root;
}

/* The schema of one key below `node`, through the entries of maps, lists and alternatives. */
static const struct scn_node *descend(const struct scn_node *node, const char *name)
{
    const struct scn_node *properties = scn_child(node, "properties");
    const struct scn_node *entries = scn_child(node, "patternProperties");
    const struct scn_node *items = scn_child(node, "items"), *found = NULL;
    const struct scn_node *either = scn_child(node, "anyOf");

    if (strcmp(name, "*") == 0 && entries)
        return entries->first;
    if (strcmp(name, "*") == 0 && items)
        return items;
    found = properties ? scn_child(properties, name) : NULL;
    for (const struct scn_node *one = either ? either->first : NULL; one && !found; one = one->next)
        found = descend(one, name);
    return found;
}

static void check_schema(const struct sim_field *rows)
{
    struct scn_reference reference;
    struct sim_arena *arena = list(rows, &reference);
    const struct scn_node *root = schema_of(&reference, arena);

    for (size_t i = 0; i < reference.count; i++) {
        const char *at = reference.key[i].path;
        const struct scn_node *node = root;

        if (*at == '*' || strncmp(at, "profiles.", 9) == 0)
            continue;
        while (node && *at) {
            char name[64];

            snprintf(name, sizeof name, "%.*s", (int)strcspn(at, "."), at);
            node = descend(node, name);
            at += strcspn(at, ".");
            at += *at == '.';
        }
        if (!node || !scn_child(node, "description"))
            fail_msg("'%s' is not in the schema", reference.key[i].path);
        if (reference.key[i].row->kind == SIM_FIELD_GROUP)
            assert_string_equal(scn_child(node, "additionalProperties")->text, "false");
    }
    sim_arena_destroy(arena);
}

static void the_schema_has_every_key_of_the_models(void **state)
{
    (void)state;
    check_schema(mdl_config_fields);
}

static void the_schema_has_every_kind_of_key(void **state)
{
    (void)state;
    check_schema(toy_fields);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_listed_once_parents_first),
        cmocka_unit_test(a_key_is_found_by_path_by_names_and_by_its_end),
        cmocka_unit_test(a_key_is_explained_with_unit_range_default_and_example),
        cmocka_unit_test(examples_of_numbers_are_right),
        cmocka_unit_test(every_example_loads),
        cmocka_unit_test(scenarios_readme_is_what_make_reference_writes),
        cmocka_unit_test(the_tree_names_every_key),
        cmocka_unit_test(the_schema_has_every_key_of_the_models),
        cmocka_unit_test(the_schema_has_every_kind_of_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
