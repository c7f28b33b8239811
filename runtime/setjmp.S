# setjmp and longjmp: the registers that a call keeps, in the caller's buffer. Straight code, without a branch: its one path
# is what block mapping knows of it. The annotated program does not run it, but counts that it ran.
#
#   0 r1, 4 return address, 8 CR, 12 r2, 16 r13 … r31 (doublewords where general registers have 64 bits), then f14 … f31

#ifdef __SPE__
        .set    width,8
        .set    floats,168
#else
        .set    width,4
        .set    floats,96
#endif

        .section .text.setjmp,"ax",@progbits
        .globl  setjmp
        .type   setjmp,@function
setjmp:
        stw     1,0(3)
        mflr    0
        stw     0,4(3)
        mfcr    0
        stw     0,8(3)
        stw     2,12(3)
        .irp    r,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
#ifdef __SPE__
        evstdd  \r,16+(\r-13)*width(3)
#else
        stw     \r,16+(\r-13)*width(3)
#endif
        .endr
#ifndef __NO_FPRS__
        .irp    r,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        stfd    \r,floats+(\r-14)*8(3)
        .endr
#endif
        li      3,0
        blr
        .size   setjmp,.-setjmp

        .section .text.longjmp,"ax",@progbits
        .globl  longjmp
        .type   longjmp,@function
longjmp:
        lwz     1,0(3)
        lwz     0,4(3)
        mtlr    0
        lwz     0,8(3)
        mtcrf   0x38,0
        lwz     2,12(3)
        .irp    r,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
#ifdef __SPE__
        evldd   \r,16+(\r-13)*width(3)
#else
        lwz     \r,16+(\r-13)*width(3)
#endif
        .endr
#ifndef __NO_FPRS__
        .irp    r,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
        lfd     \r,floats+(\r-14)*8(3)
        .endr
#endif
# The second return gives the value, or 1 for 0.
        cntlzw  0,4
        srwi    0,0,5
        add     3,0,4
        blr
        .size   longjmp,.-longjmp
