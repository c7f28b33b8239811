# Conditional branches, loops, calls, jumps through CTR and LR; made by chance.
	.text
	.globl _start
_start:
	lis 31,data@ha
	addi 31,31,data@l
	addi 30,31,4096
	addi 26,31,256
	addi 28,31,512
	addi 27,31,0
	li 25,0
	lis 3,-20355
	ori 3,3,12880
	lis 4,0
	ori 4,4,88
	lis 5,0
	ori 5,5,25471
	lis 6,32385
	ori 6,6,65346
	lis 7,0
	ori 7,7,60278
	lis 8,-8063
	ori 8,8,7782
	lis 9,18274
	ori 9,9,63169
	lis 10,-17240
	ori 10,10,8609
	lis 11,-30947
	ori 11,11,60668
	lis 12,0
	ori 12,12,21543
	lis 13,0
	ori 13,13,46741
	lis 14,0
	ori 14,14,216
	lis 15,-29193
	ori 15,15,45088
	lis 16,0
	ori 16,16,190
	lis 17,0
	ori 17,17,30553
	lis 18,-29307
	ori 18,18,4739
	lis 19,-27125
	ori 19,19,5658
	lis 20,0
	ori 20,20,183
	lis 21,0
	ori 21,21,7875
	lis 22,31787
	ori 22,22,28882
	lis 23,-17551
	ori 23,23,27759
	lis 24,-14988
	ori 24,24,36184
	mtctr 3
	mtlr 4
	mtcrf 255,5
	mtxer 25
	li 29,5
again:
	li 24,4
	mtctr 24
L1:
	bt 2,L2
L2:
	rlwnm 4,20,5,16,20
	bdnz L1
	xor. 17,12,9
	b L3
	eqv 6,17,4
L3:
	rlwinm 20,18,23,24,8
	li 23,1
L4:
	and 4,20,20
	addic. 23,23,-1
	bne L4
	bl F0
	li 24,4
	mtctr 24
L5:
	cmplwi 0,4,271
	bf 2,L6
	subfme 21,12
	cmplw 5,16,21
L6:
	bdnz L5
	bt 1,L7
L7:
	addi 15,15,19343
	andi. 8,21,32768
	bt 2,L8
	rlwinm 11,14,25,23,19
	subfze 19,19
L8:
	add 18,16,19
	li 23,3
L9:
	addic. 23,23,-1
	bne L9
	sraw. 4,4,10
	andi. 7,7,8
	bf 8,L10
	xor 18,5,20
L10:
	andc 8,18,14
	andi. 16,8,128
	bf 2,L11
	cmplw 3,16,18
	bf 2,L12
	b L13
	rlwimi 8,8,13,22,16
	subfe 4,16,16
L13:
	cntlzw. 17,5
	cmplwi 1,17,222
L12:
	rlwnm. 5,4,18,9,12
L11:
	srw 14,7,16
	andi. 22,19,8192
	bt 1,L14
	rlwnm 6,14,18,28,28
	rlwimi 3,6,13,6,7
L14:
	rlwnm 17,10,18,12,21
	andi. 14,14,4096
	bf 3,L15
	andi. 8,19,32768
	bt 30,L16
L16:
	cmpw 1,20,8
	cmpw 2,14,16
L15:
	nor 19,19,22
	bl F1
	li 24,4
	mtctr 24
L17:
	cmpw 2,14,14
	addi 14,3,13128
	cmpw 0,13,16
	bt 1,L18
	cmpwi 4,18,113
	subfze 16,14
L18:
	rlwnm 3,16,4,30,9
	bdnz L17
	addis 6,5,14635
	and. 16,9,12
	rlwimi 14,14,9,18,5
	addi 14,16,15556
	addze 3,7
	xoris 11,8,63868
	cmplw 6,3,11
	b L19
	addc. 20,9,3
L19:
	or 4,4,6
	cmplwi 7,15,186
	bl F3
	rlwimi 6,20,18,8,4
	cmplwi 2,20,208
	extsh. 17,16
	xor 5,6,14
	b L20
	extsh 14,17
L20:
	cmpw 4,18,9
	bf 2,L21
L21:
	bl F1
	cmpw 1,5,13
	bf 2,L22
	eqv 13,8,14
	crnand 17,5,30
	mfcr 3
	srw 6,9,3
L22:
	b L23
L23:
	adde 14,5,7
	bl F2
	bl F3
	cmpw 2,19,18
	oris 9,9,24948
	subfze 22,6
	bl F3
	li 24,5
	mtctr 24
L24:
	srawi 5,21,20
	srw 5,5,5
	bdnz L24
	andis. 13,5,26611
	bl F1
	cmpwi 5,7,-252
	slw 13,5,21
	ori 7,7,6504
	li 24,2
	mtctr 24
L25:
	rlwnm 10,4,9,14,9
	extsh 3,19
	bdnz L25
	b L26
	andi. 21,21,22618
L26:
	cmplwi 2,5,194
	bt 11,L27
	nand 18,3,18
L27:
	bt 1,L28
	andis. 16,4,61547
	bt 31,L29
	cmpwi 3,18,-77
L29:
L28:
	addi 29,29,-1
	cmpwi 0,29,0
	beq end
	b again
end:
	li 0,1
	li 3,0
	sc
F0:
	rlwnm 5,5,18,11,11
	xori 10,6,1882
	blr
F1:
	mflr 0
	bl G
	mtlr 0
	blr
F2:
	blr
F3:
	blr
G:
	nand 20,8,20
	blr
	.rept 64
	nop
	.endr
	.include "data.inc"
