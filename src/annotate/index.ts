// Back-annotation: final IR → WebAssembly with the target's memory and with counters.

export { annotate, type AnnotateOptions, type AnnotatedProgram } from "./annotate.ts";
export {
  OUTSIDE,
  readCounts,
  type CounterLayout,
  type FunctionCounts,
  type FunctionLayout,
  type LayoutEdge,
  type LayoutIndirectCall,
  type LayoutSite,
} from "./layout.ts";
export {
  identityPlan,
  planOf,
  type FunctionPlan,
  type PlanCall,
  type PlanEdge,
  type PlanNode,
  type PlanSite,
  type SiteExpression,
} from "./plan.ts";
