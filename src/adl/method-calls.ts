// Calls with a dot on the pipeline's resources and operands (`mEX.has_space()`), and the instruction's own methods
// (`exec()`). The tables are the uADL manual's interface methods. Methods of values are in value-methods.ts.
import type { Expression, ValueType } from "../machine/action.ts";
import { count, didYouMean } from "./findings.ts";
import { BIT, WORD, constant } from "./fold.ts";
import type { ObjectKind } from "./scope.ts";
import type { Span } from "./source.ts";
import type { SyntaxExpression } from "./syntax.ts";
import type { Typer } from "./typed.ts";

interface Method {
  readonly least: number;
  readonly most: number;
  readonly result: ValueType;
}

function method(least: number, most = least, result: ValueType = BIT): Method {
  return { least, most, result };
}

const ANY = 64;

/** Methods that instruction-class code calls on each kind of object. */
export const OBJECT_METHODS: Readonly<Record<ObjectKind, Readonly<Record<string, Method>>>> = {
  stage: {
    capacity: method(0, 0, WORD),
    has_space: method(0, 1),
    empty: method(0),
    no_capacity_check: method(0),
    add_instr: method(0),
    has_attr: method(1, 2),
    instr_class: method(0, 1, WORD),
    size: method(0, 0, WORD),
  },
  fetchunit: {
    cancel: method(0, 1),
    flush: method(0, 1),
    force: method(0),
    pause: method(0),
    hold: method(1),
    set_cancel: method(1),
  },
  forwarding_path: { write: method(1) },
  memory: {
    request_queue_empty: method(0),
    is_inactive: method(0),
    can_request_read: method(0, 1),
    can_request_write: method(0, 1),
    can_read: method(0),
    can_write: method(0),
    can_accept_read_request: method(0),
    can_accept_write_request: method(0),
    send_read_request: method(0, 1),
    send_write_request: method(0, 1),
    read: method(0),
    post_read: method(0),
    pre_write: method(0),
    write: method(0),
    next: method(0),
    set_size: method(1),
    can_force_lock: method(0),
    allocate_force_lock: method(0),
    deallocate_force_lock: method(0, 1),
    deallocate_force_unlock: method(0, 1),
    can_lock: method(0),
    allocate_lock: method(0),
    can_unlock: method(0),
    deallocate_lock: method(0, 1),
    deallocate_unlock: method(0, 1),
    request_queue_inactive: method(0),
    can_accept_read_requests: method(0),
    can_accept_write_requests: method(0),
    can_request_cmd: method(0),
    send_cmd: method(0),
    cmds_done: method(0),
    store_buf_done: method(0),
    next_level_actions_empty: method(0),
    linefill_block_inquire: method(0, 1),
    linefill_not_blocked: method(0, 1),
    send_zero_request: method(0),
    send_reserve_request: method(0),
    send_touch_request: method(0),
    invalidate_all: method(0),
    send_flush_request: method(0),
    send_sync_request: method(0),
    send_conditional_request: method(0),
    crosses_row: method(0),
  },
  semaphore: {
    can_allocate: method(0),
    check_allocate: method(0),
    allocate: method(0),
    deallocate: method(0),
    clear: method(0),
    count: method(0, 0, WORD),
  },
  flag: {
    can_allocate: method(0),
    check_allocate: method(0),
    allocate: method(0),
    deallocate: method(0, 1),
  },
  // Custom resources count: each allocates up to the one number among its arguments.
  custom: {
    can_allocate: method(0),
    check_allocate: method(0),
    allocate: method(0),
    deallocate: method(0),
    count: method(0, 0, WORD),
  },
  branch_predictor: {
    enabled: method(0),
    last_predict_taken: method(0),
    predict: method(0),
    predict_taken: method(0),
    hit: method(0),
    update: method(0),
    update_normal: method(0),
    update_link_type: method(0),
    update_return_type: method(0),
    invalidate_all: method(0),
  },
  access: {
    ea: method(0, 0, WORD),
    ra: method(0, 0, WORD),
    size: method(0, 0, WORD),
    is_write: method(0),
    set_serialized: method(1),
    set_serialized_level: method(1),
    clr_serialized: method(1),
  },
  operand: {
    can_read: method(0),
    can_read_fp: method(0, ANY),
    can_write: method(0),
    read: method(0, ANY),
    read_avail: method(0, ANY),
    record_sources: method(0),
    allocate: method(0),
    deallocate: method(0),
    write: method(0),
    is_real: method(0),
    field_value: method(0, 0, WORD),
    value: method(0, 0, WORD),
  },
  register: { can_read: method(0, 1), can_read_fp: method(0, ANY), can_write: method(0, 1) },
};

/** Whether instruction-class code may call this on a register: `CR.can_read(0xf0000000)`. */
export function isRegisterMethod(name: string): boolean {
  return Object.hasOwn(OBJECT_METHODS.register, name);
}

/** Methods of the instruction itself. */
export const INSTRUCTION_METHODS: Readonly<Record<string, Method>> = {
  addr: method(0, 0, WORD),
  size: method(0, 0, WORD),
  capacity: method(0, 0, WORD),
  exec: method(0),
  note_issue: method(0),
  exec_and_read: method(1, 2),
  exec_and_write: method(1, 3),
  exec_done: method(0),
  change_state: method(1),
  stalled: method(0),
  flush: method(0),
  taken_flush: method(0, 2),
  branch_taken: method(0),
  branch_target: method(0, 0, WORD),
  is_misaligned: method(1),
  has_more_mem: method(0),
  has_next_request: method(0),
  has_requested_mem_op: method(0),
  last_branch_prediction_correct: method(0, 1),
  next_req_mem: method(0),
  set_speculative: method(0, 1),
  can_read_ops: method(0),
  can_write_ops: method(0),
  read_ops: method(0, ANY),
  allocate_ops: method(0),
  deallocate_ops: method(0),
  write_ops: method(0),
  check_latency: method(0),
  clear_latency: method(0),
  decr_latency: method(0),
  latency: method(0, 0, WORD),
  set_latency: method(1),
  clr_serialized: method(1),
  is_serialized: method(0, 1),
  set_serialized: method(1),
  set_serialized_level: method(1),
  commit_exceptions: method(0),
  has_exceptions: method(0),
  free_all_mem: method(0),
  getChildId: method(0, 0, WORD),
};

const OBJECT_WORDS: Readonly<Record<ObjectKind, string>> = {
  stage: "a pipeline stage",
  fetchunit: "the fetch unit",
  forwarding_path: "a forwarding path",
  memory: "a memory",
  semaphore: "a semaphore",
  flag: "a flag",
  custom: "a custom resource",
  branch_predictor: "a branch predictor",
  access: "a memory access",
  operand: "an operand",
  register: "a register",
};

/** `objectKind` undefined: the instruction's own method. */
export function typeObjectMethod(
  typer: Typer,
  objectKind: ObjectKind | undefined,
  object: string,
  called: { readonly name: string; readonly span: Span },
  values: readonly SyntaxExpression[],
  open = false,
): Expression {
  const table = objectKind ? OBJECT_METHODS[objectKind] : INSTRUCTION_METHODS;
  const known = Object.hasOwn(table, called.name) ? table[called.name] : undefined;
  if (!known && open) return constant(1n, BIT);
  if (!known) {
    const owner = objectKind ? OBJECT_WORDS[objectKind] : "an instruction";
    return typer.error(
      "BW0241",
      called.span,
      `${owner} has no method ${called.name}`,
      didYouMean(called.name, Object.keys(table)) ?? `methods: ${Object.keys(table).join(", ")}`,
    );
  }
  if (values.length < known.least || values.length > known.most) {
    const wanted = known.least === known.most ? `${known.least}` : `${known.least} to ${known.most}`;
    return typer.error(
      "BW0225",
      called.span,
      `${called.name} takes ${count(wanted, "argument")}, not ${values.length}`,
    );
  }
  return {
    kind: "method",
    object,
    method: called.name,
    arguments: values.map((v) => typer.value(v)),
    type: known.result,
  };
}
