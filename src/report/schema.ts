// The JSON that commands print: stable, users script it. Field names carry their unit.

export interface FunctionReport {
  readonly name: string;
  readonly calls: number;
  readonly instructions: number;
  readonly cycles: number;
  readonly energy_j: number;
}

export interface LineReport {
  /** Path relative to the current folder; empty for code of no line. */
  readonly file: string;
  /** From 1; 0 for code of no line. */
  readonly line: number;
  /** The function in which most of the line's cycles were spent. */
  readonly function: string;
  readonly instructions: number;
  readonly cycles: number;
  readonly energy_j: number;
}

/** Mean power of one part of a run. */
export interface PowerSample {
  /** Target time at the end of the part; parts follow one another from 0 and are equally long. */
  readonly seconds: number;
  readonly power_w: number;
}

/** What the module added up while it ran, beside the totals that are priced from counts. */
export interface LiveReport {
  readonly cycles: number;
  readonly energy_j: number;
  /** Against `cycles` and `energy_j` of the run. */
  readonly cycles_difference_pct: number;
  readonly energy_difference_pct: number;
}

export interface RunReport {
  readonly schema: "blockwatt.run/1";
  readonly program: string;
  readonly core: string;
  readonly mode: "counted" | "live";
  readonly clock_hz: number;
  readonly voltage_v: number;
  readonly temperature_c: number;
  readonly exit_code: number;
  readonly stdout_sha256: string;
  readonly instructions: number;
  readonly cycles: number;
  readonly seconds: number;
  readonly energy_j: number;
  readonly average_power_w: number;
  /** Joules by energy event, "leakage" included. */
  readonly energy: Readonly<Record<string, number>>;
  readonly host: {
    readonly prepare_seconds: number;
    readonly run_seconds: number;
    readonly mips: number;
    /** Seconds by step of the preparation; 0 for what was cached. */
    readonly steps: Readonly<Record<string, number>>;
  };
  readonly coverage: {
    readonly pairs_executed: number;
    readonly pairs_characterized: number;
    readonly blocks_unmatched: number;
  };
  readonly functions: readonly FunctionReport[];
  /** Executed source lines, the costliest first. */
  readonly lines?: readonly LineReport[];
  /** Live mode only. */
  readonly live?: LiveReport;
  readonly power_over_time?: readonly PowerSample[];
  /** What limits these figures, in sentences; absent when there is nothing to say. */
  readonly warnings?: readonly string[];
}

export interface ReferenceReport {
  readonly schema: "blockwatt.reference/1";
  readonly program: string;
  readonly core: string;
  readonly clock_hz: number;
  readonly voltage_v: number;
  readonly exit_code: number;
  readonly stdout_sha256: string;
  readonly instructions: number;
  readonly cycles: number;
  readonly seconds: number;
  readonly energy_j: number;
  readonly average_power_w: number;
  readonly stalls: Readonly<Record<string, number>>;
  readonly energy: Readonly<Record<string, number>>;
  readonly host: { readonly run_seconds: number; readonly mips: number };
}

export interface ValidateResult {
  readonly program: string;
  readonly core: string;
  readonly size: "small" | "full";
  /** Equal standard output and exit status of annotated run, functional simulator, reference model and qemu-ppc. */
  readonly output_identical: boolean;
  readonly outputs: Readonly<Record<string, string>>;
  readonly block_counts_equal: boolean;
  readonly edge_counts_equal: boolean;
  readonly timing_error_pct: number;
  readonly energy_error_pct: number;
  readonly instruction_error_pct: number;
  readonly reference: {
    readonly instructions: number;
    readonly cycles: number;
    readonly energy_j: number;
    readonly mips: number;
  };
  readonly estimate: {
    readonly instructions: number;
    readonly cycles: number;
    readonly energy_j: number;
    readonly mips: number;
  };
}

export interface ValidateReport {
  readonly schema: "blockwatt.validate/1";
  readonly results: readonly ValidateResult[];
  readonly summary: {
    readonly programs: number;
    readonly mean_abs_timing_error_pct: number;
    readonly max_abs_timing_error_pct: number;
    readonly mean_abs_energy_error_pct: number;
    readonly max_abs_energy_error_pct: number;
    readonly all_outputs_identical: boolean;
    readonly all_counts_equal: boolean;
  };
}

export interface BenchResult {
  readonly program: string;
  readonly core: string;
  readonly native_seconds: number;
  readonly plain_wasm_seconds: number;
  readonly annotated_seconds: number;
  readonly qemu_seconds: number | null;
  readonly slowdown_vs_native: number;
  readonly annotation_overhead_pct: number;
  readonly mips: number;
  readonly instructions: number;
  readonly samples: Readonly<Record<string, readonly number[]>>;
}

export interface BenchReport {
  readonly schema: "blockwatt.bench/1";
  readonly size: "small" | "full";
  readonly repetitions: number;
  readonly results: readonly BenchResult[];
  readonly summary: {
    readonly geomean_slowdown_vs_native: number;
    readonly geomean_annotation_overhead_pct: number;
    readonly mean_mips: number;
    readonly reference_mips: number | null;
  };
}
