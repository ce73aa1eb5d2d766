import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { expect, test } from 'vitest';
import { Pager } from './list';

const hrefOf = (next: string | null, query?: Record<string, string | string[] | undefined>) =>
  /href="([^"]*)"/.exec(renderToStaticMarkup(createElement(Pager, { next, query })))?.[1]?.replaceAll('&amp;', '&');

test('the link to the next page carries its cursor, and no page has a link without one', () => {
  expect([hrefOf('a/b='), hrefOf(null)]).toEqual(['?cursor=a%2Fb%3D', undefined]);
});

test('the link to the next page keeps what else stands in the address', () => {
  const query = { cursor: 'first', type: 'signed in', tag: ['a', 'b'], gone: undefined };
  expect(hrefOf('second', query)).toBe('?cursor=second&type=signed+in&tag=a&tag=b');
});
