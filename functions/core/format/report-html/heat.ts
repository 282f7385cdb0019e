export const heatLevels = 5;

/** From 1 to 5 in equal steps up to the most; 0 for none. */
export const heatLevel = (count: number, most: number): number =>
  count <= 0 ? 0 : Math.max(1, Math.min(heatLevels, Math.ceil((count / most) * heatLevels)));

/** The same by powers: reads of a service are thousands where those of a person are two. */
export const heatLevelByPowers = (count: number, most: number): number =>
  count <= 0
    ? 0
    : Math.min(heatLevels, 1 + Math.floor((Math.log(count) / Math.log(Math.max(most, 2))) * heatLevels));
