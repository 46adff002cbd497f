#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# test_completion.sh AIFSIM - what bash's completion offers, word by word; and that zsh reads its.
# The last line is "N passed, N failed, N skipped".
set -u

binary=$(realpath -- "$1") || exit 2
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/tree" "$work/tree/some" && ln -s "$binary" "$work/bin/aifsim" || exit 1
PATH=$work/bin:$PATH
cd "$work/tree" || exit 1
touch plan.yaml log.swf notes.txt old.h5 some/inner.yaml
passed=0 failed=0 skipped=0

# shellcheck disable=SC1090
source <(aifsim completion bash) || exit 1

judge() { # NAME EXPECTED ACTUAL
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAIL script/test_completion.sh: %s\n    expected: %s\n    offered:  %s\n' "$1" "$2" "$3"
    fi
}

sorted() {
    printf '%s\n' "$@" | sort | xargs
}

# offer EXPECTED WORD...: the last word is being typed.
offer() {
    local expected=$1
    shift
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMPREPLY=()
    _aifsim 2>/dev/null
    set -f
    # shellcheck disable=SC2086 # words on purpose
    judge "$*_" "$(sorted $expected)" "$(sorted "${COMPREPLY[@]-}")"
    set +f
}

offer 'run report replay' aifsim r
offer 'check' aifsim che
offer 'show schema' aifsim s
offer '--replications' aifsim run plan.yaml --rep
offer '--trace --trace-replications' aifsim run --tr
offer '--origin --option' aifsim show plan.yaml --o
offer '--json' aifsim schema --j
offer '' aifsim check --repl
offer 'none summary jobs full' aifsim run plan.yaml --trace ''
offer 'jobs' aifsim run plan.yaml --trace j
offer 'svg png pdf' aifsim plot -f ''
offer 'fcfs' aifsim replay log.swf --policy f
offer 'plan.yaml some/' aifsim run ''
offer 'some/inner.yaml' aifsim run some/
offer 'log.swf some/' aifsim replay ''
offer 'old.h5 some/' aifsim plot ''
offer 'some' aifsim run plan.yaml -o ''
offer 'horizon.preroll' aifsim explain horizon.p
offer 'sites.*.partitions.*.ramp' aifsim explain 'sites.*.partitions.*.ra'
offer 'wait.mean' aifsim explain wait.m
offer 'seed=' aifsim run plan.yaml --set see
offer 'bash zsh keys' aifsim completion ''
offer '' aifsim run plan.yaml --seed ''
offer 'show' aifsim --quiet sho

# Every command and option of the help is offered.
for command in $(aifsim --help | sed -nE 's/^  ([a-z]+) .*/\1/p'); do
    wanted=$(aifsim "$command" --help | sed -nE 's/^ +(-., )?(--[a-z-]+).*/\2/p' | sort | xargs)
    COMP_WORDS=(aifsim "$command" --) COMP_CWORD=2 COMPREPLY=()
    _aifsim
    judge "options of $command" "$wanted" "$(sorted "${COMPREPLY[@]}")"
done

if command -v zsh >/dev/null 2>&1; then
    aifsim completion zsh >_aifsim
    zsh -n _aifsim
    judge 'zsh reads its script' 0 $?
    judge 'zsh defines the function' '_aifsim: function' \
        "$(zsh -f -c 'autoload -U compinit && compinit -u -D && source ./_aifsim && whence -w _aifsim')"
else
    echo 'skip script/test_completion.sh: no zsh here'
    skipped=1
fi
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
