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

        .macro  enter
        mr      3,1
        lis     1,__bw_stack_top@ha
        addi    1,1,__bw_stack_top@l
        addi    1,1,-32
        li      0,0
        stw     0,0(1)
        mtlr    0
        bl      __bw_start
        trap
        .endm

# Thread-local variables that begin as zeros only would take no place in memory: this word makes it a section with contents.
        .section .tdata.__bw_thread_area,"awT",@progbits
        .p2align 2
__bw_thread_area:
        .long   0

# The entry of programs with thread-local variables; in others, nobody refers to it and the linker leaves it out.
        .section .text.__bw_start_threaded,"ax",@progbits
        .globl  __bw_start_threaded
        .type   __bw_start_threaded,@function
__bw_start_threaded:
        .reloc  ., R_PPC_NONE, __bw_thread_area
        lis     2,__bw_thread_pointer@ha
        addi    2,2,__bw_thread_pointer@l
        enter
        .size   __bw_start_threaded,.-__bw_start_threaded

        .text
        .globl  _start
        .type   _start,@function
_start:
        enter
        .size   _start,.-_start
