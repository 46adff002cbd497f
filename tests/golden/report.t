# SPDX-License-Identifier: GPL-3.0-or-later
# A study as one page.

< hostile.yaml
| aifsim: 1
| extends: builtin:mm1-compare
| name: "<script>alert(1)</script> & 'co'"
| question: "Is <b>one</b> server enough?"
| horizon: {end: 2026-06-01}
| options:
|   plan: {title: "One </td><img src=x onerror=alert(1)>"}
|   two: {title: "=cmd|' /C calc'!A0", description: "a \"second\" server", apply: [second]}

$ aifsim compare hostile.yaml -r 4 --quiet --no-plots -o out >tables.txt; echo $?
> 0
$ aifsim report out -o report.html | sed 's/([0-9]* kB)/(N kB)/'
> report   report.html (N kB)

# the same bytes twice; nothing is loaded from elsewhere, and there is no script
$ aifsim report out/study.h5 -o again.html >again.txt; cmp report.html again.html && grep -cE '(src|href)="?https?:|@import|url\(https?:|<script|<img|onerror=[^a]' report.html
> 0
! exit 1

# one head, figures with captions, tables with captions and scopes
$ for tag in '<h1' '<h2' '<figure' '<figcaption' 'role="img"' '<table' '<caption' 'scope="col"' 'lang="en"'; do printf '%s %s\n' "$tag" "$(grep -o "$tag" report.html | wc -l)"; done
> <h1 1
> <h2 9
> <figure 6
> <figcaption 6
> role="img" 6
> <table 6
> <caption 6
> scope="col" 31
> lang="en" 1
$ sed -n '/<title/p;/<h1/p;/<pre>/p' report.html
> <title>Is &lt;b&gt;one&lt;/b&gt; server enough?</title>
> <h1>Is &lt;b&gt;one&lt;/b&gt; server enough?</h1>
> <pre><code>aifsim compare hostile.yaml -r 4</code></pre>
$ sed -n '/<h2>Options/,/<h2>Key/p' report.html | sed -n '/<tbody>/,$p'
> <tbody>
> <tr><th scope="row">One &lt;/td&gt;&lt;img src=x onerror=alert(1)&gt; (baseline)</th>
> <td></td>
> <td>nothing: the scenario as it is</td>
> </tr>
> <tr><th scope="row">One server, twice as fast</th>
> <td></td>
> <td>classes.work.run.exponential.mean: 30 min</td>
> </tr>
> <tr><th scope="row">=cmd|&#39; /C calc&#39;!A0</th>
> <td>a &quot;second&quot; server</td>
> <td>sites.desk.partitions.machine.nodes: 2</td>
> </tr>
> <tr><th scope="row">Two servers, each slower by half</th>
> <td></td>
> <td>sites.desk.partitions.machine.nodes: 2<br>classes.work.run.exponential.mean: 90 min</td>
> </tr>
> <tr><th scope="row">One server with backfill</th>
> <td></td>
> <td>sites.desk.partitions.machine.policy: easy</td>
> </tr>
> </tbody></table></div>
> <h2>Key figures</h2>

# of a run: the same page again, what the terminal said, every input
$ aifsim run builtin:mm1 -r 3 --quiet --no-plots --set 'horizon.end=2026-03-01' -o run >summary.txt; aifsim report run >first.txt && cp run/report.html first.html && aifsim report run/result.h5 >first.txt && cmp first.html run/report.html && sed -n 's/<h2>\(.*\)<.h2>/\1/p;/<h1/p' run/report.html
> <h1>M/M/1: one server, load 0.9</h1>
> Summary
> Figures
> Figures in numbers
> Assumptions
> How to make it again
$ grep -cE '(src|href)="?https?:|@import|url\(https?:|<script|<img' run/report.html
> 0
! exit 1

# the command is one for a shell, without what changes nothing
$ aifsim run builtin:mm1 -r 2 -j 1 --seed 7 --quiet --no-plots --set 'horizon.end=2026-02-01' --set "name=it's" -o again >again.txt; aifsim report again >again.txt; sed -n 's/<pre><code>//p' again/report.html
> aifsim run builtin:mm1 -r 2 --seed 7 --set horizon.end=2026-02-01 --set &#39;name=it&#39;\&#39;&#39;s&#39;</code></pre>

# inputs as one writes them, those without a value left out
$ sed -n '/<h2>Assumptions/,$s/^<p>\([0-9].*\)<.p>/\1/p' run/report.html
> 144 values: 125 defaults, 19 without a word on their quality.
$ sed -n '/<h2>Assumptions/,/<.table>/p' run/report.html | tr -d '\n' | sed 's/<tr>/\n/g' | sed -n 's/<.t[hd]>/ | /g;s/<[^>]*>//g;/rate |\|preroll |\|chunk |\|country |/p'
> horizon.preroll | 365 | d |  | not stated | 
> sites.desk.country | IS |  |  | not stated | 
> network.retry.chunk | 1 | GB | default | not stated | 
> network.transfer_rate | 0 | B/s | default | not stated | 
> communities.visitors.country | IS |  |  | not stated | 
> communities.visitors.submit.rate | 0.9 | /h |  | not stated | 
> communities.visitors.apply.rate | 0 | 1/s | default | not stated | 
$ grep -c '>nan<' run/report.html
> 0
! exit 1
$ grep -o '<th scope="row">jobs.ended</th>' run/report.html; grep -o '<caption>[^<]*' run/report.html
> <th scope="row">jobs.ended</th>
> <th scope="row">jobs.ended</th>
> <th scope="row">jobs.ended</th>
> <th scope="row">jobs.ended</th>
> <th scope="row">jobs.ended</th>
> <caption>Of all machines and users together
> <caption>By kind of user
> <caption>By site
> <caption>By partition
> <caption>By class of job
> <caption>Every input

# in place of a report
$ aifsim report missing.h5
& aifsim: error: cannot read 'missing.h5': No such file or directory
! exit 3
$ aifsim report report.html
& aifsim: error: 'report.html' is not a result of aifsim: it is no HDF5 file
! exit 3
$ aifsim report out -o nowhere/report.html
& aifsim: error: cannot make a folder in 'nowhere': No such file or directory
! exit 3
$ ls -A
> again
> again.html
> again.txt
> build
> first.html
> first.txt
> hostile.yaml
> out
> report.html
> run
> scenarios
> summary.txt
> tables.txt
> tests
