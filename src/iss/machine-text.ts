// What the action compiler asks of its surroundings: the text for fields and addresses at one place of the program, and,
// for a machine that has more than plain registers and one memory, the text that reaches its parts.
import type { ServiceName } from "../machine/action.ts";
import type { Value } from "../isa/values.ts";

/** What differs between an instruction in a compiled block and one that stands alone. */
export interface Site {
  field(name: string): Value;
  readonly cia: Value;
}

/**
 * How the code reaches a machine that has more than plain registers and one memory. Every function gives the text of an
 * expression, or of a statement with its semicolon; undefined: nothing special, as in a plain machine.
 */
export interface MachineText {
  readRegister(name: string, direct: boolean): string | undefined;
  writeRegister(name: string, value: string, direct: boolean): string | undefined;
  readElement(file: string, index: string, direct: boolean): string | undefined;
  writeElement(file: string, index: string, value: string, direct: boolean): string | undefined;
  /** The name of a helper's function: helpers are called, not put in place. */
  helper(name: string): string;
  parm(name: string): string;
  entry(object: string, field: string | undefined, width: number, indices: readonly string[]): string;
  writeEntry(
    object: string,
    field: string | undefined,
    width: number,
    indices: readonly string[],
    value: string,
  ): string;
  load(memory: string | undefined, address: string, bytes: number): string;
  store(memory: string | undefined, address: string, bytes: number, value: string): string;
  service(name: ServiceName, object: string | undefined, values: readonly string[]): string;
  /** Text that holds the n-th output of the last service. */
  output(n: number): string;
  /** Has the statements of `block`, in braces, done `delay` instructions later. */
  delayed(delay: string, block: string): string;
  /** A branch to `address`. */
  branch(address: string): string;
  /** `CIA = address`. */
  setCia(address: string): string;
  /** Whether `error` is an exception of the machine. */
  isRaised(error: string): string;
}
