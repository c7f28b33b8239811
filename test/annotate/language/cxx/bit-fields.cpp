// Layout: bit-fields of classes, in unions and over byte borders, signed and of enumerations, empty and packed bases, members in the tail of
// a base.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstring>

enum class Kind : uint8_t { none, read, write, both };
class Header { unsigned version : 4, length : 12; Kind kind : 2; bool urgent : 1; int offset : 13; public: Header(unsigned v, unsigned l, Kind k, bool u, int o) : version(v), length(l), kind(k), urgent(u), offset(o) {} void grow(int by) { length += unsigned(by); offset -= by; version++; } int sum() const { return int(version + length) + int(kind) * 1000 + urgent * 5000 + offset; } Kind what() const { return kind; } };
struct Wide { uint64_t low : 20, middle : 33, high : 11; int64_t sign : 5; };
struct __attribute__((packed)) Packed { uint8_t a; uint32_t b : 17; uint16_t c; uint64_t d : 40; uint32_t e; };
struct Split { unsigned a : 3; unsigned : 0; unsigned b : 5; unsigned char c; signed d : 7; };
union Word { uint32_t all; struct { uint32_t opcode : 6, d : 5, a : 5; int32_t imm : 16; }; uint8_t bytes[4]; };
struct Empty {}; struct Other {}; struct Compressed : Empty, Other { int n; }; struct Kept { Empty e; int n; }; struct Unique { [[no_unique_address]] Empty e; [[no_unique_address]] Other o; int n; };
struct Tail { int a; char b; Tail() : a(1), b(2) {} virtual ~Tail() {} }; struct InTail : Tail { char c = 3; short d = 4; };
struct Flags { bool a : 1 = true, b : 1 = false, c : 1 = true; unsigned char rest : 5 = 17; };
struct Node { Node *next; unsigned color : 1; unsigned depth : 31; };

template <class T> static void bytes(const char *name, const T &object) { unsigned char raw[sizeof(T)]; memcpy(raw, (const void *)&object, sizeof raw); printf("%s", name); for (unsigned char b : raw) printf(" %02x", b); puts(""); }

int main() {
  Header header(3, 900, Kind::write, true, -2000); for (int i = 0; i < 20; i++) header.grow(i * 13); bytes("header", header); printf("%d %d\n", header.sum(), int(header.what()));
  Wide wide{}; wide.low = 0xfffff; wide.middle = 0x1'2345'6789; wide.high = 0x7ab; wide.sign = -3; bytes("wide", wide); wide.middle += wide.low; wide.sign *= 2; wide.high >>= 3; printf("%llx %lld %x\n", (unsigned long long)wide.middle, (long long)wide.sign, unsigned(wide.high));
  Packed packed{1, 0x1ffff, 0x1234, 0xab'cdef'0123, 0xdeadbeef}; packed.b -= 2; packed.d ^= packed.b; packed.e += packed.c; bytes("packed", packed); printf("%d %d\n", int(sizeof(Packed)), int(offsetof(Packed, e)));
  Split split{7, 30, 200, -5}; split.b += 3; split.d -= 60; bytes("split", split); printf("%d %d %d\n", split.a, split.b, split.d);
  Word word{0x38630001}; printf("%u %u %u %d\n", word.opcode, word.d, word.a, word.imm); word.imm = -2; word.d = 31; bytes("word", word.bytes);
  printf("%d %d %d %d %d\n", int(sizeof(Compressed)), int(sizeof(Kept)), int(sizeof(Unique)), int(sizeof(Tail)), int(sizeof(InTail)));
  InTail in, copy; in.c = 9; in.d = -9; static_cast<Tail &>(copy) = in; printf("%d %d\n", copy.c, copy.d);
  Flags flags; flags.b = flags.a && flags.c; flags.rest++; bytes("flags", flags); flags.a = !flags.b; printf("%d%d%d %d\n", flags.a, flags.b, flags.c, flags.rest);
  Node nodes[5]; for (unsigned i = 0; i < 5; i++) nodes[i] = {i ? &nodes[i - 1] : nullptr, i & 1, 0x40000000u - i}; unsigned all = 0; for (Node *n = &nodes[4]; n; n = n->next) all += n->depth >> (n->color ? 3 : 1); printf("%u\n", all);
}
