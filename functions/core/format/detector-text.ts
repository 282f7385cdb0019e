import wrapAnsi from 'wrap-ansi';
import * as z from 'zod';
import { type Check, checkSubjects } from '../check.ts';
import type { Detector } from '../detector.ts';
import { attackTechniques } from '../model/attack-techniques.ts';

export interface DetectorTextOptions {
  readonly columns: number;
  readonly emphasise: (emphasis: 'heading' | 'quiet', text: string) => string;
}

const narrowest = 60;
/** Longer lines are hard to read. */
const widest = 100;

/** All that a detector says of itself. */
export function detectorText(
  detector: Detector | Check,
  { columns, emphasise }: DetectorTextOptions,
): string {
  const width = Math.max(narrowest, Math.min(columns, widest));
  const section = (title: string, lines: readonly string[]): string =>
    [emphasise('heading', title), ...lines].join('\n');
  const bullets = (items: readonly string[]): string[] => items.map((item) => hanging('- ', item, width));
  const techniques = detector.attack.map((id) => `${id} ${attackTechniques[id] ?? ''}`.trimEnd());
  return `${[
    [
      wrap(`${emphasise('heading', detector.id)}: ${detector.title}`, width),
      wrap(
        `Severity ${detector.severity} to begin with; each finding says when it is another. ${statusOf(detector)}`,
        width,
      ),
    ].join('\n'),
    wrap(detector.rationale, width),
    section('WHAT IT LOOKS AT', [
      wrap('actions' in detector ? detector.actions.join(', ') : checkSubjects[detector.about], width, 2),
    ]),
    section('PARAMETERS', parameterLines(detector, width)),
    section('KNOWN BENIGN CAUSES', bullets(detector.falsePositives)),
    section('WHAT IT MISSES', bullets(detector.blindSpots)),
    section(
      'WHAT TO DO',
      detector.response.map((step, index) => hanging(`${index + 1}. `, step, width)),
    ),
    section('MITRE ATT&CK', techniques.length > 0 ? techniques.map((each) => `  ${each}`) : ['  None.']),
  ].join('\n\n')}\n`;
}

/** One line a detector: what it is called, where its severity begins, what it finds. */
export function detectorList(detectors: readonly (Detector | Check)[], columns: number): string {
  const width = Math.max(narrowest, Math.min(columns, widest));
  const ids = Math.max(...detectors.map(({ id }) => id.length)) + 2;
  const severities = 'critical'.length + 2;
  return detectors
    .map(({ id, severity, status, title }) => {
      const text = status === 'stable' ? title : `${title} (${status}: off by default)`;
      const head = `${id.padEnd(ids)}${severity.padEnd(severities)}`;
      return `${hangingAfter(head, text, width)}\n`;
    })
    .join('');
}

const statusOf = ({ status, id }: Pick<Detector, 'status' | 'id'>): string =>
  status === 'stable'
    ? 'Stable.'
    : `Experimental: off, unless the settings say detectors.${id}.enabled: true.`;

const wrap = (text: string, width: number, indent = 0): string =>
  wrapAnsi(text, width - indent, { hard: true })
    .split('\n')
    .map((line) => ' '.repeat(indent) + line)
    .join('\n');

/** `  - text`, with further lines under the text. */
const hanging = (mark: string, text: string, width: number): string => hangingAfter(`  ${mark}`, text, width);

const hangingAfter = (head: string, text: string, width: number): string =>
  wrapAnsi(text, width - head.length, { hard: true })
    .replaceAll('\n', `\n${' '.repeat(head.length)}`)
    .replace(/^/, head);

interface Parameter {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly items?: Parameter;
  readonly minimum?: number;
  readonly maximum?: number;
}

function parameterLines(detector: Detector | Check, width: number): string[] {
  const schema = z.toJSONSchema(detector.params, { io: 'input' }) as {
    properties?: Record<string, Parameter>;
  };
  const lines = Object.entries(schema.properties ?? {}).map(([name, parameter]) => {
    const fallback = parameter.default === undefined ? '' : `, default ${JSON.stringify(parameter.default)}`;
    return [
      wrap(`${name} (${typeOf(parameter)}${fallback})`, width, 2),
      ...(parameter.description ? [wrap(parameter.description, width, 4)] : []),
    ].join('\n');
  });
  return lines.length > 0 ? lines : ['  None.'];
}

function typeOf({ type, items, minimum, maximum, ...parameter }: Parameter): string {
  if (parameter.enum) return parameter.enum.map(String).join(' or ');
  if (items) return `list of ${typeOf(items)}`;
  const range = minimum !== undefined && maximum !== undefined ? ` ${minimum} to ${maximum}` : '';
  return `${[type ?? 'value'].flat().join(' or ')}${range}`;
}
