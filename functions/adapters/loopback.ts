/** A stand-in on the same machine, without encryption. */
export const isLoopback = ({ protocol, hostname, username, password }: URL): boolean =>
  protocol === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost') && !username && !password;
