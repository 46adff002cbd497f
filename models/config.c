/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The root of the scenario's keys, and the rules that need more than one key. */
#include <math.h>
#include <string.h>

#include "models/access/access_mode.h"
#include "models/access/course.h"
#include "models/access/quota.h"
#include "models/checker.h"
#include "models/circuit_plan.h"
#include "models/compute/job_class.h"
#include "models/compute/site.h"
#include "models/config.h"
#include "models/data_plan.h"
#include "models/demand/community.h"
#include "models/demand/fleet.h"
#include "models/demand/load.h"
#include "models/fleet_plan.h"
#include "models/key_plan.h"
#include "models/money/country.h"
#include "models/project_plan.h"
#include "models/staff_plan.h"
#include "models/storage_plan.h"
#include "sim/calendar.h"
#include "sim/units.h"

static const char *const broker_rules[] = {"home", NULL};

#define AT(member) SIM_AT(struct mdl_config, member)

static const struct sim_field horizon_fields[] = {
    {.name = "start",
     .kind = SIM_FIELD_DATE,
     .offset = 0,
     .required = true,
     .help = "first day of the window in which figures are counted; clock 0 is its 00:00 UTC",
     .example = "2026-01-01"},
    {.name = "end",
     .kind = SIM_FIELD_DATE,
     .offset = offsetof(struct mdl_config, end_days) - offsetof(struct mdl_config, start_days),
     .required = true,
     .help = "first day after the window",
     .example = "2027-01-01"},
    {.name = "preroll",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     .offset = offsetof(struct mdl_config, preroll_ns) - offsetof(struct mdl_config, start_days),
     .max = 1e9,
     .help = "time simulated before the start, so that machines and queues are not empty",
     .example = "14 d"},
    {.name = "followup",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     .offset = offsetof(struct mdl_config, followup_ns) - offsetof(struct mdl_config, start_days),
     .max = 1e9,
     .help = "time simulated after the end, so that late jobs are followed to their end",
     .example = "14 d"},
    {0},
};

static const struct sim_field until_fields[] = {
    {.name = "figure",
     .kind = SIM_FIELD_TEXT,
     .offset = 0,
     .help = "the one figure whose interval is looked at",
     .example = "wait.p95{kind=sme}"},
    {.name = "half_width",
     .kind = SIM_FIELD_TEXT,
     .offset = sizeof(const char *),
     .help = "of its 95 % interval: per cent of the mean, or in the figure's unit",
     .example = "10 %"},
    {0},
};

static const struct sim_field replication_fields[] = {
    {.name = "min",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     .offset = 0,
     .min = 1,
     .max = 100000,
     .fallback = 1,
     .help = "replications to run"},
    {.name = "max",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     .offset = sizeof(int64_t),
     .min = 1,
     .max = 100000,
     .fallback = 100000,
     .help = "most replications to run"},
    {.name = "until",
     .kind = SIM_FIELD_GROUP,
     .rows = until_fields,
     .offset =
         offsetof(struct mdl_config, until_figure) - offsetof(struct mdl_config, replications_min),
     .help = "go on beyond min, by tens, until a figure is known this well; where max comes first, "
             "the exit code is 1",
     .example = "{figure: wait.mean, half_width: 10 %}"},
    {0},
};

static const struct sim_field broker_fields[] = {
    {.name = "rule",
     .kind = SIM_FIELD_ENUM,
     .choices = broker_rules,
     .offset = 0,
     .help = "how work is placed: home = each source's own partitions"},
    {0},
};

static const struct sim_field access_point_fields[] = {
    {.name = "country",
     .kind = SIM_FIELD_TEXT,
     SIM_AT(struct mdl_access_point_config, country),
     .help = "whose working days its staff have; default: LU, where EuroHPC is",
     .example = "LU"},
    {.name = "staff",
     .kind = SIM_FIELD_GROUP,
     .rows = mdl_staff_fields,
     SIM_AT(struct mdl_access_point_config, staff),
     .help = "people who work for the sites that have none of their own",
     .example = "{review: 30 FTE, support: 10 FTE}"},
    {0},
};

const struct sim_field mdl_config_fields[] = {
    {.name = "aifsim",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     AT(version),
     .min = 1,
     .max = 1,
     .required = true,
     .help = "version of the scenario format"},
    {.name = "name",
     .kind = SIM_FIELD_TEXT,
     AT(name),
     .required = true,
     .help = "name of the scenario, for people",
     .example = "Seven AI factories, 2026"},
    {.name = "title", .kind = SIM_FIELD_TEXT, AT(title), .help = "longer title"},
    {.name = "description", .kind = SIM_FIELD_TEXT, AT(description), .help = "what it is about"},
    {.name = "horizon",
     .kind = SIM_FIELD_GROUP,
     .rows = horizon_fields,
     AT(start_days),
     .required = true,
     .help = "the time that is simulated",
     .example = "{start: 2026-01-01, end: 2027-01-01, preroll: 14 d}"},
    {.name = "seed",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     AT(seed),
     .min = 0,
     .max = SIM_WHOLE_MAX,
     .fallback = 1,
     .help = "number that all random draws follow from"},
    {.name = "replications",
     .kind = SIM_FIELD_GROUP,
     .rows = replication_fields,
     AT(replications_min),
     .help = "how often the scenario is run with other random numbers",
     .example = "{min: 4, max: 4}"},
    {.name = "accelerators",
     .kind = SIM_FIELD_MAP,
     .rows = mdl_accelerator_fields,
     .item_bytes = sizeof(struct mdl_accelerator_config),
     AT(accelerators),
     .help = "kinds of accelerators"},
    {.name = "classes",
     .kind = SIM_FIELD_MAP,
     .rows = mdl_class_fields,
     .item_bytes = sizeof(struct mdl_class_config),
     AT(classes),
     .required = true,
     .help = "classes of jobs"},
    {.name = "sites",
     .kind = SIM_FIELD_MAP,
     .rows = mdl_site_fields,
     .item_bytes = sizeof(struct mdl_site_config),
     AT(sites),
     .required = true,
     .help = "the AI factories"},
    {.name = "network",
     .kind = SIM_FIELD_GROUP,
     .rows = mdl_network_fields,
     AT(network),
     .help = "hubs, links and lines of access"},
    {.name = "data_classes",
     .kind = SIM_FIELD_GROUP,
     .rows = mdl_data_rules_fields,
     AT(data_classes),
     .help = "what data of a class asks for, where that is more than the class says by itself"},
    {.name = "datasets",
     .kind = SIM_FIELD_MAP,
     .rows = mdl_dataset_fields,
     .item_bytes = sizeof(struct mdl_dataset_config),
     AT(datasets),
     .help = "data that many jobs read, and that is brought to a site once"},
    {.name = "access_modes",
     .kind = SIM_FIELD_MAP,
     .rows = mdl_access_mode_fields,
     .item_bytes = sizeof(struct mdl_access_mode_config),
     AT(access_modes),
     .help = "ways to apply for hours"},
    {.name = "quotas",
     .kind = SIM_FIELD_MAP,
     .rows = mdl_quota_fields,
     .item_bytes = sizeof(struct mdl_quota_config),
     AT(quotas),
     .help = "caps on what access modes may give together"},
    {.name = "spend",
     .kind = SIM_FIELD_GROUP,
     .rows = mdl_spend_fields,
     AT(spend),
     .help = "the pace at which projects spend their hours",
     .example = "{ramp: 20 %, rush: 1.5, rush_after: 80 %}"},
    {.name = "communities",
     .kind = SIM_FIELD_MAP,
     .rows = mdl_community_fields,
     .item_bytes = sizeof(struct mdl_community_config),
     AT(communities),
     .help = "populations of users"},
    {.name = "background",
     .kind = SIM_FIELD_MAP,
     .rows = mdl_background_fields,
     .item_bytes = sizeof(struct mdl_background_config),
     AT(background),
     .help = "given load that no community explains"},
    {.name = "fleets",
     .kind = SIM_FIELD_MAP,
     .rows = mdl_fleet_fields,
     .item_bytes = sizeof(struct mdl_fleet_config),
     AT(fleets),
     .help = "devices that record and send without end: sensors, drones, vehicles"},
    {.name = "broker",
     .kind = SIM_FIELD_GROUP,
     .rows = broker_fields,
     AT(broker_rule),
     .help = "the central access point's rule"},
    {.name = "access_point",
     .kind = SIM_FIELD_GROUP,
     .rows = access_point_fields,
     AT(access_point),
     .help = "the central access point's people"},
    {.name = "courses",
     .kind = SIM_FIELD_MAP,
     .rows = mdl_course_fields,
     .item_bytes = sizeof(struct mdl_course_config),
     AT(courses),
     .help = "courses for members of communities, whose jobs then fail less often"},
    {0},
};

/* ---- rules across keys ---- */

enum { SPAN_DAYS_MAX = 60 * 366 };

static bool has_text(const char *text)
{
    return text && *text;
}

static void check_horizon(const struct mdl_checker *c)
{
    const struct mdl_config *config = c->config;
    int64_t span = config->end_days - config->start_days +
                   (config->preroll_ns + config->followup_ns) / SIM_DAY_NS;

    if (config->end_days <= config->start_days)
        MDL_REPORT(c, "horizon.end", "must be after horizon.start");
    else if (span > SPAN_DAYS_MAX)
        MDL_REPORT(c, "horizon", "%lld days are too long; at most %d", (long long)span,
                   SPAN_DAYS_MAX);
    if (config->replications_max < config->replications_min)
        MDL_REPORT(c, "replications.max", "is less than replications.min");
    if (has_text(config->until_figure) != has_text(config->until_half_width))
        MDL_REPORT(c, "replications.until",
                   "takes both; write for example {figure: wait.mean, half_width: 10 %%}");
}

static void check_country(const struct mdl_checker *c, const char *parent, const char *code,
                          bool is_site)
{
    char path[MDL_PATH_BYTES];

    mdl_path_of(path, parent, "country");
    if (code && *code && !(is_site ? mdl_is_state(code) : mdl_is_origin(code)))
        MDL_REPORT(c, path,
                   "'%.40s' is not the two-letter code (ISO 3166-1, in capitals) of a state in or "
                   "around the EU; write for example 'IT'",
                   code);
}

/* Power that costs and emits nothing is a slip, unless somebody says so. */
static void check_energy(const struct mdl_checker *c, const struct mdl_site_config *site)
{
    char path[MDL_PATH_BYTES];
    bool draws_power = false;

    for (size_t p = 0; p < site->partitions.count; p++) {
        const struct mdl_partition_config *partition = sim_map_at(&site->partitions, p);

        draws_power = draws_power || partition->idle_w > 0 || partition->busy_w > 0;
    }
    mdl_path_of(path, site->item.path, "energy");
    if (draws_power && (isnan(site->price_eur_per_mwh) || isnan(site->carbon_g_per_kwh.mean)))
        MDL_REPORT(c, path,
                   "the %s of electricity in '%.2s' is not known; write for example 'energy: "
                   "{price: 150 EUR/MWh, carbon: 200 g/kWh}'",
                   isnan(site->price_eur_per_mwh) ? "price" : "carbon intensity", site->country);
}

static void check_partition(const struct mdl_checker *c,
                            const struct mdl_partition_config *partition)
{
    const char *parent = partition->item.path;
    char path[MDL_PATH_BYTES];
    double owned = 0;

    mdl_path_of(path, parent, "allocation");
    if (partition->allocation == MDL_ALLOCATION_GPU && !partition->gpus_per_node)
        MDL_REPORT(c, path, "'gpu' needs gpus_per_node of at least 1; write 'node'");
    mdl_path_of(path, parent, "slices_per_gpu");
    if (partition->slices_per_gpu > 1 && partition->allocation != MDL_ALLOCATION_GPU)
        MDL_REPORT(c, path, "slices are given one by one; write 'allocation: gpu'");
    mdl_path_of(path, parent, "accelerator");
    if (partition->accelerator.name && !partition->gpus_per_node)
        MDL_REPORT(c, path, "has no accelerators to be of this kind; give gpus_per_node");
    if (!partition->accelerator.name && partition->gpus_per_node)
        MDL_REPORT(c, path,
                   "is missing: gpus_per_node says that there are some; name an entry of "
                   "'accelerators'");
    mdl_path_of(path, parent, "offline");
    if (partition->online_days != MDL_DATE_NONE && partition->offline_days != MDL_DATE_NONE &&
        partition->offline_days <= partition->online_days)
        MDL_REPORT(c, path, "must be after online");
    mdl_path_of(path, parent, "power");
    if (partition->busy_w < partition->idle_w)
        MDL_REPORT(c, path, "busy is less than idle");
    if (partition->nodes * (partition->gpus_per_node ? partition->gpus_per_node : 1) > 10000000)
        MDL_REPORT(c, parent, "more than 10 million accelerators");
    for (size_t i = 0; i < partition->shares.count; i++)
        owned += ((const struct mdl_owner_config *)sim_map_at(&partition->shares, i))->part_frac;
    mdl_path_of(path, parent, "shares");
    if (owned > 1 + 1e-9)
        MDL_REPORT(c, path, "add up to %.4g %%, more than the whole", owned * 100);
}

/* GPU time of all partitions is summed exactly, in a common part of a GPU. */
static void check_parts(const struct mdl_checker *c, const struct mdl_partition_config *partition,
                        uint32_t *parts)
{
    uint32_t multiple = mdl_common_multiple(*parts, mdl_partition_slices(partition));
    char path[MDL_PATH_BYTES];

    mdl_path_of(path, partition->item.path, "slices_per_gpu");
    if (multiple > MDL_GPU_PARTS_ALL_MAX)
        MDL_REPORT(c, path,
                   "%lld has no common multiple up to %d with those of the partitions before it; "
                   "write a number that divides or is divided by one of them",
                   (long long)partition->slices_per_gpu, MDL_GPU_PARTS_ALL_MAX);
    else
        *parts = multiple;
}

static void check_sites(const struct mdl_checker *c)
{
    uint32_t parts = 1;

    for (size_t s = 0; s < c->config->sites.count; s++) {
        const struct mdl_site_config *site = sim_map_at(&c->config->sites, s);

        check_country(c, site->item.path, site->country, true);
        check_energy(c, site);
        if (!site->partitions.count)
            MDL_REPORT(c, site->item.path, "has no partition");
        for (size_t p = 0; p < site->partitions.count; p++)
            check_partition(c, sim_map_at(&site->partitions, p));
        for (size_t p = 0; p < site->partitions.count; p++)
            check_parts(c, sim_map_at(&site->partitions, p), &parts);
    }
}

static bool has_key(const struct sim_map *map, const char *key)
{
    for (size_t i = 0; i < map->count; i++) {
        if (strcmp(((const struct sim_item *)sim_map_at(map, i))->key, key) == 0)
            return true;
    }
    return false;
}

static bool is_site(const struct mdl_config *config, const char *key)
{
    return has_key(&config->sites, key);
}

static bool is_place(const struct mdl_config *config, const char *key)
{
    return has_key(&config->network.hubs, key) || is_site(config, key);
}

static void check_place(const struct mdl_checker *c, const char *parent, const char *key,
                        const char *place)
{
    char path[MDL_PATH_BYTES];

    mdl_path_of(path, parent, key);
    if (!is_place(c->config, place))
        MDL_REPORT(c, path, "'%.64s' is neither a hub of the network nor a site", place);
}

/* Planned work must be over before it begins again. */
static void check_windows(const struct mdl_checker *c, const struct mdl_link_config *link)
{
    char path[MDL_PATH_BYTES];

    for (size_t i = 0; i < link->windows.count; i++) {
        const struct mdl_window_config *window = sim_map_at(&link->windows, i);

        mdl_path_of(path, window->item.path, "every");
        if (window->every_ns > 0 && window->every_ns <= window->duration_ns)
            MDL_REPORT(c, path, "must be longer than the duration, %.6g h",
                       sim_s_from_ns(window->duration_ns) / SIM_HOUR_S);
    }
}

/* Members' data go between a place and a site. */
static void check_given_way(const struct mdl_checker *c, const struct mdl_path_config *given)
{
    size_t before = *c->count;

    check_place(c, given->item.path, "from", given->from);
    check_place(c, given->item.path, "to", given->to);
    if (*c->count == before && !is_site(c->config, given->from) && !is_site(c->config, given->to))
        MDL_REPORT(c, given->item.path, "leads from hub to hub; one of its ends is a site");
}

static void check_network(const struct mdl_checker *c)
{
    const struct mdl_network_config *network = &c->config->network;

    for (size_t i = 0; i < network->links.count; i++) {
        const struct mdl_link_config *link = sim_map_at(&network->links, i);

        check_place(c, link->item.path, "from", link->from);
        check_place(c, link->item.path, "to", link->to);
        if (strcmp(link->from, link->to) == 0)
            MDL_REPORT(c, link->item.path, "joins '%.64s' to itself", link->from);
        check_windows(c, link);
    }
    for (size_t i = 0; i < network->routes.count; i++)
        check_given_way(c, sim_map_at(&network->routes, i));
    for (size_t i = 0; i < network->hubs.count; i++) {
        const struct mdl_hub_config *hub = sim_map_at(&network->hubs, i);

        check_country(c, hub->item.path, hub->country, true);
    }
    for (size_t i = 0; i < network->hubs.count; i++) {
        const struct sim_item *hub = sim_map_at(&network->hubs, i);

        if (is_site(c->config, hub->key))
            MDL_REPORT(c, hub->path, "a site has the same key");
    }
}

static void check_cells(const struct mdl_checker *c)
{
    const struct sim_map *cells = &c->config->network.cells;

    for (size_t i = 0; i < cells->count; i++) {
        const struct mdl_cell_config *cell = sim_map_at(cells, i);

        check_place(c, cell->item.path, "at", cell->at);
    }
}

static void check_fleet(const struct mdl_checker *c, const struct mdl_fleet_config *fleet)
{
    double rate = (double)fleet->devices * fleet->record_bytes / sim_s_from_ns(fleet->every_ns);
    char path[MDL_PATH_BYTES];

    mdl_path_of(path, fleet->item.path, "cell");
    if (!fleet->cell.name == !fleet->line.name)
        MDL_REPORT(c, path, "give either a cell or a line, over which the devices send");
    mdl_path_of(path, fleet->item.path, "at");
    if (fleet->line.name && !has_text(fleet->at))
        MDL_REPORT(c, path, "is missing: the hub or site where the lines end");
    else if (fleet->line.name)
        check_place(c, fleet->item.path, "at", fleet->at);
    else if (has_text(fleet->at))
        MDL_REPORT(c, path, "goes with a line; a cell has a place of its own");
    mdl_path_of(path, fleet->item.path, "radio");
    if (fleet->line.name && (fleet->radio.kind != SIM_DIST_CONSTANT || fleet->radio.a > 0))
        MDL_REPORT(c, path, "goes with a cell; a line has a rate of its own");
    mdl_path_of(path, fleet->item.path, "record");
    if (rate > MDL_FLEET_RATE_MAX)
        MDL_REPORT(c, path, "%.3g TB/s of all devices are too much; at most %.3g TB/s", rate / 1e12,
                   MDL_FLEET_RATE_MAX / 1e12);
    mdl_path_of(path, fleet->item.path, "handover");
    if (fleet->handover_gap_ns > 0 && fleet->line.name)
        MDL_REPORT(c, path, "goes with a cell; a line has no other to change to");
    else if (fleet->handover_gap_ns > 0 && fleet->handover_gap_ns >= fleet->handover_every_ns)
        MDL_REPORT(c, path, "the gap is as long as the time between two; make it shorter");
    check_country(c, fleet->item.path, fleet->country, false);
    mdl_fleet_storage_check(c, fleet);
}

static void check_fleets(const struct mdl_checker *c)
{
    for (size_t i = 0; i < c->config->fleets.count; i++)
        check_fleet(c, sim_map_at(&c->config->fleets, i));
}

static bool is_owner(const struct mdl_config *config, const char *name)
{
    for (size_t s = 0; s < config->sites.count; s++) {
        const struct mdl_site_config *site = sim_map_at(&config->sites, s);

        for (size_t p = 0; p < site->partitions.count; p++) {
            const struct mdl_partition_config *partition = sim_map_at(&site->partitions, p);

            for (size_t i = 0; i < partition->shares.count; i++) {
                const struct sim_item *share = sim_map_at(&partition->shares, i);
                if (strcmp(share->key, name) == 0)
                    return true;
            }
        }
    }
    return false;
}

static bool is_partition(const struct mdl_config *config, const char *name)
{
    const char *dot = strchr(name, '.');

    for (size_t s = 0; dot && s < config->sites.count; s++) {
        const struct mdl_site_config *site = sim_map_at(&config->sites, s);

        if (strlen(site->item.key) != (size_t)(dot - name) ||
            strncmp(site->item.key, name, (size_t)(dot - name)) != 0)
            continue;
        for (size_t p = 0; p < site->partitions.count; p++) {
            if (strcmp(((const struct sim_item *)sim_map_at(&site->partitions, p))->key, dot + 1) ==
                0)
                return true;
        }
    }
    return false;
}

static void check_load(const struct mdl_checker *c, const char *path, const char *load)
{
    struct sim_error err = {0};
    char name[160];
    double part;

    if (!mdl_load_parse(load, &part, name, sizeof name, &err))
        MDL_REPORT(c, path, "%s", err.message);
    else if (part < 0 || part > 1.5)
        MDL_REPORT(c, path, "%.4g %% is outside 0 .. 150 %%", part * 100);
    else if (!is_partition(c->config, name) && !is_owner(c->config, name))
        MDL_REPORT(c, path,
                   "'%.80s' is neither a partition (site.partition) nor an owner of shares", name);
}

static void check_mix(const struct mdl_checker *c, const char *parent,
                      const struct mdl_submit_config *submit)
{
    if (!submit->classes.count && !submit->mix.count)
        MDL_REPORT(c, parent,
                   "gives no classes of jobs; write 'classes' (by number) or 'mix' (by time)");
    else if (submit->classes.count && submit->mix.count)
        MDL_REPORT(c, parent, "gives both 'classes' and 'mix'; one of them says it all");
}

static void check_submit(const struct mdl_checker *c, const struct mdl_community_config *community)
{
    const struct mdl_submit_config *submit = &community->submit;
    bool has_load = submit->load && *submit->load, has_rate = !isnan(submit->rate_per_s);
    const char *parent = community->item.path;
    char path[MDL_PATH_BYTES], deeper[MDL_PATH_BYTES];

    mdl_path_of(path, parent, "submit");
    check_mix(c, path, submit);
    if (!has_load && !has_rate)
        MDL_REPORT(c, path, "needs a rate or a load");
    if (has_load && has_rate)
        MDL_REPORT(c, path, "gives both a rate and a load; one of them says it all");
    if (has_rate && !submit->home.count)
        MDL_REPORT(c, path,
                   "a rate needs 'home', the partitions that jobs go to; write for example "
                   "'home: {SITE.PARTITION: 100 %%}'");
    if (has_load && submit->home.count)
        MDL_REPORT(c, path, "a load has its home already; leave 'home' out");
    mdl_path_of(deeper, path, "load");
    if (has_load)
        check_load(c, deeper, submit->load);
}

static bool is_submitting(const struct mdl_submit_config *submit)
{
    return !isnan(submit->rate_per_s) || (submit->load && *submit->load) || submit->home.count ||
           submit->classes.count || submit->mix.count;
}

/* Cells stand where the community is; a name means one thing. */
static void check_access(const struct mdl_checker *c, const struct mdl_community_config *community)
{
    char path[MDL_PATH_BYTES], deeper[MDL_PATH_BYTES];

    mdl_path_of(path, community->item.path, "access");
    for (size_t i = 0; i < community->access.count; i++) {
        const struct sim_share *share = &community->access.share[i];
        const struct mdl_cell_config *cell = mdl_access_cell(c->config, share->item);

        mdl_path_of(deeper, path, share->name);
        if (cell && strcmp(cell->at, community->at) != 0)
            MDL_REPORT(c, deeper,
                       "its cells stand at '%.64s', the community at '%.64s'; name cells of its "
                       "own place",
                       cell->at, community->at);
        for (size_t k = 0; !cell && k < c->config->network.cells.count; k++)
            if (strcmp(((const struct sim_item *)sim_map_at(&c->config->network.cells, k))->key,
                       share->name) == 0)
                MDL_REPORT(c, deeper,
                           "is a line of network.access and a kind of network.cells; give one of "
                           "them another name");
    }
}

static void check_community(const struct mdl_checker *c,
                            const struct mdl_community_config *community)
{
    const char *parent = community->item.path;
    bool submits = is_submitting(&community->submit), replays = mdl_replays(&community->replay);
    bool applies = mdl_applies(&community->apply);
    char path[MDL_PATH_BYTES];

    check_country(c, parent, community->country, false);
    if (!submits + !replays + !applies == 3)
        MDL_REPORT(c, parent,
                   "submits nothing; give 'submit' (laws), 'replay' (a log) or 'apply' (projects)");
    else if (submits + replays + applies > 1)
        MDL_REPORT(c, parent,
                   "gives more than one of 'submit', 'replay' and 'apply'; make a community of "
                   "each");
    else if (submits)
        check_submit(c, community);
    mdl_path_of(path, parent, "at");
    if (community->at && *community->at) {
        check_place(c, parent, "at", community->at);
        if (!community->access.count)
            MDL_REPORT(c, path, "needs 'access': the lines by which members reach it");
        check_access(c, community);
    } else if (community->access.count)
        MDL_REPORT(c, path,
                   "is missing: 'access' leads nowhere without it and data would take no time; "
                   "write the key of a hub or site");
}

/* The owner whose hours a background uses is one of its partition's. */
static void check_share(const struct mdl_checker *c, const struct mdl_background_config *background)
{
    const struct mdl_partition_config *partition = background->on.item;
    char path[MDL_PATH_BYTES];

    for (size_t i = 0; partition && i < partition->shares.count; i++) {
        if (strcmp(((const struct sim_item *)sim_map_at(&partition->shares, i))->key,
                   background->share ? background->share : "") == 0)
            return;
    }
    mdl_path_of(path, background->item.path, "share");
    if (background->share && *background->share)
        MDL_REPORT(c, path, "'%.64s' owns no share of '%.80s'", background->share,
                   background->on.name);
}

static void check_demand(const struct mdl_checker *c)
{
    const struct mdl_config *config = c->config;

    for (size_t i = 0; i < config->communities.count; i++)
        check_community(c, sim_map_at(&config->communities, i));
    for (size_t i = 0; i < config->background.count; i++) {
        const struct mdl_background_config *background = sim_map_at(&config->background, i);

        check_country(c, background->item.path, background->country, false);
        check_mix(c, background->item.path, &background->submit);
        check_share(c, background);
    }
}

static bool has_more(const struct sim_dist *law)
{
    return mdl_class_jobs_at(law, 1 - 0x1p-53) > 1;
}

/* A job is a link of one chain or array, no more. */
static void check_groups(const struct mdl_checker *c, const struct mdl_class_config *job_class)
{
    bool is_cut = job_class->over_limit == MDL_OVER_LIMIT_CHAIN;
    bool has_chain = has_more(&job_class->chain), has_array = has_more(&job_class->array);
    char path[MDL_PATH_BYTES];

    mdl_path_of(path, job_class->item.path, has_chain ? "chain" : "over_limit");
    if (is_cut + has_chain + has_array > 1)
        MDL_REPORT(c, path, "of 'array', 'chain' and 'over_limit: chain' a class may have one");
    if (is_cut && job_class->bundle > 1)
        MDL_REPORT(c, path, "a run that is cut into a chain is one job; leave 'bundle' out");
    mdl_path_of(path, job_class->item.path, "at_once");
    if (job_class->at_once > 0 && !has_array)
        MDL_REPORT(c, path, "limits the jobs of an array; give 'array' too");
    mdl_path_of(path, job_class->item.path, "array_gap");
    if (mdl_class_has_array_gap(job_class) && (!has_array || job_class->at_once > 0))
        MDL_REPORT(c, path, "spaces the jobs of an array; give 'array', and not 'at_once'");
}

static void check_classes(const struct mdl_checker *c)
{
    const struct mdl_config *config = c->config;

    for (size_t i = 0; i < config->classes.count; i++) {
        const struct mdl_class_config *job_class = sim_map_at(&config->classes, i);
        double mean_s = sim_dist_mean(&job_class->run);

        if (job_class->failed_frac + job_class->cancelled_frac > 1)
            MDL_REPORT(c, job_class->item.path, "failed and cancelled add up to more than 100 %%");
        if (!(mean_s > 0) || !isfinite(mean_s))
            MDL_REPORT(c, job_class->item.path, "its mean run time must be above 0 and finite");
        check_groups(c, job_class);
    }
    for (size_t i = 0; i < config->accelerators.count; i++) {
        const struct mdl_accelerator_config *accelerator = sim_map_at(&config->accelerators, i);

        for (size_t k = 0; k < accelerator->worth.count; k++) {
            const char *name = accelerator->worth.share[k].name;
            bool is_known = strcmp(name, "any") == 0;

            for (size_t j = 0; j < config->classes.count && !is_known; j++)
                is_known = strcmp(((const struct sim_item *)sim_map_at(&config->classes, j))->key,
                                  name) == 0;
            if (!is_known) {
                char path[MDL_PATH_BYTES];
                mdl_path_of(path, accelerator->item.path, "worth");
                MDL_REPORT(c, path, "'%.64s' is not a class of jobs, nor 'any'", name);
            }
        }
    }
}

size_t mdl_config_check(const struct mdl_config *config, mdl_report_fn *report, void *context)
{
    size_t count = 0;
    const struct mdl_checker c = {config, report, context, &count};

    check_horizon(&c);
    check_classes(&c);
    check_sites(&c);
    check_network(&c);
    check_cells(&c);
    mdl_circuits_check(&c);
    mdl_keys_check(&c);
    check_demand(&c);
    check_fleets(&c);
    mdl_scheduling_check(&c);
    mdl_access_check(&c);
    mdl_projects_check(&c);
    mdl_staffs_check(&c);
    mdl_storage_check(&c);
    mdl_data_check(&c);
    if (!config->communities.count && !config->background.count && !config->fleets.count)
        MDL_REPORT(&c, "communities",
                   "nobody submits anything; give communities, background or fleets");
    return count;
}
