/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/csv_log.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>

#include "models/compute/job.h"
#include "scenarios/log_file.h"
#include "tests/unit/scenarios/toy.h"

/* The text as a file; closed by whoever reads it. */
static int file_of(const char *text)
{
    char path[] = "/tmp/aifsim-csv-XXXXXX";
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
    return fd;
}

struct reading {
    struct sim_arena *arena;
    struct scn_log_request request;
    struct mdl_log log;
    struct scn_log_about about;
    struct mdl_log_columns columns;
    struct sim_error err;
};

static struct reading begin(const char *text)
{
    struct reading r = {.arena = sim_arena_create(0)};

    assert_non_null(r.arena);
    r.request = (struct scn_log_request){.fd = file_of(text),
                                         .name = "x.csv",
                                         .scale_load = 1,
                                         .scale_time = 1,
                                         .scale_width = 1,
                                         .arena = r.arena};
    return r;
}

static struct reading read_text(const char *text)
{
    struct reading r = begin(text);

    if (scn_log_read(&r.request, &r.log, &r.about, &r.err))
        fail_msg("%s", r.err.message);
    return r;
}

static void known_formats_are_found_by_their_header(void **state)
{
    struct reading r = read_text("timestamp,duration,num_gpus,gpu_time,cluster\n"
                                 "2017-10-09 07:01:55,66.0,8,66.0,11cb48\r\n"
                                 "2017-10-09 07:01:45,12.5,1,66.0,6214e9\n");

    (void)state;
    assert_int_equal(r.about.format, MDL_LOG_PHILLY);
    assert_string_equal(r.about.map, "submit=timestamp,run=duration,gpus=num_gpus,user=cluster");
    assert_int_equal(r.log.count, 2);
    assert_int_equal(r.log.first_unix_s, 1507532505);
    assert_true(r.log.job[0].submit_s == 0 && r.log.job[1].submit_s == 10);
    assert_true(r.log.job[0].run_s == 13 && r.log.job[1].run_s == 66);
    assert_true(r.log.job[0].id == 3 && r.log.job[1].id == 2); /* lines */
    assert_true(r.log.job[0].user == 2 && r.log.job[1].user == 1);
    assert_true(r.log.width_max == 8 && r.log.user_max == 2);
    sim_arena_destroy(r.arena);

    r = read_text("id,submission_time,duration,cpu_count,cpu_capacity\n"
                  "7,1656604920000,1000,16,33600\n8,1656604929400,315600,16,33600\n");
    assert_int_equal(r.about.format, MDL_LOG_SURF);
    assert_true(r.log.job[0].id == 7 && r.log.job[1].run_s == 316);
    assert_true(r.log.job[1].submit_s == 9 && r.log.first_unix_s == 1656604920);
    sim_arena_destroy(r.arena);
}

static const char pods[] = "name,num_gpu,gpu_milli,pod_phase,creation_time,deletion_time,"
                           "scheduled_time\n"
                           "a,1,460,Running,100,500,120\n"
                           "b,0,0,Running,100,500,120\n"
                           "c,2,1000,Failed,90,200,150\n"
                           "d,1,1000,Pending,90,200,\n";

static void parts_of_a_processor_are_rounded_up_and_counted(void **state)
{
    struct reading r = read_text(pods);

    (void)state;
    assert_int_equal(r.about.format, MDL_LOG_ALIBABA);
    assert_int_equal(r.log.count, 2);
    assert_true(r.log.job[0].width == 2 && r.log.job[0].run_s == 50);
    assert_int_equal(r.log.job[0].outcome, MDL_OUTCOME_FAILED);
    assert_true(r.log.job[1].width == 1 && r.log.job[1].run_s == 380);
    assert_int_equal(r.log.first_unix_s, -1);
    assert_int_equal(r.log.counts.rounded_width, 1);
    assert_int_equal(r.log.counts.no_width, 1);
    assert_int_equal(r.log.counts.no_run, 1);
    sim_arena_destroy(r.arena);

    r = begin(pods); /* in thousandths nothing is rounded */
    r.request.scale_width = 1000;
    assert_int_equal(scn_log_read(&r.request, &r.log, &r.about, &r.err), SIM_OK);
    assert_true(r.log.job[0].width == 2000 && r.log.job[1].width == 460);
    assert_int_equal(r.log.counts.rounded_width, 0);
    sim_arena_destroy(r.arena);
}

static void a_map_and_its_units_tell_the_columns(void **state)
{
    char map[] = "submit=when,run=took:min,gpus=n,walltime=limit,user=who,state=end";
    struct reading r = begin("\xEF\xBB\xBFwho;when;took;n;limit;end;x:ms\n"
                             "\"ann; ms\";2024-03-01T10:00:00+02:00;2;4;1-00:00:00;TIMEOUT;0\n"
                             "\n"
                             "bob;2024-03-01T08:00:10Z;1.5;4;00:01:00;CANCELLED by 7;0\n"
                             "\"ann; ms\";2024-03-01 08:01;1;4;60;COMPLETED;0\n");

    (void)state;
    assert_int_equal(scn_log_columns_parse(map, &r.columns, &r.err), SIM_OK);
    r.request.columns = &r.columns;
    if (scn_log_read(&r.request, &r.log, &r.about, &r.err))
        fail_msg("%s", r.err.message);
    assert_int_equal(r.log.count, 3);
    assert_true(r.log.job[0].run_s == 120 && r.log.job[0].walltime_s == 86400);
    assert_true(r.log.job[1].submit_s == 10 && r.log.job[1].run_s == 60); /* cut */
    assert_int_equal(r.log.counts.clamped, 1);
    assert_int_equal(r.log.job[1].outcome, MDL_OUTCOME_TIMEOUT);
    assert_int_equal(r.log.job[2].outcome, MDL_OUTCOME_COMPLETED);
    assert_true(r.log.job[2].submit_s == 60 && r.log.job[2].user == r.log.job[0].user);
    assert_true(r.log.job[1].user != r.log.job[0].user);
    assert_true(r.log.job[0].has_request && r.log.counts.without_request == 0);
    sim_arena_destroy(r.arena);
}

static void load_time_and_width_are_scaled(void **state)
{
    struct reading r = begin("submit,run,gpus\n1000,100,3\n1300,1,10\n1301,10,1\n");

    (void)state;
    r.request.scale_load = 2;
    r.request.scale_time = 0.25;
    r.request.scale_width = 0.5;
    r.request.width = 4;
    if (scn_log_read(&r.request, &r.log, &r.about, &r.err))
        fail_msg("%s", r.err.message);
    assert_int_equal(r.log.count, 2); /* the second one is 5 wide */
    assert_int_equal(r.log.counts.too_wide, 1);
    assert_true(r.log.job[0].run_s == 25 && r.log.job[0].width == 2);
    assert_true(r.log.job[1].run_s == 3 && r.log.job[1].width == 1 && r.log.job[1].submit_s == 150);
    sim_arena_destroy(r.arena);
}

static void swf_is_found_by_its_first_line(void **state)
{
    struct reading r = read_text("; UnixStartTime: 843480031\n"
                                 "1 5 -1 100 4 -1 -1 4 200 -1 1 7 1 -1 1 -1 -1 -1\n");

    (void)state;
    assert_int_equal(r.about.format, MDL_LOG_SWF);
    assert_true(r.log.count == 1 && r.log.first_unix_s == 843480036 && r.log.user_max == 1);
    sim_arena_destroy(r.arena);
}

static void users_are_numbered_without_gaps(void **state)
{
    static const uint32_t user[] = {3, 1, 0, 3, 2};
    struct reading r = read_text("1 0 -1 10 1 -1 -1 1 20 -1 1 2000000000 1 -1 1 -1 -1 -1\n"
                                 "2 1 -1 10 1 -1 -1 1 20 -1 1 5 1 -1 1 -1 -1 -1\n"
                                 "3 2 -1 10 1 -1 -1 1 20 -1 1 -1 1 -1 1 -1 -1 -1\n"
                                 "4 3 -1 10 1 -1 -1 1 20 -1 1 2000000000 1 -1 1 -1 -1 -1\n"
                                 "5 4 -1 10 1 -1 -1 1 20 -1 1 6 1 -1 1 -1 -1 -1\n");

    (void)state;
    assert_int_equal(r.log.count, 5);
    assert_int_equal(r.log.user_max, 3);
    for (size_t i = 0; i < r.log.count; i++)
        assert_int_equal(r.log.job[i].user, user[i]);
    sim_arena_destroy(r.arena);
}

static void refused(const char *text, int line, int column, const char *message)
{
    struct reading r = begin(text);

    assert_int_equal(scn_log_read(&r.request, &r.log, &r.about, &r.err), SIM_ESCHEMA);
    assert_string_equal(r.err.message, message);
    assert_string_equal(r.err.file, line ? "x.csv" : "");
    assert_int_equal(r.err.line, line);
    assert_int_equal(r.err.column, column);
    sim_arena_destroy(r.arena);
}

static void a_bad_cell_is_an_error_with_its_place(void **state)
{
    (void)state;
    refused("submit,run,gpus\n1,2,3\n1,x,3\n", 3, 3,
            "'x' is not a length of time; write seconds or for example 02:30:00");
    refused("submit,run,gpus\n2024-02-30 00:00,2,3\n", 2, 1,
            "'2024-02-30 00:00' is not a time; write seconds or for example 2017-10-09 07:01:55");
    refused("submit,run,gpus\n1,2,many\n", 2, 5, "'many' is not a number of processors");
    refused("submit,run,gpus\n1,2\n", 2, 1, "2 cells stand here, but the header names 3 columns");
    refused("submit,run,gpus\n1,\"2,3\n", 2, 3, "the quote that begins here is not closed");
    refused("a,b\n1,2\n", 1, 1,
            "which columns tell submit, run (or start and end) and gpus? the header's names do not "
            "say; write for example --columns submit=when,run=duration:ms,gpus=devices");
    refused("submit,run,gpus\n1,3e9,1\n", 0, 0,
            "job 2 of the log: a time of more than 2000000000 s; mend or drop its line");
}

static void a_column_that_is_not_there_is_named(void **state)
{
    char map[] = "submit=when,run=duraton,gpus=n", wrong[] = "sbmit=when", empty[] = "submit=";
    char unit[] = "submit=when:weeks,run=duration,gpus=n";
    struct reading r = begin("when,duration,n\n1,2,3\n");

    (void)state;
    assert_int_equal(scn_log_columns_parse(map, &r.columns, &r.err), SIM_OK);
    r.request.columns = &r.columns;
    assert_int_equal(scn_log_read(&r.request, &r.log, &r.about, &r.err), SIM_ESCHEMA);
    assert_string_equal(r.err.message, "there is no column 'duraton'; did you mean 'duration'?");
    r.request.fd = file_of("when,duration,n\n1,2,3\n");
    assert_int_equal(scn_log_columns_parse(unit, &r.columns, &r.err), SIM_OK);
    assert_int_equal(scn_log_read(&r.request, &r.log, &r.about, &r.err), SIM_ESCHEMA);
    assert_string_equal(r.err.message,
                        "'when:weeks': there is neither such a column nor such a unit; known are "
                        "s, ms, us, ns, min, h, d, milli, percent");
    assert_int_equal(scn_log_columns_parse(wrong, &r.columns, &r.err), SIM_EUSAGE);
    assert_int_equal(scn_log_columns_parse(empty, &r.columns, &r.err), SIM_EUSAGE);
    sim_arena_destroy(r.arena);
}

static void half_a_million_lines_a_second_are_read_and_sorted(void **state)
{
    enum { JOBS = 200000, LINE = 60 };
    char *text = malloc((size_t)JOBS * LINE);
    size_t used = (size_t)sprintf(text, "timestamp,duration,num_gpus,gpu_time,cluster\n");
    struct timespec start, end;
    struct reading r;
    double s;

    (void)state;
    for (int i = 0; i < JOBS; i++)
        used += (size_t)sprintf(text + used, "2017-10-%02d %02d:%02d:55,%d.0,%d,1,u%d\n",
                                1 + i % 28, i % 24, i % 60, i % 90001 + 1, 1 + i % 8, i % 400);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &start);
    r = read_text(text);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
    assert_int_equal(r.log.count, JOBS);
    assert_int_equal(r.log.user_max, 400);
    s = (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
    printf("CSV, read and sorted: %.2f M jobs/s\n", JOBS / s / 1e6);
#ifdef TOY_IS_TIMED
    assert_true(JOBS / s > 0.25e6); /* half of the aim: the machine is shared */
#endif
    sim_arena_destroy(r.arena);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_formats_are_found_by_their_header),
        cmocka_unit_test(parts_of_a_processor_are_rounded_up_and_counted),
        cmocka_unit_test(a_map_and_its_units_tell_the_columns),
        cmocka_unit_test(load_time_and_width_are_scaled),
        cmocka_unit_test(swf_is_found_by_its_first_line),
        cmocka_unit_test(users_are_numbered_without_gaps),
        cmocka_unit_test(a_bad_cell_is_an_error_with_its_place),
        cmocka_unit_test(a_column_that_is_not_there_is_named),
        cmocka_unit_test(half_a_million_lines_a_second_are_read_and_sorted),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
