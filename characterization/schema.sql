-- The characterization database: one file for all programs and cores of a user. A row is never changed once written;
-- rows are keyed by what was measured (model + machine code + context), so they never go stale.

CREATE TABLE IF NOT EXISTS model (
  hash        TEXT PRIMARY KEY,   -- timing hash of the MachineModel
  name        TEXT NOT NULL,      -- the core's name
  event_names TEXT NOT NULL,      -- JSON array: the meaning of cost.events, in order
  tool        TEXT NOT NULL       -- version of Blockwatt that measured
) WITHOUT ROWID;

-- Cost of executing one block after one context (the instructions before it, at least `context_instructions` of them
-- where the program has so many): what the block adds to a run of the context alone.
CREATE TABLE IF NOT EXISTS cost (
  key    BLOB PRIMARY KEY,        -- SHA-256 (first 16 bytes) of model hash, context code, block code, forced latencies
  cycles REAL NOT NULL,
  events BLOB NOT NULL            -- float32 little-endian, one per event name
) WITHOUT ROWID;
