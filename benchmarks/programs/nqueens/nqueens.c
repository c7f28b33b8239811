/* The n-queens puzzle, recursively, in three ways: attack arrays with a visitor callback, bit masks, and
 * permutations.
 *
 * Why: deep recursion, call and return cost, register saves, and branches that depend on the search.
 * The numbers of solutions are known (1, 0, 0, 2, 10, 4, 40, 92, 352, 724, 2680 for 1 to 11); the numbers that differ
 * under rotation and reflection are known too (1, 0, 0, 1, 2, 1, 6, 12, 46, 92, 341), and are counted from the boards. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define BOARD_MAX 11

typedef void (*visitor)(const uint8_t *column_of_row, int n, void *context);

struct search {
    int n;
    uint8_t column_of_row[BOARD_MAX];
    uint8_t column_used[BOARD_MAX];
    uint8_t rising_used[2 * BOARD_MAX];
    uint8_t falling_used[2 * BOARD_MAX];
    visitor visit;
    void *context;
};

struct census {
    uint32_t solutions;
    uint32_t distinct;
    uint32_t digest;
};

struct workload {
    const char *name;
    int array_n, mask_n, permutation_n;
    uint32_t expected;
};

static const struct workload workloads[] = {
    {"small", 8, 9, 8, UINT32_C(0x71118ed0)},
    {"full", 11, 11, 10, UINT32_C(0x93863b10)},
};

static const uint32_t known_solutions[BOARD_MAX + 1] = {1, 1, 0, 0, 2, 10, 4, 40, 92, 352, 724, 2680};
static const uint32_t known_distinct[BOARD_MAX + 1] = {1, 1, 0, 0, 1, 2, 1, 6, 12, 46, 92, 341};

static void place_row(struct search *s, int row) {
    if (row == s->n) {
        s->visit(s->column_of_row, s->n, s->context);
        return;
    }
    for (int c = 0; c < s->n; c++) {
        uint8_t *rising = &s->rising_used[row + c], *falling = &s->falling_used[row - c + s->n - 1];
        if (s->column_used[c] | *rising | *falling) {
            continue;
        }
        s->column_used[c] = *rising = *falling = 1;
        s->column_of_row[row] = (uint8_t)c;
        place_row(s, row + 1);
        s->column_used[c] = *rising = *falling = 0;
    }
}

static uint32_t count_with_masks(uint32_t all, uint32_t columns, uint32_t rising, uint32_t falling) {
    if (columns == all) {
        return 1;
    }
    uint32_t count = 0;
    for (uint32_t open = all & ~(columns | rising | falling); open != 0; open &= open - 1) {
        uint32_t bit = open & (0 - open);
        count += count_with_masks(all, columns | bit, (rising | bit) << 1, (falling | bit) >> 1);
    }
    return count;
}

/* Swaps queens between columns; a prefix is abandoned at the first shared diagonal. */
static uint32_t count_permutations(uint8_t *columns, int n, int row) {
    if (row == n) {
        return 1;
    }
    uint32_t count = 0;
    for (int i = row; i < n; i++) {
        uint8_t chosen = columns[i];
        int attacked = 0;
        for (int r = 0; r < row && !attacked; r++) {
            int apart = chosen - columns[r];
            attacked = apart == row - r || -apart == row - r;
        }
        if (!attacked) {
            columns[i] = columns[row];
            columns[row] = chosen;
            count += count_permutations(columns, n, row + 1);
            columns[row] = columns[i];
            columns[i] = chosen;
        }
    }
    return count;
}

/* A quarter turn, and a reflection: together they make all eight pictures of a board. */
static void turn(const uint8_t *from, uint8_t *to, int n) {
    for (int row = 0; row < n; row++) {
        to[from[row]] = (uint8_t)(n - 1 - row);
    }
}

static void reflect(const uint8_t *from, uint8_t *to, int n) {
    for (int row = 0; row < n; row++) {
        to[row] = (uint8_t)(n - 1 - from[row]);
    }
}

/* Counts a board as distinct when it is the first, in dictionary order, of its eight pictures. */
static void take_census(const uint8_t *board, int n, void *context) {
    struct census *census = context;
    uint8_t turned[BOARD_MAX], next[BOARD_MAX], mirrored[BOARD_MAX];
    int first = 1;
    memcpy(turned, board, (size_t)n);
    for (int quarter = 0; quarter < 4; quarter++) {
        reflect(turned, mirrored, n);
        if (memcmp(turned, board, (size_t)n) < 0 || memcmp(mirrored, board, (size_t)n) < 0) {
            first = 0;
            break;
        }
        turn(turned, next, n);
        memcpy(turned, next, (size_t)n);
    }
    census->solutions++;
    census->distinct += (uint32_t)first;
    for (int row = 0; row < n; row++) {
        census->digest = census->digest * 11 + board[row];
    }
}

int main(int argc, char **argv) {
    const struct workload *work = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    uint32_t digest = 0, boards = 0;
    int good = 1;

    for (int n = 4; n <= work->array_n; n++) {
        struct census census = {0, 0, 0};
        struct search search;
        memset(&search, 0, sizeof search);
        search.n = n;
        search.visit = take_census;
        search.context = &census;
        place_row(&search, 0);
        good &= census.solutions == known_solutions[n] && census.distinct == known_distinct[n];
        boards += census.solutions;
        digest = digest * 31 + census.digest;
    }
    for (int n = 1; n <= work->mask_n; n++) {
        good &= count_with_masks((UINT32_C(1) << n) - 1, 0, 0, 0) == known_solutions[n];
    }
    for (int n = 1; n <= work->permutation_n; n++) {
        uint8_t columns[BOARD_MAX];
        for (int i = 0; i < n; i++) {
            columns[i] = (uint8_t)i;
        }
        good &= count_permutations(columns, n, 0) == known_solutions[n];
    }
    printf("boards %" PRIu32 " counts %s\n", boards, good ? "match" : "differ");
    printf("digest %08" PRIx32 "\n", digest);
    good &= digest == work->expected;
    puts(good ? "OK" : "FAIL");
    return good ? 0 : 1;
}
