/** How people call an incident: `INC-4F2A91`, by the first digits of its id, whatever kind of incident it is. */
export const incidentName = (id: string): string =>
  `INC-${id
    .replace(/^.*-(?=[0-9a-f]+$)/i, '')
    .slice(0, 6)
    .replace(/[^0-9a-z-]/gi, '')
    .toUpperCase()}`;
