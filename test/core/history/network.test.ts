import { expect, it } from '@jest/globals';
import { networkOf } from '../../../functions/core/history/network.ts';

it.each([
  [{ ip: '203.0.113.77' }, '203.0.113.0/24'],
  [{ ip: '2001:db8:1:2::3' }, '2001:db8:1::/48'],
  [{ ip: '::ffff:203.0.113.77' }, '203.0.113.0/24'],
  [{ vpcEndpoint: 'vpce-0a1b2c3d' }, 'vpce-0a1b2c3d'],
  [{ ip: '000.00.00.00' }, expect.any(String)],
  [{ ip: '999.1.1.1' }, '999.1.1.1'],
  [{ service: 'lambda.amazonaws.com' }, undefined],
  [null, undefined],
] as const)('%j', (origin, network) => {
  expect(networkOf(origin)).toEqual(network);
});
