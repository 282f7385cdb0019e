/** What the exit code tells; a public contract. */
export const exitCodes = {
  clean: 0,
  /** At least one finding at the asked severity. */
  findings: 1,
  /** Usage error, or the verdict is missing or incomplete. */
  unusable: 2,
} as const;
