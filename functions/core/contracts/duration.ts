const unitMs = { d: 86_400_000, h: 3_600_000, m: 60_000 } as const;

export const durationForm = /^([1-9]\d{0,4})([dhm])$/;

/** Milliseconds of `90d`, `8h` or `30m`; `undefined` where the text is no duration. */
export function durationMs(text: string): number | undefined {
  const [, count, unit] = durationForm.exec(text) ?? [];
  return count && unit ? Number(count) * unitMs[unit as keyof typeof unitMs] : undefined;
}
