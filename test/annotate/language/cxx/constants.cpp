// What the compiler calculates: constexpr tables and classes, consteval, literals of the program's own, if constexpr, structural template
// arguments; and the same functions when they run.
#include <cstddef>
#include <cstdint>
#include <cstdio>

struct Crc { uint32_t at[256]{}; constexpr Crc() { for (uint32_t i = 0; i < 256; i++) { uint32_t c = i; for (int k = 0; k < 8; k++) c = c & 1 ? 0xedb88320u ^ c >> 1 : c >> 1; at[i] = c; } } };
static constexpr Crc crc; static_assert(crc.at[255] == 0x2d02ef8d);
constexpr uint32_t checksum(const char *text) { uint32_t c = ~0u; for (; *text; text++) c = crc.at[(c ^ uint8_t(*text)) & 255] ^ c >> 8; return ~c; }
static_assert(checksum("123456789") == 0xcbf43926);

template <unsigned N> struct Primes { bool composite[N]{}; unsigned count = 0; constexpr Primes() { for (unsigned i = 2; i < N; i++) { if (composite[i]) continue; count++; for (unsigned k = i * 2; k < N; k += i) composite[k] = true; } } };
constinit static Primes<500> primes;

constexpr unsigned hash(const char *text) { unsigned h = 5381; while (*text) h = h * 33 ^ uint8_t(*text++); return h; }
static int command(const char *name) { switch (hash(name)) { case hash("go"): return 1; case hash("stop"): return 2; case hash("turn"): return 3; case hash("wait a while"): return 4; default: return 0; } }

constexpr long double operator""_km(long double n) { return n * 1000; } constexpr unsigned long long operator""_k(unsigned long long n) { return n * 1024; } constexpr size_t operator""_length(const char *, size_t n) { return n; }
consteval int ahead(int n) { int all = 0; for (int i = 0; i <= n; i++) all += i * i; return all; }
template <size_t N> struct Text { char at[N]; constexpr Text(const char (&text)[N]) { for (size_t i = 0; i < N; i++) at[i] = text[i]; } };
template <Text T> struct Tag { static constexpr const char *name = T.at; static constexpr auto length = sizeof T.at - 1; };

struct Ratio { long long n, d; constexpr Ratio(long long n, long long d = 1) : n(n), d(d) { for (long long a = n < 0 ? -n : n, b = d; ; ) { if (b == 0) { this->n /= a; this->d /= a; break; } long long r = a % b; a = b; b = r; } }
  constexpr Ratio operator+(Ratio o) const { return {n * o.d + o.n * d, d * o.d}; } constexpr Ratio operator*(Ratio o) const { return {n * o.n, d * o.d}; } constexpr bool operator==(const Ratio &) const = default; constexpr explicit operator double() const { return double(n) / double(d); } };
constexpr Ratio harmonic(int n) { Ratio all(0); for (int i = 1; i <= n; i++) all = all + Ratio(1, i); return all; } static_assert(harmonic(4) == Ratio(25, 12));
constexpr double root(double x) { double r = x; for (int i = 0; i < 60; i++) r = 0.5 * (r + x / r); return r; }
enum class Level : uint16_t { low = 1, high = 0x8000 }; constexpr Level operator|(Level a, Level b) { return Level(uint16_t(a) | uint16_t(b)); }
template <class T> constexpr int bits() { if constexpr (sizeof(T) == 8) return 64; else if constexpr (T(-1) < T(0)) return -int(sizeof(T) * 8); else return sizeof(T) * 8; }

int main(int argc, char **argv) {
  volatile int n = 20; const char *volatile given = argc > 0 ? "123456789" : argv[0];
  printf("%08x %08x %u\n", checksum(given), checksum("constant"), primes.count);
  printf("%d %d %d %d\n", command("stop"), command("wait a while"), command("nothing"), command(n > 3 ? "turn" : "go"));
  printf("%.1f %d %d\n", double(1.5_km), int(3_k), int("five!"_length));
  printf("%d %s %d\n", ahead(10), Tag<"a tag">::name, int(Tag<"four">::length));
  Ratio running = harmonic(n); constexpr Ratio known = harmonic(20); printf("%lld/%lld %d %.12f\n", running.n, running.d, running == known, double(running));
  constexpr double two = root(2); printf("%.15f %d\n", two, two == root(n / 10));
  printf("%d %d %d %d\n", int(Level::low | Level::high), bits<long long>(), bits<short>(), bits<unsigned char>());
  static constexpr auto powers = [] { struct { int at[10]; } all{}; for (int i = 0, p = 1; i < 10; i++, p *= 3) all.at[i] = p; return all; }(); printf("%d\n", powers.at[n / 2 - 1]);
}
