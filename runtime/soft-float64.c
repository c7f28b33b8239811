/* Double precision; see soft-float.h. */
#define REP unsigned long long
#define SIG 52
#define EXPONENTS 2047
#define NAME(operation, suffix) __##operation##df##suffix
#include "soft-float.h"
