const nameDigits = 6;

/** How people call an incident: `INC-4F2A91`, the beginning of its id. Commands take it, and any other beginning. */
export const incidentName = (id: string): string =>
  id.startsWith('inc-') ? id.slice(0, 'inc-'.length + nameDigits).toUpperCase() : id;
