/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The words of both scripts come from the tables of commands and options; the keys of scenarios
 * and the figures are asked of the program when they are wanted (`aifsim completion keys`). */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "models/figures/figures.h"
#include "models/config.h"
#include "scenarios/reference.h"

static enum sim_status put_names(struct sim_error *err)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct scn_reference reference;
    struct mdl_figure_about figure;
    enum sim_status status = arena ? scn_reference_create(mdl_config_fields, arena, &reference, err)
                                   : sim_fail(err, SIM_ENOMEM, "no memory for the list of keys");

    for (size_t i = 0; !status && i < reference.count; i++)
        puts(reference.key[i].path);
    for (size_t i = 0; !status && mdl_figure_about(i, &figure); i++)
        printf("%s%s%s\n", figure.name, *figure.statistic ? "." : "", figure.statistic);
    sim_arena_destroy(arena);
    return status;
}

static void put_choices(const char *const *choices)
{
    for (size_t i = 0; choices[i]; i++)
        printf("%s%s", i ? " " : "", choices[i]);
}

static bool is_folder(const struct cli_option_about *option)
{
    return option->argument && strcmp(option->argument, "DIR") == 0;
}

static bool is_path_and_value(const struct cli_option_about *option)
{
    return option->argument && strcmp(option->argument, "PATH=VALUE") == 0;
}

/* ---- bash ---- */

/* "-o|--output" */
static void put_case(const struct cli_option_about *option)
{
    if (option->letter)
        printf("        -%c | --%s)", option->letter, option->name);
    else
        printf("        --%s)", option->name);
}

/* What may stand behind an option that takes an argument. */
static void put_bash_arguments(void)
{
    struct cli_option_about option;

    fputs("    case $prev in\n", stdout);
    for (size_t i = 0; cli_option_about(i, &option); i++) {
        if (!option.argument)
            continue;
        put_case(&option);
        if (option.choices) {
            fputs(" COMPREPLY=($(compgen -W '", stdout);
            put_choices(option.choices);
            puts("' -- \"$cur\")) ;;");
        } else if (is_folder(&option)) {
            puts(" COMPREPLY=($(compgen -d -- \"$cur\")) ;;");
        } else if (is_path_and_value(&option)) {
            puts(" _aifsim_names \"$cur\" = ;;");
        } else {
            puts(" ;;");
        }
    }
    fputs("        *) return 1 ;;\n    esac\n", stdout);
}

static void put_bash_options(void)
{
    struct cli_option_about option;

    fputs("    case $command in\n", stdout);
    for (const struct cli_command *command = cli_commands; command->name; command++) {
        printf("        %s) echo '", command->name);
        for (size_t i = 0, n = 0; cli_option_about(i, &option); i++) {
            if (option.commands & command->bit)
                printf("%s--%s", n++ ? " " : "", option.name);
        }
        puts("' ;;");
    }
    puts("        *) echo '--help --version' ;;\n    esac");
}

static const char *bash_operand(const struct cli_command *command)
{
    if (strstr(command->operands, "SCENARIO"))
        return "_aifsim_files \"$cur\" '*.yaml'";
    if (strstr(command->operands, "LOG"))
        return "_aifsim_files \"$cur\" '*.@(swf|swf.gz|csv|csv.gz)'";
    if (strstr(command->operands, "RESULT"))
        return "_aifsim_files \"$cur\" '*.h5'";
    if (strstr(command->operands, "KEY"))
        return "_aifsim_names \"$cur\" ''";
    if (strstr(command->operands, "bash"))
        return "COMPREPLY=($(compgen -W 'bash zsh keys' -- \"$cur\"))";
    return ":";
}

static void put_command_names(void)
{
    for (const struct cli_command *command = cli_commands; command->name; command++)
        printf("%s%s", command == cli_commands ? "" : " ", command->name);
}

static void put_bash(void)
{
    fputs("# bash completion of aifsim; written by `aifsim completion bash`\n\n"
          "# keys of scenarios (and figures) that begin with $1, each followed by $2\n"
          "_aifsim_names() {\n"
          "    mapfile -t COMPREPLY < <(\"$_aifsim_program\" completion keys 2>/dev/null |\n"
          "        while read -r word; do [[ $word != \"$1\"* ]] || echo \"$word$2\"; done)\n"
          "    [ -z \"$2\" ] || compopt -o nospace 2>/dev/null\n"
          "}\n\n"
          "# folders, and files that fit the pattern $2\n"
          "_aifsim_files() {\n"
          "    local file\n"
          "    shopt -q extglob || shopt -s extglob\n"
          "    while read -r file; do\n"
          "        if [ -d \"$file\" ]; then\n"
          "            COMPREPLY+=(\"$file/\")\n"
          "        elif [[ $file == $2 ]]; then\n"
          "            COMPREPLY+=(\"$file\")\n"
          "        fi\n"
          "    done < <(compgen -f -- \"$1\")\n"
          "    [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != */ ]] || "
          "compopt -o nospace 2>/dev/null\n"
          "}\n\n"
          "# the argument of the option before; 1 when there is none\n"
          "_aifsim_argument() {\n"
          "    local cur=$1 prev=$2\n",
          stdout);
    put_bash_arguments();
    fputs("}\n\n"
          "_aifsim_options() {\n"
          "    local command=$1\n",
          stdout);
    put_bash_options();
    fputs("}\n\n"
          "_aifsim() {\n"
          "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= word\n"
          "    local _aifsim_program=${COMP_WORDS[0]}\n"
          "    COMPREPLY=()\n"
          "    for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
          "        case \" ",
          stdout);
    put_command_names();
    fputs(" \" in *\" $word \"*) command=$word; break ;; esac\n"
          "    done\n"
          "    _aifsim_argument \"$cur\" \"$prev\" && return\n"
          "    case $cur in\n"
          "        -*) COMPREPLY=($(compgen -W \"$(_aifsim_options \"$command\")\" -- \"$cur\")); "
          "return ;;\n"
          "    esac\n"
          "    case $command in\n"
          "        '') COMPREPLY=($(compgen -W 'help ",
          stdout);
    put_command_names();
    fputs("' -- \"$cur\")) ;;\n", stdout);
    for (const struct cli_command *command = cli_commands; command->name; command++)
        printf("        %s) %s ;;\n", command->name, bash_operand(command));
    fputs("    esac\n}\n\ncomplete -F _aifsim aifsim\n", stdout);
}

/* ---- zsh ---- */

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
        put_choices(option->choices);
        putchar(')');
    } else if (is_folder(option)) {
        fputs("_files -/", stdout);
    } else if (is_path_and_value(option)) {
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
        printf(" \\\n                '%s%s%s[", is_path_and_value(option) ? "*" : "", i ? "--" : "",
               names[i]);
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

static void put_zsh(void)
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

enum sim_status cli_completion(const struct cli_options *options, struct sim_error *err)
{
    const char *shell = options->operand[0];

    if (strcmp(shell, "keys") == 0)
        return put_names(err);
    if (strcmp(shell, "bash") == 0)
        put_bash();
    else if (strcmp(shell, "zsh") == 0)
        put_zsh();
    else
        return sim_fail(err, SIM_EUSAGE, "completion: '%.80s' is none of bash, zsh, keys", shell);
    return SIM_OK;
}
