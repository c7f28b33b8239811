// Programs that cannot be found or built: the user sees the compiler's own words and the line, or what to write instead.
import type { Case } from "./command-line.ts";
import { describeCases } from "./command-line.ts";

const main = "int main(void) { return 0; }\n";
const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const cases: readonly [Case, ...Case[]] = [
  { name: "unknown-benchmark", args: ["build", "crc23"] },
  { name: "nothing-like-it", args: ["run", "xyzzy"] },
  { name: "missing-c-file", args: ["build", "absent.c"] },
  { name: "folder-named-like-c", files: { "dir.c/x.txt": "" }, args: ["build", "dir.c"] },
  { name: "empty-c-file", files: { "empty.c": "" }, args: ["build", "empty.c"] },
  { name: "binary-c-file", files: { "noise.c": noise(12) }, args: ["build", "noise.c"] },
  {
    name: "c-syntax-error",
    files: { "bad.c": "int main(void) {\n  int x = 1\n  return x;\n}\n" },
    args: ["build", "bad.c"],
  },
  {
    name: "c-type-errors-several",
    files: {
      "bad.c": 'int f(int *p);\nint main(void) {\n  char *s = "x";\n  s.length = 3;\n  return f(s) + y;\n}\n',
    },
    args: ["build", "bad.c"],
  },
  {
    name: "c-error-in-second-file",
    files: { "a.c": main, "b.c": "#include <nothing.h>\n" },
    args: ["build", "a.c", "b.c"],
  },
  {
    name: "undefined-function",
    files: { "u.c": "int launch(int);\nint main(int n, char **v) { (void)v; return launch(n); }\n" },
    args: ["build", "u.c"],
  },
  { name: "no-main", files: { "n.c": "int mian(void) { return 0; }\n" }, args: ["build", "n.c"] },
  { name: "main-twice", files: { "a.c": main, "b.c": main }, args: ["build", "a.c", "b.c"] },
  {
    name: "function-chosen-by-a-loader",
    files: {
      "c.c":
        "static int one(void) { return 1; }\nstatic void *choose(void) { return one; }\n" +
        `int f(void) __attribute__((ifunc("choose")));\n${main}int (*g)(void) = f;\n`,
    },
    args: ["build", "c.c"],
  },
  { name: "folder-without-program-json", files: { "p/a.c": main }, args: ["build", "./p"] },
  { name: "program-json-syntax", files: { "p/program.json": "{ sources: [" }, args: ["build", "./p"] },
  {
    name: "program-json-no-sources",
    files: { "p/program.json": json({ args: [] }) },
    args: ["build", "./p"],
  },
  {
    name: "program-json-empty-sources",
    files: { "p/program.json": json({ sources: [] }) },
    args: ["build", "./p"],
  },
  {
    name: "program-json-wrong-types",
    files: { "p/program.json": json({ sources: "a.c", args: [1], stdin: 7, extra: true }) },
    args: ["build", "./p"],
  },
  {
    name: "program-json-missing-source",
    files: { "p/program.json": json({ sources: ["a.c"] }) },
    args: ["build", "./p"],
  },
  {
    name: "program-json-missing-stdin",
    files: { "p/a.c": main, "p/program.json": json({ sources: ["a.c"], stdin: "in.txt" }) },
    args: ["build", "./p"],
  },
  {
    name: "program-json-source-outside",
    files: { "a.c": main, "p/program.json": json({ sources: ["../a.c"] }) },
    args: ["build", "./p"],
  },
  {
    name: "program-json-stdin-outside",
    files: { "p/a.c": main, "p/program.json": json({ sources: ["a.c"], stdin: "/etc/passwd" }) },
    args: ["build", "./p"],
  },
  {
    name: "wrong-compiler-flag",
    files: { "p/a.c": main, "p/program.json": json({ sources: ["a.c"], cflags: ["--frobnicate"] }) },
    args: ["build", "./p"],
  },
  { name: "unknown-core", files: { "m.c": main }, args: ["build", "m.c", "--core", "ppc404"] },
  { name: "core-is-a-path", files: { "m.c": main }, args: ["build", "m.c", "--core", "../targets/toy"] },
  { name: "adl-file-missing", args: ["adl", "check", "absent.uadl"] },
  { name: "adl-file-is-a-folder", files: { "d.uadl/x": "" }, args: ["adl", "check", "d.uadl"] },
  {
    name: "adl-file-is-no-adl",
    files: { "x.uadl": noise(12) },
    args: ["adl", "check", "x.uadl"],
  },
];

describeCases("programs that cannot be built", cases);

/** Bytes that are no text, the same on every run. */
function noise(length: number): Uint8Array {
  let state = 12345;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 16) & 255;
  });
}
