/** Names of the MITRE ATT&CK techniques that detectors cite (attack.mitre.org, Enterprise, IaaS). */
export const attackTechniques: Readonly<Record<string, string>> = {
  'T1078.004': 'Valid Accounts: Cloud Accounts',
  T1485: 'Data Destruction',
  T1526: 'Cloud Service Discovery',
  T1531: 'Account Access Removal',
  'T1555.006': 'Credentials from Password Stores: Cloud Secrets Management Stores',
  'T1562.008': 'Impair Defenses: Disable or Modify Cloud Logs',
};
