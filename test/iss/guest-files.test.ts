// The tree of files that a simulated program sees: what its operations do and how they fail, and that nothing leads out of it.
import { describe, expect, test } from "vitest";
import { FileFault, filesFromBytes, GuestFiles } from "../../src/iss/guest-files.ts";
import type { FileOrigin, GuestNode } from "../../src/iss/guest-files.ts";

const text = (s: string): Uint8Array => new TextEncoder().encode(s);
const file = (content: string): FileOrigin => ({
  kind: "file",
  size: content.length,
  changed: 9,
  read: () => text(content),
  list: () => new Map(),
});
const folder = (entries: Record<string, FileOrigin>): FileOrigin => ({
  kind: "folder",
  size: 0,
  changed: 0,
  read: () => text(""),
  list: () => new Map(Object.entries(entries)),
});

function tree(): GuestFiles {
  return new GuestFiles([
    {
      guest: "/data",
      readOnly: false,
      origin: folder({ "b.txt": file("bb"), sub: folder({ deep: file("d") }) }),
    },
    { guest: "/fixed", readOnly: true, origin: folder({ "c.txt": file("ccc") }) },
  ]);
}

const reading = { write: false, create: false, exclusive: false, truncate: false, folder: false };
const writing = { ...reading, write: true };
const creating = { ...writing, create: true };

function outcome(action: () => GuestNode | void): string {
  try {
    const node = action();
    if (node === undefined) return "done";
    return node.kind === "file"
      ? new TextDecoder().decode(node.contents)
      : [...node.entries.keys()].join(" ");
  } catch (fault) {
    if (fault instanceof FileFault) return fault.error;
    throw fault;
  }
}

describe("paths", () => {
  test.each([
    ["/", "tmp data fixed"],
    ["data", "b.txt sub"],
    ["/data/./sub//deep", "d"],
    ["/data/sub/../b.txt", "bb"],
    ["/../../../../data/b.txt", "bb"],
    ["/data/../../etc/passwd", "ENOENT"],
    ["/data/b.txt/x", "ENOTDIR"],
    ["/data/none/x", "ENOENT"],
    ["", "ENOENT"],
    [`/data/${"n".repeat(300)}`, "ENAMETOOLONG"],
  ])("%s", (path, expected) => {
    expect(outcome(() => tree().find(path))).toBe(expected);
  });
});

describe("opening", () => {
  test.each([
    ["/data/b.txt", reading, "bb"],
    ["/data/b.txt", { ...writing, truncate: true }, ""],
    ["/data/b.txt", { ...creating, exclusive: true }, "EEXIST"],
    ["/data/new", reading, "ENOENT"],
    ["/data/new", creating, ""],
    ["/data/new/", creating, "EISDIR"],
    ["/data", writing, "EISDIR"],
    ["/data/b.txt", { ...reading, folder: true }, "ENOTDIR"],
    ["/fixed/c.txt", reading, "ccc"],
    ["/fixed/c.txt", writing, "EROFS"],
    ["/fixed/new", creating, "EROFS"],
    ["/rootfile", creating, ""],
  ] as const)("%s %o", (path, wish, expected) => {
    expect(outcome(() => tree().open(path, wish))).toBe(expected);
  });
});

test("changes", () => {
  const files = tree();
  expect([
    outcome(() => files.makeFolder("/data/made")),
    outcome(() => files.makeFolder("/data/made")),
    outcome(() => files.rename("/data/b.txt", "/data/made/moved.txt")),
    outcome(() => files.find("/data/made/moved.txt")),
    outcome(() => files.rename("/data/made", "/data/made/inside")),
    outcome(() => files.rename("/data/made/moved.txt", "/fixed/c.txt")),
    outcome(() => files.rename("/data/made/moved.txt", "/tmp/x")),
    outcome(() => files.rename("/data/sub", "/data/made/moved.txt")),
    outcome(() => files.rename("/data/made/moved.txt", "/data/sub")),
    outcome(() => files.remove("/data/made", "folder")),
    outcome(() => files.remove("/data/made", "file")),
    outcome(() => files.remove("/data/made/moved.txt", "file")),
    outcome(() => files.remove("/data/made", "folder")),
    outcome(() => files.remove("/data", "folder")),
    outcome(() => files.remove("/", "folder")),
    outcome(() => files.remove("/fixed/c.txt", "file")),
    outcome(() => files.find("/data")),
  ]).toEqual([
    ...[
      "done",
      "EEXIST",
      "done",
      "bb",
      "EINVAL",
      "EROFS",
      "EXDEV",
      "ENOTDIR",
      "EISDIR",
      "ENOTEMPTY",
      "EISDIR",
    ],
    ...["done", "done", "EBUSY", "EBUSY", "EROFS", "sub"],
  ]);
});

test("writing grows a file with zeros and leaves what was mounted alone", () => {
  const bytes = text("abc");
  const files = filesFromBytes(new Map([["/f", bytes]]));
  const made = files.open("/g", creating);
  if (made.kind !== "file") throw new Error("no file");
  made.write(2, text("xy"));
  made.resize(3);
  made.resize(5);
  expect([...made.contents]).toEqual([0, 0, 120, 0, 0]);
  expect(outcome(() => files.find("/f"))).toBe("abc");
  expect(() => made.resize(2 ** 30)).toThrow(FileFault);
});
