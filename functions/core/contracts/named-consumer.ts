import { type Clause, consumerKinds } from '../model/contract-clause.ts';

/** What a clause says that the value is delivered to. */
export function namedConsumer({ consumer }: Clause): {
  readonly consumer: { readonly kind: (typeof consumerKinds)[number]; readonly name: string } | null;
  readonly delivery: 'injected' | 'runtime' | null;
} {
  if (!consumer) return { consumer: null, delivery: null };
  const kind = consumerKinds.find((each) => consumer[each] !== undefined);
  return {
    consumer: kind ? { kind, name: consumer[kind] ?? '' } : null,
    delivery: consumer.delivery,
  };
}
