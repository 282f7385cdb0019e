import type { SecretRead, SecretReader } from '../../../functions/core/model/secret-reader.ts';
import type { ReaderStore, RotationStore } from '../../../functions/core/ports.ts';
import {
  type RotationRecord,
  rotationRecordSchema,
} from '../../../functions/core/rotation/rotation-record.ts';

/** Records of one secret; what is stored is only what the schema knows, as in the table. */
export class OneRecord implements RotationStore {
  record: RotationRecord | undefined;

  async read() {
    return this.record;
  }

  async update(_: unknown, change: (record: RotationRecord | undefined) => RotationRecord | undefined) {
    const next = change(this.record);
    if (next) this.record = rotationRecordSchema.parse(JSON.parse(JSON.stringify(next)));
    return this.record;
  }
}

/** Who read one secret. */
export class Readers implements ReaderStore {
  readonly known = new Map<string, SecretReader>();

  async record(reads: readonly SecretRead[]) {
    for (const { secret: _, time, ...read } of reads) {
      const key = `${read.principal} ${read.asked}`;
      const before = this.known.get(key);
      this.known.set(key, {
        ...read,
        first: Math.min(before?.first ?? time, time),
        last: Math.max(before?.last ?? time, time),
      });
    }
  }

  async of() {
    return [...this.known.values()];
  }
}
