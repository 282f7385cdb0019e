import type { SecretDescription } from '../model/secret-state.ts';

/** The version that has a label; a label is on one version at most. */
export const versionWith = (
  stage: string,
  { versions }: Pick<SecretDescription, 'versions'>,
): string | undefined => Object.entries(versions).find(([, stages]) => stages.includes(stage))?.[0];
