/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/demand/fleet.h"

#include <math.h>

#include "models/demand/past.h"
#include "models/transport/cargo.h"
#include "sim/elementary.h"
#include "sim/units.h"

enum { SAMPLE_S = 300, AGE_POINTS = 20 };
#define SAMPLE_NS (SAMPLE_S * INT64_C(1000000000))

/* Recorded bytes are counted in thousandths of a byte per second times nanoseconds. */
#define RATE_UNIT 1e-3
static const int64_t UNITS_PER_BYTE = 1000000000000;
/* Bytes/s: what is counted fits 128 bits. With growth and hours a fleet may pass its first. */
static const double RATE_MAX = 40 * MDL_FLEET_RATE_MAX;

/* Whole bytes are sent in whole nanoseconds: what rounding leaves. */
static const double EMPTY_BYTES = 2;

static const char *const laws[] = {"periodic", "poisson", NULL};
static const char *const directions[] = {"up", "down", NULL};

#define AT(member) SIM_AT(struct mdl_fleet_config, member)
#define RECORD(member)                                                                             \
    .offset = offsetof(struct mdl_fleet_config, member) -                                          \
              offsetof(struct mdl_fleet_config, record_bytes)

static const struct sim_field record_fields[] = {
    {.name = "size",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_BYTES,
     RECORD(record_bytes),
     .min = 1,
     .max = 1e12,
     .required = true,
     .help = "data of one record",
     .example = "2 MB"},
    {.name = "every",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     RECORD(every_ns),
     .min = 0.001,
     .max = 1e8,
     .required = true,
     .help = "mean time from one record of a device to its next",
     .example = "10 s"},
    {.name = "law",
     .kind = SIM_FIELD_ENUM,
     .choices = laws,
     RECORD(law),
     .help = "when a device records: at equal intervals, or with exponential gaps"},
    {0},
};

#define BURST(member) .offset = offsetof(struct mdl_on_off_config, member)

static const struct sim_field burst_fields[] = {
    {.name = "on",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     BURST(on_ns),
     .min = 1,
     .max = 1e8,
     .required = true,
     .help = "mean time for which a device records, exponential; fixed where all are together",
     .example = "20 min"},
    {.name = "off",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     BURST(off_ns),
     .min = 1,
     .max = 1e8,
     .required = true,
     .help = "mean time for which it then records nothing, and sends what waits",
     .example = "40 min"},
    {.name = "together",
     .kind = SIM_FIELD_BOOL,
     BURST(is_together),
     .help = "all devices are on together and off together, from the start of the run; else each "
             "for itself"},
    {0},
};

#define HANDOVER(member)                                                                           \
    .offset = offsetof(struct mdl_fleet_config, member) -                                          \
              offsetof(struct mdl_fleet_config, handover_every_ns)

static const struct sim_field handover_fields[] = {
    {.name = "every",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     HANDOVER(handover_every_ns),
     .min = 0.001,
     .max = 1e8,
     .required = true,
     .help = "mean time from one change of the cell to the next",
     .example = "2 min"},
    {.name = "gap",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     HANDOVER(handover_gap_ns),
     .max = 1e8,
     .required = true,
     .help = "time without a cell at each; below `every`",
     .example = "300 ms"},
    {0},
};

const struct sim_field mdl_fleet_fields[] = {
    {.name = "country",
     .kind = SIM_FIELD_TEXT,
     AT(country),
     .help = "two-letter code of the state; sets the local time; that of the place when not given",
     .example = "IT"},
    {.name = "devices",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     AT(devices),
     .min = 1,
     .max = 1e9,
     .required = true,
     .help = "devices at work, mean over the hours, at the start of the scenario"},
    {.name = "cell",
     .kind = SIM_FIELD_REF,
     .target = "network.cells",
     AT(cell),
     .help = "kind of cells over which they send",
     .example = "rural-it"},
    {.name = "line",
     .kind = SIM_FIELD_REF,
     .target = "network.access",
     AT(line),
     .help = "instead of a cell: the line that each device has of its own",
     .example = "fibre"},
    {.name = "at",
     .kind = SIM_FIELD_TEXT,
     AT(at),
     .help = "hub or site where the lines end; a cell has its own",
     .example = "milan"},
    {.name = "to",
     .kind = SIM_FIELD_REF,
     .target = "sites",
     AT(to),
     .required = true,
     .help = "site that the data are for, or come from",
     .example = "it4lia"},
    {.name = "direction",
     .kind = SIM_FIELD_ENUM,
     .choices = directions,
     AT(direction),
     .help = "up = from the devices to the site, down = from the site to the devices"},
    {.name = "radio",
     .kind = SIM_FIELD_DIST,
     .unit = SIM_UNIT_BYTES_PER_S,
     AT(radio),
     .min = 1,
     .max = 1e12,
     .help = "rates of these devices when alone on a cell; those of the cell when not given",
     .example = "20 Mbit/s"},
    {.name = "record",
     .kind = SIM_FIELD_GROUP,
     .rows = record_fields,
     AT(record_bytes),
     .required = true,
     .help = "what a device records",
     .example = "{size: 2 MB, every: 10 s}"},
    {.name = "deadline",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     AT(deadline_ns),
     .max = 1e8,
     .help = "age of a device's newest record at the other end from which on it is too old; 0 s = "
             "none",
     .example = "10 min"},
    {.name = "hours",
     .kind = SIM_FIELD_PROFILE,
     AT(hours),
     .help = "devices at work by the hour: 24 weights of the local day or 168 of the week from "
             "Monday, or a name of `profiles`; flat when not given",
     .example = "office"},
    {.name = "growth",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_GROWTH,
     AT(growth_per_yr),
     .min = -0.99,
     .max = 10,
     .help = "growth of the number of devices, compounded, from the start of the scenario"},
    {.name = "burst",
     .kind = SIM_FIELD_GROUP,
     .rows = burst_fields,
     AT(burst),
     .help = "devices record by turns; all the time when not given",
     .example = "{on: 20 min, off: 40 min}"},
    {.name = "buffer",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_BYTES,
     AT(buffer_bytes),
     .max = 1e15,
     .help = "what a device can keep until it is sent; what it records beyond is lost; 0 B = it "
             "keeps all",
     .example = "2 GB"},
    {.name = "handover",
     .kind = SIM_FIELD_GROUP,
     .rows = handover_fields,
     AT(handover_every_ns),
     .help = "devices move from cell to cell; they stay on one when not given",
     .example = "{every: 2 min, gap: 300 ms}"},
    {.name = "tier",
     .kind = SIM_FIELD_TEXT,
     AT(tier),
     .help = "storage of the site that the data go to, or come from; where data arrives when not "
             "given",
     .example = "scratch"},
    {.name = "keep",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     AT(keep_ns),
     .max = 3e8,
     .help = "how long the data stay there before they are deleted; 0 s = until they are purged",
     .example = "30 d"},
    {0},
};

/* ---- laws ---- */

/* Devices, mean over the hours of the day of a time. */
static double devices_of_day(const struct mdl_fleet_plan *fleet,
                             const struct sim_calendar *calendar, int64_t time_ns)
{
    const struct mdl_fleet_config *config = fleet->config;
    int64_t hour = sim_calendar_utc_hour(calendar, time_ns);
    int64_t day = hour / 24 - (hour % 24 < 0) - calendar->start_days;
    double years = (double)day * SIM_DAY_S / SIM_YEAR_S;

    return (double)config->devices *
           (config->growth_per_yr ? sim_pow(1 + config->growth_per_yr, years) : 1);
}

double mdl_fleet_devices(const struct mdl_fleet_plan *fleet, const struct sim_calendar *calendar,
                         int64_t time_ns)
{
    const struct sim_profile *hours = &fleet->config->hours;
    int hour = sim_hour_of_week(fleet->zone, sim_calendar_utc_hour(calendar, time_ns));

    return devices_of_day(fleet, calendar, time_ns) *
           (hours->count ? hours->weight[(size_t)hour % hours->count] : 1);
}

double mdl_fleet_on_air(const struct mdl_fleet_config *config)
{
    return config->handover_gap_ns
               ? 1 - (double)config->handover_gap_ns / (double)config->handover_every_ns
               : 1;
}

static double covered(const struct mdl_fleet_plan *fleet, const struct sim_calendar *calendar,
                      int64_t time_ns)
{
    return fleet->cell ? mdl_cell_coverage(fleet->cell->config, calendar, time_ns) : 1;
}

/* What so many devices record, in RATE_UNIT bytes/s. */
static int64_t recorded(const struct mdl_fleet_plan *fleet, double devices)
{
    const struct mdl_fleet_config *config = fleet->config;
    double rate = devices * config->record_bytes / sim_s_from_ns(config->every_ns);

    return (int64_t)(fmin(rate, RATE_MAX) / RATE_UNIT + 0.5);
}

static int64_t recorded_by_stream(const struct mdl_fleet_plan *fleet,
                                  const struct mdl_stream_plan *stream,
                                  const struct sim_calendar *calendar, int64_t time_ns)
{
    return recorded(fleet, mdl_fleet_devices(fleet, calendar, time_ns) *
                               covered(fleet, calendar, time_ns) * stream->part);
}

/* Records of its own time, not of the hour: where devices differ from hour to hour only, what was
 * recorded follows from the clock. */
static bool has_past(const struct mdl_fleet_config *config)
{
    return config->burst.on_ns > 0 || config->buffer_bytes > 0;
}

/* ---- one world ---- */

struct stream {
    struct mdl_cargo cargo; /* first: the subject of its flow */
    struct mdl_fleets *fleets;
    const struct mdl_fleet_plan *fleet;
    const struct mdl_stream_plan *plan;
    struct mdl_flow *flow;  /* NULL: nothing to send */
    struct sim_timer timer; /* nothing waits any more */
    int64_t offered;        /* recorded in this hour, RATE_UNIT bytes/s */
    double weight;          /* of its devices */
    double most, cap, rate; /* bytes/s that the devices could send; limit of the flow; its rate */
    double alone_s;         /* of one record, alone on the air or line */
    int64_t since_ns;       /* of the next four */
    sim_i128 generated;     /* bytes / UNITS_PER_BYTE */
    double backlog, backlog_s;
    sim_i128 sent_before;          /* bytes, by flows that were stopped */
    int64_t head_ns, head_offered; /* hour in which that was recorded whose turn it is */
    sim_i128 head;                 /* generated before that hour */
    double room;                   /* bytes that may wait; INFINITY: any */
    sim_i128 overflowed;           /* bytes / UNITS_PER_BYTE that came to full buffers */
    struct mdl_on_off *burst;      /* NULL: on all the time */
    struct mdl_past *past;         /* of what was recorded and kept; NULL: by the hours */
};

struct fleet {
    struct stream *stream;
    int64_t lost_offered, since_ns; /* recorded by devices out of coverage */
    sim_i128 lost;
    struct mdl_fleet_bytes at_start;
    double backlog_s_at_start;
    bool is_blocked; /* there is no room for its data */
    sim_i128 placed; /* whole bytes for which there was */
    struct sim_sketch *backlog, *age;
};

struct mdl_fleets {
    struct sim *sim;
    struct mdl_fleets_setting setting;
    struct mdl_flow_hooks hooks;
    struct fleet *fleet; /* [count] */
    struct mdl_fleet_use *use;
    struct sim_timer hour_timer, sample_timer;
    uint64_t sampled;
    int64_t begin_ns, window_ns; /* of the second the start */
    bool is_in_window, has_bursts;
};

static sim_i128 sent(const struct stream *s)
{
    return s->sent_before + (s->flow ? mdl_flow_sent(s->fleets->setting.flows, s->flow) : 0);
}

/* What was recorded and kept, until now less `ago_ns`. Past overflows are counted. */
static void note_past(struct stream *s, int64_t now_ns, int64_t ago_ns)
{
    sim_i128 units = s->generated - (sim_i128)s->offered * ago_ns - s->overflowed;

    mdl_past_add(s->past, now_ns - ago_ns, (double)units / (double)UNITS_PER_BYTE);
}

/* The buffers were full before the end of an interval over which the backlog would have led from
 * `before` to what it is: the rest is lost. Returns its integral. */
static double overflow(struct stream *s, double before, int64_t ns)
{
    double over = s->backlog - s->room, full = 1; /* part of the interval */
    int64_t now_ns = s->since_ns + ns;

    if (before < s->room) {
        full = over / (s->backlog - before);
        note_past(s, now_ns, (int64_t)(full * (double)ns));
    }
    s->overflowed += (sim_i128)(over * (double)UNITS_PER_BYTE);
    s->backlog = s->room;
    return ((1 - full) * (before + s->room) / 2 + full * s->room) * sim_s_from_ns(ns);
}

/* Takes the counts to the present. The backlog has led in a straight line since the last time, or
 * up to the room there is. */
static void count(struct stream *s)
{
    int64_t now_ns = s->fleets->sim->now_ns, ns = now_ns - s->since_ns;
    double before = s->backlog;

    s->generated += (sim_i128)s->offered * ns;
    s->backlog =
        (double)(s->generated - s->overflowed - sent(s) * UNITS_PER_BYTE) / (double)UNITS_PER_BYTE;
    if (s->backlog > s->room)
        s->backlog_s += overflow(s, before, ns);
    else
        s->backlog_s += fmax(0, (before + s->backlog) / 2) * sim_s_from_ns(ns);
    s->since_ns = now_ns;
    if (s->past)
        note_past(s, now_ns, 0);
}

static void count_lost(struct mdl_fleets *fleets, struct fleet *fleet)
{
    fleet->lost += (sim_i128)fleet->lost_offered * (fleets->sim->now_ns - fleet->since_ns);
    fleet->since_ns = fleets->sim->now_ns;
}

static double offered_bytes_per_s(const struct stream *s)
{
    return (double)s->offered * RATE_UNIT;
}

static void stop(struct stream *s)
{
    s->sent_before += mdl_flow_stop(s->fleets->setting.flows, s->flow);
    s->flow = NULL;
    s->rate = s->cap = 0;
    sim_timer_disarm(s->fleets->sim, &s->timer);
}

/* Limits the flow to what there is to send, and waits for the end of the backlog. Counted before;
 * is_short: the network gives less than is recorded. */
static void limit(struct stream *s, bool is_short)
{
    struct mdl_fleets *fleets = s->fleets;
    double offered = offered_bytes_per_s(s);
    bool is_behind = s->backlog > EMPTY_BYTES || is_short;
    double cap = is_behind ? s->most : fmin(offered, s->most);

    if (cap > 0 && cap != s->cap) {
        s->cap = cap;
        mdl_flow_set_cap(fleets->setting.flows, s->flow, cap);
    }
    if (!is_behind && s->offered == 0) /* flows are not stopped while rates are told */
        sim_timer_arm(fleets->sim, &s->timer, fleets->sim->now_ns);
    else if (s->backlog > EMPTY_BYTES && s->rate > offered)
        sim_timer_arm(fleets->sim, &s->timer,
                      fleets->sim->now_ns + 1 +
                          sim_ns_from_s(fmin(s->backlog / (s->rate - offered), SIM_DAY_S)));
    else
        sim_timer_disarm(fleets->sim, &s->timer);
}

static void on_rate(void *context, void *subject, double bytes_per_s)
{
    struct stream *s = subject;

    (void)context;
    count(s);
    s->rate = bytes_per_s;
    limit(s, bytes_per_s < offered_bytes_per_s(s) * (1 - 1e-9));
}

static void on_empty(struct sim *sim, void *subject)
{
    struct stream *s = subject;

    (void)sim;
    count(s);
    if (s->flow && s->offered == 0 && s->backlog <= EMPTY_BYTES)
        stop(s);
    else if (s->flow)
        limit(s, false);
}

static void begin(struct stream *s, double weight)
{
    struct mdl_flow_request request = {.route = s->plan->route,
                                       .bytes = MDL_FLOW_ENDLESS,
                                       .cap_bytes_per_s = fmin(offered_bytes_per_s(s), s->most),
                                       .weight = weight,
                                       .radio_bytes_per_s = s->plan->rate_bytes_per_s,
                                       .when_down = MDL_FLOW_STALLS,
                                       .is_watched = true,
                                       .subject = s};

    s->cap = request.cap_bytes_per_s;
    s->flow = mdl_flow_begin(s->fleets->setting.flows, &request);
}

static int64_t offered_now(const struct stream *s)
{
    const struct sim_calendar *calendar = s->fleets->setting.calendar;
    int64_t now_ns = s->fleets->sim->now_ns;

    if (!s->burst)
        return recorded_by_stream(s->fleet, s->plan, calendar, now_ns);
    return recorded(s->fleet, mdl_fleet_devices(s->fleet, calendar, now_ns) *
                                  covered(s->fleet, calendar, now_ns) * s->plan->part *
                                  mdl_on_off_part(s->burst));
}

static bool is_blocked(const struct stream *s)
{
    return s->fleets->fleet[s->fleet - s->fleets->setting.fleet].is_blocked;
}

/* Goes on with what is recorded and could be sent from now on. */
static void send(struct stream *s)
{
    bool has_data = s->offered > 0 || s->backlog > EMPTY_BYTES;

    if (!s->flow && has_data && s->most > 0 && !is_blocked(s)) {
        begin(s, s->weight);
    } else if (s->flow && (!has_data || is_blocked(s))) {
        stop(s);
    } else if (s->flow) {
        mdl_flow_set_weight(s->fleets->setting.flows, s->flow, s->weight);
        limit(s, false);
    }
}

static void set_hour_of_stream(struct stream *s)
{
    const struct mdl_fleets_setting *setting = &s->fleets->setting;
    const struct mdl_fleet_plan *fleet = s->fleet;
    int64_t now_ns = s->fleets->sim->now_ns;
    double airtime = fleet->cell ? mdl_cell_airtime(fleet->cell->config, fleet->cell->zone,
                                                    setting->calendar, now_ns)
                                 : 1;
    double devices = devices_of_day(fleet, setting->calendar, now_ns) *
                     covered(fleet, setting->calendar, now_ns) * s->plan->part;
    double alone = s->plan->rate_bytes_per_s * airtime;

    count(s);
    s->offered = offered_now(s);
    s->alone_s = fleet->config->record_bytes / alone;
    s->most = devices * alone * mdl_fleet_on_air(fleet->config);
    s->weight = fmax(devices * s->plan->weight, 1e-6);
    if (fleet->config->buffer_bytes > 0) {
        s->room = devices * fleet->config->buffer_bytes;
        count(s);
    }
    send(s);
}

static void on_burst(void *subject)
{
    struct stream *s = subject;

    count(s);
    s->offered = offered_now(s);
    send(s);
}

/* Whether there is room for what has come since the last time that there was. */
static void place(struct mdl_fleets *fleets, size_t f)
{
    struct fleet *fleet = &fleets->fleet[f];
    sim_i128 delivered = 0;

    for (size_t i = 0; i < fleets->setting.fleet[f].stream_count; i++)
        delivered += sent(&fleet->stream[i]);
    fleet->is_blocked =
        !fleets->setting.room(fleets->setting.context, f, delivered - fleet->placed);
    if (!fleet->is_blocked)
        fleet->placed = delivered;
    else if (fleets->is_in_window)
        fleets->use[f].blocked_hours++;
}

static void on_hour(struct sim *sim, void *subject)
{
    struct mdl_fleets *fleets = subject;
    const struct sim_calendar *calendar = fleets->setting.calendar;

    for (size_t f = 0; f < fleets->setting.count; f++) {
        const struct mdl_fleet_plan *plan = &fleets->setting.fleet[f];
        struct fleet *fleet = &fleets->fleet[f];

        count_lost(fleets, fleet);
        fleet->lost_offered = recorded(plan, mdl_fleet_devices(plan, calendar, sim->now_ns) *
                                                 (1 - covered(plan, calendar, sim->now_ns)) *
                                                 mdl_on_off_mean(&plan->config->burst));
        if (fleets->setting.room && plan->config->direction == MDL_FLEET_UP)
            place(fleets, f);
        for (size_t i = 0; i < plan->stream_count; i++)
            set_hour_of_stream(&fleet->stream[i]);
    }
    sim_timer_arm(sim, &fleets->hour_timer, sim->now_ns + SIM_HOUR_NS);
}

/* ---- samples ---- */

/* How long ago that was recorded whose turn it is. Counted before. */
static double lag_s(struct stream *s)
{
    const struct mdl_fleets *fleets = s->fleets;
    int64_t now_ns = fleets->sim->now_ns;
    sim_i128 delivered = sent(s) * UNITS_PER_BYTE;

    if (s->past)
        return s->backlog <= EMPTY_BYTES
                   ? 0
                   : fmax(0, sim_s_from_ns(now_ns - mdl_past_time(s->past, (double)sent(s))));
    while (s->head_ns + SIM_HOUR_NS <= now_ns &&
           s->head + (sim_i128)s->head_offered * SIM_HOUR_NS <= delivered) {
        s->head += (sim_i128)s->head_offered * SIM_HOUR_NS;
        s->head_ns += SIM_HOUR_NS;
        s->head_offered =
            recorded_by_stream(s->fleet, s->plan, fleets->setting.calendar, s->head_ns);
    }
    if (s->backlog <= EMPTY_BYTES || s->head_offered == 0)
        return 0;
    return fmax(
        0, sim_s_from_ns(now_ns - s->head_ns - (int64_t)((delivered - s->head) / s->head_offered)));
}

/* Part of the devices whose newest record is older than `late_s` more than the youngest could be.
 */
static double part_older(const struct mdl_fleet_config *config, double late_s)
{
    double every_s = sim_s_from_ns(config->every_ns);

    if (late_s <= 0)
        return 1;
    if (config->law == MDL_RECORDS_POISSON)
        return sim_exp(-late_s / every_s);
    return late_s < every_s ? 1 - late_s / every_s : 0;
}

/* Integral of part_older from 0 to late_s. */
static double sum_older(const struct mdl_fleet_config *config, double late_s)
{
    double every_s = sim_s_from_ns(config->every_ns);

    if (late_s <= 0)
        return late_s;
    if (config->law == MDL_RECORDS_POISSON)
        return every_s * (1 - sim_exp(-late_s / every_s));
    late_s = fmin(late_s, every_s);
    return late_s - late_s * late_s / (2 * every_s);
}

/* The same with hand-overs: in a gap a device is as much older as it has lasted. */
static double part_late(const struct mdl_fleet_config *config, double late_s)
{
    double gap_s = sim_s_from_ns(config->handover_gap_ns);
    double older = part_older(config, late_s), on_air = mdl_fleet_on_air(config);

    if (gap_s <= 0)
        return older;
    return on_air * older +
           (1 - on_air) * (sum_older(config, late_s) - sum_older(config, late_s - gap_s)) / gap_s;
}

/* How much older by a hand-over one of many devices is, evenly over them all. */
static double gap_of(const struct mdl_fleet_config *config, double number)
{
    double phase = number * 0.7548776662466927, lost = 1 - mdl_fleet_on_air(config);

    phase -= floor(phase);
    return phase < lost ? phase / lost * sim_s_from_ns(config->handover_gap_ns) : 0;
}

/* Ages of devices, evenly spread over the streams and over the time since their last record. */
static void add_ages(struct mdl_fleets *fleets, size_t f, const double *youngest_s)
{
    const struct mdl_fleet_plan *plan = &fleets->setting.fleet[f];
    double every_s = sim_s_from_ns(plan->config->every_ns);
    double end = plan->stream[0].part;
    size_t stream = 0;

    for (int i = 0; i < AGE_POINTS; i++) {
        double number = (double)fleets->use[f].samples * AGE_POINTS + i;
        double phase =
            number * 0.6180339887498949 + 0.25; /* golden section: even in the long run */

        phase -= floor(phase);
        while ((i + 0.5) / AGE_POINTS > end && stream + 1 < plan->stream_count)
            end += plan->stream[++stream].part;
        phase = plan->config->law == MDL_RECORDS_POISSON ? -sim_log(1 - phase) : phase;
        sim_sketch_add(fleets->fleet[f].age,
                       youngest_s[stream] + phase * every_s + gap_of(plan->config, number));
    }
}

static void sample(struct mdl_fleets *fleets, size_t f)
{
    const struct mdl_fleet_plan *plan = &fleets->setting.fleet[f];
    const struct sim_calendar *calendar = fleets->setting.calendar;
    struct mdl_fleet_use *use = &fleets->use[f];
    struct fleet *fleet = &fleets->fleet[f];
    int64_t now_ns = fleets->sim->now_ns;
    double every_s = sim_s_from_ns(plan->config->every_ns);
    double gap_s = sim_s_from_ns(plan->config->handover_gap_ns), on = 0;
    double mean_s = (plan->config->law == MDL_RECORDS_POISSON ? every_s : every_s / 2) +
                    (1 - mdl_fleet_on_air(plan->config)) * gap_s / 2;
    double deadline_s = sim_s_from_ns(plan->config->deadline_ns);
    double devices = mdl_fleet_devices(plan, calendar, now_ns - 1); /* of the hour that ends */
    double within = covered(plan, calendar, now_ns - 1), youngest_s[MDL_RADIO_STEPS_MAX];
    double backlog = mdl_fleets_backlog(fleets, f);

    for (size_t i = 0; i < plan->stream_count; i++) {
        struct stream *s = &fleet->stream[i];
        double at_work = devices * s->plan->part * (s->burst ? mdl_on_off_part(s->burst) : 1);
        double here = at_work * within;

        youngest_s[i] = lag_s(s) + s->alone_s + sim_s_from_ns(plan->latency_ns);
        use->age_s += here * (youngest_s[i] + mean_s);
        if (deadline_s > 0)
            use->over_deadline += here * part_late(plan->config, deadline_s - youngest_s[i]);
        on += at_work;
    }
    on = plan->config->burst.on_ns ? on : devices;
    use->devices += on;
    use->covered += on * within;
    if (deadline_s > 0)
        use->over_deadline += on * (1 - within);
    use->backlog_max = fmax(use->backlog_max, backlog);
    if (fleet->backlog)
        sim_sketch_add(fleet->backlog, backlog / MDL_BACKLOG_SKETCH_BYTES);
    if (fleet->age && on * within > 0)
        add_ages(fleets, f, youngest_s);
    use->samples++;
}

/* Where devices have bursts, samples fall anywhere in their 5 min, evenly in the long run, so that
 * they do not keep step with them. */
static int64_t next_sample_ns(struct mdl_fleets *fleets)
{
    double phase = (double)++fleets->sampled * 0.6180339887498949;
    int64_t next_ns = fleets->begin_ns + (int64_t)(fleets->sampled + 1) * SAMPLE_NS;

    return fleets->has_bursts ? next_ns - (int64_t)((phase - floor(phase)) * (double)SAMPLE_NS)
                              : next_ns;
}

static void on_sample(struct sim *sim, void *subject)
{
    struct mdl_fleets *fleets = subject;

    for (size_t f = 0; f < fleets->setting.count && fleets->is_in_window; f++)
        sample(fleets, f);
    sim_timer_arm(sim, &fleets->sample_timer, next_sample_ns(fleets));
}

/* ---- creation ---- */

static enum sim_status create_past(struct stream *s, size_t index, struct sim_error *err)
{
    struct sim *sim = s->fleets->sim;
    const struct mdl_fleet_config *config = s->fleet->config;

    s->past = sim_arena_alloc(sim->arena, 1, sizeof *s->past);
    if (config->burst.on_ns > 0)
        s->burst = sim_arena_alloc(sim->arena, 1, sizeof *s->burst);
    if (!s->past || (config->burst.on_ns > 0 && !s->burst))
        return sim_fail(err, SIM_ENOMEM, "no memory for the fleets");
    return s->burst ? mdl_on_off_init(s->burst, sim, &config->burst, config->item.entity, index,
                                      (double)config->devices * s->plan->part, on_burst, s, err)
                    : SIM_OK;
}

static enum sim_status create_fleet(struct mdl_fleets *fleets, size_t f, struct sim_error *err)
{
    const struct mdl_fleet_plan *plan = &fleets->setting.fleet[f];
    struct sim *sim = fleets->sim;
    struct fleet *fleet = &fleets->fleet[f];
    bool has_quantiles = fleets->setting.has_quantiles;
    enum sim_status status = SIM_OK;

    fleet->since_ns = sim->now_ns;
    fleet->stream = sim_arena_alloc(sim->arena, plan->stream_count, sizeof *fleet->stream);
    if (has_quantiles) {
        fleet->backlog = sim_arena_alloc(sim->arena, 1, sizeof *fleet->backlog);
        fleet->age = sim_arena_alloc(sim->arena, 1, sizeof *fleet->age);
    }
    if (!fleet->stream || (has_quantiles && (!fleet->backlog || !fleet->age)))
        return sim_fail(err, SIM_ENOMEM, "no memory for the fleets");
    for (size_t i = 0; i < plan->stream_count && !status; i++) {
        struct stream *s = &fleet->stream[i];

        s->cargo.owner = &fleets->hooks;
        s->fleets = fleets;
        s->fleet = plan;
        s->plan = &plan->stream[i];
        s->since_ns = s->head_ns = sim->now_ns;
        s->head_offered = recorded_by_stream(plan, s->plan, fleets->setting.calendar, sim->now_ns);
        s->room = INFINITY;
        status = sim_timer_create(sim, &s->timer, SIM_PHASE_ARRIVAL, SIM_TIES_BY_CREATION, on_empty,
                                  s, err);
        if (!status && has_past(plan->config))
            status = create_past(s, i, err);
    }
    return status;
}

enum sim_status mdl_fleets_create(struct sim *sim, const struct mdl_fleets_setting *setting,
                                  struct mdl_fleets **out, struct sim_error *err)
{
    struct mdl_fleets *fleets = sim_arena_alloc(sim->arena, 1, sizeof *fleets);
    enum sim_status status = SIM_OK;

    if (!fleets)
        return sim_fail(err, SIM_ENOMEM, "no memory for the fleets");
    fleets->sim = sim;
    fleets->setting = *setting;
    fleets->begin_ns = sim->now_ns;
    for (size_t f = 0; f < setting->count; f++)
        fleets->has_bursts |= setting->fleet[f].config->burst.on_ns > 0;
    fleets->hooks = (struct mdl_flow_hooks){.context = fleets, .rate = on_rate};
    fleets->fleet = sim_arena_alloc(sim->arena, setting->count, sizeof *fleets->fleet);
    fleets->use = sim_arena_alloc(sim->arena, setting->count, sizeof *fleets->use);
    if (!fleets->fleet || !fleets->use)
        return sim_fail(err, SIM_ENOMEM, "no memory for the fleets");
    for (size_t f = 0; f < setting->count && !status; f++)
        status = create_fleet(fleets, f, err);
    *out = fleets;
    if (status ||
        (status = sim_timer_create(sim, &fleets->hour_timer, SIM_PHASE_ARRIVAL,
                                   SIM_TIES_BY_CREATION, on_hour, fleets, err)) ||
        (status = sim_timer_create(sim, &fleets->sample_timer, SIM_PHASE_SAMPLE,
                                   SIM_TIES_BY_CREATION, on_sample, fleets, err)))
        return status;
    sim_timer_arm(sim, &fleets->hour_timer, sim->now_ns);
    sim_timer_arm(sim, &fleets->sample_timer, sim->now_ns + SAMPLE_NS);
    return SIM_OK;
}

/* ---- what is counted ---- */

double mdl_fleets_backlog(struct mdl_fleets *fleets, size_t fleet)
{
    double sum = 0;

    for (size_t i = 0; i < fleets->setting.fleet[fleet].stream_count; i++) {
        struct stream *s = &fleets->fleet[fleet].stream[i];

        count(s);
        sum += s->backlog > EMPTY_BYTES ? s->backlog : 0;
    }
    return sum;
}

double mdl_fleets_backlog_s(struct mdl_fleets *fleets, size_t fleet)
{
    double sum = 0;

    for (size_t i = 0; i < fleets->setting.fleet[fleet].stream_count; i++) {
        struct stream *s = &fleets->fleet[fleet].stream[i];

        count(s);
        sum += s->backlog_s;
    }
    return sum;
}

struct mdl_fleet_bytes mdl_fleets_bytes(struct mdl_fleets *fleets, size_t fleet)
{
    struct mdl_fleet_bytes bytes = {0};
    struct fleet *of = &fleets->fleet[fleet];

    count_lost(fleets, of);
    bytes.lost = of->lost / UNITS_PER_BYTE;
    bytes.generated = bytes.lost;
    for (size_t i = 0; i < fleets->setting.fleet[fleet].stream_count; i++) {
        struct stream *s = &of->stream[i];

        count(s);
        bytes.generated += s->generated / UNITS_PER_BYTE;
        bytes.delivered += sent(s);
        bytes.overflowed += s->overflowed / UNITS_PER_BYTE;
        bytes.waiting += s->generated / UNITS_PER_BYTE - sent(s) - s->overflowed / UNITS_PER_BYTE;
    }
    return bytes;
}

void mdl_fleets_begin_window(struct mdl_fleets *fleets)
{
    fleets->is_in_window = true;
    fleets->window_ns = fleets->sim->now_ns;
    for (size_t f = 0; f < fleets->setting.count; f++) {
        fleets->fleet[f].at_start = mdl_fleets_bytes(fleets, f);
        fleets->fleet[f].backlog_s_at_start = mdl_fleets_backlog_s(fleets, f);
    }
}

void mdl_fleets_end_window(struct mdl_fleets *fleets)
{
    fleets->is_in_window = false;
    for (size_t f = 0; f < fleets->setting.count; f++) {
        struct fleet *fleet = &fleets->fleet[f];
        struct mdl_fleet_use *use = &fleets->use[f];
        struct mdl_fleet_bytes now = mdl_fleets_bytes(fleets, f), *start = &fleet->at_start;

        use->bytes = (struct mdl_fleet_bytes){.generated = now.generated - start->generated,
                                              .delivered = now.delivered - start->delivered,
                                              .waiting = now.waiting - start->waiting,
                                              .lost = now.lost - start->lost,
                                              .overflowed = now.overflowed - start->overflowed};
        use->window_ns = fleets->sim->now_ns - fleets->window_ns;
        use->backlog_s = mdl_fleets_backlog_s(fleets, f) - fleet->backlog_s_at_start;
        use->backlog = fleet->backlog;
        use->age = fleet->age;
        use->has_deadline = fleets->setting.fleet[f].config->deadline_ns > 0;
    }
}

const struct mdl_fleet_use *mdl_fleets_use(const struct mdl_fleets *fleets)
{
    return fleets->use;
}
