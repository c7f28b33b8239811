/* Compresses a text of the length that the first argument gives in four ways, takes it apart again, compares, and prints
   sizes and hashes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lz4.h"
#include "lz4frame.h"
#include "lz4hc.h"
#include "xxhash.h"

static unsigned next_random(void) {
  static unsigned state = 2463534242u;
  state ^= state << 13;
  state ^= state >> 17;
  return state ^= state << 5;
}

/* Words of a small vocabulary, some of them repeated from a while ago: compressible, but not trivially. */
static void write_text(char *to, size_t size) {
  static const char *const words[] = {"power ", "time ",  "cycle ", "block ", "edge ",  "cost ",   "run, ",  "energy ",
                                      "the ",   "a ",     "of ",    "core. ", "stage ", "memory ", "issue ", "\n"};
  size_t at = 0;
  while (at < size) {
    if (at > 500 && next_random() % 7 == 0) {
      size_t back = 1 + next_random() % 400, length = 8 + next_random() % 60;
      for (size_t i = 0; i < length && at < size; i++, at++) to[at] = to[at - back];
    } else {
      const char *word = words[next_random() >> 28];
      while (*word != 0 && at < size) to[at++] = *word++;
    }
  }
}

static int failures;

static void report(const char *name, const char *packed, size_t packed_size, const char *text, const char *back,
                   size_t size) {
  int good = memcmp(text, back, size) == 0;
  printf("%-6s %7zu -> %7zu  %08x  %s\n", name, size, packed_size, XXH32(packed, packed_size, 0), good ? "ok" : "WRONG");
  failures += !good;
}

int main(int argc, char **argv) {
  const size_t size = argc > 1 ? strtoul(argv[1], NULL, 10) : 24000;
  const size_t room = (size_t)LZ4_compressBound((int)size) + 64;
  char *text = malloc(size), *packed = malloc(room), *back = malloc(size);
  if (text == NULL || packed == NULL || back == NULL) return 2;
  write_text(text, size);
  printf("text %016llx %08x\n", XXH64(text, size, 7), XXH32(text, size, 7));

  static const int speeds[] = {1, 8};
  for (int i = 0; i < 2; i++) {
    int length = LZ4_compress_fast(text, packed, (int)size, (int)room, speeds[i]);
    memset(back, 0, size);
    LZ4_decompress_safe(packed, back, length, (int)size);
    report(i == 0 ? "fast" : "fast8", packed, (size_t)length, text, back, size);
  }
  int length = LZ4_compress_HC(text, packed, (int)size, (int)room, 9);
  memset(back, 0, size);
  LZ4_decompress_safe(packed, back, length, (int)size);
  report("high", packed, (size_t)length, text, back, size);

  LZ4F_preferences_t preferences = {.frameInfo = {.contentChecksumFlag = LZ4F_contentChecksumEnabled}};
  const size_t frame_room = LZ4F_compressFrameBound(size, &preferences);
  char *frame = malloc(frame_room);
  if (frame == NULL) return 2;
  size_t frame_size = LZ4F_compressFrame(frame, frame_room, text, size, &preferences);
  LZ4F_dctx *context;
  if (LZ4F_isError(frame_size) || LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION))) return 3;
  memset(back, 0, size);
  size_t taken = frame_size, given = size;
  size_t state = LZ4F_decompress(context, back, &given, frame, &taken, NULL);
  LZ4F_freeDecompressionContext(context);
  report("frame", frame, frame_size, text, back, size);
  if (state != 0 || taken != frame_size || given != size) failures++;

  /* A damaged block must be refused, not followed. */
  packed[length / 2] ^= 0x55;
  printf("damaged %d\n", LZ4_decompress_safe(packed, back, length - 7, (int)size) < 0);
  puts(failures == 0 ? "OK" : "FAIL");
  return failures;
}
