/* Files and folders through mounts, and what must not be reachable. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void list(const char *path) {
  DIR *d = opendir(path);
  if (!d) { printf("%s: %s\n", path, strerror(errno)); return; }
  for (struct dirent *e; (e = readdir(d));) printf(" %s%s", e->d_name, e->d_type == DT_DIR ? "/" : "");
  printf("\n");
  closedir(d);
}
static void say(const char *what, int r) { printf("%s: %d %s\n", what, r, r < 0 ? strerror(errno) : ""); }

int main(int argc, char **argv, char **envp) {
  for (int i = 1; i < argc; i++) printf("arg %s\n", argv[i]);
  for (char **e = envp; *e; e++) printf("env %s\n", *e);
  printf("HOME %s\n", getenv("HOME") ? getenv("HOME") : "(none)");
  list("/");
  list("/data");
  char line[100];
  FILE *f = fopen("/data/a.txt", "r");
  if (f) { fgets(line, sizeof line, f); printf("read %s fd %d", line, fileno(f)); fclose(f); }
  f = fopen("data/../data/./sub/b.txt", "r+");
  if (f) { fseek(f, 0, SEEK_END); fprintf(f, "appended %d %.3f\n", 42, 1.5); rewind(f); while (fgets(line, sizeof line, f)) printf("> %s", line); fclose(f); }
  say("passwd", open("/etc/passwd", O_RDONLY));
  say("up", open("/data/../../../../../etc/passwd", O_RDONLY));
  say("leak", open("/data/leak", O_RDONLY));
  say("mkdir", mkdir("/data/new", 0777));
  say("mkdir again", mkdir("/data/new", 0777));
  say("chdir", chdir("/data/new"));
  char cwd[64]; printf("cwd %s\n", getcwd(cwd, sizeof cwd));
  f = fopen("made.bin", "w+b");
  for (int i = 0; i < 5000; i++) fputc(i * 7, f);
  fseek(f, 1000, SEEK_SET); printf("byte %d\n", fgetc(f));
  fseek(f, 6000, SEEK_SET); fputc('x', f); fflush(f);
  struct stat st; fstat(fileno(f), &st); printf("size %ld mode %o blocks %ld bs %ld\n", (long)st.st_size, (unsigned)st.st_mode, (long)st.st_blocks, (long)st.st_blksize);
  fclose(f);
  say("rename", rename("made.bin", "../moved.bin"));
  say("stat old", stat("made.bin", &st));
  say("stat new", stat("/data/moved.bin", &st));
  say("rmdir", rmdir("/data/sub"));
  say("rmdir", rmdir("/data/new"));
  say("unlink dir", unlink("/data/sub"));
  say("unlink", unlink("/data/a.txt"));
  say("access", access("/data/moved.bin", W_OK));
  say("truncate", truncate("/data/moved.bin", 10));
  list("/data");
  f = tmpfile(); say("tmpfile", f ? 0 : -1);
  if (f) { fprintf(f, "x%dy", 5); rewind(f); fgets(line, 100, f); printf("%s\n", line); fclose(f); }
  say("create at root", open("/rootfile", O_CREAT | O_WRONLY | O_EXCL, 0666));
  say("isdir", open("/data", O_WRONLY));
  say("notdir", open("/data/moved.bin/x", O_RDONLY));
  list("/"); list("/nope");
  while (fgets(line, sizeof line, stdin)) printf("stdin %s", line);
  return 3;
}
