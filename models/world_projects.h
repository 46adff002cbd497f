/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/world_projects.h - the way of an application from hand to hand: draft, cut-off, review,
 * hours, onboarding, data, jobs, end.
 *
 * A case is an application, and, when it is awarded, its project. It is in one stage at a time,
 * and in the stage it is worked on, or waits for a resource, or for a date. Who runs a stage says
 * so whenever that changes (mdl_case_mark), and hands the case on when the stage is over
 * (mdl_case_next), at once or later. Stages that nobody runs take no time.
 *
 * Memory   cases come from a pool of the world and return to it when they end.
 */
#ifndef MODELS_WORLD_PROJECTS_H
#define MODELS_WORLD_PROJECTS_H

#include "models/access/call.h"
#include "models/agenda.h"
#include "models/access/staff.h"
#include "models/demand/application.h"
#include "models/demand/member.h"
#include "models/demand/project.h"
#include "models/world_private.h"

struct mdl_case {
    struct mdl_project project;  /* who, where, how many hours */
    struct mdl_call_entry entry; /* from the submission to the decision; then its claim */
    uint32_t access_mode, member;
    uint32_t rejected_in_a_row; /* before */
    uint32_t due, gives_up;     /* entries of agendas; MDL_AGENDA_NONE */
    int64_t drafted_ns, submitted_ns, collected_ns, decided_ns;
    int64_t asked_mgpuh;
    int64_t duration_ns;
    uint8_t stage, part; /* in which it is, enum mdl_stage and mdl_stage_part; MDL_STAGES: past */
    bool is_submitted, is_in_call, is_decided, has_begun, is_checked_for_use;
    /* Who runs the stage forgets the case, which is about to end; NULL: nobody has it. */
    void (*cancel)(struct mdl_world *world, struct mdl_case *of);
    struct mdl_task task; /* of staff, in the present stage or one before */
    size_t pool;          /* of staff */
    int64_t promised_ns;  /* its result is not handed on before */
    int64_t since_ns;     /* of the part */
    int64_t stage_ns[MDL_STAGES][MDL_PARTS];
};

struct mdl_case_counts {         /* of a source, since the beginning */
    uint64_t begun, ended, jobs; /* cases, and records of jobs that were submitted */
};

struct mdl_world_projects {
    struct mdl_projects_world jobs;
    struct mdl_applications_world applications;
    struct mdl_applications **source; /* [source]; NULL: it does not apply */
    struct mdl_case_counts *counts;   /* [source] */
    struct mdl_member_table members;
    struct mdl_quotas *quotas;
    struct mdl_calls *calls;
    struct mdl_call_flows *mode_flows;   /* [mode] before, then in the window */
    struct mdl_quota_flows *quota_flows; /* [quota] the same */
    struct sim_pool cases, returns;
    struct mdl_case **open; /* [open_capacity] by handle - 1; NULL: free */
    uint32_t *free_handle;  /* [open_capacity - open_count] */
    uint32_t open_count, open_capacity;
    struct mdl_agenda due, gives_up, again;
    sim_i128 held_mgpuh, charged_mgpuh; /* by jobs that left; by projects */
};

/* ---- for those who run a stage ---- */

/* From now on the case is worked on, or waits. */
void mdl_case_mark(struct mdl_world *world, struct mdl_case *of, enum mdl_stage_part part);

/* The stage goes on by itself until a time; then the case is handed on. */
void mdl_case_wait_until(struct mdl_world *world, struct mdl_case *of, int64_t time_ns,
                         enum mdl_stage_part part);

/* The stage is over: the next one begins. */
void mdl_case_next(struct mdl_world *world, struct mdl_case *of);

/* Its date has come, and its people have done their work: a decision, or the next stage. */
void mdl_case_go_on(struct mdl_world *world, struct mdl_case *of);

/* ---- staff (world_staff.c) ---- */

/* A task for the people of its site: go_on follows when it is done, at promised_ns or later. Until
 * then the case waits for a date, but for what is worked on; afterwards for a person. False:
 * nobody is there to do it, or it is no work. */
bool mdl_case_ask_staff(struct mdl_world *world, struct mdl_case *of, enum mdl_skill skill,
                        int64_t effort_ns, int64_t promised_ns);

/* The date has come: do people still have it? */
bool mdl_case_is_with_staff(struct mdl_world *world, struct mdl_case *of);

/* The review is over: the call decides, now or when there are hours. */
void mdl_case_reviewed(struct mdl_world *world, struct mdl_case *of);

/* The decision. */
void mdl_case_award(struct mdl_world *world, struct mdl_case *of, int64_t awarded_mgpuh);
void mdl_case_reject(struct mdl_world *world, struct mdl_case *of,
                     enum mdl_project_outcome outcome);
void mdl_case_end(struct mdl_world *world, struct mdl_case *of, enum mdl_project_outcome outcome);

/* ---- calls (world_calls.c) ---- */

SIM_NODISCARD enum sim_status mdl_world_create_calls(struct mdl_world *world,
                                                     struct sim_error *err);
/* A case is submitted for a cut-off; the best part `pass` of the qualities passes. */
void mdl_case_enter_call(struct mdl_world *world, struct mdl_case *of, double quality);
/* It ends: it leaves its call, or what it held of quotas is free. */
void mdl_world_case_closed(struct mdl_world *world, struct mdl_case *of);

#endif /* MODELS_WORLD_PROJECTS_H */
