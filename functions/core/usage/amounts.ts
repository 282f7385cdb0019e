/** `12.40 GBP`. */
export const money = (amount: number, currency: string): string => `${amount.toFixed(2)} ${currency}`;

/** `24 Nov 2026 14:05 UTC`. */
export const minuteOf = (time: number): string =>
  `${new Date(time)
    .toLocaleString('en-GB', {
      day: 'numeric',
      month: 'short',
      year: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZone: 'UTC',
    })
    .replace(',', '')} UTC`;
