/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/messages.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "output/preview.h"
#include "output/text.h"

static bool has_colour(void)
{
    const char *none = getenv("NO_COLOR"), *terminal = getenv("TERM");

    return isatty(STDERR_FILENO) && !(none && *none) && terminal && strcmp(terminal, "dumb") != 0;
}

void cli_put_safe(FILE *file, const char *text)
{
    while (*text) {
        const char *next = text;
        uint32_t point = out_utf8_next(&next);

        for (; text < next; text++) {
            if (point == UINT32_MAX || out_is_unprintable(point))
                fprintf(file, "\\x%02X", (unsigned char)*text);
            else
                fputc(*text, file);
        }
    }
}

static void put_word(const char *word, const char *colour)
{
    if (has_colour())
        fprintf(stderr, "\033[1;%sm%s\033[0m ", colour, word);
    else
        fprintf(stderr, "%s ", word);
}

void cli_error(const struct sim_error *err)
{
    if (err->file[0]) {
        cli_put_safe(stderr, err->file);
        if (err->line)
            fprintf(stderr, ":%d:%d", err->line, err->column);
        fputs(": ", stderr);
    } else {
        fputs("aifsim: ", stderr);
    }
    put_word("error:", "31");
    cli_put_safe(stderr, err->message);
    fputc('\n', stderr);
}

static void put_formatted(const char *fmt, va_list args)
{
    char text[1024];

    vsnprintf(text, sizeof text, fmt, args);
    cli_put_safe(stderr, text);
    fputc('\n', stderr);
}

void cli_warning(const char *fmt, ...)
{
    va_list args;

    fputs("aifsim: ", stderr);
    put_word("warning:", "35");
    va_start(args, fmt);
    put_formatted(fmt, args);
    va_end(args);
}

void cli_note(const char *fmt, ...)
{
    va_list args;

    fputs("aifsim: ", stderr);
    va_start(args, fmt);
    put_formatted(fmt, args);
    va_end(args);
}

size_t cli_terminal_columns(void)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return OUT_PREVIEW_COLUMNS;
    return size.ws_col;
}
