/* A small stack machine: an assembler with labels, and an interpreter that trusts nothing.
 *
 * Why: one hot jump-table switch whose indirect branch goes everywhere, with short bodies: the interpreter
 * pattern (scripts, rule engines). The programs are a prime sieve, 3n + 1 walks, recursive Fibonacci numbers
 * and a bubble sort; each leaves a number that is also computed here in plain C, another way where there is one.
 * Broken programs must end with the right fault. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define STACK_SIZE 256
#define CALLS_MAX 64
#define MEMORY_WORDS 1100
#define CODE_MAX 160
#define LABELS_MAX 24
#define NAME_MAX_BYTES 12

enum operation {
    HALT, PUSH, DROP, DUP, SWAP, OVER, LOAD, STORE, GET, PUT, ADD, SUB, MUL, DIV, MOD, AND, OR, XOR, SHL, SHR, NEG, LESS,
    EQUAL, NOT, INC, DEC, JUMP, ZERO, CALL, RET, OPERATIONS
};

struct description {
    const char *name;
    uint8_t has_operand, takes, gives;
};

static const struct description descriptions[OPERATIONS] = {
    {"halt", 0, 1, 0}, {"push", 1, 0, 1}, {"drop", 0, 1, 0},  {"dup", 0, 1, 2},  {"swap", 0, 2, 2},  {"over", 0, 2, 3},
    {"load", 1, 0, 1}, {"store", 1, 1, 0}, {"get", 0, 1, 1},  {"put", 0, 2, 0},  {"add", 0, 2, 1},   {"sub", 0, 2, 1},
    {"mul", 0, 2, 1},  {"div", 0, 2, 1},  {"mod", 0, 2, 1},   {"and", 0, 2, 1},  {"or", 0, 2, 1},    {"xor", 0, 2, 1},
    {"shl", 0, 2, 1},  {"shr", 0, 2, 1},  {"neg", 0, 1, 1},   {"less", 0, 2, 1}, {"equal", 0, 2, 1}, {"not", 0, 1, 1},
    {"inc", 1, 0, 0},  {"dec", 1, 0, 0},  {"jump", 1, 0, 0},  {"zero", 1, 1, 0}, {"call", 1, 0, 0},  {"ret", 0, 0, 0},
};

struct instruction {
    uint8_t operation;
    int16_t operand;
};

struct label {
    char name[NAME_MAX_BYTES];
    int16_t at;
};

enum fault { NO_FAULT, STACK_FAULT, CALL_FAULT, ADDRESS_FAULT, DIVISION_FAULT, CODE_FAULT, OUT_OF_FUEL };

struct machine {
    struct instruction code[CODE_MAX];
    int length;
    int32_t stack[STACK_SIZE];
    int16_t calls[CALLS_MAX];
    int32_t memory[MEMORY_WORDS];
    uint32_t fuel;
    int32_t result;
};

struct program {
    const char *name;
    const char *source;
    int32_t (*expected)(int32_t argument);
};

struct workload {
    const char *name;
    int32_t arguments[4];
    uint32_t expected;
};

static const struct workload workloads[] = {
    {"small", {250, 60, 12, 24}, UINT32_C(0x74d0ac6e)},
    {"full", {1000, 1050, 20, 170}, UINT32_C(0x41b9cb53)},
};

/* ---- the programs: cell 0 holds the argument; `halt` takes the result from the stack ---- */

static const char sieve_source[] =
    "        push 2 store 1 push 0 store 3 "
    "next:   load 1 load 0 less zero done "
    "        load 1 call cell get not zero skip "
    "        inc 3 load 1 dup mul store 2 "
    "mark:   load 2 load 0 less zero skip "
    "        push 1 load 2 call cell put load 2 load 1 add store 2 jump mark "
    "skip:   inc 1 jump next "
    "done:   load 3 halt "
    "cell:   push 20 add ret ";

static const char walk_source[] =
    "        push 0 store 3 push 1 store 1 "
    "next:   load 0 load 1 less not zero done "
    "        load 1 "
    "step:   dup push 1 equal not zero home "
    "        inc 3 dup push 1 and zero even "
    "        push 3 mul push 1 add jump step "
    "even:   push 1 shr jump step "
    "home:   drop inc 1 jump next "
    "done:   load 3 halt ";

static const char fibonacci_source[] =
    "        load 0 call fib halt "
    "fib:    dup push 2 less zero split ret "
    "split:  dup push 1 sub call fib swap push 2 sub call fib add ret ";

static const char bubble_source[] =
    "        push 0 store 1 push 77 store 4 "
    "fill:   load 1 load 0 less zero filled "
    "        load 4 push 301 mul push 1237 add push 8191 mod dup store 4 "
    "        load 1 call cell put inc 1 jump fill "
    "filled: load 0 store 2 "
    "pass:   dec 2 load 2 zero sorted push 0 store 1 "
    "pair:   load 1 load 2 less zero pass "
    "        load 1 call cell dup get over push 1 add get "
    "        over over swap less zero keep "
    "        store 5 store 6 dup load 5 swap put push 1 add load 6 swap put inc 1 jump pair "
    "keep:   drop drop drop inc 1 jump pair "
    "sorted: push 0 store 1 push 0 store 3 "
    "sum:    load 1 load 0 less zero done "
    "        load 1 call cell get load 1 mul load 3 add push 32767 and store 3 inc 1 jump sum "
    "done:   load 3 halt "
    "cell:   push 20 add ret ";

/* ---- the same numbers in plain C ---- */

static int32_t primes_below(int32_t n) {
    int32_t count = 0;
    for (int32_t i = 2; i < n; i++) {
        int32_t d = 2;
        while (d * d <= i && i % d != 0) {
            d++;
        }
        count += d * d > i;
    }
    return count;
}

static int32_t walk_steps(int32_t n) {
    int32_t steps = 0;
    for (int32_t start = 1; start <= n; start++) {
        for (uint32_t x = (uint32_t)start; x != 1; steps++) {
            x = x & 1 ? 3 * x + 1 : x / 2;
        }
    }
    return steps;
}

static int32_t fibonacci(int32_t n) {
    int32_t a = 0, b = 1;
    for (; n > 0; n--) {
        int32_t next = a + b;
        a = b;
        b = next;
    }
    return a;
}

static int32_t sorted_sum(int32_t n) {
    int32_t cells[MEMORY_WORDS], x = 77, sum = 0;
    for (int32_t i = 0; i < n; i++) {
        int32_t at = i;
        x = (x * 301 + 1237) % 8191;
        for (; at > 0 && cells[at - 1] > x; at--) {
            cells[at] = cells[at - 1];
        }
        cells[at] = x;
    }
    for (int32_t i = 0; i < n; i++) {
        sum = (sum + cells[i] * i) & 32767;
    }
    return sum;
}

static const struct program programs[4] = {
    {"sieve", sieve_source, primes_below},
    {"walks", walk_source, walk_steps},
    {"fibonacci", fibonacci_source, fibonacci},
    {"bubble", bubble_source, sorted_sum},
};

/* ---- assembler ---- */

static const char *next_token(const char *p, char token[NAME_MAX_BYTES]) {
    size_t n = 0;
    while (*p == ' ') {
        p++;
    }
    for (; *p != 0 && *p != ' '; p++) {
        if (n + 1 < NAME_MAX_BYTES) {
            token[n++] = *p;
        }
    }
    token[n] = 0;
    return p;
}

static int find_label(const struct label *labels, int count, const char *name) {
    for (int i = 0; i < count; i++) {
        if (strcmp(labels[i].name, name) == 0) {
            return labels[i].at;
        }
    }
    return -1;
}

static int find_operation(const char *name) {
    for (int o = 0; o < OPERATIONS; o++) {
        if (strcmp(descriptions[o].name, name) == 0) {
            return o;
        }
    }
    return -1;
}

/* Two passes: places of the labels, then code. Operands are at most 32767.
 * Returns 0 for an unknown word or too much code. */
static int assemble(struct machine *m, const char *source) {
    struct label labels[LABELS_MAX];
    int label_count = 0;
    for (int pass = 0; pass < 2; pass++) {
        char token[NAME_MAX_BYTES];
        const char *p = source;
        int at = 0;
        for (;;) {
            p = next_token(p, token);
            size_t n = strlen(token);
            if (n == 0) {
                break;
            }
            if (token[n - 1] == ':') {
                token[n - 1] = 0;
                if (pass == 0) {
                    if (label_count == LABELS_MAX) {
                        return 0;
                    }
                    memcpy(labels[label_count].name, token, NAME_MAX_BYTES);
                    labels[label_count++].at = (int16_t)at;
                }
                continue;
            }
            int operation = find_operation(token);
            int operand = 0;
            if (operation < 0 || at == CODE_MAX) {
                return 0;
            }
            if (descriptions[operation].has_operand) {
                p = next_token(p, token);
                operand = token[0] >= '0' && token[0] <= '9' ? atoi(token) : find_label(labels, label_count, token);
                if (pass == 1 && operand < 0) {
                    return 0;
                }
            }
            m->code[at].operation = (uint8_t)operation;
            m->code[at++].operand = (int16_t)operand;
        }
        m->length = at;
    }
    return 1;
}

/* ---- interpreter ---- */

static enum fault run(struct machine *m, uint32_t fuel) {
    int32_t *const stack = m->stack;
    int depth = 0, calls = 0, at = 0;
    m->fuel = fuel;
    for (;;) {
        if (at < 0 || at >= m->length) {
            return CODE_FAULT;
        }
        if (m->fuel-- == 0) {
            return OUT_OF_FUEL;
        }
        struct instruction i = m->code[at++];
        const struct description *d = &descriptions[i.operation];
        int left = depth - d->takes;
        if (left < 0 || left + d->gives > STACK_SIZE) {
            return STACK_FAULT;
        }
        depth = left + d->gives;
        int32_t *s = stack + left; /* s[0] is the deepest operand and the first result */
        switch ((enum operation)i.operation) {
        case HALT:
            m->result = s[0];
            return NO_FAULT;
        case PUSH:
            s[0] = i.operand;
            break;
        case DROP:
            break;
        case DUP:
            s[1] = s[0];
            break;
        case SWAP: {
            int32_t t = s[0];
            s[0] = s[1];
            s[1] = t;
            break;
        }
        case OVER:
            s[2] = s[0];
            break;
        case LOAD:
            if ((uint32_t)i.operand >= MEMORY_WORDS) {
                return ADDRESS_FAULT;
            }
            s[0] = m->memory[i.operand];
            break;
        case STORE:
            if ((uint32_t)i.operand >= MEMORY_WORDS) {
                return ADDRESS_FAULT;
            }
            m->memory[i.operand] = s[0];
            break;
        case GET:
            if ((uint32_t)s[0] >= MEMORY_WORDS) {
                return ADDRESS_FAULT;
            }
            s[0] = m->memory[s[0]];
            break;
        case PUT:
            if ((uint32_t)s[1] >= MEMORY_WORDS) {
                return ADDRESS_FAULT;
            }
            m->memory[s[1]] = s[0];
            break;
        case ADD:
            s[0] = (int32_t)((uint32_t)s[0] + (uint32_t)s[1]);
            break;
        case SUB:
            s[0] = (int32_t)((uint32_t)s[0] - (uint32_t)s[1]);
            break;
        case MUL:
            s[0] = (int32_t)((uint32_t)s[0] * (uint32_t)s[1]);
            break;
        case DIV:
        case MOD:
            if (s[1] == 0 || (s[1] == -1 && s[0] == INT32_MIN)) {
                return DIVISION_FAULT;
            }
            s[0] = i.operation == DIV ? s[0] / s[1] : s[0] % s[1];
            break;
        case AND:
            s[0] &= s[1];
            break;
        case OR:
            s[0] |= s[1];
            break;
        case XOR:
            s[0] ^= s[1];
            break;
        case SHL:
            s[0] = (int32_t)((uint32_t)s[0] << (s[1] & 31));
            break;
        case SHR:
            s[0] = (int32_t)((uint32_t)s[0] >> (s[1] & 31));
            break;
        case NEG:
            s[0] = (int32_t)(0 - (uint32_t)s[0]);
            break;
        case LESS:
            s[0] = s[0] < s[1];
            break;
        case EQUAL:
            s[0] = s[0] == s[1];
            break;
        case NOT:
            s[0] = s[0] == 0;
            break;
        case INC:
        case DEC:
            if ((uint32_t)i.operand >= MEMORY_WORDS) {
                return ADDRESS_FAULT;
            }
            m->memory[i.operand] = (int32_t)((uint32_t)m->memory[i.operand] + (i.operation == INC ? 1u : 0xFFFFFFFFu));
            break;
        case JUMP:
            at = i.operand;
            break;
        case ZERO:
            if (s[0] == 0) {
                at = i.operand;
            }
            break;
        case CALL:
            if (calls == CALLS_MAX) {
                return CALL_FAULT;
            }
            m->calls[calls++] = (int16_t)at;
            at = i.operand;
            break;
        case RET:
            if (calls == 0) {
                return CALL_FAULT;
            }
            at = m->calls[--calls];
            break;
        case OPERATIONS:
            return CODE_FAULT;
        }
    }
}

static struct machine machine;

static int faults_are_caught(void) {
    static const struct {
        const char *source;
        enum fault fault;
    } cases[] = {
        {"push 1 add halt", STACK_FAULT},    {"more: push 1 jump more", STACK_FAULT}, {"self: call self", CALL_FAULT},
        {"ret", CALL_FAULT},                 {"load 5000 halt", ADDRESS_FAULT},       {"push 0 push 1 sub get halt", ADDRESS_FAULT},
        {"push 7 push 0 mod halt", DIVISION_FAULT}, {"push 1", CODE_FAULT},           {"self: jump self", OUT_OF_FUEL},
    };
    int good = !assemble(&machine, "push 1 frobnicate halt") && !assemble(&machine, "jump nowhere");
    for (size_t c = 0; c < sizeof cases / sizeof cases[0]; c++) {
        good &= assemble(&machine, cases[c].source) && run(&machine, 2000) == cases[c].fault;
    }
    good &= assemble(&machine, "push 12 push 10 xor push 1 or push 2 shl neg push 3 div halt") &&
            run(&machine, 2000) == NO_FAULT && machine.result == -9;
    return good;
}

int main(int argc, char **argv) {
    const struct workload *work = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    int good = faults_are_caught();
    uint32_t digest = 0;

    for (int p = 0; p < 4; p++) {
        const uint32_t fuel = UINT32_C(100000000);
        int32_t argument = work->arguments[p];
        memset(&machine, 0, sizeof machine);
        good &= assemble(&machine, programs[p].source);
        machine.memory[0] = argument;
        enum fault fault = run(&machine, fuel);
        uint32_t executed = fuel - machine.fuel;
        good &= fault == NO_FAULT && machine.result == programs[p].expected(argument);
        printf("%s %" PRId32 ": %" PRId32 " in %" PRIu32 " steps\n", programs[p].name, argument, machine.result, executed);
        digest = digest * 31 + executed * 7 + (uint32_t)machine.result;
    }
    printf("digest %08" PRIx32 "\n", digest);
    good &= digest == work->expected;
    puts(good ? "OK" : "FAIL");
    return good ? 0 : 1;
}
