// Templates: partial specialisation, packs and folds, concepts, CRTP, template parameters of templates, expression templates.
#include <cstdint>
#include <cstdio>

template <class T, class U> constexpr bool same = false;
template <class T> constexpr bool same<T, T> = true;

template <class T> struct Name { static const char *of() { return "other"; } };
template <> struct Name<int> { static const char *of() { return "int"; } };
template <class T> struct Name<T *> { static const char *of() { return "pointer"; } };
template <class T, unsigned N> struct Name<T[N]> { static const char *of() { return N > 4 ? "long array" : "array"; } };
template <class R, class... A> struct Name<R(A...)> { static const char *of() { return sizeof...(A) > 1 ? "function of many" : "function"; } };

template <class T> concept Number = requires(T a) { a + a; a * a; T(0); };
template <Number T> T power(T base, unsigned n) { T all = T(1); for (; n; n >>= 1, base = base * base) if (n & 1) all = all * base; return all; }

/* Calculates with numbers below a prime. */
template <uint32_t P> struct Modular {
  uint32_t value;
  explicit constexpr Modular(uint64_t v) : value(uint32_t(v % P)) {}
  friend Modular operator+(Modular a, Modular b) { return Modular(uint64_t(a.value) + b.value); }
  friend Modular operator*(Modular a, Modular b) { return Modular(uint64_t(a.value) * b.value); }
};

template <class Self> struct Counted {
  static inline int made = 0;
  Counted() { made++; }
  void twice() { auto &self = static_cast<Self &>(*this); self.step(); self.step(); }
};
struct Up : Counted<Up> { int n = 0; void step() { n += 3; } };
struct Down : Counted<Down> { int n = 0; void step() { n -= 5; } };

template <class... Ts> int total(Ts... all) { return (0 + ... + int(all)); }
template <class First, class... Rest> void show(First first, Rest... rest) {
  if constexpr (same<First, const char *>) printf("%s", first);
  else if constexpr (same<First, double>) printf("%.2f", first);
  else printf("%lld", (long long)first);
  if constexpr (sizeof...(rest) > 0) { putchar(' '); show(rest...); } else putchar('\n');
}

template <template <class> class Box, class T> T unpack(Box<T> box) { return box.content; }
template <class T> struct Crate { T content; };

template <unsigned N> struct Fibonacci { static constexpr uint64_t value = Fibonacci<N - 1>::value + Fibonacci<N - 2>::value; };
template <> struct Fibonacci<1> { static constexpr uint64_t value = 1; };
template <> struct Fibonacci<0> { static constexpr uint64_t value = 0; };

/* A sum of vectors is calculated once for each element, without a vector between. */
template <class L, class R> struct Sum { const L &l; const R &r; double operator[](unsigned i) const { return l[i] + r[i]; } };
template <class L> struct Scaled { const L &l; double by; double operator[](unsigned i) const { return l[i] * by; } };
template <unsigned N> struct Vector {
  double at[N];
  double operator[](unsigned i) const { return at[i]; }
  template <class E> Vector &operator=(const E &e) { for (unsigned i = 0; i < N; i++) at[i] = e[i]; return *this; }
};
template <class T> concept Indexed = requires(T v) { v[0u]; };
template <Indexed L, Indexed R> Sum<L, R> operator+(const L &l, const R &r) { return {l, r}; }
template <Indexed L> Scaled<L> operator*(const L &l, double by) { return {l, by}; }

template <class T, unsigned N> void sort(T (&items)[N]) {
  for (unsigned i = 1; i < N; i++) for (unsigned k = i; k > 0 && items[k] < items[k - 1]; k--) { T t = items[k]; items[k] = items[k - 1]; items[k - 1] = t; }
}

int main() {
  printf("%s %s %s %s %s %s %s\n", Name<int>::of(), Name<char *>::of(), Name<int[4]>::of(), Name<int[9]>::of(), Name<int(char)>::of(), Name<void(int, int)>::of(), Name<float>::of());
  printf("%d %lld %.3f %u\n", power(3, 13), power(7ll, 21), power(1.5, 11), power(Modular<1000003>(123456), 1000).value);
  Up up[3]; Down down; for (auto &one : up) one.twice(); down.twice();
  printf("%d %d %d %d\n", up[2].n, down.n, Counted<Up>::made, Counted<Down>::made);
  show(1, "two", 3.0, 4ll << 40, 'a'); printf("%d\n", total(1, 2.9f, '\3', 4ull));
  printf("%d %.1f\n", unpack(Crate<int>{41}), unpack(Crate<double>{4.5}));
  printf("%llu\n", (unsigned long long)Fibonacci<80>::value);
  Vector<4> a{{1, 2, 3, 4}}, b{{10, 20, 30, 40}}, c; c = a + b * 0.5 + a; printf("%.1f %.1f %.1f %.1f\n", c[0], c[1], c[2], c[3]);
  int numbers[] = {5, -1, 9, 3, 3, 0}; sort(numbers); for (int n : numbers) printf("%d ", n);
  double reals[] = {2.5, -0.5, 1e9, 0}; sort(reals); for (double n : reals) printf("%g ", n);
  puts("");
}
