/* Wide characters, multibyte text, regular expressions, complex numbers, streams in memory, file names. */
#include <sys/types.h>

#include <complex.h>
#include <fnmatch.h>
#include <libgen.h>
#include <regex.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

int main(void) {
  wchar_t wide[40], *end;
  swprintf(wide, 40, L"%d %ls %.2f", 42, L"wide", 2.5);
  printf("%zu %ls\n", wcslen(wide), wide);
  printf("%ld %g %d\n", wcstol(L"123x", &end, 10), wcstod(L"2.5e3", NULL), *end == L'x');
  printf("%d %d %d %lc\n", iswalpha(L'q') != 0, iswdigit(L'q') != 0, wcscmp(L"a", L"b") < 0, towupper(L'q'));
  wmemset(wide, L'z', 3);
  wide[3] = 0;
  printf("%ls %d %zu\n", wcscat(wide, L"!"), wcschr(wide, L'!') != NULL, mbstowcs(NULL, "text", 0));
  wprintf(L"%hs\n", "printed wide");

  regex_t expression;
  regmatch_t match[3];
  int compiled = regcomp(&expression, "([a-z]+)=([0-9]+)", REG_EXTENDED);
  int found = regexec(&expression, "set width=120;", 3, match, 0);
  printf("%d %d %d-%d %d-%d\n", compiled, found, (int)match[1].rm_so, (int)match[1].rm_eo, (int)match[2].rm_so, (int)match[2].rm_eo);
  printf("%d\n", regexec(&expression, "nothing", 0, NULL, 0) == REG_NOMATCH);
  regfree(&expression);
  char message[80];
  regerror(regcomp(&expression, "(", REG_EXTENDED), &expression, message, sizeof message);
  printf("%s\n", message);
  printf("%d %d\n", fnmatch("*.[ch]", "main.c", 0), fnmatch("a?c", "abbc", 0) != 0);
  char path[] = "/a/b/file.c", same[] = "/a/b/file.c";
  printf("%s %s\n", basename(path), dirname(same));

  double complex z = 3 + 4 * I;
  printf("%.3f %.3f %.6f\n", cabs(z), carg(z), cimag(csqrt(z)));
  double complex e = cexp(z * I);
  printf("%.6f %.6f\n", creal(e), cimag(e));

  char *memory = NULL;
  size_t size = 0;
  FILE *stream = open_memstream(&memory, &size);
  fprintf(stream, "in %s", "memory");
  fclose(stream);
  printf("%s %zu\n", memory, size);
  free(memory);
  char buffer[] = "7 8 9";
  stream = fmemopen(buffer, sizeof buffer, "r");
  int sum = 0;
  for (int x; fscanf(stream, "%d", &x) == 1;) sum += x;
  fclose(stream);
  printf("%d\n", sum);
  hcreate(10);
  hsearch((ENTRY){"key", "value"}, ENTER);
  ENTRY *entry = hsearch((ENTRY){"key", NULL}, FIND);
  printf("%s\n", entry != NULL ? (char *)entry->data : "none");
  return 0;
}
