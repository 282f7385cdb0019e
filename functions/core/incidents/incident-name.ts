const nameDigits = 6;

/**
 * How people call an incident: `INC-4F2A91`, or `ROTATION-264BF4`, the beginning of its id. Commands take it, and any
 * other beginning.
 */
export const incidentName = (id: string): string =>
  id.replace(new RegExp(`^([a-z]+-[0-9a-f]{${nameDigits}})[0-9a-f]*$`), (_, name: string) =>
    name.toUpperCase(),
  );
