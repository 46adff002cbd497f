/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/show.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/config.h"

static const char *const shipped[] = {
    "scenarios/europe/seven-2026.yaml",  "scenarios/textbook/easy-small.yaml",
    "scenarios/textbook/md1.yaml",       "scenarios/textbook/mg1-erlang.yaml",
    "scenarios/textbook/mg1-hyper.yaml", "scenarios/textbook/mm1.yaml",
    "scenarios/textbook/mmc.yaml",
};
enum { SHIPPED = sizeof shipped / sizeof *shipped };

struct loaded {
    struct sim_arena *arena;
    struct mdl_config config;
    struct scn_scenario scenario;
};

static void load(struct scn_request request, struct loaded *out)
{
    struct scn_errors errors = {.count = 0};
    char text[2048];

    memset(out, 0, sizeof *out);
    out->arena = sim_arena_create(0);
    request.arena = out->arena;
    request.rows = mdl_config_fields;
    request.want_inputs = true;
    if (scn_load(&request, &out->config, &out->scenario, &errors) != SIM_OK)
        fail_msg("%s", scn_error_format(&errors.error[0], text, sizeof text));
}

static char *shown(const struct loaded *loaded, struct scn_show_options options)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *file = open_memstream(&text, &bytes);
    struct sim_error err;

    assert_non_null(file);
    assert_int_equal(
        scn_show(file, &loaded->scenario, mdl_config_fields, options, loaded->arena, &err), SIM_OK);
    assert_int_equal(fclose(file), 0);
    return text;
}

static const struct sim_input *input_of(const struct loaded *loaded, const char *path)
{
    for (size_t i = 0; i < loaded->scenario.input_count; i++)
        if (strcmp(loaded->scenario.inputs[i].path, path) == 0)
            return &loaded->scenario.inputs[i];
    fail_msg("no input '%s'", path);
    return NULL;
}

/* The same values with the same provenance; a default that was written out has none. */
static void check_same(const struct loaded *a, const struct loaded *b)
{
    assert_string_equal(a->scenario.canonical, b->scenario.canonical);
    assert_int_equal(a->scenario.input_count, b->scenario.input_count);
    for (size_t i = 0; i < a->scenario.input_count; i += 1 + a->scenario.input_count / 500) {
        const struct sim_input *x = &a->scenario.inputs[i];
        const struct sim_input *y = input_of(b, x->path);

        if (strlen(x->path) > 6 && strcmp(x->path + strlen(x->path) - 6, ".title") == 0)
            continue; /* for people; it may lose its source where others are told apart */
        assert_string_equal(x->source, y->source);
        if (strcmp(x->quality, "default") != 0)
            assert_string_equal(x->quality, y->quality);
    }
}

static void check_again(const struct loaded *loaded, struct scn_show_options options)
{
    char *text = shown(loaded, options);
    struct loaded again;

    load((struct scn_request){.path = "shown", .text = text, .text_bytes = strlen(text)}, &again);
    check_same(loaded, &again);
    sim_arena_destroy(again.arena);
    free(text);
}

static void shipped_scenarios_come_back_the_same(void **state)
{
    (void)state;
    for (size_t i = 0; i < SHIPPED; i++) {
        struct loaded loaded;

        load((struct scn_request){.path = shipped[i]}, &loaded);
        for (int bits = 0; bits < 4; bits++)
            check_again(&loaded, (struct scn_show_options){bits & 1, bits & 2});
        sim_arena_destroy(loaded.arena);
    }
}

/* A value that --set changed has lost the source of the value before, and stays without. */
static void a_changed_value_does_not_take_on_a_source(void **state)
{
    static const char *const sets[] = {"sites.lumi.partitions.lumi_g.nodes=2000",
                                       "communities.sme-de.submit.users=3",
                                       "accelerators.MI250X.memory=64 GB"};
    struct loaded loaded;

    (void)state;
    load((struct scn_request){.path = shipped[0], .sets = sets, .set_count = 3}, &loaded);
    assert_string_equal(input_of(&loaded, "sites.lumi.partitions.lumi_g.nodes")->source, "");
    assert_string_not_equal(input_of(&loaded, "sites.lumi.partitions.lumi_g.gpus_per_node")->source,
                            "");
    assert_string_not_equal(input_of(&loaded, "communities.sme-de.members")->source, "");
    for (int bits = 0; bits < 4; bits++)
        check_again(&loaded, (struct scn_show_options){bits & 1, bits & 2});
    sim_arena_destroy(loaded.arena);
}

static const char small[] =
    "aifsim: 1\n"
    "name: \"a: \\\"b\\\" # c\\nd\"\n"
    "description: '- x'\n"
    "horizon: {start: 2026-01, end: 2027-01-01}\n"
    "sources: {page: {title: 'T, x', address: http://x.org/a#b, date: 2026}}\n"
    "profiles: {night: [1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]}\n"
    "sites: {a: {country: NO, partitions: {p: {nodes: 4, source: {nodes: page}}}}}\n"
    "classes: {c: {nodes: {choice: [1, 2]}, run: {empirical: {0 %: 1 s, 100 %: 1.50 h}}}}\n"
    "communities: {u: {country: NO, kind: academia, submit: {load: 10 % of a.p, mix: c,\n"
    "  hours: night}, note: \"what, {why}\"}}\n";

static void load_small(struct loaded *out)
{
    load((struct scn_request){.path = "small.yaml", .text = small, .text_bytes = sizeof small - 1},
         out);
}

static void awkward_texts_come_back_the_same(void **state)
{
    struct loaded loaded;

    (void)state;
    load_small(&loaded);
    for (int bits = 0; bits < 4; bits++)
        check_again(&loaded, (struct scn_show_options){bits & 1, bits & 2});
    sim_arena_destroy(loaded.arena);
}

static void check_line(const char *text, const char *line)
{
    const char *at = strstr(text, line);
    size_t bytes = strlen(line);

    if (!at || (at > text && at[-1] != '\n') || at[bytes] != '\n')
        fail_msg("no line '%s' in:\n%s", line, text);
}

static void values_stand_as_they_were_written(void **state)
{
    struct loaded loaded;
    char *text;

    (void)state;
    load_small(&loaded);
    text = shown(&loaded, (struct scn_show_options){false, false});
    check_line(text, "horizon: {start: 2026-01, end: 2027-01-01}");
    check_line(text, "  c: {nodes: {choice: [1, 2]}, run: {empirical: {0 %: 1 s, 100 %: 1.50 h}}}");
    assert_null(strstr(text, "preroll"));
    assert_null(strstr(text, "  # "));
    free(text);
    sim_arena_destroy(loaded.arena);
}

static void each_value_names_its_origin(void **state)
{
    struct loaded loaded;
    char *text;

    (void)state;
    load_small(&loaded);
    text = shown(&loaded, (struct scn_show_options){true, true});
    check_line(text, "  start: 2026-01  # small.yaml:4:18");
    check_line(text, "  preroll: 0 s  # default");
    check_line(text, "        nodes: 4  # small.yaml:7:50 · T, x, http://x.org/a#b, 2026");
    check_line(text, "        widest: 100 %  # default");
    check_line(text, "      hours: night  # small.yaml:10:10");
    free(text);
    sim_arena_destroy(loaded.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shipped_scenarios_come_back_the_same),
        cmocka_unit_test(a_changed_value_does_not_take_on_a_source),
        cmocka_unit_test(awkward_texts_come_back_the_same),
        cmocka_unit_test(values_stand_as_they_were_written),
        cmocka_unit_test(each_value_names_its_origin),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
