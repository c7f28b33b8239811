// Makes a machine ready: Debian packages and npm packages, only what is missing. Plain Node without dependencies, since it
// runs before anything is installed. Does nothing, quickly, when everything is there; `npm test` and `npm run demo` call it.
// With --random-programs it also installs what `npm run fuzz` needs: csmith, and what 32-bit programs of the host take.

import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const project = dirname(dirname(fileURLToPath(import.meta.url)));
/** LLVM versions that work, best first. */
const LLVM_VERSIONS = [22, 21, 20, 19];
const LLVM_TOOLS = [
  "clang",
  "llvm-link",
  "opt",
  "llc",
  "llvm-as",
  "llvm-dis",
  "llvm-nm",
  "llvm-objcopy",
  "ld.lld",
];

function onPath(name) {
  return (process.env.PATH ?? "").split(delimiter).some((folder) => {
    if (folder === "") return false;
    try {
      accessSync(join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function stop(message, help) {
  console.error(`setup: ${message}`);
  if (help !== undefined) console.error(`  help: ${help}`);
  process.exit(1);
}

function hasLlvm() {
  const complete = (suffix) => LLVM_TOOLS.every((tool) => onPath(tool + suffix));
  if (LLVM_VERSIONS.some((version) => complete(`-${version}`))) return true;
  if (!complete("")) return false;
  const text = spawnSync("clang", ["--version"], { encoding: "utf8" }).stdout ?? "";
  return Number(/version (\d+)/.exec(text)?.[1] ?? 0) >= LLVM_VERSIONS.at(-1);
}

function hasNewlib() {
  const own = process.env.BLOCKWATT_NEWLIB;
  if (own !== undefined && own !== "") return existsSync(own);
  const folder = "/usr/src/newlib";
  return existsSync(folder) && readdirSync(folder).some((name) => /^newlib-[\d.]+\.tar\./.test(name));
}

/** Can 32-bit programs be built for this machine? */
function hasHost32() {
  const compilers = "/usr/lib/gcc/x86_64-linux-gnu";
  return (
    existsSync("/usr/lib32/crt1.o") &&
    existsSync(compilers) &&
    readdirSync(compilers).some((version) => existsSync(join(compilers, version, "32", "libgcc.a")))
  );
}

/** Is every package of the lock file installed in its version? (Optional ones are for other systems.) */
function npmPackagesInstalled() {
  try {
    const wanted = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8")).packages;
    const installed = JSON.parse(
      readFileSync(join(project, "node_modules", ".package-lock.json"), "utf8"),
    ).packages;
    return Object.entries(wanted).every(
      ([path, entry]) => path === "" || entry.optional === true || installed[path]?.version === entry.version,
    );
  } catch {
    return false;
  }
}

/** Can this Node load the one native module? */
function nativeModuleWorks() {
  try {
    const Database = createRequire(join(project, "package.json"))("better-sqlite3");
    new Database(":memory:").close();
    return true;
  } catch {
    return false;
  }
}

function run(command, args, env = {}) {
  console.error(`setup: ${[command, ...args].join(" ")}`);
  // What these commands say is progress: the caller's standard output stays clean.
  const result = spawnSync(command, args, {
    stdio: ["ignore", 2, 2],
    cwd: project,
    env: { ...process.env, ...env },
  });
  if (result.error) stop(`${command} cannot be started: ${result.error.message}`);
  return result.status ?? 1;
}

function privileged() {
  if (process.getuid?.() === 0) return [];
  if (onPath("sudo") && spawnSync("sudo", ["-n", "true"], { stdio: "ignore" }).status === 0)
    return ["sudo", "-n"];
  return undefined;
}

function aptInstall(packages, chooseLlvm) {
  const list = chooseLlvm ? [...packages, ...llvmPackages(LLVM_VERSIONS[0])] : packages;
  const byHand = `install these Debian packages: ${list.join(" ")}`;
  if (!onPath("apt-get")) stop("this machine has no apt-get", byHand);
  const prefix = privileged();
  if (prefix === undefined) stop("installing packages needs root or a password-free sudo", byHand);
  const apt = (...args) => {
    const [command, ...rest] = [...prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-y", ...args];
    return run(command, rest);
  };
  if (apt("update") !== 0)
    console.error("setup: apt-get update failed; going on with the lists that are here");
  if (chooseLlvm) {
    const version = LLVM_VERSIONS.find((v) => llvmPackages(v).every(isAvailable));
    if (version === undefined) {
      stop(
        `no LLVM ${LLVM_VERSIONS.at(-1)} to ${LLVM_VERSIONS[0]} in the package lists`,
        "enable bookworm-security, or apt.llvm.org",
      );
    }
    packages = [...packages, ...llvmPackages(version)];
  }
  if (apt("install", "--no-install-recommends", ...packages) !== 0)
    stop("apt-get install failed (see above)", byHand);
}

const llvmPackages = (version) => [`clang-${version}`, `llvm-${version}`, `lld-${version}`];

function isAvailable(name) {
  const { stdout } = spawnSync("apt-cache", ["policy", name], { encoding: "utf8" });
  return /Candidate: (?!\(none\))/.test(stdout ?? "");
}

const npmNeeded = !npmPackagesInstalled();
const nativeNeeded = npmNeeded || !nativeModuleWorks();
const llvmNeeded = !hasLlvm();
const packages = [];
if (!onPath("qemu-ppc")) packages.push("qemu-user");
if (!hasNewlib()) packages.push("newlib-source");
if (!onPath("xz")) packages.push("xz-utils");
if (nativeNeeded) {
  if (!onPath("g++")) packages.push("g++");
  if (!onPath("make")) packages.push("make");
  if (!onPath("python3")) packages.push("python3");
}
if (process.argv.includes("--random-programs")) {
  if (!onPath("csmith") || !existsSync("/usr/include/csmith")) packages.push("csmith", "libcsmith-dev");
  if (process.arch === "x64" && !hasHost32()) packages.push("gcc-multilib");
}
if (llvmNeeded || packages.length > 0) {
  aptInstall(packages, llvmNeeded);
  if (!hasLlvm())
    stop("LLVM's tools are still incomplete after installing", `looked for ${LLVM_TOOLS.join(", ")}`);
}
if (nativeNeeded) {
  // Headers next to Node save node-gyp a download.
  const prefix = dirname(dirname(process.execPath));
  const headers = existsSync(join(prefix, "include", "node", "node.h")) ? { npm_config_nodedir: prefix } : {};
  const npm = npmNeeded ? ["ci"] : ["rebuild", "better-sqlite3"];
  if (run("npm", [...npm, "--no-audit", "--no-fund"], headers) !== 0) {
    stop(`npm ${npm.join(" ")} failed (see above)`, "is the npm registry reachable?");
  }
  if (!nativeModuleWorks())
    stop(
      "better-sqlite3 does not load in this Node",
      `Node ${process.version}; delete node_modules and retry`,
    );
}
