/* Double precision; see soft-float.h. */
#define REP unsigned long long
#define SIG 52
#define EXPONENTS 2047
#define NUMBER double
#ifdef __NO_FPRS__
#define NAME(operation, suffix) __##operation##df##suffix
#else
#define NAME(operation, suffix) __soft_##operation##df##suffix
#define HARD(operation, suffix) __##operation##df##suffix
#endif
#include "soft-float.h"
