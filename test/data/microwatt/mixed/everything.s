# Everything; made by chance.
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
	lis 3,-7062
	ori 3,3,21492
	lis 4,13905
	ori 4,4,15124
	lis 5,-24418
	ori 5,5,50895
	lis 6,0
	ori 6,6,183
	lis 7,0
	ori 7,7,197
	lis 8,0
	ori 8,8,140
	lis 9,0
	ori 9,9,1980
	lis 10,7894
	ori 10,10,53510
	lis 11,24107
	ori 11,11,20638
	lis 12,0
	ori 12,12,15769
	lis 13,27901
	ori 13,13,63167
	lis 14,0
	ori 14,14,229
	lis 15,0
	ori 15,15,37157
	lis 16,4522
	ori 16,16,19161
	lis 17,0
	ori 17,17,219
	lis 18,0
	ori 18,18,58464
	lis 19,31943
	ori 19,19,35581
	lis 20,0
	ori 20,20,153
	lis 21,-27405
	ori 21,21,53032
	lis 22,-24035
	ori 22,22,53774
	lis 23,-26882
	ori 23,23,48650
	lis 24,0
	ori 24,24,41031
	mtctr 3
	mtlr 4
	mtcrf 255,5
	mtxer 25
	li 29,3
again:
	bl F2
	stb 18,581(30)
	lwz 21,1976(30)
	nand 3,3,3
	cror 18,14,6
	cmplwi 2,3,71
	bt 1,L1
	li 25,3142
	dcbf 31,25
	ori 4,21,13744
L1:
	bl F2
	srawi 9,16,20
	li 25,1976
	sthbrx 9,31,25
	li 24,4
	mtctr 24
L2:
	lha 22,2360(30)
	mulhwu 14,14,14
	bdnz L2
	rlwinm 14,14,18,27,2
	stbu 14,6(28)
	li 23,2
L3:
	cmpwi 4,5,159
	rlwinm 16,14,13,31,14
	sth 11,3234(31)
	andc 4,16,10
	addi 23,23,-1
	cmpwi 0,23,0
	bne L3
	sraw 11,6,4
	li 23,3
L4:
	mtcrf 128,15
	addeo 5,4,7
	addic. 23,23,-1
	bne L4
	xori 10,22,10051
	li 25,3880
	stwcx. 8,31,25
	bt 0,L5
	cmpwi 1,5,212
	lbz 7,1701(31)
	subfme 6,7
L5:
	andis. 16,21,26271
	li 23,4
L6:
	rlwnm 22,22,6,2,16
	li 25,1700
	sthbrx 22,31,25
	addi 23,23,-1
	cmpwi 0,23,0
	bne L6
	cmplwi 1,16,120
	addze 21,22
	lbz 4,64(31)
	li 25,3044
	sthbrx 3,31,25
	addis 12,14,-21272
	lis 24,L7@ha
	addi 24,24,L7@l
	mtctr 24
	addis 11,12,11895
	bctr
L7:
	cmplw 0,12,12
	adde 12,15,12
	neg 20,21
	lwz 19,1912(30)
	cntlzw 8,17
	mflr 20
	orc 18,8,20
	cmplw 4,18,22
	bf 0,L8
L8:
	bf 1,L9
	cmplwi 1,13,255
	bf 23,L10
	li 25,1360
	lwarx 20,31,25
	addi 28,31,1464
	stwu 20,28(28)
L10:
	rlwimi 13,20,15,10,23
	li 25,1496
	lwbrx 19,31,25
	li 25,1168
	stwbrx 20,31,25
L9:
	lha 8,1168(31)
	addme 22,8
	mullw 4,4,22
	subfeo 8,22,4
	li 25,1720
	sthbrx 7,31,25
	li 23,5
L11:
	lwz 21,1720(30)
	sraw 16,16,21
	stw 10,3072(31)
	li 25,4048
	stwbrx 10,31,25
	addi 23,23,-1
	cmpwi 0,23,0
	bne L11
	bt 14,L12
	addc. 13,21,13
	bt 1,L13
L13:
	ori 18,18,38806
L12:
	slw 16,18,15
	extsb 7,18
	cmpw 2,3,20
	lis 24,L14@ha
	addi 24,24,L14@l
	mtlr 24
	blr
	nor 16,16,13
L14:
	li 25,416
	sthx 15,31,25
	addi 28,31,856
	sthu 16,14(28)
	crandc 20,11,11
	stw 16,3704(31)
	stw 12,3708(31)
	stw 7,3712(31)
	stw 7,3716(31)
	stw 16,3720(31)
	stw 7,3724(31)
	stw 8,1016(31)
	stw 16,2456(31)
	stw 5,3736(31)
	nand 16,8,10
	addi 28,31,2456
	sthu 7,0(28)
	lwz 27,29080(31)
	rlwinm 27,27,0,18,29
	lwzx 16,31,27
	lis 24,L15@ha
	addi 24,24,L15@l
	mtctr 24
	bctrl
	nop
L15:
	lis 24,L16@ha
	addi 24,24,L16@l
	mtlr 24
	bclrl 12,11,0
	slw 5,14,5
L16:
	bl F0
	subfme 10,13
	lwz 4,2376(31)
	mcrf 0,1
	addo 19,20,19
	cmpw 3,4,12
	crorc 1,29,14
	srw. 9,18,4
	cmpw 2,9,18
	bt 2,L17
	li 25,2376
	sthbrx 13,31,25
	stb 12,1920(30)
	crand 18,18,21
L17:
	bf 3,L18
	lha 16,3014(31)
	andi. 5,16,16
	bt 24,L19
	mulhwu 7,11,16
	rlwnm. 7,12,20,31,5
L19:
	lbz 10,3014(31)
L18:
	cmpwi 1,7,232
	li 25,256
	lwarx 20,31,25
	li 25,592
	stwcx. 9,31,25
	cmpw 7,7,3
	bt 2,L20
	subfme 19,13
	srawi 11,11,19
L20:
	extsh 6,20
	cmpwi 2,6,-136
	bt 12,L21
	rlwimi 16,16,30,9,12
L21:
	lbz 3,3014(30)
	li 25,1128
	lhax 15,31,25
	mflr 18
	andi. 6,14,512
	bt 1,L22
L22:
	li 25,876
	sthx 6,31,25
	mulli 14,6,966
	cmpw 0,6,3
	addic. 15,15,208
	mulli 22,16,860
	addi 29,29,-1
	cmpwi 0,29,0
	beq end
	b again
end:
	li 0,1
	li 3,0
	sc
F0:
	oris 13,19,53690
	subfe 3,22,4
	addc 8,13,16
	blr
F1:
	srawi 3,3,4
	xor 22,17,3
	subfe. 11,11,11
	mflr 0
	bl G
	mtlr 0
	blr
F2:
	extsh 5,22
	extsb. 5,5
	addi 14,5,-24343
	slw 8,4,13
	rlwimi 19,21,17,20,30
	blr
F3:
	rlwimi 11,8,21,17,13
	nor 8,11,8
	eqv 18,17,9
	addze 7,8
	mflr 0
	bl G
	mtlr 0
	blr
G:
	subf 22,7,7
	blr
	.rept 64
	nop
	.endr
	.include "data.inc"
