// Containers as small programs write them: a growing array, text, a hash table, a list, with iterators for range-for, references, moves,
// structured bindings, and comparison.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <initializer_list>
#include <new>

template <class T> T &&move(T &x) { return static_cast<T &&>(x); }
template <class T> void swap(T &a, T &b) { T t = move(a); a = move(b); b = move(t); }
static int copies, moves;

class Text {
  char *data; unsigned length;
public:
  Text(const char *from = "") : data(strdup(from)), length(unsigned(strlen(from))) {}
  Text(const Text &o) : Text(o.data) { copies++; }
  Text(Text &&o) noexcept : data(o.data), length(o.length) { o.data = nullptr; o.length = 0; moves++; }
  Text &operator=(Text o) noexcept { ::swap(data, o.data); ::swap(length, o.length); return *this; }
  ~Text() { free(data); }
  Text &operator+=(const Text &o) { data = static_cast<char *>(realloc(data, length + o.length + 1)); memcpy(data + length, o.data, o.length + 1); length += o.length; return *this; }
  friend Text operator+(Text a, const Text &b) { a += b; return a; }
  bool operator==(const Text &o) const { return length == o.length && memcmp(data, o.data, length) == 0; }
  bool operator<(const Text &o) const { return strcmp(data, o.data) < 0; }
  const char *c() const { return data ? data : "(moved)"; } unsigned size() const { return length; } char *begin() { return data; } char *end() { return data + length; }
  unsigned hash() const { unsigned h = 2166136261u; for (unsigned i = 0; i < length; i++) h = (h ^ uint8_t(data[i])) * 16777619u; return h; }
};

template <class T> class Vector {
  T *items = nullptr; unsigned used = 0, room = 0;
  void grow() { room = room ? room * 2 : 2; T *more = static_cast<T *>(operator new(room * sizeof(T))); for (unsigned i = 0; i < used; i++) { new (&more[i]) T(move(items[i])); items[i].~T(); } operator delete(items); items = more; }
public:
  Vector() = default; Vector(std::initializer_list<T> all) { for (const T &one : all) push(one); }
  Vector(const Vector &) = delete; Vector(Vector &&o) noexcept : items(o.items), used(o.used), room(o.room) { o.items = nullptr; o.used = o.room = 0; }
  Vector &operator=(Vector &&o) noexcept { swap(items, o.items); swap(used, o.used); swap(room, o.room); return *this; }
  ~Vector() { for (unsigned i = used; i-- > 0;) items[i].~T(); operator delete(items); }
  template <class... P> T &emplace(P &&...all) { if (used == room) grow(); return *new (&items[used++]) T(static_cast<P &&>(all)...); }
  void push(T item) { emplace(move(item)); } T pop() { T last = move(items[--used]); items[used].~T(); return last; }
  T &operator[](unsigned i) { return items[i]; } unsigned size() const { return used; } T *begin() { return items; } T *end() { return items + used; } const T *begin() const { return items; } const T *end() const { return items + used; }
};

template <class K, class V> class Map {
  struct Entry { K key; V value; Entry *next; }; Entry *slots[16] = {}; unsigned count = 0;
public:
  V &operator[](const K &key) { Entry *&slot = slots[key.hash() % 16]; for (Entry *e = slot; e; e = e->next) if (e->key == key) return e->value; slot = new Entry{key, V(), slot}; count++; return slot->value; }
  ~Map() { for (Entry *slot : slots) while (slot) { Entry *next = slot->next; delete slot; slot = next; } }
  class Iterator { Map *map; unsigned at; Entry *entry; void settle() { while (!entry && at < 15) entry = map->slots[++at]; } public: Iterator(Map *m, unsigned a) : map(m), at(a), entry(a < 16 ? m->slots[a] : nullptr) { if (a < 16) settle(); } Iterator &operator++() { entry = entry->next; settle(); return *this; } bool operator!=(const Iterator &o) const { return entry != o.entry; } Entry &operator*() const { return *entry; } };
  Iterator begin() { return {this, 0}; } Iterator end() { return {this, 16}; } unsigned size() const { return count; }
};

struct Range { int from, to, step = 1; struct Iterator { int at, step; int operator*() const { return at; } void operator++() { at += step; } bool operator!=(Iterator o) const { return at < o.at; } }; Iterator begin() const { return {from, step}; } Iterator end() const { return {to, step}; } };
struct Point { int x, y; auto operator<=>(const Point &) const = delete; bool operator==(const Point &) const = default; };
template <class T, class Less> void sort(Vector<T> &v, Less less) { for (unsigned gap = v.size() / 2; gap; gap /= 2) for (unsigned i = gap; i < v.size(); i++) for (unsigned k = i; k >= gap && less(v[k], v[k - gap]); k -= gap) swap(v[k], v[k - gap]); }
static const Text &longest(const Vector<Text> &all) { const Text *best = all.begin(); for (const Text &one : all) if (best->size() < one.size()) best = &one; return *best; }

int main() {
  Vector<Text> words{"pear", "fig", "banana", "apple", "kiwi"}; sort(words, [](const Text &a, const Text &b) { return a < b; }); for (auto &word : words) printf("%s ", word.c()); puts(longest(words).c());
  Text joined; for (const Text &word : words) joined = joined + word + "/"; for (char &c : joined) if (c == 'a') c = 'A'; puts(joined.c());
  Map<Text, int> counts; for (const char *word : {"a", "b", "a", "c", "a", "b", "long word"}) counts[word]++; int sum = 0; for (auto &[key, value, next] : counts) sum += value * int(key.size()); printf("%u %d %d\n", counts.size(), counts["a"], sum);
  int total = 0; for (int i : Range{3, 40, 4}) for (int k : Range{0, i}) total += i ^ k; printf("%d\n", total);
  Vector<Vector<int>> rows; for (int i : Range{0, 6}) { Vector<int> &row = rows.emplace(); for (int k : Range{0, i}) row.push(i * k); } for (auto &row : rows) for (int &n : row) total -= n++; printf("%d %d\n", total, rows[5][4]);
  Text taken = move(words[0]); printf("%s %s %s\n", taken.c(), words[0].c(), words.pop().c()); auto [x, y] = Point{3, -4}; auto &&same = Point{x, y}; printf("%d %d\n", x * y, same == Point{3, -4});
  swap(words[1], words[2]); for (auto &word : words) printf("%s ", word.c()); printf("%d %d\n", copies, moves);
}
