// Equal ends of blocks that call pointers are merged: some blocks have no code but what they share.
#include <stdio.h>

struct writer {
  void (*line)(struct writer *);
  void (*blank)(struct writer *);
  void (*out)(struct writer *, const char *, int);
  int column;
};
struct node {
  int kind, level, start;
};

static void line(struct writer *w) { w->column = 0; }
static void blank(struct writer *w) { w->column = 100; }
static void out(struct writer *w, const char *text, int escaped) {
  printf("%d %s %d\n", w->column, text, escaped);
  w->column++;
}

static int level(const struct node *n) { return n->kind == 3 ? n->level : 0; }
static const char *heading(const struct node *n) {
  switch (level(n)) {
  case 1: return "one";
  case 2: return "two";
  default: return "many";
  }
}

__attribute__((noinline)) static int render(struct writer *w, const struct node *n, int entering) {
  char text[20];
  switch (n->kind) {
  case 0:
    if (entering) {
      w->out(w, "document", 0);
      w->line(w);
    } else
      w->blank(w);
    break;
  case 1:
    if (entering) {
      w->line(w);
      if (n->start != 1) {
        snprintf(text, sizeof text, "start %d", n->start);
        w->out(w, text, 0);
      }
      w->out(w, n->level ? "bullets" : "numbers", 0);
      w->line(w);
    } else {
      w->out(w, n->level ? "/bullets" : "/numbers", 0);
      w->line(w);
    }
    break;
  case 2:
    w->line(w);
    if (n->start > 4) {
      snprintf(text, sizeof text, "item %d", n->start);
      w->out(w, text, 0);
      w->line(w);
    }
    w->blank(w);
    break;
  case 3:
    if (entering) {
      w->out(w, heading(n), 0);
    } else {
      w->out(w, n->level == 1 ? "/one" : "/other", 0);
      w->line(w);
    }
    break;
  case 4:
    w->out(w, level(n) == 0 ? "none" : "some", 1);
    w->line(w);
    break;
  default:
    w->out(w, "text", 1);
    break;
  }
  return 1;
}

int main(void) {
  struct writer w = {line, blank, out, 0};
  for (volatile int kind = 0; kind < 6; kind++)
    for (volatile int which = 0; which < 12; which++) {
      struct node n = {kind, which & 3, which % 5};
      render(&w, &n, which & 1);
    }
  return 0;
}
