/** The process that was taking a step ended here. Not an error that code could handle: it propagates to the walk. */
export class Interruption extends Error {}

/** Decides at each call of a port whether the process ends there, before or after the call took effect. */
export interface Interruptions {
  at(call: string): 'none' | 'before' | 'after' | 'throttled';
}

export const noInterruptions: Interruptions = { at: () => 'none' };

/** Wraps each method of a port, so that a process may end between any two calls. */
export function interruptible<Port extends object>(port: Port, interruptions: Interruptions): Port {
  return new Proxy(port, {
    get(target, property) {
      const method = Reflect.get(target, property);
      if (typeof method !== 'function') return method;
      return async (...parameters: unknown[]) => {
        const fate = interruptions.at(String(property));
        if (fate === 'throttled')
          throw Object.assign(new Error('Rate exceeded'), { name: 'ThrottlingException' });
        if (fate === 'before') throw new Interruption(String(property));
        const result = await method.apply(target, parameters);
        if (fate === 'after') throw new Interruption(String(property));
        return result;
      };
    },
  });
}
