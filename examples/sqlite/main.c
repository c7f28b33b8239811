/* Runs the SQL statements on standard input on a database in memory and prints every row, columns separated by `|`.
   The first argument is put into the table `params` before the script begins, so that one script has several sizes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sqlite3.h"

static char *read_all(FILE *from) {
  size_t size = 0, room = 4096;
  char *text = malloc(room);
  for (size_t got; text != NULL && (got = fread(text + size, 1, room - size - 1, from)) > 0;) {
    size += got;
    if (room - size < 2) text = realloc(text, room *= 2);
  }
  if (text != NULL) text[size] = 0;
  return text;
}

static void print_row(sqlite3_stmt *row) {
  const int columns = sqlite3_column_count(row);
  for (int i = 0; i < columns; i++) {
    const unsigned char *text = sqlite3_column_text(row, i);
    printf("%s%s", i > 0 ? "|" : "", text != NULL ? (const char *)text : "NULL");
  }
  putchar('\n');
}

static int complain(sqlite3 *db, const char *where) {
  fprintf(stderr, "%s: %s\n", where, sqlite3_errmsg(db));
  return 1;
}

int main(int argc, char **argv) {
  sqlite3 *db;
  if (sqlite3_open(":memory:", &db) != SQLITE_OK) return complain(db, "open");

  sqlite3_stmt *statement;
  if (sqlite3_exec(db, "CREATE TABLE params(n INTEGER)", NULL, NULL, NULL) != SQLITE_OK ||
      sqlite3_prepare_v2(db, "INSERT INTO params VALUES (?)", -1, &statement, NULL) != SQLITE_OK)
    return complain(db, "params");
  sqlite3_bind_int(statement, 1, argc > 1 ? atoi(argv[1]) : 100);
  sqlite3_step(statement);
  sqlite3_finalize(statement);

  char *script = read_all(stdin);
  if (script == NULL) return 2;
  for (const char *rest = script; *rest != 0;) {
    const char *begin = rest;
    if (sqlite3_prepare_v2(db, begin, -1, &statement, &rest) != SQLITE_OK) return complain(db, begin);
    if (statement == NULL) continue; /* white space or a comment */
    int state;
    while ((state = sqlite3_step(statement)) == SQLITE_ROW) print_row(statement);
    if (state != SQLITE_DONE) return complain(db, begin);
    sqlite3_finalize(statement);
  }
  free(script);
  return sqlite3_close(db) == SQLITE_OK ? 0 : complain(db, "close");
}
