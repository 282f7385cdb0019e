import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Context } from 'aws-lambda';
import { UnreadableInputError } from '../../functions/core/errors.ts';
import { codeOf, messageOf } from '../../functions/middleware/error-reporting.ts';
import { measureFindings } from '../../functions/middleware/finding-metrics.ts';
import { instrument } from '../../functions/middleware/instrument.ts';
import { logger } from '../../functions/middleware/logger.ts';
import { measure, measureBalance, metrics } from '../../functions/middleware/metrics.ts';
import { captureMetrics, context } from './captures.ts';

const lines: string[] = [];
const capture = (line: unknown) => {
  lines.push(String(line));
};

beforeEach(() => {
  lines.length = 0;
  for (const method of ['info', 'warn', 'error'] as const) {
    jest.spyOn(logger['console'] as Console, method).mockImplementation(capture);
  }
  jest.spyOn(metrics['console'] as Console, 'log').mockImplementation(capture);
  process.env['POWERTOOLS_LOGGER_LOG_EVENT'] = 'true';
});

afterEach(() => {
  jest.restoreAllMocks();
  delete process.env['POWERTOOLS_LOGGER_LOG_EVENT'];
});

const invoke = (handler: (event: { secret: string }, context: Context) => Promise<unknown>) =>
  instrument(handler)({ secret: 'raw-event' }, context);

describe('what every function has around its handler', () => {
  test('context in log lines, metrics published, the event never logged', async () => {
    const answer = await invoke(async () => {
      logger.info('hello', { findingId: 'f' });
      measure('Events', 3);
      return 'done';
    });
    expect(answer).toBe('done');
    const [hello, metric] = lines.map((line) => JSON.parse(line));
    expect(hello).toMatchObject({ level: 'INFO', message: 'hello', findingId: 'f', function_name: 'test' });
    expect(metric).toMatchObject({ Events: 3, _aws: { CloudWatchMetrics: [{ Namespace: 'SecretsAudit' }] } });
    expect(lines.join()).not.toContain('raw-event');
  });

  test('a balance has its secret as a dimension of its own, and no other metric gets it', async () => {
    // It is published at once, by an object of its own.
    jest.spyOn(process.stdout, 'write').mockImplementation((line) => {
      capture(line);
      return true;
    });
    await invoke(async () => {
      measureBalance('111122223333:eu-west-1:sms/clockwork', 37.1);
      measure('RefusedKeys', 0);
    });
    const [balance, others] = lines.map((line) => JSON.parse(line));
    expect(balance).toMatchObject({ Balance: 37.1, secret: '111122223333:eu-west-1:sms/clockwork' });
    expect(balance._aws.CloudWatchMetrics[0].Dimensions[0].toSorted()).toEqual(['secret', 'service']);
    expect(others).toMatchObject({
      RefusedKeys: 0,
      _aws: { CloudWatchMetrics: [{ Dimensions: [['service']] }] },
    });
  });

  test('findings are counted, those that hold by severity too', () => {
    const { measure: count, values } = captureMetrics();
    const findings = (['critical', 'high', 'high', 'medium', 'low', 'info'] as const).map((severity) => ({
      severity,
      status: 'open' as const,
    }));
    measureFindings([...findings, { severity: 'critical', status: 'withdrawn' }], count);
    expect(values).toEqual({
      Findings: 7,
      FindingsCritical: 1,
      FindingsHigh: 2,
      FindingsMedium: 1,
      FindingsLow: 1,
    });
  });

  test('a failure is logged with its code and thrown on; metrics are published all the same', async () => {
    const failing = invoke(async () => {
      measure('Events', 1);
      throw new UnreadableInputError('no such thing');
    });
    await expect(failing).rejects.toThrow('no such thing');
    const errors = lines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'ERROR');
    expect(errors).toEqual([
      expect.objectContaining({ code: 'UNREADABLE_INPUT', reason: 'no such thing', function_name: 'test' }),
    ]);
    expect(lines.join()).toContain('"Events":1');
    expect(lines.join()).not.toContain('raw-event');
  });

  test('whatever is thrown has a code and a message', () => {
    expect([codeOf(new TypeError('t')), messageOf(new TypeError('t'))]).toEqual(['TypeError', 't']);
    expect([codeOf('text'), messageOf('text')]).toEqual(['UNKNOWN', 'text']);
  });
});
