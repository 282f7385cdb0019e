import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { describeFaults } from '../functions/adapters/log-file-faults.ts';
import { findLogFiles } from '../functions/adapters/log-file-tree.ts';
import { readLogFile } from '../functions/adapters/log-files.ts';
import { UnreadableInputError } from '../functions/core/errors.ts';
import type { Settings } from '../functions/core/model/settings.ts';
import { parseEventTime } from '../functions/core/normalise/event-time.ts';
import { type RawRecord, textAt } from '../functions/core/normalise/raw-record.ts';
import type { EvaluatedData } from './evaluated-data.ts';
import type { LabelledAttack } from './measured.ts';

const dayMs = 86_400_000;

const labelSchema = z.strictObject({
  kind: z.string().min(1),
  grade: z.string().min(1).default('ungraded'),
  eventIds: z.array(z.string().min(1)).min(1),
  id: z.string().optional(),
  story: z.string().default(''),
  unfindable: z.string().optional(),
});

type Label = z.infer<typeof labelSchema> & { readonly line: number };

export interface ForeignCorpus {
  readonly folder: string;
  /** JSON lines; see README.md. */
  readonly labels: string;
  readonly quietDays: number;
  readonly settings: Settings;
}

/**
 * Reads log files and the labels of the attacks in them.
 *
 * @throws UnreadableInputError where a file or a label cannot be used: a figure over half the data would mislead
 */
export async function readForeignCorpus(corpus: ForeignCorpus): Promise<EvaluatedData> {
  const records = await readRecords(corpus.folder);
  const times = new Map(records.map(({ record, time }) => [textAt(record, 'eventID') ?? '', time]));
  const attacks = (await readLabels(corpus.labels)).map((label) => attackOf(label, times, corpus.labels));
  const first = records.reduce((earliest, { time }) => Math.min(earliest, time), Number.POSITIVE_INFINITY);
  const startsAt = Math.floor(first / dayMs) * dayMs;
  const byDay = Map.groupBy(records, ({ time }) => Math.floor((time - startsAt) / dayMs));
  return {
    name: corpus.folder,
    startsAt,
    days: Math.max(...byDay.keys()) + 1,
    quietDays: corpus.quietDays,
    settings: corpus.settings,
    inventory: new Map(),
    attacks,
    oddities: [],
    recordsOf: (day) =>
      (byDay.get(day) ?? []).toSorted((a, b) => a.time - b.time).map(({ record }) => record),
  };
}

async function readRecords(folder: string): Promise<{ record: RawRecord; time: number }[]> {
  const tree = await findLogFiles([folder]);
  const problems = tree.unreadable.map(({ path, reason }) => `${path}: ${reason}`);
  const records = new Map<string, { record: RawRecord; time: number }>();
  for (const { path } of tree.files) {
    const faults = [];
    for await (const part of readLogFile(path)) {
      if ('reason' in part) {
        faults.push(part);
        continue;
      }
      const { record, envelopeTime } = part;
      const time = parseEventTime(record['eventTime']) ?? envelopeTime;
      const id = textAt(record, 'eventID');
      if (time === null || id === undefined) {
        faults.push({
          reason: 'a record without eventTime or eventID cannot be evaluated',
          place: part.place,
        });
        continue;
      }
      // The same record may lie in several files; another copy of it would be another event to a rule that counts.
      records.set(`${id} ${textAt(record, 'eventName')} ${time}`, {
        record: { ...record, eventTime: new Date(time).toISOString() },
        time,
      });
    }
    problems.push(...describeFaults(path, faults).map((fault) => `${fault.path}: ${fault.reason}`));
  }
  if (problems.length > 0) throw new UnreadableInputError(problems.join('\n'));
  return [...records.values()];
}

async function readLabels(path: string): Promise<Label[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new UnreadableInputError(`${path}: cannot be read`, { cause: error });
  }
  return text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const parsed = labelSchema.safeParse(parseJson(line, `${path}:${index + 1}`));
    if (parsed.success) return [{ ...parsed.data, line: index + 1 }];
    const [issue] = parsed.error.issues;
    throw new UnreadableInputError(`${path}:${index + 1}: ${issue?.path.join('.')}: ${issue?.message}`);
  });
}

function parseJson(text: string, place: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableInputError(`${place}: not JSON`);
  }
}

function attackOf(label: Label, times: ReadonlyMap<string, number>, path: string): LabelledAttack {
  const { kind, grade, eventIds, story, unfindable } = label;
  const missing = eventIds.find((id) => !times.has(id));
  if (missing !== undefined) {
    throw new UnreadableInputError(`${path}:${label.line}: no record with eventID ${missing}`);
  }
  return {
    id: label.id ?? `${kind}-${grade}-${label.line}`,
    kind,
    grade,
    story,
    ...(unfindable !== undefined && { unfindable }),
    eventIds,
    startedAt: Math.min(...eventIds.map((id) => times.get(id) ?? Number.POSITIVE_INFINITY)),
  };
}
