// JavaScript text of the built-in functions of action code.
import { InternalError } from "../base/diagnostic.ts";
import type { BuiltinName, ValueType } from "../machine/action.ts";
import { binary, BIT, complement, constant, convert, value, WORD } from "../isa/values.ts";
import type { Value } from "../isa/values.ts";
import { FLOAT_FUNCTIONS, FLOAT_NAMES, floatOperation } from "./float-text.ts";

export interface BuiltinContext {
  temporary(v: Value): Value;
  /** Upper and lower word of a value of 64 bits. */
  halves(v: Value): readonly [high: string, low: string];
  fresh(stem: string): string;
  emit(text: string): void;
  /** Whether data addresses are recorded in X[0]. */
  readonly recordsAddresses: boolean;
  readonly cia: Value;
  /** Type of the call. */
  readonly type: ValueType;
}

/** The call's value; undefined for those that have none (their text is emitted). */
export function compileBuiltin(
  name: BuiltinName,
  args: readonly Value[],
  at: BuiltinContext,
): Value | undefined {
  const arg = (i: number): Value => {
    const v = args[i];
    if (!v) throw new InternalError(`${name} with ${args.length} arguments`);
    return v;
  };
  const word = (i: number): Value => convert(arg(i), WORD);
  if (name.startsWith("fp_")) return floatOperation(name, args, at);
  switch (name) {
    case "carry":
    case "overflow":
      return sumBit(name, arg(0), arg(1), arg(2), at);
    case "count_leading_zeros": {
      const v = arg(0);
      const type: ValueType = { width: 32, signed: false };
      if (v.known !== undefined)
        return constant(type, BigInt(v.type.width - (v.known === 0n ? 0 : v.known.toString(2).length)));
      if (v.type.width > 32) return value(type, `leadingZerosWide(${v.js},${v.type.width})`);
      return value(type, `(Math.clz32(${v.js})-${32 - v.type.width})`);
    }
    case "rotate_left":
      if (arg(0).type.width === 32) return rotate(word(0), arg(1), at);
      return rotateAny(arg(0), arg(1), at);
    case "carries": {
      const type: ValueType = { width: arg(0).type.width, signed: false };
      const [x, y] = [at.temporary(convert(arg(0), type)), at.temporary(convert(arg(1), type))];
      const carryIn = convert({ ...arg(2), type: { width: arg(2).type.width, signed: false } }, type);
      const sum = at.temporary(binary(type, "+", binary(type, "+", x, y), carryIn));
      const either = binary(type, "&", binary(type, "^", x, y), complement(sum));
      return binary(type, "|", binary(type, "&", x, y), either);
    }
    case "mask": {
      const { width } = at.type;
      const text = `maskOf(${width},${word(0).js},${word(1).js})`;
      if (width === 32) return mask(word(0), word(1));
      return value({ width, signed: false }, width > 32 ? text : `Number(${text})`);
    }
    case "count_ones":
      return value(WORD, `countOnes(${arg(0).js})`);
    case "swap_bytes":
      return value(arg(0).type, `swapBytes(${arg(0).js},${arg(0).type.width})`);
    case "signed_multiply":
      return binary(arg(0).type, "*", arg(0), arg(1));
    case "signed_divide":
      return binary(arg(0).type, "/", at.temporary(arg(0)), at.temporary(arg(1)));
    case "mask32":
      return mask(convert(arg(0), WORD), convert(arg(1), WORD));
    case "multiply_high_signed":
      return value(WORD, `multiplyHighSigned(${word(0).js},${word(1).js})`);
    case "multiply_high_unsigned":
      return value(WORD, `multiplyHighUnsigned(${word(0).js},${word(1).js})`);
    case "divide_signed": {
      const [a, b] = [at.temporary(word(0)), at.temporary(word(1))];
      return value(WORD, `(${b.js}===0?${a.js}:(${a.js}/${b.js}|0))`);
    }
    case "divide_unsigned": {
      const [a, b] = [at.temporary(word(0)), at.temporary(word(1))];
      return value(WORD, `(${b.js}===0?${a.js}:((${a.js}>>>0)/(${b.js}>>>0)>>>0|0))`);
    }
    case "system_call":
      at.emit(`nia=E.systemCall(${at.cia.js});/*reload*/`);
      return undefined;
    case "trap":
      at.emit(`E.trap(${at.cia.js});`);
      return undefined;
    case "time_base":
      return value({ width: 64, signed: false }, "E.timeBase()");
    case "reserve":
      at.emit(`E.reserve(${word(0).js});`);
      return undefined;
    case "note_address":
      if (at.recordsAddresses) at.emit(`X[0]=${word(0).js};`);
      return undefined;
    case "reservation_held":
      return at.temporary(value(BIT, `E.reservationHeld(${word(0).js})`));
    default:
      throw new InternalError(`built-in ${String(name)} is not compiled`);
  }
}

/** Carry-out and signed overflow of a+b+c without a wider sum: from the signs of operands and result. */
function sumBit(name: "carry" | "overflow", a: Value, b: Value, c: Value, at: BuiltinContext): Value {
  const type: ValueType = { width: a.type.width, signed: false };
  const x = at.temporary(convert({ ...a, type }, type));
  const y = at.temporary(convert(b, type));
  const carryIn = convert({ ...c, type: { width: c.type.width, signed: false } }, type);
  const sum = at.temporary(binary(type, "+", binary(type, "+", x, y), carryIn));
  const top = (v: Value): Value => binary(type, ">>", v, constant(WORD, BigInt(type.width - 1)));
  if (name === "overflow") {
    const same = binary(type, "&", binary(type, "^", sum, x), binary(type, "^", sum, y));
    return convert(top(same), BIT);
  }
  if (carryIn.known === 0n) return binary(BIT, "<", sum, x);
  const either = binary(type, "&", binary(type, "|", x, y), complement(sum));
  return convert(top(binary(type, "|", binary(type, "&", x, y), either)), BIT);
}

function rotate(v: Value, count: Value, at: BuiltinContext): Value {
  if (count.known !== undefined) {
    const n = Number(count.known & 31n);
    if (n === 0) return v;
    if (v.known !== undefined) return constant(WORD, (v.known << BigInt(n)) | (v.known >> BigInt(32 - n)));
    const x = at.temporary(v);
    return value(WORD, `(${x.js}<<${n}|${x.js}>>>${32 - n})`);
  }
  const x = at.temporary(v);
  const n = at.temporary(convert(count, WORD));
  // JavaScript takes shift counts modulo 32, so that a count of 0 gives x | x.
  return value(WORD, `(${x.js}<<${n.js}|${x.js}>>>(32-${n.js}))`);
}

function rotateAny(v: Value, count: Value, at: BuiltinContext): Value {
  const type: ValueType = { width: v.type.width, signed: false };
  const x = at.temporary(convert({ ...v, type }, type));
  const n = at.temporary(value(WORD, `((${convert(count, WORD).js}>>>0)%${type.width})`));
  const back = value(WORD, `(${type.width}-${n.js})`);
  return binary(type, "|", binary(type, "<<", x, n), binary(type, ">>", x, back));
}

function mask(first: Value, last: Value): Value {
  if (first.known === undefined || last.known === undefined)
    return value(WORD, `mask32(${first.js},${last.js})`);
  const from = 0xffffffffn >> (first.known & 31n);
  const to = BigInt.asUintN(32, 0xffffffffn << (31n - (last.known & 31n)));
  return constant(WORD, first.known <= last.known ? from & to : from | to);
}

/** Names of the functions of builtinSupport(). */
export const BUILTIN_SUPPORT_NAMES =
  "multiplyHighUnsigned,multiplyHighSigned,mask32,shiftWide,leadingZerosWide,maskOf,countOnes,swapBytes," +
  "rangeWide,insertWide,rangeNarrow,insertNarrow,wide,upper,lower," +
  FLOAT_NAMES;

/** Source of the functions that the texts above call. */
export const BUILTIN_SUPPORT = `
function multiplyHighUnsigned(a,b){
  const al=a&65535,ah=a>>>16,bl=b&65535,bh=b>>>16;
  const t=(Math.imul(ah,bl)+(Math.imul(al,bl)>>>16))>>>0;
  const u=((t&65535)+Math.imul(al,bh))>>>0;
  return (Math.imul(ah,bh)+(t>>>16)+(u>>>16))|0;
}
function multiplyHighSigned(a,b){
  return (multiplyHighUnsigned(a,b)-(a>>31&b)-(b>>31&a))|0;
}
function mask32(first,last){
  const from=-1>>>first,to=-1<<(31-last);
  return first<=last?from&to:from|to;
}
function shiftWide(x,n,left){
  const by=n>1024n?1024n:n;
  return left?x<<by:x>>by;
}
function maskOf(width,first,last){
  const w=BigInt(width),f=BigInt((first>>>0)%width),l=BigInt((last>>>0)%width),all=(1n<<w)-1n;
  const from=all>>f,to=all^((1n<<(w-1n-l))-1n);
  return f<=l?from&to:from|to;
}
function countOnes(x){
  let n=0;
  if(typeof x==="bigint")for(;x!==0n;x&=x-1n)n++;
  else for(;x!==0;x&=x-1)n++;
  return n;
}
function swapBytes(x,width){
  if(width===32)return x<<24|(x&0xff00)<<8|x>>>8&0xff00|x>>>24;
  if(width===16)return (x&255)<<8|x>>>8;
  if(width===8)return x;
  let y=0n;
  for(let i=0;i<width;i+=8){y=y<<8n|x&255n;x>>=8n;}
  return y;
}
function rangeWide(x,width,first,last){
  if(last<first)return 0n;
  return (x>>BigInt(width-1-last))&((1n<<BigInt(last-first+1))-1n);
}
function insertWide(x,width,first,last,bits){
  if(last<first)return x;
  const at=BigInt(width-1-last),m=((1n<<BigInt(last-first+1))-1n)<<at;
  return x&~m|bits<<at&m;
}
function rangeNarrow(x,width,first,last){
  return last<first?0:x<<(32-width+first)>>>(31-last+first)|0;
}
function insertNarrow(x,width,first,last,bits){
  if(last<first)return x;
  const at=width-1-last,m=(-1>>>(31-last+first))<<at;
  return x&~m|bits<<at&m;
}
function wide(h,l){
  return BigInt(h>>>0)<<32n|BigInt(l>>>0);
}
function upper(x){
  return Number(BigInt.asIntN(32,x>>32n));
}
function lower(x){
  return Number(BigInt.asIntN(32,x));
}
function leadingZerosWide(x,width){
  return x===0n?width:width-x.toString(2).length;
}
`;

/** The functions themselves, in the order of their names; each caller has its own, which V8 optimises for it. */
export function builtinSupport(): unknown[] {
  const make = new Function(FLOAT_NAMES, `${BUILTIN_SUPPORT}return[${BUILTIN_SUPPORT_NAMES}];`);
  return make(...FLOAT_FUNCTIONS) as unknown[];
}
