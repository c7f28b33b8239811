// Static objects: their order inside a file, priorities, zero and constant initialisation before, destructors at exit in reverse with
// what atexit was given, local ones only if they were reached, what exit leaves out.
#include <cstdio>
#include <cstdlib>

struct Trace { const char *name; int n; explicit Trace(const char *name, int n = 0) : name(name), n(n) { printf("+%s %d\n", name, n); } ~Trace() { printf("-%s %d\n", name, n); } Trace(const Trace &) = delete; };

extern Trace late; static int seen_early = late.n; /* Not made yet: zero. */
static Trace first("first", 1);
Trace late("late", first.n + 1);
__attribute__((init_priority(300))) static Trace soon("soon", 3);
__attribute__((init_priority(200))) static Trace sooner("sooner", 2);
static Trace row[] = {Trace("row", 0), Trace("row", 1), Trace("row", late.n)};
constinit static int constant = 7; static const int calculated = constant * 6 + row[2].n;
static double *heap = new double[4]{1, 2, 3, 4};
struct Registry { static Registry *head; Registry *next; int value; explicit Registry(int v) : next(head), value(v) { head = this; } };
Registry *Registry::head; static Registry one(1), two(2), three(3);
template <class T> struct Holder { static Trace trace; }; template <class T> Trace Holder<T>::trace("holder", sizeof(T));
inline Trace shared("shared", 11);
__attribute__((constructor(400))) static void constructor() { puts("constructor"); }
__attribute__((destructor)) static void destructor() { puts("destructor"); }

static Trace &local(int n) { static Trace trace("local", n); return trace; }
static Trace &never() { static Trace trace("never"); return trace; }
static void at_exit() { static Trace made("made at exit"); printf("at exit: %d\n", local(0).n); }

int main(int argc, char **) {
  printf("main %d %d %.1f %d\n", seen_early, calculated, heap[3], Holder<double>::trace.n);
  for (Registry *r = Registry::head; r; r = r->next) printf("%d ", r->value);
  puts("");
  atexit(at_exit); local(5); local(6); if (argc > 9) never();
  Trace automatic("automatic"); static Trace in_main("in main", 8);
  { Trace *leaked = new Trace("leaked"); leaked->n++; }
  exit(automatic.n + 3); /* Automatic objects stay. */
}
