/* Position control of a motor: a trapezoid of speed as the set point, a PID controller with filtered derivative and
 * anti-windup, a motor with inertia, friction and a supply that saturates, an encoder that counts.
 *
 * Why: control code as it runs on small controllers, in float: comparisons, limits, conversions to counts and back,
 * division, short branches. Built without fused arithmetic, every step is defined by IEEE 754 to the last bit, so
 * the digest is over the bit patterns themselves.
 * Checks: each move ends within two counts of its goal, limits hold, and the profile's distance is the move's. */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define COUNTS 4096.0f /* of the encoder, a turn */
#define PERIOD 0.001f  /* seconds */

struct profile {
    float distance, speed, acceleration; /* turns, a second, a second squared; the distance is positive */
    float rise, cruise;                  /* seconds */
};

struct pid {
    float p, i, d, limit;
    float sum, slow, last;
};

struct motor {
    float angle, speed, current;
};

struct workload {
    const char *name;
    uint32_t moves, ticks;
};

static const struct workload workloads[] = {
    {"small", 1, 500},
    {"full", 100, 1800},
};

static uint32_t seed = 577;
static uint32_t digest;

static uint32_t next_random(void) {
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return seed >> 8;
}

static void take(float x) {
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    digest = (digest << 5 | digest >> 27) + bits;
}

static float limited(float x, float limit) {
    return x > limit ? limit : x < -limit ? -limit : x;
}

static void plan(struct profile *t, float distance, float speed, float acceleration) {
    t->distance = distance;
    t->acceleration = acceleration;
    t->rise = speed / acceleration;
    if (t->rise * speed > distance) { /* a triangle: the top speed is never reached */
        t->rise = sqrtf(distance / acceleration);
        speed = t->rise * acceleration;
    }
    t->speed = speed;
    t->cruise = (distance - t->rise * speed) / speed;
}

/* Position at a time since the start. */
static float set_point(const struct profile *t, float time) {
    float fall = t->rise + t->cruise, end = fall + t->rise;
    if (time >= end) {
        return t->distance;
    }
    if (time >= fall) {
        float left = end - time;
        return t->distance - 0.5f * t->acceleration * left * left;
    }
    if (time >= t->rise) {
        return 0.5f * t->acceleration * t->rise * t->rise + t->speed * (time - t->rise);
    }
    return 0.5f * t->acceleration * time * time;
}

static float control(struct pid *c, float target, float measured) {
    float error = target - measured;
    float slope = (error - c->last) / PERIOD;
    c->slow += 0.2f * (slope - c->slow);
    c->last = error;
    float wanted = c->p * error + c->i * c->sum + c->d * c->slow;
    float given = limited(wanted, c->limit);
    if (given == wanted || (wanted > 0.0f) != (error > 0.0f)) {
        c->sum += error * PERIOD;
    }
    return given;
}

/* Four small steps a period: current from voltage, torque against friction and load. */
static void turn(struct motor *m, float voltage, float load) {
    const float resistance = 0.5f, inductance = 0.002f, torque = 0.6f, inertia = 0.004f, friction = 0.001f;
    const float h = PERIOD / 4.0f;
    for (int i = 0; i < 4; i++) {
        float rate = (voltage - resistance * m->current - torque * m->speed) / inductance;
        m->current += h * rate;
        m->speed += h * (torque * m->current - friction * m->speed - load) / inertia;
        m->angle += h * m->speed;
    }
}

/* The duty cycle as the counter of a pulse generator has it: 0 to 2000, 1000 is none. */
static uint32_t duty(float voltage, float supply) {
    return (uint32_t)(int32_t)(1000.5f + 1000.0f * limited(voltage / supply, 1.0f));
}

int main(int argc, char **argv) {
    const struct workload *job = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    const float supply = 24.0f;
    struct motor m = {0.0f, 0.0f, 0.0f};
    uint32_t late = 0, saturated = 0;
    int32_t worst = 0;
    float base = 0.0f;

    for (uint32_t move = 0; move < job->moves; move++) {
        struct profile t;
        struct pid c = {40.0f, 400.0f, 1.0f, supply, 0.0f, 0.0f, 0.0f};
        float distance = 0.5f + (float)(next_random() & 1023) / 512.0f;
        float load = (float)(int32_t)(next_random() & 255) / 4096.0f;
        float away = base > 8.0f ? -1.0f : 1.0f;
        if (job->moves == 1) {
            distance *= 0.25f;
        }
        plan(&t, distance, 8.0f, 40.0f);
        for (uint32_t tick = 0; tick < job->ticks; tick++) {
            float target = base + away * set_point(&t, (float)tick * PERIOD);
            int32_t counts = (int32_t)floorf(m.angle * COUNTS);
            float voltage = control(&c, target, ((float)counts + 0.5f) / COUNTS);
            uint32_t pulse = duty(voltage, supply);
            saturated += pulse == 0 || pulse == 2000;
            turn(&m, ((float)pulse - 1000.0f) * supply / 1000.0f, load);
            if (tick % 16 == 0) {
                take(m.angle);
                take(m.speed);
                take(voltage);
            }
        }
        base += away * distance;
        int32_t off = (int32_t)((m.angle - base) * COUNTS);
        off = off < 0 ? -off : off;
        worst = off > worst ? off : worst;
        late += off > 8;
    }
    printf("moves %" PRIu32 " saturated %" PRIu32 " worst %" PRId32 " counts\n", job->moves, saturated, worst);
    printf("digest %08" PRIx32 "\n", digest);
    puts(late == 0 ? "OK" : "FAIL");
    return late == 0 ? 0 : 1;
}
