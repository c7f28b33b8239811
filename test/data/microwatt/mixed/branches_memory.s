# Branches among loads and stores; made by chance.
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
	lis 3,3380
	ori 3,3,55391
	lis 4,-32644
	ori 4,4,10862
	lis 5,0
	ori 5,5,58300
	lis 6,0
	ori 6,6,3241
	lis 7,-8737
	ori 7,7,56574
	lis 8,0
	ori 8,8,247
	lis 9,0
	ori 9,9,216
	lis 10,20258
	ori 10,10,32203
	lis 11,0
	ori 11,11,120
	lis 12,0
	ori 12,12,18708
	lis 13,7151
	ori 13,13,64654
	lis 14,0
	ori 14,14,125
	lis 15,-9185
	ori 15,15,6290
	lis 16,0
	ori 16,16,7145
	lis 17,0
	ori 17,17,51030
	lis 18,-7155
	ori 18,18,30476
	lis 19,0
	ori 19,19,30510
	lis 20,-13293
	ori 20,20,7508
	lis 21,0
	ori 21,21,132
	lis 22,26668
	ori 22,22,48398
	lis 23,0
	ori 23,23,22901
	lis 24,0
	ori 24,24,3872
	mtctr 3
	mtlr 4
	mtcrf 255,5
	mtxer 25
	li 29,4
again:
	cmplw 0,3,8
	bf 13,L1
	li 25,2136
	stwx 3,30,25
L1:
	cmpw 3,6,16
	bf 30,L2
	lwz 8,2136(31)
	rlwinm 21,8,18,29,20
	srw. 6,11,21
	lha 3,736(31)
L2:
	bt 1,L3
	extsh 7,12
L3:
	extsb 15,15
	li 23,5
L4:
	srawi 12,17,21
	lbz 13,2817(30)
	cntlzw 12,13
	addi 23,23,-1
	cmpwi 0,23,0
	bne L4
	bl F1
	extsb 20,7
	cmplw 1,13,3
	bt 1,L5
	bt 3,L6
	eqv 7,22,22
L6:
	rlwimi 6,20,29,27,1
L5:
	sth 7,998(31)
	stbu 20,4(28)
	cmpwi 0,21,11
	bt 3,L7
	addi 26,31,1896
	lhzu 4,12(26)
	subfe. 17,6,15
	cmplw 1,4,4
L7:
	bf 0,L8
	b L9
	addic. 10,17,-28867
	li 25,-4
	lhaux 11,26,25
	subfc 21,9,10
L9:
	subfic 21,5,-6250
	subfze. 22,21
	rlwnm 11,4,11,24,30
L8:
	srawi 11,11,11
	addi 26,31,1896
	lhzu 5,-2(26)
	cmpw 5,5,11
	bf 22,L10
	extsh 6,11
	rlwnm 14,5,6,1,20
	nand 9,11,3
L10:
	stb 6,1896(30)
	nand 5,11,18
	bf 2,L11
	orc 4,5,4
L11:
	bl F0
	bl F2
	extsb 5,22
	lhz 12,1640(31)
	li 24,2
	mtctr 24
L12:
	cntlzw 11,9
	stb 20,840(31)
	oris 6,11,64426
	cmplwi 2,21,262
	bdnz L12
	and 18,15,18
	li 24,4
	mtctr 24
L13:
	addic 7,18,25178
	li 25,1334
	stbx 6,31,25
	bdnz L13
	li 23,2
L14:
	xoris 17,3,56383
	stb 18,1334(31)
	addic. 23,23,-1
	bne L14
	bl F2
	lis 24,L15@ha
	addi 24,24,L15@l
	mtctr 24
	subfe 10,7,14
	addic 17,11,22890
	bctr
	nop
L15:
	andc 4,17,10
	stb 10,3520(31)
	cmpw 3,4,4
	bt 9,L16
L16:
	andc. 8,8,6
	extsb. 8,8
	cntlzw 22,22
	bf 0,L17
L17:
	addc 15,8,19
	rlwinm 6,6,13,15,16
	bl F1
	stw 6,1192(30)
	sth 15,1827(30)
	andi. 19,13,256
	bf 0,L18
	lhau 16,-14(26)
	xoris 20,19,4020
L18:
	sth 16,24(31)
	rlwnm. 22,6,22,3,3
	add 9,20,20
	sth 3,2992(31)
	li 24,4
	mtctr 24
L19:
	rlwimi 5,13,10,30,22
	bdnz L19
	add 10,5,6
	subf 17,19,10
	adde. 9,9,21
	bl F3
	addic 13,11,3663
	cmpw 6,20,17
	bt 1,L20
	li 25,3338
	lhax 17,30,25
	addic. 20,20,-14753
	addic. 3,20,3177
L20:
	cmplw 6,20,3
	bf 1,L21
L21:
	bf 1,L22
L22:
	lhz 5,2048(30)
	lha 6,2048(31)
	lha 8,768(30)
	sraw. 3,8,14
	subfe. 21,8,9
	li 25,768
	sthx 19,30,25
	mulli 21,21,-928
	xoris 17,17,39559
	sth 17,976(31)
	li 24,3
	mtctr 24
L23:
	addme. 8,21
	eqv 8,11,8
	srw 14,18,13
	bdnz L23
	addi 28,31,2152
	sthu 10,10(28)
	andis. 22,12,58041
	lwz 4,1616(31)
	extsh 15,19
	cmpwi 2,7,-130
	rlwinm 20,15,3,5,28
	addi 29,29,-1
	cmpwi 0,29,0
	beq end
	b again
end:
	li 0,1
	li 3,0
	sc
F0:
	srawi 3,20,22
	addme. 5,3
	sraw. 8,5,5
	blr
F1:
	subfme 9,22
	nor 20,9,8
	and. 19,19,9
	rlwnm 13,5,13,30,9
	rlwinm. 14,13,8,17,7
	blr
F2:
	subfic 14,14,-17127
	srawi 14,14,5
	mflr 0
	bl G
	mtlr 0
	blr
F3:
	sraw. 7,13,14
	srw 11,7,11
	addic 10,11,13233
	rlwnm 14,8,17,15,29
	subf 3,3,9
	mflr 0
	bl G
	mtlr 0
	blr
G:
	subfme 11,14
	blr
	.rept 64
	nop
	.endr
	.include "data.inc"
