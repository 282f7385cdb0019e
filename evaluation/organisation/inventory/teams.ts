/** Teams and what they run. */
export const applicationsOf: Readonly<Record<string, readonly string[]>> = {
  payments: ['payments-api', 'ledger', 'payouts', 'invoicing'],
  orders: ['orders-api', 'basket', 'fulfilment', 'returns'],
  messaging: ['sms', 'mailer', 'push', 'templates'],
  search: ['search-api', 'indexer', 'suggest', 'catalogue'],
  identity: ['login', 'accounts', 'sessions', 'consent'],
  data: ['warehouse', 'events', 'reports', 'features'],
  platform: ['gateway', 'scheduler', 'config', 'registry'],
  growth: ['campaigns', 'referrals', 'experiments', 'landing'],
  mobile: ['app', 'devices', 'mobile-bff', 'crash-intake'],
  risk: ['fraud', 'limits', 'screening', 'disputes'],
};

export const teams = Object.keys(applicationsOf);
