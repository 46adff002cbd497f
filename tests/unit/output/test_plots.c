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
