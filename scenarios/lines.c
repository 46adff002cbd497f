/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/lines.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <zlib.h>

enum { BUFFER_BYTES = 1 << 20, LINE_BYTES_MAX = 1 << 16 };

struct reading {
    const char *name;
    scn_line_fn *each;
    void *context;
    size_t number; /* of the last line */
    struct sim_error *err;
};

/* The whole lines of text; *rest = the start of an unfinished one. */
static enum sim_status whole_lines(struct reading *reading, const char *text, const char *end,
                                   const char **rest)
{
    enum sim_status status = SIM_OK;

    for (*rest = text; status == SIM_OK;) {
        const char *line_end = memchr(*rest, '\n', (size_t)(end - *rest));

        if (!line_end)
            break;
        status = reading->each(reading->context, *rest, line_end, ++reading->number);
        *rest = line_end + 1;
    }
    return status;
}

enum sim_status scn_lines_of_memory(const char *text, size_t bytes, scn_line_fn *each,
                                    void *context)
{
    struct reading reading = {.each = each, .context = context};
    const char *rest;
    enum sim_status status = whole_lines(&reading, text, text + bytes, &rest);

    if (status == SIM_OK && rest < text + bytes)
        status = each(context, rest, text + bytes, reading.number + 1);
    return status;
}

/* zlib knows the file by its descriptor: "<fd:3>: unexpected end of file". */
static const char *without_descriptor(const char *message)
{
    const char *end = strncmp(message, "<fd:", 4) == 0 ? strstr(message, ">: ") : NULL;

    return end ? end + 3 : message;
}

static enum sim_status unreadable(const struct reading *reading, gzFile file)
{
    int code;
    const char *message = gzerror(file, &code);

    if (code == Z_OK || code == Z_STREAM_END)
        return SIM_OK;
    return sim_fail_at(reading->err, SIM_EIO, reading->name, 0, 0, "cannot read the log: %s",
                       code == Z_ERRNO ? strerror(errno) : without_descriptor(message));
}

static enum sim_status read_stream(struct reading *reading, gzFile file, char *buffer)
{
    size_t held = 0;

    for (;;) {
        int got = gzread(file, buffer + held, (unsigned)(BUFFER_BYTES - held));
        const char *rest;
        enum sim_status status;

        if (got <= 0) {
            status = unreadable(reading, file);
            return status || !held ? status
                                   : reading->each(reading->context, buffer, buffer + held,
                                                   reading->number + 1);
        }
        held += (size_t)got;
        status = whole_lines(reading, buffer, buffer + held, &rest);
        if (status != SIM_OK)
            return status;
        held -= (size_t)(rest - buffer);
        if (held > LINE_BYTES_MAX)
            return sim_fail_at(reading->err, SIM_ESCHEMA, reading->name, (int)reading->number + 1,
                               1, "the line is too long; this is not a log");
        memmove(buffer, rest, held);
    }
}

enum sim_status scn_lines_of_fd(int fd, const char *name, scn_line_fn *each, void *context,
                                struct sim_error *err)
{
    struct reading reading = {.name = name, .each = each, .context = context, .err = err};
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
    status = read_stream(&reading, file, buffer);
    gzclose(file);
    free(buffer);
    return status;
}
