/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/demand/log.h"

const char *const mdl_log_column_names[] = {"id",   "submit", "start", "end",   "run", "walltime",
                                            "gpus", "part",   "user",  "state", NULL};

const char *const mdl_log_format_names[] = {"auto",    "swf",  "csv", "philly",
                                            "alibaba", "surf", NULL};
