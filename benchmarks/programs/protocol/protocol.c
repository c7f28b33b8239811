/* A framed serial protocol: byte stuffing, a receive state machine one byte at a time, a command dispatcher,
 * acknowledgement and retransmission, over a line that flips, drops and inserts bytes.
 *
 * Why: a large switch on state and another on command, short unpredictable paths, and little data: control
 * code, as in most firmware. Checked by the slave's registers, which must equal a model that never saw the line,
 * and by the counters of every fault. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define PAYLOAD_MAX 48
#define WIRE_MAX (2 * (PAYLOAD_MAX + 8) + 8)
#define REGISTERS 64
#define FLAG 0x7E
#define ESCAPE 0x7D
#define ESCAPE_FLIP 0x20

enum state { HUNT, ADDRESS, CONTROL, COMMAND, LENGTH, PAYLOAD, CHECK_HIGH, CHECK_LOW, END, SKIP };

enum command {
    NOTHING, WRITE_ONE, WRITE_MANY, FILL, ADD_TO, AND_WITH, OR_WITH, EXCHANGE, COPY, ROTATE, SCALE, LIMIT, SUM, CLEAR, PING,
    COMMANDS
};

enum outcome { ACCEPTED, REPEATED, REFUSED };

struct frame {
    uint8_t address, control, command, length;
    uint8_t payload[PAYLOAD_MAX];
};

typedef void (*frame_handler)(void *context, const struct frame *frame);

struct receiver {
    enum state state;
    int escaped;
    uint8_t address;
    uint8_t filled;
    uint16_t check, received_check;
    struct frame frame;
    frame_handler deliver;
    void *context;
    uint32_t good, bad_check, bad_length, not_mine, resynchronised;
};

struct slave {
    uint8_t expected_sequence;
    uint16_t registers[REGISTERS];
    uint32_t executed[COMMANDS], repeated, refused;
    uint8_t reply_pending, reply_control, reply_status;
    uint16_t reply_value;
};

struct master {
    uint8_t acknowledged; /* sequence of the last acknowledged frame + 1 */
    uint16_t value;
    uint32_t replies;
};

struct workload {
    const char *name;
    uint32_t requests;
    uint32_t expected;
};

static const struct workload workloads[] = {
    {"small", 900, UINT32_C(0x0e15d048)},
    {"full", 36000, UINT32_C(0x198b68dd)},
};

static uint16_t check_table[256];
static uint32_t seed = 3309;

static uint32_t next_random(void) {
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return seed >> 8;
}

/* ---- CRC-16 (X.25 polynomial, reflected; check value of "123456789" is 906E) ---- */

static void build_check_table(void) {
    for (unsigned i = 0; i < 256; i++) {
        unsigned c = i;
        for (int bit = 0; bit < 8; bit++) {
            c = c & 1 ? c >> 1 ^ 0x8408 : c >> 1;
        }
        check_table[i] = (uint16_t)c;
    }
}

static uint16_t add_to_check(uint16_t check, uint8_t byte) {
    return (uint16_t)(check >> 8 ^ check_table[(check ^ byte) & 0xFF]);
}

/* ---- sending ---- */

static uint32_t put_stuffed(uint8_t *wire, uint32_t n, uint8_t byte) {
    if (byte == FLAG || byte == ESCAPE) {
        wire[n++] = ESCAPE;
        byte ^= ESCAPE_FLIP;
    }
    wire[n++] = byte;
    return n;
}

static uint32_t make_wire(const struct frame *f, uint8_t *wire) {
    uint8_t head[4] = {f->address, f->control, f->command, f->length};
    uint16_t check = 0xFFFF;
    uint32_t n = 0;
    wire[n++] = FLAG;
    for (int i = 0; i < 4; i++) {
        check = add_to_check(check, head[i]);
        n = put_stuffed(wire, n, head[i]);
    }
    for (int i = 0; i < f->length; i++) {
        check = add_to_check(check, f->payload[i]);
        n = put_stuffed(wire, n, f->payload[i]);
    }
    check ^= 0xFFFF;
    n = put_stuffed(wire, n, (uint8_t)(check >> 8));
    n = put_stuffed(wire, n, (uint8_t)check);
    wire[n++] = FLAG;
    return n;
}

/* One frame in six is hurt: a flipped bit, a lost byte, or an inserted flag. */
static uint32_t disturb(uint8_t *wire, uint32_t n) {
    uint32_t at = next_random() % n;
    switch (next_random() % 18) {
    case 0:
        wire[at] ^= (uint8_t)(1u << (next_random() & 7));
        return n;
    case 1:
        memmove(wire + at, wire + at + 1, n - at - 1);
        return n - 1;
    case 2:
        memmove(wire + at + 1, wire + at, n - at);
        wire[at] = FLAG;
        return n + 1;
    default:
        return n;
    }
}

/* ---- receiving ---- */

static void restart(struct receiver *r) {
    r->state = ADDRESS;
    r->escaped = 0;
    r->check = 0xFFFF;
    r->filled = 0;
}

static void receive_byte(struct receiver *r, uint8_t byte) {
    if (byte == FLAG) {
        switch (r->state) {
        case END:
            if (r->check + r->received_check == 0xFFFF) { /* the sender complemented it */
                r->good++;
                r->deliver(r->context, &r->frame);
            } else {
                r->bad_check++;
            }
            break;
        case HUNT:
        case ADDRESS:
        case SKIP:
            break; /* between frames */
        default:
            r->resynchronised++;
            break;
        }
        restart(r);
        return;
    }
    if (byte == ESCAPE && r->state != HUNT) {
        r->escaped = 1;
        return;
    }
    if (r->escaped) {
        byte ^= ESCAPE_FLIP;
        r->escaped = 0;
    }
    switch (r->state) {
    case HUNT:
    case SKIP:
        return;
    case ADDRESS:
        if (byte != r->address) {
            r->not_mine++;
            r->state = SKIP;
            return;
        }
        r->frame.address = byte;
        r->state = CONTROL;
        break;
    case CONTROL:
        r->frame.control = byte;
        r->state = COMMAND;
        break;
    case COMMAND:
        r->frame.command = byte;
        r->state = LENGTH;
        break;
    case LENGTH:
        if (byte > PAYLOAD_MAX) {
            r->bad_length++;
            r->state = SKIP;
            return;
        }
        r->frame.length = byte;
        r->state = byte == 0 ? CHECK_HIGH : PAYLOAD;
        break;
    case PAYLOAD:
        r->frame.payload[r->filled++] = byte;
        if (r->filled == r->frame.length) {
            r->state = CHECK_HIGH;
        }
        break;
    case CHECK_HIGH:
        r->received_check = (uint16_t)(byte << 8);
        r->state = CHECK_LOW;
        return;
    case CHECK_LOW:
        r->received_check |= byte;
        r->state = END;
        return;
    case END:
        r->bad_length++;
        r->state = SKIP;
        return;
    }
    r->check = add_to_check(r->check, byte);
}

/* ---- commands ---- */

static uint16_t word_at(const uint8_t *p) {
    return (uint16_t)(p[0] << 8 | p[1]);
}

/* Bytes of payload that a command needs; WRITE_MANY takes any even number above that. */
static const uint8_t needed[COMMANDS] = {0, 3, 3, 4, 3, 3, 3, 2, 3, 2, 3, 5, 2, 1, 0};

static int execute(uint16_t *registers, const struct frame *f, uint16_t *value) {
    const uint8_t *p = f->payload;
    if (f->command >= COMMANDS || f->length < needed[f->command]) {
        return 0;
    }
    uint16_t *target = &registers[f->length > 0 ? p[0] % REGISTERS : 0];
    switch ((enum command)f->command) {
    case NOTHING:
        break;
    case WRITE_ONE:
        *target = word_at(p + 1);
        break;
    case WRITE_MANY:
        for (int i = 1, r = p[0]; i + 1 < f->length; i += 2, r++) {
            registers[r % REGISTERS] = word_at(p + i);
        }
        break;
    case FILL:
        for (int i = 0; i < p[1] % REGISTERS; i++) {
            registers[(p[0] + i) % REGISTERS] = word_at(p + 2);
        }
        break;
    case ADD_TO:
        *target = (uint16_t)(*target + word_at(p + 1));
        break;
    case AND_WITH:
        *target &= word_at(p + 1);
        break;
    case OR_WITH:
        *target |= word_at(p + 1);
        break;
    case EXCHANGE: {
        uint16_t held = *target;
        *target = registers[p[1] % REGISTERS];
        registers[p[1] % REGISTERS] = held;
        break;
    }
    case COPY:
        for (int i = 0; i < p[2] % 16; i++) {
            registers[(p[1] + i) % REGISTERS] = registers[(p[0] + i) % REGISTERS];
        }
        break;
    case ROTATE:
        *target = (uint16_t)(*target << (p[1] & 15) | *target >> (16 - (p[1] & 15)));
        break;
    case SCALE:
        *target = (uint16_t)((uint32_t)*target * word_at(p + 1) >> 8);
        break;
    case LIMIT:
        if (*target < word_at(p + 1)) {
            *target = word_at(p + 1);
        } else if (*target > word_at(p + 3)) {
            *target = word_at(p + 3);
        }
        break;
    case SUM:
        for (int i = 0; i < p[1] % 16; i++) {
            *value = (uint16_t)(*value + registers[(p[0] + i) % REGISTERS]);
        }
        return 1;
    case CLEAR:
        *target = 0;
        break;
    case PING:
        *value = 0xBEEF;
        return 1;
    case COMMANDS:
        return 0;
    }
    *value = *target;
    return 1;
}

static void slave_receives(void *context, const struct frame *f) {
    struct slave *s = context;
    enum outcome status = ACCEPTED;
    uint16_t value = 0;
    if (f->control != s->expected_sequence) {
        s->repeated++; /* our answer was lost: answer again, do nothing twice */
        status = REPEATED;
    } else {
        s->expected_sequence++;
        if (execute(s->registers, f, &value)) {
            s->executed[f->command]++;
        } else {
            s->refused++;
            status = REFUSED;
        }
        s->reply_value = value;
    }
    s->reply_pending = 1;
    s->reply_control = f->control;
    s->reply_status = (uint8_t)status;
}

static void master_receives(void *context, const struct frame *f) {
    struct master *m = context;
    if (f->length == 3 && f->control == m->acknowledged) {
        m->acknowledged++;
        m->value = word_at(f->payload + 1);
        m->replies++;
    }
}

static void send_over_line(const struct frame *f, struct receiver *to) {
    uint8_t wire[WIRE_MAX];
    uint32_t n = disturb(wire, make_wire(f, wire));
    for (uint32_t i = 0; i < n; i++) {
        receive_byte(to, wire[i]);
    }
}

static void make_request(struct frame *f, uint8_t sequence) {
    f->address = 0x11;
    f->control = sequence;
    f->command = (uint8_t)(next_random() % (COMMANDS + 1)); /* sometimes one that does not exist */
    uint32_t least = f->command < COMMANDS ? needed[f->command] : 2;
    f->length = (uint8_t)(f->command == WRITE_MANY ? 3 + 2 * (next_random() % 20) : least + next_random() % 3);
    for (int i = 0; i < f->length; i++) {
        uint32_t r = next_random();
        f->payload[i] = (uint8_t)((r & 0xF00) == 0 ? FLAG - (r & 1) : r); /* stuffing must happen often enough */
    }
}

int main(int argc, char **argv) {
    const struct workload *work = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    static struct slave slave;
    static struct master master;
    static struct receiver at_slave, at_master;
    uint16_t model[REGISTERS] = {0};
    uint32_t sent = 0, wrong_values = 0, refused = 0, check = 0xFFFF;

    build_check_table();
    for (const char *p = "123456789"; *p != 0; p++) {
        check = add_to_check((uint16_t)check, (uint8_t)*p);
    }
    int good = (check ^ 0xFFFF) == 0x906E;
    at_slave.address = 0x11;
    at_slave.deliver = slave_receives;
    at_slave.context = &slave;
    at_master.address = 0x10;
    at_master.deliver = master_receives;
    at_master.context = &master;
    for (uint32_t n = 0; n < work->requests; n++) {
        struct frame request, reply;
        uint16_t value = 0;
        uint32_t answered = master.replies;
        make_request(&request, (uint8_t)n);
        refused += !execute(model, &request, &value);
        for (int tries = 0; tries < 50 && master.replies == answered; tries++) {
            sent++;
            send_over_line(&request, &at_slave);
            if (slave.reply_pending) {
                slave.reply_pending = 0;
                reply.address = 0x10;
                reply.control = slave.reply_control;
                reply.command = request.command;
                reply.length = 3;
                reply.payload[0] = slave.reply_status;
                reply.payload[1] = (uint8_t)(slave.reply_value >> 8);
                reply.payload[2] = (uint8_t)slave.reply_value;
                send_over_line(&reply, &at_master);
            }
        }
        wrong_values += master.replies != answered + 1 || master.value != value;
    }
    uint32_t digest = 0;
    for (int i = 0; i < REGISTERS; i++) {
        digest = (digest << 5 | digest >> 27) ^ slave.registers[i];
    }
    for (int i = 0; i < COMMANDS; i++) {
        digest = (digest << 1 | digest >> 31) + slave.executed[i];
    }
    printf("requests %" PRIu32 " sent %" PRIu32 " repeated %" PRIu32 " refused %" PRIu32 "\n", work->requests, sent,
           slave.repeated, slave.refused);
    printf("bad check %" PRIu32 " length %" PRIu32 " cut %" PRIu32 " foreign %" PRIu32 "\n",
           at_slave.bad_check + at_master.bad_check, at_slave.bad_length + at_master.bad_length,
           at_slave.resynchronised + at_master.resynchronised, at_slave.not_mine + at_master.not_mine);
    printf("digest %08" PRIx32 "\n", digest);
    good &= wrong_values == 0 && refused == slave.refused && memcmp(model, slave.registers, sizeof model) == 0;
    good &= digest == work->expected;
    puts(good ? "OK" : "FAIL");
    return good ? 0 : 1;
}
