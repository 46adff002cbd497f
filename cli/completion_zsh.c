/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/completion.h"

#include <stdio.h>
#include <string.h>

#include "cli/commands.h"

/* The first line of a help for '...' in [...]: no quotes, brackets or colons. */
static void put_zsh_text(const char *help)
{
    for (; *help && *help != '\n'; help++) {
        if (*help == '\'')
            fputs("'\\''", stdout);
        else if (strchr("[]:\\", *help))
            printf("\\%c", *help);
        else
            putchar(*help);
    }
}

static void put_zsh_argument(const struct cli_option_about *option)
{
    printf(":%s:", option->argument);
    if (option->choices) {
        putchar('(');
        cli_put_choices(option->choices);
        putchar(')');
    } else if (cli_takes_folder(option)) {
        fputs("_files -/", stdout);
    } else if (cli_takes_path_and_value(option)) {
        fputs("_aifsim_sets", stdout);
    } else {
        putchar(' ');
    }
}

static void put_zsh_option(const struct cli_option_about *option)
{
    char letter[3] = {'-', option->letter, '\0'};
    const char *const names[] = {letter, option->name};

    for (size_t i = option->letter ? 0 : 1; i < 2; i++) {
        printf(" \\\n                '%s%s%s[", cli_takes_path_and_value(option) ? "*" : "",
               i ? "--" : "", names[i]);
        put_zsh_text(option->help);
        putchar(']');
        if (option->argument)
            put_zsh_argument(option);
        putchar('\'');
    }
}

static const char *zsh_operand(const struct cli_command *command)
{
    if (strstr(command->operands, "SCENARIO"))
        return "'*:scenario:_files -g \"*.yaml\"'";
    if (strstr(command->operands, "LOG"))
        return "'*:log:_files -g \"*.(swf|csv)(|.gz)\"'";
    if (strstr(command->operands, "RESULT"))
        return "'*:result:_files -g \"*.h5\"'";
    if (strstr(command->operands, "KEY"))
        return "'*:key:_aifsim_names'";
    if (strstr(command->operands, "bash"))
        return "'*:shell:(bash zsh keys)'";
    return "";
}

void cli_put_zsh_completion(void)
{
    struct cli_option_about option;

    fputs("#compdef aifsim\n"
          "# zsh completion of aifsim; written by `aifsim completion zsh`\n\n"
          "_aifsim_names() { compadd -- ${(f)\"$(aifsim completion keys 2>/dev/null)\"} }\n"
          "_aifsim_sets() { compadd -S = -- ${(f)\"$(aifsim completion keys 2>/dev/null)\"} }\n\n"
          "_aifsim() {\n"
          "    local context state line\n"
          "    local -a commands\n"
          "    commands=(\n",
          stdout);
    for (const struct cli_command *command = cli_commands; command->name; command++) {
        printf("        '%s:", command->name);
        put_zsh_text(command->summary);
        puts("'");
    }
    fputs("    )\n"
          "    _arguments -C '1:command:->command' '*::argument:->argument'\n"
          "    case $state in\n"
          "        command) _describe command commands ;;\n"
          "        argument)\n"
          "            case $line[1] in\n",
          stdout);
    for (const struct cli_command *command = cli_commands; command->name; command++) {
        printf("            %s) _arguments %s", command->name, zsh_operand(command));
        for (size_t i = 0; cli_option_about(i, &option); i++) {
            if (option.commands & command->bit)
                put_zsh_option(&option);
        }
        fputs(" ;;\n", stdout);
    }
    fputs("            esac ;;\n    esac\n}\n\n"
          "if [ \"$funcstack[1]\" = _aifsim ]; then\n"
          "    _aifsim \"$@\"\n"
          "else\n"
          "    compdef _aifsim aifsim\n"
          "fi\n",
          stdout);
}
