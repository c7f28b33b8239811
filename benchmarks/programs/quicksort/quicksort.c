/* Quicksort with a comparison callback over records, as a data logger sorts its index.
 *
 * Why: indirect calls, data-dependent branches that no static predictor gets right, and struct copies.
 * Median-of-three partitioning, insertion sort for short runs, recursion into the smaller side only.
 * Checked by order (under each comparison) and by a sum that no permutation changes. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define RECORDS_MAX 4096
#define INSERTION_LIMIT 12

struct record {
    uint32_t time;
    int32_t value;
    uint16_t channel;
    char tag[6];
};

typedef int (*comparison)(const struct record *a, const struct record *b);

struct workload {
    const char *name;
    uint32_t records;
    uint32_t passes;
    uint32_t expected;
};

static const struct workload workloads[] = {
    {"small", 800, 1, UINT32_C(0xb04e51de)},
    {"full", RECORDS_MAX, 5, UINT32_C(0xa2886702)},
};

static struct record records[RECORDS_MAX];
static uint32_t comparisons;
static uint32_t seed = 1962;

static uint32_t next_random(void) {
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return seed >> 8;
}

static int by_time(const struct record *a, const struct record *b) {
    comparisons++;
    return (a->time > b->time) - (a->time < b->time);
}

static int by_value(const struct record *a, const struct record *b) {
    comparisons++;
    if (a->value != b->value) {
        return a->value < b->value ? -1 : 1;
    }
    return (a->time > b->time) - (a->time < b->time);
}

static int by_channel_then_time(const struct record *a, const struct record *b) {
    comparisons++;
    int order = (int)a->channel - (int)b->channel;
    return order != 0 ? order : (a->time > b->time) - (a->time < b->time);
}

static int by_tag(const struct record *a, const struct record *b) {
    comparisons++;
    int order = strcmp(a->tag, b->tag);
    return order != 0 ? order : (a->time > b->time) - (a->time < b->time);
}

static void exchange(struct record *a, struct record *b) {
    struct record t = *a;
    *a = *b;
    *b = t;
}

static void insertion_sort(struct record *first, struct record *last, comparison compare) {
    for (struct record *p = first + 1; p <= last; p++) {
        struct record moving = *p;
        struct record *hole = p;
        while (hole > first && compare(hole - 1, &moving) > 0) {
            *hole = hole[-1];
            hole--;
        }
        *hole = moving;
    }
}

static struct record *partition(struct record *first, struct record *last, comparison compare) {
    struct record *middle = first + (last - first) / 2;
    if (compare(middle, first) < 0) {
        exchange(middle, first);
    }
    if (compare(last, first) < 0) {
        exchange(last, first);
    }
    if (compare(last, middle) < 0) {
        exchange(last, middle);
    }
    exchange(middle, last - 1);
    struct record *pivot = last - 1, *low = first, *high = last - 1;
    for (;;) {
        do {
            low++;
        } while (compare(low, pivot) < 0);
        do {
            high--;
        } while (compare(pivot, high) < 0);
        if (low >= high) {
            break;
        }
        exchange(low, high);
    }
    exchange(low, pivot);
    return low;
}

/* The larger side is the loop, so the stack never holds more than log2(n) frames. */
static void sort(struct record *first, struct record *last, comparison compare) {
    while (last - first >= INSERTION_LIMIT) {
        struct record *split = partition(first, last, compare);
        if (split - first < last - split) {
            sort(first, split - 1, compare);
            first = split + 1;
        } else {
            sort(split + 1, last, compare);
            last = split - 1;
        }
    }
    insertion_sort(first, last, compare);
}

static void log_records(uint32_t count) {
    static const char *const words[] = {"temp", "volt", "amps", "rpm", "flow", "level"};
    for (uint32_t i = 0; i < count; i++) {
        struct record *r = &records[i];
        r->time = next_random() << 8 | (i & 0xFF);
        r->value = (int32_t)(next_random() % 2001) - 1000;
        r->channel = (uint16_t)(next_random() % 24);
        memset(r->tag, 0, sizeof r->tag);
        strcpy(r->tag, words[r->channel % 6]);
    }
}

static uint32_t content_sum(uint32_t count) {
    uint32_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        sum += records[i].time * 31 + (uint32_t)records[i].value * 17 + records[i].channel;
    }
    return sum;
}

static uint32_t position_digest(uint32_t count) {
    uint32_t digest = 0;
    for (uint32_t i = 0; i < count; i++) {
        digest = (digest << 5 | digest >> 27) + (records[i].time ^ (uint32_t)records[i].value);
    }
    return digest;
}

static int is_sorted(uint32_t count, comparison compare) {
    for (uint32_t i = 1; i < count; i++) {
        if (compare(&records[i - 1], &records[i]) > 0) {
            return 0;
        }
    }
    return 1;
}

int main(int argc, char **argv) {
    static const comparison orders[] = {by_time, by_value, by_channel_then_time, by_tag, by_time};
    const struct workload *work = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    int good = 1;
    uint32_t digest = 0;

    for (uint32_t pass = 0; pass < work->passes; pass++) {
        log_records(work->records);
        uint32_t before = content_sum(work->records);
        for (size_t o = 0; o < sizeof orders / sizeof orders[0]; o++) {
            sort(records, records + work->records - 1, orders[o]);
            good &= is_sorted(work->records, orders[o]);
            good &= content_sum(work->records) == before;
            digest = digest * 33 + position_digest(work->records);
        }
    }
    printf("records %" PRIu32 " comparisons %" PRIu32 "\n", work->records, comparisons);
    printf("digest %08" PRIx32 "\n", digest);
    good &= digest == work->expected;
    puts(good ? "OK" : "FAIL");
    return good ? 0 : 1;
}
