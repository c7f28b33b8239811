// A large switch in a method, one with a 64-bit subject, nested ones, and dispatch by tables of functions: a machine with a stack.
#include <cstdint>
#include <cstdio>
#include <initializer_list>

enum class Op : uint8_t { push, add, sub, mul, div, mod, neg, dup, drop, swap, over, load, store, jump, jump_zero, call, back, print, less, equal, and_, or_, xor_, shl, shr, inc, dec, halt };
struct Step { Op op; int64_t n = 0; };

class Machine {
  int64_t stack[64], memory[8] = {}; int returns[16]; int top = 0, calls = 0, at = 0; unsigned steps = 0;
  int64_t pop() { return stack[--top]; } void push(int64_t n) { stack[top++] = n; }
public:
  const char *error = nullptr;
  bool step(const Step *program) {
    const Step &now = program[at++]; steps++; int64_t a, b;
    switch (now.op) {
    case Op::push: push(now.n); break;
    case Op::add: b = pop(); a = pop(); push(a + b); break;
    case Op::sub: b = pop(); a = pop(); push(a - b); break;
    case Op::mul: b = pop(); a = pop(); push(a * b); break;
    case Op::div: b = pop(); a = pop(); if (b == 0) { error = "division by zero"; return false; } push(a / b); break;
    case Op::mod: b = pop(); a = pop(); if (b == 0) { error = "division by zero"; return false; } push(a % b); break;
    case Op::neg: push(-pop()); break;
    case Op::dup: a = pop(); push(a); push(a); break;
    case Op::drop: pop(); break;
    case Op::swap: b = pop(); a = pop(); push(b); push(a); break;
    case Op::over: push(stack[top - 2]); break;
    case Op::load: push(memory[now.n]); break;
    case Op::store: memory[now.n] = pop(); break;
    case Op::jump_zero: if (pop() != 0) break; [[fallthrough]];
    case Op::jump: at = int(now.n); break;
    case Op::call: returns[calls++] = at; at = int(now.n); break;
    case Op::back: at = returns[--calls]; break;
    case Op::print: printf("%lld\n", (long long)pop()); break;
    case Op::less: b = pop(); a = pop(); push(a < b); break;
    case Op::equal: b = pop(); a = pop(); push(a == b); break;
    case Op::and_: b = pop(); a = pop(); push(a & b); break;
    case Op::or_: b = pop(); a = pop(); push(a | b); break;
    case Op::xor_: b = pop(); a = pop(); push(a ^ b); break;
    case Op::shl: b = pop(); a = pop(); push(a << (b & 63)); break;
    case Op::shr: b = pop(); a = pop(); push(int64_t(uint64_t(a) >> (b & 63))); break;
    case Op::inc: memory[now.n]++; break;
    case Op::dec: memory[now.n]--; break;
    case Op::halt: return false;
    }
    return true;
  }
  unsigned run(const Step *program) { while (step(program)) continue; return steps; }
};

/* Digits by words of 64 bits, and a state in a state. */
class Parser {
  enum State { start, sign, whole, point, fraction, exponent, bad } state = start; enum Mode { decimal, hexadecimal } mode = decimal; int64_t value = 0; int scale = 0;
public:
  void feed(char c) {
    switch (state) {
    case start: if (c == '-') { state = sign; break; } [[fallthrough]];
    case sign: case whole:
      switch (c) { case '0' ... '9': value = value * (mode ? 16 : 10) + (c - '0'); state = whole; break; case 'a' ... 'f': if (mode) { value = value * 16 + (c - 'a' + 10); break; } if (c != 'e') { state = bad; break; } [[fallthrough]]; case 'E': state = exponent; break; case 'x': mode = hexadecimal; break; case '.': state = point; break; default: state = bad; }
      break;
    case point: case fraction: if (c < '0' || c > '9') { state = c == 'e' ? exponent : bad; break; } value = value * 10 + (c - '0'); scale--; state = fraction; break;
    case exponent: if (c >= '0' && c <= '9') scale += c - '0'; else state = bad; break;
    case bad: break;
    }
  }
  void parse(const char *text) { while (*text) feed(*text++); printf("%d %d %lld %d\n", state, mode, (long long)value, scale); }
};
static const char *name(uint64_t n) { switch (n) { case 1: return "one"; case 0x1'0000'0000: return "large"; case 0xffff'ffff'ffff'ffff: return "most"; case 0x8000'0000: return "half"; case 12: return "dozen"; default: return "?"; } }

int main() {
  using enum Op;
  static const Step powers[] = {{push, 1}, {store, 0}, {push, 40}, {store, 1}, {load, 0}, {push, 3}, {mul}, {push, 1000000007}, {mod}, {store, 0}, {dec, 1}, {load, 1}, {jump_zero, 14}, {jump, 4}, {load, 0}, {print}, {call, 19}, {print}, {halt}, {push, 7}, {dup}, {push, 35}, {shl}, {xor_}, {neg}, {push, 8}, {shr}, {back}};
  Machine machine; printf("%u steps\n", machine.run(powers));
  static const Step faulty[] = {{push, 5}, {push, 9}, {over}, {less}, {jump_zero, 7}, {push, 1}, {print}, {push, 4}, {push, 4}, {equal}, {push, 1}, {sub}, {div}, {halt}};
  Machine other; printf("%u steps", other.run(faulty)); printf(": %s\n", other.error ? other.error : "fine");
  for (const char *text : {"-12.5e2", "0xbeef", "77", "1.x", "9223372036854775807"}) Parser().parse(text);
  for (uint64_t n : {uint64_t(1), uint64_t(1) << 32, ~uint64_t(0), uint64_t(1) << 31, uint64_t(13), uint64_t(12)}) printf("%s ", name(n));
  puts("");
}
