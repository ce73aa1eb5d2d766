import { config } from '@/lib/config';

/** The policy of one document: only scripts that carry its nonce run, and nothing comes from anywhere else (requirement I2). */
export const contentSecurityPolicy = (nonce: string) =>
  [
    `default-src 'self'`,
    `script-src 'nonce-${nonce}' 'strict-dynamic'${config.development ? ` 'unsafe-eval'` : ''}`,
    `style-src 'self' 'unsafe-inline'`,
    `img-src 'self' data:`,
    `object-src 'none'`,
    `base-uri 'none'`,
    `form-action 'self'`,
    `frame-ancestors 'none'`,
    `report-uri /api/csp-reports`,
  ].join('; ');
