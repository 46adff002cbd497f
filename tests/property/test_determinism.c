/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Same input, same bytes: whatever the number of threads, the locale, the time zone and the
 * company in the scenario. The program's files come from the program itself as a child process,
 * with seven-2026 cut to a week; rows and figures in process.
 */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "experiments/replications.h"
#include "tests/support/program.h"
#include "tests/support/random_scenario.h"
#include "tests/support/scenario.h"

#define SEVEN "scenarios/europe/seven-2026.yaml"
#define WEEK  "horizon={start: 2026-12-10, end: 2026-12-17, preroll: 2 d, followup: 1 d}"

enum { STRANGERS = 40 };

/* ---- files ---- */

struct result {
    char dir[256];
};

static struct result run_program(const char *threads, const char *seed,
                                 const char *const *environment)
{
    struct result result;
    struct program_use use;

    program_make_dir(result.dir, sizeof result.dir);
    use =
        program_run((const char *const[]){"run", SEVEN, "--set", WEEK, "-r", "3", "-j", threads,
                                          "--seed", seed, "--trace", "jobs", "--trace-replications",
                                          "all", "--quiet", "--no-plots", "-o", result.dir, NULL},
                    environment);
    assert_int_equal(use.exit_code, 0);
    return result;
}

static bool same_file(const struct result *a, const struct result *b, const char *name)
{
    char x[300], y[300];

    snprintf(x, sizeof x, "%s/%s", a->dir, name);
    snprintf(y, sizeof y, "%s/%s", b->dir, name);
    return program_same_bytes(x, y);
}

static void are_the_same(struct result a, struct result b)
{
    assert_true(same_file(&a, &b, "result.h5"));
    assert_true(same_file(&a, &b, "summary.csv"));
    assert_true(same_file(&a, &b, "summary.json"));
    program_remove_dir(a.dir);
    program_remove_dir(b.dir);
}

static void two_runs_write_the_same_bytes(void **state)
{
    (void)state;
    are_the_same(run_program("1", "7", NULL), run_program("1", "7", NULL));
}

static void one_and_two_threads_write_the_same_bytes(void **state)
{
    (void)state;
    are_the_same(run_program("1", "7", NULL), run_program("2", "7", NULL));
}

static void another_seed_writes_other_bytes(void **state)
{
    struct result a = run_program("2", "7", NULL), b = run_program("2", "8", NULL);

    (void)state;
    assert_false(same_file(&a, &b, "result.h5"));
    assert_false(same_file(&a, &b, "summary.csv"));
    program_remove_dir(a.dir);
    program_remove_dir(b.dir);
}

/* ---- a locale with a decimal comma ---- */

/* Sets a German locale, made for the occasion below dir where the system has none. */
static bool set_comma(const char *dir)
{
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "de_DE", "fr_FR.UTF-8", NULL};
    char command[400];

    snprintf(command, sizeof command,
             "localedef -i de_DE -f UTF-8 '%s/de_DE.UTF-8' >/dev/null 2>&1", dir);
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; names[i]; i++) {
            if (setlocale(LC_ALL, names[i]) && strcmp(localeconv()->decimal_point, ",") == 0)
                return true;
        }
        if (round == 0 && system(command) == 0)
            setenv("LOCPATH", dir, 1);
    }
    return false;
}

static void a_decimal_comma_and_a_far_time_zone_change_no_byte(void **state)
{
    char dir[256], locpath[300];
    bool has_comma;

    (void)state;
    program_make_dir(dir, sizeof dir);
    has_comma = set_comma(dir);
    setlocale(LC_ALL, "C");
    unsetenv("LOCPATH");
    if (has_comma) { /* glibc leaks where LOCPATH is set, which is not ours to tell */
        const char *const environment[] = {locpath,
                                           "LC_ALL=de_DE.UTF-8",
                                           "LANG=de_DE",
                                           "TZ=Pacific/Kiritimati",
                                           "ASAN_OPTIONS=detect_leaks=0",
                                           NULL};

        snprintf(locpath, sizeof locpath, "LOCPATH=%s", dir);
        are_the_same(run_program("2", "7", NULL), run_program("2", "7", environment));
    }
    program_remove_dir(dir);
    if (!has_comma) {
        print_message("skipped: no locale with a decimal comma\n");
        skip();
    }
}

/* ---- figures ---- */

static double *figures_of(const struct scenario *scenario, uint64_t seed, size_t threads)
{
    double *value = calloc(3 * scenario->plan->figure_count, sizeof *value);

    assert_non_null(value);
    assert_int_equal(exp_replications_run(
                         &(struct exp_replications){
                             .plan = scenario->plan, .seed = seed, .count = 3, .threads = threads},
                         value, NULL),
                     SIM_OK);
    return value;
}

static struct scenario week_of_seven(const char *const *more, size_t count)
{
    const char *sets[8] = {WEEK};
    struct scenario scenario;

    assert_true(count < 8);
    for (size_t i = 0; i < count; i++)
        sets[i + 1] = more[i];
    scenario_must_load(
        &(struct scenario_source){.path = SEVEN, .sets = sets, .set_count = count + 1}, &scenario);
    return scenario;
}

static void figures_are_the_same_to_the_bit(void **state)
{
    struct scenario first = week_of_seven(NULL, 0), second = week_of_seven(NULL, 0);
    size_t count = first.plan->figure_count, bytes = count * sizeof(double);
    double *a = figures_of(&first, 7, 1), *b = figures_of(&second, 7, 2);
    double *c = figures_of(&first, 8, 2);

    (void)state;
    assert_string_equal(first.loaded.canonical, second.loaded.canonical);
    assert_int_equal(second.plan->figure_count, count);
    assert_memory_equal(a, b, 3 * bytes);
    assert_memory_not_equal(a, c, bytes);         /* another seed */
    assert_memory_not_equal(a, a + count, bytes); /* another replication */
    free(a);
    free(b);
    free(c);
    scenario_release(&first);
    scenario_release(&second);
}

/* What is read and computed; texts of numbers rely on the program never leaving the C locale. */
static void figures_do_not_depend_on_the_locale_of_the_process(void **state)
{
    struct scenario plain = week_of_seven(NULL, 0), comma;
    double *a = figures_of(&plain, 7, 1), *b;
    char dir[256];

    (void)state;
    program_make_dir(dir, sizeof dir);
    if (!set_comma(dir)) {
        print_message("skipped: no locale with a decimal comma\n");
        program_remove_dir(dir);
        skip();
    }
    comma = week_of_seven(NULL, 0);
    b = figures_of(&comma, 7, 1);
    setlocale(LC_ALL, "C");
    unsetenv("LOCPATH");
    program_remove_dir(dir);
    assert_memory_equal(a, b, 3 * plain.plan->figure_count * sizeof *a);
    free(a);
    free(b);
    scenario_release(&plain);
    scenario_release(&comma);
}

/* ---- rows ---- */

static void rows_of(const struct scenario *scenario, uint64_t seed, struct job_rows *rows)
{
    double *value = calloc(scenario->plan->figure_count, sizeof *value);
    struct sim_error err = {0};

    assert_non_null(value);
    job_rows_init(rows);
    if (scenario_replicate(scenario->plan, seed, 0, 0, &rows->trace, value, &err))
        fail_msg("%s", err.message);
    job_rows_sort(rows);
    free(value);
}

static const char *community(const struct scenario *scenario, int32_t index)
{
    return scenario->plan->source[index].item->key;
}

/* The rows of a community, which lie side by side. */
static const struct mdl_job_record *rows_by_name(const struct scenario *scenario,
                                                 const struct job_rows *rows, const char *name,
                                                 size_t *count)
{
    const struct mdl_job_record *first = NULL;

    *count = 0;
    for (size_t i = 0; i < rows->count; i++) {
        if (strcmp(community(scenario, rows->row[i].community), name) != 0)
            continue;
        first = first ? first : &rows->row[i];
        ++*count;
    }
    return first;
}

/* The same row but for the indexes, which must name the same. */
static bool same_row(const struct scenario *a, const struct mdl_job_record *x,
                     const struct scenario *b, const struct mdl_job_record *y)
{
    struct mdl_job_record z = *y;

    z.community = x->community;
    z.partition = x->partition;
    z.site = x->site;
    z.job_class = x->job_class;
    return strcmp(a->plan->partition[x->partition].name, b->plan->partition[y->partition].name) ==
               0 &&
           strcmp(a->plan->site[x->site].config->item.key,
                  b->plan->site[y->site].config->item.key) == 0 &&
           strcmp(a->plan->class_config[x->job_class].item.key,
                  b->plan->class_config[y->job_class].item.key) == 0 &&
           memcmp(x, &z, offsetof(struct mdl_job_record, outcome) + sizeof x->outcome) == 0;
}

/* Every community of `alone` has in `company` the rows that it has alone. */
static size_t same_rows(const struct scenario *alone, const struct scenario *company, uint64_t seed,
                        const char *stranger)
{
    struct job_rows a, b;
    size_t compared = 0, others;

    rows_of(alone, seed, &a);
    rows_of(company, seed, &b);
    for (size_t s = 0; s < alone->plan->source_count; s++) {
        const char *name = community(alone, (int32_t)s);
        const struct mdl_job_record *x, *y;
        size_t n, m;

        x = rows_by_name(alone, &a, name, &n);
        y = rows_by_name(company, &b, name, &m);
        if (n != m)
            fail_msg("seed %d: '%s' has %zu rows alone and %zu in company", (int)seed, name, n, m);
        for (size_t i = 0; i < n; i++, compared++) {
            if (!same_row(alone, &x[i], company, &y[i]))
                fail_msg("seed %d: job %d of '%s' differs", (int)seed, (int)x[i].id, name);
        }
    }
    rows_by_name(company, &b, stranger, &others);
    assert_true(others > 0);
    assert_int_equal(b.count, a.count + others);
    job_rows_release(&a);
    job_rows_release(&b);
    return compared;
}

static void a_stranger_changes_no_row_of_seven_2026(void **state)
{
    const char *const more[] = {
        "sites.nowhere={country: IS, partitions: {far: {nodes: 6, policy: easy}}}",
        "classes.alien={nodes: 2, run: {exponential: {mean: 40 min}}, walltime: exact}",
        "communities.abroad={country: IS, kind: sme, submit: {rate: 5 /h, home: {nowhere.far: "
        "100 %}, classes: {alien: 100 %}, batch: 2.5}}"};
    struct scenario alone = week_of_seven(NULL, 0), company = week_of_seven(more, 3);

    (void)state;
    assert_true(same_rows(&alone, &company, 7, "abroad") > 10000);
    scenario_release(&alone);
    scenario_release(&company);
}

/* With the stranger before all others, so that every index moves. */
static void a_stranger_in_front_changes_no_row_of_random_scenarios(void **state)
{
    static char text[RANDOM_SCENARIO_BYTES];
    size_t compared = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= STRANGERS; seed++) {
        struct scenario alone, company;

        random_scenario(seed, false, text);
        scenario_must_load(&(struct scenario_source){.path = "alone", .text = text}, &alone);
        random_scenario(seed, true, text);
        scenario_must_load(&(struct scenario_source){.path = "company", .text = text}, &company);
        compared += same_rows(&alone, &company, seed, "abroad");
        scenario_release(&alone);
        scenario_release(&company);
    }
    assert_true(compared > 10000);
}

/* ---- demand that is scaled ---- */

static const char scaled[] =
    "aifsim: 1\n"
    "name: scaled\n"
    "accelerators: {h100: {}}\n"
    "horizon: {start: 2026-03-02, end: 2026-03-30, followup: 200 d}\n"
    "sites:\n"
    "  here: {country: PT, partitions: {\n"
    "    big: {nodes: 64, gpus_per_node: 4, accelerator: h100, policy: easy},\n"
    "    small: {nodes: 32, gpus_per_node: 8, accelerator: h100, policy: fcfs}}}\n"
    "classes:\n"
    "  short: {gpus: {1: 60 %, 16: 40 %}, run: {exponential: {mean: 20 min}}, walltime: round,\n"
    "          overestimate: {lognormal: {median: 2, sigma: 1, min: 1}}, outcome: {failed: 20 %}}\n"
    "  long:  {gpus: {8: 50 %, 64: 50 %}, run: {lognormal: {median: 2 h, sigma: 1}},\n"
    "          walltime: exact, bundle: 3}\n"
    "communities:\n"
    "  users: {country: DE, kind: sme, submit: {rate: 40 /d, growth: 30 %/yr, batch: 2.5,\n"
    "          home: {here.big: 70 %, here.small: 30 %}, classes: {short: 80 %, long: 20 %}}}\n"
    "broker: {rule: home}\n";

static void twice_the_demand_keeps_the_nth_job(void **state)
{
    const char *const twice[] = {"communities.users.submit.rate=80 /d"};
    struct scenario one, two;
    struct job_rows a, b;
    size_t earlier = 0, i;

    (void)state;
    scenario_must_load(&(struct scenario_source){.path = "scaled", .text = scaled}, &one);
    scenario_must_load(
        &(struct scenario_source){.path = "scaled", .text = scaled, .sets = twice, .set_count = 1},
        &two);
    rows_of(&one, 7, &a);
    rows_of(&two, 7, &b);
    assert_true(a.count > 1000);
    assert_true((double)b.count > 1.8 * (double)a.count);
    for (i = 0; i < a.count && i < b.count; i++) {
        const struct mdl_job_record *x = &a.row[i], *y = &b.row[i];

        assert_int_equal(x->id, i);
        assert_int_equal(y->id, i);
        assert_int_equal(x->job_class, y->job_class);
        assert_int_equal(x->partition, y->partition);
        assert_int_equal(x->gpus_milli, y->gpus_milli);
        assert_int_equal(x->walltime_s, y->walltime_s);
        assert_int_equal(x->bundle, y->bundle);
        if (!isnan(x->time_end_s) && !isnan(y->time_end_s)) {
            assert_int_equal(x->outcome, y->outcome);
            assert_true(
                fabs((x->time_end_s - x->time_start_s) - (y->time_end_s - y->time_start_s)) < 1e-6);
        }
        earlier += y->time_submit_s < x->time_submit_s;
    }
    assert_true(earlier > a.count * 9 / 10);
    job_rows_release(&a);
    job_rows_release(&b);
    scenario_release(&one);
    scenario_release(&two);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_runs_write_the_same_bytes),
        cmocka_unit_test(one_and_two_threads_write_the_same_bytes),
        cmocka_unit_test(another_seed_writes_other_bytes),
        cmocka_unit_test(a_decimal_comma_and_a_far_time_zone_change_no_byte),
        cmocka_unit_test(figures_are_the_same_to_the_bit),
        cmocka_unit_test(figures_do_not_depend_on_the_locale_of_the_process),
        cmocka_unit_test(a_stranger_changes_no_row_of_seven_2026),
        cmocka_unit_test(a_stranger_in_front_changes_no_row_of_random_scenarios),
        cmocka_unit_test(twice_the_demand_keeps_the_nth_job),
    };

    (void)argc;
    program_init(argv[0]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
