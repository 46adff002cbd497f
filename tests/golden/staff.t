# SPDX-License-Identifier: GPL-3.0-or-later
# People, what they do for projects, and courses.

# vacancies, loads, failures avoided: closed forms
$ aifsim run builtin:people --quiet --no-plots --verify -o staff | sed -n '/^staff/,$p'
> staff    desk.support: tasks take 76.2 % of the hours present; tasks wait 0.564 d on average
> staff    school.training: tasks take 37.5 % of the hours present; tasks wait 0 d on average
> staff    access_point.review: tasks take 0.0111 % of the hours present; 14.1 % of the posts are vacant; tasks wait 0 d on average
>
> course   early: 0 persons completed it
> course   monthly: 3510 persons completed it
>
> Expected
> met     staff.vacant{pool=access_point.review}         14.1 ±0.1 %, expected 13.6 to 14.6 %
> met     staff.load{pool=desk.support}                  76.2 ±1.7 %, expected 75.5 to 78 %
> met     staff.load{pool=school.training}               37.5 %, expected 37.4 to 37.6 %
> met     training.persons{course=monthly}               3510 ±20, expected 3480 to 3540
> met     failed{kind=startup}                           9.94 ±0.18 %, expected 9.5 to 10.5 %
> met     failed{kind=academia}                          20.0 ±0.4 %, expected 19.5 to 20.5 %
> met     task_wait.mean{pool=desk.support}              0.56 ±0.14 d, expected at most 1 d
>
> verified read again from the disk: the digest is the same
> results  staff/result.h5
> digest   ed3f8dd0b194ce01526d66da9195addf6ec209444e50cfe2f1ab1f8481307478

# the same with one thread and two
$ for j in 1 2; do aifsim run builtin:people --quiet --no-plots -r 2 -j $j -o j$j 2>missed.txt | tail -n 1; done | uniq | wc -l
> 1

# who waits for a person, and work that takes no time
< few.yaml
| aifsim: 1
| extends: builtin:people
| replications: {min: 1, max: 1}
| horizon: {start: 2026-01-05, end: 2027-01-04}
| sites: {desk: {staff: {support: 7 FTE}}}
| access_modes: {open: {review: 2 workday}}
$ aifsim run few.yaml --quiet --no-plots -o few >few.txt 2>&1; grep -E '^lead_time.stage,(worked|resource|date),stage=(review|onboarding)' few/summary.csv | cut -d, -f2-5
> worked,stage=review,d,0.05040983606557377
> resource,stage=review,d,0
> date,stage=review,d,2.7864412161642518
> worked,stage=onboarding,d,6.80983606557377
> resource,stage=onboarding,d,66.49083754185773
> date,stage=onboarding,d,0.022456612429424254
$ aifsim run few.yaml --quiet --no-plots -o none --set access_modes.open.effort.support='0 h' >none.txt 2>&1; grep -E '^lead_time.stage,(worked|resource|date),stage=(review|onboarding)' none/summary.csv | cut -d, -f2-5
> worked,stage=review,d,0.049584323040380046
> resource,stage=review,d,0
> date,stage=review,d,2.7626632982886
> worked,stage=onboarding,d,0
> resource,stage=onboarding,d,0
> date,stage=onboarding,d,0

# what is wrong
< wrong.yaml
| aifsim: 1
| extends: builtin:people
| access_point: {country: XX, staff: {review: 30, suport: 2 FTE}}
| courses: {early: {site: desk, seats: 0}, monthly: {last: 2024-01-01}}
$ aifsim check wrong.yaml
& wrong.yaml:3:45: error: access_point.staff.review: '30' is not staff, the unit is missing; write for example '30 FTE'
& wrong.yaml:3:49: error: access_point.staff: unknown key 'suport'; did you mean 'support'?
& wrong.yaml:4:38: error: courses.early.seats: '0' is out of range; write 1 to 10000, for example '30'
! exit 2
$ sed -i 's/review: 30, suport: 2 FTE/review: 30 FTE/; s/seats: 0/seats: 4/' wrong.yaml; aifsim check wrong.yaml
& wrong.yaml:3:25: error: access_point.country: 'XX' is not the two-letter code of a state; write for example 'LU'
& wrong.yaml:4:25: error: courses.early.site: nobody at 'desk' holds courses; give sites.desk.staff.training, or access_point.staff.training
& wrong.yaml:4:58: error: courses.monthly.last: must not be before first
! exit 2
