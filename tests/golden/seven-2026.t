# SPDX-License-Identifier: GPL-3.0-or-later
# The README's first command, from the build on.

$ build/release/aifsim check scenarios/europe/seven-2026.yaml
> scenarios/europe/seven-2026.yaml: valid, 2026-01-01 to 2027-01-01
> 7 sites, 17 partitions, 7 classes, 129 sources of jobs
>
>   offered load                      users background   together     target         jobs
>   bsc.mn5_acc                      40.8 %     39.2 %     80.0 %     80.0 %    2 660 000
>   bsc.mn5_ai                       40.8 %     39.2 %     80.0 %     80.0 %      524 000
>   bsc.mn5_gpp                       0.0 %     80.0 %     80.0 %     80.0 %    2 480 000
>   meluxina.meluxina_gpu            28.6 %     41.4 %     70.0 %     70.0 %      453 000
>   meluxina.meluxina_ai             40.8 %     29.2 %     70.0 %          -         4010
>   meluxina.meluxina_cpu             0.0 %     80.0 %     80.0 %     80.0 %      219 000
>   it4lia.booster                   40.8 %     44.2 %     85.0 %     85.0 %    6 520 000
>   it4lia.lisa                      40.8 %     44.2 %     85.0 %     85.0 %      644 000
>   it4lia.it4lia_ai                 40.8 %     39.2 %     80.0 %          -       26 400
>   it4lia.dcgp                       0.0 %     82.0 %     82.0 %     82.0 %      603 000
>   hammerhai.hunter                  0.0 %     80.0 %     80.0 %     80.0 %      496 000
>   hammerhai.hammerhai_ai           40.8 %     39.2 %     80.0 %     80.0 %       50 100
>   mimer.arrhenius                  28.6 %     51.4 %     80.0 %     80.0 %      118 000
>   mimer.mimer_ai                   40.8 %     39.2 %     80.0 %          -         2390
>   lumi.lumi_g                      40.8 %     44.2 %     85.0 %     85.0 %    9 020 000
>   lumi.lumi_c                       0.0 %     82.0 %     82.0 %     82.0 %      804 000
>   pharos.daedalus                  28.6 %     46.4 %     75.0 %     75.0 %       28 600
>
>   owners of shares                  offered        asked    ratio
>   eurohpc                       143 000 000  117 000 000   81.6 %  GPU-h
>   national                       95 700 000   81 800 000   85.4 %  GPU-h
>   host                            4 560 000    2 910 000   63.7 %  GPU-h
>   consortium                     52 200 000   46 100 000   88.4 %  GPU-h
>   pooled                         93 200 000   75 200 000   80.7 %  node-h
>
>   links with most data               data background
>   lumi-helsinki <                  0.27 %     22.9 %
>   bsc-barcelona <                  0.23 %     22.9 %
>   stockholm-helsinki >             0.19 %     34.3 %
>   copenhagen-stockholm >           0.19 %     34.3 %
>   hamburg-copenhagen >             0.19 %     34.3 %
& aifsim: warning: scenarios/europe/seven-2026.yaml: 58 % of the jobs of class training do not fit mimer.mimer_ai (wider than 18 GPUs for one job) and are drawn anew among its narrower ones; so it is in 4 more cases of class and machine
$ build/release/aifsim run scenarios/europe/seven-2026.yaml --quiet | tail -n 3
> plots    results/seven-2026/plots (<...> figures)
> results  results/seven-2026/result.h5
> digest   <...>
& aifsim: warning: scenarios/europe/seven-2026.yaml: 58 % of the jobs of class training do not fit mimer.mimer_ai (wider than 18 GPUs for one job) and are drawn anew among its narrower ones; so it is in 4 more cases of class and machine
$ ls results/seven-2026/plots | grep -c svg
> 9

# mistakes in it are all told, with their places
$ { cat scenarios/europe/seven-2026.yaml; printf 'hrizon: {start: 2026-01-01}\nsites_: 3\n'; } >scenarios/europe/bad.yaml; aifsim check scenarios/europe/bad.yaml
& scenarios/europe/bad.yaml:51:1: error: unknown key 'hrizon'; did you mean 'horizon'?
& scenarios/europe/bad.yaml:52:1: error: unknown key 'sites_'; did you mean 'sites'?
! exit 2

# every figure of the backgrounds has a source and a quality
$ aifsim run builtin:seven-2026 -r 1 --set horizon.end=2026-01-02 --set horizon.preroll='0 d' --set horizon.followup='0 d' --quiet --no-plots -o facts >out.txt; for c in path quality source origin; do h5dump -y -w 1 -d /inputs/$c facts/result.h5 | sed -n '/DATA {/,/}/p' | grep '"' | sed 's/\\000//g; s/^ *"//; s/",\{0,1\}$//' >$c.txt; done; paste -d'|' path.txt quality.txt source.txt origin.txt | grep ^background | grep -v -e '|default$' -e '[.]title|' | awk -F'|' '{n++} $2=="" || $3=="" {print} END {print (n > 100 ? "over a hundred figures" : n)}'
> over a hundred figures
& aifsim: warning: builtin:seven-2026: 7 partitions open after the window only, bsc.mn5_ai the first, on 2026-07-01

# mean GPU-hours of a job as the comments of demand-2026 and background-2026 have them
< mean.yaml
| aifsim: 1
| name: 1,000 jobs in a day
| extends: [builtin:accelerators, builtin:classes]
| horizon: {start: 2026-01-05, end: 2026-01-06}
| sites: {a: {country: IS, partitions: {gpu: {nodes: 1000, gpus_per_node: 4, allocation: gpu, accelerator: GH200, shares: {eurohpc: {part: 100 %}}}}}}
| communities: {users: {country: IS, kind: academia, submit: {rate: 1000 /d, home: {a.gpu: 100 %}, mix: MIX}}}
$ for who in sme-de startup-de industry-de academia-de public-eu strategic-eu mn5-ai; do mix=$(cat scenarios/europe/parts/demand-2026.yaml scenarios/europe/parts/background-2026.yaml | sed -n "/^  $who:/,/source/p" | tr -d '\n' | sed 's/.*mix: \({[^}]*}\).*/\1/'); sed "s/MIX/$mix/" mean.yaml >mean1.yaml; aifsim check mean1.yaml | sed -n "s/(no owner named) *-/$who/p"; done
>   sme-de         6930        -  GPU-h
>   startup-de         9650        -  GPU-h
>   industry-de       12 700        -  GPU-h
>   academia-de       14 100        -  GPU-h
>   public-eu       11 100        -  GPU-h
>   strategic-eu       31 000        -  GPU-h
>   mn5-ai         4390        -  GPU-h
