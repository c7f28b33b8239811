/* Integration by adaptive Simpson rules, roots by bisection and secants, and an expression tree, all of functions that
 * are passed as pointers.
 *
 * Why: calls that pass and return doubles, direct, indirect and deeply recursive, with a few operations in each.
 * Built without fused arithmetic, so that every bit is defined by IEEE 754 and the digest is over bit patterns.
 * Checks: known integrals and roots, and the tree's value equals the same formula compiled. */
#include <inttypes.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef double (*function)(double);

struct workload {
    const char *name;
    uint32_t rounds;
    double tolerance;
};

static const struct workload workloads[] = {
    {"small", 1, 1e-4},
    {"full", 300, 1e-9},
};

static double cubic(double x) {
    return ((x - 2.0) * x + 3.0) * x - 1.0;
}

static double bell(double x) {
    return 1.0 / (1.0 + x * x);
}

static double peak(double x) {
    double d = x - 0.3;
    return 1.0 / (d * d + 0.01);
}

static double rooted(double x) {
    return sqrt(x + 0.25);
}

/* The third: 10 (atan(7) + atan(3)). */
static const struct {
    function f;
    double low, high, integral;
} problems[] = {
    {cubic, 0.0, 2.0, 2.6666666666666667},
    {bell, -1.0, 1.0, 1.5707963267948966},
    {peak, 0.0, 1.0, 26.779450446},
    {rooted, 0.0, 2.0, 2.1666666666666667},
};

static uint32_t digest, calls;

static void take(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    digest = (digest << 5 | digest >> 27) + (uint32_t)bits + (uint32_t)(bits >> 32);
}

static double simpson(double a, double fa, double fm, double b, double fb) {
    return (b - a) * (fa + 4.0 * fm + fb) / 6.0;
}

static double refine(function f, double a, double fa, double m, double fm, double b, double fb, double whole,
                     double tolerance, int depth) {
    double left = 0.5 * (a + m), right = 0.5 * (m + b);
    double fl = f(left), fr = f(right);
    double first = simpson(a, fa, fl, m, fm), second = simpson(m, fm, fr, b, fb);
    double off = first + second - whole;
    calls += 2;
    if (depth <= 0 || fabs(off) <= 15.0 * tolerance) {
        return first + second + off / 15.0;
    }
    return refine(f, a, fa, left, fl, m, fm, first, 0.5 * tolerance, depth - 1) +
           refine(f, m, fm, right, fr, b, fb, second, 0.5 * tolerance, depth - 1);
}

static double integrate(function f, double a, double b, double tolerance) {
    double m = 0.5 * (a + b), fa = f(a), fm = f(m), fb = f(b);
    return refine(f, a, fa, m, fm, b, fb, simpson(a, fa, fm, b, fb), tolerance, 30);
}

static double bisect(function f, double low, double high) {
    double at_low = f(low);
    for (int i = 0; i < 40; i++) {
        double middle = 0.5 * (low + high), value = f(middle);
        calls++;
        if ((value < 0.0) == (at_low < 0.0)) {
            low = middle;
        } else {
            high = middle;
        }
    }
    return low;
}

static double secant(function f, double a, double b) {
    double fa = f(a), fb = f(b);
    for (int i = 0; i < 12 && fa != fb; i++) {
        double next = b - fb * (b - a) / (fb - fa);
        a = b;
        fa = fb;
        b = next;
        fb = f(b);
        calls++;
    }
    return b;
}

/* Expressions in x as a tree of nodes, each with its own way to be evaluated. */
struct node {
    double (*value)(const struct node *, double);
    const struct node *left, *right;
    double constant;
};

static double node_x(const struct node *n, double x) {
    (void)n;
    return x;
}

static double node_constant(const struct node *n, double x) {
    (void)x;
    return n->constant;
}

static double node_sum(const struct node *n, double x) {
    return n->left->value(n->left, x) + n->right->value(n->right, x);
}

static double node_product(const struct node *n, double x) {
    return n->left->value(n->left, x) * n->right->value(n->right, x);
}

static double node_quotient(const struct node *n, double x) {
    return n->left->value(n->left, x) / n->right->value(n->right, x);
}

static const struct node variable = {node_x, 0, 0, 0.0}, one = {node_constant, 0, 0, 1.0}, two = {node_constant, 0, 0, 2.0};
static const struct node square = {node_product, &variable, &variable, 0.0};
static const struct node denominator = {node_sum, &one, &square, 0.0};
static const struct node numerator = {node_sum, &square, &two, 0.0};
static const struct node fraction = {node_quotient, &numerator, &denominator, 0.0};

static double through_tree(double x) {
    return fraction.value(&fraction, x);
}

static double compiled(double x) {
    return (x * x + 2.0) / (1.0 + x * x);
}

int main(int argc, char **argv) {
    const struct workload *job = &workloads[argc > 1 && strcmp(argv[1], "full") == 0];
    int good = 1;

    for (uint32_t round = 0; round < job->rounds; round++) {
        double tolerance = job->tolerance * (1.0 + 0.125 * (round % 8));
        for (uint32_t i = 0; i < sizeof problems / sizeof *problems; i++) {
            double result = integrate(problems[i].f, problems[i].low, problems[i].high, tolerance);
            good &= fabs(result - problems[i].integral) < 20.0 * tolerance + 1e-6;
            take(result);
        }
        double tree = integrate(through_tree, 0.0, 1.0, 10.0 * tolerance);
        good &= tree == integrate(compiled, 0.0, 1.0, 10.0 * tolerance);
        take(tree);
        double root = bisect(cubic, 0.0, 1.0), other = secant(cubic, 0.0, 1.0);
        good &= fabs(root - other) < 1e-11 && fabs(cubic(other)) < 1e-14;
        take(root);
        take(other);
    }
    printf("rounds %" PRIu32 " evaluations %" PRIu32 "\n", job->rounds, calls);
    printf("digest %08" PRIx32 "\n", digest);
    puts(good ? "OK" : "FAIL");
    return good ? 0 : 1;
}
