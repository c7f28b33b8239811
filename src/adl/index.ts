// The door of the description language: loads a core or an instruction set from its files, and checks files for the
// command line. What can be said about the text comes back as diagnostics; nothing is thrown for a user's fault.
import type { Diagnostic } from "../base/diagnostic.ts";
import type { IsaModel } from "../machine/model.ts";
import { buildBlocks, childrenOf } from "./blocks.ts";
import type { Block } from "./blocks.ts";
import { Findings } from "./findings.ts";
import { elaborateIsa } from "./isa.ts";
import type { ElaboratedIsa } from "./isa.ts";
import { parse } from "./parser.ts";
import { preprocess } from "./preprocessor.ts";
import type { SourceFile } from "./source.ts";

interface Loaded {
  readonly root: Block;
  readonly files: readonly SourceFile[];
}

function load(path: string, findings: Findings): Loaded {
  const { tokens, files } = preprocess(path, findings);
  return { root: buildBlocks(parse(tokens, findings), findings), files };
}

/** All arch blocks, then the cores: a core's own fields, registers and instructions come last. */
function elaborateArches(root: Block, findings: Findings): ElaboratedIsa {
  const arches = childrenOf(root, "arch");
  const cores = childrenOf(root, "core");
  const name = arches[0]?.name ?? cores[0]?.name ?? "";
  return elaborateIsa(name, [...arches, ...cores], findings);
}

/**
 * Loads an instruction set alone: `define (arch=…)` blocks of `path` and what it imports. `isa` is absent when there are
 * errors; warnings may come with it.
 */
export function loadIsa(path: string): { isa?: IsaModel; diagnostics: Diagnostic[] } {
  const findings = new Findings();
  const { root } = load(path, findings);
  const { isa } = elaborateArches(root, findings);
  if (findings.errors === 0 && isa.instructions.length === 0) {
    findings.error("BW0209", undefined, `${path} defines no instruction`);
  }
  return findings.errors === 0 ? { isa, diagnostics: findings.list() } : { diagnostics: findings.list() };
}
