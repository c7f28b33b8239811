// Pointers to members: of data and functions, virtual ones, through second and converted bases, null ones, in tables and templates.
#include <cstdio>

struct A { int x = 1, y = 2; int get() const { return x; } virtual int twice() { return 2 * x; } int (A::*chosen)(int) = &A::plus; int plus(int n) { return x + n; } int minus(int n) { return x - n; } };
struct B { int z = 30; virtual int thrice() { return 3 * z; } int take(long long n, double d) { return int(n) + int(d) + z; } };
struct C : A, B { int w = 400; int twice() override { return w + A::twice(); } int thrice() override { return w + B::thrice(); } struct Pair { int a, b; }; Pair both(int n) { return {x + n, z + n}; } };

using Data = int A::*; using Method = int (C::*)();

template <int C::*Field> int read(const C &c) { return c.*Field; }
template <int B::*Field> int read(const C &c) { return c.*Field; }
template <class T, class R, class... P> R call(T &object, R (T::*method)(P...), P... all) { return (object.*method)(all...); }

static Method methods[] = {&C::twice, &C::thrice, static_cast<Method>(&A::twice), static_cast<Method>(&B::thrice)};
static int C::*const fields[] = {&C::x, &C::y, &C::z, &C::w, nullptr};

/* A machine whose state is the method that takes its next input. */
class Words {
  using State = void (Words::*)(char);
  State state = &Words::outside; int words = 0, letters = 0;
  void outside(char c) { if (c != ' ') { words++; state = &Words::inside; inside(c); } }
  void inside(char c) { if (c == ' ') state = &Words::outside; else if (c == '"') state = &Words::quoted; else letters++; }
  void quoted(char c) { if (c == '"') state = &Words::inside; }
public:
  void run(const char *text) { for (; *text; text++) (this->*state)(*text); printf("%d words, %d letters, %s\n", words, letters, state == &Words::inside ? "inside" : "not inside"); }
};

int main() {
  C c; C *volatile p = &c;
  for (Method method : methods) printf("%d ", (p->*method)());
  for (auto field : fields) if (field) printf("%d ", p->*field); else puts("none");
  Data first = &A::x; int C::*converted = first; int B::*back = static_cast<int B::*>(&C::z); c.*converted = 9; printf("%d %d %d\n", c.x, c.*back, c.*first);
  printf("%d %d %d\n", first == nullptr, &A::x == &A::y, converted == &C::x);
  int (A::*none)(int) = nullptr; printf("%d %d\n", none == nullptr, (c.*c.chosen)(5)); c.chosen = &A::minus; printf("%d %d\n", (c.*c.chosen)(5), c.chosen == &A::plus);
  int (B::*take)(long long, double) = &B::take; int (C::*taken)(long long, double) = take; printf("%d\n", (p->*taken)(1ll << 33 | 5, 2.75));
  auto pair = (p->*&C::both)(1000); printf("%d %d\n", pair.a, pair.b);
  printf("%d %d\n", read<&C::z>(c) + read<&C::w>(c), call(c, &C::thrice) + call<A, int, int>(c, &A::plus, 4));
  int (A::*get)() const = &A::get; const A &constant = c; printf("%d\n", (constant.*get)());
  Words().run("so \"quoted words\" count as one"); Words().run(" a  b ");
}
