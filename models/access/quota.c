/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/access/quota.h"

#include <math.h>
#include <string.h>

static const char *const scopes[] = {"fleet", "machine", NULL};
static const char *const countings[] = {"hours", "running", NULL};
static const char *const fulls[] = {"wait", "refuse", NULL};
static const char *const purposes[] = {"any", "general", "ai", NULL};

#define AT(member) SIM_AT(struct mdl_quota_config, member)

const struct sim_field mdl_quota_fields[] = {
    {.name = "modes",
     .kind = SIM_FIELD_TEXT,
     .is_list = true,
     .required = true,
     AT(modes),
     .help = "access modes that the quota bounds together",
     .example = "[playground, fast_lane]"},
    {.name = "of",
     .kind = SIM_FIELD_TEXT,
     .required = true,
     AT(of),
     .help = "owner of shares whose hours it is a part of",
     .example = "eurohpc"},
    {.name = "at_most",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_FRAC,
     .required = true,
     AT(at_most_frac),
     .max = 1,
     .help = "part of the owner's hours that may be given",
     .example = "30 %"},
    {.name = "over",
     .kind = SIM_FIELD_ENUM,
     .choices = scopes,
     AT(over),
     .help = "what it is a part of: all machines together, or each alone"},
    {.name = "counts",
     .kind = SIM_FIELD_ENUM,
     .choices = countings,
     AT(counts),
     .help = "hours that are awarded in a window, or the projects that run: the award over the "
             "duration of each"},
    {.name = "full",
     .kind = SIM_FIELD_ENUM,
     .choices = fulls,
     AT(full),
     .help = "what becomes of applications in order of coming when it is full: they wait, or are "
             "refused"},
    {.name = "window",
     .kind = SIM_FIELD_TEXT,
     AT(window),
     .help =
         "time in which hours are counted, from the first of January: 1, 2, 3, 4 or 6 months or "
         "whole years; a year when not given",
     .example = "1 yr"},
    {.name = "carry_over",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     AT(carry_over),
     .max = MDL_QUOTA_CARRY_MAX,
     .help = "windows for which hours that are left can still be given"},
    {.name = "released_to",
     .kind = SIM_FIELD_TEXT,
     .is_list = true,
     AT(released_to),
     .help = "quotas that get, in equal parts, what is left after that; it is lost when not given",
     .example = "[ai_for_science]"},
    {.name = "purpose",
     .kind = SIM_FIELD_ENUM,
     .choices = purposes,
     AT(purpose),
     .help = "machines that it is a part of and counts awards on, by their purpose"},
    {0},
};

/* ---- plan ---- */

enum sim_status mdl_quota_window_parse(const char *text, int64_t *months, struct sim_error *err)
{
    struct sim_period period = {SIM_PERIOD_MONTHS, 12};

    if (*text && sim_period_parse(text, &period, err) != SIM_OK)
        return SIM_ESCHEMA;
    *months = (int64_t)period.count;
    if (period.unit != SIM_PERIOD_MONTHS || *months < 1 || (*months % 12 && 12 % *months))
        return sim_fail(err, SIM_ESCHEMA,
                        "'%.40s' is not a window: 1, 2, 3, 4 or 6 months or whole years; write for "
                        "example '1 yr'",
                        text);
    return SIM_OK;
}

static bool has_purpose(const struct mdl_quota_config *config,
                        const struct mdl_partition_config *partition)
{
    if (config->purpose == MDL_QUOTA_ANY_PURPOSE)
        return true;
    return (config->purpose == MDL_QUOTA_AI) == (partition->purpose == MDL_PURPOSE_AI);
}

static enum sim_status find_targets(struct mdl_quota_plan *plan, const struct sim_map *quotas,
                                    struct sim_arena *arena, struct sim_error *err)
{
    size_t *target = sim_arena_alloc(arena, quotas->count, sizeof *target);

    if (!target)
        return sim_fail(err, SIM_ENOMEM, "no memory for the quotas");
    plan->target = target;
    for (size_t i = 0; i < quotas->count; i++) {
        const struct sim_item *other = sim_map_at(quotas, i);

        if (mdl_word_is_in(plan->config->released_to, other->key))
            target[plan->target_count++] = i;
    }
    return SIM_OK;
}

static enum sim_status plan_quota(struct mdl_quota_plan *plan, const struct mdl_quotas_plan *all,
                                  const struct mdl_quota_config *config,
                                  const struct sim_map *quotas, const struct sim_map *modes,
                                  struct sim_arena *arena, struct sim_error *err)
{
    bool *covers = sim_arena_alloc(arena, modes->count, sizeof *covers);
    double *part = sim_arena_alloc(arena, all->partition_count, sizeof *part);
    bool is_fleet = config->over == MDL_QUOTA_FLEET;

    if (!covers || !part)
        return sim_fail(err, SIM_ENOMEM, "no memory for the quotas");
    *plan = (struct mdl_quota_plan){.config = config, .covers = covers, .part = part};
    plan->cell_count = is_fleet ? 1 : all->partition_count;
    if (config->counts == MDL_QUOTA_HOURS &&
        mdl_quota_window_parse(config->window, &plan->months, err) != SIM_OK)
        return SIM_ESCHEMA;
    for (size_t m = 0; m < modes->count; m++)
        covers[m] =
            mdl_word_is_in(config->modes, ((const struct sim_item *)sim_map_at(modes, m))->key);
    for (size_t p = 0; p < all->partition_count; p++) {
        const struct mdl_partition_config *partition = all->partition[p].config;

        if (has_purpose(config, partition) && (!is_fleet || partition->gpus_per_node))
            part[p] = config->at_most_frac * mdl_owned_part(partition, config->of);
    }
    return find_targets(plan, quotas, arena, err);
}

enum sim_status mdl_quotas_plan_init(struct mdl_quotas_plan *plan, const struct sim_map *quotas,
                                     const struct sim_map *modes,
                                     const struct mdl_partition_plan *partition,
                                     size_t partition_count, const struct sim_calendar *calendar,
                                     int64_t begin_ns, struct sim_arena *arena,
                                     struct sim_error *err)
{
    struct mdl_quota_plan *quota = sim_arena_alloc(arena, quotas->count, sizeof *quota);
    enum sim_status status = SIM_OK;

    if (!quota)
        return sim_fail(err, SIM_ENOMEM, "no memory for the quotas");
    *plan = (struct mdl_quotas_plan){.count = quotas->count,
                                     .partition_count = partition_count,
                                     .quota = quota,
                                     .partition = partition,
                                     .calendar = calendar,
                                     .begin_ns = begin_ns};
    for (size_t i = 0; i < quotas->count && !status; i++)
        status = plan_quota(&quota[i], plan, sim_map_at(quotas, i), quotas, modes, arena, err);
    return status;
}

static double released_hours(const struct mdl_partition_plan *partition, int64_t from_ns,
                             int64_t to_ns)
{
    return mdl_counted_of(partition, mdl_capacity_unit_s(partition, from_ns, to_ns)) / SIM_HOUR_S;
}

double mdl_quota_limit_mgpuh(const struct mdl_quotas_plan *plan, size_t quota, int64_t from_ns,
                             int64_t to_ns)
{
    double hours = 0;

    for (size_t p = 0; p < plan->partition_count; p++)
        if (plan->quota[quota].part[p] > 0)
            hours +=
                plan->quota[quota].part[p] * released_hours(&plan->partition[p], from_ns, to_ns);
    return hours * 1000;
}

/* ---- one world ---- */

struct cell {     /* of a quota that counts hours */
    int64_t *lot; /* [carry_over + 1] left of each window, the present one first */
    int64_t left; /* their sum */
    int64_t over; /* left of a window that is closed for good, on its way */
};

struct quota {
    const struct mdl_quota_plan *plan;
    struct mdl_quotas *all;
    int64_t first_day, next_day; /* of the present window and the one after it */
    struct cell *cell;
    int64_t *running; /* [cell] milli-GPUs */
    struct mdl_quota_use use;
    bool is_blocked;
    int64_t blocked_since_ns, idle_then;
};

struct mdl_quotas {
    struct sim *sim;
    const struct mdl_quotas_plan *plan;
    struct mdl_quotas_world world;
    struct sim_timer timer; /* of the next window of any quota */
    struct quota *quota;
};

static bool counts(const struct quota *quota, const struct mdl_claim *claim)
{
    return quota->plan->covers[claim->mode] && quota->plan->part[claim->partition] > 0;
}

static size_t cell_of(const struct quota *quota, const struct mdl_claim *claim)
{
    return quota->plan->cell_count == 1 ? 0 : claim->partition;
}

/* What a cell is a part of, summed over its machines. */
static double sum_cell(const struct quota *quota, size_t cell,
                       double (*of)(const struct mdl_partition_plan *, int64_t, int64_t),
                       int64_t from_ns, int64_t to_ns)
{
    const struct mdl_quotas_plan *plan = quota->all->plan;
    bool is_fleet = quota->plan->config->over == MDL_QUOTA_FLEET;
    double sum = 0;

    for (size_t p = is_fleet ? 0 : cell; p < (is_fleet ? plan->partition_count : cell + 1); p++)
        if (quota->plan->part[p] > 0)
            sum += quota->plan->part[p] * of(&plan->partition[p], from_ns, to_ns);
    return sum;
}

static double released_now(const struct mdl_partition_plan *partition, int64_t now_ns, int64_t to)
{
    (void)to;
    return mdl_counted_of(partition, mdl_capacity_at(partition, now_ns)->units);
}

static int64_t granted_in_window(const struct quota *quota, size_t cell, int64_t first_day)
{
    const struct mdl_quotas_plan *plan = quota->all->plan;
    int64_t from_ns = sim_calendar_ns(plan->calendar, first_day);
    int64_t to_ns = sim_calendar_ns(plan->calendar, sim_add_months(first_day, quota->plan->months));

    from_ns = from_ns < plan->begin_ns ? plan->begin_ns : from_ns;
    return (int64_t)floor(sum_cell(quota, cell, released_hours, from_ns, to_ns) * 1000);
}

static int64_t running_limit(const struct quota *quota, size_t cell)
{
    int64_t now_ns = quota->all->sim->now_ns;

    return (int64_t)floor(sum_cell(quota, cell, released_now, now_ns, now_ns) * 1000 + 1e-6);
}

/* Mean milli-GPUs of a claim while its project is open. */
static int64_t rate_of(const struct mdl_claim *claim)
{
    double hours = sim_s_from_ns(claim->duration_ns) / SIM_HOUR_S;
    double rate = (double)claim->mgpuh / (hours > 0 ? hours : 1);

    return rate < 1 ? 1 : (int64_t)(rate + 0.5);
}

static bool has_room(const struct quota *quota, const struct mdl_claim *claim)
{
    size_t cell = cell_of(quota, claim);

    if (!quota->plan->months)
        return quota->running[cell] + rate_of(claim) <= running_limit(quota, cell);
    return claim->mgpuh <= quota->cell[cell].left;
}

/* Windows of a year's months begin with the first of January; those of years where the first one
 * does. */
static int64_t window_of(const struct mdl_quotas_plan *plan, int64_t months)
{
    struct sim_date date =
        sim_date_from_days(sim_calendar_utc_hour(plan->calendar, plan->begin_ns) / 24);
    int month = months < 12 ? (int)((date.month - 1) / months * months) : 0;

    return sim_days_from_date((struct sim_date){date.year, month + 1, 1});
}

/* Goes to the targets in equal parts, the rest of it to the first. */
static void release(struct quota *quota, size_t cell)
{
    size_t targets = quota->plan->target_count;
    int64_t amount = quota->cell[cell].over;
    int64_t each = targets ? amount / (int64_t)targets : 0;

    quota->cell[cell].over = 0;
    if (!targets) {
        quota->use.lost += amount;
        return;
    }
    quota->use.released += amount;
    for (size_t i = 0; i < targets; i++) {
        struct quota *to = &quota->all->quota[quota->plan->target[i]];
        int64_t gift = i ? each : amount - each * ((int64_t)targets - 1);
        struct cell *into = &to->cell[to->plan->cell_count == 1 ? 0 : cell];

        into->lot[0] += gift;
        into->left += gift;
        to->use.received += gift;
    }
}

static void open_window(struct quota *quota, int64_t first_day)
{
    size_t oldest = (size_t)quota->plan->config->carry_over;

    quota->first_day = first_day;
    quota->next_day = sim_add_months(first_day, quota->plan->months);
    for (size_t c = 0; c < quota->plan->cell_count; c++) {
        struct cell *cell = &quota->cell[c];

        cell->over = cell->lot[oldest];
        memmove(cell->lot + 1, cell->lot, oldest * sizeof *cell->lot);
        cell->lot[0] = granted_in_window(quota, c, first_day);
        cell->left += cell->lot[0] - cell->over;
        quota->use.granted += cell->lot[0];
    }
}

static void arm_next(struct mdl_quotas *quotas)
{
    int64_t day = INT64_MAX;

    for (size_t i = 0; i < quotas->plan->count; i++)
        if (quotas->quota[i].plan->months && quotas->quota[i].next_day < day)
            day = quotas->quota[i].next_day;
    if (day < INT64_MAX)
        sim_timer_arm(quotas->sim, &quotas->timer, sim_calendar_ns(quotas->plan->calendar, day));
}

/* All windows of the day open before anything is released into them. */
static void on_window(struct sim *sim, void *subject)
{
    struct mdl_quotas *quotas = subject;

    for (size_t i = 0; i < quotas->plan->count; i++) {
        struct quota *quota = &quotas->quota[i];

        if (quota->plan->months &&
            sim_calendar_ns(quotas->plan->calendar, quota->next_day) <= sim->now_ns)
            open_window(quota, quota->next_day);
    }
    for (size_t i = 0; i < quotas->plan->count; i++)
        for (size_t c = 0; c < quotas->quota[i].plan->cell_count; c++)
            release(&quotas->quota[i], c);
    arm_next(quotas);
    if (quotas->world.opened)
        quotas->world.opened(quotas->world.context);
}

static enum sim_status create_quota(struct quota *quota, struct sim_error *err)
{
    struct sim *sim = quota->all->sim;
    size_t cells = quota->plan->cell_count;
    size_t lots = (size_t)quota->plan->config->carry_over + 1;
    int64_t *lot = sim_arena_alloc(sim->arena, cells * lots, sizeof *lot);
    int64_t first_day;

    quota->cell = sim_arena_alloc(sim->arena, cells, sizeof *quota->cell);
    quota->running = sim_arena_alloc(sim->arena, cells, sizeof *quota->running);
    if (!lot || !quota->cell || !quota->running)
        return sim_fail(err, SIM_ENOMEM, "no memory for the quotas");
    for (size_t c = 0; c < cells; c++)
        quota->cell[c].lot = lot + c * lots;
    if (!quota->plan->months)
        return SIM_OK;
    first_day = window_of(quota->all->plan, quota->plan->months);
    while (sim_calendar_ns(quota->all->plan->calendar,
                           sim_add_months(first_day, quota->plan->months)) <= sim->now_ns)
        first_day = sim_add_months(first_day, quota->plan->months);
    open_window(quota, first_day);
    return SIM_OK;
}

enum sim_status mdl_quotas_create(struct sim *sim, const struct mdl_quotas_plan *plan,
                                  const struct mdl_quotas_world *world, struct mdl_quotas **out,
                                  struct sim_error *err)
{
    struct mdl_quotas *quotas = sim_arena_alloc(sim->arena, 1, sizeof *quotas);
    enum sim_status status = SIM_OK;

    if (quotas)
        quotas->quota = sim_arena_alloc(sim->arena, plan->count, sizeof *quotas->quota);
    if (!quotas || !quotas->quota)
        return sim_fail(err, SIM_ENOMEM, "no memory for the quotas");
    quotas->sim = sim;
    quotas->plan = plan;
    quotas->world = *world;
    for (size_t i = 0; i < plan->count && !status; i++) {
        quotas->quota[i].plan = &plan->quota[i];
        quotas->quota[i].all = quotas;
        status = create_quota(&quotas->quota[i], err);
    }
    *out = quotas;
    if (status || (status = sim_timer_create(sim, &quotas->timer, SIM_PHASE_ARRIVAL,
                                             SIM_TIES_BY_CREATION, on_window, quotas, err)))
        return status;
    arm_next(quotas);
    return SIM_OK;
}

size_t mdl_quotas_count(const struct mdl_quotas *quotas)
{
    return quotas->plan->count;
}

bool mdl_quotas_lack_room(const struct mdl_quotas *quotas, size_t quota,
                          const struct mdl_claim *claim)
{
    return counts(&quotas->quota[quota], claim) && !has_room(&quotas->quota[quota], claim);
}

size_t mdl_quotas_without_room(const struct mdl_quotas *quotas, const struct mdl_claim *claim)
{
    for (size_t i = 0; i < quotas->plan->count; i++)
        if (mdl_quotas_lack_room(quotas, i, claim))
            return i;
    return SIZE_MAX;
}

/* The most hours that a cell may come to have at a time, gifts apart. */
static int64_t most_hours(const struct quota *quota, size_t cell)
{
    int64_t present = granted_in_window(quota, cell, quota->first_day);
    int64_t next = granted_in_window(quota, cell, quota->next_day);

    return (present > next ? present : next) * (quota->plan->config->carry_over + 1);
}

static bool refuses(const struct quota *quota, const struct mdl_claim *claim)
{
    size_t cell = cell_of(quota, claim);

    if (!counts(quota, claim) || has_room(quota, claim))
        return false;
    if (quota->plan->config->full == MDL_QUOTA_REFUSE)
        return true;
    if (!quota->plan->months)
        return rate_of(claim) > running_limit(quota, cell);
    return claim->mgpuh > most_hours(quota, cell);
}

bool mdl_quotas_refuse(const struct mdl_quotas *quotas, const struct mdl_claim *claim)
{
    for (size_t i = 0; i < quotas->plan->count; i++)
        if (refuses(&quotas->quota[i], claim))
            return true;
    return false;
}

/* The oldest hours first. */
static void take_hours(struct quota *quota, struct cell *cell, int64_t amount)
{
    cell->left -= amount;
    quota->use.awarded += amount;
    for (int64_t i = quota->plan->config->carry_over; amount && i >= 0; i--) {
        int64_t taken = cell->lot[i] < amount ? cell->lot[i] : amount;

        cell->lot[i] -= taken;
        amount -= taken;
    }
}

void mdl_quotas_take(struct mdl_quotas *quotas, const struct mdl_claim *claim)
{
    for (size_t i = 0; i < quotas->plan->count; i++) {
        struct quota *quota = &quotas->quota[i];
        size_t cell;

        if (!counts(quota, claim))
            continue;
        cell = cell_of(quota, claim);
        assert(has_room(quota, claim));
        if (quota->plan->months) {
            take_hours(quota, &quota->cell[cell], claim->mgpuh);
            continue;
        }
        quota->running[cell] += rate_of(claim);
        quota->use.running += rate_of(claim);
        quota->use.awarded += claim->mgpuh;
        if (quota->use.running > quota->use.running_max)
            quota->use.running_max = quota->use.running;
    }
}

void mdl_quotas_give_back(struct mdl_quotas *quotas, const struct mdl_claim *claim)
{
    for (size_t i = 0; i < quotas->plan->count; i++) {
        struct quota *quota = &quotas->quota[i];

        if (quota->plan->months || !counts(quota, claim))
            continue;
        quota->running[cell_of(quota, claim)] -= rate_of(claim);
        quota->use.running -= rate_of(claim);
    }
}

static void add_blocked(const struct quota *quota, struct mdl_quota_use *use)
{
    const struct mdl_quotas_world *world = &quota->all->world;
    size_t index = (size_t)(quota - quota->all->quota);

    use->blocked_ns += quota->all->sim->now_ns - quota->blocked_since_ns;
    if (world->idle_mgpuh)
        use->idle_mgpuh += world->idle_mgpuh(world->context, index) - quota->idle_then;
}

void mdl_quotas_set_blocked(struct mdl_quotas *quotas, size_t index, bool is_blocked)
{
    struct quota *quota = &quotas->quota[index];
    const struct mdl_quotas_world *world = &quotas->world;

    if (quota->is_blocked == is_blocked)
        return;
    if (quota->is_blocked)
        add_blocked(quota, &quota->use);
    quota->is_blocked = is_blocked;
    quota->blocked_since_ns = quotas->sim->now_ns;
    quota->idle_then = world->idle_mgpuh ? world->idle_mgpuh(world->context, index) : 0;
}

struct mdl_quota_use mdl_quotas_use(const struct mdl_quotas *quotas, size_t index)
{
    const struct quota *quota = &quotas->quota[index];
    struct mdl_quota_use use = quota->use;

    for (size_t c = 0; c < quota->plan->cell_count && quota->plan->months; c++)
        use.left += quota->cell[c].left;
    if (quota->is_blocked)
        add_blocked(quota, &use);
    return use;
}

static bool is_balanced(const struct quota *quota, const struct mdl_quota_use *use)
{
    int64_t running = 0;
    bool is_fine = true;

    for (size_t c = 0; c < quota->plan->cell_count; c++) {
        const struct cell *cell = &quota->cell[c];
        int64_t left = 0;

        for (int64_t i = 0; i <= quota->plan->config->carry_over; i++) {
            is_fine = is_fine && cell->lot[i] >= 0;
            left += cell->lot[i];
        }
        is_fine = is_fine && left == cell->left;
        running += quota->running[c];
    }
    if (!quota->plan->months)
        return running == use->running && running >= 0;
    return is_fine &&
           use->granted + use->received == use->awarded + use->released + use->lost + use->left;
}

size_t mdl_quotas_unbalanced(const struct mdl_quotas *quotas)
{
    for (size_t i = 0; i < quotas->plan->count; i++) {
        struct mdl_quota_use use = mdl_quotas_use(quotas, i);

        if (!is_balanced(&quotas->quota[i], &use))
            return i;
    }
    return SIZE_MAX;
}
