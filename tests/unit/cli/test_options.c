/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cli/commands.h"

enum { ARGUMENTS_MAX = 16 };

/* Parses "aifsim" and the words of line, which are separated by single blanks. */
static enum sim_status parse(const char *line, struct cli_options *options, struct sim_error *err)
{
    static char text[256], *argv[ARGUMENTS_MAX];
    int argc = 0;
    char *rest = NULL;

    snprintf(text, sizeof text, "aifsim %s", line);
    for (char *word = strtok_r(text, " ", &rest); word; word = strtok_r(NULL, " ", &rest))
        argv[argc++] = word;
    argv[argc] = NULL;
    *err = (struct sim_error){.status = SIM_OK};
    return cli_options_parse(argc, argv, options, err);
}

static void accept_line(const char *line, struct cli_options *options)
{
    struct sim_error err;

    if (parse(line, options, &err) != SIM_OK)
        fail_msg("'%s' was refused: %s", line, err.message);
}

static void refuse_line(const char *line, const char *message)
{
    struct cli_options options;
    struct sim_error err;

    assert_int_equal(parse(line, &options, &err), SIM_EUSAGE);
    assert_string_equal(err.message, message);
    cli_options_release(&options);
}

static void options_may_stand_anywhere(void **state)
{
    static const char *const lines[] = {
        "run plan.yaml -r 4 --seed 7 --quiet", "-r 4 --seed 7 --quiet run plan.yaml",
        "--seed=7 run -r4 plan.yaml -q", "run --quiet --replications 4 --seed 7 -- plan.yaml"};

    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct cli_options options;

        accept_line(lines[i], &options);
        assert_string_equal(options.command->name, "run");
        assert_int_equal(options.operand_count, 1);
        assert_string_equal(options.operand[0], "plan.yaml");
        assert_int_equal(options.replications, 4);
        assert_true(options.has_seed);
        assert_int_equal(options.seed, 7);
        assert_true(options.quiet);
        cli_options_release(&options);
    }
}

static void posixly_correct_changes_nothing(void **state)
{
    struct cli_options options;

    (void)state;
    setenv("POSIXLY_CORRECT", "1", 1);
    accept_line("check a.yaml --set x=1 b.yaml", &options);
    unsetenv("POSIXLY_CORRECT");
    assert_int_equal(options.operand_count, 2);
    assert_string_equal(options.operand[1], "b.yaml");
    assert_int_equal(options.set_count, 1);
    cli_options_release(&options);
}

static void sets_are_kept_in_order(void **state)
{
    struct cli_options options;

    (void)state;
    accept_line("run a.yaml --set a=1 --set b=2 --set a=3", &options);
    assert_int_equal(options.set_count, 3);
    assert_string_equal(options.set[0], "a=1");
    assert_string_equal(options.set[1], "b=2");
    assert_string_equal(options.set[2], "a=3");
    cli_options_release(&options);
}

static void what_is_not_given_has_its_default(void **state)
{
    struct cli_options options;

    (void)state;
    accept_line("run a.yaml", &options);
    assert_null(options.output);
    assert_int_equal(options.replications, 0);
    assert_int_equal(options.threads, 0);
    assert_false(options.has_seed);
    assert_int_equal(options.trace, -1);
    assert_int_equal(options.trace_replications, 0);
    assert_int_equal(options.set_count, 0);
    cli_options_release(&options);
}

static void choices_become_their_number(void **state)
{
    struct cli_options options;

    (void)state;
    accept_line("run a.yaml --trace jobs --trace-replications all", &options);
    assert_int_equal(options.trace, OUT_TRACE_JOBS);
    assert_int_equal(options.trace_replications, 1);
    cli_options_release(&options);
    accept_line("plot r.h5 --format pdf", &options);
    assert_int_equal(options.format, OUT_FORMAT_PDF);
    cli_options_release(&options);
    refuse_line("run a.yaml --trace job", "--trace: 'job' is none of none, summary, jobs, full");
}

static void numbers_are_digits_only(void **state)
{
    (void)state;
    refuse_line("run a.yaml -r 0", "--replications: '0' is not a whole number from 1 to 100000");
    refuse_line("run a.yaml -r -3", "--replications: '-3' is not a whole number from 1 to 100000");
    refuse_line("run a.yaml -j 2x", "--threads: '2x' is not a whole number from 1 to 1024");
    refuse_line("run a.yaml -r 1e3",
                "--replications: '1e3' is not a whole number from 1 to 100000");
    refuse_line("run a.yaml --seed 9223372036854775808",
                "--seed: '9223372036854775808' is not a whole number from 0 to 2^63 - 1");
    refuse_line("run a.yaml --seed 18446744073709551617",
                "--seed: '18446744073709551617' is not a whole number from 0 to 2^63 - 1");
}

static void the_nearest_name_is_told(void **state)
{
    (void)state;
    refuse_line("rnu a.yaml", "unknown command 'rnu'; did you mean 'run'?");
    refuse_line("xylophone", "unknown command 'xylophone'; 'aifsim --help' lists them");
    refuse_line("run a.yaml --sead 3", "unknown option '--sead'; did you mean '--seed'?");
    refuse_line("run a.yaml --thraeds=3", "unknown option '--thraeds'; did you mean '--threads'?");
    refuse_line("run a.yaml -x", "unknown option '-x'; 'aifsim --help' lists them");
}

static void beginnings_of_names_are_refused(void **state)
{
    (void)state;
    refuse_line("run a.yaml --rep 3", "unknown option '--rep'; did you mean '--replications'?");
}

static void what_a_command_does_not_take_is_refused(void **state)
{
    (void)state;
    refuse_line("check a.yaml -r 3", "'aifsim check' does not take '--replications'");
    refuse_line("run a.yaml --nodes 3", "'aifsim run' does not take '--nodes'");
    refuse_line("run a.yaml --quiet=1", "option '--quiet' takes no argument");
    refuse_line("run a.yaml -r", "option '-r' needs an argument");
    refuse_line("run", "'aifsim run' needs SCENARIO; for example: aifsim run "
                       "builtin:seven-2026 -r 4 --set horizon.end=2026-04-01");
    refuse_line("run a.yaml b.yaml", "'aifsim run' does not know what to do with 'b.yaml'");
}

static void help_is_given_whatever_else_is_missing(void **state)
{
    struct cli_options options;

    (void)state;
    accept_line("run --help", &options);
    assert_true(options.help);
    cli_options_release(&options);
    accept_line("help plot", &options);
    assert_true(options.help);
    assert_string_equal(options.command->name, "plot");
    cli_options_release(&options);
    accept_line("help", &options);
    assert_true(options.help);
    assert_null(options.command);
    cli_options_release(&options);
}

static void help_of_a_command_shows_its_options_only(void **state)
{
    char *text = NULL;
    size_t bytes;
    FILE *file = open_memstream(&text, &bytes);

    (void)state;
    for (const struct cli_command *command = cli_commands; command->name; command++) {
        if (strcmp(command->name, "replay") == 0)
            cli_help(file, command);
    }
    fclose(file);
    assert_non_null(strstr(text, "Usage: aifsim replay LOG [OPTION]..."));
    assert_non_null(strstr(text, "-n, --nodes N"));
    assert_non_null(strstr(text, "Example: aifsim replay"));
    assert_null(strstr(text, "--replications"));
    for (const char *line = text; *line; line = strchr(line, '\n') + 1)
        assert_in_range(strcspn(line, "\n"), 0, 100);
    free(text);
}

/* The manual page, with its "\-" as "-". */
static char *manual(void)
{
    FILE *file = fopen("docs/aifsim.1", "r");
    char *text = calloc(1, 1 << 16);
    size_t bytes = 0;
    int c;

    assert_non_null(file);
    assert_non_null(text);
    while ((c = fgetc(file)) != EOF && bytes < (1 << 16) - 1)
        if (c != '\\' || (c = fgetc(file)) == '-')
            text[bytes++] = (char)c;
    fclose(file);
    return text;
}

static void the_manual_page_has_every_command_and_option(void **state)
{
    struct cli_option_about option;
    char *text = manual(), wanted[96];

    (void)state;
    for (const struct cli_command *command = cli_commands; command->name; command++) {
        snprintf(wanted, sizeof wanted, "\n.B aifsim %s\n", command->name);
        if (!strstr(text, wanted))
            fail_msg("'%s' is not in the synopsis", command->name);
        snprintf(wanted, sizeof wanted, "\n.TP\n.B %s\n", command->name);
        if (!strstr(text, wanted))
            fail_msg("'%s' is not among the commands", command->name);
    }
    for (size_t i = 0; cli_option_about(i, &option); i++) {
        const char *at;

        snprintf(wanted, sizeof wanted, "--%s", option.name);
        at = strstr(text, "\n.SH OPTIONS\n");
        while (at && (at = strstr(at + 1, "\n.TP\n"))) {
            const char *end = strchr(at + 5, '\n'), *found = strstr(at, wanted);

            if (found && found < end &&
                !strchr("-abcdefghijklmnopqrstuvwxyz", found[strlen(wanted)]))
                break;
        }
        if (!at)
            fail_msg("'%s' is not among the options", wanted);
        for (size_t k = 0; option.choices && option.choices[k]; k++)
            assert_non_null(strstr(at, option.choices[k]));
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_may_stand_anywhere),
        cmocka_unit_test(posixly_correct_changes_nothing),
        cmocka_unit_test(sets_are_kept_in_order),
        cmocka_unit_test(what_is_not_given_has_its_default),
        cmocka_unit_test(choices_become_their_number),
        cmocka_unit_test(numbers_are_digits_only),
        cmocka_unit_test(the_nearest_name_is_told),
        cmocka_unit_test(beginnings_of_names_are_refused),
        cmocka_unit_test(what_a_command_does_not_take_is_refused),
        cmocka_unit_test(help_is_given_whatever_else_is_missing),
        cmocka_unit_test(help_of_a_command_shows_its_options_only),
        cmocka_unit_test(the_manual_page_has_every_command_and_option),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
