// Exceptions that were raised and are not handled yet. Those with higher numbers come first, so that the effects of the
// others are seen last; a level-sensitive one that is not enabled stays.

import { fail } from "../base/diagnostic.ts";
import { hex8 } from "../isa/decoder.ts";
import type { ExceptionModel } from "../machine/model.ts";
import type { Raised } from "./control-services.ts";

/** Rounds in which handlers may raise further exceptions. */
const MOST_ROUNDS = 16;

export interface ExceptionPort {
  readonly exceptions: readonly ExceptionModel[];
  /** What was raised and is not handled; emptied and filled by the queue. */
  readonly pending: Raised[];
  isEnabled(model: ExceptionModel): boolean;
  /** Runs the handler. `late`: the exception has waited since before the last instruction. */
  handle(model: ExceptionModel, raised: Raised, late: boolean): void;
  /** Address of the last instruction, for messages. */
  address(): number;
}

export class ExceptionQueue {
  readonly #port: ExceptionPort;
  /** Level-sensitive exceptions that were not enabled when they were raised. */
  #waiting: ReadonlySet<Raised> = new Set();

  constructor(port: ExceptionPort) {
    this.#port = port;
  }

  /** Handles all that can be handled. Fails: BW0334 when handlers raise exceptions without end. */
  settle(): void {
    const { pending } = this.#port;
    for (let round = 0; pending.length > 0; round++) {
      if (round > MOST_ROUNDS)
        fail("BW0334", `exceptions at address 0x${hex8(this.#port.address())} raise each other without end`);
      const raisedNow = pending
        .splice(0)
        .map((raised) => ({ raised, model: this.#port.exceptions.find((e) => e.name === raised.exception) }))
        .sort((a, b) => (b.model?.priority ?? 0) - (a.model?.priority ?? 0));
      const waiting: Raised[] = [];
      for (const { raised, model } of raisedNow) {
        if (!model) continue;
        if (this.#port.isEnabled(model)) this.#port.handle(model, raised, this.#waiting.has(raised));
        else if (model.sensitivity === "level") waiting.push(raised);
      }
      if (pending.length === 0) {
        pending.push(...waiting);
        this.#waiting = new Set(waiting);
        return;
      }
    }
  }
}
