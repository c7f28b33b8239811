// Classes as arguments and results: of one word, of two, of floating point, with copy constructors, by reference, by value in registers
// and in memory; operators, conversions, default arguments, many parameters.
#include <cstdint>
#include <cstdio>

struct Complex { double re, im; constexpr Complex(double r = 0, double i = 0) : re(r), im(i) {} friend Complex operator*(Complex a, Complex b) { return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re}; } Complex &operator+=(const Complex &o) { re += o.re; im += o.im; return *this; } double norm() const { return re * re + im * im; } };
struct Fixed { int32_t raw; Fixed() = default; explicit Fixed(double d) : raw(int32_t(d * 65536)) {} static Fixed of(int32_t r) { Fixed f; f.raw = r; return f; } Fixed operator*(Fixed o) const { return of(int32_t((int64_t(raw) * o.raw) >> 16)); } Fixed operator/(Fixed o) const { return of(int32_t((int64_t(raw) << 16) / o.raw)); } Fixed operator-() const { return of(-raw); } Fixed &operator++() { raw += 65536; return *this; } Fixed operator++(int) { Fixed old = *this; ++*this; return old; } operator double() const { return raw / 65536.0; } auto operator<=>(const Fixed &) const = delete; };
struct Wide { uint64_t low, high; Wide operator+(const Wide &o) const { Wide r{low + o.low, high + o.high}; r.high += r.low < low; return r; } Wide operator<<(unsigned n) const { return n == 0 ? *this : n < 64 ? Wide{low << n, high << n | low >> (64 - n)} : Wide{0, low << (n - 64)}; } bool operator==(const Wide &) const = default; };
struct Tracked { int n; static int copies; explicit Tracked(int n) : n(n) {} Tracked(const Tracked &o) : n(o.n + 1) { copies++; } ~Tracked() { copies += 100; } }; int Tracked::copies;
struct Byte { unsigned char b; }; struct Odd { char c[3]; }; struct Mixed { char c; float f; }; struct Three { float a, b, c; }; struct Big { int n[20]; };
struct Matrix { float at[3][3]; Matrix operator*(const Matrix &o) const { Matrix r{}; for (int i = 0; i < 3; i++) for (int k = 0; k < 3; k++) for (int j = 0; j < 3; j++) r.at[i][j] += at[i][k] * o.at[k][j]; return r; } float *operator[](int i) { return at[i]; } };

__attribute__((noinline)) static Tracked pass(Tracked t, const Tracked &r) { Tracked all(t.n + r.n); return all; }
__attribute__((noinline)) static double many(char a, double b, Byte c, float d, long long e, Odd f, Complex g, Mixed h, short i, Three j, double k, Big l, int m) { return a + b + c.b + d + double(e) + f.c[2] + g.im + h.c + h.f + i + j.a * j.b * j.c + k + l.n[19] + m; }
__attribute__((noinline)) static Odd turned(Odd o) { return {{o.c[2], o.c[0], o.c[1]}}; } __attribute__((noinline)) static Mixed half(Mixed m) { return {char(m.c / 2), m.f / 2}; } __attribute__((noinline)) static Big doubled(Big b) { for (int &n : b.n) n *= 2; return b; }
__attribute__((noinline)) static int defaults(int a, int b = 10, double c = 0.5, const char *d = "four") { return a + b + int(c * 4) + d[0]; }
__attribute__((noinline)) static int &smaller(int &a, int &b) { return a < b ? a : b; } __attribute__((noinline)) static int kind(int &) { return 1; } static int kind(const int &) { return 2; } static int kind(int &&) { return 3; }

int main() {
  Complex z, c(-0.4, 0.6); int rounds = 0; while (z.norm() < 4 && rounds < 50) { z = z * z; z += c; rounds++; } printf("%d %.9f %.9f\n", rounds, z.re, z.im);
  Fixed a(2.5), b(-1.25); Fixed q = a++ / b * -a; printf("%.5f %.5f %d\n", double(q), double(a), q.raw);
  Wide w{~0ull, 1}; for (unsigned i = 0; i < 70; i += 9) w = w + (Wide{3, 0} << i); printf("%llx %llx %d\n", (unsigned long long)w.high, (unsigned long long)w.low, w == Wide{w.low, w.high});
  { Tracked t(1); Tracked r = pass(t, t); printf("%d %d\n", r.n, Tracked::copies); } printf("%d\n", Tracked::copies);
  Big big{}; big.n[19] = 21; big = doubled(big); printf("%.4f\n", many('a', 1.5, {7}, 0.25f, -3000000000ll, turned({{1, 2, 3}}), {1, 2}, half({20, 0.75f}), -5, {1.5f, 2, 4}, 1e-3, big, 99));
  printf("%d %d %d\n", defaults(1), defaults(1, 2), defaults(1, 2, 3, "x")); int x = 5, y = 4; smaller(x, y) = 50; const int &bound = x + y; printf("%d %d %d %d%d%d\n", x, y, bound, kind(x), kind(bound), kind(7));
  Matrix m{{{1, 2, 0}, {0, 1, 0.5f}, {2, 0, 1}}}, p = m; for (int i = 0; i < 5; i++) p = p * m; printf("%.2f %.2f %.2f\n", double(p[0][0]), double(p[1][2]), double(p[2][1]));
}
