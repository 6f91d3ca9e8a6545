/* Where a guest of the speed test begins, and its two ways out. The same file
 * runs in qemu, whose semihosting answers SIMCALL, and in our CPU, where it is
 * an illegal instruction that test/speed/guest_ours.c answers. */
#define STACK 0x3FFFFFF0

    .section .reset, "ax"
reset:
    j 1f
    .balign 4
0:  .word start
1:  l32r a0, 0b
    jx a0

    .text
    .balign 4
    .literal_position
    .global start
start:
    movi a1, STACK
    movi a2, rounds         /* the linker's symbol: how much to do */
    call0 guest_main
    movi a3, 0
    movi a2, 1              /* exit(0) */
    simcall

/* void guest_tell(const char *text, unsigned size) */
    .balign 4
    .global guest_tell
guest_tell:
    mov a5, a3
    mov a4, a2
    movi a3, 1              /* write(1, text, size) */
    movi a2, 4
    simcall
    ret
