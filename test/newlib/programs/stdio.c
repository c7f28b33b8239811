/* printf and scanf in full, files in memory, errors. */
#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void show(const char *format, ...) {
  char text[200];
  va_list list;
  va_start(list, format);
  int length = vsnprintf(text, sizeof text, format, list);
  va_end(list);
  printf("%-12s [%s] %d\n", format, text, length);
}

static void integers(void) {
  static const char *const formats[] = {"%d", "%5d", "%-5d|", "%05d", "%+d", "% d", "%x", "%#X", "%o", "%#o", "%u", "%.3d", "%8.3d"};
  static const int values[] = {0, 1, -1, 42, INT_MAX, INT_MIN};
  for (unsigned f = 0; f < sizeof formats / sizeof formats[0]; f++)
    for (unsigned v = 0; v < sizeof values / sizeof values[0]; v++) show(formats[f], values[v]);
  show("%hhd %hd", 300, 70000);
  show("%lld %llx", LLONG_MIN, ULLONG_MAX);
  show("%jd %zu %td", (intmax_t)-5, (size_t)7, (ptrdiff_t)-9);
  show("%*d|%-*d|%.*s", 6, 12, 6, 34, 2, "abc");
  show("%2$s %1$d", 5, "five");
  show("%c%c%%%s", 'a', 'b', "c");
  show("%p %.3s %10s|%-10s|", (void *)0x1234, "abcdef", "right", "left");
}

static void floats(void) {
  static const char *const formats[] = {"%f", "%.0f", "%.10f", "%e", "%.3E", "%g", "%#g", "%.15g", "%a", "%+10.2f|", "%-12.4e|", "%012.3f", "%G"};
  static const double values[] = {0.0, -0.0, 1.0, -1.5, 0.1, 123456789.125, 1e-7, 9.999995, 5e-324, DBL_MAX, INFINITY, -INFINITY, NAN, 2.5, 1e21, 0.5};
  for (unsigned f = 0; f < sizeof formats / sizeof formats[0]; f++)
    for (unsigned v = 0; v < sizeof values / sizeof values[0]; v++) show(formats[f], values[v]);
  show("%Lf %Le", 1.25L, -3e10L);
}

static void scanning(void) {
  int a = -1, b = -1, n = -1;
  unsigned u = 0;
  long long l = 0;
  double d = 0;
  float f = 0;
  char word[20] = "", set[20] = "", c = '?';
  printf("%d:", sscanf("  12 -7 ff 0x1F -99999999999 3.25e2 .5 word abc123 z", "%d%i%x%i%lld%lf%f%19s%19[a-c]%*d %c%n", &a, &b, &u, &n, &l, &d, &f, word, set, &c, &a));
  printf(" %d %d %x %d %lld %g %g %s %s %c\n", a, b, u, n, l, d, (double)f, word, set, c);
  printf("%d\n", sscanf("x", "%d", &a));
  printf("%d\n", sscanf("", "%d", &a));
  printf("%d %d\n", sscanf("10:20", "%d:%d", &a, &b), a + b);
  printf("%d %d\n", sscanf("017 08", "%i %i", &a, &b), a);
  static const char *const numbers[] = {"0", "1e400", "-1e-400", "0x1.8p3", "nan", "-inf", "12abc", "  7.0", "1e", ".", "179769313486231580793e289", "4.9406564584124654e-324", "2.2250738585072011e-308"};
  for (unsigned i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
    char *end;
    errno = 0;
    double value = strtod(numbers[i], &end);
    printf("strtod %s: %.17g rest \"%s\" %s\n", numbers[i], value, end, errno == ERANGE ? "range" : "");
  }
  printf("%ld %lu %ld\n", strtol("-0x7fz", NULL, 0), strtoul("4294967296", NULL, 10), strtol("zz", NULL, 36));
  printf("%lld %llu\n", strtoll("-9223372036854775809", NULL, 10), strtoull("18446744073709551615", NULL, 10));
}

static void streams(void) {
  FILE *file = fopen("/tmp/work.txt", "w+");
  if (file == NULL) return perror("work.txt");
  for (int i = 0; i < 400; i++) fprintf(file, "line %d %s\n", i, i % 7 ? "x" : "seven");
  fpos_t place;
  fgetpos(file, &place);
  printf("tell %ld\n", ftell(file));
  fseek(file, 100, SEEK_SET);
  char line[64];
  printf("%s", fgets(line, sizeof line, file));
  printf("%c%c\n", fgetc(file), ungetc('!', file));
  printf("%c\n", fgetc(file));
  fsetpos(file, &place);
  printf("eof %d %d %d\n", fgetc(file), feof(file) != 0, ferror(file) != 0);
  clearerr(file);
  rewind(file);
  size_t words = 0;
  while (fscanf(file, "%20s", line) == 1) words++;
  printf("words %zu\n", words);
  printf("write to reader: ");
  freopen("/tmp/work.txt", "r", file);
  printf("%d %d\n", fputs("x", file), ferror(file) != 0);
  fclose(file);
  printf("%d %d %s\n", rename("/tmp/work.txt", "/tmp/other.txt"), remove("/tmp/work.txt"), strerror(errno));
  printf("%d\n", remove("/tmp/other.txt"));
  file = fopen("/nowhere/file", "r");
  printf("%s %s\n", file == NULL ? "no" : "yes", strerror(errno));
  static char buffer[16];
  setvbuf(stdout, buffer, _IOLBF, sizeof buffer);
  puts("line buffered, longer than the buffer");
  while (fgets(line, sizeof line, stdin) != NULL) printf("in: %s", line);
  printf("end %d\n", getchar());
}

int main(void) {
  integers();
  floats();
  scanning();
  streams();
  return 0;
}
