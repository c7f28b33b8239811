# Divisions, by register values of all sizes; made by chance.
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
	ori 3,3,85
	lis 4,0
	ori 4,4,42176
	lis 5,12851
	ori 5,5,31261
	lis 6,0
	ori 6,6,39143
	lis 7,0
	ori 7,7,20
	lis 8,0
	ori 8,8,6083
	lis 9,-10813
	ori 9,9,53870
	lis 10,0
	ori 10,10,158
	lis 11,-4774
	ori 11,11,38384
	lis 12,29614
	ori 12,12,41991
	lis 13,-16803
	ori 13,13,34063
	lis 14,-13700
	ori 14,14,40744
	lis 15,32271
	ori 15,15,45832
	lis 16,0
	ori 16,16,6168
	lis 17,0
	ori 17,17,47471
	lis 18,0
	ori 18,18,197
	lis 19,-11295
	ori 19,19,802
	lis 20,-25650
	ori 20,20,2610
	lis 21,3396
	ori 21,21,6571
	lis 22,0
	ori 22,22,110
	lis 23,24563
	ori 23,23,36200
	lis 24,-15576
	ori 24,24,4030
	mtctr 3
	mtlr 4
	mtcrf 255,5
	mtxer 25
	li 29,2
again:
	subf 6,5,6
	divwuo. 18,4,4
	lis 23,142
	ori 23,23,41182
	lis 24,238
	ori 24,24,20905
	divwu. 8,24,23
	lis 23,0
	ori 23,23,18501
	lis 24,0
	ori 24,24,18547
	divw 20,24,23
	lis 23,0
	ori 23,23,4
	lis 24,0
	ori 24,24,21949
	divwo. 22,24,23
	andc 17,20,22
	lis 23,0
	ori 23,23,38778
	lis 24,72
	ori 24,24,28555
	divwu 15,24,23
	andi. 22,3,3380
	addi 11,22,-9855
	srw 18,18,6
	rlwinm 16,16,5,4,14
	addi 12,10,13267
	lis 23,11015
	ori 23,23,45812
	lis 24,0
	ori 24,24,132
	divwo. 6,24,23
	orc. 15,6,13
	divwuo 5,6,15
	lis 23,16771
	ori 23,23,55285
	divwu 9,5,23
	ori 8,7,33273
	addze 11,7
	add 16,21,11
	mulhwu 20,16,20
	lis 24,1
	ori 24,24,11303
	divwu. 9,24,20
	lis 23,0
	ori 23,23,3
	lis 24,100
	ori 24,24,44518
	divwuo. 22,24,23
	neg 5,5
	oris 6,20,5214
	lis 23,-31447
	ori 23,23,14290
	lis 24,43
	ori 24,24,48452
	divwo. 22,24,23
	addi 29,29,-1
	cmpwi 0,29,0
	beq end
	b again
end:
	li 0,1
	li 3,0
	sc
F0:
	blr
F1:
	neg 12,13
	extsb 12,16
	subfme 6,6
	blr
F2:
	subfe 13,12,19
	or 6,11,6
	addi 9,13,11400
	cntlzw 8,6
	blr
F3:
	addc. 6,8,6
	addc 7,15,6
	eqv 13,7,20
	mflr 0
	bl G
	mtlr 0
	blr
G:
	andis. 12,3,3296
	blr
	.rept 64
	nop
	.endr
	.include "data.inc"
