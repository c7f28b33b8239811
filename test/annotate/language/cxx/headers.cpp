// Every C++ header that there is, and some of what is in them.
#include <algorithm>
#include <array>
#include <cassert>
#include <cctype>
#include <cerrno>
#include <cfloat>
#include <cinttypes>
#include <climits>
#include <clocale>
#include <cmath>
#include <compare>
#include <csetjmp>
#include <csignal>
#include <cstdarg>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <cwchar>
#include <initializer_list>
#include <limits>
#include <new>
#include <type_traits>
#include <utility>
struct P { int x; double y; auto operator<=>(const P &) const = default; };
struct Q { int x; long y; auto operator<=>(const Q &) const = default; };
static_assert(std::is_same_v<decltype(std::sqrt(2)), double> && std::is_same_v<decltype(std::sin(2.f)), float> && std::is_same_v<decltype(std::pow(2.f, 1)), double> && std::is_same_v<decltype(std::atan2(2.f, 1.f)), float>);
static_assert(std::numeric_limits<int>::max() == INT_MAX && std::numeric_limits<short>::min() == -32768 && std::numeric_limits<unsigned char>::max() == 255 && std::numeric_limits<long long>::digits10 == 18);
int main() { std::array a{3, 1, 2}; std::sort(a.begin(), a.end()); auto [p, q] = std::make_pair(1, "x"); 
  std::printf("%d %d %s %d %d %d\n", a[0], p, q, P{1, 2} < P{1, a[2] + 0.5}, Q{2, 3} > Q{2, a[1]}, std::lround(2.5f) == 3); std::putchar('x'); 
  std::printf("%d %d %f %d\n", std::isnan(0.0f / a[0]), std::signbit(-1), std::abs(-2.5), std::isalpha('a') != 0); std::size_t n = 0; std::nullptr_t z = nullptr; std::byte b{3}; b |= std::byte{4}; double w; std::printf("%d %d %f %d\n", (int)b, z == nullptr, std::modf(2.5, &w) + std::log2(8), (int)n + std::ilogb(5)); return isnan(w); }
