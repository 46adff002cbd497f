/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/checker.h - what the checks of config and plan share: a way to report and to name a key.
 */
#ifndef MODELS_CHECKER_H
#define MODELS_CHECKER_H

#include <string.h>

#include "models/config.h"

enum { MDL_PATH_BYTES = 256 };

struct mdl_checker {
    const struct mdl_config *config;
    mdl_report_fn *report;
    void *context;
    size_t *count; /* of what was reported */
};

/* The parts of mdl_config_check. */
void mdl_scheduling_check(const struct mdl_checker *checker);
void mdl_access_check(const struct mdl_checker *checker);

#define MDL_REPORT(c, ...) (++*(c)->count, (c)->report((c)->context, __VA_ARGS__))

/* "parent.key", cut where it does not fit. */
static inline void mdl_path_of(char path[MDL_PATH_BYTES], const char *parent, const char *key)
{
    size_t length = strlen(parent);

    memcpy(path, parent, length < MDL_PATH_BYTES ? length : 0);
    path[length < MDL_PATH_BYTES ? length : 0] = '\0';
    strncat(path, ".", MDL_PATH_BYTES - strlen(path) - 1);
    strncat(path, key, MDL_PATH_BYTES - strlen(path) - 1);
}

#endif /* MODELS_CHECKER_H */
