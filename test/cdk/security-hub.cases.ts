import { expect, it } from '@jest/globals';
import { env } from '../../functions/security-hub/env.ts';
import { account, region, resourcesOf, settingsOf, synthesize } from './synthesized.ts';

const { template } = synthesize(
  settingsOf({ notify: { email: ['security@example.com'], securityHub: true } }),
);

it('has a reader of the stream of its own, so that people hear of findings whatever Security Hub does', () => {
  const [source] = resourcesOf(template, 'AWS::Lambda::EventSourceMapping').filter(({ id }) =>
    id.includes('SecurityHub'),
  );
  expect(source?.Properties).toMatchObject({
    FunctionResponseTypes: ['ReportBatchItemFailures'],
    DestinationConfig: { OnFailure: { Destination: expect.anything() } },
  });
  expect(source?.Properties.FilterCriteria.Filters[0].Pattern).toContain('FINDING');
});

it('may import findings as this account and nothing else of Security Hub', () => {
  const policies = JSON.stringify(resourcesOf(template, 'AWS::IAM::Policy'));
  expect(policies.match(/"securityhub:\w+"/g)).toEqual(['"securityhub:BatchImportFindings"']);
  expect(policies).toContain(`:securityhub:${region}:${account}:product/${account}/default`);
});

it('gets exactly the variables that it reads', () => {
  const [hub] = resourcesOf(template, 'AWS::Lambda::Function').filter(({ id }) => id.includes('SecurityHub'));
  const { POWERTOOLS_SERVICE_NAME, ...variables } = hub?.Properties.Environment.Variables ?? {};
  expect(POWERTOOLS_SERVICE_NAME).toBe('security-hub');
  expect(Object.keys(variables).sort()).toEqual(Object.keys(env.shape).sort());
});

it('is not there unless the settings ask for it', () => {
  const { template: without } = synthesize(settingsOf());
  expect(
    resourcesOf(without, 'AWS::Lambda::Function').filter(({ id }) => id.includes('SecurityHub')),
  ).toEqual([]);
});
