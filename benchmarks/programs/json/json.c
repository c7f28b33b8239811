/* A JSON parser and printer with hash-table objects, on the heap, over generated device reports.
 *
 * Why: many small allocations and frees of mixed size, recursion by grammar, character classes, string hashing
 * and linked lists: the shape of configuration and telemetry code. The generator writes canonical text, so
 * printing the parsed tree must give the same bytes; values are looked up and compared with what was generated;
 * broken texts must be refused; and at the end no allocation may be left. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 16384
#define BUCKETS 8
#define DEPTH_MAX 24

enum kind { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

struct value;

/* A member is in two lists: its bucket, for look-up, and the order of the text, for printing. */
struct member {
    char *key;
    struct value *value;
    struct member *next_in_bucket, *next_in_order;
};

struct object {
    struct member *buckets[BUCKETS];
    struct member *first, *last;
};

struct array {
    struct value **items;
    uint32_t count, room;
};

/* A number is digits / 10^decimals: no floating point. */
struct value {
    enum kind kind;
    union {
        struct {
            int32_t digits;
            int32_t decimals;
        } number;
        char *string;
        struct array array;
        struct object *object;
    } as;
};

struct parser {
    const char *at;
    int depth;
    uint32_t values;
};

struct printer {
    char *out;
    uint32_t length, room;
};

struct workload {
    const char *name;
    uint32_t devices;
    uint32_t reports;
    uint32_t expected;
};

static const struct workload workloads[] = {
    {"small", 20, 3, UINT32_C(0xc6859dfb)},
    {"full", 40, 62, UINT32_C(0xac1cf6e3)},
};

static char text[TEXT_MAX], printed[TEXT_MAX];
static uint32_t live_allocations, total_allocations;
static uint32_t seed = 8259;

static uint32_t next_random(void) {
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return seed >> 8;
}

/* ---- memory, counted ---- */

static void *take(size_t size) {
    void *p = malloc(size);
    if (p == NULL) {
        puts("FAIL: out of memory");
        exit(1);
    }
    live_allocations++;
    total_allocations++;
    return p;
}

static void *grow(void *old, size_t size) {
    void *p = realloc(old, size);
    if (p == NULL) {
        puts("FAIL: out of memory");
        exit(1);
    }
    live_allocations += old == NULL;
    total_allocations++;
    return p;
}

static void give_back(void *p) {
    live_allocations -= p != NULL;
    free(p);
}

/* ---- objects ---- */

static uint32_t hash_of(const char *key) {
    uint32_t h = UINT32_C(2166136261);
    for (; *key != 0; key++) {
        h = (h ^ (uint8_t)*key) * UINT32_C(16777619);
    }
    return (h >> 16 ^ h) % BUCKETS;
}

static struct value *look_up(const struct value *object, const char *key) {
    if (object == NULL || object->kind != JSON_OBJECT) {
        return NULL;
    }
    for (struct member *m = object->as.object->buckets[hash_of(key)]; m != NULL; m = m->next_in_bucket) {
        if (strcmp(m->key, key) == 0) {
            return m->value;
        }
    }
    return NULL;
}

static void add_member(struct object *o, char *key, struct value *value) {
    struct member *m = take(sizeof *m);
    uint32_t h = hash_of(key);
    m->key = key;
    m->value = value;
    m->next_in_bucket = o->buckets[h];
    o->buckets[h] = m;
    m->next_in_order = NULL;
    if (o->last != NULL) {
        o->last->next_in_order = m;
    } else {
        o->first = m;
    }
    o->last = m;
}

static void add_item(struct array *a, struct value *item) {
    if (a->count == a->room) {
        a->room = a->room == 0 ? 4 : a->room * 2;
        a->items = grow(a->items, a->room * sizeof a->items[0]);
    }
    a->items[a->count++] = item;
}

static void release(struct value *v) {
    if (v == NULL) {
        return;
    }
    if (v->kind == JSON_STRING) {
        give_back(v->as.string);
    } else if (v->kind == JSON_ARRAY) {
        for (uint32_t i = 0; i < v->as.array.count; i++) {
            release(v->as.array.items[i]);
        }
        give_back(v->as.array.items);
    } else if (v->kind == JSON_OBJECT) {
        struct member *m = v->as.object->first;
        while (m != NULL) {
            struct member *next = m->next_in_order;
            give_back(m->key);
            release(m->value);
            give_back(m);
            m = next;
        }
        give_back(v->as.object);
    }
    give_back(v);
}

/* ---- parser: every function returns null (or 0) for text that is not JSON ---- */

static struct value *parse_value(struct parser *p);

static void skip_space(struct parser *p) {
    while (*p->at == ' ' || *p->at == '\n' || *p->at == '\t' || *p->at == '\r') {
        p->at++;
    }
}

static int accept(struct parser *p, char c) {
    skip_space(p);
    if (*p->at != c) {
        return 0;
    }
    p->at++;
    return 1;
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Writes a code point below 0x10000 in UTF-8; returns the number of bytes. */
static int write_utf8(char *out, uint32_t c) {
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    out[0] = (char)(0xE0 | c >> 12);
    out[1] = (char)(0x80 | (c >> 6 & 0x3F));
    out[2] = (char)(0x80 | (c & 0x3F));
    return 3;
}

static char *parse_string(struct parser *p) {
    if (!accept(p, '"')) {
        return NULL;
    }
    const char *end = p->at;
    while (*end != '"') { /* an upper bound of the length: escapes only shrink */
        if (*end == 0) {
            return NULL;
        }
        end += *end == '\\' && end[1] != 0 ? 2 : 1;
    }
    char *string = take((size_t)(end - p->at) + 1), *out = string;
    while (*p->at != '"') {
        char c = *p->at++;
        if ((uint8_t)c < 0x20) {
            goto refuse;
        }
        if (c != '\\') {
            *out++ = c;
            continue;
        }
        switch (c = *p->at++) {
        case '"':
        case '\\':
        case '/':
            *out++ = c;
            break;
        case 'b':
            *out++ = '\b';
            break;
        case 'f':
            *out++ = '\f';
            break;
        case 'n':
            *out++ = '\n';
            break;
        case 'r':
            *out++ = '\r';
            break;
        case 't':
            *out++ = '\t';
            break;
        case 'u': {
            uint32_t code = 0;
            for (int i = 0; i < 4; i++) {
                int digit = hex_digit(*p->at);
                if (digit < 0) {
                    goto refuse;
                }
                p->at++;
                code = code << 4 | (uint32_t)digit;
            }
            if (code == 0 || (code >= 0xD800 && code < 0xE000)) {
                goto refuse;
            }
            out += write_utf8(out, code);
            break;
        }
        default:
            goto refuse;
        }
    }
    p->at++;
    *out = 0;
    return string;
refuse:
    give_back(string);
    return NULL;
}

static int is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Up to nine digits in all; the grammar's rule about leading zeros holds. */
static int parse_number(struct parser *p, struct value *v) {
    int negative = *p->at == '-', count = 0;
    int32_t digits = 0, decimals = 0;
    p->at += negative;
    if (!is_digit(*p->at) || (*p->at == '0' && is_digit(p->at[1]))) {
        return 0;
    }
    for (; is_digit(*p->at); count++) {
        if (count == 9) {
            return 0;
        }
        digits = digits * 10 + (*p->at++ - '0');
    }
    if (*p->at == '.') {
        p->at++;
        if (!is_digit(*p->at)) {
            return 0;
        }
        for (; is_digit(*p->at); count++, decimals++) {
            if (count == 9) {
                return 0;
            }
            digits = digits * 10 + (*p->at++ - '0');
        }
    }
    v->as.number.digits = negative ? -digits : digits;
    v->as.number.decimals = decimals;
    return 1;
}

static int parse_array(struct parser *p, struct value *v) {
    memset(&v->as.array, 0, sizeof v->as.array);
    if (accept(p, ']')) {
        return 1;
    }
    do {
        struct value *item = parse_value(p);
        if (item == NULL) {
            return 0;
        }
        add_item(&v->as.array, item);
    } while (accept(p, ','));
    return accept(p, ']');
}

static int parse_object(struct parser *p, struct value *v) {
    v->as.object = take(sizeof *v->as.object);
    memset(v->as.object, 0, sizeof *v->as.object);
    if (accept(p, '}')) {
        return 1;
    }
    do {
        char *key = parse_string(p);
        if (key == NULL) {
            return 0;
        }
        struct value *member = accept(p, ':') ? parse_value(p) : NULL;
        if (member == NULL || look_up(v, key) != NULL) { /* a key twice is refused too */
            give_back(key);
            release(member);
            return 0;
        }
        add_member(v->as.object, key, member);
    } while (accept(p, ','));
    return accept(p, '}');
}

static int parse_word(struct parser *p, const char *word) {
    size_t n = strlen(word);
    if (strncmp(p->at, word, n) != 0) {
        return 0;
    }
    p->at += n;
    return 1;
}

static struct value *parse_value(struct parser *p) {
    if (p->depth == DEPTH_MAX) {
        return NULL;
    }
    struct value *v = take(sizeof *v);
    int good;
    p->depth++;
    p->values++;
    v->kind = JSON_NULL;
    skip_space(p);
    switch (*p->at) {
    case '{':
        p->at++;
        v->kind = JSON_OBJECT;
        good = parse_object(p, v);
        break;
    case '[':
        p->at++;
        v->kind = JSON_ARRAY;
        good = parse_array(p, v);
        break;
    case '"':
        v->as.string = parse_string(p);
        good = v->as.string != NULL;
        v->kind = good ? JSON_STRING : JSON_NULL;
        break;
    case 't':
        v->kind = JSON_TRUE;
        good = parse_word(p, "true");
        break;
    case 'f':
        v->kind = JSON_FALSE;
        good = parse_word(p, "false");
        break;
    case 'n':
        good = parse_word(p, "null");
        break;
    default:
        v->kind = JSON_NUMBER;
        good = parse_number(p, v);
        break;
    }
    p->depth--;
    if (!good) {
        release(v);
        return NULL;
    }
    return v;
}

static struct value *parse(const char *source, uint32_t *values) {
    struct parser p = {source, 0, 0};
    struct value *v = parse_value(&p);
    skip_space(&p);
    if (v != NULL && *p.at != 0) {
        release(v);
        v = NULL;
    }
    *values += p.values;
    return v;
}

/* ---- printer ---- */

static void put_char(struct printer *w, char c) {
    if (w->length + 1 < w->room) {
        w->out[w->length++] = c;
    }
    w->out[w->length] = 0;
}

static void put_text(struct printer *w, const char *s) {
    while (*s != 0) {
        put_char(w, *s++);
    }
}

static void put_number(struct printer *w, int32_t digits, int32_t decimals) {
    char reversed[16];
    int n = 0;
    uint32_t rest = digits < 0 ? 0 - (uint32_t)digits : (uint32_t)digits;
    do {
        reversed[n++] = (char)('0' + rest % 10);
        rest /= 10;
        if (n == decimals) {
            reversed[n++] = '.';
        }
    } while (rest != 0 || n <= decimals + (decimals > 0));
    if (digits < 0) {
        put_char(w, '-');
    }
    while (n > 0) {
        put_char(w, reversed[--n]);
    }
}

static void put_string(struct printer *w, const char *s) {
    static const char hex[] = "0123456789abcdef";
    put_char(w, '"');
    for (; *s != 0; s++) {
        if (*s == '"' || *s == '\\') {
            put_char(w, '\\');
            put_char(w, *s);
        } else if (*s == '\n') {
            put_text(w, "\\n");
        } else if ((uint8_t)*s < 0x20) {
            put_text(w, "\\u00");
            put_char(w, hex[*s >> 4 & 15]);
            put_char(w, hex[*s & 15]);
        } else {
            put_char(w, *s);
        }
    }
    put_char(w, '"');
}

static void put_value(struct printer *w, const struct value *v) {
    switch (v->kind) {
    case JSON_NULL:
        put_text(w, "null");
        break;
    case JSON_FALSE:
        put_text(w, "false");
        break;
    case JSON_TRUE:
        put_text(w, "true");
        break;
    case JSON_NUMBER:
        put_number(w, v->as.number.digits, v->as.number.decimals);
        break;
    case JSON_STRING:
        put_string(w, v->as.string);
        break;
    case JSON_ARRAY:
        put_char(w, '[');
        for (uint32_t i = 0; i < v->as.array.count; i++) {
            if (i > 0) {
                put_char(w, ',');
            }
            put_value(w, v->as.array.items[i]);
        }
        put_char(w, ']');
        break;
    case JSON_OBJECT:
        put_char(w, '{');
        for (const struct member *m = v->as.object->first; m != NULL; m = m->next_in_order) {
            if (m != v->as.object->first) {
                put_char(w, ',');
            }
            put_string(w, m->key);
            put_char(w, ':');
            put_value(w, m->value);
        }
        put_char(w, '}');
        break;
    }
}

/* ---- device reports ---- */

/* Returns the sum of all readings, which the reader must find again. */
static int32_t write_report(uint32_t devices, uint32_t number) {
    static const char *const names[] = {"pump", "valve", "line \"A\"", "caf\xC3\xA9", "tab\\slash", "row\nbreak"};
    static const char *const flags[] = {"true", "false", "null"};
    struct printer w = {text, 0, TEXT_MAX};
    int32_t sum = 0;
    put_text(&w, "{\"report\":");
    put_number(&w, (int32_t)number, 0);
    put_text(&w, ",\"empty\":[],\"none\":{},\"devices\":[");
    for (uint32_t d = 0; d < devices; d++) {
        put_text(&w, d > 0 ? ",{\"id\":" : "{\"id\":");
        put_number(&w, (int32_t)(d * 7 + number), 0);
        put_text(&w, ",\"name\":");
        put_string(&w, names[next_random() % 6]);
        put_text(&w, ",\"active\":");
        put_text(&w, flags[next_random() % 3]);
        put_text(&w, ",\"limits\":{\"low\":");
        put_number(&w, -(int32_t)(next_random() % 5000), 2);
        put_text(&w, ",\"high\":");
        put_number(&w, (int32_t)(next_random() % 90000), 2);
        put_text(&w, "},\"readings\":[");
        for (uint32_t r = 0, count = next_random() % 24; r < count; r++) {
            int32_t reading = (int32_t)(next_random() % 20001) - 10000;
            sum += reading;
            if (r > 0) {
                put_char(&w, ',');
            }
            put_number(&w, reading, 1);
        }
        put_text(&w, "]}");
    }
    put_text(&w, "]}");
    return sum;
}

static int32_t sum_readings(const struct value *report) {
    int32_t sum = 0;
    const struct value *devices = look_up(report, "devices");
    for (uint32_t d = 0; devices != NULL && d < devices->as.array.count; d++) {
        const struct value *device = devices->as.array.items[d];
        const struct value *readings = look_up(device, "readings");
        const struct value *low = look_up(look_up(device, "limits"), "low");
        for (uint32_t r = 0; readings != NULL && r < readings->as.array.count; r++) {
            sum += readings->as.array.items[r]->as.number.digits;
        }
        if (low == NULL || low->kind != JSON_NUMBER || look_up(device, "colour") != NULL) {
            return INT32_MIN;
        }
    }
    return sum;
}

static int grammar_holds(void) {
    static const char *const broken[] = {
        "", "{", "[1,]", "{\"a\":1,}", "{\"a\" 1}", "[01]", "[1.]", "[-]", "\"open", "\"\\x\"", "\"\\u12g4\"", "tru", "[1 2]",
        "{\"a\":1,\"a\":2}", "1 2", "\"a\nb\"", "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[]", "12345678901", "\"\\ud800\"", "]",
    };
    uint32_t values = 0;
    int good = 1;
    for (size_t i = 0; i < sizeof broken / sizeof broken[0]; i++) {
        struct value *v = parse(broken[i], &values);
        good &= v == NULL;
        release(v);
    }
    struct value *v = parse(" { \"k\\u00e9y\" : [ -0.50 , true , \"\\u20ac\\n\\/\" ] } ", &values);
    struct printer w = {printed, 0, TEXT_MAX};
    if (v == NULL) {
        return 0;
    }
    put_value(&w, v);
    good &= strcmp(printed, "{\"k\xC3\xA9y\":[-0.50,true,\"\xE2\x82\xAC\\n/\"]}") == 0;
    release(v);
    return good && live_allocations == 0;
}

int main(int argc, char **argv) {
    const struct workload *work = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    uint32_t digest = UINT32_C(2166136261), values = 0;
    int good = grammar_holds();

    for (uint32_t n = 0; n < work->reports; n++) {
        int32_t sum = write_report(work->devices, n);
        struct value *report = parse(text, &values);
        if (report == NULL) {
            good = 0;
            break;
        }
        good &= sum_readings(report) == sum;
        struct printer w = {printed, 0, TEXT_MAX};
        put_value(&w, report);
        good &= strcmp(text, printed) == 0;
        for (const char *p = printed; *p != 0; p++) {
            digest = (digest ^ (uint8_t)*p) * UINT32_C(16777619);
        }
        release(report);
    }
    printf("values %" PRIu32 " allocations %" PRIu32 " left %" PRIu32 "\n", values, total_allocations, live_allocations);
    printf("digest %08" PRIx32 "\n", digest);
    good &= live_allocations == 0 && digest == work->expected;
    puts(good ? "OK" : "FAIL");
    return good ? 0 : 1;
}
