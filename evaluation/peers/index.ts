import { datadogRules } from './datadog.ts';
import { elasticRules } from './elastic.ts';
import { pantherRules } from './panther.ts';
import type { PeerRule, Vendor } from './peer-rule.ts';

export interface Peer {
  readonly vendor: Vendor;
  readonly rules: readonly PeerRule[];
}

export const peers: readonly Peer[] = [
  { vendor: 'Elastic', rules: elasticRules },
  { vendor: 'Panther', rules: pantherRules },
  { vendor: 'Datadog', rules: datadogRules },
];
