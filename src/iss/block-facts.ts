// What generated code of a described architecture may do besides changing registers and memory, found from its text: the
// services that it asks for, and those of the functions that it calls. Blocks take instructions that do nothing else
// (model-blocks.ts); the others execute one by one.

export interface CodeFacts {
  /** It changes registers, parameters and memory only, or raises an exception. */
  readonly plain: boolean;
  /** It sets a parameter. */
  readonly setsParameters: boolean;
  /** It may set the next address. */
  readonly branches: boolean;
  readonly accessesMemory: boolean;
  readonly stores: boolean;
  readonly raises: boolean;
  /** It asks its simulator for something. */
  readonly asks: boolean;
  readonly parameters: readonly number[];
  /** Attributes of the instruction that it asks for. */
  readonly attributes: readonly string[];
}

/** Services without an effect that lasts, and accesses to memory, whose hooks are looked at apart. */
const access = /^(load|store)(\d|Wide)$/;
const pure = new Set(["raise", "register_has_attribute", "valid_index", "has_attribute", "noRegister"]);

export class FactFinder {
  readonly #bodies = new Map<string, string>();
  readonly #known = new Map<string, CodeFacts>();

  /** `source`: declarations of functions, one after the other. */
  constructor(source: string) {
    const heads = [...source.matchAll(/function ([\w$]+)\(/g)];
    heads.forEach((head, at) =>
      this.#bodies.set(head[1]!, source.slice(head.index + head[0].length, heads[at + 1]?.index)),
    );
  }

  /** Of a function by its name, with all that it calls. */
  ofFunction(name: string): CodeFacts {
    let facts = this.#known.get(name);
    if (!facts) this.#known.set(name, (facts = this.ofText(this.#bodies.get(name) ?? "S.unknown")));
    return facts;
  }

  ofText(text: string): CodeFacts {
    const texts = [text];
    const seen = new Set<string>();
    for (const one of texts) {
      for (const [, name] of one.matchAll(/\b([hkrwfgde]_[\w$]+)\(/g)) {
        if (seen.has(name!)) continue;
        seen.add(name!);
        texts.push(this.#bodies.get(name!) ?? "S.unknown");
      }
    }
    const all = texts.join("\n");
    const services = [...all.matchAll(/\bS\.(\w+)/g)].map((match) => match[1]!);
    return {
      plain:
        services.every((one) => access.test(one) || pure.has(one)) &&
        !/\bE\.(?!endless)/.test(all) &&
        !/\bcia=[^=]/.test(all),
      setsParameters: /\bP\[\d+\]=[^=]/.test(all),
      branches: all.includes("taken=true"),
      accessesMemory: services.some((one) => access.test(one)),
      stores: services.some((one) => one.startsWith("store")),
      raises: services.includes("raise"),
      asks: services.length > 0,
      attributes: [...all.matchAll(/\bS\.has_attribute\("([^"]*)"/g)].map((match) => match[1]!),
      parameters: [...new Set([...all.matchAll(/\bP\[(\d+)\]/g)].map((match) => Number(match[1])))],
    };
  }
}
