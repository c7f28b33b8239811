/* C++ without exceptions and run-time types: virtual functions and bases, templates, static objects, new and delete. */
#include <cstdio>
#include <cstdint>
#include <new>
#include <initializer_list>
struct Shape { virtual ~Shape() { std_count--; } virtual int area() const = 0; static int std_count; Shape() { std_count++; } };
int Shape::std_count;
struct Square : Shape { int s; explicit Square(int s) : s(s) {} int area() const override { return s * s; } ~Square() override { printf("~Square %d\n", s); } };
struct Rect : Shape { int w, h; Rect(int w, int h) : w(w), h(h) {} int area() const override { return w * h; } };
struct Named { virtual const char *name() const { return "named"; } virtual ~Named() = default; };
struct Both : Rect, Named { using Rect::Rect; const char *name() const override { return "both"; } int area() const override { return Rect::area() + 1; } };
struct V { virtual int v() { return 1; } }; struct A : virtual V { int a = 2; }; struct B : virtual V { int b = 3; int v() override { return 4; } }; struct D : A, B { int d = 5; };
template <class T, unsigned N> class Ring { T v[N]{}; unsigned at = 0; public: void push(T x) { v[at++ % N] = x; } template <class F> T fold(T s, F f) const { for (auto &x : v) s = f(s, x); return s; } };
template <class T> T sum(std::initializer_list<T> l) { T s{}; for (T x : l) s += x; return s; }
template <class... Ts> constexpr int count(Ts...) { return sizeof...(Ts); }
static Square global(7); static Ring<long long, 5> ring; static int init = [] { return Shape::std_count * 10; }();
struct Log { int n; Log(int n) : n(n) { printf("+%d\n", n); } ~Log() { printf("-%d\n", n); } Log(const Log &o) : n(o.n + 100) { printf("copy %d\n", n); } Log(Log &&o) noexcept : n(o.n) { o.n = -1; printf("move %d\n", n); } Log &operator=(Log o) { n = o.n; return *this; } };
static Log &local(int n) { static Log l(n); return l; }
static Log make(int n) { Log l(n); l.n++; return l; }
struct Vec { float x, y, z; friend Vec operator+(Vec a, Vec b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; } Vec operator*(float f) const { return {x * f, y * f, z * f}; } bool operator==(const Vec &) const = default; };
enum class E : uint8_t { a, b = 200 };
int (Shape::*volatile pm)() const = &Shape::area; int Rect::*volatile pd = &Rect::h;
namespace N { inline thread_local int t = 5; }
struct alignas(64) Big { char c[70]; };
int main() {
  Shape *s[] = {new Square(3), new Rect(4, 5), new Both(6, 7), &global};
  int total = 0; for (auto *p : s) { total += p->area(); total += (p->*pm)(); }
  printf("%d %d %d\n", total, Shape::std_count, init);
  Both *b = static_cast<Both *>(s[2]); Named *n = b; printf("%s %d\n", n->name(), b->*pd); for (int i = 0; i < 3; i++) delete s[i];
  D d; V *v = &d; printf("%d %d %d\n", v->v(), d.a + d.b + d.d, Shape::std_count);
  for (int i = 0; i < 13; i++) ring.push(i * 1000000007ll); printf("%lld\n", ring.fold(0ll, [k = 3](long long a, long long x) { return a * k + x; }));
  printf("%d %d\n", sum({1, 2, 3}), count(1, 2.0, "x"));
  { Log a = make(1); Log c = a; c = make(5); Log m = static_cast<Log &&>(a); local(9); printf("%d %d\n", m.n, local(8).n); }
  Vec w = Vec{1, 2, 3} + Vec{4, 5, 6} * 2.0f; printf("%d %d %d %d\n", (int)w.x, (int)w.y, w == Vec{9, 12, 15}, (int)E::b);
  alignas(Log) char room[sizeof(Log)]; Log *l = new (room) Log(77); l->~Log();
  int *arr = new int[10]{1, 2, 3}; printf("%d %d\n", arr[2], arr[9]); delete[] arr; Big *big = new Big; printf("%d\n", (int)((uintptr_t)big & 63)); delete big;
  Log *logs = new Log[3]{1, 2, 3}; delete[] logs; N::t++; printf("%d\n", N::t);
  struct { int x; } anon{4}; auto [q] = anon; auto f = [&](auto y) { return y + q; }; printf("%d %lld\n", f(1), f(2ll));
  return 0;
}
