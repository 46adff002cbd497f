# SPDX-License-Identifier: GPL-3.0-or-later
# Applications, awards, and projects that turn them into jobs.

$ aifsim run scenarios/textbook/project-life.yaml --quiet --no-plots -o life | sed -n '/^Expected/,/^$/p'
> Expected
> met     lead_time.mean{mode=single}                    0.0482 ±0.0013 d, expected 0.0465 to 0.0507 d
> met     award.used{mode=single}                        100 %, expected at least 99.99 %
> met     lead_time.stage.date{mode=called,stage=cutoff} 7.59 ±0.07 d, expected 7.4 to 7.9 d
> met     lead_time.stage.date{mode=called,stage=review} 10.0 d, expected 9.99 to 10.01 d
> met     success{mode=lucky}                            74.6 ±0.4 %, expected 74 to 76 %
> met     applications{mode=lucky}                       4410 ±60, expected 4350 to 4530
> met     award.used{mode=wasteful}                      59.6 ±1.2 %, expected 58 to 61 %
> met     award.used.expired{mode=wasteful}              40.4 ±1.2 %, expected 39 to 42 %
>

# without review, cut-off and staff, each award one job: job for job what the same arrivals submit
< projects.yaml
| aifsim: 1
| extends: scenarios/textbook/project-life.yaml
| name: "one job each"
| horizon: {start: 2027-01-01, end: 2027-04-01, preroll: 0 d, followup: 30 d}
| communities:
|   singles: {members: 1, apply: {rate: 6136.2 /yr}}
|   callers: ~
|   gamblers: ~
|   hoarders: ~
| expect: ~
< jobs.yaml
| aifsim: 1
| extends: projects.yaml
| communities: {singles: {apply: ~, submit: {rate: 6136.2 /yr, home: {one.machine: 100 %}, classes: {hour: 100 %}}}}
$ for s in projects jobs; do aifsim run $s.yaml --trace jobs --quiet --no-plots -o $s >$s.txt && aifsim export $s --jobs --csv | cut -d , -f 4-11 >$s.csv; done; head -n 1 jobs.csv; cmp projects.csv jobs.csv && wc -l <jobs.csv
> time_submit_s,time_eligible_s,time_start_s,time_end_s,time_done_s,nodes,gpus_milli,walltime_s
> 2064

# the same from several threads
$ for j in 1 3; do aifsim run builtin:project-life --set horizon.end=2027-07-01 -r 3 -j $j --quiet --no-plots -o j$j 2>missed.txt | tail -n 1; done | uniq | wc -l
> 1

# mistakes
< wrong.yaml
| aifsim: 1
| extends: scenarios/textbook/project-life.yaml
| name: "wrong projects"
| spend: {ramp: 90 %, rush_after: 80 %}
| communities:
|   singles: {apply: {modes: {single: 50 %, called: 50 %}}}
|   callers: {submit: {rate: 1 /d}}
|   gamblers: {apply: {rate: 0 /yr}}
| access_modes:
|   called: {kinds: [industry]}
|   lucky: {stages: ~}
$ aifsim check wrong.yaml
& scenarios/textbook/project-life.yaml:33:3: error: access_modes.lucky: has no 'stages', the classes of jobs that its projects run; write for example 'stages: {training: 100 %}'
& scenarios/textbook/project-life.yaml:38:3: error: communities.callers: gives more than one of 'submit', 'replay' and 'apply'; make a community of each
& scenarios/textbook/project-life.yaml:38:93: error: communities.callers.apply.modes.called: is not open to users of the kind 'startup'; write one of its 'kinds'
& scenarios/textbook/project-life.yaml:39:58: error: communities.gamblers.apply: needs a 'rate' above 0; write for example 'rate: 0.001 /yr'
& wrong.yaml:4:33: error: spend.rush_after: comes before the end of the ramp
& wrong.yaml:6:51: error: communities.singles.apply.modes.called: is not open to users of the kind 'sme'; write one of its 'kinds'
! exit 2
< nothing.yaml
| aifsim: 1
| extends: scenarios/textbook/project-life.yaml
| name: "no such mode"
| communities: {singles: {apply: {modes: {singel: 100 %}}}}
$ aifsim check nothing.yaml
& nothing.yaml:4:49: error: communities.singles.apply.modes.singel: 'singel' is not one of access_modes; did you mean 'single'?
! exit 2
