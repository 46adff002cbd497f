/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/conservation.h"

#include <math.h>

#include "sim/calendar.h"

static enum sim_status compare(const char *what, const char *where, sim_i128 kept,
                               sim_i128 expected, struct sim_error *err)
{
    if (kept == expected)
        return SIM_OK;
    return sim_fail(err, SIM_EINVARIANT, "%s: %s is %.17g, counted anew %.17g (difference %.17g)",
                    where, what, (double)kept, (double)expected, (double)(kept - expected));
}

static enum sim_status compare_at_most(const char *what, const char *than, const char *where,
                                       sim_i128 low, sim_i128 high, struct sim_error *err)
{
    if (low <= high)
        return SIM_OK;
    return sim_fail(err, SIM_EINVARIANT, "%s: %s is %.17g, more than %s %.17g", where, what,
                    (double)low, than, (double)high);
}

struct planned {
    sim_i128 released_unit_ns, installed_unit_ns;
};

static struct planned planned(const struct mdl_partition_plan *partition, int64_t begin_ns,
                              int64_t now_ns)
{
    struct planned sum = {0};

    for (size_t i = 0; i < partition->step_count; i++) {
        const struct mdl_capacity_step *step = &partition->step[i];
        int64_t from_ns = i ? step->time_ns : begin_ns;
        int64_t to_ns =
            i + 1 < partition->step_count && step[1].time_ns < now_ns ? step[1].time_ns : now_ns;
        if (to_ns <= from_ns)
            continue;
        sum.released_unit_ns += (sim_i128)step->units * (to_ns - from_ns);
        sum.installed_unit_ns += (sim_i128)step->installed_units * (to_ns - from_ns);
    }
    return sum;
}

enum sim_status mdl_check_node_time(const struct mdl_partition_plan *partition, int64_t begin_ns,
                                    int64_t now_ns, const struct mdl_partition_flows *kept,
                                    sim_i128 held_unit_ns, sim_i128 held_retired_unit_ns,
                                    struct sim_error *err)
{
    const char *name = partition->name;
    struct planned plan = planned(partition, begin_ns, now_ns);
    sim_i128 draining = kept->draining_unit_ns, lost = 0;
    enum sim_status status;

    for (int cause = 0; cause < MDL_LOST_CAUSES; cause++)
        lost += kept->lost_unit_ns[cause];
    if ((status = compare("released unit-time", name, kept->released_unit_ns,
                          plan.released_unit_ns + draining, err)) ||
        (status = compare("installed unit-time", name, kept->installed_unit_ns,
                          plan.installed_unit_ns + draining, err)) ||
        (status = compare("busy unit-time", name, kept->busy_unit_ns, held_unit_ns, err)) ||
        (status = compare("draining unit-time", name, draining, held_retired_unit_ns, err)) ||
        (status = compare("lost unit-time", name, lost, kept->released_unit_ns - kept->busy_unit_ns,
                          err)) ||
        (status = compare_at_most("busy unit-time", "released", name, kept->busy_unit_ns,
                                  kept->released_unit_ns, err)))
        return status;
    return compare_at_most("released unit-time", "installed", name, kept->released_unit_ns,
                           kept->installed_unit_ns, err);
}

enum sim_status mdl_check_hours(const char *partition, sim_i128 busy_unit_ns,
                                sim_i128 installed_unit_ns,
                                const struct mdl_partition_flows *window, struct sim_error *err)
{
    enum sim_status status =
        compare("busy unit-time of the hours", partition, busy_unit_ns, window->busy_unit_ns, err);

    return status ? status
                  : compare("installed unit-time of the hours", partition, installed_unit_ns,
                            window->installed_unit_ns, err);
}

enum sim_status mdl_check_jobs(const char *path, const struct mdl_source_counts *counts,
                               uint64_t left, uint64_t inside, struct sim_error *err)
{
    enum sim_status status =
        compare("jobs drawn", path, counts->drawn,
                (sim_i128)counts->submitted + counts->held + counts->refused, err);

    return status
               ? status
               : compare("jobs submitted", path, counts->submitted, (sim_i128)left + inside, err);
}

enum sim_status mdl_check_projects(uint64_t begun, uint64_t ended, uint64_t inside,
                                   sim_i128 held_mgpuh, sim_i128 charged_mgpuh,
                                   struct sim_error *err)
{
    enum sim_status status =
        compare("applications begun", "projects", begun, (sim_i128)ended + inside, err);

    return status ? status
                  : compare("milli-GPU-h charged", "projects", charged_mgpuh, held_mgpuh, err);
}

enum sim_status mdl_check_storage(const char *name, uint64_t capacity,
                                  const struct mdl_tier_state *state, sim_i128 counted,
                                  struct sim_error *err)
{
    enum sim_status status =
        compare("bytes written", name, state->written,
                state->deleted + state->purged + state->moved + state->fill.value, err);

    if (!status)
        status = compare("bytes stored", name, state->fill.value, counted, err);
    if (!status && (state->fill_max > (int64_t)capacity || state->fill.value < 0))
        return sim_fail(err, SIM_EINVARIANT, "%s: holds %lld bytes of %llu", name,
                        (long long)state->fill_max, (unsigned long long)capacity);
    return status;
}

enum sim_status mdl_check_storage_cost(const char *name, int64_t cents, double due_cents,
                                       size_t postings, struct sim_error *err)
{
    if (fabs((double)cents - due_cents) <= 0.5 * (double)postings + 1e-12 * due_cents + 1e-6)
        return SIM_OK;
    return sim_fail(err, SIM_EINVARIANT, "%s: %lld cents were posted, in the window it costs %.17g",
                    name, (long long)cents, due_cents);
}

enum sim_status mdl_check_bytes(const char *what, sim_i128 begun, sim_i128 left, sim_i128 inside,
                                struct sim_error *err)
{
    return compare(what, "network", begun, left + inside, err);
}

static enum sim_status check_due_days(const struct mdl_books *books, struct sim_error *err)
{
    size_t i = 0;

    for (int64_t day = books->first_due_days; day <= books->last_due_days; day++) {
        enum sim_status status;

        if (day != books->last_due_days && sim_date_from_days(day + 1).day != 1)
            continue;
        if (i == books->row_count)
            return sim_fail(err, SIM_EINVARIANT, "%s: the ledger has no row for day %lld",
                            books->path, (long long)day);
        status = compare("day of a ledger's row", books->path, books->row[i++].date_days, day, err);
        if (status)
            return status;
    }
    return compare("rows of the ledger", books->path, (sim_i128)books->row_count, (sim_i128)i, err);
}

enum sim_status mdl_check_books(const struct mdl_books *books, struct sim_error *err)
{
    static const double J_PER_MWH = 3.6e9, ROUNDING = 1e-12;
    double due = books->facility_j / J_PER_MWH * books->tariff->price_eur_per_mwh * 100;
    double most_off = 0.5 * (double)books->row_count + ROUNDING * due + 1e-6;
    enum sim_status status = check_due_days(books, err);
    sim_i128 sum = 0;

    for (size_t i = 0; i < books->row_count; i++)
        sum += books->row[i].cents;
    if (!status)
        status = compare("cost in cents", books->path, books->cents, sum, err);
    if (status || fabs((double)sum - due) <= most_off)
        return status;
    return sim_fail(err, SIM_EINVARIANT,
                    "%s: the ledger holds %.17g cents, the energy of the window costs %.17g",
                    books->path, (double)sum, due);
}
