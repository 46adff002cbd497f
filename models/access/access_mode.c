/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/access/access_mode.h"

#include <math.h>
#include <string.h>

static const char *const orders[] = {"first_come", "first_come_above_threshold", "ranked", NULL};

#define AT(member) SIM_AT(struct mdl_access_mode_config, member)

static const struct sim_field effort_fields[] = {
    {.name = "review",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     .offset = 0,
     .max = 1e8,
     .help = "working time of reviewers on an application",
     .example = "3 h"},
    {.name = "support",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     .offset = offsetof(struct mdl_access_mode_config, support_effort_ns) -
               offsetof(struct mdl_access_mode_config, review_effort_ns),
     .max = 1e8,
     .help = "working time of support staff to bring an awarded project on board",
     .example = "16 h"},
    {0},
};

static const struct sim_field lose_fields[] = {
    {.name = "after",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     .offset = 0,
     .max = 1e9,
     .help = "time from the beginning of a project at which its use is looked at; 0 s = never",
     .example = "6 month"},
    {.name = "below",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_FRAC,
     .offset = offsetof(struct mdl_access_mode_config, lose_below_frac) -
               offsetof(struct mdl_access_mode_config, lose_after_ns),
     .max = 1,
     .help = "part of the award; who has used less of it loses the rest",
     .example = "40 %"},
    {0},
};

const struct sim_field mdl_access_mode_fields[] = {
    {.name = "of",
     .kind = SIM_FIELD_TEXT,
     AT(of),
     .required = true,
     .help = "owner of the shares whose hours are given",
     .example = "eurohpc"},
    {.name = "on",
     .kind = SIM_FIELD_TEXT,
     .is_list = true,
     AT(on),
     .help = "partitions that may be applied for; when not given, those with a pool, or all of "
             "which the "
             "owner has a share",
     .example = "[lumi.lumi_g, it4lia.booster]"},
    {.name = "kinds",
     .kind = SIM_FIELD_TEXT,
     .is_list = true,
     AT(kinds),
     .help = "kinds of users who may apply; all when not given",
     .example = "[sme, startup, industry]"},
    {.name = "country",
     .kind = SIM_FIELD_TEXT,
     AT(country),
     .help =
         "state whose public holidays count in drafts, review and cut-offs; none when not given",
     .example = "LU"},
    {.name = "award",
     .kind = SIM_FIELD_DIST,
     .unit = SIM_UNIT_GPU_S,
     AT(award_gpu_s),
     .max = 1e14,
     .help = "GPU time that is asked for and given (or `award_nodes`)",
     .example = "{lognormal: {median: 22000 GPU-h, sigma: 0.5}}"},
    {.name = "award_nodes",
     .kind = SIM_FIELD_DIST,
     .unit = SIM_UNIT_NODE_S,
     AT(award_node_s),
     .max = 1e14,
     .help = "the same in node time, which becomes GPU time by the machine (or `award`)",
     .example = "{lognormal: {median: 36000 node-h, sigma: 0.45}}"},
    {.name = "duration",
     .kind = SIM_FIELD_DIST,
     .unit = SIM_UNIT_S,
     AT(duration_s),
     .min = SIM_HOUR_S,
     .max = 10 * SIM_YEAR_S,
     .fallback = SIM_YEAR_S,
     .help = "how long a project may use its award",
     .example = "{choice: [1 month, 2 month, 3 month]}"},
    {.name = "draft",
     .kind = SIM_FIELD_DIST,
     .unit = SIM_UNIT_WORKDAY,
     AT(draft_workdays),
     .max = 1000,
     .help = "working days that an applicant writes on an application before submission",
     .example = "{triangular: [1 workday, 4 workday, 20 workday]}"},
    {.name = "cutoff",
     .kind = SIM_FIELD_TEXT,
     .is_list = true,
     AT(cutoff),
     .help =
         "when applications are collected, to the end of the day: continuous (default), days of "
         "the month, dates, or every so many months",
     .example = "[15, last]"},
    {.name = "review",
     .kind = SIM_FIELD_TEXT,
     AT(review),
     .help = "time from the cut-off (submission, when continuous) to the decision: working days, "
             "months of the calendar, or a time; at once when not given",
     .example = "10 workday"},
    {.name = "order",
     .kind = SIM_FIELD_ENUM,
     .choices = orders,
     AT(order),
     .help = "who is served when not all can be: those who came first, also among those above the "
             "threshold, or those judged best at the cut-off"},
    {.name = "pass",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_FRAC,
     AT(pass_frac),
     .max = 1,
     .fallback = 1,
     .help = "part of the applications that is eligible and good enough"},
    {.name = "unused",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_FRAC,
     AT(unused_frac),
     .max = 1,
     .help = "part of an award that its project has no use for, by the mean",
     .example = "15 %"},
    {.name = "price",
     .kind = SIM_FIELD_SHARES,
     .unit = SIM_UNIT_EUR_PER_GPU_H,
     AT(price_eur_per_gpu_h),
     .max = 1e6,
     .help = "what users pay, by their kind; nothing where not given",
     .example = "{industry: 2.5 EUR/GPU-h}"},
    {.name = "pool",
     .kind = SIM_FIELD_SHARES,
     .unit = SIM_UNIT_NODE_S,
     .target = "sites.*.partitions",
     AT(pool_node_s),
     .max = 1e14,
     .help = "node time of each partition that may be given at a cut-off; without bound when not "
             "given",
     .example = "{lumi.lumi_g: 1855084 node-h}"},
    {.name = "stages",
     .kind = SIM_FIELD_SHARES,
     .unit = SIM_UNIT_FRAC,
     .target = "classes",
     .sums_to_one = true,
     AT(stages),
     .help = "classes of jobs that a project goes through, in this order, by part of its hours",
     .example = "{development: 20 %, training: 60 %, evaluation: 20 %}"},
    {.name = "effort",
     .kind = SIM_FIELD_GROUP,
     .rows = effort_fields,
     AT(review_effort_ns),
     .help = "working time that an application or award takes of staff",
     .example = "{review: 3 h, support: 16 h}"},
    {.name = "lose",
     .kind = SIM_FIELD_GROUP,
     .rows = lose_fields,
     AT(lose_after_ns),
     .help = "use it or lose it: hours that go back to the owner when too few are used in time",
     .example = "{after: 6 month, below: 40 %}"},
    {0},
};

bool mdl_word_next(const char **list, char *word, size_t bytes)
{
    size_t length;

    *list += strspn(*list, ", ");
    length = strcspn(*list, ", ");
    if (!length)
        return false;
    memcpy(word, *list, length < bytes ? length : bytes - 1);
    word[length < bytes ? length : bytes - 1] = '\0';
    *list += length;
    return true;
}

bool mdl_word_is_in(const char *list, const char *word)
{
    char other[MDL_WORD_BYTES];

    while (mdl_word_next(&list, other, sizeof other))
        if (strcmp(other, word) == 0)
            return true;
    return false;
}

double mdl_owned_part(const struct mdl_partition_config *partition, const char *owner)
{
    for (size_t i = 0; i < partition->shares.count; i++) {
        const struct mdl_owner_config *share = sim_map_at(&partition->shares, i);

        if (strcmp(share->item.key, owner) == 0)
            return share->part_frac;
    }
    return 0;
}

static uint32_t kinds_of(const char *list, const char *const *kind_names)
{
    uint32_t kinds = 0;

    for (size_t k = 0; kind_names[k]; k++)
        kinds |= !*list || mdl_word_is_in(list, kind_names[k]) ? UINT32_C(1) << k : 0;
    return kinds;
}

static int64_t milli_hours(double seconds, double per_unit)
{
    double value = seconds * per_unit / SIM_HOUR_S * 1000;

    return value < 1 ? 1 : value >= 9e18 ? INT64_MAX : (int64_t)(value + 0.5);
}

static double gpus_per_node(const struct mdl_partition_config *partition)
{
    return partition->gpus_per_node ? (double)partition->gpus_per_node : 1;
}

static int64_t pool_of(const struct mdl_access_mode_config *config,
                       const struct mdl_partition_config *partition)
{
    for (size_t i = 0; i < config->pool_node_s.count; i++)
        if (config->pool_node_s.share[i].item == partition)
            return milli_hours(config->pool_node_s.share[i].part, gpus_per_node(partition));
    return INT64_MAX;
}

static bool is_offered(const struct mdl_access_mode_config *config,
                       const struct mdl_partition_plan *partition, double owned)
{
    if (*config->on)
        return mdl_word_is_in(config->on, partition->name);
    return config->pool_node_s.count ? pool_of(config, partition->config) < INT64_MAX : owned > 0;
}

enum sim_status mdl_access_mode_plan_init(struct mdl_access_mode_plan *plan,
                                          const struct mdl_access_mode_config *config,
                                          const struct mdl_partition_plan *partition,
                                          size_t partition_count, const char *const *kind_names,
                                          struct sim_arena *arena, struct sim_error *err)
{
    size_t *member = sim_arena_alloc(arena, partition_count, sizeof *member);
    double *part = sim_arena_alloc(arena, partition_count, sizeof *part);
    int64_t *pool = sim_arena_alloc(arena, partition_count, sizeof *pool);

    if (!member || !part || !pool)
        return sim_fail(err, SIM_ENOMEM, "no memory for the access modes");
    *plan = (struct mdl_access_mode_plan){
        .config = config, .partition = member, .part = part, .pool_mgpuh = pool};
    plan->kinds = kinds_of(config->kinds, kind_names);
    if (mdl_cutoff_parse(config->cutoff, &plan->cutoff, err) != SIM_OK ||
        (*config->review && sim_period_parse(config->review, &plan->review, err) != SIM_OK))
        return SIM_ESCHEMA;
    for (size_t p = 0; p < partition_count; p++) {
        double owned = mdl_owned_part(partition[p].config, config->of);
        size_t at = plan->partition_count;

        if (!is_offered(config, &partition[p], owned))
            continue;
        member[at] = p;
        part[at] = owned;
        pool[at] = pool_of(config, partition[p].config);
        plan->partition_count++;
    }
    return SIM_OK;
}

int64_t mdl_access_award_mgpuh(const struct mdl_access_mode_plan *plan,
                               const struct mdl_partition_plan *partition, double u)
{
    if (mdl_access_is_in_nodes(plan->config))
        return milli_hours(sim_dist_at(&plan->config->award_node_s, u),
                           gpus_per_node(partition->config));
    return milli_hours(sim_dist_at(&plan->config->award_gpu_s, u), 1);
}

static bool is_given(const struct sim_dist *law)
{
    return law->kind != SIM_DIST_CONSTANT || law->a > 0;
}

bool mdl_access_is_in_nodes(const struct mdl_access_mode_config *config)
{
    return is_given(&config->award_node_s);
}

int mdl_access_awards(const struct mdl_access_mode_config *config)
{
    return is_given(&config->award_node_s) + is_given(&config->award_gpu_s);
}

int64_t mdl_access_submission_ns(const struct mdl_access_mode_plan *plan,
                                 const struct sim_calendar *calendar, const char *country,
                                 int64_t from_ns, double u)
{
    struct sim_period draft = {SIM_PERIOD_WORKDAYS,
                               floor(sim_dist_at(&plan->config->draft_workdays, u) + 0.5)};

    return draft.count > 0 ? sim_period_end_ns(&draft, calendar, country, from_ns) : from_ns;
}

int64_t mdl_access_cutoff_ns(const struct mdl_access_mode_plan *plan,
                             const struct sim_calendar *calendar, int64_t from_ns)
{
    return mdl_cutoff_next(&plan->cutoff, calendar, sim_zone_of_country(plan->config->country),
                           from_ns);
}

int64_t mdl_access_decision_ns(const struct mdl_access_mode_plan *plan,
                               const struct sim_calendar *calendar, int64_t from_ns)
{
    return sim_period_end_ns(&plan->review, calendar, plan->config->country, from_ns);
}
