/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * cli/completion.h - scripts that complete commands, options, keys and files in a shell.
 *
 * The words of both scripts come from the tables of commands and options; the keys of scenarios
 * and the figures are asked of the program when they are wanted (`aifsim completion keys`).
 *
 * Errors   what fails to be written shows in ferror(stdout).
 */
#ifndef CLI_COMPLETION_H
#define CLI_COMPLETION_H

#include <stdbool.h>

#include "cli/options.h"

void cli_put_bash_completion(void);
void cli_put_zsh_completion(void);

/* ---- what both ask ---- */
void cli_put_choices(const char *const *choices);
bool cli_takes_folder(const struct cli_option_about *option);
bool cli_takes_path_and_value(const struct cli_option_about *option);

#endif /* CLI_COMPLETION_H */
