/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/refuse.h"

#include <stdarg.h>
#include <stdio.h>

void exp_refuse(struct scn_errors *errors, enum sim_status *status, const struct scn_node *node,
                bool at_key, const char *fmt, ...)
{
    bool has_key = at_key && node->key->text && node->key->line;
    char message[700];
    enum sim_status added;
    va_list args;

    va_start(args, fmt);
    vsnprintf(message, sizeof message, fmt, args);
    va_end(args);
    added = scn_errors_add(errors, SIM_ESCHEMA, scn_file_of(node),
                           has_key ? node->key->line : node->line,
                           has_key ? node->key->column : node->column, "%s", message);
    *status = *status ? *status : added;
}
