// Floating point as programs use it, with parts of the C library that the back end merges and that have switches in loops.
#include <math.h>
#include <stdio.h>
struct body { double x[3], v[3], m; };
static struct body b[5];
static double energy(void) { double e = 0; for (int i = 0; i < 5; i++) { e += 0.5 * b[i].m * (b[i].v[0]*b[i].v[0]+b[i].v[1]*b[i].v[1]+b[i].v[2]*b[i].v[2]); for (int j = i+1; j < 5; j++) { double d=0; for (int k=0;k<3;k++){double q=b[i].x[k]-b[j].x[k]; d+=q*q;} e -= b[i].m*b[j].m/sqrt(d);} } return e; }
int main(void) {
  unsigned s = 7;
  for (int i = 0; i < 5; i++) { for (int k = 0; k < 3; k++) { s = s*1664525+1013904223; b[i].x[k] = (double)(int)s/2e8; s = s*1664525+1013904223; b[i].v[k]=(double)(int)s/4e9; } b[i].m = 1.0 + i*2.0; }
  printf("%.12g\n", energy());
  for (int t = 0; t < 12; t++) {
    for (int i = 0; i < 5; i++) for (int j = i+1; j < 5; j++) { double d[3], r=0; for (int k=0;k<3;k++){d[k]=b[i].x[k]-b[j].x[k]; r+=d[k]*d[k];} double f = 0.01/(r*sqrt(r)); for (int k=0;k<3;k++){b[i].v[k]-=d[k]*b[j].m*f; b[j].v[k]+=d[k]*b[i].m*f;} }
    for (int i = 0; i < 5; i++) for (int k = 0; k < 3; k++) b[i].x[k] += 0.01*b[i].v[k];
  }
  printf("%.12g %.9g\n", energy(), sin(b[0].x[0]) + exp(b[1].v[1]) + pow(b[2].m, 0.3));
  return 0;
}
