/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * EASY backfilling (Lifka 1995, doi:10.1007/3-540-60153-8_35; Mu'alem and Feitelson 2001,
 * doi:10.1109/71.932708): start heads while they fit; promise the blocked head the time s at which
 * enough units will be free by predicted ends; then start, in order of entering, each job that
 * fits now and either is predicted to end by s or is content with the units left over at s.
 *
 * Free units and extra units only fall within a pass and s stands, so a job refused once is
 * refused for the rest of the pass, and a search may go on where it found the last job.
 *
 * A pass after arrivals only. Let the last pass have left the head blocked with promise s and
 * `extra`, and let nothing have ended and no capacity have changed since. F(t) = free + widths of
 * running jobs predicted to end by t; s = min {t : F(t) >= head.width}, extra = F(s) - head.width.
 * Starting a job of width w predicted to end at p lowers F by w on t < p and leaves it on t >= p.
 *   p <= s: F(s) stands, F falls before s only: s and extra are what a new pass would compute.
 *   p > s:  F(s) falls by w <= extra, as extra does here: again the same s and extra.
 * Time passing changes neither F nor s (all predicted ends are in the future: a job is gone by its
 * walltime). So a new pass would find the same free, s and extra and a shorter window s - now:
 * what was refused is refused again, and only the newcomers need a look.
 *
 * When the head could not start if all that runs were gone (a partition that is offline or still
 * growing), there is no s to protect: s is never, and whatever fits may start.
 */
#include "models/compute/partition_private.h"

static void promise(struct mdl_partition *partition, const struct mdl_job *head)
{
    struct mdl_reservation *promised = &partition->reservation;
    int64_t need = (int64_t)head->width - partition->free, units;

    promised->is_valid = true;
    if (mdl_ends_given_back(&partition->running.ends, need, &promised->start_ns, &units)) {
        promised->extra = units - need;
    } else {
        promised->start_ns = SIM_NEVER;
        promised->extra = 0;
    }
}

static struct mdl_hole hole_of(const struct mdl_partition *partition)
{
    const struct mdl_reservation *promised = &partition->reservation;

    return (struct mdl_hole){
        .free = partition->free,
        .extra = promised->extra,
        .window_ns = promised->start_ns == SIM_NEVER ? SIM_NEVER
                                                     : promised->start_ns - partition->sim->now_ns,
    };
}

static void backfill(struct mdl_partition *partition, struct mdl_hole *hole, struct mdl_job *job)
{
    if (job->walltime_ns > hole->window_ns)
        hole->extra -= job->width;
    hole->free -= job->width;
    partition->reservation.extra = hole->extra;
    mdl_partition_start(partition, job);
}

static void backfill_indexed(struct mdl_partition *partition, struct mdl_hole *hole)
{
    struct mdl_waiting_search *search = &partition->search;
    struct mdl_job *job;

    mdl_waiting_search(&partition->waiting, hole, search);
    while (search->hole.free > 0 && (job = mdl_waiting_take(&partition->waiting, search)))
        backfill(partition, &search->hole, job);
    *hole = search->hole;
}

/* Jobs that no pass has looked at; they are the last of the queue. Those that `started` brings in
 * wait for the next pass. */
static void backfill_newcomers(struct mdl_partition *partition, struct mdl_hole *hole)
{
    struct mdl_waiting *waiting = &partition->waiting;

    for (uint32_t left = waiting->tail - waiting->unindexed; left > 0; left--) {
        struct mdl_job *job = mdl_waiting_newcomer(waiting);

        if (!job) /* some have lost patience */
            return;
        if (mdl_hole_takes(hole, job->walltime_ns, job->width)) {
            mdl_waiting_drop_newcomer(waiting);
            backfill(partition, hole, job);
        } else if (!mdl_waiting_index_newcomer(waiting)) {
            mdl_partition_no_memory(partition);
            return;
        }
    }
}

static void pass(struct mdl_partition *partition)
{
    bool is_known = partition->reservation.is_valid;
    struct mdl_hole hole;

    if (!is_known) {
        const struct mdl_job *head = mdl_partition_start_heads(partition);

        if (!head || partition->free <= 0)
            return;
        promise(partition, head);
    }
    hole = hole_of(partition);
    if (!is_known)
        backfill_indexed(partition, &hole);
    backfill_newcomers(partition, &hole);
}

/* No pass has looked at the job, but a job that is refused now would be refused by a pass of this
 * instant, and the pass after the next end takes every newcomer in. */
static bool wants_pass(const struct mdl_partition *partition, const struct mdl_job *job)
{
    struct mdl_hole hole;

    if (job->width > partition->free)
        return false;
    if (!partition->reservation.is_valid)
        return true;
    hole = hole_of(partition);
    return mdl_hole_takes(&hole, job->walltime_ns, job->width);
}

const struct mdl_policy mdl_policy_easy = {
    .name = "easy",
    .help = "EASY backfilling: jobs pass the head of the queue where that does not delay it",
    .has_index = true,
    .has_outlook = true,
    .pass = pass,
    .wants_pass = wants_pass,
};
