// Names of the DWARF numbers that debug-information nodes hold (DWARF 5 and the vendor ranges that LLVM prints).

const table = (prefix: string, entries: string): ReadonlyMap<number, string> => {
  const names = new Map<number, string>();
  let number = 0;
  for (const word of entries.split(/\s+/)) {
    if (/^[0-9]/.test(word)) number = Number(word);
    else {
      names.set(number, prefix + word);
      number += 1;
    }
  }
  return names;
};

// A number sets the next name's code; names after it count up from there.
export const TAGS = table(
  "DW_TAG_",
  `1 array_type class_type entry_point enumeration_type formal_parameter 8 imported_declaration 0xa label lexical_block
  0xd member 0xf pointer_type reference_type compile_unit string_type structure_type 0x15 subroutine_type typedef
  union_type unspecified_parameters variant common_block common_inclusion inheritance inlined_subroutine module
  ptr_to_member_type set_type subrange_type with_stmt access_declaration base_type catch_block const_type constant
  enumerator file_type friend namelist namelist_item packed_type subprogram template_type_parameter
  template_value_parameter thrown_type try_block variant_part variable volatile_type dwarf_procedure restrict_type
  interface_type namespace imported_module unspecified_type partial_unit imported_unit 0x3f condition shared_type
  type_unit rvalue_reference_type template_alias coarray_type generic_subrange dynamic_type atomic_type call_site
  call_site_parameter skeleton_unit immutable_type 0x4081 MIPS_loop 0x4101 format_label function_template
  class_template GNU_BINCL GNU_EINCL GNU_template_template_param GNU_template_parameter_pack
  GNU_formal_parameter_pack GNU_call_site GNU_call_site_parameter 0x4200 APPLE_property 0x6000 LLVM_annotation
  0x8004 GHS_namespace 0x8765 UPC_shared_type UPC_strict_type UPC_relaxed`,
);

export const LANGUAGES = table(
  "DW_LANG_",
  `1 C89 C Ada83 C_plus_plus Cobol74 Cobol85 Fortran77 Fortran90 Pascal83 Modula2 Java C99 Ada95 Fortran95 PLI ObjC
  ObjC_plus_plus UPC D Python OpenCL Go Modula3 Haskell C_plus_plus_03 C_plus_plus_11 OCaml Rust C11 Swift Julia
  Dylan C_plus_plus_14 Fortran03 Fortran08 RenderScript BLISS Kotlin Zig Crystal 0x2b C_plus_plus_17 C_plus_plus_20
  C17 Fortran18 Ada2005 Ada2012 HIP Assembly C_sharp Mojo GLSL GLSL_ES HLSL OpenCL_CPP CPP_for_OpenCL SYCL 0x3e C23
  0x8001 Mips_Assembler`,
);

export const ENCODINGS = table(
  "DW_ATE_",
  `1 address boolean complex_float float signed signed_char unsigned unsigned_char imaginary_float packed_decimal
  numeric_string edited signed_fixed unsigned_fixed decimal_float UTF UCS ASCII`,
);

export const CONVENTIONS = table(
  "DW_CC_",
  `1 normal program nocall pass_by_reference pass_by_value 0x40 GNU_renesas_sh GNU_borland_fastcall_i386 0xb0
  BORLAND_safecall BORLAND_stdcall BORLAND_pascal BORLAND_msfastcall BORLAND_msreturn BORLAND_thiscall
  BORLAND_fastcall 0xc0 LLVM_vectorcall LLVM_Win64 LLVM_X86_64SysV LLVM_AAPCS LLVM_AAPCS_VFP LLVM_IntelOclBicc
  LLVM_SpirFunction LLVM_DeviceKernel LLVM_Swift LLVM_PreserveMost LLVM_PreserveAll LLVM_X86RegCall`,
);

export const MACRO_TYPES = table("DW_MACINFO_", "1 define undef start_file end_file 255 vendor_ext");

const count = (name: string, first: number): string =>
  `${String(first)} ${Array.from({ length: 32 }, (_, index) => name + String(index)).join(" ")}`;

/** Operations of location expressions that LLVM accepts. */
export const OPERATIONS = table(
  "DW_OP_",
  `6 deref 0x10 constu consts dup drop over 0x16 swap rot xderef abs and div minus mod mul neg not or plus
  plus_uconst shl shr shra xor 0x29 eq ge gt le lt ne ${count("lit", 0x30)} ${count("reg", 0x50)}
  ${count("breg", 0x70)} 0x90 regx 0x92 bregx 0x94 deref_size 0x97 push_object_address 0x9f stack_value 0x1000
  LLVM_fragment LLVM_convert LLVM_tag_offset LLVM_entry_value LLVM_implicit_pointer LLVM_arg LLVM_extract_bits_sext
  LLVM_extract_bits_zext`,
);

/** Number of operands of an operation. */
export function operationOperands(operation: number): number {
  if (operation >= 0x70 && operation < 0x90) return 1;
  switch (operation) {
    case 0x92:
    case 0x1000:
    case 0x1001:
    case 0x1006:
    case 0x1007:
      return 2;
    case 0x10:
    case 0x11:
    case 0x23:
    case 0x90:
    case 0x94:
    case 0x1002:
    case 0x1003:
    case 0x1005:
      return 1;
    default:
      return 0;
  }
}

const bits = (entries: string): readonly (readonly [number, string])[] =>
  entries.split(/\s+/).map((entry) => {
    const [bit, name] = entry.split(":") as [string, string];
    return [2 ** Number(bit), name];
  });

const NODE_FLAGS = bits(
  `2:FwdDecl 3:AppleBlock 4:ReservedBit4 5:Virtual 6:Artificial 7:Explicit 8:Prototyped 9:ObjcClassComplete
  10:ObjectPointer 11:Vector 12:StaticMember 13:LValueReference 14:RValueReference 15:ExportSymbols
  18:IntroducedVirtual 19:BitField 20:NoReturn 22:TypePassByValue 23:TypePassByReference 24:EnumClass 25:Thunk
  26:NonTrivial 27:BigEndian 28:LittleEndian 29:AllCallsDescribed`.trim(),
);
const SUBPROGRAM_FLAGS = bits(
  "2:LocalToUnit 3:Definition 4:Optimized 5:Pure 6:Elemental 7:Recursive 8:MainSubprogram 9:Deleted 11:ObjCDirect",
);

/** `DIFlagPrototyped | DIFlagAllCallsDescribed`; flags must not be 0. */
export function nodeFlags(flags: number): string {
  const names: string[] = [];
  let left = flags;
  const take = (mask: number, name: string): void => {
    names.push(`DIFlag${name}`);
    left -= mask;
  };
  // Two pairs of bits are numbers rather than flags.
  const access = flags & 3;
  if (access !== 0) take(access, ["", "Private", "Protected", "Public"][access] as string);
  const inheritance = (flags >> 16) & 3;
  if (inheritance !== 0) {
    take(inheritance * 65536, `${["", "Single", "Multiple", "Virtual"][inheritance] as string}Inheritance`);
  }
  if ((flags & 36) === 36) take(36, "IndirectVirtualBase");
  for (const [mask, name] of NODE_FLAGS) if ((left & mask) !== 0) take(mask, name);
  if (left !== 0 || names.length === 0) names.push(String(left));
  return names.join(" | ");
}

/** `DISPFlagDefinition | DISPFlagOptimized`, or `0`. */
export function subprogramFlags(flags: number): string {
  if (flags === 0) return "0";
  const names: string[] = [];
  let left = flags;
  const virtuality = flags & 3;
  if (virtuality === 1) names.push("DISPFlagVirtual");
  if (virtuality === 2) names.push("DISPFlagPureVirtual");
  if (virtuality !== 3) left -= virtuality;
  for (const [mask, name] of SUBPROGRAM_FLAGS) {
    if ((left & mask) === 0) continue;
    names.push(`DISPFlag${name}`);
    left -= mask;
  }
  if (left !== 0) names.push(String(left));
  return names.join(" | ");
}
