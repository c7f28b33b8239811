// The order of the folders under src/: imports go down only, no folder knows a core by name, and the bitcode reader stands
// alone, so that it could be a package of its own.
import { readFileSync, readdirSync } from "node:fs";
import { join, normalize, relative, sep } from "node:path";
import { describe, expect, test } from "vitest";
import ts from "typescript";

const project = join(import.meta.dirname, "../..");
const source = join(project, "src");

/** Folders from the lowest layer to the highest; those of one line do not know each other. */
const layers: readonly (readonly string[])[] = [
  ["base"],
  ["machine"],
  ["adl", "isa", "elf", "bitcode"],
  ["dat"],
  ["iss", "ir", "cfg"],
  ["match", "pipeline"],
  ["characterize"],
  ["annotate"],
  ["run"],
  ["report"],
  ["toolchain", "conform"],
  ["cli"],
];
const levelOf = new Map(
  layers.flatMap((folders, level) => folders.map((folder) => [folder, level] as const)),
);

interface Import {
  /** Path under src/ of the importing file. */
  readonly file: string;
  /** As written. */
  readonly specifier: string;
  /** Path under src/ of the imported file; undefined: a package or a part of Node. */
  readonly target: string | undefined;
}

const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .sort();

/** Every import of a file: statements, re-exports, `import()` as an expression and in types. */
function importsOf(file: string): Import[] {
  const tree = ts.createSourceFile(
    file,
    readFileSync(join(source, file), "utf8"),
    ts.ScriptTarget.ESNext,
    false,
  );
  const found: Import[] = [];
  const add = (node: ts.Node | undefined): void => {
    if (!node || !ts.isStringLiteralLike(node)) return;
    const specifier = node.text;
    const target = specifier.startsWith(".") ? normalize(join(file, "..", specifier)) : undefined;
    found.push({ file, specifier, target });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) add(node.moduleSpecifier);
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0]);
    if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal);
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return found;
}

const imports = files.flatMap(importsOf);
const folderOf = (file: string): string => file.split(sep)[0]!;

describe("imports under src/", () => {
  test("every folder has its place in the order", () => {
    expect([...new Set(files.map(folderOf))].filter((folder) => !levelOf.has(folder))).toEqual([]);
    expect(imports.length).toBeGreaterThan(300);
  });

  test("go down only", () => {
    const upward = imports
      .filter(({ file, target }) => target !== undefined && folderOf(file) !== folderOf(target))
      .filter(({ file, target }) => {
        const to = levelOf.get(folderOf(target!));
        return to === undefined || to >= levelOf.get(folderOf(file))!;
      })
      .map(({ file, target }) => `${file} imports ${target}`);
    expect(upward).toEqual([]);
  });

  test("name files that exist, with their ending", () => {
    const known = new Set(files);
    const wrong = imports
      .filter(({ target }) => target !== undefined && !known.has(target))
      .map(({ file, specifier }) => `${file}: ${specifier}`);
    expect(wrong).toEqual([]);
  });

  test("make no cycle between files, types included or not", () => {
    const next = new Map<string, string[]>();
    for (const { file, target } of imports) {
      if (target !== undefined) next.set(file, [...(next.get(file) ?? []), target]);
    }
    const state = new Map<string, "open" | "done">();
    const cycles: string[] = [];
    const visit = (file: string, path: readonly string[]): void => {
      if (state.get(file) === "done") return;
      if (state.get(file) === "open") {
        // Within a folder files may share each other's types; between folders nothing goes round.
        const cycle = path.slice(path.indexOf(file));
        if (new Set(cycle.map(folderOf)).size > 1) cycles.push([...cycle, file].join(" → "));
        return;
      }
      state.set(file, "open");
      for (const target of next.get(file) ?? []) visit(target, [...path, file]);
      state.set(file, "done");
    };
    for (const file of files) visit(file, []);
    expect(cycles).toEqual([]);
  });

  test("of the bitcode reader stay inside it", () => {
    const outside = imports
      .filter(({ file }) => folderOf(file) === "bitcode")
      .filter(({ specifier, target }) =>
        target === undefined ? !specifier.startsWith("node:") : folderOf(target) !== "bitcode",
      )
      .map(({ file, specifier }) => `${file}: ${specifier}`);
    expect(outside).toEqual([]);
  });

  test("open one door each to Binaryen and SQL, and one to tools and one to programs as child processes", () => {
    const importers = (specifier: string): string[] => [
      ...new Set(imports.filter((one) => one.specifier === specifier).map(({ file }) => file)),
    ];
    expect(importers("binaryen")).toEqual(["annotate/wasm.ts"]);
    expect(importers("better-sqlite3")).toEqual(["characterize/store.ts"]);
    expect(importers("node:child_process")).toEqual(["toolchain/execute.ts", "toolchain/process.ts"]);
  });
});

describe("source text", () => {
  const cores = readdirSync(join(project, "targets"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);

  test("names no core", () => {
    expect(cores).toContain("toy");
    const named: string[] = [];
    for (const file of files) {
      readFileSync(join(source, file), "utf8")
        .split("\n")
        .forEach((line, index) => {
          for (const core of cores) {
            if (new RegExp(`\\b${core}\\b`, "i").test(line))
              named.push(`${file}:${index + 1}: ${line.trim()}`);
          }
        });
    }
    expect(named).toEqual([]);
  });

  test("is in files that open with a comment and stay under 600 lines", () => {
    const bad = files.flatMap((file) => {
      const text = readFileSync(join(source, file), "utf8");
      const lines = text.split("\n").length - 1;
      const problems: string[] = [];
      if (!text.startsWith("//")) problems.push("opens without a comment");
      if (lines > 600) problems.push(`${lines} lines`);
      return problems.map((problem) => `${relative(project, join(source, file))}: ${problem}`);
    });
    expect(bad).toEqual([]);
  });
});
