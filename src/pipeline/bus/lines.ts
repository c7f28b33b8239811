// Tags of a set-associative cache with tree pseudo-LRU replacement.
import { treeAfterUse, treeVictim } from "../../iss/cache-array.ts";

export interface CacheShape {
  readonly sets: number;
  readonly ways: number;
  /** Bytes of a line and of the rows that it is filled by. */
  readonly lineBytes: number;
  readonly rowBytes: number;
}

export class CacheLines {
  private readonly tags: Float64Array;
  private readonly valid: Uint8Array;
  /** One bit for each inner node of a set's tree: 1 when the least recently used way is in its right half. */
  private readonly trees: Int32Array;
  readonly rowsPerLine: number;
  private readonly shape: CacheShape;

  constructor(shape: CacheShape) {
    this.shape = shape;
    this.tags = new Float64Array(shape.sets * shape.ways);
    this.valid = new Uint8Array(shape.sets * shape.ways);
    this.trees = new Int32Array(shape.sets);
    this.rowsPerLine = shape.lineBytes / shape.rowBytes;
  }

  clear(): void {
    this.tags.fill(0);
    this.valid.fill(0);
    this.trees.fill(0);
  }

  setOf(address: number): number {
    return Math.floor(address / this.shape.lineBytes) % this.shape.sets;
  }

  rowOf(address: number): number {
    return Math.floor(address / this.shape.rowBytes) % this.rowsPerLine;
  }

  lineOf(address: number): number {
    return Math.floor(address / this.shape.lineBytes);
  }

  /** The way that holds the address, or -1. */
  find(address: number): number {
    const { ways } = this.shape;
    const line = this.lineOf(address);
    const base = this.setOf(address) * ways;
    for (let way = 0; way < ways; way++) {
      if (this.valid[base + way] !== 0 && this.tags[base + way] === line) return way;
    }
    return -1;
  }

  /** Gives a way to the address's line, valid or not yet. */
  assign(address: number, way: number, valid: boolean): void {
    const at = this.setOf(address) * this.shape.ways + way;
    this.tags[at] = this.lineOf(address);
    this.valid[at] = valid ? 1 : 0;
  }

  drop(address: number): void {
    const way = this.find(address);
    if (way >= 0) this.valid[this.setOf(address) * this.shape.ways + way] = 0;
  }

  dropAll(): void {
    this.valid.fill(0);
  }

  touch(address: number, way: number): void {
    const set = this.setOf(address);
    this.trees[set] = treeAfterUse(this.trees[set]!, this.shape.ways, way);
  }

  victim(address: number): number {
    return treeVictim(this.trees[this.setOf(address)]!, this.shape.ways);
  }
}
