# More code than the instruction cache holds, twice; made by chance.
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
	ori 3,3,57071
	lis 4,0
	ori 4,4,127
	lis 5,-26605
	ori 5,5,54261
	lis 6,0
	ori 6,6,140
	lis 7,-5283
	ori 7,7,48528
	lis 8,0
	ori 8,8,244
	lis 9,12669
	ori 9,9,36648
	lis 10,-24136
	ori 10,10,10589
	lis 11,0
	ori 11,11,38238
	lis 12,-26299
	ori 12,12,18382
	lis 13,0
	ori 13,13,227
	lis 14,0
	ori 14,14,153
	lis 15,0
	ori 15,15,101
	lis 16,-31051
	ori 16,16,35884
	lis 17,13205
	ori 17,17,5187
	lis 18,0
	ori 18,18,31842
	lis 19,15664
	ori 19,19,3515
	lis 20,25764
	ori 20,20,55381
	lis 21,0
	ori 21,21,34606
	lis 22,0
	ori 22,22,20
	lis 23,-1178
	ori 23,23,24102
	lis 24,-5861
	ori 24,24,24827
	mtctr 3
	mtlr 4
	mtcrf 255,5
	mtxer 25
	li 29,2
again:
	.rept 40
	andc. 17,14,18
	sth 4,2034(30)
	li 25,2032
	stwx 18,31,25
	rlwnm 3,3,5,14,18
	xor 3,4,3
	addi 26,31,7320
	lbzu 18,-1(26)
	bt 2,1f
	xor 5,5,6
1:
	lbz 12,11791(30)
	lha 6,10330(31)
	orc 9,12,12
	sraw 19,16,10
	xori 4,11,63174
	cmpwi 4,20,-2
	li 25,1992
	lwzx 21,31,25
	addi 26,31,96
	lhzu 5,14(26)
	addi 26,31,8064
	lhau 19,16(26)
	subf 17,4,19
	andis. 19,11,14827
	addic 4,4,5753
	bt 1,1f
	xor 5,5,6
1:
	li 25,-2
	sthux 14,28,25
	stw 4,9112(31)
	nand 17,4,12
	or 10,4,4
	or 21,7,5
	srawi 17,10,11
	rlwimi. 12,22,22,24,9
	subf 14,18,10
	addc 6,14,14
	ori 17,6,30891
	stw 6,3904(30)
	srawi 20,17,30
	orc 10,20,6
	subfc 7,17,7
	bt 3,1f
	xor 5,5,6
1:
	mulhwu 12,12,12
	rlwinm 21,22,31,16,9
	addis 13,12,11529
	stw 6,7536(30)
	oris 18,8,39141
	subfc 10,10,7
	extsh 12,12
	stb 18,7536(30)
	lha 13,6276(31)
	stb 13,1343(30)
	nor 20,12,13
	rlwinm 11,13,19,1,30
	rlwimi 16,14,21,24,11
	andis. 4,16,24960
	oris 7,4,60812
	bt 0,1f
	xor 5,5,6
1:
	rlwimi 3,13,1,22,8
	orc 13,13,17
	cmplwi 4,22,257
	addic 19,3,-13224
	sth 20,1342(31)
	mulhwu 10,11,7
	addi 4,19,15055
	cmpwi 3,10,-284
	li 25,2632
	stwbrx 19,31,25
	nand 3,10,4
	stw 14,8144(30)
	subfe 3,3,22
	cmpwi 3,9,116
	.endr
	addi 29,29,-1
	cmpwi 0,29,0
	beq end
	b again
end:
	li 0,1
	li 3,0
	sc
F0:
	and 17,7,3
	blr
F1:
	extsh 19,9
	orc 8,8,17
	rlwnm 11,8,8,23,9
	nand 20,11,13
	rlwinm 22,11,10,28,20
	mflr 0
	bl G
	mtlr 0
	blr
F2:
	mflr 0
	bl G
	mtlr 0
	blr
F3:
	rlwimi. 19,11,2,24,11
	mflr 0
	bl G
	mtlr 0
	blr
G:
	orc 8,22,22
	blr
	.rept 64
	nop
	.endr
	.include "data.inc"
