// Reads which descriptions make which model from an automake file, as data: variables, `define` templates with one
// generator command, `$(eval $(call TEMPLATE,NAME,DEPENDENCIES,FLAGS))`, plain rules `NAME.cc: DEPENDENCIES`, and the
// sources that are linked to a model. Nothing of it is executed. What a rule does beyond that is not looked at.

/** How a model is generated. Paths are as the file writes them, with its variables put in. */
export interface Recipe {
  readonly model: string;
  readonly line: number;
  /** The two first dependencies: microarchitecture and architecture. */
  readonly uadl: string;
  readonly adl: string;
  /** Command-line flags of the generator, those of its template first. */
  readonly flags: readonly string[];
  /** C++ sources of its own besides the generated one, and extra compiler flags. */
  readonly sources: readonly string[];
  readonly compilerFlags: readonly string[];
}

interface Line {
  readonly text: string;
  readonly number: number;
}

/** Recipes by model. `variables` gives values that the build system would: srcdir, top_srcdir. Never fails: what cannot be read is left out. */
export function readMakefile(text: string, given: Readonly<Record<string, string>>): Map<string, Recipe> {
  const lines = joinLines(text);
  const variables = new Map<string, string>(Object.entries(given));
  const templates = new Map<string, string>();
  const recipes = new Map<string, Recipe>();
  const linked = new Map<string, string[]>();
  const compiler = new Map<string, string[]>();
  const expand = (value: string): string => expandVariables(value, variables);
  for (let at = 0; at < lines.length; at++) {
    const { text: line, number } = lines[at]!;
    const define = /^define\s+(\S+)/.exec(line);
    if (define) {
      const body: string[] = [];
      while (++at < lines.length && !/^endef\b/.test(lines[at]!.text)) body.push(lines[at]!.text);
      templates.set(define[1]!, body.join("\n"));
      continue;
    }
    const call = /^\$\(eval\s+\$\(call\s+([^,\s]+)\s*,(.*)\)\s*\)\s*$/.exec(line);
    if (call) {
      const [name = "", dependencies = "", ...rest] = splitArguments(call[2]!);
      const body = templates.get(call[1]!) ?? "";
      const command = body.split("\n").find((one) => /UADLBUILD/.test(one)) ?? "";
      const own = command
        .replace(/^.*UADLBUILD\)?/, "")
        .replace(/-o[=\s]*\$\(?1\)?/, "")
        .replace(/\$\(?3\)?/, "");
      const flags = `${own.replaceAll("$$", "$")} ${rest.join(",")}`;
      addRecipe(recipes, name.trim(), number, expand(dependencies), expand(flags));
      continue;
    }
    const assign = /^([A-Za-z_][\w.-]*)\s*(\+?=|:=)\s*(.*)$/.exec(line);
    if (assign) {
      const [, name = "", kind, value = ""] = assign;
      const before = kind === "+=" ? `${variables.get(name) ?? ""} ` : "";
      variables.set(name, before + value.trim());
      const of = /^(.*)_(SOURCES|CXXFLAGS)$/.exec(name);
      if (of) (of[2] === "SOURCES" ? linked : compiler).set(of[1]!, words(expand(value)));
      continue;
    }
    const rule = /^([\w.-]+)\.cc\s*:\s*(.*)$/.exec(line);
    if (rule) {
      const command: string[] = [];
      while (at + 1 < lines.length && lines[at + 1]!.text.startsWith("\t")) command.push(lines[++at]!.text);
      const generator = command.find((one) => /UADLBUILD/.test(one));
      if (generator) {
        const flags = generator.replace(/^.*UADLBUILD\)?/, "").replace(/-o[=\s]*(\$\(.*\)|\S+)\s*$/, "");
        addRecipe(recipes, rule[1]!, number, expand(rule[2]!), expand(flags));
      }
    }
  }
  return new Map(
    [...recipes].map(([name, recipe]) => {
      const key = name.replaceAll(/[^A-Za-z0-9_]/g, "_");
      const sources = (linked.get(key) ?? []).filter((source) => source !== `${name}.cc`);
      return [name, { ...recipe, sources, compilerFlags: compiler.get(key) ?? [] }];
    }),
  );
}

function addRecipe(
  recipes: Map<string, Recipe>,
  model: string,
  line: number,
  dependencies: string,
  flags: string,
): void {
  const [uadl, adl] = words(dependencies);
  if (model === "" || uadl === undefined || adl === undefined) return;
  recipes.set(model, { model, line, uadl, adl, flags: words(flags), sources: [], compilerFlags: [] });
}

/** A functional model: the description that it is generated from, and the generator's flags. */
export interface DescriptionRecipe {
  readonly model: string;
  readonly line: number;
  readonly adl: string;
  readonly flags: readonly string[];
}

/**
 * Rules `NAME.cc: FILE.adl …`, by model, with the flags of their command and those of the variable `NAME_ADLFLAGS`. Never
 * fails.
 */
export function readDescriptionRules(
  text: string,
  given: Readonly<Record<string, string>>,
): Map<string, DescriptionRecipe> {
  const lines = joinLines(text);
  const variables = new Map<string, string>(Object.entries(given));
  for (const { text: line } of lines) {
    const assign = /^([A-Za-z_][\w.-]*)\s*(?:=|:=)\s*(.*)$/.exec(line);
    if (assign) variables.set(assign[1]!, assign[2]!.trim());
  }
  const recipes = new Map<string, DescriptionRecipe>();
  lines.forEach(({ text: line, number }, at) => {
    const rule = /^([\w.-]+)\.cc\s*:\s*(.*)$/.exec(line);
    const adl = words(expandVariables(rule?.[2] ?? "", variables)).find((one) => one.endsWith(".adl"));
    if (!rule || adl === undefined) return;
    const model = rule[1]!;
    const following = lines[at + 1]?.text ?? "";
    const command = following.startsWith("\t") ? following : "";
    const own = `$(${model.replaceAll(/[^A-Za-z0-9_]/g, "_")}_ADLFLAGS) ${command}`;
    const flags = words(expandVariables(own, variables)).filter((flag) => /^-[^o]/.test(flag));
    recipes.set(model, { model, line: number, adl, flags });
  });
  return recipes;
}

/** Lines with continuations joined and comments taken out; a joined line keeps its first line's number. */
function joinLines(text: string): Line[] {
  const lines: Line[] = [];
  let open: { text: string; number: number } | undefined;
  text.split("\n").forEach((raw, index) => {
    const continued = /\\\s*$/.test(raw);
    const part = raw.replace(/\\\s*$/, " ").replace(/\r$/, "");
    if (open) open.text += part.trimStart();
    else open = { text: part, number: index + 1 };
    if (continued) return;
    if (!/^\s*#/.test(open.text)) lines.push(open);
    open = undefined;
  });
  if (open) lines.push(open);
  return lines;
}

/** Splits at commas outside parentheses. */
function splitArguments(text: string): string[] {
  const parts: string[] = [""];
  let depth = 0;
  for (const char of text) {
    if (char === "(") depth++;
    if (char === ")") depth--;
    if (char === "," && depth === 0) parts.push("");
    else parts[parts.length - 1] += char;
  }
  return parts;
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== "");
}

/** Puts in `$(NAME)`; unknown names and functions become nothing. Bounded, so that a circle ends. */
function expandVariables(text: string, variables: ReadonlyMap<string, string>): string {
  let result = text;
  for (let round = 0; round < 10 && result.includes("$("); round++) {
    result = result.replaceAll(/\$\(([A-Za-z_]\w*)\)/g, (_, name: string) => variables.get(name) ?? "");
    if (result.length > 100_000) return "";
  }
  return result;
}
