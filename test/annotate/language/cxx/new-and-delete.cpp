// operator new and delete: the library's and the program's own, of classes and global, with more arguments, aligned, of arrays with the
// number of their elements kept, in place; what is left of memory at the end.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>

static long allocated, blocks;
void *operator new(size_t bytes) { allocated += long(bytes); blocks++; return malloc(bytes); }
void operator delete(void *place) noexcept { if (place) blocks--; free(place); }
void operator delete(void *place, size_t bytes) noexcept { if (place) allocated += long(bytes & 1); operator delete(place); }

struct Plain { int a[3]; };
struct Cell { static int alive; int n; Cell() : n(alive++) {} explicit Cell(int n) : n(n) { alive++; } ~Cell() { alive--; printf("%d ", n); } };
int Cell::alive;
struct Wide { alignas(32) char text[40]; Wide() { text[0] = 'w'; } ~Wide() { printf("%c%d ", text[0], int(reinterpret_cast<uintptr_t>(this) & 31)); } };

class Pool {
  alignas(8) static inline unsigned char room[256]; static inline size_t used;
public:
  long long a = 1, b = 2;
  static void *operator new(size_t bytes) { void *p = room + used; used += (bytes + 7) & ~size_t(7); return p; }
  static void operator delete(void *p, size_t bytes) { printf("pool: %d of %d bytes\n", int(static_cast<unsigned char *>(p) - room), int(bytes)); }
  static void *operator new(size_t, void *p) { return p; }
  virtual ~Pool() {}
};
struct BiggerPool : Pool { int c[5] = {}; };

struct Arena { char room[128]; size_t at = 0; };
void *operator new(size_t bytes, Arena &arena, const char *why) { printf("%s takes %d\n", why, int(bytes)); void *p = arena.room + arena.at; arena.at += (bytes + 7) & ~size_t(7); return p; }

struct Tree { int key; Tree *left = nullptr, *right = nullptr; explicit Tree(int k) : key(k) {} ~Tree() { delete left; delete right; } };
static void insert(Tree *&at, int key) { if (!at) at = new Tree(key); else insert(key < at->key ? at->left : at->right, key); }
static int depth(const Tree *at) { if (!at) return 0; int l = depth(at->left), r = depth(at->right); return 1 + (l > r ? l : r); }

int main() {
  int count = 5; Cell *cells = new Cell[size_t(count)]; printf("%d alive\n", Cell::alive); delete[] cells; printf("| %d alive\n", Cell::alive);
  Cell *pair = new Cell[2]{Cell(40), Cell(41)}; delete[] pair; puts("");
  Plain *plain = new Plain[3](); printf("%d\n", plain[2].a[2]); delete[] plain;
  int (*grid)[4] = new int[3][4]{{1}, {2, 3}, {4, 5, 6, 7}}; printf("%d %d\n", grid[2][3], grid[0][3]); delete[] grid;
  Wide *wide = new Wide; Wide *more = new Wide[3]; delete wide; delete[] more; puts("");
  Pool *pools[] = {new Pool, new BiggerPool, new Pool}; for (Pool *p : pools) delete p;
  Arena arena; Tree *inside = new (arena, "tree") Tree(5); double *real = new (arena, "real") double(2.5); printf("%d %.1f %d\n", inside->key, *real, int(arena.at)); inside->~Tree();
  alignas(Cell) unsigned char room[sizeof(Cell) * 2]; Cell *placed = new (room) Cell(90); new (room + sizeof(Cell)) Cell(91); std::launder(placed)[1].~Cell(); placed->~Cell(); puts("");
  int *none = new (std::nothrow) int(6); printf("%d\n", *none); delete none; delete static_cast<Tree *>(nullptr); operator delete(operator new(10));
  Tree *tree = nullptr; unsigned seed = 1; for (int i = 0; i < 300; i++) { seed = seed * 1103515245 + 12345; insert(tree, int(seed >> 16) % 1000); }
  printf("%d deep, %ld bytes in %ld blocks\n", depth(tree), allocated, blocks); delete tree; printf("%ld blocks, %d alive\n", blocks, Cell::alive);
}
