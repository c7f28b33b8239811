# Operations on cache lines, reservations that are kept and lost; made by chance.
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
	ori 3,3,13806
	lis 4,0
	ori 4,4,159
	lis 5,0
	ori 5,5,37075
	lis 6,0
	ori 6,6,155
	lis 7,0
	ori 7,7,168
	lis 8,13635
	ori 8,8,44668
	lis 9,0
	ori 9,9,52207
	lis 10,0
	ori 10,10,8
	lis 11,15998
	ori 11,11,11558
	lis 12,-21507
	ori 12,12,21966
	lis 13,30715
	ori 13,13,3494
	lis 14,31491
	ori 14,14,56282
	lis 15,24847
	ori 15,15,39628
	lis 16,8500
	ori 16,16,42968
	lis 17,2064
	ori 17,17,10290
	lis 18,-21347
	ori 18,18,49573
	lis 19,-26722
	ori 19,19,56299
	lis 20,0
	ori 20,20,31
	lis 21,0
	ori 21,21,243
	lis 22,2547
	ori 22,22,57761
	lis 23,0
	ori 23,23,60
	lis 24,-27143
	ori 24,24,36401
	mtctr 3
	mtlr 4
	mtcrf 255,5
	mtxer 25
	li 29,3
again:
	adde 12,12,5
	li 25,2768
	stwbrx 5,31,25
	addic. 13,4,-18181
	stb 15,2768(30)
	li 25,280
	lwarx 7,31,25
	rlwinm 20,13,14,19,6
	and 12,14,12
	stwcx. 14,31,25
	li 25,3640
	lwarx 5,31,25
	stwcx. 11,31,25
	li 25,6
	lhaux 22,26,25
	li 25,3816
	dcbst 31,25
	rlwimi 13,5,10,22,19
	lwz 27,29356(31)
	rlwinm 27,27,0,18,29
	lwzx 13,31,27
	li 25,3237
	dcbt 31,25
	li 25,1845
	dcbst 31,25
	sth 9,2768(31)
	addi 26,31,2966
	lhzu 12,10(26)
	oris 11,11,24523
	addic 20,11,-11640
	stw 11,2964(30)
	subfme 6,11
	stw 12,2964(31)
	sync
	li 25,3672
	dcbst 31,25
	stw 20,1960(31)
	stb 3,3032(30)
	sth 20,3032(31)
	rlwimi. 7,20,22,26,26
	li 25,1056
	dcbst 31,25
	li 25,1128
	stbx 6,30,25
	stb 20,792(31)
	lhz 22,1512(31)
	sth 3,1796(30)
	li 25,3440
	lwarx 4,31,25
	addic. 19,9,-26632
	orc 11,19,6
	li 25,3280
	lwarx 14,31,25
	srawi 18,18,24
	srawi 22,14,28
	stwcx. 22,31,25
	addc 15,10,5
	li 25,1675
	dcbt 31,25
	li 25,1904
	dcbz 31,25
	li 25,208
	stwcx. 22,31,25
	rlwinm 14,15,4,12,21
	srawi 21,9,21
	addme 14,5
	lhz 19,616(31)
	li 25,3072
	dcbt 31,25
	lha 7,616(31)
	li 25,2992
	dcbst 31,25
	li 25,992
	lwarx 12,31,25
	xor 7,12,21
	stwcx. 7,31,25
	li 25,2
	lhaux 15,26,25
	li 25,257
	dcbst 31,25
	subfic 3,19,-16675
	li 25,3128
	lwarx 17,31,25
	stwcx. 15,31,25
	li 25,3632
	lwarx 16,31,25
	stb 12,3007(30)
	li 25,1660
	lhbrx 15,31,25
	subfme 15,4
	stw 6,3392(31)
	sth 15,2611(31)
	lha 21,2746(31)
	lhzu 5,10(26)
	li 25,1912
	dcbz 31,25
	rlwimi 19,19,10,31,14
	addi 29,29,-1
	cmpwi 0,29,0
	beq end
	b again
end:
	li 0,1
	li 3,0
	sc
F0:
	andc 10,16,22
	extsb 12,22
	addze 17,12
	blr
F1:
	neg 21,21
	addic 9,17,10032
	blr
F2:
	and 9,22,21
	subf 4,5,9
	blr
F3:
	rlwnm 13,5,9,21,16
	mflr 0
	bl G
	mtlr 0
	blr
G:
	eqv 7,13,17
	blr
	.rept 64
	nop
	.endr
	.include "data.inc"
