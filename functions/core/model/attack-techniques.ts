/** Names of the MITRE ATT&CK techniques that detectors cite (attack.mitre.org, Enterprise 17.1, IaaS and SaaS). */
export const attackTechniques: Readonly<Record<string, string>> = {
  'T1059.009': 'Command and Scripting Interpreter: Cloud API',
  'T1078.004': 'Valid Accounts: Cloud Accounts',
  'T1098.003': 'Account Manipulation: Additional Cloud Roles',
  'T1136.003': 'Create Account: Cloud Account',
  T1485: 'Data Destruction',
  'T1496.003': 'Resource Hijacking: SMS Pumping',
  T1526: 'Cloud Service Discovery',
  T1531: 'Account Access Removal',
  T1535: 'Unused/Unsupported Cloud Regions',
  T1537: 'Transfer Data to Cloud Account',
  'T1555.006': 'Credentials from Password Stores: Cloud Secrets Management Stores',
  'T1562.008': 'Impair Defenses: Disable or Modify Cloud Logs',
};
