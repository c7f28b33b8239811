// C++ sources: the language without exceptions and run-time types, and without a standard library but for the few headers in
// runtime/include-cxx; operators new and delete come from runtime/cxx.c.

import { join } from "node:path";
import { projectFolder } from "./core.ts";

/** Flags after those of C. The headers count as the program's own, so a change of theirs builds it again. */
export const CXX_FLAGS: readonly string[] = [
  "-std=gnu++20",
  "-fno-exceptions",
  "-fno-rtti",
  // There is one thread.
  "-fno-threadsafe-statics",
  "-nostdinc++",
  `-I${join(projectFolder, "runtime", "include-cxx")}`,
  `-ffile-prefix-map=${join(projectFolder, "runtime", "include-cxx")}/=`,
];
