# SPDX-License-Identifier: GPL-3.0-or-later
# Options in worlds: tables, study.h5, study.csv.

$ aifsim check builtin:mm1-compare | tail -n 1
>   5 options in 7 worlds (4 draws among them), all valid

# formulas: 9, 0.41 and 0.25 h in the queue; 10, 0.91 and 1.25 h in the system
$ aifsim compare builtin:mm1-compare -r 8 --quiet --no-plots -o one
> Is one fast server better than two slow ones?
> 5 options, 2026-01-01 to 2028-01-01, 8 replications of each under common random numbers, seed 20241210
> 7 worlds: as planned, 2 other futures, 4 draws of uncertain inputs
>
> wait.mean, h - less is better; a difference counts from 0.0833 h
>   option                                      mean            difference  verdict       same sign  worst regret
>   One server (baseline)                   9.2 ±1.7                                                         18.7
>   One server, twice as fast           0.417 ±0.012             -8.8 ±2.6  better           7 of 7         0.163
>   Two servers                         0.260 ±0.011             -9.0 ±2.7  better           7 of 7             0
>   Two servers,…slower by half           1.29 ±0.07             -7.9 ±2.4  better           7 of 7          1.31
>   One server with backfill                9.2 ±1.7                     0  open                  -          18.7
>   Best: Two servers.
>
> job_lead.mean, h - less is better; a difference counts from 0.0833 h
>   option                                      mean            difference  verdict       same sign  worst regret
>   One server (baseline)                  10.2 ±1.7                                                         19.0
>   One server, twice as fast           0.917 ±0.017             -9.3 ±2.8  better           7 of 7             0
>   Two servers                           1.26 ±0.02             -9.0 ±2.7  better           7 of 7         0.398
>   Two servers,…slower by half           2.79 ±0.08             -7.4 ±2.3  better           7 of 7          2.15
>   One server with backfill               10.2 ±1.7                     0  open                  -          19.0
>   Best: One server, twice as fast.
>
> utilisation{partition=desk.machine}, % - more is better; a difference counts from 5.00 %
>   option                                      mean            difference  verdict       same sign  worst regret
>   One server (baseline)                  89.9 ±0.9                                                            0
>   One server, twice as fast              45.0 ±0.5            -44.9 ±0.8  worse            7 of 7          47.3
>   Two servers                            45.0 ±0.5            -44.9 ±0.7  worse            7 of 7          47.3
>   Two servers,…slower by half            67.5 ±0.7            -22.5 ±0.4  worse            7 of 7          23.6
>   One server with backfill               89.9 ±0.9                     0  open                  -             0
>   Cannot be told from the best: One server, One server with backfill.
>
> Against the baseline
>   wait.mean: One server, twice as fast is better than One server by -8.8 ±2.6 h (-95 %), with this sign in 7 of 7 worlds
>   job_lead.mean: One server, twice as fast is better than One server by -9.3 ±2.8 h (-91 %), with this sign in 7 of 7 worlds
>   utilisation{partition=desk.machine}: One server, twice as fast is worse than One server by -44.9 ±0.8 % (-50 %), with this sign in 7 of 7 worlds
>   wait.mean: Two servers is better than One server by -9.0 ±2.7 h (-97 %), with this sign in 7 of 7 worlds
>   job_lead.mean: Two servers is better than One server by -9.0 ±2.7 h (-88 %), with this sign in 7 of 7 worlds
>   utilisation{partition=desk.machine}: Two servers is worse than One server by -44.9 ±0.7 % (-50 %), with this sign in 7 of 7 worlds
>   wait.mean: Two servers, each slower by half is better than One server by -7.9 ±2.4 h (-86 %), with this sign in 7 of 7 worlds
>   job_lead.mean: Two servers, each slower by half is better than One server by -7.4 ±2.3 h (-73 %), with this sign in 7 of 7 worlds
>   utilisation{partition=desk.machine}: Two servers, each slower by half is worse than One server by -22.5 ±0.4 % (-25 %), with this sign in 7 of 7 worlds
>   wait.mean: One server with backfill and One server: equal in every replication
>   job_lead.mean: One server with backfill and One server: equal in every replication
>   utilisation{partition=desk.machine}: One server with backfill and One server: equal in every replication
>
> Not beaten in all of wait.mean, job_lead.mean, utilisation{partition=desk.machine}
>   One server (in 100 % of resamples)
>   One server, twice as fast (in 100 % of resamples)
>   Two servers (in 100 % of resamples)
>   Two servers, each slower by half (in 100 % of resamples)
>   One server with backfill (in 100 % of resamples)
>
> Chosen over all worlds, without probabilities
>   wait.mean: maximin Two servers; minimax regret Two servers; hurwicz Two servers; p90 regret Two servers
>   job_lead.mean: maximin One server, twice as fast; minimax regret One server, twice as fast; hurwicz One server, twice as fast; p90 regret One server, twice as fast
>   utilisation{partition=desk.machine}: maximin One server or One server with backfill; minimax regret One server or One server with backfill; hurwicz One server or One server with backfill; p90 regret One server or One server with backfill
>   (maximin: the best of the worst values; minimax regret: the smallest of the largest losses
>   against the best option of the same world; hurwicz: the best mean of best and worst value;
>   p90 regret: the smallest of the losses that nine of ten worlds stay below)
>
> Break-even
>   job_lead.mean: Two servers, each slower by half and One server are equal at communities.visitors.submit.rate 0.393 /h (0.382 to 0.401), looked for from 0.100 to 0.900 /h
>   job_lead.mean: One server, twice as fast and One server keep their order wherever it was looked, with communities.visitors.submit.rate from 0.100 to 0.900 /h
>
> ± is the half-width of a 95 % interval over replications, as planned; of differences it is paired
> and adjusted by Holm's rule over 12 comparisons. Better or worse: the interval excludes 0, the
> difference counts, and its sign holds in 9 of 10 worlds; leans: in 2 of 3; else open.
> Best: left when all options are screened in that figure alone, at the same level.
>
> study    one/study.h5
> digest   84fd82c91b79c681e5c42e3670b627255224e4c1b2d6cba38afaf2afb1cc2eea

# what is of the result of a run says what to do with a study
$ aifsim export one --csv
& aifsim: error: 'one/study.h5' is a study of options, and an export is of the result of a run; its values are in study.csv beside it, 'aifsim plot' draws its figures, 'aifsim report' makes a page of it
! exit 2
$ aifsim plot one/study.h5 --plot=text
& aifsim: error: 'one/study.h5' is a study of options, and a plot as text is of the result of a run; its values are in study.csv beside it, 'aifsim plot' draws its figures, 'aifsim report' makes a page of it
! exit 2

# any number of threads gives the same bytes
$ aifsim compare builtin:mm1-compare -r 8 -j 1 --quiet --no-plots -o two >two.txt; cmp one/study.h5 two/study.h5 && cmp one/study.csv two/study.csv && ls two
> run.log
> study.csv
> study.h5
$ aifsim compare builtin:mm1-compare -r 8 --seed 7 --quiet --no-plots -o three | grep digest >seven.txt; tail -n 1 two.txt | cmp -s - seven.txt || echo "another seed, another digest"
> another seed, another digest

# what the file holds
$ h5ls -r one/study.h5 | grep -v Group
> /inputs/origin           Dataset {149}
> /inputs/path             Dataset {149}
> /inputs/quality          Dataset {149}
> /inputs/source           Dataset {149}
> /inputs/unit             Dataset {149}
> /inputs/value            Dataset {149}
> /meta/command            Dataset {1}
> /meta/question           Dataset {1}
> /meta/scenario           Dataset {1}
> /study/bounded           Dataset {5, 7, 280}
> /study/breakeven/answer  Dataset {2}
> /study/breakeven/at_from Dataset {2}
> /study/breakeven/at_to   Dataset {2}
> /study/breakeven/figure  Dataset {2}
> /study/breakeven/from    Dataset {2}
> /study/breakeven/high    Dataset {2}
> /study/breakeven/input   Dataset {2}
> /study/breakeven/low     Dataset {2}
> /study/breakeven/option  Dataset {2}
> /study/breakeven/to      Dataset {2}
> /study/breakeven/unit    Dataset {2}
> /study/breakeven/value   Dataset {2}
> /study/changes/option    Dataset {5}
> /study/changes/path      Dataset {5}
> /study/changes/value     Dataset {5}
> /study/differences/adjusted_p Dataset {5, 3}
> /study/differences/half_width Dataset {5, 3}
> /study/differences/half_width_alone Dataset {5, 3}
> /study/differences/mean  Dataset {5, 3}
> /study/differences/relative Dataset {5, 3}
> /study/differences/variance_ratio Dataset {5, 3}
> /study/figures/better    Dataset {280}
> /study/figures/group     Dataset {280}
> /study/figures/help      Dataset {280}
> /study/figures/method    Dataset {280}
> /study/figures/name      Dataset {280}
> /study/figures/statistic Dataset {280}
> /study/figures/unit      Dataset {280}
> /study/keys/figure       Dataset {3}
> /study/keys/judged       Dataset {3}
> /study/keys/matters      Dataset {3}
> /study/keys/name         Dataset {3}
> /study/keys/traded_off   Dataset {3}
> /study/options/description Dataset {5}
> /study/options/name      Dataset {5}
> /study/options/title     Dataset {5}
> /study/periods/start     Dataset {24}
> /study/periods/use       Dataset {5, 24}
> /study/periods/use_half_width Dataset {5, 24}
> /study/periods/waiting   Dataset {5, 24}
> /study/periods/waiting_half_width Dataset {5, 24}
> /study/planned/bound     Dataset {5, 3}
> /study/planned/half_width Dataset {5, 3}
> /study/planned/mean      Dataset {5, 3}
> /study/planned/n         Dataset {5, 3}
> /study/prices/high       Dataset {5, 3}
> /study/prices/low        Dataset {5, 3}
> /study/prices/price      Dataset {5, 3}
> /study/values            Dataset {5, 7, 8, 280}
> /study/verdicts/front    Dataset {5}
> /study/verdicts/front_share Dataset {5}
> /study/verdicts/kept     Dataset {5, 3}
> /study/verdicts/sign_share Dataset {5, 3}
> /study/verdicts/verdict  Dataset {15}
> /study/worlds/kind       Dataset {7}
> /study/worlds/mean       Dataset {3, 5, 7}
> /study/worlds/name       Dataset {7}
> /study/worlds/regret     Dataset {3, 5, 7}
> /study/worlds/robustness Dataset {3, 5, 5}
$ h5dump -a /study/values/units -a /study/values/description -a /meta/format one/study.h5 | grep '(0)'
>    (0): "see /study/figures/unit"
>    (0): "[option][world][replication][figure]; NaN: the item has no such figure"
>    (0): "aifsim-study"
$ h5dump -d /meta/command one/study.h5 | grep '(0)'
>    (0): "aifsim compare builtin:mm1-compare -r 8"
>       (0): "how the study is made again"
>       (0): "1"
$ head -n 1 one/study.csv; grep '^[a-z]*,as planned,wait,mean,,' one/study.csv | cut -d, -f1-6,9
> option,world,figure,statistic,selector,unit,mean,half_width,n,difference,difference_half_width,bound
> plan,as planned,wait,mean,,h,8
> fast,as planned,wait,mean,,h,8
> two,as planned,wait,mean,,h,8
> pair,as planned,wait,mean,,h,8
> backfill,as planned,wait,mean,,h,8

# an option alone is what it is among others
$ aifsim run builtin:mm1-compare --option two -r 8 --quiet --no-plots -o alone >alone.txt; aifsim export alone --csv | grep '^wait,mean,,' | cut -d, -f5-7; grep '^two,as planned,wait,mean,,' one/study.csv | cut -d, -f7-9
> 0.25957168665285857,0.011352138378528949,8
> 0.25957168665285857,0.011352138378528949,8
$ aifsim run builtin:mm1-compare --option three --quiet -o alone
& aifsim: error: --option 'three': the scenario has the options plan, fast, two, pair, backfill
! exit 2

# figures
$ aifsim plot one -o plots && ls plots
> plots    plots (6 figures)
> differences.gp
> differences.svg
> over-time.gp
> over-time.svg
> regret.gp
> regret.svg
> spread.gp
> spread.svg
> trade-off.gp
> trade-off.svg
> worlds.gp
> worlds.svg

# a second writer is refused, a study that is not whole never has its name
$ mkdir held; (flock -x 9; aifsim compare builtin:mm1-compare -r 1 --quiet --no-plots -o held >held.txt; echo $?; ls -A held) 9>held/.aifsim.lock
> 2
> .aifsim.lock
& aifsim: error: a break-even takes two replications, low < high, two points of at most as many evaluations, and a tolerance above 0

# as many replications as a figure takes: by tens from min, and exit 1 where max is not enough
< until.yaml
| aifsim: 1
| extends: builtin:mm1-compare
| name: until
| horizon: {end: 2026-07-01}
| replications: {min: 4, max: 24, until: {figure: wait.mean, half_width: 25 %}}
| futures: ~
| uncertain: ~
| breakeven: ~
$ aifsim run until.yaml --quiet --no-plots -o run >run.txt; echo $?; sed -n 2p run.txt; ls run
> 0
> 2026-01-01 to 2026-07-01 · 14 replications · seed 20241210
> result.h5
> run.log
> summary.csv
> summary.json
$ aifsim run until.yaml --quiet --no-plots -j 1 -o again >again.txt; cmp run/result.h5 again/result.h5
$ aifsim compare until.yaml --quiet --no-plots -o study >study.txt; echo $?; sed -n 2p study.txt
> 0
> 5 options, 2026-01-01 to 2026-07-01, 14 replications of each under common random numbers, seed 20241210
$ aifsim run until.yaml --quiet --no-plots -o cap --set 'replications={min: 4, max: 5, until: {half_width: 1 %}}' >cap.txt; echo $?; sed -n 2p cap.txt
> 1
> 2026-01-01 to 2026-07-01 · 5 replications · seed 20241210
& aifsim: error: after 5 replications, the most there may be, the half-width is 2.17 of a mean of 7.27: wider than replications.until asks for
$ aifsim compare until.yaml --quiet --no-plots -o cap2 --set replications.max=5 --set 'replications.until.half_width=1 min' >cap.txt; echo $?; sed -n 2p cap.txt
> 1
> 5 options, 2026-01-01 to 2026-07-01, 5 replications of each under common random numbers, seed 20241210
& aifsim: error: after 5 replications, the most there may be, the half-width of the baseline is 2.17 of a mean of 7.27: wider than replications.until asks for
$ aifsim run until.yaml --quiet --no-plots -r 3 -o three | sed -n 2p
> 2026-01-01 to 2026-07-01 · 3 replications · seed 20241210
$ aifsim check until.yaml --set replications.until.figure=wait.men
& --set: error: replications.until.figure: there is no figure 'wait.men'; did you mean 'wait.mean'?
! exit 2
$ aifsim check until.yaml --set replications.until.half_width='3 MW'
& --set: error: replications.until.half_width: '3 MW' is not a duration; write for example '3 ms'
! exit 2
$ aifsim check until.yaml --set replications.until.half_width=~
& until.yaml:5:33: error: replications.until: takes both; write for example {figure: wait.mean, half_width: 10 %}
! exit 2

# a class too wide for the machine is cut, and not so on the larger one: other jobs
< wide.yaml
| aifsim: 1
| name: wide
| horizon: {start: 2026-01-01, end: 2026-01-08}
| accelerators: {H100: {vendor: NVIDIA, memory: 80 GB, worth: {any: 1}}}
| sites: {desk: {country: IS, partitions: {gpu: {nodes: 6, gpus_per_node: 4, accelerator: H100, policy: easy}}}}
| classes: {training: {gpus: {4: 70 %, 32: 30 %}, run: 1 h}, small: {gpus: 1, run: 1 h}}
| communities:
|   team: {country: IS, kind: sme, submit: {rate: 1 /h, home: {desk.gpu: 100 %}, mix: {training: 50 %, small: 50 %}}}
| broker: {rule: home}
| overrides: {more: {sites: {desk: {partitions: {gpu: {nodes: 8}}}}}}
| options: {plan: {}, more: {apply: [more]}}

$ aifsim check wide.yaml | tail -n 1
>   2 options in 1 world (0 draws among them), all valid
& aifsim: warning: wide.yaml: 30 % of the jobs of class training do not fit desk.gpu (wider than 24 GPUs for one job) and are drawn anew among its narrower ones
& aifsim: warning: wide.yaml: more runs other jobs than plan: of class training, 30 % are too wide for desk.gpu in plan, 0 % in more; to compare like with like, let none be wider than fits every option
$ aifsim compare wide.yaml -r 2 --quiet --no-plots -o wide >wide.txt
& aifsim: warning: wide.yaml: 30 % of the jobs of class training do not fit desk.gpu (wider than 24 GPUs for one job) and are drawn anew among its narrower ones
& aifsim: warning: wide.yaml: more runs other jobs than plan: of class training, 30 % are too wide for desk.gpu in plan, 0 % in more; to compare like with like, let none be wider than fits every option

# a narrower law is the same on both
$ sed 's/32: 30/24: 30/' wide.yaml >narrow.yaml; aifsim check narrow.yaml | tail -n 1
>   2 options in 1 world (0 draws among them), all valid
$ sed 's/32: 30/24: 30/' wide.yaml >narrow.yaml; aifsim run narrow.yaml -r 2 --quiet --no-plots -o narrow >narrow.txt

# demand that is a part of the machine grows with it
$ sed 's/rate: 1 .h, home: {desk.gpu: 100 %}/load: 50 % of desk.gpu/; s/32: 30/24: 30/' wide.yaml >load.yaml; aifsim check load.yaml | tail -n 1
>   2 options in 1 world (0 draws among them), all valid
& aifsim: warning: load.yaml: more changes what desk.gpu offers, and demand follows the machine: 100 % of the load there is written as a part of it; to hold demand, write `rate` instead of `load`
