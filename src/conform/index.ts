// What the command line uses of the conformance runner.
export { functionalText } from "./functional-report.ts";
export { runFunctionalSuite } from "./functional-run.ts";
export { readFunctionalSuite } from "./functional-suite.ts";
export { loadImage } from "./image.ts";
export { programSimulator, runsPrograms } from "./program.ts";
export { conformText } from "./report.ts";
export type { ConformReport, ModelFigures } from "./report.ts";
export { resultText } from "./result.ts";
export { runCase, runSuite } from "./run.ts";
export type { CaseOutcome } from "./run.ts";
export { loadSetup, simulate } from "./simulate.ts";
export type { Simulated } from "./simulate.ts";
export { readSuite } from "./suite.ts";
export type { SuiteFilter } from "./checkout.ts";
export type { RunnableCase, Suite } from "./suite.ts";
