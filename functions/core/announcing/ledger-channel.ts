import type { Target } from './targets.ts';

/** Under which the delivery ledger remembers what `notify` sent to a target. */
export const ledgerChannel = ({ name, way }: Pick<Target, 'name' | 'way'>): string =>
  `${way.kind === 'webhook' ? 'webhook' : 'slack'}:${name}`;
