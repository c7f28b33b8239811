// The cycle-accurate reference model: operation state machines of a MachineModel, compiled to JavaScript.
export { createPipeline } from "./pipeline.ts";
export type { Pipeline, PipelineResult } from "./pipeline.ts";
export { createPathRunner } from "./path-runner.ts";
export { createIssOracle, createScriptedOracle } from "./oracle.ts";
export type { Oracle, ScriptedOracle } from "./oracle.ts";
export { createEngine, sourceOfEngine } from "./engine.ts";
export type { Engine, LatencyInput, SiteLatency, Trace } from "./engine.ts";
export type { LatencyFunction } from "./latency.ts";
export { priceEvents } from "./energy.ts";
export { powerPrices } from "./power-prices.ts";
export type { Prices } from "./energy.ts";
export type { CodeImage } from "./static-code.ts";
export { codeOfElf } from "./code-image.ts";
