# Barriers, and the instruction cache emptied; made by chance.
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
	lis 3,0
	ori 3,3,242
	lis 4,0
	ori 4,4,179
	lis 5,-19702
	ori 5,5,45233
	lis 6,17546
	ori 6,6,58849
	lis 7,1777
	ori 7,7,53962
	lis 8,0
	ori 8,8,533
	lis 9,-6708
	ori 9,9,49084
	lis 10,-15960
	ori 10,10,12783
	lis 11,6125
	ori 11,11,64465
	lis 12,-21057
	ori 12,12,47578
	lis 13,0
	ori 13,13,12100
	lis 14,22625
	ori 14,14,4312
	lis 15,8200
	ori 15,15,33198
	lis 16,-17686
	ori 16,16,64878
	lis 17,-2843
	ori 17,17,33223
	lis 18,20769
	ori 18,18,43944
	lis 19,31868
	ori 19,19,50047
	lis 20,0
	ori 20,20,85
	lis 21,-21062
	ori 21,21,52616
	lis 22,0
	ori 22,22,128
	lis 23,-3205
	ori 23,23,11941
	lis 24,-23376
	ori 24,24,62112
	mtctr 3
	mtlr 4
	mtcrf 255,5
	mtxer 25
	li 29,3
again:
	lhz 13,0(31)
	sth 18,3426(31)
	srawi 3,3,12
	li 25,3426
	stbx 3,31,25
	subf. 16,3,16
	rlwinm 20,6,27,3,5
	li 25,0
	icbi 30,25
	li 25,0
	icbi 30,25
	isync
	lhz 10,3584(31)
	isync
	lwz 14,1236(31)
	isync
	rlwimi 20,10,8,20,21
	sync
	stw 18,3548(31)
	sync
	eieio
	lbz 22,2136(31)
	cmplw 5,4,16
	bt 29,L1
	neg 7,22
	andi. 13,22,32768
	bf 2,L2
	li 25,528
	stbx 22,31,25
	addi 28,31,1856
	stwu 13,24(28)
	cmplwi 0,3,77
	bt 2,L3
	andis. 16,11,60212
	eieio
	li 25,0
	icbi 30,25
L3:
	addi 28,31,3328
	stbu 12,8(28)
L2:
	li 25,1280
	stwbrx 13,31,25
	and. 14,16,16
L1:
	addis 4,16,-20148
	li 25,2128
	lhzx 15,30,25
	li 25,3752
	sthx 14,30,25
	lwz 17,3752(30)
	lbz 9,162(30)
	cmplw 2,18,11
	bt 4,L4
	sth 17,162(30)
	orc 4,6,4
L4:
	lbz 7,162(31)
	isync
	addc 12,12,20
	lhz 20,3736(31)
	addme 9,14
	addc 21,10,17
	sth 21,2568(30)
	sth 5,674(31)
	or 4,8,13
	srawi 13,4,17
	sync
	bf 3,L5
	nand 7,9,7
	extsb 16,16
L5:
	stbu 22,7(28)
	bf 1,L6
L6:
	sraw 14,16,7
	andi. 15,16,32
	bt 14,L7
	li 25,1856
	stwx 20,31,25
	lha 16,2392(30)
	sth 14,3672(31)
	li 25,2760
	lhax 19,31,25
L7:
	eieio
	sth 17,2760(31)
	li 25,2760
	lwbrx 18,31,25
	lbz 7,3944(31)
	rlwnm 16,18,7,16,18
	extsh 21,16
	rlwnm 4,8,10,0,30
	addi 26,31,1624
	lwzu 3,24(26)
	addi 29,29,-1
	cmpwi 0,29,0
	beq end
	b again
end:
	li 0,1
	li 3,0
	sc
F0:
	addic. 11,11,-4742
	orc 11,17,3
	ori 16,11,9296
	addic. 22,11,28401
	blr
F1:
	mflr 0
	bl G
	mtlr 0
	blr
F2:
	srawi 11,15,30
	mflr 0
	bl G
	mtlr 0
	blr
F3:
	andc 15,9,22
	slw 14,15,14
	or 15,14,12
	addic 14,14,11121
	cntlzw 14,14
	mflr 0
	bl G
	mtlr 0
	blr
G:
	nand 3,3,20
	blr
	.rept 64
	nop
	.endr
	.include "data.inc"
