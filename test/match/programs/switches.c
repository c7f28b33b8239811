// Every kind of switch and branch that block mapping has to understand, each taken with many values.
#include <stdio.h>
#include <string.h>
#define NI __attribute__((noinline))

static unsigned acc;

NI int dense(int x, int y) {
    switch (x) {
    case 0:
        return y + 1;
    case 1:
        acc += 3;
        return y * 2;
    case 2:
        return y - 7;
    case 3:
        acc ^= y;
        return 4;
    case 4:
        return y / 3;
    case 5:
        acc += 9;
        break;
    case 6:
        return y << 3;
    case 7:
        return ~y;
    case 8:
        acc++;
        return 1;
    case 9:
        return y % 5;
    default:
        return -1;
    }
    return 2;
}

NI int dense_off(int x, int y) {
    switch (x) {
    case 100:
        return y + 1;
    case 101:
        acc += 3;
        return y * 2;
    case 102:
        return y - 7;
    case 104:
        acc ^= y;
        return 4;
    case 105:
        return y / 3;
    case 106:
        acc += 9;
        break;
    case 107:
        return y << 3;
    case 109:
        return ~y;
    default:
        acc += 77;
        return -1;
    }
    return 2;
}

NI int sparse(int x, int y) {
    switch (x) {
    case 1:
        return y + 2;
    case 5:
        return y * 3;
    case 9:
        return 7;
    case 100:
        return y / 3;
    case 1000:
        acc++;
        return 9;
    case -5:
        acc += 2;
        return 4;
    case 2147483647:
        acc += 5;
        return 6;
    default:
        acc += 100;
        return 0;
    }
}

NI int bits(unsigned x) {
    switch (x) {
    case 1:
    case 3:
    case 5:
    case 9:
    case 17:
    case 22:
    case 29:
        acc += 5;
        return 1;
    case 2:
    case 4:
    case 8:
    case 16:
        acc += 11;
        return 2;
    default:
        acc += 1;
        return 3;
    }
}

NI int chars(unsigned char c) {
    switch (c) {
    case ' ':
    case '\t':
    case '\n':
    case '\r':
        acc += 1;
        return 1;
    case '0' ... '9':
        acc += 2;
        return 2;
    case 'a' ... 'f':
    case 'A' ... 'F':
        acc += 3;
        return 3;
    case '_':
        acc += 4;
        return 4;
    case 200:
        acc += 6;
        return 5;
    default:
        acc += 5;
        return 6;
    }
}

NI int schars(signed char c) {
    switch (c) {
    case -3:
        acc += 1;
        return 1;
    case 5:
        acc += 2;
        return 2;
    case 100:
        acc += 3;
        return 3;
    case -128:
        acc += 4;
        return 4;
    case 127:
        acc += 7;
        return 8;
    default:
        acc += 5;
        return 6;
    }
}

NI int shorts(short c) {
    switch (c) {
    case -300:
        acc += 1;
        return 1;
    case 5:
        acc += 2;
        return 2;
    case 1000:
        acc += 3;
        return 3;
    case -32768:
        acc += 4;
        return 4;
    case 30000 ... 30010:
        acc += 7;
        return 8;
    default:
        acc += 5;
        return 6;
    }
}

NI int loop(const unsigned char *p, int n) {
    int s = 0, st = 0;
    for (int i = 0; i < n; i++) {
        switch (p[i]) {
        case 0:
            s += 1;
            break;
        case 1:
            s ^= 5;
            st = 2;
            break;
        case 2:
            s -= st;
            break;
        case 3:
            s *= 3;
            break;
        case 4:
            st ^= s;
            break;
        case 5:
            s += st * 2;
            break;
        case 6:
            if (s > 100) st = 7;
            break;
        case 7:
            s >>= 1;
            break;
        case 8:
            s += 1000;
            break;
        default:
            acc += s;
        }
        switch (st & 15) {
        case 0:
            s += 2;
            break;
        case 1:
            s ^= 9;
            break;
        case 2:
            acc -= s;
            break;
        case 3:
            s += 8;
            break;
        case 4:
            s -= 1;
            break;
        case 5:
            acc ^= s;
            break;
        case 6:
            s |= 1;
            break;
        case 7:
            s = -s;
            break;
        case 8:
            s += acc;
            break;
        default:
            s++;
        }
    }
    return s;
}

NI int range(int x) {
    switch (x) {
    case 10 ... 20:
        acc += 1;
        return 1;
    case 21 ... 40:
        acc += 2;
        return 2;
    case 50 ... 60:
        acc += 3;
        return 3;
    case 61 ... 1000:
        acc += 4;
        return 4;
    case -100 ... -1:
        acc += 5;
        return 5;
    default:
        acc += 6;
        return 6;
    }
}

NI int full(unsigned x) {
    switch (x & 3) {
    case 0:
        acc += 1;
        return 1;
    case 1:
        acc += 2;
        return 22;
    case 2:
        acc ^= 3;
        return 33;
    case 3:
        acc -= 4;
        return 4;
    }
    return 0;
}

NI int merged(int x, int a, int b) {
    int r;
    if (x > 10 && a < b) {
        acc += 12;
        r = -1;
    } else if (x < -10 || a == 77) {
        acc += 12;
        r = -1;
    } else {
        acc += 13;
        r = 5;
    }
    return r + x;
}

NI long long sel(int x, long long a, long long b) {
    return x > 3 ? a * 3 : b;
}

NI int andor(int a, int b, int c) {
    if ((a > 3 && b < 7) || c == 9) {
        acc += 1;
        return a;
    }
    if (a & 8) acc += 7;
    if (!(b & 256) || (c & 1)) acc ^= 3;
    return b;
}

typedef int (*fn)(int, int);

NI int ind(fn f, int a) {
    return f(a, 3) + f(a + 1, 4);
}

NI void die(int x) {
    if (x == 12345678) {
        puts("never");
        __builtin_trap();
    }
}

NI int rec(int n) {
    if (n <= 1) return 1;
    if (n & 1) return rec(n - 1) + 2;
    return rec(n / 2) * 3;
}

int main(void) {
    unsigned char buf[64];
    long t = 0;
    unsigned r = 12345;
    for (int i = 0; i < 300; i++) {
        r = r * 1103515245u + 12345u;
        int v = (int)(r >> 16) % 140 - 10;
        t += dense(v % 14, i);
        t += dense_off(v, i);
        t += sparse(v - 8, i);
        t += sparse(v * 10, i);
        t += bits((unsigned)(v & 31));
        t += bits(r);
        t += chars((unsigned char)v);
        t += chars((unsigned char)(r >> 8));
        t += schars((signed char)(r >> 9));
        t += shorts((short)(r >> 3));
        t += shorts((short)(i % 12 + 29999));
        t += range(v * 3 - 60);
        t += range((int)r);
        t += full(r >> 5);
        t += merged(v - 50, i, (int)(r & 127));
        t += (long)sel(v & 7, i, t);
        t += andor(v & 15, i & 511, v % 11);
        for (int k = 0; k < 64; k++) buf[k] = (unsigned char)((r >> (k & 15)) % 11);
        t += loop(buf, 64);
        t += ind(v & 1 ? dense : sparse, v);
        die((int)r & 0xffff);
        t += rec(v & 31);
    }
    t += sparse(2147483647, 3) + sparse(-5, 2) + schars(-128) + shorts(-32768);
    printf("%ld %u\n", t, acc);
    return 0;
}
