// C++ on the C library: callbacks for qsort and bsearch, longjmp over frames without destructors, variable arguments in methods, text to
// numbers and back, mathematics, streams, and the <c…> headers.
#include <cassert>
#include <cctype>
#include <climits>
#include <cmath>
#include <csetjmp>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>

extern "C" { static int by_length(const void *a, const void *b) { return int(std::strlen(*static_cast<const char *const *>(a))) - int(std::strlen(*static_cast<const char *const *>(b))); } typedef int (*Compare)(const void *, const void *); int plain_c(int n) noexcept; int plain_c(int n) noexcept { return n * 2; } }

namespace text {
class Writer { char room[200]; int used = 0; public: Writer &add(const char *format, ...) __attribute__((format(printf, 2, 3))) { std::va_list all; va_start(all, format); used += std::vsnprintf(room + used, sizeof room - std::size_t(used), format, all); va_end(all); return *this; } const char *done() const { return room; } };
}
static std::jmp_buf again; struct Deep { int n; int down(int left) { if (left == 0) std::longjmp(again, n); return down(left - 1) + 1; } };
template <class T, std::size_t N> T *find(T (&all)[N], const T &key, Compare compare) { return static_cast<T *>(std::bsearch(&key, all, N, sizeof(T), compare)); }
struct File { std::FILE *file; explicit File(const char *name, const char *mode) : file(std::fopen(name, mode)) {} ~File() { if (file) std::fclose(file); } explicit operator bool() const { return file != nullptr; } };
static double integrate(double (*f)(double), double from, double to) { double sum = 0, step = (to - from) / 64; for (int i = 0; i < 64; i++) sum += f(from + (i + 0.5) * step) * step; return sum; }

int main() {
  const char *words[] = {"mmmm", "a", "cccccc", "bb", "eeeeeeee"}; std::qsort(words, 5, sizeof *words, by_length); for (auto *word : words) std::printf("%s ", word);
  const char *key = "123456"; auto *found = find(words, key, by_length); std::printf("%s %d\n", found ? *found : "nothing", plain_c(21));
  std::puts(text::Writer().add("%d|%5.2f", 42, 2.71828).add("|%s|%llx", "text", 0xfeedfaceull).add("|%-6d|%+d", 7, INT_MIN).done());
  volatile int tries = 0; int from = setjmp(again); if (from < 3) { tries = tries + 1; Deep deep{from + 1}; deep.down(10 + tries); } std::printf("%d %d\n", from, tries);
  char *rest; double value = std::strtod("6.25e2 apples", &rest); std::printf("%.3f%s %ld\n", value, rest, std::strtol("-0x7f", nullptr, 0)); int upper = 0; for (const char *c = "Some Words"; *c; c++) upper += std::isupper(static_cast<unsigned char>(*c)) != 0; std::printf("%d\n", upper);
  std::printf("%.9f %.9f\n", integrate(std::sin, 0, 3), integrate([](double x) { return std::sqrt(x) * std::exp(-x); }, 0, 2)); std::printf("%.4f %.4f %d\n", double(std::fabs(-2.5f)), std::pow(2.0, 0.5), int(std::floor(-1.5)));
  { File none("/no/such/folder/file", "r"); std::printf("%d\n", bool(none)); } std::time_t zero = 86400 * 365; std::tm *day = std::gmtime(&zero); std::printf("%d-%02d-%02d\n", day->tm_year + 1900, day->tm_mon + 1, day->tm_mday);
  std::div_t parts = std::div(-17, 5); std::printf("%d %d %lld\n", parts.quot, parts.rem, std::llabs(-5000000000ll)); char copy[10]; std::memset(copy, 'x', 9); copy[9] = 0; std::memcpy(copy + 2, "abc", 3); assert(std::strstr(copy, "abc") == copy + 2); std::puts(std::strchr(copy, 'a'));
}
