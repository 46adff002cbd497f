/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/error.h"

#include <stdarg.h>
#include <stdio.h>

SIM_PRINTF(3, 0)
static void fill(struct sim_error *err, enum sim_status status, const char *fmt, va_list args)
{
    err->status = status;
    vsnprintf(err->message, sizeof err->message, fmt, args);
}

enum sim_status sim_fail(struct sim_error *err, enum sim_status status, const char *fmt, ...)
{
    va_list args;

    if (!err)
        return status;
    err->line = err->column = 0;
    err->file[0] = '\0';
    va_start(args, fmt);
    fill(err, status, fmt, args);
    va_end(args);
    return status;
}

enum sim_status sim_fail_at(struct sim_error *err, enum sim_status status, const char *file,
                            int line, int column, const char *fmt, ...)
{
    va_list args;

    if (!err)
        return status;
    snprintf(err->file, sizeof err->file, "%s", file ? file : "");
    err->line = line;
    err->column = column;
    va_start(args, fmt);
    fill(err, status, fmt, args);
    va_end(args);
    return status;
}

int sim_exit_code(enum sim_status status)
{
    static const int code[] = {
#define SIM_STATUS_CODE(name, value, text) value,
        SIM_STATUS_LIST(SIM_STATUS_CODE)
#undef SIM_STATUS_CODE
    };
    return code[status];
}

const char *sim_status_text(enum sim_status status)
{
    static const char *const text[] = {
#define SIM_STATUS_TEXT(name, value, words) words,
        SIM_STATUS_LIST(SIM_STATUS_TEXT)
#undef SIM_STATUS_TEXT
    };
    return text[status];
}
