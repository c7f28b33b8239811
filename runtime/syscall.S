# int __bw_syscall(int number, int a, int b, int c): the only `sc` of a program.
# Linux/PowerPC passes the number in r0 and arguments from r3, and reports an error as CR0.SO with the positive errno
# in r3. The result here is negative errno then. Branch-free on purpose: the function is one machine block, so every
# call costs the same path and block mapping has nothing to decide.

        .text
        .globl  __bw_syscall
        .type   __bw_syscall,@function
__bw_syscall:
        mr      0,3
        mr      3,4
        mr      4,5
        mr      5,6
        sc
        mfcr    0
        rlwinm  0,0,4,31,31             # r0 = CR0.SO
        neg     0,0                     # 0 or -1
        xor     3,3,0
        subf    3,0,3                   # r3, or -r3 on error
        blr
        .size   __bw_syscall,.-__bw_syscall
