// Virtual functions: results that are narrower in the derived class, several bases with adjusted `this`, shared bases, calls while an
// object is made and unmade, deletion through each base.
#include <cstdio>

static int depth;
static void say(const char *text, int n) { printf("%*s%s %d\n", depth, "", text, n); }

struct Node {
  int id; explicit Node(int id) : id(id) { say("Node", id); describe(); }
  virtual ~Node() { describe(); say("~Node", id); }
  virtual void describe() const { say("a node", id); }
  virtual Node *copy() const { return new Node(id + 100); }
  virtual int cost(int n) const { return n; }
};
struct Weighted { int weight = 7; virtual ~Weighted() { say("~Weighted", weight); } virtual int heavy() const { return weight; } virtual long long big(long long n) const { return n + weight; } };
struct Leaf : Node, Weighted {
  char tag = 'l'; explicit Leaf(int id) : Node(id) { weight = id * 2; describe(); }
  ~Leaf() override { describe(); }
  void describe() const override { say("a leaf", id); }
  Leaf *copy() const override { return new Leaf(id + 1); }
  int cost(int n) const override { return Node::cost(n) * 3 + tag; }
  int heavy() const override { return Weighted::heavy() + id; }
  long long big(long long n) const override { return n * id - tag; }
};

struct Base { int b = 1; virtual int who() const { return b; } virtual ~Base() { say("~Base", who()); } };
struct Left : virtual Base { int l = 2; Left() { say("Left", who()); } int who() const override { return 10 * l + b; } ~Left() override { say("~Left", who()); } };
struct Right : virtual Base { int r = 3; Right() { say("Right", who()); } virtual double half() const { return r / 2.0; } ~Right() override { say("~Right", who()); } };
struct Bottom : Left, Right { int d = 4; Bottom() { b = 5; say("Bottom", who()); } int who() const override { return 1000 * d + 100 * l + 10 * r + b; } double half() const override { return d / 2.0 + Right::half(); } ~Bottom() override { say("~Bottom", who()); } };
struct Deeper final : Bottom, virtual Node { int e = 6; Deeper() : Node(77) {} int who() const final { return Bottom::who() + e; } };

/* A base that comes twice is not shared. */
struct Twin { int t; }; struct One : Twin {}; struct Two : Twin {}; struct Both : One, Two { int sum() const { return One::t * 10 + Two::t; } };

struct Operation { virtual int apply(int a, int b) const = 0; virtual const char *sign() const = 0; };
struct Add : Operation { int apply(int a, int b) const override { return a + b; } const char *sign() const override { return "+"; } };
struct Multiply : Operation { int apply(int a, int b) const override { return a * b; } const char *sign() const override { return "*"; } };
struct Chain : Operation { const Operation &f, &g; Chain(const Operation &f, const Operation &g) : f(f), g(g) {} int apply(int a, int b) const override { return g.apply(f.apply(a, b), b); } const char *sign() const override { return f.sign(); } };

int main() {
  Node *nodes[] = {new Node(1), new Leaf(2)};
  for (Node *node : nodes) {
    depth = 2; Node *copy = node->copy(); printf("cost %d of %d\n", copy->cost(5), copy->id); delete copy; depth = 0;
  }
  Weighted *weighted = static_cast<Leaf *>(nodes[1]); printf("%d %lld\n", weighted->heavy(), weighted->big(1ll << 40));
  delete nodes[0]; delete weighted;
  {
    Bottom bottom; Base &base = bottom; Right &right = bottom; Left *left = &bottom;
    printf("%d %d %d %.2f\n", base.who(), right.who(), left->who(), right.half());
    printf("%d %d\n", (void *)&base != (void *)&bottom, &static_cast<Base &>(right) == &static_cast<Base &>(*left));
  }
  { Right *deep = new Deeper; printf("%d %.2f\n", deep->who(), deep->half()); delete deep; }
  Both both; both.One::t = 4; both.Two::t = 2; Two &two = both; two.t++; printf("%d\n", both.sum());
  Add add; Multiply multiply; Chain chain(add, multiply), longer(chain, add); const Operation *all[] = {&add, &multiply, &chain, &longer};
  unsigned hash = 1; for (int i = 0; i < 40; i++) { const Operation &one = *all[(hash >> 3) % 4]; hash = hash * 31 + unsigned(one.apply(i, 7)) + unsigned(one.sign()[0]); }
  printf("%08x\n", hash);
}
