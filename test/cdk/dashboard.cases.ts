import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { everything, resourcesOf, type Synthesized, settingsOf, synthesize } from './synthesized.ts';

interface Widget {
  readonly type: string;
  readonly width: number;
  readonly x: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly unknown[];
  };
}

/** The one dashboard, as CloudWatch would receive it; what only a deployment knows stands as its logical id. */
function dashboardOf({ template }: Synthesized): { name: string; widgets: readonly Widget[] } {
  const [dashboard, ...others] = resourcesOf(template, 'AWS::CloudWatch::Dashboard');
  if (!dashboard || others.length > 0) throw new Error('there is not one dashboard');
  const { DashboardName: name, DashboardBody: body } = dashboard.Properties;
  const parts: unknown[] = body['Fn::Join'][1];
  const text = parts.map((part) =>
    typeof part === 'string' ? part : JSON.stringify(part).replaceAll('"', "'"),
  );
  return { name, ...JSON.parse(text.join('')) };
}

const full = synthesize(everything);
const { name, widgets } = dashboardOf(full);
const titled = (title: string) => {
  const widget = widgets.find(({ properties }) => properties.title === title);
  return JSON.stringify(widget?.properties.metrics ?? []);
};
const textOf = (all: readonly Widget[]) => all.find(({ type }) => type === 'text')?.properties.markdown ?? '';

describe('the dashboard', () => {
  it('stands there whatever the settings are, under the name of stack and suite', () => {
    expect(name).toBe('Test-Suite');
    expect(dashboardOf(synthesize(settingsOf())).name).toBe('Test-Suite');
  });

  it('tells from top to bottom what is normal, what is wrong, and where', () => {
    expect(widgets.map(({ type, properties }) => properties.title ?? type)).toEqual([
      'text',
      'Alarms',
      'Events seen',
      'Findings by severity, an hour',
      'Told',
      'Oldest event when it was judged (s)',
      'Sweep behind (min)',
      'Longest wait in a queue (s)',
      'Longest wait in the stream (ms)',
      'Waiting in queues',
      'Dead letters',
      'Errors and throttles',
      'Age of the oldest key (days)',
      'Balance, by secret',
      'Keys that their issuer refuses',
    ]);
    for (const { x, width } of widgets) expect(x + width).toBeLessThanOrEqual(24);
  });

  it('names articles that the runbook has, and leaves none of the suite’s parts out', () => {
    const runbook = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
    const articles = new Set([...runbook.matchAll(/<a id="([\w-]+)">/g)].map(([, id]) => id));
    const named = [...textOf(widgets).matchAll(/#([a-z][\w-]+)/g)].map(([, id]) => id ?? '');
    expect(named.filter((id) => !articles.has(id))).toEqual([]);
    for (const part of ['watch', 'audit', 'announce', 'notify', 'rotate', 'enforce', 'usage']) {
      expect(named).toContain(`${part}-errors`);
    }
    expect(named).toContain('findings-dead-letters');
  });

  it('shows every alarm of the suite', () => {
    const shown = widgets.find(({ type }) => type === 'alarm')?.properties.alarms ?? [];
    const alarms = resourcesOf(full.template, 'AWS::CloudWatch::Alarm').map(({ id }) => id);
    expect(shown).toHaveLength(alarms.length);
    for (const id of alarms) expect(shown.join()).toContain(`'${id}'`);
  });

  it('shows every queue, every dead-letter queue and every function', () => {
    for (const { id, Properties } of resourcesOf(full.template, 'AWS::SQS::Queue')) {
      const title = Properties.RedrivePolicy ? 'Waiting in queues' : 'Dead letters';
      expect(titled(title)).toContain(`'${id}'`);
    }
    for (const { id } of resourcesOf(full.template, 'AWS::Lambda::Function')) {
      expect(titled('Errors and throttles')).toContain(`'${id}'`);
    }
    expect(titled('Longest wait in the stream (ms)')).toContain('IteratorAge');
  });

  it('asks for metrics as the functions measure them', () => {
    expect(titled('Oldest event when it was judged (s)')).toContain(
      '"SecretsAudit","DelaySeconds","service","watch"',
    );
    for (const severity of ['Critical', 'High', 'Medium', 'Low']) {
      expect(titled('Findings by severity, an hour')).toContain(
        `SUM(SEARCH('{SecretsAudit,service} MetricName=\\"Findings${severity}\\"', 'Sum', 3600))`,
      );
    }
    expect(titled('Balance, by secret')).toContain("SEARCH('{SecretsAudit,secret,service} ");
  });

  it('says nothing of keys where none is rotated', () => {
    const { widgets: fewer } = dashboardOf(synthesize(settingsOf()));
    expect(JSON.stringify(fewer)).not.toMatch(/Balance|KeyAgeDays|rotat/);
    expect(fewer).toHaveLength(12);
  });
});
