/** OCSF's severity names, mildest first. */
export const severities = ['info', 'low', 'medium', 'high', 'critical'] as const;

export type Severity = (typeof severities)[number];

/** Negative when `a` is milder than `b`, positive when it is graver, 0 when they are equal. */
export const compareSeverity = (a: Severity, b: Severity): number =>
  severities.indexOf(a) - severities.indexOf(b);

export const isAtLeast = (severity: Severity, threshold: Severity): boolean =>
  compareSeverity(severity, threshold) >= 0;
