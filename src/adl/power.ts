// The power block of a core: frequency, voltage, leakage and the energy of each event, all with unit and source.
import type {
  EnergyEvent,
  EventTrigger,
  PipelineModel,
  PowerModel,
  Signal,
  SourcedNumber,
} from "../machine/model.ts";
import type { IsaModel } from "../machine/model.ts";
import { memoryNames } from "./memory-resources.ts";
import { WIDE_KINDS } from "../machine/model.ts";
import { childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { didYouMean } from "./findings.ts";
import { checkKnown, entryOf, integerOf, expressionOf, nameIn, namesOf } from "./keys.ts";
import type { NameAt } from "./keys.ts";
import { quantityOf } from "./quantity.ts";
import { readSignal } from "./signals.ts";

const NOTHING: SourcedNumber = { value: 0, unit: "", source: { kind: "none" } };
const SIMPLE = ["issue", "fetch", "cycle"];
const WITH_NAME = [
  "occupy",
  "read",
  "write",
  "memory_read",
  "memory_write",
  "hit",
  "miss",
  "refill",
  "advance",
  "change",
  "toggle",
  "toggle_product",
];

/** 25 degrees Celsius: the temperature of a description that says none. */
export const ROOM_TEMPERATURE: SourcedNumber = { value: 298.15, unit: "K", source: { kind: "none" } };

export function elaboratePower(
  block: Block,
  pipeline: PipelineModel,
  isa: IsaModel,
  findings: Findings,
): PowerModel {
  const keys = [
    "frequency",
    "voltage",
    "nominal_voltage",
    "temperature",
    "nominal_temperature",
    "leakage",
    "dynamic_scaling",
    "leakage_scaling",
    ...WIDE_KINDS.map((kind) => `wide_${kind}`),
  ];
  checkKnown(block, keys, ["event", "signal"], findings);
  const signals = childrenOf(block, "signal").map((child) =>
    readSignal(child, isa, pipeline.stages, findings),
  );
  const quantity = (key: string, unit: string): SourcedNumber => {
    if (!block.keys.has(key)) {
      findings.error("BW0208", block.span, `power ${block.name} has no ${key}`);
      return { ...NOTHING, unit };
    }
    const result = readQuantity(block, key, unit, findings);
    if (result && result.value <= 0 && key !== "leakage") {
      findings.error("BW0206", entryOf(block, key)?.span, `${key} must be above 0`);
    }
    return result ?? { ...NOTHING, unit };
  };
  const events: EnergyEvent[] = [];
  for (const child of childrenOf(block, "event")) {
    checkKnown(child, ["trigger", "classes", "energy", "limit"], [], findings);
    const trigger = readTrigger(child, pipeline, isa, signals, findings);
    if (!child.keys.has("energy")) findings.error("BW0208", child.span, `event ${child.name} has no energy`);
    const energy = readQuantity(child, "energy", "J", findings);
    if (energy && energy.value < 0) findings.error("BW0206", child.span, "an energy cannot be negative");
    if (trigger && energy) events.push({ name: child.name, trigger, energy });
  }
  const voltage = quantity("voltage", "V");
  const temperature = block.keys.has("temperature") ? quantity("temperature", "K") : ROOM_TEMPERATURE;
  return {
    name: block.name,
    frequency: quantity("frequency", "Hz"),
    voltage,
    nominalVoltage: block.keys.has("nominal_voltage") ? quantity("nominal_voltage", "V") : voltage,
    temperature,
    nominalTemperature: block.keys.has("nominal_temperature")
      ? quantity("nominal_temperature", "K")
      : temperature,
    leakage: quantity("leakage", "W"),
    events,
    ...(signals.length > 0
      ? {
          signals,
          wide: Object.fromEntries(
            WIDE_KINDS.map((kind) => [kind, instructionNames(block, `wide_${kind}`, isa, findings)]),
          ),
        }
      : {}),
    dynamicScaling: formula(block, "dynamic_scaling", "(v/vn)^2", findings),
    leakageScaling: formula(block, "leakage_scaling", "(v/vn)^3", findings),
  };
}

function instructionNames(block: Block, key: string, isa: IsaModel, findings: Findings): string[] {
  const known = isa.instructions.map((one) => one.name);
  return namesOf(block, key, findings).flatMap(({ text, span }) => {
    if (known.includes(text)) return [text];
    findings.error("BW0212", span, `unknown instruction ${text}`, didYouMean(text, known));
    return [];
  });
}

function readQuantity(
  block: Block,
  key: string,
  unit: string,
  findings: Findings,
): SourcedNumber | undefined {
  const e = expressionOf(block, key, findings);
  const entry = entryOf(block, key);
  if (!e || entry?.value.kind !== "expression") return undefined;
  return quantityOf(e, entry.value.sourcing, key, unit, findings);
}

function readTrigger(
  block: Block,
  pipeline: PipelineModel,
  isa: IsaModel,
  signals: readonly Signal[],
  findings: Findings,
): EventTrigger | undefined {
  const classes: string[] = [];
  const known = pipeline.classes.map((c) => c.name);
  const addClass = ({ text, span }: NameAt): void => {
    if (known.includes(text)) classes.push(text);
    else findings.error("BW0212", span, `unknown instruction class ${text}`, didYouMean(text, known));
  };
  namesOf(block, "classes", findings).forEach(addClass);
  const e = expressionOf(block, "trigger", findings);
  if (!e || e.kind === "broken") {
    if (!block.keys.has("trigger"))
      findings.error("BW0208", block.span, `event ${block.name} has no trigger`);
    return undefined;
  }
  const kind = nameIn(e.kind === "call" ? e.callee : e)?.text ?? "";
  const names = (e.kind === "call" ? e.arguments : []).flatMap((argument) => nameIn(argument) ?? []);
  const takesClasses = kind === "issue" || kind === "occupy";
  if (block.keys.has("classes") && !takesClasses) {
    findings.error(
      "BW0265",
      block.span,
      `classes have no meaning for the trigger ${kind}`,
      "only issue and occupy(stage) tell classes apart",
    );
  }
  const [object, ...rest] = kind === "issue" ? [undefined, ...names] : names;
  const wrong =
    (!SIMPLE.includes(kind) && !WITH_NAME.includes(kind)) ||
    (WITH_NAME.includes(kind) && !object) ||
    (e.kind === "call" && names.length !== e.arguments.length) ||
    (!takesClasses && kind !== "toggle_product" && names.length > (WITH_NAME.includes(kind) ? 1 : 0)) ||
    (kind === "toggle_product" && names.length !== 2);
  if (wrong) {
    findings.error(
      "BW0265",
      e.span,
      `wrong trigger ${kind}`,
      didYouMean(
        kind,
        [...SIMPLE, ...WITH_NAME].filter((k) => k !== kind),
      ) ??
        "triggers: issue(classes…), fetch, cycle, occupy(stage,classes…), read(registers), write(registers), memory_read(memory), memory_write(memory), hit(cache), miss(cache), refill(cache), advance(stage), change(stage), toggle(signal), toggle_product(signal,signal)",
    );
    return undefined;
  }
  if (takesClasses) for (const name of rest) if (name) addClass(name);
  if (kind === "issue") return { kind, classes };
  if (kind === "fetch" || kind === "cycle") return { kind };
  if (!object) return undefined;
  const check = (names: readonly string[], what: string): boolean => {
    if (names.includes(object.text)) return true;
    findings.error("BW0212", object.span, `unknown ${what} ${object.text}`, didYouMean(object.text, names));
    return false;
  };
  switch (kind) {
    case "occupy":
      return check(
        pipeline.stages.map((s) => s.name),
        "pipeline stage",
      )
        ? { kind, stage: object.text, classes }
        : undefined;
    case "advance":
    case "change":
      return check(
        pipeline.stages.map((s) => s.name),
        "pipeline stage",
      )
        ? { kind, stage: object.text }
        : undefined;
    case "toggle":
    case "toggle_product": {
      const known = signals.map((one) => one.name);
      const second = rest[0];
      if (!check(known, "signal")) return undefined;
      if (kind === "toggle" || !second) return { kind: "toggle", signal: object.text };
      if (!known.includes(second.text)) {
        findings.error(
          "BW0212",
          second.span,
          `unknown signal ${second.text}`,
          didYouMean(second.text, known),
        );
        return undefined;
      }
      return {
        kind,
        signals: [object.text, second.text],
        limit: integerOf(block, "limit", 0, { min: 0, max: 1 << 20 }, findings),
      };
    }
    case "read":
    case "write":
      return check([...Object.keys(isa.registerFiles), ...Object.keys(isa.registers)], "register file")
        ? { kind, registerFile: object.text }
        : undefined;
    case "memory_read":
    case "memory_write": {
      const memories = [
        ...memoryNames([...pipeline.memories, ...pipeline.caches]),
        ...pipeline.buses.map((bus) => bus.name),
      ];
      return check(memories, "memory") ? { kind, memory: object.text } : undefined;
    }
    case "hit":
    case "miss":
    case "refill":
      return check(
        pipeline.memories.flatMap((one) => (one.busCache ? [one.name] : [])),
        "cache on a bus",
      )
        ? { kind, cache: object.text }
        : undefined;
    default:
      return undefined;
  }
}

/** A scaling expression of v, vn, t and tn: numbers, + - * / ^ and parentheses. */
function formula(block: Block, key: string, fallback: string, findings: Findings): string {
  const e = expressionOf(block, key, findings);
  if (!e || e.kind === "broken") return fallback;
  if (e.kind !== "string") {
    findings.error("BW0266", e.span, `${key} takes an expression in quotes`, 'for example "(v/vn)^2"');
    return fallback;
  }
  const tokens = e.value.match(/\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z_]\w*|[-+*/^()]|\S/g) ?? [];
  let depth = 0;
  let operand = true; // whether an operand is expected next
  for (const token of tokens) {
    const isOperand = /^\d/.test(token) || ["v", "vn", "t", "tn", "exp", "sqrt"].includes(token);
    if (token === "exp" || token === "sqrt") {
      if (!operand) return wrongFormula();
      continue;
    }
    if (operand && isOperand) operand = false;
    else if (operand && token === "(") depth++;
    else if (operand && token === "-") continue;
    else if (!operand && token === ")" && depth > 0) depth--;
    else if (!operand && "+-*/^".includes(token)) operand = true;
    else return wrongFormula();
  }
  if (operand || depth !== 0 || e.value.length > 200) return wrongFormula();
  return e.value;

  function wrongFormula(): string {
    findings.error("BW0266", e?.span, `${key} is no expression of v, vn, t and tn`, 'for example "(v/vn)^2"');
    return fallback;
  }
}
