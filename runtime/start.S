# Program entry. The kernel (or any executor) enters at _start with r1 pointing at argc, argv, envp.
# The stack is ours, not the kernel's: every executor places its own stack elsewhere, and programs must see the same
# addresses under all of them. Nothing else is set up here; the rest is C (start.c).

        .section .bw_stack,"aw",@nobits
        .p2align 4
        .globl  __bw_stack_bottom
__bw_stack_bottom:
        .space  0x100000
        .globl  __bw_stack_top
__bw_stack_top:

        .text
        .globl  _start
        .type   _start,@function
_start:
        mr      3,1
        lis     1,__bw_stack_top@ha
        addi    1,1,__bw_stack_top@l
        addi    1,1,-32
        li      0,0
        stw     0,0(1)
        mtlr    0
        bl      __bw_start
        trap
        .size   _start,.-_start
