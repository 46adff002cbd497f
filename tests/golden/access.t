# SPDX-License-Identifier: GPL-3.0-or-later
# Access modes and quotas: what is decided, and mistakes in them.

< calls.yaml
| aifsim: 1
| name: calls
| horizon: {start: 2026-01-01, end: 2027-01-01, preroll: 180 d, followup: 90 d}
| accelerators: {h100: {worth: {any: 1}}}
| classes: {work: {gpus: 1, run: 4 h, walltime: exact}}
| sites:
|   centre:
|     country: FI
|     partitions:
|       big:   {nodes: 100, gpus_per_node: 4, accelerator: h100, policy: easy, shares: {eurohpc: {part: 50 %}}}
|       small: {nodes: 20, gpus_per_node: 4, accelerator: h100, policy: easy, purpose: ai, shares: {eurohpc: {part: 50 %}}}
| access_modes:
|   quick:  {of: eurohpc, kinds: [sme, startup], award: 5000 GPU-h, duration: 1 month, draft: 2 workday, review: 2 workday, country: LU, pass: 90 %, unused: 20 %, stages: {work: 100 %}}
|   ranked: {of: eurohpc, on: [centre.big], kinds: [academia], award_nodes: {choice: [2000 node-h, 8000 node-h]}, duration: 3 month, cutoff: [15, last], review: 10 workday, country: LU, order: ranked, stages: {work: 100 %}}
|   pooled: {of: eurohpc, kinds: [academia], award_nodes: 3000 node-h, duration: 6 month, cutoff: every 2 month from 2026-02-15, review: 30 d, order: first_come_above_threshold, pass: 80 %, pool: {centre.big: 9000 node-h}, stages: {work: 100 %}}
| quotas:
|   industrial: {modes: [quick], of: eurohpc, at_most: 20 %, window: 1 month, carry_over: 2, released_to: [science]}
|   science:    {modes: [ranked, pooled], of: eurohpc, at_most: 40 %, window: 3 month, purpose: general}
| communities:
|   firms:  {country: FI, kind: sme, members: 1000, apply: {rate: 0.12 /yr, modes: {quick: 100 %}}}
|   groups: {country: FI, kind: academia, members: 200, apply: {rate: 0.4 /yr, modes: {ranked: 70 %, pooled: 30 %}}}

$ aifsim check calls.yaml
> calls.yaml: valid, 2026-01-01 to 2027-01-01
> 1 site, 2 partitions, 1 class, 2 sources of jobs
>
>   offered load                      users background   together     target         jobs
>   centre.big                       48.8 %      0.0 %     48.8 %          -      107 000
>   centre.small                     10.3 %      0.0 %     10.3 %          -         4500
>
>   owners of shares                  offered        asked    ratio
>   eurohpc                         2 100 000    1 780 000   84.7 %  GPU-h

$ aifsim run calls.yaml --no-plots --quiet -o calls >/dev/null && grep -E '^(success|oversubscription|quota\.[a-z]*),,[a-z"]*(mode|quota)=' calls/summary.csv | cut -d, -f1-5
> success,,mode=quick,1,0.8888888888888888
> success,,mode=ranked,1,0.4576271186440678
> success,,mode=pooled,1,0.5
> oversubscription,,mode=quick,1,
> oversubscription,,mode=ranked,1,
> oversubscription,,mode=pooled,1,1.6666666666666667
> oversubscription,,quota=industrial,1,1.1534436834094368
> oversubscription,,quota=science,1,2.271689497716895
> quota.used,,quota=industrial,1,1.0464231354642313
> quota.used,,quota=science,1,0.9817351598173516
> quota.blocked,,quota=industrial,1,0.8574200913242009
> quota.blocked,,quota=science,1,0.4132420091324201
> quota.idle,,quota=industrial,GPU-h,2753204.004
> quota.idle,,quota=science,GPU-h,1045158.678
> quota.released,,quota=industrial,GPU-h,0
> quota.released,,quota=science,GPU-h,0
> quota.lost,,quota=industrial,GPU-h,0
> quota.lost,,quota=science,GPU-h,12800

# a list may also be written as one text
$ sed 's/kinds: \[sme, startup\]/kinds: "sme, startup"/' calls.yaml >text.yaml; aifsim run text.yaml --no-plots --quiet -o text >/dev/null; cmp calls/summary.csv text/summary.csv && aifsim show calls.yaml | grep kinds
>     kinds: [sme, startup]
>     kinds: [academia]
>     kinds: [academia]

# whom a mode is open to
$ sed 's/kind: sme, members/kind: public, members/' calls.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:20:93: error: communities.firms.apply.modes.quick: is not open to users of the kind 'public'; write one of its 'kinds'
! exit 2
$ sed 's/kinds: \[sme, startup\]/kinds: [sme, start-up]/' calls.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:13:25: error: access_modes.quick.kinds: 'start-up' is not a kind of users; write for example 'sme'
! exit 2

# awards, in one of two units
$ sed 's/award: 5000 GPU-h/award: 5000 node-h/' calls.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:13:55: error: access_modes.quick.award: '5000 node-h' is not an amount of GPU time; write for example '5000 GPU-h'
! exit 2
$ sed 's/award: 5000 GPU-h, //' calls.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:13:3: error: access_modes.quick.award: is missing; write for example 'award: 5000 GPU-h', or 'award_nodes'
! exit 2
$ sed 's/award: 5000 GPU-h/award: 5000 GPU-h, award_nodes: 3 node-h/' calls.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:13:55: error: access_modes.quick.award: and 'award_nodes' are given; write one of them
! exit 2

# dates
$ sed 's/cutoff: \[15, last\]/cutoff: twice a month/' calls.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:14:140: error: access_modes.ranked.cutoff: 'twice a month' are no cut-offs; write 'continuous', days of the month '[15, last]', dates '[2026-03-15, 2026-09-15]' or 'every 6 month from 2026-03-15'
! exit 2
$ sed 's/cutoff: \[15, last\]/cutoff: [last, 15]/' calls.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:14:132: error: access_modes.ranked.cutoff: '15' does not come after the cut-off before it
! exit 2
$ sed 's/cutoff: \[15, last\], //' calls.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:14:3: error: access_modes.ranked.cutoff: is missing: a ranking is for one cut-off; write for example '[15, last]'
! exit 2
$ sed 's/every 2 month from/every 60 d from/' calls.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:15:97: error: access_modes.pooled.cutoff: '60 d' is not a number of months from 1 on; write for example 'every 6 month from 2026-03-15'
! exit 2
$ sed 's/review: 10 workday/review: 10 working days/' calls.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:14:160: error: access_modes.ranked.review: '10 working days' is not a period; write '10 workday'
! exit 2
$ sed 's/review: 10 workday, country: LU/review: 10 workday, country: LUX/' calls.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:14:181: error: access_modes.ranked.country: 'LUX' is not the two-letter code of a state; write for example 'LU'
! exit 2

# machines and owners
$ sed 's/on: \[centre.big\]/on: [centre.bigg]/' calls.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:14:25: error: access_modes.ranked.on: 'centre.bigg' is not a partition; write for example 'lumi.lumi_g'
! exit 2
$ sed 's/quick:  {of: eurohpc/quick:  {of: eurohcp/' calls.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:13:16: error: access_modes.quick.of: no partition has a share of 'eurohcp'; name an owner of 'sites.*.partitions.*.shares'
& bad.yaml:17:16: error: quotas.industrial.modes: 'quick' gives hours of 'eurohcp', not of 'eurohpc'
! exit 2
$ sed 's/pool: {centre.big: 9000 node-h}/on: [centre.big, centre.small], pool: {centre.big: 9000 node-h}/' calls.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:15:189: error: access_modes.pooled.on: 'centre.small' has no 'pool', as others have
! exit 2

# quotas
$ sed 's/modes: \[quick\]/modes: [quick, quickest]/' calls.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:17:16: error: quotas.industrial.modes: 'quickest' is not an entry of 'access_modes'
! exit 2
$ sed 's/modes: \[quick\]/modes: [[quick]]/' calls.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:17:24: error: quotas.industrial.modes: a list stands where a text belongs; write for example "..."
! exit 2
$ sed 's/window: 1 month/window: 30 d/' calls.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:17:68: error: quotas.industrial.window: '30 d' is not a window: 1, 2, 3, 4 or 6 months or whole years; write for example '1 yr'
! exit 2
$ sed 's/released_to: \[science\]/released_to: [industrial, sciences]/' calls.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:17:92: error: quotas.industrial.released_to: 'sciences' is not an entry of 'quotas'
& bad.yaml:17:92: error: quotas.industrial.released_to: names the quota itself; write 'carry_over'
! exit 2
$ sed 's/window: 1 month, /counts: running, /' calls.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:17:3: error: quotas.industrial: counts what runs, which has no 'window', 'carry_over' or 'released_to'
! exit 2
$ sed 's/at_most: 20 %/at_most: 120 %/' calls.yaml >bad.yaml; aifsim check bad.yaml
& bad.yaml:17:54: error: quotas.industrial.at_most: '120 %' is out of range; write 0 % to 100 %, for example '30 %'
! exit 2
