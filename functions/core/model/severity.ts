/** OCSF's severity names, mildest first. */
export const severities = ['info', 'low', 'medium', 'high', 'critical'] as const;

export type Severity = (typeof severities)[number];

/** Negative when `a` is milder than `b`, positive when it is graver, 0 when they are equal. */
export const compareSeverity = (a: Severity, b: Severity): number =>
  severities.indexOf(a) - severities.indexOf(b);

/** `info` of none. */
export const gravestOf = (all: readonly Severity[]): Severity =>
  all.reduce((worst, severity) => (compareSeverity(severity, worst) > 0 ? severity : worst), 'info');

/** The first of the gravest. */
export const gravestAmong = <Judged extends { readonly severity: Severity }>(
  all: readonly Judged[],
): Judged | undefined => {
  const gravest = gravestOf(all.map(({ severity }) => severity));
  return all.find(({ severity }) => severity === gravest);
};

/** What is done by a deployment, or by habit: one level down, and not below low. What is critical stays. */
export const milder = (severity: Severity): Severity =>
  (({ critical: 'critical', high: 'medium', medium: 'low', low: 'low', info: 'info' }) as const)[severity];

export const isAtLeast = (severity: Severity, threshold: Severity): boolean =>
  compareSeverity(severity, threshold) >= 0;
