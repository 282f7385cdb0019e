import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { compileFunction, createContext } from 'node:vm';

export interface NpmSmsResult {
  success: boolean;
  /** The message's. */
  id?: string;
  errNo?: string;
  errDesc?: string;
}

/** Without a balance where the service answered an error: the client passes none on. */
export interface NpmBalance {
  balance?: string;
  accountType?: string;
  currency?: { code: string; symbol: string };
}

/** The official client; both reject where no answer from the service. */
export interface ClockworkNpmClient {
  sendSms(key: string, to: string, content: string): Promise<NpmSmsResult>;
  balance(key: string): Promise<NpmBalance>;
}

interface OfficialClient {
  sendSms(
    message: { To: string; Content: string },
    callback: (error: object | null, answer: { responses: (NpmSmsResult & { to: string })[] } | null) => void,
  ): void;
  getBalance(callback: (error: Error | null, credit: NpmBalance | null) => void): void;
}

interface OfficialModule {
  exports: (auth: { key: string }) => OfficialClient;
}

const PACKAGE = 'clockwork';
const HOST = 'https://api.clockworksms.com';

/** Loads the official client (npm's `clockwork`) with the stand-in's base URL in place of the service's host. */
export function loadClockworkNpmClient(baseUrl: string): ClockworkNpmClient {
  const require = createRequire(import.meta.url);
  const file = require.resolve(PACKAGE);
  const source = readFileSync(file, 'utf8');
  if (!source.includes(HOST)) throw new Error(`${PACKAGE} does not name ${HOST} any more`);
  const redirected = source.replaceAll(HOST, baseUrl);

  // The client keeps its state, the key too, on the global object: each use gets a global object of its own.
  const clientOf = (key: string): OfficialClient => {
    const module = {} as OfficialModule;
    compileFunction(redirected, ['require', 'module'], {
      filename: file,
      parsingContext: createContext({}),
    })(withoutProxy(createRequire(file)), module);
    return module.exports({ key });
  };

  return {
    sendSms: (key, to, content) =>
      new Promise((resolve, reject) => {
        clientOf(key).sendSms({ To: to, Content: content }, (error, answer) => {
          const [response] = answer?.responses ?? [];
          if (response) {
            const { success, id, errNo, errDesc } = response;
            resolve(success ? { success, id } : { success, errNo, errDesc });
          } else if (error && 'errNo' in error) resolve(error as NpmSmsResult);
          else reject(new Error('no answer from the service', { cause: error }));
        });
      }),
    balance: (key) =>
      new Promise((resolve, reject) => {
        clientOf(key).getBalance((error, credit) => {
          if (credit) resolve(credit);
          else reject(new Error('no answer from the service', { cause: error }));
        });
      }),
  };
}

/** `request` takes a proxy from the environment also on the way to 127.0.0.1. */
function withoutProxy(require: NodeJS.Require): (name: string) => unknown {
  return (name) => {
    const loaded: unknown = require(name);
    return name === 'request'
      ? (loaded as { defaults(options: object): unknown }).defaults({ proxy: null })
      : loaded;
  };
}
