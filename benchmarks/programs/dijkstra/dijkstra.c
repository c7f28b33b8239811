/* Dijkstra's shortest paths over a generated road map, with a binary heap that can lower a key.
 *
 * Why: pointer-like index chasing, irregular memory access and an unpredictable heap. The map is a grid of
 * streets with random lengths, some closed, plus fast long-distance roads, stored as compressed rows.
 * Checked by the optimality conditions of every edge (a certificate, not a repeat of the algorithm), and by
 * walking the found routes back to the start. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define WIDTH 40
#define HEIGHT 30
#define NODES (WIDTH * HEIGHT)
#define EDGES_MAX (NODES * 6)
#define UNREACHED UINT32_C(0xFFFFFFFF)
#define NOT_IN_HEAP UINT16_C(0xFFFF)

struct edge {
    uint16_t to;
    uint16_t length;
};

struct workload {
    const char *name;
    uint32_t queries;
    uint32_t expected;
};

static const struct workload workloads[] = {
    {"small", 4, UINT32_C(0xe22eb849)},
    {"full", 150, UINT32_C(0xe089060b)},
};

static struct edge edges[EDGES_MAX];
static uint16_t first_edge[NODES + 1];
static uint32_t distance[NODES];
static uint16_t previous[NODES];
static uint16_t heap[NODES], place[NODES];
static uint32_t heap_size;
static uint32_t seed = 1959;

static uint32_t next_random(void) {
    seed = seed * UINT32_C(1664525) + UINT32_C(1013904223);
    return seed >> 8;
}

static void add_edge(uint32_t *count, uint32_t to, uint32_t length) {
    edges[*count].to = (uint16_t)to;
    edges[*count].length = (uint16_t)length;
    ++*count;
}

static uint32_t build_map(void) {
    static const int8_t dx[4] = {1, 0, -1, 0}, dy[4] = {0, 1, 0, -1};
    uint32_t count = 0;
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            first_edge[y * WIDTH + x] = (uint16_t)count;
            for (int d = 0; d < 4; d++) {
                int tx = x + dx[d], ty = y + dy[d];
                if (tx < 0 || tx >= WIDTH || ty < 0 || ty >= HEIGHT || next_random() % 8 == 0) {
                    continue;
                }
                add_edge(&count, (uint32_t)(ty * WIDTH + tx), 20 + next_random() % 180);
            }
            if (next_random() % 16 == 0) { /* a motorway entry */
                uint32_t to = next_random() % NODES;
                add_edge(&count, to, 300 + next_random() % 700);
            }
        }
    }
    first_edge[NODES] = (uint16_t)count;
    return count;
}

static void put(uint32_t at, uint16_t node) {
    heap[at] = node;
    place[node] = (uint16_t)at;
}

static void sift_up(uint32_t at, uint16_t node) {
    while (at > 0) {
        uint32_t parent = (at - 1) / 2;
        if (distance[heap[parent]] <= distance[node]) {
            break;
        }
        put(at, heap[parent]);
        at = parent;
    }
    put(at, node);
}

static void sift_down(uint32_t at, uint16_t node) {
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= heap_size) {
            break;
        }
        if (child + 1 < heap_size && distance[heap[child + 1]] < distance[heap[child]]) {
            child++;
        }
        if (distance[heap[child]] >= distance[node]) {
            break;
        }
        put(at, heap[child]);
        at = child;
    }
    put(at, node);
}

static uint16_t take_nearest(void) {
    uint16_t nearest = heap[0];
    uint16_t last = heap[--heap_size];
    if (heap_size > 0) {
        sift_down(0, last);
    }
    place[nearest] = NOT_IN_HEAP;
    return nearest;
}

static void shortest_paths(uint16_t start) {
    for (uint32_t n = 0; n < NODES; n++) {
        distance[n] = UNREACHED;
        place[n] = NOT_IN_HEAP;
        previous[n] = (uint16_t)n;
    }
    distance[start] = 0;
    heap_size = 1;
    put(0, start);
    while (heap_size > 0) {
        uint16_t from = take_nearest();
        for (uint32_t e = first_edge[from]; e < first_edge[from + 1]; e++) {
            uint16_t to = edges[e].to;
            uint32_t through = distance[from] + edges[e].length;
            if (through < distance[to]) {
                distance[to] = through;
                previous[to] = from;
                sift_up(place[to] == NOT_IN_HEAP ? heap_size++ : place[to], to);
            }
        }
    }
}

/* No edge may offer a shorter way, and every reached node needs an edge that gives exactly its distance. */
static int is_optimal(uint16_t start) {
    for (uint32_t from = 0; from < NODES; from++) {
        if (distance[from] == UNREACHED) {
            continue;
        }
        for (uint32_t e = first_edge[from]; e < first_edge[from + 1]; e++) {
            if (distance[edges[e].to] > distance[from] + edges[e].length) {
                return 0;
            }
        }
        if (from == start) {
            continue;
        }
        uint32_t p = previous[from];
        int tight = 0;
        for (uint32_t e = first_edge[p]; e < first_edge[p + 1]; e++) {
            tight |= edges[e].to == from && distance[p] + edges[e].length == distance[from];
        }
        if (!tight) {
            return 0;
        }
    }
    return distance[start] == 0;
}

/* Number of roads on the way, or 0 when the target cannot be reached. */
static uint32_t route_length(uint16_t start, uint16_t target) {
    uint32_t roads = 0;
    if (distance[target] == UNREACHED) {
        return 0;
    }
    while (target != start && roads < NODES) {
        target = previous[target];
        roads++;
    }
    return roads;
}

int main(int argc, char **argv) {
    const struct workload *work = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    uint32_t digest = 0, roads = 0, unreached = 0;
    int good = 1;

    uint32_t edge_count = build_map();
    for (uint32_t q = 0; q < work->queries; q++) {
        uint16_t start = (uint16_t)(next_random() % NODES);
        shortest_paths(start);
        good &= is_optimal(start);
        for (int t = 0; t < 4; t++) {
            uint16_t target = (uint16_t)(next_random() % NODES);
            uint32_t length = route_length(start, target);
            good &= length < NODES;
            roads += length;
            unreached += distance[target] == UNREACHED;
            digest = (digest << 7 | digest >> 25) + distance[target];
        }
        /* Traffic changes: one street gets a new length before the next query. */
        struct edge *street = &edges[next_random() % edge_count];
        street->length = (uint16_t)(20 + next_random() % 400);
    }
    printf("edges %" PRIu32 " roads %" PRIu32 " unreached %" PRIu32 "\n", edge_count, roads, unreached);
    printf("digest %08" PRIx32 "\n", digest);
    good &= digest == work->expected;
    puts(good ? "OK" : "FAIL");
    return good ? 0 : 1;
}
