/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/replicate.h"

#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { TICK_NS = 200000000 };

struct pool {
    const struct sim_replicate *work;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t next, running; /* next task; workers that have not left */
    bool has_failed;
    size_t failed_index;
    struct sim_error failure;
};

static bool take(struct pool *pool, size_t *index)
{
    bool is_taken;

    pthread_mutex_lock(&pool->lock);
    is_taken = !pool->has_failed && pool->next < pool->work->count;
    if (is_taken)
        *index = pool->next++;
    pthread_mutex_unlock(&pool->lock);
    return is_taken;
}

static void note_failure(struct pool *pool, size_t index, const struct sim_error *failure)
{
    pthread_mutex_lock(&pool->lock);
    if (!pool->has_failed || index < pool->failed_index) {
        pool->has_failed = true;
        pool->failed_index = index;
        pool->failure = *failure;
    }
    pthread_mutex_unlock(&pool->lock);
}

static void *worker(void *argument)
{
    struct pool *pool = argument;
    size_t index;

    while (take(pool, &index)) {
        struct sim_error failure = {.status = SIM_OK};
        enum sim_status status = pool->work->task(pool->work->context, index, &failure);

        if (status) {
            failure.status = status;
            note_failure(pool, index, &failure);
        }
    }
    pthread_mutex_lock(&pool->lock);
    pool->running--;
    pthread_cond_signal(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

static void wait_for_workers(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    while (pool->running) {
        struct timespec until;

        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += TICK_NS;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        if (pthread_cond_timedwait(&pool->changed, &pool->lock, &until) == ETIMEDOUT &&
            pool->work->tick) {
            pthread_mutex_unlock(&pool->lock);
            pool->work->tick(pool->work->context);
            pthread_mutex_lock(&pool->lock);
        }
    }
    pthread_mutex_unlock(&pool->lock);
}

size_t sim_processor_count(void)
{
    long count = sysconf(_SC_NPROCESSORS_ONLN);

    return count > 0 ? (size_t)count : 1;
}

enum sim_status sim_replicate(const struct sim_replicate *work, struct sim_error *err)
{
    size_t wanted = work->threads ? work->threads : sim_processor_count();
    size_t threads = wanted < work->count ? wanted : work->count;
    struct pool pool = {
        .work = work, .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    pthread_t *thread = calloc(threads + 1, sizeof *thread);
    size_t started = 0;

    if (!thread)
        return sim_fail(err, SIM_ENOMEM, "no memory for %zu threads", threads);
    pool.running = threads;
    while (started < threads && pthread_create(&thread[started], NULL, worker, &pool) == 0)
        started++;
    if (started < threads) {
        pthread_mutex_lock(&pool.lock);
        pool.running -= threads - started;
        pthread_mutex_unlock(&pool.lock);
    }
    wait_for_workers(&pool);
    for (size_t i = 0; i < started; i++)
        pthread_join(thread[i], NULL);
    free(thread);
    if (!started && threads)
        return sim_fail(err, SIM_ELIMIT, "no thread could be started");
    if (pool.has_failed && err)
        *err = pool.failure;
    return pool.has_failed ? pool.failure.status : SIM_OK;
}
