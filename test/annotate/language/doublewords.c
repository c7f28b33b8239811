/* Small operations that back ends write out: shifts, counts and comparisons of doublewords, saturating sums, classes of numbers. */
#include <stdio.h>
typedef unsigned long long u64; typedef long long i64;
__attribute__((noinline)) int f_clz64(u64 x){return __builtin_clzll(x);}
__attribute__((noinline)) int f_ctz64(u64 x){return __builtin_ctzll(x);}
__attribute__((noinline)) int f_ctz32(unsigned x){return __builtin_ctz(x);}
__attribute__((noinline)) int f_pop64(u64 x){return __builtin_popcountll(x);}
__attribute__((noinline)) i64 f_abs64(i64 x){return __builtin_llabs(x);}
__attribute__((noinline)) int f_abs32(int x){return __builtin_abs(x);}
__attribute__((noinline)) i64 f_ashr64(i64 x,int n){return x>>n;}
__attribute__((noinline)) u64 f_shl64(u64 x,int n){return x<<n;}
__attribute__((noinline)) u64 f_rot64(u64 x,int n){return __builtin_rotateleft64(x,n);}
__attribute__((noinline)) unsigned f_usubs(unsigned a,unsigned b){return __builtin_elementwise_sub_sat(a,b);}
__attribute__((noinline)) unsigned f_uadds(unsigned a,unsigned b){return __builtin_elementwise_add_sat(a,b);}
__attribute__((noinline)) int f_ssubs(int a,int b){return __builtin_elementwise_sub_sat(a,b);}
__attribute__((noinline)) int f_sadds(int a,int b){return __builtin_elementwise_add_sat(a,b);}
__attribute__((noinline)) i64 f_sadds64(i64 a,i64 b){return __builtin_elementwise_add_sat(a,b);}
__attribute__((noinline)) u64 f_usubs64(u64 a,u64 b){return __builtin_elementwise_sub_sat(a,b);}
__attribute__((noinline)) int f_addo(int a,int b,int*r){return __builtin_add_overflow(a,b,r);}
__attribute__((noinline)) int f_uaddo(unsigned a,unsigned b,unsigned*r){return __builtin_add_overflow(a,b,r);}
__attribute__((noinline)) int f_mulo(int a,int b,int*r){return __builtin_mul_overflow(a,b,r);}
__attribute__((noinline)) int f_addo64(i64 a,i64 b,i64*r){return __builtin_add_overflow(a,b,r);}
__attribute__((noinline)) int f_uaddo64(u64 a,u64 b,u64*r){return __builtin_add_overflow(a,b,r);}
__attribute__((noinline)) int f_umulo64(u64 a,u64 b,u64*r){return __builtin_mul_overflow(a,b,r);}
__attribute__((noinline)) int f_mulo64(i64 a,i64 b,i64*r){return __builtin_mul_overflow(a,b,r);}
__attribute__((noinline)) int f_lt64(i64 a,i64 b){return a<b;}
__attribute__((noinline)) int f_ult64(u64 a,u64 b){return a<b;}
__attribute__((noinline)) int f_eq64(u64 a,u64 b){return a==b;}
__attribute__((noinline)) i64 f_max64(i64 a,i64 b){return __builtin_elementwise_max(a,b);}
__attribute__((noinline)) int f_cmp(int a,int b){return (a>b)-(a<b);}
__attribute__((noinline)) int f_cmp64(i64 a,i64 b){return (a>b)-(a<b);}
__attribute__((noinline)) double f_u2d(unsigned x){return x;}
__attribute__((noinline)) float f_u2f(unsigned x){return x;}
__attribute__((noinline)) double f_i2d(int x){return x;}
__attribute__((noinline)) double f_fabs(double x){return __builtin_fabs(x);}
__attribute__((noinline)) int f_isinf(double x){return __builtin_isinf(x);}
__attribute__((noinline)) int f_isnan(double x){return __builtin_isnan(x);}
__attribute__((noinline)) int f_isnormal(double x){return __builtin_isnormal(x);}
__attribute__((noinline)) int f_isfinite(float x){return __builtin_isfinite(x);}
__attribute__((noinline)) int f_fcmpult(double a,double b){return !(a>=b);}
__attribute__((noinline)) int f_islg(double a,double b){return __builtin_islessgreater(a,b);}
__attribute__((noinline)) int f_ffs(int x){return __builtin_ffs(x);}
__attribute__((noinline)) int f_clrsb(int x){return __builtin_clrsb(x);}
__attribute__((noinline)) int f_clzg(unsigned char x){return __builtin_clzg(x,9);}
__attribute__((noinline)) unsigned f_brev(unsigned x){return __builtin_bitreverse32(x);}
__attribute__((noinline)) int f_sign(int x){return (x>0)-(x<0);}
__attribute__((noinline)) double f_max(double a,double b){return a>b?a:b;}

int main(void){ for(int k=0;k<40;k++){ i64 L=(i64)k*0x123456789abcdefll-(i64)(k&3)*77777777777ll; i64 M=(i64)(k*k)*0x1111111fffll*(k&1?-1:1); int a=k*0x3456789, b=(k-20)*0x1234567; double d=(k-20)*1.25*(k&8?1e300*(k&4?1e10:1):1); double e=(k&1)?0.0/ (k&16?1.0:0.0):k; int ri; unsigned ru; i64 rl; u64 rul; unsigned chk=0;
  printf("f_clz64 %llx\n",(u64)(i64)f_clz64(L|1));
  printf("f_ctz64 %llx\n",(u64)(i64)f_ctz64(L|1));
  printf("f_ctz32 %llx\n",(u64)(i64)f_ctz32(a|1));
  printf("f_pop64 %llx\n",(u64)(i64)f_pop64(L));
  printf("f_abs64 %llx\n",(u64)(i64)f_abs64(L));
  printf("f_abs32 %llx\n",(u64)(i64)f_abs32(a));
  printf("f_ashr64 %llx\n",(u64)(i64)f_ashr64(L,(k*7&63)));
  printf("f_shl64 %llx\n",(u64)(i64)f_shl64(L,(k*7&63)));
  printf("f_rot64 %llx\n",(u64)(i64)f_rot64(L,(k*7&63)));
  printf("f_usubs %llx\n",(u64)(i64)f_usubs(a,b));
  printf("f_uadds %llx\n",(u64)(i64)f_uadds(a,b));
  printf("f_ssubs %llx\n",(u64)(i64)f_ssubs(a,b));
  printf("f_sadds %llx\n",(u64)(i64)f_sadds(a,b));
  printf("f_sadds64 %llx\n",(u64)(i64)f_sadds64(L,M));
  printf("f_usubs64 %llx\n",(u64)(i64)f_usubs64(L,M));
  printf("f_addo %llx\n",(u64)(i64)f_addo(a,b,&ri));
  printf("f_uaddo %llx\n",(u64)(i64)f_uaddo(a,b,&ru));
  printf("f_mulo %llx\n",(u64)(i64)f_mulo(a,b,&ri));
  printf("f_addo64 %llx\n",(u64)(i64)f_addo64(L,M,&rl));
  printf("f_uaddo64 %llx\n",(u64)(i64)f_uaddo64(L,M,&rul));
  printf("f_umulo64 %llx\n",(u64)(i64)f_umulo64(L,M,&rul));
  printf("f_mulo64 %llx\n",(u64)(i64)f_mulo64(L,M,&rl));
  printf("f_lt64 %llx\n",(u64)(i64)f_lt64(L,M));
  printf("f_ult64 %llx\n",(u64)(i64)f_ult64(L,M));
  printf("f_eq64 %llx\n",(u64)(i64)f_eq64(L,M));
  printf("f_max64 %llx\n",(u64)(i64)f_max64(L,M));
  printf("f_cmp %llx\n",(u64)(i64)f_cmp(a,b));
  printf("f_cmp64 %llx\n",(u64)(i64)f_cmp64(L,M));
  printf("f_u2d %llx\n",(u64)(i64)(1e-290*f_u2d(a)));
  printf("f_u2f %llx\n",(u64)(i64)(1e-290*f_u2f(a)));
  printf("f_i2d %llx\n",(u64)(i64)(1e-290*f_i2d(a)));
  printf("f_fabs %llx\n",(u64)(i64)(1e-290*f_fabs(d)));
  printf("f_isinf %llx\n",(u64)(i64)f_isinf(d));
  printf("f_isnan %llx\n",(u64)(i64)f_isnan(d));
  printf("f_isnormal %llx\n",(u64)(i64)f_isnormal(d));
  printf("f_isfinite %llx\n",(u64)(i64)f_isfinite(d));
  printf("f_fcmpult %llx\n",(u64)(i64)f_fcmpult(d,e));
  printf("f_islg %llx\n",(u64)(i64)f_islg(d,e));
  printf("f_ffs %llx\n",(u64)(i64)f_ffs(a));
  printf("f_clrsb %llx\n",(u64)(i64)f_clrsb(a));
  printf("f_clzg %llx\n",(u64)(i64)f_clzg(a));
  printf("f_brev %llx\n",(u64)(i64)f_brev(a));
  printf("f_sign %llx\n",(u64)(i64)f_sign(a));
  printf("f_max %llx\n",(u64)(i64)(1e-290*f_max(d,e)));
} return 0; }
