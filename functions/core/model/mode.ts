import * as z from 'zod';

/** observe: findings are stored and reported. announce: they are sent too. */
export const modeSchema = z.enum(['observe', 'announce']);

export type Mode = z.infer<typeof modeSchema>;
