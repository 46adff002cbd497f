/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/completion.h"

#include <stdio.h>
#include <string.h>

#include "cli/commands.h"

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
            cli_put_choices(option.choices);
            puts("' -- \"$cur\")) ;;");
        } else if (cli_takes_folder(&option)) {
            puts(" COMPREPLY=($(compgen -d -- \"$cur\")) ;;");
        } else if (cli_takes_path_and_value(&option)) {
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

void cli_put_bash_completion(void)
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
