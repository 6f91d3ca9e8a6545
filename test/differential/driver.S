/* Runs a batch of random instruction groups and tells the result of each. The
 * same bytes run in qemu-system-xtensa and in our CPU, which differ only in the
 * two function pointers at the start (semihosting there, natives here).
 *
 * VECBASE + 0: pointer to tell(a2 = record); + 4: pointer to finish().
 * The groups follow at GROUPS: a count, then for each {code address, SAR,
 * a0, a2 .. a15}, then their code. A group takes its a0 from [a1 + A0_IN], may
 * use everything but a1, and ends by storing a0 at [a1] and jumping to the
 * address in [a1 + BACK]. */
#define SAVE     0x3FFE9000 /* the record: a0..a15, SAR, cause, address, sum */
#define SCRATCH  0x3FFEA000
#define WORDS    272
#define A0_IN    80
#define BACK     84
#define AT       88
#define LEFT     92
#define RECORD   80

    .section .reset, "ax"
reset:
    j 1f
    .org reset + 4
0:  .word start
1:  l32r a0, 0b
    jx a0

    .text
vectors:
    .word tell_simcall, finish_simcall
    .org vectors + 0x10      /* debug */
    wsr.excsave2 a0
    rsr.epc2 a0
    addi a0, a0, 3           /* the groups pad what is narrow */
    wsr.epc2 a0
    rsr.excsave2 a0
    rfi 2
    .org vectors + 0x30      /* kernel */
    wsr.excsave1 a0
    rsr.epc1 a0
    addi a0, a0, 3
    wsr.epc1 a0
    rsr.excsave1 a0
    rfe
    .org vectors + 0x50      /* user */
    wsr.excsave1 a0
    rsr.epc1 a0
    addi a0, a0, 3
    wsr.epc1 a0
    rsr.excsave1 a0
    rfe

    .org vectors + 0x80
constants:
    .word vectors, SAVE, SCRATCH, groups, back
    .org vectors + 0xA0
start:
    l32r a2, constants
    wsr.vecbase a2
    movi a2, 0x20
    wsr.ps a2
    rsync
    l32r a1, constants + 4
    l32r a2, constants + 16
    s32i a2, a1, BACK
    l32r a2, constants + 12
    l32i a3, a2, 0
    s32i a3, a1, LEFT
    addi a2, a2, 4
    s32i a2, a1, AT
    /* the scratch area starts out as its own addresses */
    l32r a2, constants + 8
    movi a3, WORDS
1:  s32i a2, a2, 0
    addi a2, a2, 4
    addi a3, a3, -1
    bnez a3, 1b

next:
    l32i a2, a1, AT
    movi a3, 0
    wsr.exccause a3
    wsr.excvaddr a3
    l32i a3, a2, 4
    wsr.sar a3
    l32i a3, a2, 8
    s32i a3, a1, A0_IN
    l32i a0, a2, 0
    l32i a3, a2, 16
    l32i a4, a2, 20
    l32i a5, a2, 24
    l32i a6, a2, 28
    l32i a7, a2, 32
    l32i a8, a2, 36
    l32i a9, a2, 40
    l32i a10, a2, 44
    l32i a11, a2, 48
    l32i a12, a2, 52
    l32i a13, a2, 56
    l32i a14, a2, 60
    l32i a15, a2, 64
    l32i a2, a2, 12
    jx a0

back:
    s32i a1, a1, 4
    s32i a2, a1, 8
    s32i a3, a1, 12
    s32i a4, a1, 16
    s32i a5, a1, 20
    s32i a6, a1, 24
    s32i a7, a1, 28
    s32i a8, a1, 32
    s32i a9, a1, 36
    s32i a10, a1, 40
    s32i a11, a1, 44
    s32i a12, a1, 48
    s32i a13, a1, 52
    s32i a14, a1, 56
    s32i a15, a1, 60
    rsr.sar a2
    s32i a2, a1, 64
    rsr.exccause a2
    s32i a2, a1, 68
    rsr.excvaddr a2
    s32i a2, a1, 72
    /* sum = sum * 5 + word, over the scratch area */
    l32r a2, constants + 8
    movi a3, WORDS
    movi a4, 0
1:  l32i a5, a2, 0
    addi a2, a2, 4
    slli a6, a4, 2
    add a4, a4, a6
    add a4, a4, a5
    addi a3, a3, -1
    bnez a3, 1b
    s32i a4, a1, 76

    mov a2, a1
    l32r a3, constants
    l32i a3, a3, 0
    callx0 a3
    l32r a1, constants + 4
    l32i a2, a1, AT
    addi a2, a2, 68
    s32i a2, a1, AT
    l32i a2, a1, LEFT
    addi a2, a2, -1
    s32i a2, a1, LEFT
    beqz a2, 1f
    j next
1:  l32r a3, constants
    l32i a3, a3, 4
    callx0 a3

tell_simcall:
    mov a4, a2
    movi a2, 4               /* write(1, record, RECORD) */
    movi a3, 1
    movi a5, RECORD
    simcall
    ret
finish_simcall:
    movi a2, 1               /* exit(0) */
    movi a3, 0
    simcall

    .org vectors + 0x400
groups:
    .incbin "groups.bin"
