import 'server-only';

export { answerDevice, readLogout, signOutForClient } from './actions';
export { endTokens, listConnectedApps, withdrawApp } from './connected-apps';
export { type DeviceOutcome, deviceDonePath, deviceOutcome } from './device-done';
export { endpoints } from './endpoints';
export * from './interactions';
export { logoutNoticeDelivery } from './logout-notices';
export { handleOidc } from './mount';
