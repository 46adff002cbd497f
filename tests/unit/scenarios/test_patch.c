/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/patch.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/scenarios/toy.h"

struct bench {
    struct sim_arena *arena;
    struct scn_errors errors;
    struct scn_reader reader;
};

static int set_up(void **state)
{
    struct bench *bench = calloc(1, sizeof *bench);

    if (!bench)
        return -1;
    bench->arena = sim_arena_create(0);
    scn_reader_init(&bench->reader, bench->arena, &bench->errors);
    *state = bench;
    return 0;
}

static int tear_down(void **state)
{
    struct bench *bench = *state;

    sim_arena_destroy(bench->arena);
    free(bench);
    return 0;
}

static struct scn_node *tree_of(struct bench *bench, const char *name, const char *text)
{
    struct scn_node *root;

    assert_int_equal(scn_read_memory(&bench->reader, name, text, strlen(text), &root), SIM_OK);
    return root;
}

/* The tree in one line of flow style, in its order. */
static void write(const struct scn_node *node, char *out, size_t size)
{
    size_t used = strlen(out);

    if (node->kind == SCN_SCALAR) {
        snprintf(out + used, size - used, "%s", node->text);
        return;
    }
    strncat(out, node->kind == SCN_MAP ? "{" : "[", size - used - 1);
    for (const struct scn_node *child = node->first; child; child = child->next) {
        if (child->key->text)
            snprintf(out + strlen(out), size - strlen(out), "%s: ", child->key->text);
        write(child, out, size);
        strncat(out, child->next ? ", " : "", size - strlen(out) - 1);
    }
    strncat(out, node->kind == SCN_MAP ? "}" : "]", size - strlen(out) - 1);
}

static void assert_tree(const struct scn_node *node, const char *expected)
{
    char text[2048] = "";
    size_t children = 0;

    write(node, text, sizeof text);
    assert_string_equal(text, expected);
    for (const struct scn_node *child = node->first; child; child = child->next)
        children++;
    assert_int_equal(node->count, children);
}

static struct scn_patch set(struct bench *bench, const char *text)
{
    struct scn_patch patch;

    assert_int_equal(scn_patch_from_set(&bench->reader, text, &patch), SIM_OK);
    return patch;
}

static const char base_text[] = "a: {x: 1, y: [1, 2], z: {u: 5}}\nb: {x: 2}\n";

static void maps_merge_and_the_rest_is_replaced(void **state)
{
    struct bench *bench = *state;
    struct scn_node *base = tree_of(bench, "base", base_text), *merged;
    struct scn_node *over =
        tree_of(bench, "over", "a: {y: [3], z: {v: 6}, w: 7}\nc: 8\nb: no map\n");

    assert_int_equal(scn_merge(&bench->reader, base, over, NULL, &merged), SIM_OK);
    assert_tree(merged, "{a: {x: 1, y: [3], z: {u: 5, v: 6}, w: 7}, b: no map, c: 8}");
    assert_tree(base, "{a: {x: 1, y: [1, 2], z: {u: 5}}, b: {x: 2}}");
    assert_tree(over, "{a: {y: [3], z: {v: 6}, w: 7}, c: 8, b: no map}");
}

static void every_node_keeps_its_own_place(void **state)
{
    struct bench *bench = *state;
    struct scn_node *base = tree_of(bench, "base", base_text), *merged;
    struct scn_node *over = tree_of(bench, "over", "\n\na: {z: {u: 9}}\n");
    const struct scn_node *node;

    assert_int_equal(scn_merge(&bench->reader, base, over, NULL, &merged), SIM_OK);
    node = scn_find(merged, "a.z.u", false, NULL);
    assert_string_equal(scn_file_of(node), "over");
    assert_int_equal(node->line, 3);
    node = scn_find(merged, "a.z", false, NULL);
    assert_string_equal(scn_file_of(node), "base");
    assert_int_equal(node->line, 1);
    node = scn_find(merged, "b.x", false, NULL);
    assert_string_equal(scn_file_of(node), "base");
    assert_int_equal(node->line, 2);
}

static void large_maps_merge_like_small_ones(void **state)
{
    struct bench *bench = *state;
    char *one = calloc(1, 1 << 16), *two = calloc(1, 1 << 16);
    struct scn_node *merged;
    size_t one_used = 0, two_used = 0;

    for (int i = 0; i < 1000; i++) {
        one_used += (size_t)sprintf(one + one_used, "k%d: {v: %d, w: 1}\n", i, i);
        two_used += (size_t)sprintf(two + two_used, "k%d: {v: %d}\n", 1500 - i, -i);
    }
    assert_int_equal(scn_merge(&bench->reader, tree_of(bench, "one", one),
                               tree_of(bench, "two", two), NULL, &merged),
                     SIM_OK);
    assert_int_equal(merged->count, 1501);
    for (int i = 0; i <= 1500; i++) {
        char key[16], expected[40];

        snprintf(key, sizeof key, "k%d", i);
        snprintf(expected, sizeof expected,
                 i < 501    ? "{v: %d, w: 1}"
                 : i < 1000 ? "{v: %d, w: 1}"
                            : "{v: %d}",
                 i < 501 ? i : i - 1500);
        assert_tree(scn_child(merged, key), expected);
    }
    free(one);
    free(two);
}

static void patches_apply_in_order(void **state)
{
    struct bench *bench = *state;
    struct scn_node *base = tree_of(bench, "base", base_text), *patched;
    struct scn_patch patches[] = {
        set(bench, "a.x=10"),
        {.path = "", .node = tree_of(bench, "over", "a: {x: 11, q: 1}"), .label = "option o"},
        set(bench, "a.q=2"),
        set(bench, "a.z={u: 6, n: {m: 1}}"),
        set(bench, "new.deep.key=[1, {a: b}]"),
        set(bench, "a.y.1=22"),
    };

    assert_int_equal(scn_patch_apply(&bench->reader, base, patches, 6, NULL, &patched), SIM_OK);
    assert_tree(patched, "{a: {x: 11, y: [1, 22], z: {u: 6, n: {m: 1}}, q: 2}, b: {x: 2}, "
                         "new: {deep: {key: [1, {a: b}]}}}");
    assert_tree(base, "{a: {x: 1, y: [1, 2], z: {u: 5}}, b: {x: 2}}");
}

static void a_patched_tree_can_be_patched_again_without_changing(void **state)
{
    struct bench *bench = *state;
    struct scn_node *base = tree_of(bench, "base", base_text), *one, *two;
    struct scn_patch first = set(bench, "a.z.u=6"), second = set(bench, "a.z.u=7");

    assert_int_equal(scn_patch_apply(&bench->reader, base, &first, 1, NULL, &one), SIM_OK);
    assert_int_equal(scn_patch_apply(&bench->reader, one, &second, 1, NULL, &two), SIM_OK);
    assert_tree(base, "{a: {x: 1, y: [1, 2], z: {u: 5}}, b: {x: 2}}");
    assert_tree(one, "{a: {x: 1, y: [1, 2], z: {u: 6}}, b: {x: 2}}");
    assert_tree(two, "{a: {x: 1, y: [1, 2], z: {u: 7}}, b: {x: 2}}");
    /* what is untouched is shared */
    assert_ptr_equal(scn_find(one, "b", false, NULL)->first,
                     scn_find(base, "b", false, NULL)->first);
}

static void a_star_matches_one_level_but_not_provenance(void **state)
{
    struct bench *bench = *state;
    struct scn_node *base = tree_of(bench, "base",
                                    "s: {source: t, note: n, a: {p: 1}, b: {p: {q: 2}}, l: [{p: "
                                    "3}, {p: 4}]}"),
                    *patched;
    struct scn_patch patch = set(bench, "s.*.p=9"), list = set(bench, "s.l.*.p=8");

    assert_int_equal(scn_patch_apply(&bench->reader, base, &list, 1, NULL, &patched), SIM_OK);
    assert_tree(patched, "{s: {source: t, note: n, a: {p: 1}, b: {p: {q: 2}}, l: [{p: 8}, {p: "
                         "8}]}}");
    base = tree_of(bench, "base", "s: {source: t, note: n, a: {p: 1}, b: {p: {q: 2}}}");
    assert_int_equal(scn_patch_apply(&bench->reader, base, &patch, 1, NULL, &patched), SIM_OK);
    assert_tree(patched, "{s: {source: t, note: n, a: {p: 9}, b: {p: 9}}}");
    assert_string_equal(scn_file_of(scn_find(patched, "s.a.p", false, NULL)), "--set");
    assert_int_equal(scn_find(patched, "s.a.p", false, NULL)->line, 0);
    assert_string_equal(scn_find(patched, "s.a.p", false, NULL)->key->text, "p");
}

static void a_distribution_is_replaced_as_a_whole(void **state)
{
    struct bench *bench = *state;
    struct scn_node *base =
        tree_of(bench, "base",
                "classes: {t: {run: {lognormal: {median: 1 h, sigma: 1}}, gpus: "
                "{1: 50 %, 2: 50 %}}}");
    struct scn_patch family = set(bench, "classes.*.run={exponential: {mean: 2 h}}");
    struct scn_patch sigma = set(bench, "classes.t.run.lognormal.sigma=2");
    struct scn_patch same = set(bench, "classes.t.run={lognormal: {sigma: 3}}");
    struct scn_patch weights = set(bench, "classes.t.gpus={4: 100 %}");
    struct scn_node *patched;

    assert_int_equal(scn_patch_apply(&bench->reader, base, &family, 1, toy_fields, &patched),
                     SIM_OK);
    assert_tree(scn_find(patched, "classes.t.run", false, NULL), "{exponential: {mean: 2 h}}");
    assert_int_equal(scn_patch_apply(&bench->reader, base, &sigma, 1, toy_fields, &patched),
                     SIM_OK);
    assert_tree(scn_find(patched, "classes.t.run", false, NULL),
                "{lognormal: {median: 1 h, sigma: 2}}");
    assert_int_equal(scn_patch_apply(&bench->reader, base, &same, 1, toy_fields, &patched), SIM_OK);
    assert_tree(scn_find(patched, "classes.t.run", false, NULL),
                "{lognormal: {median: 1 h, sigma: 3}}");
    assert_int_equal(scn_patch_apply(&bench->reader, base, &weights, 1, toy_fields, &patched),
                     SIM_OK);
    assert_tree(scn_find(patched, "classes.t.gpus", false, NULL), "{4: 100 %}");
    assert_int_equal(scn_patch_apply(&bench->reader, base, &weights, 1, NULL, &patched), SIM_OK);
    assert_tree(scn_find(patched, "classes.t.gpus", false, NULL),
                "{1: 50 %, 2: 50 %, 4: 100 %}"); /* without rows a map is a map */
}

static void shares_of_a_whole_are_replaced_as_a_whole(void **state)
{
    struct bench *bench = *state;
    struct scn_node *base = tree_of(
        bench, "base",
        "communities: {u: {classes: {t: 60 %, d: 40 %}, access: {fibre: 70 %}}, v: {rate: 1 /d}}");
    struct scn_node *over =
        tree_of(bench, "over",
                "communities: {u: {classes: {t: 100 %}, access: {5g: 30 %}}, w: {rate: 2 /d}}");
    struct scn_patch whole = set(bench, "communities.*.classes={d: 100 %}");
    struct scn_patch part = set(bench, "communities.u.classes.t=70 %");
    struct scn_node *patched;

    assert_int_equal(scn_merge(&bench->reader, base, over, toy_fields, &patched), SIM_OK);
    assert_tree(patched,
                "{communities: {u: {classes: {t: 100 %}, access: {fibre: 70 %, 5g: 30 %}}, "
                "v: {rate: 1 /d}, w: {rate: 2 /d}}}"); /* access need not sum to one */
    assert_int_equal(scn_patch_apply(&bench->reader, base, &whole, 1, toy_fields, &patched),
                     SIM_OK);
    assert_tree(scn_find(patched, "communities.u.classes", false, NULL), "{d: 100 %}");
    assert_int_equal(scn_patch_apply(&bench->reader, base, &part, 1, toy_fields, &patched), SIM_OK);
    assert_tree(scn_find(patched, "communities.u.classes", false, NULL), "{t: 70 %, d: 40 %}");
}

static void null_removes_what_was_said_before(void **state)
{
    struct bench *bench = *state;
    struct scn_node *base =
        tree_of(bench, "base",
                "sites: {a: {power: 1 W, pue: 1.5, country: NO}, b: {power: 2 W}}\nseed: 7\n");
    struct scn_node *over = tree_of(
        bench, "over", "sites: {a: {pue: ~, name: null, country: '~'}, b: ~, c: {power: 3 W}}");
    struct scn_patch patches[] = {set(bench, "sites.a.pue=~"), set(bench, "sites.b=null"),
                                  set(bench, "seed=~"), set(bench, "horizon.start=~")};
    struct scn_patch all = set(bench, "sites.*=~");
    struct scn_node *patched;

    assert_int_equal(scn_merge(&bench->reader, base, over, toy_fields, &patched), SIM_OK);
    assert_tree(patched, "{sites: {a: {power: 1 W, country: ~}, c: {power: 3 W}}, seed: 7}");
    assert_int_equal(scn_patch_apply(&bench->reader, base, patches, 4, toy_fields, &patched),
                     SIM_OK);
    assert_tree(patched, "{sites: {a: {power: 1 W, country: NO}}}");
    assert_int_equal(scn_patch_apply(&bench->reader, base, &all, 1, toy_fields, &patched), SIM_OK);
    assert_tree(patched, "{sites: {}, seed: 7}");
    assert_tree(base,
                "{sites: {a: {power: 1 W, pue: 1.5, country: NO}, b: {power: 2 W}}, seed: 7}");
}

static void removing_what_is_not_there_is_an_error(void **state)
{
    struct bench *bench = *state;
    struct scn_node *base =
        tree_of(bench, "base", "sites: {a: {power: 1 W}}\ncutoffs: [2026-01]\n");
    struct scn_node *over = tree_of(bench, "over", "sites: {b: ~}"), *patched;
    struct scn_patch patches[] = {set(bench, "sites.b=~"), set(bench, "sites.b.pue=~"),
                                  set(bench, "sites.a.peu=~"), set(bench, "cutoffs.0=~")};
    static const char *const expected[] = {
        "over:1:12: error: 'b: ~' would remove what is not there",
        "--set: error: sites.b: 'sites.b' is not there, so --set cannot set it",
        "--set: error: sites.b.pue: 'sites.b' is not there, so --set cannot set it",
        "--set: error: sites.a.peu: 'sites.a.peu' is not there, so --set cannot set it",
        "--set: error: cutoffs.0: 'cutoffs' is a list, which is replaced as a whole, so --set "
        "cannot set it",
    };
    char line[400];

    assert_int_equal(scn_merge(&bench->reader, base, over, toy_fields, &patched), SIM_OK);
    assert_int_equal(scn_patch_apply(&bench->reader, base, patches, 4, toy_fields, &patched),
                     SIM_ESCHEMA);
    assert_int_equal(bench->errors.count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(scn_error_format(&bench->errors.error[i], line, sizeof line),
                            expected[i]);
}

static void patches_that_fit_nowhere_are_refused_and_the_rest_applied(void **state)
{
    struct bench *bench = *state;
    struct scn_node *base = tree_of(bench, "base", "a: {x: 1, e: {}, l: [1]}"), *patched;
    struct scn_patch patches[] = {
        set(bench, "a.x.y=1"),
        set(bench, "a.e.*.z=1"),
        set(bench, "a.l.7=1"),
        {.path = "", .node = scn_reader_scalar(&bench->reader, "5", "draw 3"), .label = "draw 3"},
        {.path = "a..x", .node = scn_reader_scalar(&bench->reader, "5", "draw 4")},
        set(bench, "a.x=2"),
    };
    static const char *const expected[] = {
        "--set: error: a.x.y: 'a.x' is no mapping, so --set cannot set it",
        "--set: error: a.e.*.z: 'a.e' has no keys that '*' could match, so --set cannot set it",
        "--set: error: a.l.7: 'a.l' is a list without this item, so --set cannot set it",
        "draw 3: error: draw 3: an override is a mapping of keys",
        "draw 4: error: 'a..x' is not a path; write for example 'sites.lumi.power'",
    };
    char line[400];

    assert_int_equal(scn_patch_apply(&bench->reader, base, patches, 6, NULL, &patched),
                     SIM_ESCHEMA);
    assert_int_equal(bench->errors.count, 5);
    for (size_t i = 0; i < 5; i++)
        assert_string_equal(scn_error_format(&bench->errors.error[i], line, sizeof line),
                            expected[i]);
    assert_tree(patched, "{a: {x: 2, e: {}, l: [1]}}");
}

static void set_takes_any_value_of_yaml(void **state)
{
    struct bench *bench = *state;
    struct scn_patch patch = set(bench, "a.b=12 MW");

    assert_string_equal(patch.path, "a.b");
    assert_string_equal(patch.node->text, "12 MW");
    assert_tree(set(bench, "a={min: 20, max: [1, 2]}").node, "{min: 20, max: [1, 2]}");
    assert_string_equal(set(bench, "a=\"x=y # no comment\"").node->text, "x=y # no comment");
    assert_true(set(bench, "a=\"\"").node->quoted);
    assert_int_equal(scn_patch_from_set(&bench->reader, "a", &patch), SIM_EUSAGE);
    assert_int_equal(scn_patch_from_set(&bench->reader, "a=", &patch), SIM_EUSAGE);
    assert_int_equal(scn_patch_from_set(&bench->reader, "a.=1", &patch), SIM_EUSAGE);
    assert_int_equal(scn_patch_from_set(&bench->reader, "a=[1", &patch), SIM_ESCHEMA);
    assert_int_equal(scn_patch_from_set(&bench->reader, "a=*x", &patch), SIM_ESCHEMA);
    assert_int_equal(bench->errors.error[4].line, 0);
}

int main(void)
{
#define WITH_BENCH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        WITH_BENCH(maps_merge_and_the_rest_is_replaced),
        WITH_BENCH(every_node_keeps_its_own_place),
        WITH_BENCH(large_maps_merge_like_small_ones),
        WITH_BENCH(patches_apply_in_order),
        WITH_BENCH(a_patched_tree_can_be_patched_again_without_changing),
        WITH_BENCH(a_star_matches_one_level_but_not_provenance),
        WITH_BENCH(a_distribution_is_replaced_as_a_whole),
        WITH_BENCH(shares_of_a_whole_are_replaced_as_a_whole),
        WITH_BENCH(null_removes_what_was_said_before),
        WITH_BENCH(removing_what_is_not_there_is_an_error),
        WITH_BENCH(patches_that_fit_nowhere_are_refused_and_the_rest_applied),
        WITH_BENCH(set_takes_any_value_of_yaml),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
