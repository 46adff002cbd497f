# SPDX-License-Identifier: GPL-3.0-or-later
# What a scenario expects of its figures.

< expecting.yaml
| aifsim: 1
| extends: scenarios/textbook/easy-small.yaml
| name: "with expectations"
| expect:
|   "wait.p95{kind=academia}": {at_most: 24 h}
|   "utilisation{partition=desk.machine}": {between: [70 %, 90 %], source: "as offered"}
|   "jobs.ended{kind=academia,class=x}": {at_least: 1}

# mistakes have their places
$ aifsim check expecting.yaml
& expecting.yaml:7:3: error: expect: 'jobs.ended' is not split like this; there are all, site, partition, kind, class
! exit 2
$ sed -i '$d' expecting.yaml
$ aifsim run expecting.yaml -r 2 --quiet --no-plots -o met | sed -n '/^Expected/,$p'
> Expected
> met     wait.p95{kind=academia}                        10 ±62 h, expected at most 24 h
> met     utilisation{partition=desk.machine}            82 ±51 %, expected 70 to 90 %
>
> results  met/result.h5
> digest   <...>

# in the result and beside it
$ h5ls met/result.h5/summary/expect
> at_least                 Dataset {2}
> at_most                  Dataset {2}
> figure                   Dataset {2}
> met                      Dataset {2}
$ grep ',1,$' met/summary.csv
> utilisation,,partition=desk.machine,1,0.8233505593899952,0.5066821276583667,2,flow,0.7,0.9,1,
> wait,p95,kind=academia,h,9.980034988267288,61.537158952381546,2,"cohort, sketch 1 %",,24,1,
$ tail -n 6 met/summary.json
>   ],
>   "expect": [
>     {"figure": "wait", "statistic": "p95", "selector": "kind=academia", "unit": "h", "at_least": null, "at_most": 24, "value": 9.980034988267288, "half_width": 61.537158952381546, "met": true},
>     {"figure": "utilisation", "statistic": "", "selector": "partition=desk.machine", "unit": "1", "at_least": 0.7, "at_most": 0.9, "value": 0.8233505593899952, "half_width": 0.5066821276583667, "met": true}
>   ]
> }

# missed: exit 1, and the results are there
$ sed -i 's/24 h/1 h/' expecting.yaml; aifsim run expecting.yaml -r 2 --quiet --no-plots -o missed | sed -n '/^Expected/,/^$/p'; echo "${PIPESTATUS[0]}"; ls missed
> Expected
> missed  wait.p95{kind=academia}                        10 ±62 h, expected at most 1 h
> met     utilisation{partition=desk.machine}            82 ±51 %, expected 70 to 90 %
>
> 1
> result.h5
> run.log
> summary.csv
> summary.json
& aifsim: error: 1 of 2 expectations was missed

# no value: open, and no failure
$ aifsim run expecting.yaml -r 1 --quiet --no-plots --set sites.desk.partitions.machine.online=2030-01-01 -o open >open.txt; echo $?; sed -n '/^Expected/,/^$/p' open.txt
> 0
> Expected
> open    wait.p95{kind=academia}                        no value, expected at most 1 h
> open    utilisation{partition=desk.machine}            no value, expected 70 to 90 %
>
& aifsim: warning: expecting.yaml: desk.machine opens on 2030-01-01, after the window

# a window that is too short for what is expected
$ sed -i 's/at_most: 1 h/at_most: 1 h, window: 60 d/' expecting.yaml; aifsim run expecting.yaml -r 2 --quiet --no-plots -o short >short.txt; echo $?; sed -n '/^Expected/,/^$/p' short.txt; aifsim export short --json | grep -c '"met": null'
> 0
> Expected
> open    wait.p95{kind=academia}                        10 ±62 h, expected at most 1 h over a longer window
> met     utilisation{partition=desk.machine}            82 ±51 %, expected 70 to 90 %
>
> 1

# every mistake at once
< mistakes.yaml
| aifsim: 1
| extends: scenarios/textbook/easy-small.yaml
| name: "with mistakes"
| expect:
|   "wiat.p95": {at_most: 24 h}
|   wait: {at_most: 24 h}
|   "wait.p95{kind=acadmia}": {at_most: 24 h}
|   wait.p90: {at_most: 24 MW}
|   wait.p99: {atmost: 24 h, between: 3 h}
|   energy: {}
|   wait.p50: 3 h
|   slowdown.mean: {at_most: 3, window: 3 m}
|   wait.mean: {between: [3 h, 2 h]}
$ aifsim check mistakes.yaml
& mistakes.yaml:5:3: error: expect: there is no figure 'wiat.p95'; did you mean 'wait.p95'?
& mistakes.yaml:6:3: error: expect: 'wait' needs a statistic; there are wait.mean, wait.p50, wait.p90, wait.p95, wait.p99, wait.weighted
& mistakes.yaml:7:3: error: expect: 'wait.p95' has no kind 'acadmia'; did you mean 'academia'?
& mistakes.yaml:8:23: error: expect: '24 MW' is not a duration; write for example '24 ms'
& mistakes.yaml:9:14: error: expect: unknown key 'atmost'; known are at_most, at_least, between, window, source, quality, note
& mistakes.yaml:9:28: error: expect: 'between' takes two values; write for example 'between: [80 %, 90 %]'
& mistakes.yaml:10:3: error: expect: says nothing; write for example '{at_most: 24 h}'
& mistakes.yaml:11:3: error: expect: a mapping belongs here; write for example '{at_most: 24 h}'
& mistakes.yaml:12:39: error: expect: '3 m' is not a duration; write for example '3 min'
& mistakes.yaml:13:3: error: expect: no value is at least the larger and at most the smaller bound; the lower bound comes first, as in 'between: [80 %, 90 %]'
! exit 2
