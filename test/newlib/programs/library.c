/* stdlib, string, ctype, time, signal, locale, assert, search: what newlib has of them. */
#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <search.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static unsigned hash = 2166136261u;
static void mix(unsigned x) { hash = (hash ^ x) * 16777619u; }

static int by_value(const void *a, const void *b) { return (*(const int *)a > *(const int *)b) - (*(const int *)a < *(const int *)b); }

static volatile sig_atomic_t caught;
static void on_signal(int number) { caught = number; }
static void at_end(void) { puts("at exit"); }

int main(int argc, char **argv, char **environment) {
  for (int i = 1; i < argc; i++) printf("argument %d: %s\n", i, argv[i]);
  for (char **e = environment; *e != NULL; e++) printf("variable %s\n", *e);
  printf("HOME=%s\n", getenv("HOME") != NULL ? getenv("HOME") : "(none)");
  setenv("NEW", "value", 1);
  setenv("NEW", "other", 0);
  printf("NEW=%s\n", getenv("NEW"));
  unsetenv("NEW");
  printf("NEW %s\n", getenv("NEW") == NULL ? "is gone" : "is there");
  atexit(at_end);

  for (int c = -1; c < 256; c++)
    mix((unsigned)(!!isalpha(c) | !!isdigit(c) << 1 | !!isspace(c) << 2 | !!ispunct(c) << 3 | !!isupper(c) << 4 | !!isxdigit(c) << 5 |
                   !!iscntrl(c) << 6 | !!isgraph(c) << 7 | !!isprint(c) << 8) + (unsigned)toupper(c) * 7u + (unsigned)tolower(c));
  printf("ctype %08x\n", hash);

  srand(3);
  int values[500];
  for (int i = 0; i < 500; i++) values[i] = rand() % 1000;
  qsort(values, 500, sizeof values[0], by_value);
  for (int i = 0; i < 500; i++) mix((unsigned)values[i]);
  int key = values[77];
  int *found = bsearch(&key, values, 500, sizeof values[0], by_value);
  printf("sorted %08x, found %d\n", hash, found != NULL && *found == key);
  div_t d = div(-17, 5);
  lldiv_t l = lldiv(-17000000000LL, 7);
  printf("div %d %d, %lld %lld, %d %ld\n", d.quot, d.rem, l.quot, l.rem, abs(-5), labs(-6L));
  void *tree = NULL;
  for (int i = 0; i < 50; i++) tsearch(&values[i * 7 % 500], &tree, by_value);
  printf("tree %d\n", tfind(&values[7], &tree, by_value) != NULL);

  void *blocks[40];
  for (int i = 0; i < 40; i++) blocks[i] = malloc((size_t)(i * 97 % 3000));
  for (int i = 0; i < 40; i += 2) free(blocks[i]);
  for (int i = 1; i < 40; i += 2) blocks[i] = realloc(blocks[i], (size_t)i * 211);
  void *aligned = aligned_alloc(256, 512);
  unsigned char *zeros = calloc(100, 3);
  for (int i = 0; i < 300; i++) mix(zeros[i]);
  printf("heap %08x aligned %d, too much %d\n", hash, ((uintptr_t)aligned & 255) == 0, malloc(0x7fffffff) == NULL);

  char text[64] = "one,two;;three";
  for (char *state, *part = strtok_r(text, ",;", &state); part != NULL; part = strtok_r(NULL, ",;", &state)) printf("<%s>", part);
  char other[64];
  strcpy(other, "abc");
  strncat(other, "defgh", 3);
  printf(" %s %zu %d %d %s %s %s\n", other, strlen(other), strcmp("a", "b") < 0, memcmp("\x80", "\x7f", 1) > 0, strstr("haystack", "st"),
         strrchr("a.b.c", '.'), strpbrk("hello", "lo"));
  printf("%zu %zu %s %d\n", strspn("aabc", "ab"), strcspn("aabc", "c"), strerror(ENOENT), strcoll("a", "B") > 0);
  memmove(other + 1, other, 5);
  printf("%.6s %s\n", other, (char *)memchr("find x", 'x', 6));

  struct tm when = {.tm_year = 124, .tm_mon = 1, .tm_mday = 29, .tm_hour = 13, .tm_min = 5, .tm_sec = 9};
  time_t t = mktime(&when);
  char stamp[80];
  strftime(stamp, sizeof stamp, "%Y-%m-%d %H:%M:%S %a %j %U %%", gmtime(&t));
  printf("%lld %s | %s", (long long)t, stamp, asctime(&when));
  printf("%.1f %d\n", difftime(t, t - 90), clock() >= 0);
  setlocale(LC_ALL, "C");
  printf("%s %s\n", localeconv()->decimal_point, setlocale(LC_ALL, NULL));

  signal(SIGUSR1, on_signal);
  raise(SIGUSR1);
  printf("caught %d\n", caught == SIGUSR1);
  assert(hash != 0);
  fflush(stdout);
  return (int)(hash & 63);
}
