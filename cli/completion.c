/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/completion.h"

#include <stdio.h>
#include <string.h>

void cli_put_choices(const char *const *choices)
{
    for (size_t i = 0; choices[i]; i++)
        printf("%s%s", i ? " " : "", choices[i]);
}

bool cli_takes_folder(const struct cli_option_about *option)
{
    return option->argument && strcmp(option->argument, "DIR") == 0;
}

bool cli_takes_path_and_value(const struct cli_option_about *option)
{
    return option->argument && strcmp(option->argument, "PATH=VALUE") == 0;
}
