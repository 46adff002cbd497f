/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cli/places.h - which file an operand means, and where what is made of it goes.
 *
 * Memory   paths are to be freed; NULL: no memory.
 */
#ifndef CLI_PLACES_H
#define CLI_PLACES_H

#include "cli/options.h"
#include "sim/error.h"

/* The file itself; of a folder, the file of that name in it. */
char *cli_file_in(const char *operand, const char *name);

/* The file itself, or the result of a folder; where there is none, its study. */
char *cli_result_or_study(const char *operand);

/* SIM_EUSAGE with what to do instead when the operand is a study; `what` ("an export") reads
 * results only. */
SIM_NODISCARD enum sim_status cli_refuse_study(const char *operand, const char *what,
                                               struct sim_error *err);

/* A file of that name beside `path`. */
char *cli_beside(const char *path, const char *name);

/* Where the plots of a result go: `plots` beside it; with --output that folder when there is one
 * result, a folder in it when there are several. */
char *cli_plots_folder(const struct cli_options *options, const char *result);

/* SIM_EUSAGE when writing to `name` would replace the result, or what commands put beside it. */
SIM_NODISCARD enum sim_status cli_refuse_replacing(const char *name, const char *result,
                                                   struct sim_error *err);

#endif /* CLI_PLACES_H */
