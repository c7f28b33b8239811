// Signals of a power block: buses whose changing bits cost energy.
import type { IsaModel, PipelineStage, Signal, SignalSource } from "../machine/model.ts";
import type { Block } from "./blocks.ts";
import type { Findings } from "./findings.ts";
import { didYouMean } from "./findings.ts";
import { booleanOf, checkKnown, elementsOf, entryOf, expressionOf, nameIn, nameOf } from "./keys.ts";
import type { SyntaxExpression } from "./syntax.ts";

const WORDS = ["result", "target", "word", "address", "cia", "pc"] as const;

/** `define (signal=A) { stage = mEX; carries = (GPR(RA),pc); idle = zero; }` */
export function readSignal(
  block: Block,
  isa: IsaModel,
  stages: readonly PipelineStage[],
  findings: Findings,
): Signal {
  checkKnown(block, ["stage", "carries", "idle", "wide"], [], findings);
  const stage = nameOf(block, "stage", findings);
  const known = stages.map((one) => one.name);
  if (!stage) findings.error("BW0208", block.span, `signal ${block.name} has no stage`);
  else if (!known.includes(stage.text)) {
    const help = didYouMean(stage.text, known);
    findings.error("BW0212", stage.span, `unknown pipeline stage ${stage.text}`, help);
  }
  const idle = nameOf(block, "idle", findings);
  if (idle && idle.text !== "hold" && idle.text !== "zero")
    findings.error("BW0205", idle.span, "idle is hold or zero");
  const parts = elementsOf(expressionOf(block, "carries", findings));
  if (parts.length === 0)
    findings.error(
      "BW0208",
      entryOf(block, "carries")?.span ?? block.span,
      `signal ${block.name} carries nothing`,
    );
  return {
    name: block.name,
    stage: stage?.text ?? "",
    carries: parts.flatMap((part) => readSource(part, isa, findings) ?? []),
    idle: idle?.text === "zero" ? "zero" : "hold",
    wide: booleanOf(block, "wide", false, findings),
  };
}

function readSource(part: SyntaxExpression, isa: IsaModel, findings: Findings): SignalSource | undefined {
  if (part.kind === "call") {
    const file = nameIn(part.callee);
    const field = part.arguments[0] ? nameIn(part.arguments[0]) : undefined;
    if (file && field && part.arguments.length === 1) {
      if (!(file.text in isa.registerFiles)) {
        findings.error(
          "BW0212",
          file.span,
          `unknown register file ${file.text}`,
          didYouMean(file.text, Object.keys(isa.registerFiles)),
        );
        return undefined;
      }
      if (!checkField(field.text, field.span, isa, findings)) return undefined;
      return { kind: "register", registerFile: file.text, field: field.text };
    }
  }
  const name = nameIn(part);
  if (!name) {
    findings.error(
      "BW0205",
      part.span,
      "a signal carries registers (GPR(RA)), fields, result, target, word, address, cia or pc",
    );
    return undefined;
  }
  const word = WORDS.find((one) => one === name.text);
  if (word) return { kind: word };
  return checkField(name.text, name.span, isa, findings) ? { kind: "field", field: name.text } : undefined;
}

function checkField(
  name: string,
  span: SyntaxExpression["span"],
  isa: IsaModel,
  findings: Findings,
): boolean {
  if (name in isa.fields) return true;
  findings.error(
    "BW0212",
    span,
    `unknown instruction field ${name}`,
    didYouMean(name, Object.keys(isa.fields)),
  );
  return false;
}
