/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An own scanner for integers over a whole buffer: strtod alone would take 20 times as long.
 */
#include "scenarios/swf.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

#include "scenarios/load.h"
#include "scenarios/yaml_reader.h"

enum { FIELDS = 18, BUFFER_BYTES = 1 << 20, LINE_BYTES_MAX = 1 << 16, JOBS_AT_FIRST = 1 << 14 };

/* The fields by their number in the format, less one. */
enum {
    ID,
    SUBMIT,
    WAIT,
    RUN,
    USED,
    AVERAGE_CPU,
    MEMORY,
    REQUESTED,
    ESTIMATE,
    REQUESTED_MEMORY,
    STATUS,
    USER,
    GROUP,
    EXECUTABLE,
    QUEUE,
    PARTITION,
    PRECEDING,
    THINK
};

struct scanner {
    struct scn_swf_log *log;
    struct sim_arena *arena;
    const char *name;
    size_t room; /* of log->job */
    struct sim_error *err;
};

static enum sim_status bad_line(struct scanner *scanner, int column, const char *what)
{
    return sim_fail_at(scanner->err, SIM_ESCHEMA, scanner->name, (int)scanner->log->line_count,
                       column, "%s", what);
}

/* One number, rounded to the nearest integer (halves away from 0). NULL: none stands there. */
static const char *scan_number(const char *at, const char *end, int64_t *out)
{
    bool is_negative = at < end && *at == '-';
    const char *start;
    uint64_t value = 0;

    at += is_negative;
    for (start = at; at < end && (unsigned)(*at - '0') < 10; at++)
        value = 10 * value + (uint64_t)(*at - '0');
    if (at - start > 18 || at == start)
        return NULL;
    if (at < end && *at == '.') {
        start = ++at;
        value += at < end && *at >= '5' && *at <= '9';
        while (at < end && (unsigned)(*at - '0') < 10)
            at++;
        if (at == start)
            return NULL;
    }
    if (at < end && *at != ' ' && *at != '\t' && *at != '\r')
        return NULL;
    *out = is_negative ? -(int64_t)value : (int64_t)value;
    return at;
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\t' || *at == '\r'))
        at++;
    return at;
}

/* "; MaxProcs: 100" */
static void read_comment(struct scn_swf_log *log, const char *at, const char *end)
{
    struct {
        const char *name;
        int64_t *target;
    } keys[] = {{"MaxProcs:", &log->max_procs},
                {"MaxNodes:", &log->max_nodes},
                {"MaxJobs:", &log->max_jobs},
                {"UnixStartTime:", &log->unix_start_s}};

    while (at < end && *at == ';')
        at++;
    at = skip_blanks(at, end);
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        size_t bytes = strlen(keys[i].name);
        int64_t value;

        if ((size_t)(end - at) <= bytes || strncmp(at, keys[i].name, bytes) != 0)
            continue;
        if (scan_number(skip_blanks(at + bytes, end), end, &value))
            *keys[i].target = value;
        return;
    }
}

static int32_t narrow(int64_t value)
{
    return value > INT32_MAX ? INT32_MAX : value < -1 ? -1 : (int32_t)value;
}

static int64_t known(int64_t value)
{
    return value < -1 ? -1 : value;
}

static enum sim_status add_job(struct scanner *scanner, const int64_t field[FIELDS])
{
    struct scn_swf_log *log = scanner->log;

    if (log->count == scanner->room) {
        size_t room = scanner->room ? 2 * scanner->room : JOBS_AT_FIRST;
        struct scn_swf_job *larger =
            sim_arena_resize(scanner->arena, log->job, room, sizeof *larger);

        if (!larger)
            return sim_fail_at(scanner->err, SIM_ENOMEM, scanner->name,
                               (int)scanner->log->line_count, 1, "out of memory after %zu jobs",
                               log->count);
        log->job = larger;
        scanner->room = room;
    }
    log->job[log->count++] = (struct scn_swf_job){.id = field[ID],
                                                  .submit_s = field[SUBMIT],
                                                  .wait_s = known(field[WAIT]),
                                                  .run_s = known(field[RUN]),
                                                  .estimate_s = known(field[ESTIMATE]),
                                                  .procs_used = narrow(field[USED]),
                                                  .procs_requested = narrow(field[REQUESTED]),
                                                  .status = narrow(field[STATUS]),
                                                  .user = narrow(field[USER]),
                                                  .group = narrow(field[GROUP]),
                                                  .queue = narrow(field[QUEUE]),
                                                  .partition = narrow(field[PARTITION])};
    return SIM_OK;
}

static enum sim_status read_line(struct scanner *scanner, const char *line, const char *end)
{
    const char *at = skip_blanks(line, end);
    int64_t field[FIELDS];

    scanner->log->line_count++;
    if (at == end)
        return SIM_OK;
    if (*at == ';') {
        read_comment(scanner->log, at, end);
        return SIM_OK;
    }
    for (int i = 0; i < FIELDS; i++) {
        const char *next = scan_number(at, end, &field[i]);
        char text[96];

        if (!next) {
            snprintf(text, sizeof text,
                     at == end ? "the line has %d fields; a job has 18 numbers"
                               : "field %d is not a number; a job has 18, -1 where unknown",
                     at == end ? i : i + 1);
            return bad_line(scanner, (int)(at - line) + 1, text);
        }
        at = skip_blanks(next, end);
    }
    if (at != end)
        return bad_line(scanner, (int)(at - line) + 1,
                        "the line has more than 18 fields; a job has 18 numbers");
    return add_job(scanner, field);
}

/* The whole lines of text; *rest = the start of an unfinished one. */
static enum sim_status read_lines(struct scanner *scanner, const char *text, const char *end,
                                  const char **rest)
{
    enum sim_status status = SIM_OK;

    for (*rest = text; status == SIM_OK;) {
        const char *line_end = memchr(*rest, '\n', (size_t)(end - *rest));

        if (!line_end)
            break;
        status = read_line(scanner, *rest, line_end);
        *rest = line_end + 1;
    }
    return status;
}

static struct scanner begin(struct scn_swf_log *log, struct sim_arena *arena, const char *name,
                            struct sim_error *err)
{
    *log =
        (struct scn_swf_log){.max_procs = -1, .max_nodes = -1, .max_jobs = -1, .unix_start_s = -1};
    return (struct scanner){.log = log, .arena = arena, .name = name, .err = err};
}

enum sim_status scn_swf_read_memory(const char *text, size_t bytes, const char *name,
                                    struct sim_arena *arena, struct scn_swf_log *log,
                                    struct sim_error *err)
{
    struct scanner scanner = begin(log, arena, name, err);
    const char *rest;
    enum sim_status status = read_lines(&scanner, text, text + bytes, &rest);

    if (status == SIM_OK && rest < text + bytes)
        status = read_line(&scanner, rest, text + bytes);
    return status;
}

static enum sim_status read_stream(struct scanner *scanner, gzFile file, char *buffer)
{
    size_t held = 0;

    for (;;) {
        int got = gzread(file, buffer + held, (unsigned)(BUFFER_BYTES - held)), code;
        const char *message, *rest;
        enum sim_status status;

        if (got <= 0) {
            message = gzerror(file, &code);
            if (got < 0 || (code != Z_OK && code != Z_STREAM_END))
                return sim_fail_at(scanner->err, SIM_EIO, scanner->name, 0, 0,
                                   "cannot read the log: %s",
                                   code == Z_ERRNO ? strerror(errno) : message);
            return held ? read_line(scanner, buffer, buffer + held) : SIM_OK;
        }
        held += (size_t)got;
        status = read_lines(scanner, buffer, buffer + held, &rest);
        if (status != SIM_OK)
            return status;
        held -= (size_t)(rest - buffer);
        if (held > LINE_BYTES_MAX) {
            scanner->log->line_count++;
            return bad_line(scanner, 1, "the line is too long; this is not an SWF log");
        }
        memmove(buffer, rest, held);
    }
}

enum sim_status scn_swf_read_fd(int fd, const char *name, struct sim_arena *arena,
                                struct scn_swf_log *log, struct sim_error *err)
{
    struct scanner scanner = begin(log, arena, name, err);
    char *buffer = malloc(BUFFER_BYTES);
    gzFile file = gzdopen(fd, "rb"); /* reads plain files as they are */
    enum sim_status status;

    if (!buffer || !file) {
        if (file)
            gzclose(file);
        else
            close(fd);
        free(buffer);
        return sim_fail(err, SIM_ENOMEM, "out of memory while reading a log");
    }
    gzbuffer(file, BUFFER_BYTES / 4);
    status = read_stream(&scanner, file, buffer);
    gzclose(file);
    free(buffer);
    return status;
}

enum sim_status scn_swf_read(const char *path, struct sim_arena *arena, struct scn_swf_log *log,
                             struct sim_error *err)
{
    int fd;
    enum sim_status status = scn_open_named(path, "the log", &fd, err);

    return status ? status : scn_swf_read_fd(fd, path, arena, log, err);
}

/* ---- cleaning ---- */

struct keyed {
    int64_t submit_s;
    size_t index;
};

static int order_of_submits(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;

    if (x->submit_s != y->submit_s)
        return x->submit_s < y->submit_s ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

/* Stable whatever qsort is: the key holds the place in the file. */
static enum sim_status sort_by_submit(struct scn_swf_job *job, size_t count, size_t *moved,
                                      struct sim_error *err)
{
    struct keyed *keyed = NULL;
    struct scn_swf_job *sorted = NULL;
    enum sim_status status = SIM_OK;
    bool in_order = true;

    for (size_t i = 1; i < count; i++)
        in_order &= job[i - 1].submit_s <= job[i].submit_s;
    if (in_order)
        return SIM_OK;
    keyed = malloc(count * sizeof *keyed);
    sorted = malloc(count * sizeof *sorted);
    if (!keyed || !sorted) {
        status = sim_fail(err, SIM_ENOMEM, "out of memory while sorting a log");
        goto done;
    }
    for (size_t i = 0; i < count; i++)
        keyed[i] = (struct keyed){.submit_s = job[i].submit_s, .index = i};
    qsort(keyed, count, sizeof *keyed, order_of_submits);
    for (size_t i = 0; i < count; i++) {
        sorted[i] = job[keyed[i].index];
        *moved += keyed[i].index != i;
    }
    memcpy(job, sorted, count * sizeof *job);
done:
    free(keyed);
    free(sorted);
    return status;
}

/* One job by the rules; false: it goes. */
static bool clean_job(struct scn_swf_job *job, int64_t procs, struct scn_swf_report *report)
{
    bool has_request = job->procs_requested > 0, has_estimate = job->estimate_s > 0;
    int32_t width = has_request ? job->procs_requested : job->procs_used;

    if (job->submit_s < 0) {
        report->dropped_no_submit++;
        return false;
    }
    if (job->run_s <= 0) {
        report->dropped_no_run++;
        return false;
    }
    if (width < 1 || width > procs) {
        report->dropped_procs++;
        return false;
    }
    report->procs_from_used += !has_request;
    report->estimate_from_run += !has_estimate;
    job->procs_requested = job->procs_used = width;
    if (!has_estimate)
        job->estimate_s = job->run_s;
    if (job->run_s > job->estimate_s) {
        job->run_s = job->estimate_s;
        report->clamped_run++;
    }
    return true;
}

enum sim_status scn_swf_clean(struct scn_swf_log *log, int64_t procs, struct scn_swf_report *report,
                              struct sim_error *err)
{
    enum sim_status status;
    size_t kept = 0;

    *report = (struct scn_swf_report){.read = log->count};
    if (procs < 1)
        return sim_fail(err, SIM_EUSAGE, "a machine has at least one processor");
    for (size_t i = 0; i < log->count; i++)
        if (clean_job(&log->job[i], procs, report))
            log->job[kept++] = log->job[i];
    log->count = report->kept = kept;
    status = sort_by_submit(log->job, kept, &report->moved_in_order, err);
    if (status != SIM_OK || kept == 0)
        return status;
    report->shift_s = log->job[0].submit_s; /* the earliest, so that none is before 0 */
    for (size_t i = 0; i < kept; i++)
        log->job[i].submit_s -= report->shift_s;
    return SIM_OK;
}
