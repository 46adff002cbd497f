/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/agenda.h"

enum { ENTRY_BITS = 24, FIRST_ENTRIES = 16 };

static bool grow(struct mdl_agenda *agenda)
{
    uint32_t before = agenda->times.capacity, capacity = before ? 2 * before : FIRST_ENTRIES;
    void *grown;

    if (capacity > UINT32_C(1) << ENTRY_BITS)
        return false;
    grown = sim_arena_resize(agenda->sim->arena, agenda->subject, capacity, sizeof(void *));
    if (!grown)
        return false;
    agenda->subject = grown;
    grown = sim_arena_resize(agenda->sim->arena, agenda->free_entry, capacity, sizeof(uint32_t));
    if (!grown)
        return false;
    agenda->free_entry = grown;
    if (!mdl_winners_grow(&agenda->times, agenda->sim->arena, capacity))
        return false;
    for (uint32_t i = 0; i < capacity - before; i++)
        agenda->free_entry[i] = capacity - 1 - i;
    return true;
}

static int64_t next_ns(const struct mdl_agenda *agenda)
{
    return sim_timer_key_time(mdl_winners_smallest(&agenda->times));
}

void mdl_agenda_remove(struct mdl_agenda *agenda, uint32_t entry)
{
    agenda->subject[entry] = NULL;
    agenda->count--;
    agenda->free_entry[agenda->times.capacity - agenda->count - 1] = entry;
    mdl_winners_clear(&agenda->times, entry);
    sim_timer_arm(agenda->sim, &agenda->timer, next_ns(agenda));
}

static void hand_over(struct sim *sim, void *subject)
{
    struct mdl_agenda *agenda = subject;

    while (next_ns(agenda) <= sim->now_ns && !sim->is_aborted) {
        uint32_t entry =
            (uint32_t)mdl_winners_smallest(&agenda->times) & ((UINT32_C(1) << ENTRY_BITS) - 1);
        void *due = agenda->subject[entry];

        mdl_agenda_remove(agenda, entry);
        agenda->due(agenda->context, due);
    }
}

enum sim_status mdl_agenda_init(struct mdl_agenda *agenda, struct sim *sim, mdl_agenda_fn *due,
                                void *context, struct sim_error *err)
{
    *agenda = (struct mdl_agenda){.sim = sim, .due = due, .context = context};
    if (!grow(agenda))
        return sim_fail(err, SIM_ENOMEM, "no memory for an agenda");
    return sim_timer_create(sim, &agenda->timer, SIM_PHASE_ARRIVAL, SIM_TIES_BY_CREATION, hand_over,
                            agenda, err);
}

uint32_t mdl_agenda_add(struct mdl_agenda *agenda, int64_t time_ns, void *subject)
{
    uint32_t entry;

    if (agenda->count == agenda->times.capacity && !grow(agenda)) {
        sim_abort(agenda->sim, SIM_ENOMEM, "no memory for %u entries of an agenda",
                  agenda->count + 1);
        return MDL_AGENDA_NONE;
    }
    entry = agenda->free_entry[agenda->times.capacity - agenda->count - 1];
    agenda->count++;
    agenda->subject[entry] = subject;
    mdl_winners_set(&agenda->times, entry,
                    sim_timer_key(time_ns, agenda->next_order++ << ENTRY_BITS | entry));
    sim_timer_arm(agenda->sim, &agenda->timer, next_ns(agenda));
    return entry;
}

void mdl_agenda_each(const struct mdl_agenda *agenda, void (*visit)(void *context, void *subject),
                     void *context)
{
    for (uint32_t entry = 0; entry < agenda->times.capacity; entry++)
        if (agenda->subject[entry])
            visit(context, agenda->subject[entry]);
}
