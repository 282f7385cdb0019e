import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { defaultSettings } from '../../functions/core/model/settings.ts';

const variables = {
  AWS_REGION: 'eu-west-1',
  TABLE_NAME: 'secrets-audit',
  TOPIC_ARN: 'arn:aws:sns:eu-west-1:111122223333:findings',
  QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/notify',
  DEAD_LETTER_QUEUE_URL: 'https://sqs.eu-west-1.amazonaws.com/111122223333/dead-letters',
  ACCOUNT_ID: '111122223333',
  PARTITION: 'aws',
  REPORT_BUCKET: 'secrets-audit-reports',
  ENFORCE_FUNCTION: 'enforce',
  BUCKET_NAME: 'secrets-audit-reports',
  PREFIX: 'reports/',
};
const before = { ...process.env };

beforeAll(() => {
  const bundle = mkdtempSync(join(tmpdir(), 'bundle-'));
  writeFileSync(join(bundle, 'settings.json'), JSON.stringify(defaultSettings));
  Object.assign(process.env, variables, { LAMBDA_TASK_ROOT: bundle });
});
afterAll(() => {
  process.env = before;
});

describe('composition', () => {
  test.each([
    'watch',
    'audit',
    'announce',
    'digest',
    'notify',
    'respond',
    'security-hub',
    'rotate',
    'enforce',
    'usage',
    'report',
  ])('%s starts from its environment and settings', async (name) => {
    const { handler } = await import(`../../functions/${name}/index.ts`);
    expect(handler).toEqual(expect.any(Function));
  });
});
