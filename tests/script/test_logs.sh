#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# test_logs.sh AIFSIM - logs of real machines from ../shared/traces, which are not part of the
# project: read with the commands of docs/models.md, then fitted, and the fits replayed. A fit has to
# come near the log's use and wait on the same machine under the same policy (docs/validation.md).
# The last line is "N passed, N failed, N skipped".
set -u

aifsim=$(realpath -- "$1") || exit 2
logs=$(realpath -q -- ../shared/traces)
commands=$(realpath -- docs/models.md) || exit 2
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
passed=0 failed=0

if [ ! -d "${logs:-/nowhere}" ]; then
    echo 'script/test_logs.sh: no logs in ../shared/traces'
    echo '0 passed, 0 failed, 1 skipped'
    exit 0
fi
cd "$work" && mkdir bin && ln -s "$aifsim" bin/aifsim || exit 1
PATH=$work/bin:$PATH
ln -s "$logs"/ai/philly.csv "$logs"/ai/openb_pod_list_default.csv \
    "$logs"/surf_halfyear_tasks.csv.gz "$logs"/swf/*.swf . || exit 1

judge() { # NAME EXPECTED ACTUAL
    if [ "$2" = "$3" ]; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1))
        printf 'FAIL script/test_logs.sh: %s\n    expected: %s\n    found:    %s\n' "$1" "$2" "$3"
    fi
}

# told COMMAND: what it says of the log on standard error, in one line.
told() {
    local said
    said=$(eval "$1 --quiet --no-plots --trace none" 2>&1 >out.txt) || said="exit $? $said"
    printf '%s\n' "$said" | sed 's/^aifsim: //; /^read as/s/:.*//' | paste -sd';'
}

# command LOG: the line of docs/models.md that replays it.
command_for() {
    grep -m 1 "^    aifsim replay $1 " "$commands"
}

philly='read as philly;82247 of 82247 jobs of the log kept;82247 without a requested time: the run time taken;82247 sorted by submit'
judge philly "$philly" "$(told "$(command_for philly.csv)")"
judge 'philly by a map' "${philly/as philly/as csv}" "$(told "$(grep -m 1 'aifsim replay philly.csv.*--columns' "$commands")")"
judge alibaba 'read as alibaba;6203 of 8152 jobs of the log kept;897 dropped: no run time;1052 dropped: processors unknown or none;6203 without a requested time: the run time taken;3078 with a part of a processor: rounded up to whole ones where there are no slices' \
    "$(told "$(command_for openb_pod_list_default.csv)")"
judge surf 'read as surf;194917 of 194917 jobs of the log kept;194917 without a requested time: the run time taken;194820 sorted by submit' \
    "$(told "$(command_for surf_halfyear_tasks.csv.gz)")"
judge 'KTH as published' '28481 of 28489 jobs of the log kept;8 dropped: no run time;475 cut at their requested time' \
    "$(told "$(command_for KTH-SP2-1996-unfiltered.swf)")"

# two of them as communities of a scenario, scaled, each split over two sites
mkdir two
cat >two/plan.yaml <<'EOF'
aifsim: 1
name: Two logs on two sites
horizon: {start: 2026-01-01, end: 2026-06-01}
accelerators: {H100: {vendor: NVIDIA, memory: 80 GB}}
classes:
  training: {gpus: {1: 100 %}, run: {lognormal: {median: 1 h, sigma: 1}}}
sites:
  a: {country: FI, partitions: {gpu: {nodes: 100, gpus_per_node: 8, allocation: gpu, packing: any, accelerator: H100}}}
  b: {country: IT, partitions: {gpu: {nodes: 50, gpus_per_node: 4, accelerator: H100, max_walltime: 24 h}}}
communities:
  philly: {country: FI, kind: industry, replay: {file: ai/philly.csv, class: training, home: {a.gpu: 80 %, b.gpu: 20 %},
           scale_load: 1.5, scale_time: 0.5, start: 2026-01-05}}
  surf: {country: NL, kind: academia, replay: {file: surf_halfyear_tasks.csv.gz, class: training, home: {a.gpu: 50 %, b.gpu: 50 %},
         scale_width: 0.0625, columns: {submit: "submission_time:ms", run: "duration:ms", gpus: cpu_count}}}
EOF
judge 'communities of two logs' 'communities.philly: read as philly;communities.philly: 82247 of 82247 jobs of the log kept;communities.philly: 82247 without a requested time: the run time taken;communities.philly: 82247 sorted by submit;communities.surf: read as csv;communities.surf: 194917 of 194917 jobs of the log kept;communities.surf: 194917 without a requested time: the run time taken;communities.surf: 194820 sorted by submit;warning: two/plan.yaml: b.gpu is offered 120 % of what it can do; its queue grows for as long as that lasts' \
    "$(told "aifsim run two/plan.yaml -r 1 --data '$logs' -o communities" | sed 's/: read as \([a-z]*\):[^;]*/: read as \1/g')"
judge 'jobs of both on both sites' 'a.gpu 163025 b.gpu 114139' \
    "$(awk -F, '$1 == "jobs.submitted" && $3 ~ /^partition=/ {sub("partition=", "", $3); print $3, $5}' \
        communities/summary.csv | xargs)"

# figure DIR NAME
figure() {
    awk -F, -v name="$2" '$1 "," $2 "," $3 == name {print $5}' "$1/summary.csv"
}

# fits LOG USE WAIT OPTION...: use at most USE points off, wait at most WAIT times more or less
fits() {
    local log=$1 points=$2 times=$3
    shift 3
    aifsim replay "$log" "$@" --quiet --no-plots --trace none -o log >out.txt 2>&1 &&
        aifsim fit "$log" "$@" --no-plots -o fit >out.txt 2>&1 &&
        aifsim run fit/community.yaml -r 8 --quiet --no-plots --trace none -o model >out.txt 2>&1
    judge "$log: exit" 0 $?
    judge "$log: use and wait" near "$(awk -v points="$points" -v times="$times" \
        -v use="$(figure log utilisation,,partition=log.machine)" -v wait="$(figure log wait,mean,)" \
        -v use_m="$(figure model utilisation,,partition=log.machine)" \
        -v wait_m="$(figure model wait,mean,)" 'BEGIN {
            off = 100 * (use_m - use); off = off < 0 ? -off : off
            ratio = wait_m / wait
            if (off <= points && ratio <= times && ratio >= 1 / times) print "near"
            else printf "use %g, model %g; wait %g h, model %g h\n", use, use_m, wait, wait_m }')"
}

fits kth.swf 4 2
fits hpc2n3k.swf 6 3
fits wagap.swf 8 3
fits philly.csv 12 4 --nodes 640

echo "$passed passed, $failed failed, 0 skipped"
[ "$failed" -eq 0 ]
