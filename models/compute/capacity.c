/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/compute/capacity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/compute/partition.h"
#include "sim/elementary.h"
#include "sim/units.h"

enum { QUADRATURE = 256, BISECTIONS = 60 };

static const double U_MIN = 0x1p-53, U_MAX = 1 - 0x1p-53;
static const double SLICE_SLACK = 0.02; /* 0.143 of a GPU is one of seven slices */

static uint32_t released_after(const struct mdl_partition_plan *plan, int64_t day, int64_t ramp)
{
    uint64_t nodes = (uint64_t)plan->config->nodes;

    if (day + 1 < ramp)
        nodes = nodes * (uint64_t)(day + 1) / (uint64_t)ramp;
    return (uint32_t)nodes * plan->units_per_node;
}

/* Appends a step unless nothing changes or it lies outside; steps before begin_ns collapse. */
static size_t append(struct mdl_capacity_step *step, size_t count, struct mdl_capacity_step next,
                     int64_t begin_ns, int64_t finish_ns)
{
    struct mdl_capacity_step *last = &step[count - 1];

    if (next.time_ns > finish_ns ||
        (last->units == next.units && last->installed_units == next.installed_units))
        return count;
    if (next.time_ns <= begin_ns) {
        next.time_ns = begin_ns;
        *last = next;
        return count;
    }
    step[count] = next;
    return count + 1;
}

static enum sim_status build_steps(struct mdl_partition_plan *plan,
                                   const struct sim_calendar *calendar, int64_t begin_ns,
                                   int64_t finish_ns, struct sim_arena *arena,
                                   struct sim_error *err)
{
    const struct mdl_partition_config *config = plan->config;
    int64_t ramp_days = (config->ramp_ns + SIM_DAY_NS - 1) / SIM_DAY_NS;
    int64_t online_ns = config->online_days == MDL_DATE_NONE
                            ? begin_ns
                            : sim_calendar_ns(calendar, config->online_days);
    int64_t offline_ns = config->offline_days == MDL_DATE_NONE
                             ? INT64_MAX
                             : sim_calendar_ns(calendar, config->offline_days);
    size_t most = (size_t)ramp_days + 3, count = 1;
    struct mdl_capacity_step *step = sim_arena_alloc(arena, most, sizeof *step);

    if (!step)
        return sim_fail(err, SIM_ENOMEM, "no memory for the capacity of '%s'", plan->name);
    if (config->online_days == MDL_DATE_NONE)
        ramp_days = 0;
    step[0] = (struct mdl_capacity_step){.time_ns = begin_ns};
    for (int64_t day = 0; day < (ramp_days ? ramp_days : 1); day++) {
        struct mdl_capacity_step next = {.time_ns = online_ns + day * SIM_DAY_NS,
                                         .units = released_after(plan, day, ramp_days),
                                         .installed_units = plan->units};
        if (next.time_ns >= offline_ns)
            break;
        count = append(step, count, next, begin_ns, finish_ns);
    }
    count =
        append(step, count, (struct mdl_capacity_step){.time_ns = offline_ns}, begin_ns, finish_ns);
    plan->step = step;
    plan->step_count = count;
    return SIM_OK;
}

/* ---- fitting jobs to the machine ---- */

uint32_t mdl_widest_units(const struct mdl_partition_plan *plan,
                          const struct mdl_capacity_step *step)
{
    double units = floor(plan->config->widest_frac * step->units + 1e-9);

    if (units > plan->units_per_gpu)
        units -= fmod(units, plan->units_per_gpu);
    return units < 1 ? 1 : (uint32_t)units;
}

static const struct sim_dist *width_law(const struct mdl_partition_plan *plan,
                                        const struct mdl_class_config *job_class)
{
    return plan->gpus_per_unit ? &job_class->gpus : &job_class->nodes;
}

/* Allocation units for a request of accelerators (nodes, on a partition without). */
static double units_for(const struct mdl_partition_plan *plan, double asked)
{
    double per_unit = plan->gpus_per_unit ? plan->gpus_per_unit : 1;
    double units = asked < 1 ? ceil(asked * plan->units_per_gpu - SLICE_SLACK)
                             : ceil(floor(asked + 0.5) / per_unit) * plan->units_per_gpu;

    return units < 1 ? 1 : units;
}

/* Up to which uniform a table's law draws its first values, to index i: after truncation. */
static double u_upto(const struct sim_dist *law, size_t i)
{
    double u = (law->cumulated[i] - law->p_min) / (law->p_max - law->p_min);

    return u < 0 ? 0 : u > 1 ? 1 : u;
}

static double u_that_fits(const struct mdl_partition_plan *plan, const struct sim_dist *law,
                          uint32_t most)
{
    double low = 0, high = 1;

    if (units_for(plan, sim_dist_at(law, U_MAX)) <= most)
        return 1;
    if (law->kind == SIM_DIST_CHOICE) {
        for (size_t i = 0; i < law->count && units_for(plan, law->value[i]) <= most; i++)
            low = u_upto(law, i);
        return low > U_MIN ? low : U_MIN;
    }
    for (int i = 0; i < BISECTIONS; i++) {
        double middle = 0.5 * (low + high);
        if (middle > 0 && units_for(plan, sim_dist_at(law, middle)) <= most)
            low = middle;
        else
            high = middle;
    }
    return low > U_MIN ? low : U_MIN;
}

static double cube(double x)
{
    return x * x * x;
}

/* Over v = 1 - s^3 in (0, 1), equal cells of s: close together where the long tails are. */
static double width_mean_by_quadrature(const struct mdl_partition_plan *plan,
                                       const struct sim_dist *law, double u_max, uint32_t most)
{
    double sum = 0;

    for (size_t i = 0; i < QUADRATURE; i++) {
        double low = (double)i / QUADRATURE, high = (double)(i + 1) / QUADRATURE;
        double u = (1 - cube(0.5 * (low + high))) * u_max;

        sum += (cube(high) - cube(low)) * fmin(units_for(plan, sim_dist_at(law, u)), most);
    }
    return sum;
}

static double width_mean(const struct mdl_partition_plan *plan, const struct sim_dist *law,
                         double u_max, uint32_t most)
{
    double sum = 0, before = 0;

    if (law->kind != SIM_DIST_CHOICE)
        return width_mean_by_quadrature(plan, law, u_max, most);
    for (size_t i = 0; i < law->count && before < u_max; i++) {
        double upto = fmin(u_upto(law, i), u_max);
        sum += (upto - before) / u_max * fmin(units_for(plan, law->value[i]), most);
        before = upto;
    }
    return sum;
}

uint32_t mdl_request_at(const struct mdl_partition_plan *plan, const struct mdl_capacity_step *step,
                        const struct mdl_class_config *job_class, size_t class_index, double u,
                        uint32_t *gpus_asked)
{
    size_t at = (size_t)(step - plan->step) * plan->class_count + class_index;

    return mdl_request_of(
        plan, step, sim_dist_at(width_law(plan, job_class), u * plan->fit[at].u_max), gpus_asked);
}

uint32_t mdl_request_of(const struct mdl_partition_plan *plan, const struct mdl_capacity_step *step,
                        double asked, uint32_t *gpus_asked)
{
    double units = units_for(plan, asked);
    uint32_t most = mdl_widest_units(plan, step), width = units < most ? (uint32_t)units : most;
    double held = (double)width * plan->gpus_per_unit, used = floor(asked + 0.5);

    *gpus_asked = (uint32_t)(used < 1 && held > 0 ? 1 : used < held ? used : held);
    if (plan->units_per_gpu > 1)
        *gpus_asked = 0;
    return width;
}

uint32_t mdl_width_at(const struct mdl_partition_plan *plan, const struct mdl_capacity_step *step,
                      const struct mdl_class_config *job_class, size_t class_index, double u)
{
    uint32_t gpus_asked;

    return mdl_request_at(plan, step, job_class, class_index, u, &gpus_asked);
}

/* Which of the site's; their number: it has none of that name. */
static size_t qos_index(const struct mdl_partition_plan *plan, const char *name)
{
    const struct sim_map *map = &plan->site_config->qos;
    size_t q = 0;

    while (q < map->count &&
           strcmp(((const struct mdl_qos_config *)sim_map_at(map, q))->item.key, name) != 0)
        q++;
    return q;
}

/* Of the partition, or of the QOS where it gives one. */
static int64_t allowed_walltime_ns(const struct mdl_partition_plan *plan, const char *name)
{
    const struct sim_map *map = &plan->site_config->qos;
    size_t q = name ? qos_index(plan, name) : map->count;
    const struct mdl_qos_config *qos = q < map->count ? sim_map_at(map, q) : NULL;

    return qos && qos->max_walltime_ns > 0 ? qos->max_walltime_ns : plan->config->max_walltime_ns;
}

int64_t mdl_qos_walltime_limit_ns(const struct mdl_partition_plan *plan,
                                  const struct mdl_class_config *job_class, const char *qos)
{
    int64_t limit = MDL_WALLTIME_MAX_NS;
    int64_t allowed_ns = allowed_walltime_ns(plan, qos && *qos ? qos : job_class->qos);

    if (job_class->limit_ns > 0)
        limit = job_class->limit_ns;
    if (job_class->over_limit != MDL_OVER_LIMIT_EXEMPT && allowed_ns > 0 && allowed_ns < limit)
        limit = allowed_ns;
    return limit;
}

int64_t mdl_walltime_limit_ns(const struct mdl_partition_plan *plan,
                              const struct mdl_class_config *job_class)
{
    return mdl_qos_walltime_limit_ns(plan, job_class, NULL);
}

static double run_mean_s(const struct mdl_partition_plan *plan,
                         const struct mdl_class_config *job_class, const char *qos)
{
    int64_t limit_ns = mdl_qos_walltime_limit_ns(plan, job_class, qos);
    double bundle = (double)job_class->bundle;

    if (limit_ns == MDL_WALLTIME_MAX_NS || job_class->over_limit == MDL_OVER_LIMIT_CHAIN)
        return bundle * sim_dist_mean(&job_class->run);
    return bundle * sim_dist_mean_capped(&job_class->run, sim_s_from_ns(limit_ns) / bundle);
}

static double *build_run_means(const struct mdl_partition_plan *plan, const struct sim_map *classes,
                               struct sim_arena *arena)
{
    const struct sim_map *qos = &plan->site_config->qos;
    double *mean_s = sim_arena_alloc(arena, (1 + qos->count) * classes->count, sizeof *mean_s);

    for (size_t q = 0; mean_s && q <= qos->count; q++) {
        const char *name =
            q ? ((const struct mdl_qos_config *)sim_map_at(qos, q - 1))->item.key : "";

        for (size_t c = 0; c < classes->count; c++)
            mean_s[q * classes->count + c] = run_mean_s(plan, sim_map_at(classes, c), name);
    }
    return mean_s;
}

static enum sim_status build_fit(struct mdl_partition_plan *plan, const struct sim_map *classes,
                                 struct sim_arena *arena, struct sim_error *err)
{
    struct mdl_fit *fit = sim_arena_alloc(arena, plan->step_count * classes->count, sizeof *fit);
    double *mean_s = build_run_means(plan, classes, arena);
    double *jobs_mean = sim_arena_alloc(arena, classes->count, sizeof *jobs_mean);

    if (!fit || !mean_s || !jobs_mean)
        return sim_fail(err, SIM_ENOMEM, "no memory for the jobs of '%s'", plan->name);
    for (size_t c = 0; c < classes->count; c++) {
        const struct mdl_class_config *job_class = sim_map_at(classes, c);
        const struct sim_dist *law = width_law(plan, job_class);

        jobs_mean[c] = mdl_class_jobs_mean(job_class);
        for (size_t i = 0; i < plan->step_count; i++) {
            struct mdl_fit *here = &fit[i * classes->count + c];
            uint32_t most = mdl_widest_units(plan, &plan->step[i]);
            const struct mdl_fit *before = i ? here - classes->count : NULL;

            if (before && before->u_max == 1 && plan->step[i].units >= plan->step[i - 1].units) {
                *here = *before; /* everything fitted into less */
                continue;
            }
            here->u_max = u_that_fits(plan, law, most);
            here->width_mean = width_mean(plan, law, here->u_max, most);
        }
    }
    plan->fit = fit;
    plan->run_mean_s = mean_s;
    plan->jobs_mean = jobs_mean;
    return SIM_OK;
}

static const char *joined(const char *site, const char *partition, struct sim_arena *arena)
{
    size_t bytes = strlen(site) + strlen(partition) + 2;
    char *name = sim_arena_alloc(arena, bytes, 1);

    if (name)
        snprintf(name, bytes, "%s.%s", site, partition);
    return name;
}

enum sim_status mdl_partition_plan_init(struct mdl_partition_plan *plan,
                                        const struct mdl_partition_config *config,
                                        const struct mdl_site_config *site,
                                        const struct sim_map *classes,
                                        const struct sim_calendar *calendar, int64_t begin_ns,
                                        int64_t finish_ns, struct sim_arena *arena,
                                        struct sim_error *err)
{
    double *worth = sim_arena_alloc(arena, classes->count, sizeof *worth);
    const struct mdl_accelerator_config *accelerator = config->accelerator.item;
    enum sim_status status;

    *plan = (struct mdl_partition_plan){
        .config = config,
        .site_config = site,
        .name = joined(site->item.key, config->item.key, arena),
        .units = mdl_partition_units(config),
        .units_per_node = mdl_partition_units_per_node(config),
        .gpus_per_unit =
            config->allocation == MDL_ALLOCATION_GPU ? 1 : (uint32_t)config->gpus_per_node,
        .units_per_gpu = mdl_partition_slices(config),
        .class_count = classes->count,
        .worth = worth,
    };
    if (!worth || !plan->name)
        return sim_fail(err, SIM_ENOMEM, "no memory for partitions");
    for (size_t i = 0; i < classes->count; i++) {
        const struct mdl_class_config *job_class = sim_map_at(classes, i);
        worth[i] = mdl_accelerator_worth(accelerator, job_class->item.key);
    }
    status = build_steps(plan, calendar, begin_ns, finish_ns, arena, err);
    return status ? status : build_fit(plan, classes, arena, err);
}

const struct mdl_capacity_step *mdl_capacity_at(const struct mdl_partition_plan *plan,
                                                int64_t time_ns)
{
    size_t low = 0, high = plan->step_count;

    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (plan->step[middle].time_ns <= time_ns)
            low = middle;
        else
            high = middle;
    }
    return &plan->step[low];
}

int64_t mdl_capacity_retired_ns(const struct mdl_partition_plan *plan)
{
    const struct mdl_capacity_step *last = &plan->step[plan->step_count - 1];

    return plan->step_count > 1 && last->installed_units == 0 ? last->time_ns : SIM_NEVER;
}

double mdl_capacity_unit_s(const struct mdl_partition_plan *plan, int64_t from_ns, int64_t to_ns)
{
    double sum = 0;

    for (size_t i = 0; i < plan->step_count; i++) {
        const struct mdl_capacity_step *step = &plan->step[i];
        int64_t next_ns = i + 1 < plan->step_count ? step[1].time_ns : to_ns;
        int64_t low = step->time_ns > from_ns ? step->time_ns : from_ns;
        int64_t high = next_ns < to_ns ? next_ns : to_ns;

        if (high > low)
            sum += sim_s_from_ns(high - low) * step->units;
    }
    return sum;
}

/* What people ask batch systems for; logs show these values again and again
 * (Feitelson, Workload Modeling, 2015, section 9.2; Curie, Atlas, KTH in the archive). */
static double usual_walltime_s(double least_s)
{
    static const double usual_h[] = {1.0 / 12, 1.0 / 6, 0.5, 1,  2,  3,  4,  6,   8,
                                     12,       18,      24,  36, 48, 72, 96, 120, 168};

    for (size_t i = 0; i < sizeof usual_h / sizeof *usual_h; i++) {
        if (least_s <= usual_h[i] * SIM_HOUR_S)
            return usual_h[i] * SIM_HOUR_S;
    }
    return ceil(least_s / (7 * SIM_DAY_S)) * 7 * SIM_DAY_S;
}

int64_t mdl_walltime_ns(const struct mdl_class_config *job_class, double run_s, double overestimate,
                        int64_t limit_ns)
{
    double asked_s;
    int64_t asked_ns;

    if (job_class->overestimate_slope > 0 && run_s > 0)
        overestimate =
            fmax(1, overestimate * sim_pow(SIM_HOUR_S / run_s, job_class->overestimate_slope));
    asked_s = run_s * overestimate;
    if (job_class->walltime == MDL_WALLTIME_ROUND)
        asked_s = usual_walltime_s(asked_s);
    asked_ns = sim_ns_from_s(asked_s);
    return asked_ns < limit_ns ? asked_ns : limit_ns;
}

double mdl_qos_work_unit_s(const struct mdl_partition_plan *plan,
                           const struct mdl_capacity_step *step, size_t class_index,
                           const char *qos)
{
    size_t at = (size_t)(step - plan->step) * plan->class_count + class_index;
    size_t q = qos && *qos ? qos_index(plan, qos) : plan->site_config->qos.count;
    size_t row = q < plan->site_config->qos.count ? 1 + q : 0;

    return plan->fit[at].width_mean * plan->run_mean_s[row * plan->class_count + class_index] *
           plan->jobs_mean[class_index];
}

double mdl_work_unit_s(const struct mdl_partition_plan *plan, const struct mdl_capacity_step *step,
                       size_t class_index)
{
    return mdl_qos_work_unit_s(plan, step, class_index, NULL);
}
