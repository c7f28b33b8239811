/* Signs and verifies messages with keys that follow from a counter, recovers the key from a signature, agrees on a secret, and
   prints everything. The first argument is the number of rounds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "secp256k1.h"
#include "secp256k1_ecdh.h"
#include "secp256k1_recovery.h"

static void print(const char *name, const unsigned char *bytes, size_t size) {
  printf("%-9s ", name);
  for (size_t i = 0; i < size; i++) printf("%02x", bytes[i]);
  putchar('\n');
}

static void fill(unsigned char *to, unsigned seed) {
  for (int i = 0; i < 32; i++) {
    seed = seed * 1664525u + 1013904223u;
    to[i] = (unsigned char)(seed >> 24);
  }
}

int main(int argc, char **argv) {
  const int rounds = argc > 1 ? atoi(argv[1]) : 1;
  secp256k1_context *context = secp256k1_context_create(SECP256K1_CONTEXT_SIGN | SECP256K1_CONTEXT_VERIFY);
  int failures = 0;
  for (int i = 0; i < rounds; i++) {
    unsigned char secret[32], other[32], message[32], serial[65], shared[2][32];
    fill(secret, 2u * (unsigned)i + 1);
    fill(other, 2u * (unsigned)i + 2);
    fill(message, 77u + (unsigned)i);
    secp256k1_pubkey key, other_key, recovered;
    if (!secp256k1_ec_pubkey_create(context, &key, secret) || !secp256k1_ec_pubkey_create(context, &other_key, other))
      return 2;
    size_t size = 33;
    secp256k1_ec_pubkey_serialize(context, serial, &size, &key, SECP256K1_EC_COMPRESSED);
    print("key", serial, size);

    secp256k1_ecdsa_recoverable_signature recoverable;
    secp256k1_ecdsa_signature signature;
    if (!secp256k1_ecdsa_sign_recoverable(context, &recoverable, message, secret, NULL, NULL)) return 3;
    secp256k1_ecdsa_recoverable_signature_convert(context, &signature, &recoverable);
    secp256k1_ecdsa_signature_serialize_compact(context, serial, &signature);
    print("signature", serial, 64);
    failures += secp256k1_ecdsa_verify(context, &signature, message, &key) != 1;
    message[5] ^= 1;
    failures += secp256k1_ecdsa_verify(context, &signature, message, &key) != 0;
    message[5] ^= 1;
    failures += !secp256k1_ecdsa_recover(context, &recovered, &recoverable, message);
    failures += memcmp(&recovered, &key, sizeof key) != 0;

    failures += !secp256k1_ecdh(context, shared[0], &other_key, secret, NULL, NULL);
    failures += !secp256k1_ecdh(context, shared[1], &key, other, NULL, NULL);
    failures += memcmp(shared[0], shared[1], 32) != 0;
    print("secret", shared[0], 32);
  }
  secp256k1_context_destroy(context);
  puts(failures == 0 ? "OK" : "FAIL");
  return failures;
}
