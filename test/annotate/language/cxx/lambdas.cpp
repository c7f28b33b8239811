// Lambdas: captured by value, by reference, with `this`, with initialisers, generic, recursive, constant, as function pointers, and in a
// class that forgets their type.
#include <cstdio>
#include <cstdlib>
#include <new>

template <class T> class Function;
template <class R, class... P> class Function<R(P...)> {
  struct Any { virtual R call(P...) = 0; virtual Any *copy() const = 0; virtual ~Any() {} };
  template <class F> struct Of final : Any { F f; explicit Of(const F &f) : f(f) {} R call(P... all) override { return f(all...); } Any *copy() const override { return new Of(f); } };
  Any *any;
public:
  template <class F> requires(!__is_same(F, Function)) Function(F f) : any(new Of<F>(f)) {}
  Function(const Function &other) : any(other.any->copy()) {}
  Function(Function &&other) noexcept : any(other.any) { other.any = nullptr; }
  Function &operator=(Function other) { Any *mine = any; any = other.any; other.any = mine; return *this; }
  ~Function() { delete any; }
  R operator()(P... all) const { return any->call(all...); }
};

template <class F> struct Fix { F f; template <class... P> auto operator()(P... all) const { return f(*this, all...); } };
template <class F> Fix(F) -> Fix<F>;
template <class... F> struct Overload : F... { using F::operator()...; };
template <class... F> Overload(F...) -> Overload<F...>;

struct Meter { int level = 10; auto reader() { return [this](int n) { return level += n; }; } auto frozen() const { return [*this](int n) { return level + n; }; } };
static Function<int(int)> adder(int n) { return [n](int m) { return n + m; }; }
template <class F> static void times(int n, F &&f) { for (int i = 0; i < n; i++) f(i); }
static auto compose = [](auto f, auto g) { return [=](auto x) { return g(f(x)); }; };
constexpr auto square = [](int n) { return n * n; }; static_assert(square(12) == 144);

int main() {
  int total = 0; double scale = 1.5; times(10, [&](int i) { total += i * int(scale * 2); }); printf("%d\n", total);
  auto count = [n = 5]() mutable { return n++; }; count(); auto other = count; printf("%d %d %d\n", count(), count(), other());
  auto factorial = Fix{[](auto &self, int n) -> long long { return n < 2 ? 1 : n * self(n - 1); }}; printf("%lld\n", factorial(20));
  Overload kind{[](int) { return "int"; }, [](double) { return "double"; }, [](const char *) { return "text"; }}; printf("%s %s %s\n", kind(1), kind(1.0), kind("x"));
  Meter meter; auto read = meter.reader(); auto frozen = meter.frozen(); read(5); printf("%d %d %d\n", read(1), frozen(1), meter.level);
  Function<int(int)> f = adder(3), g = f; f = adder(40); printf("%d %d\n", f(2), g(2)); long long big = 1ll << 35; char text[20] = "captured"; f = [big, text](int n) { return int(big >> 30) + text[n]; }; printf("%d\n", f(1)); g = f; printf("%d\n", g(0));
  int numbers[] = {5, 2, 8, -3, 7, 2}; qsort(numbers, 6, sizeof(int), [](const void *a, const void *b) { return *static_cast<const int *>(a) - *static_cast<const int *>(b); }); for (int n : numbers) printf("%d ", n);
  puts(""); int (*pointer)(int) = square; int (*table[])(int) = {[](int n) { return n + 1; }, pointer, [](int n) { return -n; }}; for (auto one : table) printf("%d ", one(7));
  printf("%d %.2f\n", compose(square, table[0])(6), compose([](double d) { return d / 3; }, [](double d) { return d + 1; })(4.0));
  struct Big { double d[6]; }; Big all{{1, 2, 3, 4, 5, 6}}; auto sum = [all](auto... at) { return (0.0 + ... + all.d[at]); }; printf("%.1f %d\n", sum(1, 3, 5), int(sizeof sum));
  auto curry = [](int a) { return [a](int b) { return [a, b](int c) { return a * 100 + b * 10 + c; }; }; }; printf("%d\n", curry(1)(2)(3));
}
