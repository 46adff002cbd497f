/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>

#include "output/gnuplot.h"
#include "tests/unit/output/fixture.h"

static struct fixture fixture;
static struct out_text script;

static int set_up(void **state)
{
    (void)state;
    fixture_create(&fixture, FIXTURE_SMALL);
    script = (struct out_text){0};
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    out_text_release(&script);
    fixture_destroy(&fixture);
    return 0;
}

static enum sim_status draw(enum out_format format, struct sim_error *err)
{
    return out_gnuplot_draw(
        &script, &(struct out_picture){fixture.dir, "test", format, 10.0, 8.0, NULL}, err);
}

static void quoted_is(const char *text, const char *quoted)
{
    struct out_text out = {0};

    out_gnuplot_quote(&out, text);
    assert_string_equal(out.bytes, quoted);
    out_text_release(&out);
}

static void quoting_leaves_nothing_that_gnuplot_or_svg_would_obey(void **state)
{
    (void)state;
    quoted_is("plain \xC3\xA9", "'plain \xC3\xA9'");
    quoted_is("it's ''twice''",
              "'it\xE2\x80\x99s \xE2\x80\x99\xE2\x80\x99twice\xE2\x80\x99\xE2\x80\x99'");
    quoted_is("a\n!touch x\r\tb\x7f\x1b[0m", "'a!touch xb[0m'");
    quoted_is("]]> and ]]]>", "']] > and ]]] >'");
    quoted_is("bidi \xE2\x80\xAE zero \xE2\x80\x8B bom \xEF\xBB\xBF non \xEF\xBF\xBE end",
              "'bidi  zero  bom  non  end'");
    quoted_is("broken \xff\xc0\xaf \xed\xa0\x80 \xf5 utf", "'broken    utf'");
    quoted_is("", "''");
}

static void long_text_is_cut_at_200_characters(void **state)
{
    char text[2 * 300 + 1] = "";
    struct out_text out = {0};

    (void)state;
    for (int i = 0; i < 300; i++)
        strcat(text, "\xC3\xA9");
    out_gnuplot_quote(&out, text);
    assert_int_equal(out.length, 2 * 200 + 2);
    out_text_release(&out);
}

static void every_format_comes_out_whole(void **state)
{
    struct sim_error err = {0};

    (void)state;
    out_text_add(&script, "plot sin(x)\n");
    for (int format = OUT_FORMAT_SVG; format <= OUT_FORMAT_PDF; format++) {
        char name[32];

        assert_int_equal(draw((enum out_format)format, &err), SIM_OK);
        snprintf(name, sizeof name, "test.%s", out_format_name((enum out_format)format));
        assert_true(fixture_exists(fixture_path(&fixture, name)));
    }
}

static void the_kept_script_redraws_the_picture(void **state)
{
    char command[200], *first, *again;
    size_t first_bytes, again_bytes;

    (void)state;
    out_text_add(&script, "$d << EOD\n1 2\n3 4\nEOD\nplot $d with lines\n");
    assert_int_equal(draw(OUT_FORMAT_SVG, NULL), SIM_OK);
    first = fixture_read(fixture_path(&fixture, "test.svg"), &first_bytes);
    assert_int_equal(unlink(fixture_path(&fixture, "test.svg")), 0);
    snprintf(command, sizeof command, "cd '%s' && gnuplot test.gp", fixture.dir);
    assert_int_equal(system(command), 0);
    again = fixture_read(fixture_path(&fixture, "test.svg"), &again_bytes);
    assert_non_null(again);
    assert_int_equal(first_bytes, again_bytes);
    assert_memory_equal(first, again, first_bytes);
    free(first);
    free(again);
}

static size_t entries(const char *dir)
{
    DIR *folder = opendir(dir);
    size_t count = 0;

    assert_non_null(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count - 2;
}

static void a_scenarios_words_run_nothing(void **state)
{
    static const char *const vectors[] = {
        "`touch /tmp/aifsim-pwned`",     "'. system('touch /tmp/aifsim-pwned') .'",
        "x\n!touch /tmp/aifsim-pwned\n", "x'\nset output '|touch /tmp/aifsim-pwned",
        "\\'`touch /tmp/aifsim-pwned`",  "@x $(touch /tmp/aifsim-pwned)",
    };
    struct sim_error err = {0};

    (void)state;
    unlink("/tmp/aifsim-pwned");
    for (size_t i = 0; i < sizeof vectors / sizeof *vectors; i++) {
        out_text_add(&script, "set label ");
        out_gnuplot_quote(&script, vectors[i]);
        out_text_add(&script, " at graph 0.1,0.%zu noenhanced\nset title ", i + 1);
        out_gnuplot_quote(&script, vectors[i]);
        out_text_add(&script, "\n");
    }
    out_text_add(&script, "plot x\n");
    assert_int_equal(draw(OUT_FORMAT_SVG, &err), SIM_OK);
    assert_false(fixture_exists("/tmp/aifsim-pwned"));
    assert_int_equal(entries(fixture.dir), 2); /* picture and script, no folder left */
}

/* Were the quoting to fail, the process could still start nothing. */
static void even_a_hostile_script_starts_no_process(void **state)
{
    char path[128];

    (void)state;
    snprintf(path, sizeof path, "%s/pwned", fixture.dir);
    out_text_add(&script, "x = system('touch %s')\n!touch %s\nplot \"`touch %s`\", sin(x)\n", path,
                 path, path);
    draw(OUT_FORMAT_SVG, NULL);
    assert_false(fixture_exists(path));
}

static void a_mistake_is_told_in_gnuplots_words(void **state)
{
    struct sim_error err = {0};

    (void)state;
    out_text_add(&script, "plot nonsense(x)\n");
    assert_int_equal(draw(OUT_FORMAT_SVG, &err), SIM_ETOOL);
    assert_non_null(strstr(err.message, "undefined function"));
    assert_false(fixture_exists(fixture_path(&fixture, "test.svg")));
}

static void an_empty_picture_is_an_error(void **state)
{
    struct sim_error err = {0};

    (void)state;
    out_text_add(&script, "x = 1\n");
    assert_int_equal(draw(OUT_FORMAT_SVG, &err), SIM_ETOOL);
    assert_non_null(strstr(err.message, "empty"));
}

static void a_missing_gnuplot_is_a_message(void **state)
{
    struct sim_error err = {0};
    char *path = strdup(getenv("PATH"));
    enum sim_status status;

    (void)state;
    out_text_add(&script, "plot x\n");
    setenv("PATH", "/nonexistent", 1);
    status = draw(OUT_FORMAT_SVG, &err);
    setenv("PATH", path, 1);
    free(path);
    assert_int_equal(status, SIM_ETOOL);
    assert_non_null(strstr(err.message, "not installed"));
}

static void a_name_that_is_not_ours_is_refused(void **state)
{
    (void)state;
    assert_int_equal(
        out_gnuplot_draw(
            &script, &(struct out_picture){fixture.dir, "../x", OUT_FORMAT_SVG, 10, 8, NULL}, NULL),
        SIM_EUSAGE);
}

/* Cut anywhere, or with a line lost from the middle, a picture is not taken for whole. */
static void damaged_pictures_are_noticed(void **state)
{
    static const char *const names[] = {"test.svg", "test.png", "test.pdf"};
    size_t bytes;
    char *whole;

    (void)state;
    out_text_add(&script, "set title 'a & b < c'\nplot sin(x), cos(x) with points\n");
    for (int format = 0; format < 3; format++) {
        assert_int_equal(draw((enum out_format)format, NULL), SIM_OK);
        whole = fixture_read(fixture_path(&fixture, names[format]), &bytes);
        assert_non_null(whole);
        assert_int_equal(out_picture_check(whole, bytes, (enum out_format)format, NULL), SIM_OK);
        for (size_t cut = 0; cut + 8 < bytes; cut += 1 + bytes / 200)
            assert_int_equal(out_picture_check(whole, cut, (enum out_format)format, NULL),
                             SIM_ETOOL);
        free(whole);
    }
    whole = fixture_read(fixture_path(&fixture, "test.svg"), &bytes);
    assert_non_null(strstr(whole, "</g>"));
    memcpy(strstr(whole, "</g>"), "    ", 4);
    assert_int_equal(out_picture_check(whole, bytes, OUT_FORMAT_SVG, NULL), SIM_ETOOL);
    free(whole);
    whole = fixture_read(fixture_path(&fixture, "test.png"), &bytes);
    whole[bytes / 2] ^= 1;
    assert_int_equal(out_picture_check(whole, bytes, OUT_FORMAT_PNG, NULL), SIM_ETOOL);
    free(whole);
}

static void formats_are_known_by_name(void **state)
{
    enum out_format format;

    (void)state;
    assert_true(out_format_parse("pdf", &format));
    assert_int_equal(format, OUT_FORMAT_PDF);
    assert_false(out_format_parse("gif", &format));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(quoting_leaves_nothing_that_gnuplot_or_svg_would_obey),
        TEST(long_text_is_cut_at_200_characters),
        TEST(every_format_comes_out_whole),
        TEST(the_kept_script_redraws_the_picture),
        TEST(a_scenarios_words_run_nothing),
        TEST(even_a_hostile_script_starts_no_process),
        TEST(a_mistake_is_told_in_gnuplots_words),
        TEST(an_empty_picture_is_an_error),
        TEST(a_missing_gnuplot_is_a_message),
        TEST(a_name_that_is_not_ours_is_refused),
        TEST(damaged_pictures_are_noticed),
        TEST(formats_are_known_by_name),
    };

    if (system("gnuplot --version >/dev/null 2>&1") != 0) {
        print_message("skipped: no gnuplot\n");
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
