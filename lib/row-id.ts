import { z } from 'zod';

/** The id of a row, as the database writes it: in capital letters it would name the same row and equal no id of ours. */
export const rowId = z.uuid().toLowerCase();
