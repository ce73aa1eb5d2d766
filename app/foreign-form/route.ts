import { refuseForeignForm } from '@/lib/http';

/** Where `middleware.ts` leads a form that another site sent. */
export const POST = refuseForeignForm;
