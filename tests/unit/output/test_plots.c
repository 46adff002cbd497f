/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "output/plots.h"
#include "tests/unit/output/fixture.h"

static struct fixture fixture;
static char titles[16][512], names[16][32], dir[128];
static size_t told;

static int tear_down(void **state)
{
    (void)state;
    fixture_destroy(&fixture);
    return 0;
}

static void tell(void *context, const char *name, const char *title, const char *caption,
                 const char *source)
{
    assert_ptr_equal(context, titles);
    assert_true(*title && *caption && *source);
    snprintf(names[told], sizeof names[told], "%s", name);
    snprintf(titles[told++], sizeof titles[0], "%s", title);
}

static enum sim_status draw(enum out_format format, const atomic_int *stop, size_t *count,
                            struct sim_error *err)
{
    struct out_plotting what = {.result_path = fixture_path(&fixture, "result.h5"),
                                .dir = dir,
                                .format = format,
                                .tell = tell,
                                .context = titles,
                                .stop = stop};

    return out_plot_result(&what, count, err);
}

static size_t plot_all(enum fixture_size size, enum out_format format, enum out_trace_level level)
{
    struct sim_error err = {0};
    size_t count = 0;

    told = 0;
    fixture_create(&fixture, size);
    snprintf(dir, sizeof dir, "%s/plots", fixture.dir);
    assert_int_equal(fixture_write(&fixture, level, &err), SIM_OK);
    if (draw(format, NULL, &count, &err) != SIM_OK)
        fail_msg("%s", err.message);
    assert_int_equal(count, told);
    return count;
}

static const char *title_of(const char *name)
{
    for (size_t i = 0; i < told; i++)
        if (!strcmp(names[i], name))
            return titles[i];
    fail_msg("no plot '%s'", name);
    return "";
}

static char *picture(const char *name, size_t *bytes)
{
    char path[256];
    char *text;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    text = fixture_read(path, bytes);
    assert_non_null(text);
    return text;
}

static void seven_sites_give_six_figures_with_findings(void **state)
{
    (void)state;
    assert_int_equal(plot_all(FIXTURE_SEVEN, OUT_FORMAT_SVG, OUT_TRACE_SUMMARY), 6);
    assert_non_null(strstr(title_of("use-map"), "lumi.lumi_g is the fullest machine (9"));
    assert_non_null(strstr(title_of("queue"), "jobs waiting on average"));
    assert_non_null(
        strstr(title_of("waits"), "Jobs of academia wait longest: 95 % start within 5"));
    assert_non_null(strstr(title_of("waits"), "those of startups: 7."));
    assert_non_null(strstr(title_of("energy"), "L-AI Factory "));
    assert_non_null(
        strstr(title_of("europe"), "L-AI Factory delivers the most H100e-hours (24 %)"));
}

/* mn5_ai overtakes lumi_g (0.92), but not by more than their intervals. */
static void a_lead_within_the_noise_is_not_claimed(void **state)
{
    struct sim_error err = {0};
    size_t f = 0, count;

    (void)state;
    told = 0;
    fixture_create(&fixture, FIXTURE_SEVEN);
    while (strcmp(fixture.figure[f].name, "utilisation") != 0 ||
           strcmp(fixture.figure[f].selector, "partition=bsc.mn5_ai") != 0)
        f++;
    count = fixture.about.figure_count;
    for (size_t r = 0; r < 4; r++)
        fixture.value[r * count + f] = r % 2 ? 0.99 : 0.90; /* 0.945, but +- 0.08 */
    snprintf(dir, sizeof dir, "%s/plots", fixture.dir);
    assert_int_equal(fixture_write(&fixture, OUT_TRACE_SUMMARY, &err), SIM_OK);
    assert_int_equal(draw(OUT_FORMAT_SVG, NULL, NULL, &err), SIM_OK);
    assert_non_null(strstr(title_of("use-map"), "No machine clearly leads: bsc.mn5_ai 94"));
}

/* Academia waits longest; but who waits longer than was watched may wait longer still. */
static void a_wait_beyond_the_last_is_drawn_as_larger_than_it(void **state)
{
    struct sim_error err = {0};
    size_t bytes, count, startup, academia;
    char *script;

    (void)state;
    for (int is_longest = 0; is_longest < 2; is_longest++) {
        told = 0;
        fixture_create(&fixture, FIXTURE_SEVEN);
        count = fixture.about.figure_count;
        startup = fixture_row(&fixture, "wait", "p95", "kind=startup");
        academia = fixture_row(&fixture, "wait", "p95", "kind=academia");
        for (size_t r = 0; r < 4; r++)
            fixture.value[r * count + (is_longest ? academia : startup)] = is_longest ? 80 : 8.25;
        fixture.beyond[2 * count + (is_longest ? academia : startup)] = 1;
        snprintf(dir, sizeof dir, "%s/plots", fixture.dir);
        assert_int_equal(fixture_write(&fixture, OUT_TRACE_NONE, &err), SIM_OK);
        assert_int_equal(draw(OUT_FORMAT_SVG, NULL, NULL, &err), SIM_OK);
        script = picture("waits.gp", &bytes);
        assert_non_null(strstr(title_of("waits"),
                               is_longest
                                   ? "Jobs of academia wait longest: 95 % start within > 3.33 d"
                                   : "No user kind clearly waits longest"));
        assert_non_null(strstr(script, is_longest ? "'> 3.33 d'" : "'> 8.25 h'"));
        assert_non_null(strstr(script, "set arrow"));
        free(script);
        if (!is_longest)
            fixture_destroy(&fixture);
    }
}

/* Waits of a minute and of months: fewer words below the axis; an interval that includes 0 has no
 * lower end there, and is no reason for an axis that begins at nothing. */
static void the_axis_of_waits_has_room_for_its_words(void **state)
{
    struct sim_error err = {0};
    size_t bytes, count, sme;
    char *script;

    (void)state;
    told = 0;
    fixture_create(&fixture, FIXTURE_SEVEN);
    count = fixture.about.figure_count;
    sme = fixture_row(&fixture, "wait", "p50", "kind=sme");
    for (size_t f = 0; f < count; f++)
        for (size_t r = 0; r < 4 && !strcmp(fixture.figure[f].name, "wait"); r++)
            fixture.value[r * count + f] *= 400;
    for (size_t r = 0; r < 4; r++)
        fixture.value[r * count + sme] = r ? 0.1 : 0.9; /* 0.3, give or take 0.64 */
    snprintf(dir, sizeof dir, "%s/plots", fixture.dir);
    assert_int_equal(fixture_write(&fixture, OUT_TRACE_NONE, &err), SIM_OK);
    assert_int_equal(draw(OUT_FORMAT_SVG, NULL, NULL, &err), SIM_OK);
    script = picture("waits.gp", &bytes);
    assert_non_null(strstr(script, "set xtics ('1 h' 1, '1 day' 24, '1 week' 168, '1 month' 730, "
                                   "'1 year' 8766, '6 min' 0.1, '6 h' 6, '3 h' 3)\n"));
    assert_non_null(strstr(script, "Those that run off to the left include 0."));
    assert_non_null(strstr(script, "0.3 1 1e-05 0.936"));
    free(script);
}

/* Sixty machines, all half in use, but that number 41 to 59 are empty in the last quarter. */
enum { MANY = 60, MANY_HOURS = 24 * 7 * 40 };

static enum sim_status write_many(struct fixture *many)
{
    static char name[MANY][24];
    static const char *names_of[MANY];
    char digest[OUT_DIGEST_BYTES];
    struct out_run *run;
    struct sim_trace *trace;
    enum sim_status status;

    for (size_t p = 0; p < MANY; p++) {
        snprintf(name[p], sizeof name[p], p == 7 ? "MWMWMWMWMWMWMWMWMWMW" : "m.%zu", p);
        names_of[p] = name[p];
    }
    many->labels[0] = (struct out_labels){"/labels/partition", MANY, names_of};
    many->series[0].item_count = MANY;
    many->about.series_count = 1;
    status = out_run_create(many->dir, &many->about, OUT_TRACE_SUMMARY, false, &run, NULL);
    if (status)
        return status;
    trace = out_run_trace(run, 0);
    for (size_t h = 0; !status && h < MANY_HOURS; h++) {
        float value[MANY];

        for (size_t p = 0; p < MANY; p++)
            value[p] = p > 40 && h > MANY_HOURS * 3 / 4 ? 0.0f : 0.5f;
        status = trace->sample(trace, &many->series[0], value, NULL);
    }
    if (!status)
        return out_run_finish(run, many->value, many->beyond, many->replications, digest, NULL);
    out_run_abandon(run);
    return status;
}

static void sixty_machines_stay_legible(void **state)
{
    struct sim_error err = {0};
    double wide = 0, high = 0;
    char *script;
    size_t bytes;

    (void)state;
    told = 0;
    fixture_create(&fixture, FIXTURE_SMALL);
    snprintf(dir, sizeof dir, "%s/plots", fixture.dir);
    assert_int_equal(write_many(&fixture), SIM_OK);
    assert_int_equal(draw(OUT_FORMAT_SVG, NULL, NULL, &err), SIM_OK);
    script = picture("use-map.gp", &bytes); /* a row takes 9 points: 60 of them more than a page */
    sscanf(strstr(script, "svg size "), "svg size %lf,%lf", &wide, &high);
    assert_true(high > 0.98 * wide);
    assert_non_null(strstr(script, "('m.59' 0)"));
    assert_null(strstr(script, "MWMWMWMWMWMWMWMWMWMW")); /* wide letters: shortened below 24 */
    assert_non_null(strstr(script, "('MWMWMW"));
    free(script);
    script = picture("use-lines.gp", &bytes); /* 19 that changed, and the first 5 of the others */
    assert_non_null(strstr(script, "'m.41'"));
    assert_non_null(strstr(script, "'m.59'"));
    assert_non_null(strstr(script, "'m.4'"));
    assert_null(strstr(script, "'m.5'"));
    assert_non_null(strstr(script, "the 24 of 60 that changed most"));
    free(script);
}

static void the_largest_sites_are_drawn_to_their_end(void **state)
{
    static char selector[30][16];
    struct sim_error err = {0};
    char *script;
    size_t bytes;

    (void)state;
    told = 0;
    fixture_create(&fixture, FIXTURE_SMALL);
    fixture.replications = fixture.about.replication_count = 1; /* values in one row */
    for (size_t k = 0; k < 30; k++) {
        snprintf(selector[k], sizeof selector[k], "site=s%zu", k);
        fixture_add(&fixture, "energy", "", selector[k], "MWh", 1e6 * (double)(k + 1));
    }
    snprintf(dir, sizeof dir, "%s/plots", fixture.dir);
    assert_int_equal(fixture_write(&fixture, OUT_TRACE_NONE, &err), SIM_OK);
    assert_int_equal(draw(OUT_FORMAT_SVG, NULL, NULL, &err), SIM_OK);
    script = picture("energy.gp", &bytes);
    assert_non_null(strstr(script, "the 24 largest of 32 sites"));
    assert_non_null(strstr(script, "'s29'"));
    assert_null(strstr(script, "'s5'"));
    assert_true(strtod(strstr(script, "set xrange [0:") + 14, NULL) > 1.2 * 0.97 * 30e3); /* GWh */
    free(script);
}

static void waits_of_no_length_are_told_in_a_word(void **state)
{
    struct sim_error err = {0};

    (void)state;
    for (int is_drawn = 1; is_drawn >= 0; is_drawn--) { /* else nobody has a wait */
        told = 0;
        fixture_create(&fixture, FIXTURE_SMALL);
        for (size_t f = 0; f < fixture.about.figure_count; f++)
            for (size_t r = 0; r < 2 && !strcmp(fixture.figure[f].name, "wait"); r++)
                fixture.value[r * fixture.about.figure_count + f] = is_drawn ? 0.001 : NAN;
        snprintf(dir, sizeof dir, "%s/plots", fixture.dir);
        assert_int_equal(fixture_write(&fixture, OUT_TRACE_NONE, &err), SIM_OK);
        assert_int_equal(draw(OUT_FORMAT_SVG, NULL, NULL, &err), SIM_OK);
        assert_int_equal(access(fixture_path(&fixture, "plots/waits.svg"), F_OK) == 0, is_drawn);
        if (is_drawn) {
            assert_string_equal(title_of("waits"),
                                "95 % of the jobs of every user kind start in under 1 min");
            fixture_destroy(&fixture);
        }
    }
}

static void the_map_is_small_and_says_whose_borders_it_shows(void **state)
{
    size_t bytes = 0;
    char *svg;

    (void)state;
    plot_all(FIXTURE_SEVEN, OUT_FORMAT_SVG, OUT_TRACE_NONE);
    svg = picture("europe.svg", &bytes);
    assert_true(bytes < 150000);
    assert_non_null(strstr(svg, "Natural Earth"));
    assert_non_null(strstr(svg, "HammerHAI"));
    free(svg);
}

static void a_file_without_series_gives_the_figures_it_can(void **state)
{
    (void)state;
    assert_int_equal(plot_all(FIXTURE_SEVEN, OUT_FORMAT_SVG, OUT_TRACE_NONE), 3);
    assert_string_equal(names[0], "waits");
}

static void long_names_lose_their_middle(void **state)
{
    char out[4 * 12 + 1];

    (void)state;
    assert_string_equal(out_shorten("twelve chars", out, 12), "twelve chars");
    assert_string_equal(out_shorten("National centre, part 2", out, 12), "Natio\xE2\x80\xA6part 2");
    assert_string_equal(out_shorten("\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9", out, 4),
                        "\xC3\xA9\xE2\x80\xA6\xC3\xA9\xC3\xA9");
    assert_string_equal(out_shorten("a\x1b[31m\nb", out, 12), "a[31mb");
}

static void equal_results_give_equal_pictures(void **state)
{
    static const char *const name[] = {"use-map.svg", "use-lines.svg", "europe.svg"};
    char *first[3];
    size_t bytes[3] = {0}, again = 0;

    (void)state;
    plot_all(FIXTURE_SMALL, OUT_FORMAT_SVG, OUT_TRACE_SUMMARY);
    for (size_t i = 0; i < 3; i++)
        first[i] = picture(name[i], &bytes[i]);
    fixture_destroy(&fixture);
    plot_all(FIXTURE_SMALL, OUT_FORMAT_SVG, OUT_TRACE_SUMMARY);
    for (size_t i = 0; i < 3; i++) {
        char *second = picture(name[i], &again);

        assert_int_equal(bytes[i], again);
        assert_memory_equal(first[i], second, again);
        free(first[i]);
        free(second);
    }
}

/* The titles of the small fixture try to run commands and to close the picture's elements. */
static void hostile_names_are_drawn_and_nothing_else(void **state)
{
    char *svg, path[256];
    size_t bytes = 0;

    (void)state;
    assert_int_equal(plot_all(FIXTURE_SMALL, OUT_FORMAT_SVG, OUT_TRACE_SUMMARY), 6);
    svg = picture("energy.svg", &bytes);
    assert_non_null(strstr(svg, "`touch pwned-1`"));
    assert_non_null(strstr(svg, "&lt;script>alert"));
    assert_null(strstr(svg, "<script>alert"));
    assert_null(strchr(svg, '\x1b'));
    free(svg);
    for (int i = 1; i <= 3; i++) {
        snprintf(path, sizeof path, "%s/pwned-%d", dir, i);
        assert_false(fixture_exists(path));
        snprintf(path, sizeof path, "pwned-%d", i);
        assert_false(fixture_exists(path));
    }
}

static void png_and_pdf_come_out_too(void **state)
{
    (void)state;
    assert_int_equal(plot_all(FIXTURE_SMALL, OUT_FORMAT_PNG, OUT_TRACE_SUMMARY), 6);
    fixture_destroy(&fixture);
    assert_int_equal(plot_all(FIXTURE_SMALL, OUT_FORMAT_PDF, OUT_TRACE_SUMMARY), 6);
}

/* By hand: the centre is 0, 0; a point d degrees along the meridian lies at 2 R sin(d / 2). */
static void the_projection_keeps_distances_on_the_central_meridian(void **state)
{
    double x, y;

    (void)state;
    out_project(52.0, 10.0, &x, &y);
    assert_true(fabs(x) < 1e-9 && fabs(y) < 1e-9);
    out_project(62.0, 10.0, &x, &y);
    assert_true(fabs(x) < 1e-9);
    assert_true(fabs(y - 2.0 * 6371.0 * sin(5.0 * 0.017453292519943295)) < 1e-6);
    out_project(64.231, 27.704, &x, &y);
    assert_true(x > 800.0 && x < 900.0 && y > 1400.0 && y < 1500.0);
    out_project(52.0, 0.0, &x, &y); /* the parallel bends up on both sides */
    assert_true(x < -680.0 && x > -690.0 && y > 40.0 && y < 50.0);
}

static void plots_of_figures_are_there(void **state)
{
    struct mdl_figure_about about;
    size_t named = 0;

    (void)state;
    for (size_t i = 0; mdl_figure_about(i, &about); i++) {
        named += *about.plot != '\0';
        if (*about.plot && !out_plot_exists(about.plot))
            fail_msg("%s: there is no plot '%s'", about.name, about.plot);
    }
    assert_true(named >= 10);
    assert_false(out_plot_exists("use"));
}

/* The matrix of a heat map is drawn cell by cell; the last one ends with the window. */
static void a_last_week_that_is_not_whole_is_drawn_as_long_as_it_is(void **state)
{
    size_t bytes = 0;
    char *script;

    (void)state;
    plot_all(FIXTURE_SEVEN, OUT_FORMAT_SVG, OUT_TRACE_SUMMARY);
    script = picture("use-map.gp", &bytes);
    assert_non_null(strstr(script, "set xrange [0:365]"));
    assert_non_null(strstr(script, "end(x) = x < 365 ? x : 365"));
    free(script);
}

static void a_site_off_the_map_is_in_the_table(void **state)
{
    struct sim_error err = {0};
    size_t i = 0, bytes = 0;
    char *script;

    (void)state;
    told = 0;
    fixture_create(&fixture, FIXTURE_SEVEN);
    while (strcmp(fixture.input[i].path, "sites.lumi.place.lat") != 0)
        i++;
    fixture.input[i].value = "-21.1"; /* on Réunion */
    snprintf(dir, sizeof dir, "%s/plots", fixture.dir);
    assert_int_equal(fixture_write(&fixture, OUT_TRACE_NONE, &err), SIM_OK);
    assert_int_equal(draw(OUT_FORMAT_SVG, NULL, NULL, &err), SIM_OK);
    script = picture("europe.gp", &bytes);
    assert_non_null(strstr(script, "LUMI AI Factory"));
    assert_non_null(strstr(script, "*: not on the map"));
    free(script);
}

static void write_text(const char *name, const char *text)
{
    char path[256];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s", dir, name);
    file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static bool is_there(const char *name)
{
    char path[256];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    return access(path, F_OK) == 0;
}

static void only_plots_of_ours_are_removed(void **state)
{
    size_t count = 0;

    (void)state;
    assert_int_equal(plot_all(FIXTURE_SEVEN, OUT_FORMAT_SVG, OUT_TRACE_NONE), 3);
    write_text("queue.svg", "drawn by hand");
    write_text("use-map.gp", "plot sin(x)");
    write_text("use-map.svg", "drawn by hand");
    assert_int_equal(out_plot_remove(dir, &count, NULL), SIM_OK);
    assert_int_equal(count, 3);
    assert_false(is_there("waits.svg") || is_there("waits.gp") || is_there("europe.svg"));
    assert_true(is_there("queue.svg") && is_there("use-map.svg") && is_there("use-map.gp"));
    fixture_destroy(&fixture);
    plot_all(FIXTURE_SEVEN, OUT_FORMAT_PNG, OUT_TRACE_NONE);
    assert_int_equal(out_plot_remove(dir, &count, NULL), SIM_OK);
    assert_false(is_there("")); /* the folder goes with its last plot */
    assert_int_equal(out_plot_remove(dir, &count, NULL), SIM_OK);
    assert_int_equal(count, 0);
}

static void a_stop_ends_the_drawing_and_leaves_no_half_of_it(void **state)
{
    const atomic_int stop = 15;
    struct sim_error err = {0};

    (void)state;
    fixture_create(&fixture, FIXTURE_SEVEN);
    snprintf(dir, sizeof dir, "%s/plots", fixture.dir);
    assert_int_equal(fixture_write(&fixture, OUT_TRACE_NONE, NULL), SIM_OK);
    assert_int_equal(draw(OUT_FORMAT_SVG, &stop, NULL, &err), SIM_EINTERRUPTED);
    assert_int_equal(rmdir(dir), 0); /* nothing in it */
}

int main(void)
{
#define TEST(name) cmocka_unit_test_teardown(name, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plots_of_figures_are_there),
        TEST(seven_sites_give_six_figures_with_findings),
        TEST(a_lead_within_the_noise_is_not_claimed),
        TEST(a_wait_beyond_the_last_is_drawn_as_larger_than_it),
        TEST(sixty_machines_stay_legible),
        TEST(the_largest_sites_are_drawn_to_their_end),
        TEST(the_axis_of_waits_has_room_for_its_words),
        TEST(waits_of_no_length_are_told_in_a_word),
        TEST(the_map_is_small_and_says_whose_borders_it_shows),
        TEST(a_file_without_series_gives_the_figures_it_can),
        TEST(a_last_week_that_is_not_whole_is_drawn_as_long_as_it_is),
        TEST(a_site_off_the_map_is_in_the_table),
        TEST(only_plots_of_ours_are_removed),
        TEST(a_stop_ends_the_drawing_and_leaves_no_half_of_it),
        cmocka_unit_test(long_names_lose_their_middle),
        TEST(equal_results_give_equal_pictures),
        TEST(hostile_names_are_drawn_and_nothing_else),
        TEST(png_and_pdf_come_out_too),
        cmocka_unit_test(the_projection_keeps_distances_on_the_central_meridian),
    };

    if (system("gnuplot --version >/dev/null 2>&1") != 0) {
        print_message("skipped: no gnuplot\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
