// Static variables of functions: made when first reached, once, also in templates, inline functions, lambdas and loops, out of each other;
// thread_local ones with constructors.
#include <cstdio>

struct Loud { int n; explicit Loud(int n) : n(n) { printf("make %d\n", n); } Loud(Loud &&o) : n(o.n + 1000) {} ~Loud() { printf("end %d\n", n); } };
static int calls; static int next() { return ++calls; }

static int &counter() { static int n = next() * 100; return n; }
template <int N> int table(int i) { static int values[4] = {next(), N, next(), N * 2}; return values[i & 3]; }
inline Loud &one(int n) { static Loud loud(n); return loud; }
static Loud &nested(int n) { static Loud loud(one(n + 1).n * 2); return loud; }
static int fibonacci(int n) { static int known[50]; if (n < 2) return n; int &here = known[n]; if (here == 0) here = fibonacci(n - 1) + fibonacci(n - 2); return here; }
struct Single { static Single &get() { static Single single; return single; } int uses = 0; private: Single() { puts("single"); } };
static const char *word(unsigned n) { static const char *const words[] = {"zero", "one", "two"}; static char text[16]; if (n < 3) return words[n]; snprintf(text, sizeof text, "%u", n); return text; }

thread_local int plain = 3; thread_local Loud thread(next() + 50); extern thread_local int later; struct Owner { static thread_local Loud owned; }; thread_local Loud Owner::owned(70);
static int &inner() { thread_local int n = next(); return n; }

int main() {
  puts("begin");
  for (int i = 0; i < 3; i++) { counter() += i; static Loud in_loop(i + 200); in_loop.n += i; printf("%d\n", in_loop.n); }
  printf("%d %d %d %d\n", counter(), table<5>(0), table<6>(0), table<5>(2) + table<6>(3));
  printf("%d %d\n", nested(1).n, nested(9).n); one(77); printf("%d\n", fibonacci(44));
  for (int i = 0; i < 4; i++) Single::get().uses += i;
  auto tick = [] { static int n = next(); return n++; }; tick(); tick();
  printf("%d %d %s %s\n", Single::get().uses, tick(), word(2), word(42));
  printf("%d %d\n", plain++ + later, inner()); inner() += 5; printf("%d %d\n", inner(), thread.n); Owner::owned.n++; printf("%d\n", Owner::owned.n);
  static Loud moved = [] { return Loud(5); }(); static Loud &&longer = Loud(6); static Loud really(Loud(8));
  printf("%d %d %d\n", moved.n, longer.n, really.n);
}
thread_local int later = plain + 4;
